// The one table from failed step to exit code, and the one way to standard error.
#include "cli/diagnostics.h"

#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "cli/output_file.h"
#include "cli/terminal_text.h"

namespace bedrocklog::cli {
namespace {

void print_lines(std::string_view text) {
  std::string out = "bedrocklog: ";
  while (true) {
    const std::size_t end = text.find('\n');
    out += printable(text.substr(0, end));
    out += '\n';
    if (end == std::string_view::npos || end + 1 == text.size()) {
      break;
    }
    text.remove_prefix(end + 1);
  }
  std::fwrite(out.data(), 1, out.size(), stderr);  // Nothing sensible to do when it fails.
}

}  // namespace

ExitCode exit_code_of(Step step) {
  switch (step) {
    case Step::command_line:
      return ExitCode::usage;
    case Step::configuration:
    case Step::prices:
    case Step::scan:
      return ExitCode::data_unusable;
    case Step::configuration_missing:
      return ExitCode::configuration_missing;
    case Step::list_input:
      return ExitCode::nothing_found;
    case Step::create_output:
      return ExitCode::cannot_create;
    case Step::spill:
    case Step::write_output:
      return ExitCode::io_error;
    case Step::cloud:
      return ExitCode::service_unavailable;
  }
  return ExitCode::internal;
}

ExitCode exit_code_of(Step step, const Fault& fault) {
  switch (fault.cause) {
    case FaultCause::unspecified:
      return exit_code_of(step);
    case FaultCause::access_denied:
      return ExitCode::access_denied;
    case FaultCause::credentials_missing:
      return ExitCode::configuration_missing;
    case FaultCause::unavailable:
      return ExitCode::service_unavailable;
    case FaultCause::try_again:
      return ExitCode::temporary_failure;
    case FaultCause::not_found:
      return ExitCode::nothing_found;
  }
  return ExitCode::internal;
}

void print_fault(const Fault& fault) {
  print_lines(fmt::format("{}: {}", fault.subject, fault.message));
}

void print_notice(std::string_view text) {
  print_lines(text);
}

ExitCode stop(Step step, const Fault& fault) {
  print_fault(fault);
  return exit_code_of(step, fault);
}

ExitCode stop_at_setting(const Settings& settings, const Fault& fault) {
  const std::string_view subject = fault.subject;
  const Setting* setting = subject.starts_with("--") ? settings.find(subject.substr(2)) : nullptr;
  if (setting == nullptr) {
    return stop(Step::command_line, fault);
  }
  if (setting->origin == Origin::environment) {
    return stop(Step::command_line, {setting->place, fault.message, fault.cause});
  }
  if (setting->origin == Origin::file) {
    return stop(
        Step::configuration,
        {setting->place, fmt::format("{}: {}", subject.substr(2), fault.message), fault.cause});
  }
  return stop(Step::command_line, fault);
}

ExitCode print_result(std::string_view text) {
  const Result<bool> written = write_standard_output(text);
  return written ? ExitCode::complete : stop(Step::write_output, written.error());
}

}  // namespace bedrocklog::cli
