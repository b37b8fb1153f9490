// Passed, failed, not asked.
#include "provision/check_outcome.h"

#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/permissions.h"

namespace bedrocklog::provision {

Check concluded(Check check, CheckResult result, std::string finding) {
  check.result = result;
  check.finding = std::move(finding);
  return check;
}

Check judged(Check check, CheckResult otherwise, std::string flaw) {
  return flaw.empty() ? concluded(std::move(check), CheckResult::pass, "as it should be")
                      : concluded(std::move(check), otherwise, std::move(flaw));
}

Check unasked(Check check, std::string_view service, std::string_view operation,
              const aws::CallFailure& failure) {
  if (failure.fault.cause != FaultCause::access_denied) {
    return concluded(
        std::move(check), CheckResult::unknown,
        fmt::format("could not be asked: {}: {}", failure.fault.subject, failure.fault.message));
  }
  const auto actions = actions_of(service, operation).value_or(std::vector<std::string>());
  return concluded(
      std::move(check), CheckResult::unknown,
      fmt::format("may not be asked; the missing right: {}", fmt::join(actions, ", ")));
}

std::string text_at(const Json& document, const std::string& pointer) {
  const Json::json_pointer path(pointer);
  if (!document.contains(path)) {
    return {};
  }
  const Json& value = document.at(path);
  return value.is_string() ? value.get<std::string>() : std::string();
}

}  // namespace bedrocklog::provision
