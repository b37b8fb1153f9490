// The report as JSON: one document, or one object per line.
//
// nlohmann::json keeps keys sorted, so the same report is the same bytes.
#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "analytics/money.h"
#include "analytics/workers.h"
#include "cli/account_text.h"
#include "cli/json_rows.h"
#include "cli/json_text.h"
#include "cli/ordered_pieces.h"
#include "cli/report_writers.h"
#include "cli/terminal_text.h"
#include "ingest/ensure.h"

namespace bedrocklog::cli {
namespace {

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

// The members of a row that the total has too.
json total_json(const Report& report, const ColumnChoice& columns) {
  ColumnChoice metrics;
  std::copy_if(columns.begin(), columns.end(), std::back_inserter(metrics),
               [&](std::size_t column) { return !report.columns[column].is_key; });
  TextBuffer text;
  JsonRows(report, metrics, JsonShape::line).append(report.total(), text);
  json total = json::parse(text.text());
  total.erase("keys");
  return total;
}

json spec_json(const Report& report) {
  const analytics::ReportSpec& spec = report.spec;
  json by = json::array();
  for (const std::string& name : analytics::dimensions_of(report)) {
    by.push_back(valid_utf8(name));
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
                   {"totals", total_json(report, columns)},
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

// About 300 KB of text: what a worker makes stays in its cache until it is written.
constexpr std::size_t rows_per_piece = 512;

std::size_t pieces_of(const Report& report) {
  return (report.rows.size() + rows_per_piece - 1) / rows_per_piece;
}

// Calls `add(row)` for each row of a piece.
template <class Add>
void for_rows_of_piece(const Report& report, std::size_t piece, const Add& add) {
  const std::size_t begin = piece * rows_per_piece;
  const std::size_t end = std::min(begin + rows_per_piece, report.rows.size());
  for (std::size_t row = begin; row < end; ++row) {
    add(row);
  }
}

}  // namespace

bool write_json(const Report& report, const ColumnChoice& columns, const RenderOptions& options,
                const AppendPiece& append) {
  json document = report_json(report, columns, options);
  document["schema"] = "bedrocklog.report/1";
  document["rows"] = json::array();
  const std::string text = dumped(document, 2);
  if (report.rows.empty()) {
    return append(text);
  }
  // The line cannot be part of a text, where line ends are escaped.
  constexpr std::string_view array_begin = "\n  \"rows\": [";
  const std::size_t rows_at = text.find(array_begin) + array_begin.size();
  ensure(text.at(rows_at) == ']');
  const JsonRows rows(report, columns, JsonShape::indented);
  const auto make = [&](std::size_t piece, TextBuffer& into) {
    for_rows_of_piece(report, piece, [&](std::size_t row) {
      into.append(row == 0 ? "\n" : ",\n");
      rows.append(report.rows[row], into);
    });
  };
  const std::string_view whole(text);
  return append(whole.substr(0, rows_at)) &&
         append_in_order(analytics::useful_workers(report.rows.size(), options.workers),
                         pieces_of(report), make, append) &&
         append("\n  ") && append(whole.substr(rows_at));
}

bool write_ndjson(const Report& report, const ColumnChoice& columns, const RenderOptions& options,
                  const AppendPiece& append) {
  json header = report_json(report, columns, options);
  header["schema"] = "bedrocklog.rows/1";
  const JsonRows rows(report, columns, JsonShape::line);
  const auto make = [&](std::size_t piece, TextBuffer& into) {
    for_rows_of_piece(report, piece, [&](std::size_t row) {
      rows.append(report.rows[row], into);
      into.append("\n");
    });
  };
  return append(dumped(header, -1)) &&
         append_in_order(analytics::useful_workers(report.rows.size(), options.workers),
                         pieces_of(report), make, append);
}

}  // namespace bedrocklog::cli
