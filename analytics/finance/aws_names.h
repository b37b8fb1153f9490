// What AWS calls its Regions, and who makes the models.
#pragma once

#include <string_view>

namespace bedrocklog::finance {

/// "US East (N. Virginia)"; a Region that is not known stays as it is.
[[nodiscard]] std::string_view region_name_of(std::string_view region);

/// "aws", "aws-us-gov", "aws-cn" or "aws-eusc": the partition in ARNs of a Region.
[[nodiscard]] std::string_view partition_of(std::string_view region);

/// "Anthropic" for "anthropic"; a provider that is not known stays as it is.
[[nodiscard]] std::string_view publisher_name_of(std::string_view provider);

}  // namespace bedrocklog::finance
