// Reports made by hand for the tests of the writers.
#pragma once

#include <string>
#include <vector>

#include "analytics/report.h"
#include "analytics/usage_report.h"

namespace bedrocklog::cli {

/// Texts that attack a terminal, a spreadsheet, a web page or a parser.
[[nodiscard]] const std::vector<std::string>& hostile_texts();

/// Grouped by model and user, with every part of the account filled, an `other` row, an unknown
/// figure, a missing key and amounts with many digits.
[[nodiscard]] analytics::Report full_report();

/// The same with a hostile text in every place that can hold one from a log or a file name.
[[nodiscard]] analytics::Report hostile_report(const std::string& text);

/// full_report() with so many rows that several threads write them.
[[nodiscard]] analytics::Report long_report();

/// Nothing counted, nothing grouped, both ends of the range open.
[[nodiscard]] analytics::Report empty_report();

[[nodiscard]] analytics::UsageReport usage_report();

}  // namespace bedrocklog::cli
