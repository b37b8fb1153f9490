// The report as JSON: one document, or one object per line.
//
// nlohmann::json keeps keys sorted, so the same report is the same bytes.
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "analytics/money.h"
#include "cli/account_text.h"
#include "cli/json_text.h"
#include "cli/report_cells.h"
#include "cli/report_writers.h"
#include "cli/terminal_text.h"

namespace bedrocklog::cli {
namespace {

using analytics::Int128;
using analytics::Report;
using nlohmann::json;

json text_or_null(const std::string& text) {
  return text.empty() ? json(nullptr) : json(valid_utf8(text));
}

json time_or_null(UnixMillis at) {
  const bool is_open = at.value == std::numeric_limits<std::int64_t>::min() ||
                       at.value == std::numeric_limits<std::int64_t>::max();
  return is_open ? json(nullptr) : json(to_rfc3339(at));
}

json range_json(const TimeRange& range) {
  return {{"since", time_or_null(range.begin)}, {"until", time_or_null(range.end)}};
}

template <class Amount>
json money_or_null(const std::optional<Amount>& amount) {
  return amount ? json(analytics::to_decimal(*amount)) : json(nullptr);
}

template <class Count>
json or_null(const std::optional<Count>& count) {
  return count ? json(*count) : json(nullptr);
}

// A sum over 2^64 has no JSON integer in common readers; it stays exact as a string of digits.
json whole_number(Int128 value) {
  if (value >= 0 && value <= std::numeric_limits<std::uint64_t>::max()) {
    return static_cast<std::uint64_t>(value);
  }
  if (value < 0 && value >= std::numeric_limits<std::int64_t>::min()) {
    return static_cast<std::int64_t>(value);
  }
  return analytics::to_decimal(value, 0, 0);
}

json cell_json(const analytics::Column& column, const analytics::Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) {
    return valid_utf8(*text);
  }
  const auto* value = std::get_if<Int128>(&cell);
  if (value == nullptr) {
    return nullptr;
  }
  return column.scale == 0 ? whole_number(*value)
                           : json(analytics::to_decimal(*value, column.scale, column.decimals_min));
}

json error_codes_json(const analytics::Row& row) {
  json codes = json::object();
  for (const auto& [code, count] : row.error_codes) {
    json& sum = codes[valid_utf8(code)];  // Two broken codes may read the same once repaired.
    sum = (sum.is_null() ? 0 : sum.get<std::uint64_t>()) + count;
  }
  return codes;
}

json metrics_json(const Report& report, const ColumnChoice& columns, const analytics::Row& row) {
  json metrics = json::object();
  for (const std::size_t column : columns) {
    if (!report.columns[column].is_key) {
      metrics[report.columns[column].name] =
          cell_json(report.columns[column], row.cells.at(column));
    }
  }
  return metrics;
}

json row_json(const Report& report, const ColumnChoice& columns, const analytics::Row& row) {
  json keys = json::object();
  for (const std::size_t column : columns) {
    if (report.columns[column].is_key) {
      const bool is_group = row.kind == analytics::RowKind::group;
      keys[valid_utf8(report.columns[column].name)] =
          is_group ? cell_json(report.columns[column], row.cells.at(column)) : json(nullptr);
    }
  }
  json result = {{"keys", std::move(keys)},
                 {"metrics", metrics_json(report, columns, row)},
                 {"errors_by_code", error_codes_json(row)}};
  if (row.kind == analytics::RowKind::other) {
    result["folded_rows"] = row.folded_rows;
  }
  return result;
}

json spec_json(const Report& report) {
  const analytics::ReportSpec& spec = report.spec;
  json by = json::array();
  for (const analytics::Key& key : report.by) {
    by.push_back(valid_utf8(name_of(key)));
  }
  json metrics = json::array();
  for (const analytics::Metric& metric : spec.metrics) {
    metrics.push_back(metric.name);
  }
  json sort = json::array();
  for (const analytics::SortKey& key : spec.sort) {
    sort.push_back({{"column", valid_utf8(key.column)}, {"descending", key.descending}});
  }
  return {{"title", text_or_null(spec.title)},
          {"by", std::move(by)},
          {"metrics", std::move(metrics)},
          {"where", text_or_null(spec.where_text)},
          {"having", text_or_null(spec.having_text)},
          {"sort", std::move(sort)},
          {"top", or_null(spec.top)},
          {"deduplicated", spec.deduplicated}};
}

// Every kind is named, with 0 where there was none: a reader need not know which may be missing.
template <class Kind, std::size_t Size>
json counts_json(const std::array<std::uint64_t, Size>& counts, std::size_t first = 0) {
  json result = json::object();
  for (std::size_t kind = first; kind < Size; ++kind) {
    result[std::string(name_of(static_cast<Kind>(kind)))] = counts[kind];
  }
  return result;
}

json rejects_json(const analytics::InputAccount& account) {
  json rejects = json::array();
  for (const analytics::RejectSample& sample : shown_rejects(account)) {
    rejects.push_back({{"object", valid_utf8(sample.object)},
                       {"member", text_or_null(sample.member)},
                       {"line", sample.line},
                       {"byte_offset", sample.byte_offset},
                       {"fault", name_of(sample.fault)}});
  }
  return rejects;
}

json broken_json(const analytics::InputAccount& account) {
  json damages = json::array();
  for (const analytics::ObjectDamage& damage : account.damages) {
    damages.push_back({{"object", valid_utf8(damage.object)},
                       {"member", text_or_null(damage.damage.member)},
                       {"kind", name_of(damage.damage.kind)},
                       {"plain_byte_offset", damage.damage.plain_byte_offset}});
  }
  json unreadable = json::array();
  for (const ingest::UnreadableObject& object : account.unreadable) {
    unreadable.push_back(
        {{"object", valid_utf8(object.name)}, {"message", valid_utf8(object.message)}});
  }
  return {{"damages", std::move(damages)}, {"unreadable", std::move(unreadable)}};
}

json unpriced_json(const Report& report) {
  json unpriced = json::array();
  for (const analytics::UnpricedUsage& usage : report.unpriced) {
    unpriced.push_back({{"model", valid_utf8(usage.model)},
                        {"region", text_or_null(usage.region)},
                        {"scope", name_of(usage.scope)},
                        {"tier", name_of(usage.tier)},
                        {"invocations", usage.invocations},
                        {"tokens",
                         {{"input", usage.tokens.input},
                          {"output", usage.tokens.output},
                          {"cache_read", usage.tokens.cache_read},
                          {"cache_write_5m", usage.tokens.cache_write_5m},
                          {"cache_write_1h", usage.tokens.cache_write_1h}}}});
  }
  return unpriced;
}

json hours_listed_json(const analytics::InputAccount& account) {
  if (!account.hours_listed) {
    return nullptr;
  }
  const ingest::HourWindow everything;
  const auto hour_or_null = [&](std::int64_t hour) {
    const bool is_open = hour == everything.begin || hour == everything.end;
    return is_open ? json(nullptr) : json(to_rfc3339({hour * hour_ms}));
  };
  return {{"from", hour_or_null(account.hours_listed->begin)},
          {"until", hour_or_null(account.hours_listed->end)}};
}

json seen_json(const analytics::InputAccount& account) {
  if (!account.seen) {
    return nullptr;
  }
  return {{"first", to_rfc3339(account.seen->begin)},
          {"last", to_rfc3339({account.seen->end.value - 1})}};
}

json coverage_json(const Report& report) {
  const analytics::InputAccount& account = report.account;
  json missing_hours = json::array();
  for (const TimeRange& gap : report.missing_hours) {
    missing_hours.push_back(range_json(gap));
  }
  json coverage = {{"complete", account.complete()},
                   {"objects",
                    {{"listed", account.objects_listed},
                     {"read", account.objects_read},
                     {"skipped", account.objects_skipped_total()},
                     {"damaged", damaged_objects(account)},
                     {"unreadable", account.unreadable.size()}}},
                   {"skipped_objects", counts_json<ingest::SkipKind>(account.objects_skipped)},
                   {"bytes", {{"packed", account.packed_bytes}, {"plain", account.plain_bytes}}},
                   {"records",
                    {{"seen", account.records_seen()},
                     {"counted", account.counted},
                     {"duplicate", account.duplicate},
                     {"out_of_range", account.out_of_range},
                     {"filtered", account.filtered},
                     {"rejected", account.rejected_total()},
                     {"skipped", account.skipped_total()}}},
                   // Kind 0 is RecordFault::none, no reject.
                   {"rejected", counts_json<ingest::RecordFault>(account.rejected, 1)},
                   {"skipped_records", counts_json<ingest::SkipKind>(account.skipped)},
                   {"layouts", counts_json<ingest::Layout>(account.layouts)},
                   {"rejects", rejects_json(account)},
                   {"missing_hours", std::move(missing_hours)},
                   {"seen", seen_json(account)},
                   {"hours_listed", hours_listed_json(account)},
                   {"unpriced", unpriced_json(report)},
                   {"covered_invocations", report.covered_invocations},
                   {"cache_write_unsplit", report.cache_write_unsplit}};
  coverage.update(broken_json(account));
  return coverage;
}

json projection_json(const Report& report) {
  if (!report.projection) {
    return nullptr;
  }
  const analytics::Projection& projection = *report.projection;
  return {{"period", range_json(projection.period)},
          {"hours", analytics::to_decimal(projection.hours_milli, 3, 0)},
          {"hours_per_month", "730.5"},
          {"monthly_invocations", projection.monthly_invocations},
          {"monthly_cost", money_or_null(projection.monthly_cost)},
          {"trend_invocations", or_null(projection.trend_invocations)},
          {"trend_cost", money_or_null(projection.trend_cost)}};
}

// Everything but the rows.
json report_json(const Report& report, const ColumnChoice& columns, const RenderOptions& options) {
  json range = range_json(report.spec.range);
  range["tz"] = valid_utf8(report.spec.zone_name);
  json notes = json::array();
  for (const std::string& note : report.notes) {
    notes.push_back(valid_utf8(note));
  }
  json document = {{"tool", {{"name", "bedrocklog"}, {"version", options.tool_version}}},
                   {"range", std::move(range)},
                   {"spec", spec_json(report)},
                   {"prices",
                    {{"id", text_or_null(report.prices.name)},
                     {"sha256", text_or_null(report.prices.sha256)},
                     {"as_of", text_or_null(report.prices.as_of)}}},
                   {"coverage", coverage_json(report)},
                   {"totals",
                    {{"metrics", metrics_json(report, columns, report.total)},
                     {"errors_by_code", error_codes_json(report.total)}}},
                   {"projection", projection_json(report)},
                   {"notes", std::move(notes)}};
  if (options.generated_at) {
    document["generated_at"] = *options.generated_at;
  }
  return document;
}

std::string dumped(const json& document, int indent) {
  return inert_json(document.dump(indent, ' ', true, json::error_handler_t::replace)) + '\n';
}

}  // namespace

std::string write_json(const Report& report, const ColumnChoice& columns,
                       const RenderOptions& options) {
  json document = report_json(report, columns, options);
  document["schema"] = "bedrocklog.report/1";
  json rows = json::array();
  for (const analytics::Row& row : report.rows) {
    rows.push_back(row_json(report, columns, row));
  }
  document["rows"] = std::move(rows);
  return dumped(document, 2);
}

std::string write_ndjson(const Report& report, const ColumnChoice& columns,
                         const RenderOptions& options) {
  json header = report_json(report, columns, options);
  header["schema"] = "bedrocklog.rows/1";
  std::string lines = dumped(header, -1);
  for (const analytics::Row& row : report.rows) {
    lines += dumped(row_json(report, columns, row), -1);
  }
  return lines;
}

}  // namespace bedrocklog::cli
