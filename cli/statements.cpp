// Names, files and index of statements.
#include "cli/statements.h"

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analytics/finance/cost_table.h"
#include "cli/csv_text.h"
#include "cli/folder_output.h"
#include "ingest/ensure.h"

namespace bedrocklog::cli {
namespace {

std::string_view ending_of(OutputFormat format) {
  switch (format) {
    case OutputFormat::table:
      return ".txt";
    case OutputFormat::csv:
      return ".csv";
    case OutputFormat::tsv:
      return ".tsv";
    case OutputFormat::json:
      return ".json";
    case OutputFormat::ndjson:
      return ".ndjson";
    case OutputFormat::markdown:
      return ".md";
    case OutputFormat::xlsx:
      return ".xlsx";
    case OutputFormat::focus_csv:
      break;
  }
  ensure(false);
  return {};
}

std::string in_csv_quotes(std::string_view text, bool raw) {
  std::string cell = "\"";
  for (const char character : raw ? std::string(text) : spreadsheet_safe(text)) {
    cell += character;
    if (character == '"') {
      cell += '"';
    }
  }
  return cell + '"';
}

/// Exact sums; a cost that is not known stays empty.
std::string index_row(const std::string& file, const finance::Statement& statement, bool raw) {
  const finance::CostRow total = statement.table.total();
  const bool is_known = total.is_cost_known();
  return fmt::format(
      "{},{},{},{},{},{}\r\n", file, in_csv_quotes(statement.value.value_or("(none)"), raw),
      statement.table.rows.size(), is_known ? to_decimal(total.list) : "",
      is_known ? to_decimal(total.net) : "", analytics::to_decimal(total.unpriced_tokens, 0, 0));
}

}  // namespace

std::optional<StatementFailure> write_statements(const StatementRequest& request,
                                                 const std::vector<finance::Statement>& statements,
                                                 const RenderOptions& options,
                                                 const MakeReport& make_report) {
  if (statements.size() > statements_max) {
    return StatementFailure{
        {"--split-by", fmt::format("makes {} files, more than {}; split by something coarser",
                                   statements.size(), statements_max)}};
  }
  Result<FolderOutput> folder = FolderOutput::begin(request.folder);
  if (!folder) {
    return StatementFailure{folder.error(), true};
  }
  std::set<std::string> taken;
  std::string index = fmt::format("file,{},rows,list_cost,net_cost,unpriced_tokens\r\n",
                                  in_csv_quotes(request.split_by, options.csv.raw));
  for (const finance::Statement& statement : statements) {
    const std::string file = file_name_for(statement.value.value_or("none"), taken) +
                             std::string(ending_of(request.format));
    const Result<analytics::Report> report = make_report(statement);
    if (!report) {
      return StatementFailure{report.error()};
    }
    std::optional<Fault> unfit;
    const std::optional<Fault> failed =
        folder->write(file, [&](const AppendPiece& append) -> std::optional<Fault> {
          const Result<void> done = render_in_pieces(*report, request.format, options, append);
          unfit = done ? std::nullopt : std::optional(done.error());
          return unfit;
        });
    if (failed) {
      return StatementFailure{unfit.value_or(*failed), !unfit};
    }
    index += index_row(file, statement, options.csv.raw);
  }
  const auto write_index = [&index](const AppendPiece& append) -> std::optional<Fault> {
    (void)append(index);
    return std::nullopt;
  };
  std::optional<Fault> failed = folder->write(std::string(index_file), write_index);
  failed = failed ? failed : folder->commit();
  return failed ? std::optional(StatementFailure{*failed, true}) : std::nullopt;
}

}  // namespace bedrocklog::cli
