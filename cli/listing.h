// Small tables of text for the commands that are no report: prices, models, check.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/diagnostics.h"
#include "cli/settings.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

enum class ColumnKind : std::uint8_t {
  text,
  count,    // Whole number: aligned to the right, a number in JSON.
  decimal,  // Aligned to the right, a text in JSON so that no digit is lost.
};

struct ListingColumn {
  std::string name;
  ColumnKind kind = ColumnKind::text;
};

struct Listing {
  std::vector<ListingColumn> columns;
  std::vector<std::vector<std::string>> rows;  // One cell per column; empty: unknown.
};

/// "table": aligned columns, for people, unknown as "-".
/// "csv": RFC 4180 with a header, formulas neutralised. "json": an array of objects, unknown null.
/// Fails for other formats, naming --format.
[[nodiscard]] Result<std::string> render_listing(const Listing& listing, std::string_view format);

/// Prints the listing in the --format of `settings`.
[[nodiscard]] ExitCode print_listing(const Listing& listing, const Settings& settings);

/// One CSV cell as RFC 4180 wants it, with a quote before what a spreadsheet would run.
[[nodiscard]] std::string csv_cell(std::string_view text);

}  // namespace bedrocklog::cli
