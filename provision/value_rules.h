// What names, ARNs and other values of AWS may look like.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/fault.h"
#include "provision/observability_settings.h"

namespace bedrocklog::provision {

/// Letters and digits, and those of `others`; 1 to `size_max` of them.
[[nodiscard]] bool is_made_of(std::string_view text, std::string_view others, std::size_t size_max);
/// a-z 0-9 -.
[[nodiscard]] bool is_lower_name(std::string_view text, std::size_t size_max);
[[nodiscard]] bool is_account(std::string_view text);
/// "eu-west-1", "us-gov-west-1".
[[nodiscard]] bool is_region(std::string_view text);
[[nodiscard]] bool is_bucket_name(std::string_view text);
/// 1 to `size_max` bytes, none of them a control character.
[[nodiscard]] bool is_plain_text(std::string_view text, std::size_t size_max);
/// "arn:PARTITION:SERVICE:..." of the stack's partition.
[[nodiscard]] bool is_arn(std::string_view text, std::string_view partition,
                          std::string_view service);
/// "12", "0.25": digits, and one point between digits at most. No sign, no exponent.
[[nodiscard]] bool is_decimal(std::string_view text);
/// A decimal as AWS gives it back: "0.50" is "0.5", "007" is "7". Requires is_decimal().
[[nodiscard]] std::string plain_decimal(std::string_view text);

/// What is wrong with a list of subscribers; subjects are "MEMBER.protocol", "MEMBER.endpoint".
[[nodiscard]] std::vector<Fault> subscriber_faults(const std::string& member,
                                                   const std::vector<Subscriber>& subscribers,
                                                   std::string_view partition);

}  // namespace bedrocklog::provision
