// Names and file endings of the formats, and the way from a format to its writer.
#include "cli/output_format.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "analytics/report_key.h"
#include "cli/report_cells.h"
#include "cli/report_writers.h"
#include "ingest/ensure.h"

namespace bedrocklog::cli {
namespace {

constexpr std::array<std::pair<std::string_view, OutputFormat>, 8> names = {{
    {"table", OutputFormat::table},
    {"csv", OutputFormat::csv},
    {"tsv", OutputFormat::tsv},
    {"json", OutputFormat::json},
    {"ndjson", OutputFormat::ndjson},
    {"markdown", OutputFormat::markdown},
    {"xlsx", OutputFormat::xlsx},
    {"focus-csv", OutputFormat::focus_csv},
}};

constexpr std::array<std::pair<std::string_view, OutputFormat>, 10> endings = {{
    {".focus.csv", OutputFormat::focus_csv},  // Before .csv.
    {".csv", OutputFormat::csv},
    {".tsv", OutputFormat::tsv},
    {".json", OutputFormat::json},
    {".ndjson", OutputFormat::ndjson},
    {".jsonl", OutputFormat::ndjson},
    {".md", OutputFormat::markdown},
    {".markdown", OutputFormat::markdown},
    {".txt", OutputFormat::table},
    {".xlsx", OutputFormat::xlsx},
}};

template <class Table>
std::vector<std::string> first_of_each(const Table& table) {
  std::vector<std::string> firsts;
  firsts.reserve(table.size());
  for (const auto& [first, format] : table) {
    firsts.emplace_back(first);
  }
  return firsts;
}

}  // namespace

Result<OutputFormat> parse_format(std::string_view name) {
  for (const auto& [known, format] : names) {
    if (name == known) {
      return format;
    }
  }
  const std::vector<std::string> known = first_of_each(names);
  const std::optional<std::string> near = analytics::nearest_name(name, known);
  return fault("--format",
               fmt::format("unknown format {}{}; known are {}", name,
                           near ? "; did you mean " + *near + '?' : "", fmt::join(known, ", ")));
}

Result<OutputFormat> format_of_file(const std::string& path) {
  std::string name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0.
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  for (const auto& [known, format] : endings) {
    if (name.ends_with(known)) {
      return format;
    }
  }
  return fault(path, fmt::format("no format is known for this ending; use --format, or one of {}",
                                 fmt::join(first_of_each(endings), " ")));
}

Result<std::string> render(const analytics::Report& report, OutputFormat format,
                           const RenderOptions& options) {
  std::string document;
  const Result<void> done =
      render_in_pieces(report, format, options, [&document](std::string_view piece) {
        document += piece;
        return true;
      });
  if (!done) {
    return pass_on(done);
  }
  return document;
}

Result<void> render_in_pieces(const analytics::Report& report, OutputFormat format,
                              const RenderOptions& options, const AppendPiece& append) {
  const Result<ColumnChoice> columns = chosen_columns(report, options.fields);
  if (!columns) {
    return pass_on(columns);
  }
  // What was not wanted any more is no fault of the document.
  switch (format) {
    case OutputFormat::table:
      (void)write_table(report, *columns, options.table, append);
      return {};
    case OutputFormat::csv:
      (void)write_csv(report, *columns, options.csv, options.workers, append);
      return {};
    case OutputFormat::tsv:
      (void)write_tsv(report, *columns, options.csv, options.workers, append);
      return {};
    case OutputFormat::json:
      (void)write_json(report, *columns, options, append);
      return {};
    case OutputFormat::ndjson:
      (void)write_ndjson(report, *columns, options, append);
      return {};
    case OutputFormat::markdown:
      (void)write_markdown(report, *columns, append);
      return {};
    case OutputFormat::xlsx:
      return write_xlsx(report, *columns, options, append);
    case OutputFormat::focus_csv:
      break;  // Made of charges, not of a report: wants_focus() is asked before.
  }
  ensure(false);
  return {};
}

std::vector<std::string> hidden_columns(const analytics::Report& report,
                                        const RenderOptions& options) {
  const Result<ColumnChoice> columns = chosen_columns(report, options.fields);
  return columns ? columns_left_out(report, *columns, options.table) : std::vector<std::string>{};
}

}  // namespace bedrocklog::cli
