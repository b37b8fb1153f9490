// The formats a report can be written in, and the writers behind them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/report.h"
#include "analytics/usage_report.h"
#include "cli/output_file.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

enum class OutputFormat : std::uint8_t { table, csv, tsv, json, ndjson, markdown, xlsx, focus_csv };

/// "table", "csv", ... ; unknown names suggest the nearest.
[[nodiscard]] Result<OutputFormat> parse_format(std::string_view name);

/// By the ending of a file: .csv .tsv .json .ndjson .jsonl .md .markdown .txt .xlsx
/// .focus.csv. Fails for
/// others.
[[nodiscard]] Result<OutputFormat> format_of_file(const std::string& path);

struct TableStyle {
  bool color = false;   // ANSI colours.
  bool unicode = true;  // Box drawing and marks; else ASCII.
  int width = 0;        // Columns of the terminal; 0: unlimited.
};

struct CsvStyle {
  char delimiter = ',';
  bool byte_order_mark = false;
  bool raw = false;  // Do not neutralise spreadsheet formulas.
  bool total_row = false;
};

/// What a command hands to the writers besides the report.
struct RenderOptions {
  std::vector<std::string> fields;  // Columns to show, in order; empty: all.
  TableStyle table;
  CsvStyle csv;
  std::size_t workers = 1;  // Threads to write rows on; the document is the same for any number.
  std::string tool_version;
  std::optional<std::string>
      generated_at;  // RFC 3339; only when --now or SOURCE_DATE_EPOCH is given.
};

/// For files and pipes only: not for a terminal.
[[nodiscard]] inline bool is_binary(OutputFormat format) {
  return format == OutputFormat::xlsx;
}

/// The whole document, ending in a newline. `fields` names unknown columns => Fault on --fields.
[[nodiscard]] Result<std::string> render(const analytics::Report& report, OutputFormat format,
                                         const RenderOptions& options);

/// render() for a document that may be too large to hold: hands it to `append` in pieces, as they
/// are made. Ends early, without a Fault, when `append` says false.
[[nodiscard]] Result<void> render_in_pieces(const analytics::Report& report, OutputFormat format,
                                            const RenderOptions& options,
                                            const AppendPiece& append);

/// Columns the table writer left out for want of width, for the notice on stderr. Call after
/// render() with OutputFormat::table and the same arguments.
[[nodiscard]] std::vector<std::string> hidden_columns(const analytics::Report& report,
                                                      const RenderOptions& options);

/// The usage report as JSON (period, summary, byModel, projections, performance).
[[nodiscard]] std::string render_usage_json(const analytics::UsageReport& usage);

}  // namespace bedrocklog::cli
