// Every exit code of the program, chosen nowhere else. 64 and above follow BSD sysexits.h, so that
// schedulers understand them (75: try again).
#pragma once

#include <cstdint>

namespace bedrocklog::cli {

enum class ExitCode : std::uint8_t {
  complete = 0,
  condition_met = 1,    // --fail-if, or `check` found defects.
  changes_pending = 2,  // provision plan, provision verify.
  incomplete = 3,       // Written, but some input was unusable; --allow-partial makes it 0.
  conflict = 4,         // provision, cost --close, prices import: needs a decision.
  usage = 64,           // Wrong flag or value.
  data_unusable = 65,   // Price file, configuration or plan that cannot be used.
  nothing_found = 66,   // No such location, or nothing in it.
  service_unavailable = 69,
  internal = 70,       // A library threw what nobody expected.
  cannot_create = 73,  // An output file.
  io_error = 74,
  temporary_failure = 75,
  access_denied = 77,
  configuration_missing = 78,
  interrupted = 130,  // SIGINT.
  terminated = 143,   // SIGTERM.
};

}  // namespace bedrocklog::cli
