// What goes to standard error, and how a failed step ends the process.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>

#include "cli/exit_code.h"
#include "cli/settings.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

/// The step of a run in which a Fault came up; it decides the exit code of a Fault without cause.
enum class Step : std::uint8_t {
  command_line,           // 64.
  configuration,          // 65.
  configuration_missing,  // 78.
  prices,                 // 65: a price file or model map.
  list_input,             // 66.
  scan,                   // 65: more groups than allowed.
  spill,                  // 74: temporary files.
  create_output,          // 73.
  write_output,           // 74.
  cloud,                  // 69: AWS refused what provisioning asked of it.
};

[[nodiscard]] ExitCode exit_code_of(Step step);

/// By the cause of the fault where it has one, whatever the step was.
[[nodiscard]] ExitCode exit_code_of(Step step, const Fault& fault);

/// Prints `bedrocklog: subject: message`. Control characters of either become visible; a message
/// may have several lines (the caret of an expression).
void print_fault(const Fault& fault);

/// Prints `bedrocklog: text`. For notices that --quiet turns off.
void print_notice(std::string_view text);

/// Prints the fault; the code to end with.
[[nodiscard]] ExitCode stop(Step step, const Fault& fault);

/// For a Fault about a setting, whose subject is the flag ("--by"). When the value came from a
/// variable or a file, the subject becomes that place, and a file makes it a configuration error.
[[nodiscard]] ExitCode stop_at_setting(const Settings& settings, const Fault& fault);

/// Writes a command's result to standard output: complete, also for a pipe that was closed.
[[nodiscard]] ExitCode print_result(std::string_view text);

/// A T, or the code to end with; then the fault has been printed.
template <class T>
class [[nodiscard]] OrExit {
 public:
  OrExit(T value) : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor): a result.
  OrExit(ExitCode code) : value_(code) {}        // NOLINT(google-explicit-constructor): a result.
  explicit operator bool() const { return std::holds_alternative<T>(value_); }
  /// Requires a T, as all below but code() do.
  T& operator*() { return std::get<T>(value_); }
  const T& operator*() const { return std::get<T>(value_); }
  T* operator->() { return &std::get<T>(value_); }
  const T* operator->() const { return &std::get<T>(value_); }
  [[nodiscard]] ExitCode code() const { return std::get<ExitCode>(value_); }  // Requires none.

 private:
  std::variant<T, ExitCode> value_;
};

}  // namespace bedrocklog::cli
