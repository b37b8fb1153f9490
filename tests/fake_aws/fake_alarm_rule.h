// The rule of a composite alarm: which alarms it is about.
#pragma once

#include <string>
#include <vector>

namespace bedrocklog::fake_aws {

struct AlarmRule {
  /// Names or ARNs of other alarms, as they stand in it, each as often as it does.
  std::vector<std::string> children;
  std::size_t elements = 0;  // Children, TRUE and FALSE.
  std::string fault;         // Empty: it is well formed.
};

[[nodiscard]] AlarmRule read_alarm_rule(const std::string& text);

}  // namespace bedrocklog::fake_aws
