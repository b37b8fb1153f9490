// What CloudWatch asks of alarms and of dashboards.
#pragma once

#include <span>
#include <string>

#include "tests/fake_aws/fake_members.h"

namespace bedrocklog::fake_aws {

/// Of PutMetricAlarm.
[[nodiscard]] std::span<const Member> alarm_members();
/// Of a dimension: name and value.
[[nodiscard]] std::span<const Member> dimension_members();

/// Why the alarm is refused, whose members are each well formed; "": it is not.
[[nodiscard]] std::string alarm_fault(const Json& alarm, const std::string& region);
/// As DescribeAlarms tells it: what has a default is there, numbers have a fraction.
[[nodiscard]] Json told_alarm(const Json& alarm);

/// Of PutCompositeAlarm.
[[nodiscard]] std::span<const Member> composite_members();
/// The same for composite alarms, but for their rule.
[[nodiscard]] std::string composite_fault(const Json& alarm, const std::string& region);
[[nodiscard]] Json told_composite(const Json& alarm);

/// Why a dashboard's body is refused; "": it is not.
[[nodiscard]] std::string dashboard_fault(const std::string& body);

}  // namespace bedrocklog::fake_aws
