// Is the stack there, as it should be, and does it work? Reads only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provision/observed_state.h"
#include "provision/plan.h"
#include "provision/resource_provider.h"

namespace bedrocklog::provision {

enum class CheckResult : std::uint8_t { pass, warn, fail, unknown };
[[nodiscard]] std::string_view name_of(CheckResult result);

struct Check {
  std::string id;       // "bucket-policy-lets-bedrock-write", stable.
  std::string subject;  // An address, or "stack".
  CheckResult result = CheckResult::unknown;
  std::string finding;  // What was seen; of warn and fail also what to do.
};

struct VerifyChoices {
  unsigned archive_age_hours_max = 24;  // The newest object may be so old; 0: not asked.
  std::int64_t now_seconds = 0;
};

/// Sorted by id and subject. What the plan says to be different fails; beyond it the checks ask
/// what no property tells: subscriptions confirmed, log stream and archive objects there and young,
/// metrics known, alarms and widgets with data; of profile observability the six kinds of logging
/// and the trail at work (logging_types(), trail_checks.h); of profile secure its eight promises
/// (posture.h), the key (key_checks.h), network and guardrail. Four of them look for what usually
/// is wrong when nothing works: dns-attributes, confused-deputy-prevented, network-reachable,
/// key-policy-serves.
[[nodiscard]] std::vector<Check> verify(const StackSpec& spec, const Plan& plan,
                                        const ObservedState& observed, aws::ServiceCalls& calls,
                                        const VerifyChoices& choices);

/// Makes an alarm of the stack fire for a moment (SetAlarmState), so that its notification can be
/// seen to arrive. CloudWatch puts the state right at the alarm's next evaluation.
[[nodiscard]] Result<void> send_test_notification(const StackSpec& spec, const Address& alarm,
                                                  aws::ServiceCalls& calls);

}  // namespace bedrocklog::provision
