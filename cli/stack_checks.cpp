// Checks as text and JSON.
#include "cli/stack_checks.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "analytics/zone.h"
#include "cli/number_text.h"
#include "cli/session.h"
#include "cli/terminal_text.h"

namespace bedrocklog::cli {
namespace {

using provision::CheckResult;

/// Worst first.
constexpr std::array results = {CheckResult::fail, CheckResult::warn, CheckResult::unknown,
                                CheckResult::pass};
constexpr NumberRange archive_age_range = {0, 8'784};
constexpr std::int64_t second_of_ms = 1'000;

}  // namespace

OrExit<provision::VerifyChoices> verify_choices_of(const Session& session) {
  provision::VerifyChoices choices;
  const Result<analytics::Zone> zone = analytics::Zone::named(session.settings.text("tz"));
  if (!zone) {
    return stop_at_setting(session.settings, {"--tz", zone.error().message});
  }
  const Result<Now> now = now_of(session, *zone);
  if (!now) {
    return stop_at_setting(session.settings, now.error());
  }
  choices.now_seconds = now->at.value / second_of_ms;
  if (const std::string hours = session.settings.text("archive-age"); !hours.empty()) {
    const Result<std::uint64_t> number =
        parse_whole_number(hours, "--archive-age", archive_age_range);
    if (!number) {
      return stop_at_setting(session.settings, number.error());
    }
    choices.archive_age_hours_max = static_cast<unsigned>(*number);
  }
  return choices;
}

OrExit<std::vector<provision::Check>> check_stack(const StackChange& change) {
  const OrExit<provision::VerifyChoices> choices = verify_choices_of(change.request.session);
  if (!choices) {
    return choices.code();
  }
  return provision::verify(change.request.spec, change.plan, change.view.observed,
                           *change.target.calls, *choices);
}

std::string checks_text(const std::vector<provision::Check>& checks, bool shows_all) {
  std::string text;
  std::string summary;
  for (const CheckResult result : results) {
    std::size_t count = 0;
    for (const provision::Check& check : checks) {
      if (check.result != result) {
        continue;
      }
      ++count;
      if (result != CheckResult::pass || shows_all) {
        text += fmt::format("{:7} {} ({}): {}\n", name_of(result), printable(check.id),
                            printable(check.subject), printable(check.finding));
      }
    }
    if (count > 0) {
      summary += fmt::format("{}{} {}", summary.empty() ? "" : ", ", count, name_of(result));
    }
  }
  return fmt::format("{}{} checks: {}.\n", text, checks.size(), summary.empty() ? "none" : summary);
}

nlohmann::json checks_json(const std::vector<provision::Check>& checks) {
  nlohmann::json list = nlohmann::json::array();
  for (const provision::Check& check : checks) {
    list.push_back({{"id", check.id},
                    {"subject", check.subject},
                    {"result", name_of(check.result)},
                    {"finding", check.finding}});
  }
  return list;
}

std::string_view result_of(const std::vector<provision::Check>& checks) {
  for (const CheckResult result : results) {
    if (std::any_of(checks.begin(), checks.end(),
                    [&](const provision::Check& check) { return check.result == result; })) {
      return name_of(result);
    }
  }
  return name_of(CheckResult::pass);
}

ExitCode exit_code_of(const std::vector<provision::Check>& checks) {
  const bool has_failure =
      std::any_of(checks.begin(), checks.end(),
                  [](const provision::Check& check) { return check.result == CheckResult::fail; });
  return has_failure ? ExitCode::changes_pending : ExitCode::complete;
}

}  // namespace bedrocklog::cli
