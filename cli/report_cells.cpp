// Cells of a report as text: column choice, exact decimals, thousands, k/M/G.
#include "cli/report_cells.h"

#include <algorithm>
#include <array>
#include <optional>
#include <variant>

#include <fmt/format.h>

#include "analytics/money.h"
#include "analytics/report_key.h"
#include "ingest/ensure.h"

namespace bedrocklog::cli {

using analytics::Int128;

Result<std::vector<std::size_t>> chosen_columns(const analytics::Report& report,
                                                const std::vector<std::string>& fields) {
  std::vector<std::size_t> chosen;
  if (fields.empty()) {
    for (std::size_t column = 0; column < report.columns.size(); ++column) {
      chosen.push_back(column);
    }
    return chosen;
  }
  std::vector<std::string> names;
  names.reserve(report.columns.size());
  for (const analytics::Column& column : report.columns) {
    names.push_back(column.name);
  }
  for (const std::string& field : fields) {
    const auto found = std::find(names.begin(), names.end(), field);
    if (found == names.end()) {
      const std::optional<std::string> near = analytics::nearest_name(field, names);
      return fault("--fields", fmt::format("this report has no column {}{}; its columns are {}",
                                           field, near ? "; did you mean " + *near + '?' : "",
                                           fmt::join(names, ", ")));
    }
    const auto column = static_cast<std::size_t>(found - names.begin());
    if (std::find(chosen.begin(), chosen.end(), column) != chosen.end()) {
      return fault("--fields", "names a column twice: " + field);
    }
    chosen.push_back(column);
  }
  return chosen;
}

CellText cell_text(const analytics::Report& report, const analytics::Row& row, std::size_t column,
                   std::string_view row_label) {
  ensure(column < report.columns.size());
  const analytics::Column& about = report.columns[column];
  const analytics::Cell cell = row.cell(column);
  if (about.is_key && row.kind() != analytics::RowKind::group) {
    return row_label.empty() ? CellText{} : CellText{CellKind::label, std::string(row_label)};
  }
  if (const auto* text = std::get_if<std::string_view>(&cell)) {
    return {CellKind::log_text, std::string(*text)};
  }
  if (const auto* value = std::get_if<Int128>(&cell)) {
    return {CellKind::figure, analytics::to_decimal(*value, about.scale, about.decimals_min)};
  }
  return about.is_key ? CellText{CellKind::label, "(none)"} : CellText{};
}

std::string with_thousands(std::string_view decimal) {
  const std::size_t start = decimal.starts_with('-') ? 1 : 0;
  const std::size_t point = std::min(decimal.find('.'), decimal.size());
  std::string grouped;
  for (std::size_t at = 0; at < decimal.size(); ++at) {
    if (at > start && at < point && (point - at) % 3 == 0) {
      grouped += ',';
    }
    grouped += decimal[at];
  }
  return grouped;
}

std::string with_thousands(std::uint64_t count) {
  return with_thousands(std::to_string(count));
}

std::string abbreviated(Int128 value) {
  constexpr Int128 exact_below = 10'000;
  struct Step {
    Int128 unit;
    char mark;
  };
  constexpr std::array<Step, 3> steps = {{{1'000, 'k'}, {1'000'000, 'M'}, {1'000'000'000, 'G'}}};
  if (value > -exact_below && value < exact_below) {
    return with_thousands(analytics::to_decimal(value, 0, 0));
  }
  for (const Step& step : steps) {
    Int128 fraction = 100;  // 10^decimals.
    for (const unsigned decimals : {2U, 1U, 0U}) {
      const Int128 digits = analytics::divide_half_even(value * fraction, step.unit);
      if (digits > -1'000 && digits < 1'000) {
        return analytics::to_decimal(digits, decimals, decimals) + step.mark;
      }
      fraction /= 10;
    }
  }
  const Step& largest = steps.back();
  const Int128 digits = analytics::divide_half_even(value, largest.unit);
  return with_thousands(analytics::to_decimal(digits, 0, 0)) + largest.mark;
}

}  // namespace bedrocklog::cli
