// The parts of profile observability, each in a file of its own, and what they share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/assembly.h"
#include "provision/resource.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {

/// "/aws/bedrock/PURPOSE/ENV": application-logs, security-events (both written by the account's own
/// applications), cloudtrail-logs.
[[nodiscard]] Address environment_log_group(const StackSpec& spec, std::string_view region,
                                            std::string_view purpose);
/// Where the trail writes, in the home region.
[[nodiscard]] Address trail_log_group(const StackSpec& spec);
/// The stack has a trail of its own. Events of another trail (use_trail) are in no log group of the
/// stack: filters, alarms, queries and widgets over them are left out, and the plan says so.
[[nodiscard]] bool has_trail(const StackSpec& spec);
/// "BedrockLog/STACK": namespace of the metrics that filters make of logs.
[[nodiscard]] std::string filter_namespace(const StackSpec& spec);

/// Who is told by the alarms of a region: our topic, or the one that is reused.
struct AlarmTopic {
  std::string arn;
  std::vector<Address> needs;  // What an alarm must wait for.
};
[[nodiscard]] AlarmTopic alarm_topic(const StackSpec& spec, const std::string& region);

/// "bedrock-critical-unauthorized-ENV" of name "bedrock-critical-unauthorized".
[[nodiscard]] std::string environment_name(const StackSpec& spec, std::string_view name);

/// Bucket, role and trail. trail_layer.cpp.
void add_trail_layer(Assembly& assembly);
/// Metrics out of logs. monitoring_filters.cpp.
void add_monitoring_filters(Assembly& assembly);
/// Alarms T1 to T10. tier_alarms.cpp.
void add_tier_alarms(Assembly& assembly);
/// tier_alarms.cpp: names of the alarms of a region that a status widget shows, T5 and T3 first.
[[nodiscard]] std::vector<std::string> tier_alarm_names(const StackSpec& spec,
                                                        const std::string& region);
/// saved_queries.cpp.
void add_saved_queries(Assembly& assembly);
/// The four dashboards. stakeholder_dashboards.cpp.
void add_stakeholder_dashboards(Assembly& assembly);
/// budget.cpp.
void add_budget(Assembly& assembly);

/// delivery_alarms.cpp: "bedrock-log-delivery-cloudwatch", "-s3", "-large-data".
[[nodiscard]] const std::vector<std::string>& delivery_alarm_names();

}  // namespace bedrocklog::provision
