// The four alarms of the core profile.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "provision/resource.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {

/// An alarm on the sum of two metrics, which becomes an alarm on each where CloudWatch must be
/// asked by queries: an alarm takes one (metric_alarm.h).
struct SumAlarmNames {
  std::string sum;
  std::array<std::string, 2> parts;
};
[[nodiscard]] std::array<SumAlarmNames, 2> sum_alarm_names(const Names& names);

/// Properties of each, without tags: four, or six where sums are watched in parts.
[[nodiscard]] std::vector<Json> usage_alarms(const StackSpec& spec, std::string_view region);

}  // namespace bedrocklog::provision
