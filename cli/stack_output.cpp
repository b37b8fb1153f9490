// Lines with and without the account in front.
#include "cli/stack_output.h"

#include <algorithm>

#include "cli/provision_json.h"

namespace bedrocklog::cli {

ExitCode StackOutput::print(std::string_view text) const {
  if (is_json) {
    return ExitCode::complete;
  }
  if (account.empty()) {
    return print_result(text);
  }
  std::string lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    const std::string_view line = text.substr(0, end + 1);
    lines += account;
    lines += line == "\n" ? ":" : ": ";
    lines += line;
    text.remove_prefix(end + 1);
  }
  return print_result(lines);
}

void StackOutput::count(const provision::Plan& plan) {
  const auto number_of = [&plan](const auto& is_counted) {
    return static_cast<std::size_t>(
        std::count_if(plan.steps.begin(), plan.steps.end(), is_counted));
  };
  changes = number_of([](const provision::Step& step) { return is_change(step.action); });
  conflicts = number_of(
      [](const provision::Step& step) { return step.action == provision::Action::conflict; });
  result = result_of(plan);
}

ExitCode print_document(const StackOutput& output, ExitCode code) {
  if (!output.is_json || output.document.is_null()) {
    return code;
  }
  const ExitCode printed = print_result(document_text(output.document));
  return code == ExitCode::complete ? printed : code;
}

}  // namespace bedrocklog::cli
