// Event selectors that CloudTrail does not take: a type of data events that a region has not.
//
// They are left out, so that the rest is logged, and noted in tags of the trail, so that the next
// plan knows of it. Whoever takes such a tag away has it tried again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/resource.h"

namespace bedrocklog::provision {

/// What stands before the name of the events in the key of such a tag.
inline constexpr std::string_view refused_tag_prefix = "bedrocklog:refused:";

/// "AWS::Bedrock::Model" of data events, "NetworkActivity"; empty: management events, which every
/// trail can have.
[[nodiscard]] std::string selected_events(const Json& selector);
/// By the tags among the properties of a trail.
[[nodiscard]] std::vector<std::string> refused_events(const Json& properties);
/// A trail's properties without selectors of these events.
[[nodiscard]] Json without_events(const Json& properties, const std::vector<std::string>& events);

}  // namespace bedrocklog::provision
