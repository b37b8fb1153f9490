// Puts the two tables together; the writers of reports do the rest.
#include "cli/reconcile_writer.h"

#include <numeric>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "analytics/finance/reconcile_report.h"
#include "analytics/money.h"
#include "cli/json_text.h"
#include "cli/report_cells.h"
#include "cli/report_writers.h"
#include "cli/terminal_text.h"

namespace bedrocklog::cli {
namespace {

using nlohmann::json;

json tokens_json(analytics::Int128 tokens_e12) {
  return analytics::to_decimal(tokens_e12, finance::bill_token_scale, 0);
}

json sides_json(const finance::BothSides& sides) {
  const analytics::Int128 log_e12 = sides.log_tokens * finance::bill_token_unit;
  return {{"rows", sides.rows},
          {"bill_lines", sides.bill_lines},
          {"log_tokens", tokens_json(log_e12)},
          {"bill_tokens", tokens_json(sides.bill_tokens_e12)},
          {"token_difference", tokens_json(sides.bill_tokens_e12 - log_e12)},
          {"log_cost", analytics::to_decimal(sides.log_cost)},
          {"bill_cost", analytics::to_decimal(sides.bill_cost)},
          {"cost_difference", analytics::to_decimal(sides.bill_cost - sides.log_cost)},
          {"unpriced_rows", sides.unpriced_rows}};
}

json causes_json(const finance::Reconciliation& result) {
  json causes = json::array();
  for (const finance::CauseSum& sum : result.causes) {
    json cause = sides_json(sum.sides);
    const std::string_view name = name_of(sum.cause);
    const std::string_view meaning = finance::meaning_of(sum.cause);
    cause["bucket"] = name_of(sum.bucket);
    cause["cause"] = name.empty() ? json(nullptr) : json(name);
    cause["meaning"] = meaning.empty() ? json(nullptr) : json(meaning);
    causes.push_back(std::move(cause));
  }
  return causes;
}

json bill_json(const finance::BillAccount& bill) {
  json files = json::array();
  for (const finance::BillFile& file : bill.files) {
    files.push_back(
        {{"name", valid_utf8(file.name)}, {"form", name_of(file.form)}, {"rows", file.rows}});
  }
  json defects = json::array();
  for (const std::string& defect : finance::defects_of(bill)) {
    defects.push_back(valid_utf8(defect));
  }
  return {{"files", std::move(files)},
          {"complete", bill.complete()},
          {"rows", bill.rows},
          {"bedrock_rows", bill.lines},
          {"other_service_rows", bill.other_services},
          {"rejected_rows", bill.rejected_total()},
          {"defects", std::move(defects)}};
}

/// But the differences.
json head_json(const ReconcileDocument& document) {
  return {{"schema", "bedrocklog.reconcile/1"},
          {"bill", bill_json(*document.bill)},
          {"causes", causes_json(*document.result)},
          {"total", sides_json(document.result->total)},
          {"findings", document.result->findings}};
}

std::string dumped(const json& value, int indent) {
  return inert_json(value.dump(indent, ' ', true, json::error_handler_t::replace));
}

ColumnChoice all_columns(const analytics::Report& report) {
  ColumnChoice columns(report.columns.size());
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  return columns;
}

std::optional<Fault> rendered(const analytics::Report& report, OutputFormat format,
                              const RenderOptions& options, const AppendPiece& append) {
  const Result<void> done = render_in_pieces(report, format, options, append);
  return done ? std::nullopt : std::optional(done.error());
}

std::optional<Fault> write_for_people(const ReconcileDocument& document, OutputFormat format,
                                      const RenderOptions& options, const AppendPiece& append) {
  const analytics::Report causes = finance::causes_report(*document.result);
  const analytics::Report differences = differences_for_people(document);
  const Result<ColumnChoice> columns = chosen_columns(differences, options.fields);
  if (!columns) {
    return columns.error();  // Before anything is written.
  }
  const std::string summary = format == OutputFormat::markdown
                                  ? markdown_table(causes, all_columns(causes))
                                  : table_alone(causes, all_columns(causes), options.table);
  return append(summary + '\n') ? rendered(differences, format, options, append) : std::nullopt;
}

}  // namespace

analytics::Report differences_for_people(const ReconcileDocument& document) {
  finance::ShownRows shown;
  shown.with_agreeing = false;
  shown.rows_max = document.rows_max == 0 ? SIZE_MAX : document.rows_max;
  analytics::Report report = finance::differences_report(*document.result, *document.base, shown);
  // The causes above tell the bucket, and a line has room for some columns only.
  for (analytics::Column& column : report.columns) {
    column.is_attribute = column.name == "detail" || column.name == "price_class" ||
                          column.name == "region" || column.name == "bucket";
  }
  return report;
}

std::optional<Fault> write_reconciliation(const ReconcileDocument& document, OutputFormat format,
                                          const RenderOptions& options, const AppendPiece& append) {
  if (format == OutputFormat::table || format == OutputFormat::markdown) {
    return write_for_people(document, format, options, append);
  }
  const analytics::Report differences =
      finance::differences_report(*document.result, *document.base, {});
  const Result<ColumnChoice> columns = chosen_columns(differences, options.fields);
  if (!columns) {
    return columns.error();
  }
  if (format == OutputFormat::ndjson) {
    return append(dumped(head_json(document), -1) + '\n')
               ? rendered(differences, format, options, append)
               : std::nullopt;
  }
  if (format != OutputFormat::json) {
    return rendered(differences, format, options, append);
  }
  std::string head = dumped(head_json(document), 2);
  head.erase(head.rfind("\n}"));
  if (!append(head + ",\n  \"differences\": ")) {
    return std::nullopt;
  }
  const std::optional<Fault> failed = rendered(differences, format, options, append);
  (void)append("}\n");
  return failed;
}

}  // namespace bedrocklog::cli
