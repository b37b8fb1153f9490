// Calls as the tests of reports think of them, and the sums they amount to, made record by record.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "analytics/group_merge.h"
#include "analytics/report.h"

namespace bedrocklog::analytics::sample {

/// Day of every call that does not say otherwise: 2026-03-01.
inline constexpr std::int32_t first_day = 20'513;

struct Call {
  std::vector<std::optional<std::string>> keys;
  PriceKey price_key{.model = "full", .region = "us-east-1", .day = first_day};
  BilledTokens tokens;  // Its invocations are ignored: a call is one.
  std::optional<std::uint32_t> latency_ms, first_byte_ms;
  std::string error;
  std::uint64_t bytes = 0, images = 0, cache_write_unsplit = 0;
  bool guardrail = false;
};

/// Of sums that belong to no aggregate.
inline GroupNames& loose_names() {
  static GroupNames names;
  return names;
}

inline void add_call(const Call& call, GroupTotals& totals, GroupNames& names = loose_names()) {
  BilledTokens tokens = call.tokens;
  tokens.invocations = 1;
  totals.billed.add(*names.price_key(call.price_key), tokens);
  totals.invocations += 1;
  totals.errors += call.error.empty() ? 0U : 1U;
  totals.throttles += call.error == "ThrottlingException" ? 1U : 0U;
  totals.guardrail += call.guardrail ? 1U : 0U;
  totals.images += call.images;
  totals.bytes += call.bytes;
  totals.cache_write_unsplit += call.cache_write_unsplit;
  if (!call.error.empty()) {
    totals.error_codes.add(call.error, 1);
  }
  if (call.latency_ms) {
    totals.latency.add(*call.latency_ms);
    totals.output_timed += tokens.output;
    totals.latency_timed_ms += *call.latency_ms;
  }
  if (call.first_byte_ms) {
    totals.first_byte.add(*call.first_byte_ms);
  }
}

/// Groups sorted by keys; the account counts every call and has seen an hour of the first day.
inline Aggregate aggregate_of(std::vector<Key> by, const std::vector<Call>& calls) {
  GroupMerge merge(by.size());
  for (const Call& call : calls) {
    std::vector<const KeyText*> keys;
    for (const std::optional<std::string>& key : call.keys) {
      keys.push_back(key ? merge.names().text(*key) : nullptr);
    }
    add_call(call, merge.totals_of(keys), merge.names());
  }
  Aggregate aggregate;
  aggregate.by = std::move(by);
  EXPECT_TRUE(merge.finish(calls.size(), aggregate));
  aggregate.account.counted = calls.size();
  aggregate.account.layouts[0] = calls.size();
  aggregate.account.objects_listed = 1;
  aggregate.account.objects_read = 1;
  if (!calls.empty()) {
    const std::int64_t begin = first_day * day_ms;
    aggregate.account.seen = TimeRange{{begin + 1}, {begin + hour_ms - 1}};
    aggregate.account.hours_seen = {begin / hour_ms};
  }
  return aggregate;
}

/// "full" has a price for everything, "partial" for input alone; nothing else has any.
inline const PriceTable& prices() {
  static const PriceTable table = [] {
    Result<PriceTable> parsed = PriceTable::parse(
        "model,meter,tier,scope,context_min_input_tokens,attributes,regions,unit,currency,price,"
        "effective_from,effective_to,as_of,source\n"
        "full,input_tokens,standard,regional,,,*,1M tokens,USD,3,,,2026-02-01,test\n"
        "full,output_tokens,standard,regional,,,*,1M tokens,USD,15,,,2026-02-01,test\n"
        "full,cache_read_tokens,standard,regional,,,*,1M tokens,USD,0.3,,,2026-02-01,test\n"
        "full,cache_write_5m_tokens,standard,regional,,,*,1M tokens,USD,3.75,,,2026-02-01,test\n"
        "full,cache_write_1h_tokens,standard,regional,,,*,1M tokens,USD,6,,,2026-02-01,test\n"
        "full,input_tokens,standard,global,,,*,1M tokens,USD,2.7,,,2026-02-01,test\n"
        "partial,input_tokens,standard,regional,,,*,1K tokens,USD,0.0000350001,,,,test\n",
        "test book");
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
    return std::move(*parsed);
  }();
  return table;
}

inline std::vector<Metric> metrics(std::string_view list) {
  Result<std::vector<Metric>> parsed = parse_metrics(list);
  EXPECT_TRUE(parsed) << list;
  return parsed ? *parsed : std::vector<Metric>();
}

/// All metrics there are, and two percentiles more.
inline std::vector<Metric> all_metrics() {
  std::string list = "p99.9,ttft_p12.345";
  for (const std::string& name : metric_names()) {
    list += "," + name;
  }
  return metrics(list);
}

inline std::size_t column_of(const Report& report, std::string_view name) {
  for (std::size_t i = 0; i < report.columns.size(); ++i) {
    if (report.columns[i].name == name) {
      return i;
    }
  }
  ADD_FAILURE() << "no column " << name;
  return 0;
}

/// As a writer would print it; "null" for unknown.
inline std::string shown(const Report& report, const Row& row, std::string_view name) {
  const std::size_t index = column_of(report, name);
  const Cell cell = row.cell(index);
  if (const auto* text = std::get_if<std::string_view>(&cell)) {
    return std::string(*text);
  }
  const auto* number = std::get_if<Int128>(&cell);
  const Column& column = report.columns[index];
  return number == nullptr ? "null" : to_decimal(*number, column.scale, column.decimals_min);
}

}  // namespace bedrocklog::analytics::sample
