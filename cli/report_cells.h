// Cells of a report as every writer needs them: which columns to show, and the digits of a figure.
//
// All decimals of all formats are made here, so that the formats cannot disagree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/report.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

/// Positions in `report.columns` of the columns named by `fields`, in that order; all of them when
/// `fields` is empty. A name that is unknown or stands twice is a Fault on --fields.
[[nodiscard]] Result<std::vector<std::size_t>> chosen_columns(
    const analytics::Report& report, const std::vector<std::string>& fields);

/// What a cell is to a reader, which decides how it is aligned, quoted and guarded.
enum class CellKind : std::uint8_t {
  figure,    // Plain decimal with all its digits: "12345.67".
  log_text,  // From a log, unchanged: hostile until the writer has made it safe.
  label,     // A word of ours: "(none)", or the row's label.
  unknown    // Nothing is known; `text` is empty.
};

struct CellText {
  CellKind kind = CellKind::unknown;
  std::string text;
};

/// The cell of `row` in column number `column`. `row_label` stands in for a key of a row that is no
/// group (the `other` and total rows have no keys): pass it for the first key column shown, "" for
/// the others. A missing key of a group is "(none)".
[[nodiscard]] CellText cell_text(const analytics::Report& report, const analytics::Row& row,
                                 std::size_t column, std::string_view row_label);

/// "-1234567.5" -> "-1,234,567.5".
[[nodiscard]] std::string with_thousands(std::string_view decimal);
[[nodiscard]] std::string with_thousands(std::uint64_t count);

/// A whole number of at least 10,000 with three significant digits, half to even: "12.3k", "4.56M",
/// "789G". Smaller ones keep all their digits.
[[nodiscard]] std::string abbreviated(analytics::Int128 value);

}  // namespace bedrocklog::cli
