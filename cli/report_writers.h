// The writer behind each format of a report. render() in output_format.h is their only caller.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analytics/report.h"
#include "cli/output_file.h"
#include "cli/output_format.h"

namespace bedrocklog::cli {

// Each hands its text to `append` piece by piece, and, where it is a bool, is false as soon as
// `append` is.

/// Positions in `report.columns`, as chosen_columns() gives them.
using ColumnChoice = std::vector<std::size_t>;

/// For people at a terminal: aligned columns, then the account of the input. Every log text is made
/// printable(); figures are never cut.
[[nodiscard]] bool write_table(const analytics::Report& report, const ColumnChoice& columns,
                               const TableStyle& style, const AppendPiece& append);

/// RFC 4180: CRLF, one header row, machine numbers. "(none)" is a missing key, "(other)" and
/// "(total)" stand in the first key column shown; an unknown figure is an empty cell. Log text
/// that a spreadsheet would take for a formula gets a leading apostrophe, and characters that move
/// a terminal's cursor become U+FFFD, unless style.raw.
[[nodiscard]] bool write_csv(const analytics::Report& report, const ColumnChoice& columns,
                             const CsvStyle& style, std::size_t workers, const AppendPiece& append);

/// Like CSV with tabs, LF and no quoting: tabs and line ends inside a text become blanks.
/// style.delimiter is not looked at.
[[nodiscard]] bool write_tsv(const analytics::Report& report, const ColumnChoice& columns,
                             const CsvStyle& style, std::size_t workers, const AppendPiece& append);

/// The table of write_table() without what stands around it; of write_markdown() likewise.
[[nodiscard]] std::string table_alone(const analytics::Report& report, const ColumnChoice& columns,
                                      const TableStyle& style);
[[nodiscard]] std::string markdown_table(const analytics::Report& report,
                                         const ColumnChoice& columns);

/// `bedrocklog.report/1`, see data/schema/report-1.schema.json. Keys sorted, ASCII only, `<`
/// escaped, so that the document is inert on a terminal and inside a web page.
[[nodiscard]] bool write_json(const analytics::Report& report, const ColumnChoice& columns,
                              const RenderOptions& options, const AppendPiece& append);

/// One JSON object per line. The first is the report without its rows under the schema name
/// `bedrocklog.rows/1` (coverage, prices and totals before any figure); each further line is one
/// row as in `bedrocklog.report/1`.
[[nodiscard]] bool write_ndjson(const analytics::Report& report, const ColumnChoice& columns,
                                const RenderOptions& options, const AppendPiece& append);

/// A pipe table with a totals row, then the account of the input as a list. Exact figures.
[[nodiscard]] bool write_markdown(const analytics::Report& report, const ColumnChoice& columns,
                                  const AppendPiece& append);

/// A workbook with the sheets report, account of input, prices and notes. Fails where the rows are
/// more than a sheet holds and where libxlsxwriter is not installed; what `append` does not want is
/// no fault.
[[nodiscard]] Result<void> write_xlsx(const analytics::Report& report, const ColumnChoice& columns,
                                      const RenderOptions& options, const AppendPiece& append);

/// The columns that write_table() leaves out at this width, by name.
[[nodiscard]] std::vector<std::string> columns_left_out(const analytics::Report& report,
                                                        const ColumnChoice& columns,
                                                        const TableStyle& style);

}  // namespace bedrocklog::cli
