// The parts of profile secure, each in a file of its own, in the order in which they are added.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/assembly.h"
#include "provision/metric_alarm.h"

namespace bedrocklog::provision {

/// Rules for training jobs that fail and for what happens to the key. event_rules.cpp.
void add_event_rules(Assembly& assembly);
/// Alarms M1 to M19 of a region. service_alarms.cpp, anomaly_alarms.cpp.
void add_service_alarms(Assembly& assembly, const std::string& region);
void add_anomaly_alarms(Assembly& assembly, const std::string& region);
/// An alarm of a class ("critical", "performance", "cost"), which rings at the class's topic when
/// two periods in a row breach.
struct ClassAlarm {
  std::string name;
  std::string alert_class;
  std::string description;
  Json threshold = nullptr;  // Null: a band's.
};
[[nodiscard]] AlarmDraft draft_of(const StackSpec& spec, const std::string& region,
                                  const ClassAlarm& alarm);
/// `properties` of such a draft.
void add_class_alarm(Assembly& assembly, const std::string& region, const ClassAlarm& alarm,
                     const Json& properties, std::vector<Address> needs = {});

/// Interface endpoints with their security groups. private_endpoints.cpp.
void add_private_endpoints(Assembly& assembly);
/// Guardrail and version of a region. content_guardrail.cpp.
void add_content_guardrail(Assembly& assembly, const std::string& region);
/// The role that applications call models with. access_role.cpp.
void add_access_role(Assembly& assembly);

/// Rule and alarm have one name.
inline constexpr const char* training_rule = "bedrock-training-failed";

[[nodiscard]] std::string guardrail_name_of(const StackSpec& spec);
/// ARN of the system's guardrail profile, which the tier STANDARD needs; nothing: the region's
/// geography has none.
[[nodiscard]] std::optional<std::string> guardrail_profile_arn(const StackSpec& spec,
                                                               std::string_view region);
/// Regions that models may be called in: those given, else the stack's.
[[nodiscard]] std::vector<std::string> model_regions_of(const StackSpec& spec);
/// ARNs of models and inference profiles: those given, else all that the account may have.
[[nodiscard]] Json invocable_models(const StackSpec& spec);
/// Patterns of aws:PrincipalArn that the admins have.
[[nodiscard]] Json admin_arns(const StackSpec& spec);

}  // namespace bedrocklog::provision
