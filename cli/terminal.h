// What standard output and standard error are connected to, and how tables may look there.
#pragma once

#include "cli/environment.h"
#include "cli/output_format.h"
#include "cli/settings.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

inline constexpr int table_width_max = 10'000;

[[nodiscard]] bool output_is_terminal();
[[nodiscard]] bool errors_are_terminal();

/// Columns of the terminal at standard output; 0 when it is none or does not tell.
[[nodiscard]] int terminal_width();

/// Whether the locale of the environment (LC_ALL, LC_CTYPE, LANG, the first that is set) is UTF-8.
[[nodiscard]] bool locale_is_utf8(const Environment& environment);

/// Colour, line drawing and width for standard output. --color and --width win; then FORCE_COLOR
/// (not "0") turns colour on, NO_COLOR and TERM=dumb turn it off; else a terminal has colour.
[[nodiscard]] Result<TableStyle> table_style(const Settings& settings,
                                             const Environment& environment, bool is_terminal);

}  // namespace bedrocklog::cli
