// Reports of random calls against what the calls themselves add up to.
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "analytics/report.h"
#include "tests/analytics/sample_calls.h"

namespace bedrocklog::analytics {
namespace {

using sample::Call;
using Keys = std::vector<std::optional<std::string>>;

const std::vector<Key> by_team_and_model = {{KeyKind::tag, "team"}, {KeyKind::model, ""}};

std::uint64_t any_tokens() {
  return *rc::gen::oneOf(rc::gen::just<std::uint64_t>(0), rc::gen::inRange<std::uint64_t>(1, 50),
                         rc::gen::inRange<std::uint64_t>(1, 1'000'000'000'000));
}

std::optional<std::uint32_t> any_latency() {
  if (*rc::gen::inRange(0, 3) == 0) {
    return std::nullopt;
  }
  return *rc::gen::oneOf(rc::gen::inRange<std::uint32_t>(0, 20),
                         rc::gen::inRange<std::uint32_t>(0, 900'000));
}

Call any_call() {
  Call call;
  call.price_key.model = *rc::gen::element<std::string>("full", "partial", "none");
  call.price_key.region = *rc::gen::element<std::string>("us-east-1", "");
  call.price_key.scope = *rc::gen::element(Scope::regional, Scope::regional, Scope::global);
  call.price_key.tier = *rc::gen::element(Tier::standard, Tier::standard, Tier::flex);
  call.price_key.day = sample::first_day + *rc::gen::inRange(0, 3);
  call.price_key.covered = *rc::gen::inRange(0, 8) == 0;
  const auto team = *rc::gen::element<std::string>("", "a", "b", "c");
  call.keys = {team.empty() ? std::nullopt : std::optional(team), call.price_key.model};
  call.tokens = {.input = any_tokens(),
                 .output = any_tokens(),
                 .cache_read = any_tokens(),
                 .cache_write_5m = any_tokens(),
                 .cache_write_1h = any_tokens()};
  call.error = *rc::gen::element<std::string>("", "", "ThrottlingException", "ValidationException");
  call.latency_ms = any_latency();
  call.first_byte_ms = any_latency();
  call.bytes = *rc::gen::inRange<std::uint64_t>(0, 100'000);
  call.images = *rc::gen::inRange<std::uint64_t>(0, 3);
  call.guardrail = *rc::gen::inRange(0, 4) == 0;
  return call;
}

std::optional<std::uint64_t> any_top(std::uint64_t end) {
  if (*rc::gen::inRange(0, 3) == 0) {
    return std::nullopt;
  }
  return *rc::gen::inRange<std::uint64_t>(0, end);
}

std::vector<Call> any_calls(int count_max) {
  std::vector<Call> calls(static_cast<std::size_t>(*rc::gen::inRange(0, count_max + 1)));
  std::generate(calls.begin(), calls.end(), any_call);
  return calls;
}

// The price of one class of one call, by the rows of the sample book as a person reads them.
std::optional<Int128> attodollars_per_token(const PriceKey& key, Meter meter) {
  if (key.covered) {
    return 0;
  }
  constexpr Int128 per_million = 1'000'000'000'000;  // One USD per 1M tokens.
  if (key.tier != Tier::standard) {
    return std::nullopt;
  }
  if (key.model == "partial" && key.scope == Scope::regional && meter == Meter::input) {
    return 35'000'100'000;
  }
  if (key.model != "full") {
    return std::nullopt;
  }
  if (key.scope == Scope::global) {
    return meter == Meter::input ? std::optional<Int128>(27 * per_million / 10) : std::nullopt;
  }
  const std::map<Meter, Int128> hundredths = {{Meter::input, 300},
                                              {Meter::output, 1'500},
                                              {Meter::cache_read, 30},
                                              {Meter::cache_write_5m, 375},
                                              {Meter::cache_write_1h, 600}};
  return hundredths.at(meter) * per_million / 100;
}

struct CallCost {
  Int128 amount = 0;
  std::uint64_t priced = 0, unpriced = 0;
};

void add_cost(const Call& call, CallCost& cost) {
  const std::vector<std::pair<Meter, std::uint64_t>> classes = {
      {Meter::input, call.tokens.input},
      {Meter::output, call.tokens.output},
      {Meter::cache_read, call.tokens.cache_read},
      {Meter::cache_write_5m, call.tokens.cache_write_5m},
      {Meter::cache_write_1h, call.tokens.cache_write_1h}};
  for (const auto& [meter, tokens] : classes) {
    if (tokens == 0) {
      continue;
    }
    if (const std::optional<Int128> unit = attodollars_per_token(call.price_key, meter)) {
      cost.amount += *unit * tokens;
      cost.priced += tokens;
    } else {
      cost.unpriced += tokens;
    }
  }
}

Cell cost_cell(const CallCost& cost) {
  return cost.unpriced > 0 && cost.priced == 0 ? Cell() : Cell(cost.amount);
}

std::map<Keys, std::vector<Call>> calls_by_group(const std::vector<Call>& calls) {
  std::map<Keys, std::vector<Call>> groups;
  for (const Call& call : calls) {
    groups[call.keys].push_back(call);
  }
  return groups;
}

Keys keys_of(const Row& row) {
  Keys keys;
  for (std::size_t i = 0; i < by_team_and_model.size(); ++i) {
    const Cell key = row.cell(i);
    const auto* text = std::get_if<std::string_view>(&key);
    keys.push_back(text == nullptr ? std::nullopt : std::optional(std::string(*text)));
  }
  return keys;
}

Cell cell(const Report& report, const Row& row, std::string_view name) {
  return row.cell(sample::column_of(report, name));
}

Int128 number(const Report& report, const Row& row, std::string_view name) {
  const Cell found = cell(report, row, name);
  const auto* value = std::get_if<Int128>(&found);
  return value == nullptr ? 0 : *value;
}

Report report_of(const std::vector<Call>& calls, const ReportSpec& spec) {
  return build_report(sample::aggregate_of(by_team_and_model, calls), sample::prices(), spec);
}

// Outlives the report.
using OwnCell = std::variant<std::monostate, Int128, std::string>;

std::vector<OwnCell> own_cells(const Row& row) {
  std::vector<OwnCell> cells;
  for (const Cell& cell : row.cells()) {
    if (const auto* text = std::get_if<std::string_view>(&cell)) {
      cells.emplace_back(std::string(*text));
    } else if (const auto* value = std::get_if<Int128>(&cell)) {
      cells.emplace_back(*value);
    } else {
      cells.emplace_back();
    }
  }
  return cells;
}

std::vector<std::vector<OwnCell>> cells_of(const Report& report) {
  std::vector<std::vector<OwnCell>> rows;
  for (const Row& row : report.rows) {
    rows.push_back(own_cells(row));
  }
  return rows;
}

// One shown row against the calls it stands for.
void check_row(const Report& report, const Row& row, const std::vector<Call>& calls) {
  CallCost cost;
  std::uint64_t errors = 0;
  Int128 tokens = 0;
  std::map<std::string, std::uint64_t> codes;
  for (const Call& call : calls) {
    add_cost(call, cost);
    tokens += call.tokens.total();
    if (!call.error.empty()) {
      ++errors;
      ++codes[call.error];
    }
  }
  RC_ASSERT(number(report, row, "invocations") == Int128{calls.size()});
  RC_ASSERT(number(report, row, "errors") == Int128{errors});
  RC_ASSERT(number(report, row, "successes") == Int128{calls.size()} - errors);
  RC_ASSERT(number(report, row, "total") == tokens);
  RC_ASSERT(number(report, row, "unpriced_tokens") == Int128{cost.unpriced});
  RC_ASSERT(cell(report, row, "cost") == cost_cell(cost));
  std::map<std::string, std::uint64_t> counted;
  for (const auto& [code, count] : row.error_codes()) {
    RC_ASSERT(counted.emplace(code, count).second);
  }
  RC_ASSERT(counted == codes);
}

// F053, F039: whatever is asked for, every call is in exactly one row, the rows and the total say
// what the calls say, and account, prices and notes are there.
RC_GTEST_PROP(ReportProperty, IsComplete, ()) {
  const std::vector<Call> calls = any_calls(40);
  ReportSpec spec;
  spec.metrics = sample::all_metrics();
  spec.top = any_top(14);
  if (*rc::gen::arbitrary<bool>()) {
    const std::string text = "invocations >= " + std::to_string(*rc::gen::inRange(0, 6));
    spec.having = *parse_having(text, by_team_and_model, spec.metrics);
  }
  const Report report = report_of(calls, spec);
  std::map<Keys, std::vector<Call>> groups = calls_by_group(calls);
  const std::size_t group_count = groups.size();
  std::vector<Call> folded_calls;
  std::size_t shown = 0;
  std::uint64_t folded_rows = 0;
  for (const Row& row : report.rows) {
    RC_ASSERT(row.cells_count() == report.columns.size());
    if (row.kind() == RowKind::other) {
      RC_ASSERT(folded_rows == 0U && shown + 1 == report.rows.size());
      folded_rows = row.folded_rows();
      RC_ASSERT(folded_rows > 0U);
      continue;
    }
    const auto group = groups.find(keys_of(row));
    RC_ASSERT(group != groups.end());
    check_row(report, row, group->second);
    groups.erase(group);
    ++shown;
  }
  RC_ASSERT(shown + folded_rows == group_count);
  for (const auto& [keys, group_calls] : groups) {
    folded_calls.insert(folded_calls.end(), group_calls.begin(), group_calls.end());
  }
  if (folded_rows > 0) {
    check_row(report, report.rows.back(), folded_calls);
  }
  check_row(report, report.total(), calls);
  RC_ASSERT(report.account.counted == calls.size());
  RC_ASSERT(report.account.records_seen() == calls.size());
  RC_ASSERT(report.prices.name == sample::prices().name());
  RC_ASSERT(report.prices.sha256 == sample::prices().sha256());
  RC_ASSERT(report.notes.size() >= 2U);
}

// F053
RC_GTEST_PROP(ReportProperty, UnpricedUsageAndCoveredCallsAreAllNamed, ()) {
  const std::vector<Call> calls = any_calls(40);
  const Report report = report_of(calls, {});
  std::uint64_t covered = 0;
  std::uint64_t listed = 0;
  CallCost cost;
  for (const Call& call : calls) {
    covered += call.price_key.covered ? 1 : 0;
    add_cost(call, cost);
  }
  for (const UnpricedUsage& usage : report.unpriced) {
    RC_ASSERT(usage.tokens.total() > 0U);
    RC_ASSERT(usage.invocations > 0U);
    listed += usage.tokens.total();
  }
  RC_ASSERT(listed == cost.unpriced);
  RC_ASSERT(report.covered_invocations == covered);
  RC_ASSERT(std::is_sorted(report.unpriced.begin(), report.unpriced.end(),
                           [](const UnpricedUsage& a, const UnpricedUsage& b) {
                             return std::tie(a.model, a.region, a.scope, a.tier) <
                                    std::tie(b.model, b.region, b.scope, b.tier);
                           }));
}

RC_GTEST_PROP(ReportProperty, TopShowsTheFirstRowsOfTheWholeReportForEveryN, ()) {
  const std::vector<Call> calls = any_calls(30);
  ReportSpec spec;
  const std::vector<std::vector<OwnCell>> all = cells_of(report_of(calls, spec));
  for (std::size_t top = 0; top <= all.size() + 1; ++top) {
    spec.top = top;
    const Report report = report_of(calls, spec);
    const std::size_t shown = std::min(top, all.size());
    RC_ASSERT(report.rows.size() == shown + (shown < all.size() ? 1 : 0));
    for (std::size_t i = 0; i < shown; ++i) {
      RC_ASSERT(own_cells(report.rows[i]) == all[i]);
    }
  }
}

RC_GTEST_PROP(ReportProperty, HavingShowsExactlyTheRowsThatHoldIt, ()) {
  const std::vector<Call> calls = any_calls(30);
  ReportSpec spec;
  const Report all = report_of(calls, spec);
  const auto cents = *rc::gen::inRange<std::int64_t>(0, 500'000'000);
  const std::string text =
      "cost > " + to_decimal(cents, 2, 2) + " and " +
      *rc::gen::element<std::string>("model != \"partial\"", "n >= 1", "not tag:team exists");
  spec.having = *parse_having(text, by_team_and_model, spec.metrics);
  std::vector<std::vector<OwnCell>> expected;
  for (const Row& row : all.rows) {
    const Keys keys = keys_of(row);
    const bool rest = text.ends_with("1")        ? number(all, row, "n") >= 1
                      : text.ends_with("exists") ? !keys[0].has_value()
                                                 : keys[1] != "partial";
    if (number(all, row, "cost") > Int128{cents} * 10'000'000'000'000'000 && rest) {
      expected.push_back(own_cells(row));
    }
  }
  const Report report = report_of(calls, spec);
  std::vector<std::vector<OwnCell>> shown = cells_of(report);
  if (!report.rows.empty() && report.rows.back().kind() == RowKind::other) {
    RC_ASSERT(report.rows.back().folded_rows() + expected.size() == all.rows.size());
    shown.pop_back();
  }
  RC_ASSERT(shown == expected);
}

RC_GTEST_PROP(ReportProperty, DoesNotDependOnTheOrderOfGroups, ()) {
  Aggregate aggregate = sample::aggregate_of(by_team_and_model, any_calls(40));
  ReportSpec spec;
  spec.top = any_top(12);
  const auto sort = *rc::gen::element<std::string>("", "invocations", "tag:team", "model:desc,p50",
                                                   "cost:asc", "coverage,tag:team:desc");
  if (!sort.empty()) {
    spec.sort = *parse_sort(sort, by_team_and_model, spec.metrics);
  }
  const Report straight = build_report(aggregate, sample::prices(), spec);
  for (std::size_t i = aggregate.groups.size(); i > 1; --i) {
    std::swap(aggregate.groups[i - 1], aggregate.groups[*rc::gen::inRange<std::size_t>(0, i)]);
  }
  const Report shuffled = build_report(aggregate, sample::prices(), spec);
  RC_ASSERT(cells_of(straight) == cells_of(shuffled));
  RC_ASSERT(own_cells(straight.total()) == own_cells(shuffled.total()));
  RC_ASSERT(straight.notes == shuffled.notes);
}

RC_GTEST_PROP(ReportProperty, RowsAreInTheOrderAskedFor, ()) {
  ReportSpec spec;
  const bool descending = *rc::gen::arbitrary<bool>();
  const auto column = *rc::gen::element<std::string>("cost", "p50", "invocations", "coverage");
  spec.sort = {{column, descending}};
  const Report report = report_of(any_calls(40), spec);
  for (std::size_t i = 1; i < report.rows.size(); ++i) {
    const Row before = report.rows[i - 1];
    const Row after = report.rows[i];
    const Cell a = cell(report, before, column);
    const Cell b = cell(report, after, column);
    if (a == b) {  // Keys ascending, absent last.
      const Keys left = keys_of(before);
      const Keys right = keys_of(after);
      const bool teams_ascend =
          left[0].has_value() && (!right[0].has_value() || *left[0] < *right[0]);
      const bool ascends = left[0] == right[0] ? left[1] < right[1] : teams_ascend;
      RC_ASSERT(ascends);
    } else if (!std::holds_alternative<std::monostate>(b)) {
      RC_ASSERT(std::holds_alternative<Int128>(a));
      const bool as_asked = descending ? a > b : a < b;
      RC_ASSERT(as_asked);
    }
  }
}

// F081: exact equality, with no tolerance, however the calls are spread over groups.
RC_GTEST_PROP(ReportProperty, CostIsTheSameForEverySplitIntoGroups, ()) {
  std::vector<Call> calls = any_calls(40);
  ReportSpec spec;
  spec.metrics = sample::all_metrics();
  const Report one = report_of(calls, spec);
  for (Call& call : calls) {
    call.keys = {std::to_string(*rc::gen::inRange(0, 10)),
                 *rc::gen::element<std::string>("x", "y")};
  }
  const Report other = report_of(calls, spec);
  RC_ASSERT(own_cells(one.total()) == own_cells(other.total()));
  RC_ASSERT(one.projection.has_value() == other.projection.has_value());
  if (one.projection) {
    RC_ASSERT(one.projection->monthly_cost == other.projection->monthly_cost);
  }
  RC_ASSERT(one.notes == other.notes);
  Int128 sum = 0;
  for (const Row& row : other.rows) {
    sum += number(other, row, "cost");
  }
  RC_ASSERT(sum == number(one, one.total(), "cost"));
}

// F043
RC_GTEST_PROP(ReportProperty, PercentilesAreThoseOfSortedSamples, ()) {
  const std::vector<Call> calls = any_calls(60);
  const auto percent_milli = *rc::gen::oneOf(
      rc::gen::inRange<std::uint32_t>(1, 100'001),
      rc::gen::element<std::uint32_t>(50'000, 90'000, 95'000, 99'000, 99'900, 100'000));
  const std::string name = "p" + to_decimal(percent_milli, 3, 0);
  ReportSpec spec;
  spec.metrics = sample::metrics(name + ",ttft_" + name);
  spec.top = *rc::gen::inRange<std::uint64_t>(0, 12);
  const Report report = report_of(calls, spec);
  std::map<Keys, std::vector<Call>> groups = calls_by_group(calls);
  std::vector<Call> rest;
  const auto expected = [&](const std::vector<Call>& of,
                            std::optional<std::uint32_t> Call::* sample_of) -> Cell {
    std::vector<std::uint32_t> samples;
    for (const Call& call : of) {
      if (call.*sample_of) {
        samples.push_back(*(call.*sample_of));
      }
    }
    if (samples.empty()) {
      return {};
    }
    std::sort(samples.begin(), samples.end());
    std::size_t rank = 1;
    while (rank * 100'000 < samples.size() * percent_milli) {
      ++rank;
    }
    return Int128{samples[rank - 1]};
  };
  const auto check = [&](const Row& row, const std::vector<Call>& of) {
    RC_ASSERT(cell(report, row, name) == expected(of, &Call::latency_ms));
    RC_ASSERT(cell(report, row, "ttft_" + name) == expected(of, &Call::first_byte_ms));
  };
  for (const Row& row : report.rows) {
    if (row.kind() == RowKind::group) {
      check(row, groups.at(keys_of(row)));
      groups.erase(keys_of(row));
    }
  }
  for (const auto& [keys, of] : groups) {
    rest.insert(rest.end(), of.begin(), of.end());
  }
  if (!rest.empty()) {
    check(report.rows.back(), rest);
  }
  check(report.total(), calls);
}

// F039: the cost of sums is the sum of the costs of records, to the last digit.
RC_GTEST_PROP(ReportProperty, PricingSumsEqualsSummingPrices, ()) {
  const std::vector<Call> calls = any_calls(60);
  GroupTotals totals;
  Attodollars summed;
  std::uint64_t unpriced = 0;
  CallCost oracle;
  for (const Call& call : calls) {
    sample::add_call(call, totals);
    GroupTotals alone;
    sample::add_call(call, alone);
    const Cost cost = price(alone, sample::prices());
    summed += cost.total();
    unpriced += cost.unpriced_tokens;
    add_cost(call, oracle);
  }
  const Cost cost = price(totals, sample::prices());
  RC_ASSERT(cost.total() == summed);
  RC_ASSERT(cost.total().value == oracle.amount);
  RC_ASSERT(cost.unpriced_tokens == unpriced);
  RC_ASSERT(cost.unpriced_tokens == oracle.unpriced);
  RC_ASSERT(cost.any_priced == (oracle.priced > 0));
}

}  // namespace
}  // namespace bedrocklog::analytics
