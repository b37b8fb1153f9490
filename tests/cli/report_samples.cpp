// Reports made by hand for the tests of the writers.
#include "tests/cli/report_samples.h"

#include <array>
#include <string_view>
#include <vector>

namespace bedrocklog::cli {
namespace {

using analytics::Cell;
using analytics::Column;
using analytics::Int128;
using analytics::Report;
using analytics::ReportRows;
using analytics::RowKind;
using analytics::Unit;

constexpr std::int64_t march_ms = 1'772'323'200'000;  // 2026-03-01T00:00:00Z.

Cell figure(Int128 value) {
  return value;
}

// 1e-18 USD from whole dollars and the 18 digits behind the point.
Cell usd(std::int64_t dollars, std::int64_t attodollars) {
  return Int128{dollars} * 1'000'000'000 * 1'000'000'000 + attodollars;
}

std::vector<Column> sample_columns() {
  std::vector<Column> columns = {{"model", Unit::text, 0, 0, true},
                                 {"tag:team", Unit::text, 0, 0, true},
                                 {"invocations", Unit::count, 0, 0, false},
                                 {"errors", Unit::count, 0, 0, false},
                                 {"error_rate", Unit::percent, 2, 2, false},
                                 {"input", Unit::tokens, 0, 0, false},
                                 {"output", Unit::tokens, 0, 0, false},
                                 {"n", Unit::count, 0, 0, false},
                                 {"mean", Unit::milliseconds, 1, 1, false},
                                 {"p99", Unit::milliseconds, 0, 0, false},
                                 {"tps", Unit::tokens_per_second, 3, 3, false},
                                 {"cost", Unit::usd, 18, 2, false}};
  constexpr auto first_to_go = std::to_array<std::string_view>(
      {"tps", "mean", "p99", "n", "error_rate", "errors", "output", "input"});
  analytics::let_go(columns, first_to_go);
  return columns;
}

std::vector<Cell> group(Cell model, Cell team, const std::vector<Cell>& figures) {
  std::vector<Cell> cells = {model, team};
  cells.insert(cells.end(), figures.begin(), figures.end());
  return cells;
}

analytics::InputAccount sample_account() {
  analytics::InputAccount account;
  account.objects_listed = 12;
  account.objects_read = 8;
  account.objects_skipped[static_cast<std::size_t>(ingest::SkipKind::sidecar)] = 2;
  account.objects_skipped[static_cast<std::size_t>(ingest::SkipKind::permission_check)] = 1;
  account.packed_bytes = 1'234'567;
  account.plain_bytes = 98'765'432;
  account.counted = 12'345'690;
  account.duplicate = 11;
  account.out_of_range = 7;
  account.filtered = 5;
  account.rejected[static_cast<std::size_t>(ingest::RecordFault::not_json)] = 7;
  account.rejected[static_cast<std::size_t>(ingest::RecordFault::timestamp)] = 1;
  account.skipped[static_cast<std::size_t>(ingest::SkipKind::control_message)] = 3;
  account.layouts[static_cast<std::size_t>(ingest::Layout::raw_lines)] = 12'345'713;
  for (std::uint64_t line = 1; line <= 7; ++line) {
    account.rejects.push_back(
        {"2026/03/01/00/a.json.gz", "", line, line, line * 100, ingest::RecordFault::not_json});
  }
  account.rejects.push_back({"bundle.zip", "in/b.json", 0, 4, 400, ingest::RecordFault::timestamp});
  account.damages.push_back({"c.json.gz", {ingest::DamageKind::truncated, "", 8'812}});
  account.damages.push_back({"d.tar", {ingest::DamageKind::corrupt, "x.gz", 0}});
  account.damages.push_back({"d.tar", {ingest::DamageKind::corrupt, "y.gz", 1}});
  account.unreadable.push_back({"secret.json", "permission denied"});
  account.seen = TimeRange{{march_ms}, {march_ms + 10 * hour_ms + 251}};
  return account;
}

}  // namespace

const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> texts = {
      "\x1B[31mred\x1B[0m\x1B]0;title\x07",
      "=HYPERLINK(\"http://evil.example\",\"click\")",
      "+1+1",
      "-2+3",
      "@SUM(A1:A9)",
      "\t=1+1",
      "\r=1+1",
      "\n=1+1",
      "</script><script>alert(1)</script>",
      "\xE2\x80\xAE"
      "desrever",                          // U+202E.
      "\xE2\x81\xA6isolated\xE2\x81\xA9",  // U+2066, U+2069.
      "line one\r\nline two\nline three",
      "bad \xFF\xC0\xAF\xED\xA0\x80\xF4\x90\x80\x80 utf-8",
      "c1 \xC2\x9B"
      "31m and del \x7F",
      "a\"b,c;d|e`f`<g>&\\h",
      "line\xE2\x80\xA8separator",  // U+2028.
      std::string("nul\0inside", 10),
      "| --- |\n| x |",
      "[click](javascript:alert(1)) ![i](x) https://evil.example www.evil.example",
      " edges ",
      "\xE6\xA8\xA1\xE5\x9E\x8B e\xCC\x81",  // Two wide characters, one combining.
  };
  return texts;
}

Report full_report() {
  Report report;
  report.spec.title = "Usage by model and team";
  report.spec.metrics = {{"invocations", 0}, {"cost", 0}};
  report.spec.sort = {{"cost", true}, {"model", false}};
  report.spec.top = 3;
  report.spec.range = {{march_ms}, {march_ms + 31 * day_ms}};
  report.spec.where_text = "input > 0";
  report.by = {{analytics::KeyKind::model, ""}, {analytics::KeyKind::tag, "team"}};
  report.columns = sample_columns();
  const std::vector<std::vector<Cell>> groups = {
      group("anthropic.claude-sonnet-4-20250514-v1:0", "search",
            {figure(12'345'678), figure(123), figure(1), figure(9'876'543'210),
             figure(1'234'567'890), figure(12'000'000), figure(12'345), figure(98'765),
             figure(41'532), usd(87, 654'321'012'345'678'901)}),
      group("amazon.nova-lite-v1:0", std::monostate{},
            {figure(9), figure(0), figure(0), figure(1'000), figure(0), figure(0), std::monostate{},
             std::monostate{}, std::monostate{}, usd(0, 0)}),
      group("acme.unknown-v9:0", "billing",
            {figure(1), figure(1), figure(10'000), figure(10'500), figure(1), figure(0),
             std::monostate{}, std::monostate{}, std::monostate{}, std::monostate{}}),
      group(std::monostate{}, std::monostate{},
            {figure(2), figure(0), figure(0), figure(20), figure(2), figure(2), figure(15),
             figure(2), figure(1), usd(0, 1)})};
  report.rows = ReportRows(2, 10);
  for (const std::vector<Cell>& cells : groups) {
    report.rows.add(cells == groups.back() ? RowKind::other : RowKind::group, cells);
  }
  report.rows.set_folded_rows(1'234);
  report.rows.set_error_codes(0, {{"ThrottlingException", 100}, {"ValidationException", 23}});
  const std::vector<analytics::CodeCount> codes = {{"ThrottlingException", 100},
                                                   {"ValidationException", 24}};
  report.total_rows = ReportRows(2, 10);
  report.total_rows.add(RowKind::total,
                        group(std::monostate{}, std::monostate{},
                              {figure(12'345'690), figure(124), figure(1), figure(9'876'554'730),
                               figure(1'234'567'893), figure(12'000'002), figure(12'345),
                               figure(98'765), figure(41'532), usd(87, 654'321'012'345'678'902)}),
                        codes);
  report.account = sample_account();
  report.missing_hours = {{{march_ms + hour_ms}, {march_ms + 3 * hour_ms}},
                          {{march_ms + 5 * hour_ms}, {march_ms + 6 * hour_ms}}};
  report.prices = {"shipped", std::string(64, 'a'), "2026-02-01"};
  analytics::UnpricedUsage unpriced;
  unpriced.model = "acme.unknown-v9:0";
  unpriced.region = "us-east-1";
  unpriced.invocations = 1;
  unpriced.tokens.input = 10'500;
  unpriced.tokens.output = 1;
  report.unpriced = {unpriced};
  report.covered_invocations = 4;
  report.cache_write_unsplit = 5;
  analytics::Projection projection;
  projection.period = report.spec.range;
  projection.hours_milli = 744'000;
  projection.monthly_invocations = 12'121'675;
  projection.monthly_cost = analytics::Attodollars{std::get<Int128>(usd(86, 63))};
  report.projection = projection;
  report.notes = {"costs are list prices"};
  return report;
}

Report hostile_report(const std::string& text) {
  Report report = full_report();
  report.spec.title = text;
  report.spec.where_text = text;
  report.spec.having_text = text;
  report.by[1].tag = text;
  report.columns[1].name = "tag:" + text;
  report.rows.set_cell(0, 0, text);
  report.rows.set_cell(0, 1, text);
  report.rows.set_error_codes(0, {{text, 1}});
  report.account.rejects[0].object = text;
  report.account.rejects[0].member = text;
  report.account.damages[0].object = text;
  report.account.damages[0].damage.member = text;
  report.account.unreadable[0] = {text, text};
  report.unpriced[0].model = text;
  report.unpriced[0].region = text;
  report.prices.name = text;
  report.notes = {text};
  return report;
}

Report long_report() {
  constexpr std::int64_t rows = 10'000;
  Report report = full_report();
  report.rows = ReportRows(2, 10);
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::string team = "team-" + std::to_string(row % 97);
    std::vector<Cell> figures(10, figure(row));
    figures[static_cast<std::size_t>(row % 10)] = std::monostate{};
    report.rows.add(RowKind::group, group("amazon.nova-lite-v1:0", team, figures));
  }
  return report;
}

Report empty_report() {
  Report report;
  report.columns = {{"invocations", Unit::count, 0, 0, false}, {"cost", Unit::usd, 18, 2, false}};
  report.rows = ReportRows(0, 2);
  report.total_rows = ReportRows(0, 2);
  report.total_rows.add(RowKind::total, std::vector<Cell>{figure(0), figure(0)});
  report.prices = {"shipped", "", ""};
  return report;
}

analytics::UsageReport usage_report() {
  analytics::UsageReport usage;
  usage.period = {{march_ms}, {march_ms + 36 * hour_ms + 500}};
  usage.duration_hours_milli = 36'000;
  usage.invocations = 100;
  usage.input_tokens = 12'000;
  usage.output_tokens = 3'400;
  usage.cost = analytics::Attodollars{Int128{12'345'600'000'000'000'000ULL}};
  usage.by_model["anthropic.claude-sonnet-4-20250514-v1:0"] = {90, 11'000, 3'000, usage.cost,
                                                               Int128{1'234}};
  usage.by_model["acme.unknown-v9:0"] = {10, 1'000, 400, std::nullopt, std::nullopt};
  usage.monthly_invocations = 2'029;
  usage.monthly_cost = analytics::Attodollars{Int128{250} * 1'000'000'000 * 1'000'000'000};
  usage.latency_mean_tenths_ms = Int128{1'234};
  usage.latency_p99_ms = 4'321;
  usage.error_count = 3;
  usage.error_rate_basis_points = 300;
  return usage;
}

}  // namespace bedrocklog::cli
