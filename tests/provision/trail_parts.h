// A trail with all that it stands on: bucket, role, log group.
#pragma once

#include <string>
#include <vector>

#include "tests/provision/parts_run.h"

namespace bedrocklog::provision {

inline constexpr const char* trail_region = "eu-west-1";
inline constexpr const char* trail_bucket = "trail-files-123456789012";
inline constexpr const char* trail_arn =
    "arn:aws:cloudtrail:eu-west-1:123456789012:trail/bedrock-trail";
[[nodiscard]] Address trail_address();

/// Selects data events of AWS::Bedrock::TYPE.
[[nodiscard]] Json data_selector(const std::string& type);
/// Statements that let the trail write into its bucket.
[[nodiscard]] std::vector<Json> trail_delivery_statements();
/// Without tags.
[[nodiscard]] Json trail_properties();
/// What the trail stands on.
[[nodiscard]] Parts without_trail();
/// `changes` are merged into the properties; null takes a member away.
[[nodiscard]] Parts with_trail(const Json& changes = Json::object());

}  // namespace bedrocklog::provision
