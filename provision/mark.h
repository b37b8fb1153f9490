// How we tell what is ours: tags, and where AWS has none, a mark in the thing itself.
//
// | kind | mark |
// | what takes tags (bucket, log group, role, topic, alarms, key, trail, rule, group, endpoint,
//   guardrail) | tags |
// | dashboard | its first widget is a text that says so (marker_text) |
// | bucket policy, topic policy | Sid of each statement begins with `Bedrocklog`, or is the one
//   that Bedrock writes itself (AmazonBedrockLogsWrite) |
// | subscription | it is of a topic of ours |
// | logging configuration | all its destinations and its role are ours |
// | key alias | its key carries our tags |
// | metric filter | its metric is of the namespace BedrockLog/STACK |
// | query | its name begins with bedrocklog/STACK/ |
// | anomaly detector | its time zone is Etc/UTC, which means what none means |
// | budget | its name begins with bedrocklog-STACK- |
// | guardrail version | its description: bedrocklog STACK DIGEST |
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/observed_state.h"
#include "provision/resource.h"

namespace bedrocklog::provision {

inline constexpr std::string_view stack_tag = "bedrocklog:stack";
inline constexpr std::string_view managed_tag = "bedrocklog:managed";
inline constexpr std::string_view adopted_tag = "bedrocklog:adopted";
inline constexpr std::string_view profile_tag = "bedrocklog:profile";
inline constexpr std::string_view delivery_sid = "AmazonBedrockLogsWrite";
inline constexpr std::string_view sid_prefix = "Bedrocklog";
/// Id of the target that is ours at a rule of EventBridge.
inline constexpr std::string_view our_target_id = "topic";

using Tags = std::map<std::string, std::string, std::less<>>;

/// [{"Key":..,"Value":..}] sorted by key, as in properties.
[[nodiscard]] Json to_json(const Tags& tags);
[[nodiscard]] Tags tags_of(const Json& properties);

/// Keys of the tags that are ours.
[[nodiscard]] std::vector<std::string> our_tag_keys(const Json& properties);

struct Mark {
  Ownership ownership = Ownership::foreign;
  std::string owner;
};
/// By tags, seen from the stack of that name.
[[nodiscard]] Mark mark_of(const Tags& tags, std::string_view stack);
/// The text by which a dashboard is known as ours, with the stack's name in it.
[[nodiscard]] std::string marker_text(std::string_view stack);
/// By the body of a dashboard.
[[nodiscard]] Mark mark_of_dashboard(const Json& body, std::string_view stack);
/// Whether a statement of a bucket or topic policy is one that we write.
[[nodiscard]] bool is_our_statement(const Json& statement);

}  // namespace bedrocklog::provision
