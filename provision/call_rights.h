// Which call of ours needs which right, on what, and which commands make it: one table, by the
// Service Authorization Reference of each service.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace bedrocklog::provision {

/// What a right is limited to.
enum class RightScope : std::uint8_t {
  nothing,            // The call needs no right.
  bucket,             // The bucket itself.
  objects,            // All objects of the bucket: emptying it.
  log_group,          // With and without what is in it: CloudWatch Logs asks for either.
  log_groups,         // All of account and region: a list.
  filtered_group,     // The log group of a metric filter.
  role,               //
  topic,              //
  subscribed,         // Topics that the stack subscribes to.
  alarm,              //
  alarms,             // All of account and region: a list.
  composite,          // The composite alarm, for its tags.
  dashboard,          //
  keys,               // All keys of account and region: which is ours is seen by looking.
  new_key,            // All keys, while they are made with our tag.
  own_key,            // Keys with our tag.
  alias,              // The alias; the key that it names has to be allowed beside it.
  trail,              //
  rule,               // Of the default event bus.
  budget,             //
  vpc,                // The VPC of the network settings.
  endpoint_parts,     // VPC, subnets and groups that an endpoint is put together from.
  new_group,          // Security groups, made with our tag.
  own_group,          // Security groups with our tag.
  new_endpoint,       // Endpoints, made with our tag.
  own_endpoint,       // Endpoints with our tag.
  new_network_tags,   // Tags given by the call that makes a group or an endpoint.
  guardrails,         // All of account and region: a list, and which is ours is seen by looking.
  new_guardrail,      // Any guardrail, made with our tag.
  own_guardrail,      // Guardrails with our tag.
  guardrail_key,      // Keys with our tag, for the one who makes a guardrail with it.
  unlimited_logging,  // The service knows no resource for it. By what the call is about:
  unlimited_subscription,
  unlimited_metrics,
  unlimited_query,
  unlimited_detector,
  unlimited_composite,
  unlimited_key,
  unlimited_trail,
  unlimited_network,
  unlimited_guardrail,
};

// Commands that make a call.
inline constexpr unsigned right_reads = 1;     // plan, and so all of them.
inline constexpr unsigned right_writes = 2;    // apply.
inline constexpr unsigned right_removes = 4;   // destroy; of what holds no data apply, too.
inline constexpr unsigned right_searches = 8;  // verify --canary.

struct CallRight {
  std::string_view service;
  std::string_view operation;
  RightScope scope = RightScope::nothing;
  unsigned use = 0;
  /// Blank separated, without "SERVICE:" in front unless it is another service's; empty: as the
  /// operation is called.
  std::string_view actions = "";
};

/// A call that is about several kinds of resources has several rows.
[[nodiscard]] std::span<const CallRight> call_rights();

/// "iam:GetRole" and the like into the set.
void add_actions(const CallRight& right, std::set<std::string>& into);

/// What is held there is lost when it is removed: only destroy may.
[[nodiscard]] bool is_about_data(RightScope scope);

}  // namespace bedrocklog::provision
