// Reports of hand-made sums: rows, order, folding, what is unpriced, and the notes.
#include "analytics/report.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analytics/report_notes.h"
#include "tests/analytics/sample_calls.h"

namespace bedrocklog::analytics {
namespace {

using sample::Call;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::vector<Key> by_team = {{KeyKind::tag, "team"}};

Call call_of(std::optional<std::string> team, std::uint64_t input) {
  Call call;
  call.keys = {std::move(team)};
  call.tokens.input = input;
  call.latency_ms = static_cast<std::uint32_t>(input);
  return call;
}

// Cost: a 1 + 4, b 20, (none) 3, and c has a model without price.
std::vector<Call> four_teams() {
  std::vector<Call> calls = {call_of("a", 1), call_of("a", 4), call_of("b", 20),
                             call_of(std::nullopt, 3), call_of("c", 50)};
  calls.back().price_key.model = "none";
  return calls;
}

ReportSpec spec_of(std::string_view metrics, std::string_view sort = "") {
  ReportSpec spec;
  spec.metrics = sample::metrics(metrics);
  if (!sort.empty()) {
    const Result<std::vector<SortKey>> keys = parse_sort(sort, by_team, spec.metrics);
    EXPECT_TRUE(keys) << sort;
    spec.sort = *keys;
  }
  return spec;
}

Report report_of(const std::vector<Call>& calls, const ReportSpec& spec) {
  return build_report(sample::aggregate_of(by_team, calls), sample::prices(), spec);
}

std::vector<std::string> shown_column(const Report& report, std::string_view name) {
  std::vector<std::string> cells;
  for (const Row& row : report.rows) {
    cells.push_back((row.kind() == RowKind::other ? "other:" : "") +
                    sample::shown(report, row, name));
  }
  return cells;
}

TEST(Report, SortsByCostFirstHighestAndUnknownLast) {
  const Report report = report_of(four_teams(), spec_of("invocations,cost"));
  EXPECT_THAT(shown_column(report, "tag:team"), ElementsAre("b", "a", "null", "c"));
  EXPECT_THAT(shown_column(report, "cost"), ElementsAre("0.00006", "0.000015", "0.000009", "null"));
  EXPECT_EQ(sample::shown(report, report.total(), "cost"), "0.000084");
  EXPECT_EQ(sample::shown(report, report.total(), "tag:team"), "null");
  EXPECT_EQ(report.total().kind(), RowKind::total);
}

TEST(Report, SortsByTimeWhenTheFirstKeyIsOne) {
  std::vector<Call> calls = {call_of("2026-03-02", 900), call_of("2026-03-01", 1)};
  const Report report = build_report(sample::aggregate_of({{KeyKind::day, ""}}, calls),
                                     sample::prices(), spec_of("cost"));
  EXPECT_THAT(shown_column(report, "day"), ElementsAre("2026-03-01", "2026-03-02"));
}

TEST(Report, SortsByWhatIsAskedThenByKeys) {
  EXPECT_THAT(
      shown_column(report_of(four_teams(), spec_of("invocations,cost", "invocations")), "tag:team"),
      ElementsAre("a", "b", "c", "null"));
  EXPECT_THAT(shown_column(report_of(four_teams(), spec_of("cost", "tag:team:desc")), "tag:team"),
              ElementsAre("c", "b", "a", "null"));
  EXPECT_THAT(shown_column(report_of(four_teams(), spec_of("cost", "cost:asc")), "tag:team"),
              ElementsAre("null", "a", "b", "c"));
}

TEST(Report, SortKeysKnowTheirColumnsAndDirections) {
  const std::vector<Metric> metrics = sample::metrics("cost,p99.9");
  const std::vector<Key> by = {{KeyKind::model, ""}, {KeyKind::tag, "asc"}};
  const Result<std::vector<SortKey>> keys =
      parse_sort("model, tag:asc, cost , p99.90:asc", by, metrics);
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 4U);
  EXPECT_FALSE((*keys)[0].descending);
  EXPECT_EQ((*keys)[1].column, "tag:asc");
  EXPECT_FALSE((*keys)[1].descending);
  EXPECT_TRUE((*keys)[2].descending);
  EXPECT_EQ((*keys)[3].column, "p99.9");
  EXPECT_FALSE((*keys)[3].descending);
  const Result<std::vector<SortKey>> reversed = parse_sort("tag:asc:desc", by, metrics);
  ASSERT_TRUE(reversed);
  EXPECT_TRUE(reversed->front().descending);
}

TEST(Report, SortKeysThatAreNoColumnAreRefused) {
  const std::vector<Metric> metrics = sample::metrics("cost");
  for (const char* list : {"", "input", "cost,", "cost:up", "cost,cost:asc", ":desc"}) {
    const Result<std::vector<SortKey>> keys = parse_sort(list, by_team, metrics);
    ASSERT_FALSE(keys) << list;
    EXPECT_EQ(keys.error().subject, "--sort");
  }
  EXPECT_THAT(parse_sort("coost", by_team, metrics).error().message,
              HasSubstr("did you mean cost?"));
}

TEST(Report, FoldsWhatIsBelowTheTopIntoOneExactRow) {
  ReportSpec spec = spec_of("invocations,cost,p50,max");
  spec.top = 1;
  std::vector<Call> calls = four_teams();
  calls[0].error = "ThrottlingException";
  calls[3].error = "ThrottlingException";
  const Report report = report_of(calls, spec);
  EXPECT_THAT(shown_column(report, "tag:team"), ElementsAre("b", "other:null"));
  EXPECT_THAT(shown_column(report, "invocations"), ElementsAre("1", "other:4"));
  EXPECT_THAT(shown_column(report, "cost"), ElementsAre("0.00006", "other:0.000024"));
  // Of 1, 3, 4 and 50 ms: no percentile of the folded rows' percentiles.
  EXPECT_THAT(shown_column(report, "p50"), ElementsAre("20", "other:3"));
  EXPECT_THAT(shown_column(report, "max"), ElementsAre("20", "other:50"));
  EXPECT_EQ(report.rows.back().folded_rows(), 3U);
  EXPECT_THAT(report.rows.back().error_codes(), ElementsAre(CodeCount{"ThrottlingException", 2}));
  EXPECT_TRUE(report.rows.front().error_codes().empty());
  EXPECT_THAT(report.total().error_codes(), ElementsAre(CodeCount{"ThrottlingException", 2}));
}

TEST(Report, FoldsNothingWhenTheTopHoldsAll) {
  ReportSpec spec = spec_of("cost");
  spec.top = 4;
  EXPECT_EQ(report_of(four_teams(), spec).rows.size(), 4U);
  spec.top = 0;
  const Report none = report_of(four_teams(), spec);
  ASSERT_EQ(none.rows.size(), 1U);
  EXPECT_EQ(none.rows.front().folded_rows(), 4U);
}

TEST(Report, HavingFoldsRowsThatFailIt) {
  ReportSpec spec = spec_of("input,cost,mean");
  const Result<Expression> having =
      parse_having("cost > 0.00001 and mean < 3 or tag:team = \"c\"", by_team, spec.metrics);
  ASSERT_TRUE(having) << having.error().message;
  spec.having = *having;
  const Report report = report_of(four_teams(), spec);
  EXPECT_THAT(shown_column(report, "tag:team"), ElementsAre("a", "c", "other:null"));
  EXPECT_THAT(shown_column(report, "input"), ElementsAre("5", "50", "other:23"));
  spec.top = 1;
  const Report top = report_of(four_teams(), spec);
  EXPECT_THAT(shown_column(top, "tag:team"), ElementsAre("a", "other:null"));
  EXPECT_EQ(top.rows.back().folded_rows(), 3U);
}

TEST(Report, HavingKnowsOnlyTheColumnsOfTheReport) {
  const std::vector<Metric> metrics = sample::metrics("cost,p99.9");
  EXPECT_TRUE(parse_having("p99.9 > 10", by_team, metrics));
  const Result<Expression> unknown = parse_having("input > 1", by_team, metrics);
  ASSERT_FALSE(unknown);
  EXPECT_FALSE(parse_having("cost ~ \"a*\"", by_team, metrics));
}

TEST(Report, IsTheSameForAnyNumberOfWorkers) {
  std::vector<Call> calls;
  for (std::uint32_t number = 0; number < 13'000; ++number) {
    Call call = four_teams()[number % 4];
    call.keys = {"team " + std::to_string(number * 7'919 % 9'001)};
    call.latency_ms = number % 1'000;
    call.error = number % 100 == 0 ? "ThrottlingException" : "";
    calls.push_back(call);
  }
  const Aggregate aggregate = sample::aggregate_of(by_team, calls);
  ReportSpec spec = spec_of("invocations,cost,p50,max");
  for (const std::optional<std::uint64_t> top : {std::optional<std::uint64_t>(), {5'000}}) {
    spec.top = top;
    const Report alone = build_report(aggregate, sample::prices(), spec, 1);
    const Report shared = build_report(aggregate, sample::prices(), spec, 3);
    ASSERT_EQ(alone.rows.size(), top ? *top + 1 : 9'001);
    ASSERT_EQ(shared.rows.size(), alone.rows.size());
    for (std::size_t row = 0; row < alone.rows.size(); ++row) {
      ASSERT_EQ(shared.rows[row].cells(), alone.rows[row].cells());
      ASSERT_TRUE(
          std::ranges::equal(shared.rows[row].error_codes(), alone.rows[row].error_codes()));
    }
    EXPECT_EQ(shared.total().cells(), alone.total().cells());
    EXPECT_EQ(shared.notes, alone.notes);
  }
}

TEST(Report, WithoutKeysIsOneRowEqualToTheTotal) {
  std::vector<Call> calls = four_teams();
  for (Call& call : calls) {
    call.keys.clear();
  }
  const Report report =
      build_report(sample::aggregate_of({}, calls), sample::prices(), spec_of("invocations,cost"));
  ASSERT_EQ(report.rows.size(), 1U);
  EXPECT_EQ(report.rows.front().cells(), report.total().cells());
}

TEST(Report, WithoutRecordsHasNoRowsAndATotalOfZero) {
  const Report report = report_of({}, spec_of("invocations,cost,p50"));
  EXPECT_TRUE(report.rows.empty());
  EXPECT_EQ(sample::shown(report, report.total(), "invocations"), "0");
  EXPECT_FALSE(report.projection);
  EXPECT_THAT(report.notes, Contains(StartsWith("no projection")));
}

TEST(Report, ListsUnpricedUsageByWhatAPriceWouldNeed) {
  std::vector<Call> calls = four_teams();
  calls[0].price_key.model = "partial";
  calls[0].tokens.output = 7;
  calls[1].price_key = calls[0].price_key;
  calls[1].price_key.day += 3;
  calls[1].tokens.output = 2;
  calls[2].price_key.tier = Tier::priority;
  const Report report = report_of(calls, spec_of("cost"));
  ASSERT_EQ(report.unpriced.size(), 3U);
  EXPECT_EQ(report.unpriced[0].model, "full");
  EXPECT_EQ(report.unpriced[0].tier, Tier::priority);
  EXPECT_EQ(report.unpriced[0].tokens.input, 20U);
  EXPECT_EQ(report.unpriced[1].model, "none");
  EXPECT_EQ(report.unpriced[1].region, "us-east-1");
  EXPECT_EQ(report.unpriced[2].model, "partial");
  EXPECT_EQ(report.unpriced[2].invocations, 2U);
  EXPECT_EQ(report.unpriced[2].tokens.input, 0U);
  EXPECT_EQ(report.unpriced[2].tokens.output, 9U);
}

TEST(Report, PriceSumsTokenClassesOfAGroup) {
  GroupTotals totals;
  Call call;
  call.tokens = {.input = 1'000'000, .output = 100'000, .cache_read = 10, .cache_write_5m = 4};
  sample::add_call(call, totals);
  call.price_key.model = "partial";
  call.tokens = {.input = 1'000, .output = 5, .cache_write_1h = 6};
  sample::add_call(call, totals);
  const Cost cost = price(totals, sample::prices());
  EXPECT_EQ(to_decimal(cost.input), "3.0000350001");
  EXPECT_EQ(to_decimal(cost.output), "1.50");
  EXPECT_EQ(to_decimal(cost.cache_read), "0.000003");
  EXPECT_EQ(to_decimal(cost.cache_write), "0.000015");
  EXPECT_EQ(to_decimal(cost.total()), "4.5000530001");
  EXPECT_EQ(cost.unpriced_tokens, 11U);
  EXPECT_TRUE(cost.any_priced);
  EXPECT_FALSE(price(GroupTotals(), sample::prices()).any_priced);
}

TEST(Report, NamesItsPriceBook) {
  const Report report = report_of(four_teams(), spec_of("cost"));
  EXPECT_EQ(report.prices.name, "test book");
  EXPECT_EQ(report.prices.as_of, "2026-02-01");
  EXPECT_EQ(report.prices.sha256.size(), 64U);
  EXPECT_EQ(report.notes.front(),
            "costs are list prices without discounts, credits, support and taxes; price book: "
            "test book, as of 2026-02-01");
}

TEST(Report, NotesSayWhatTheFiguresLeaveOut) {
  std::vector<Call> calls(1'000);
  for (std::size_t i = 0; i < 812; ++i) {
    calls[i].latency_ms = 5;
  }
  calls[0].price_key.model = "evil\x1b[31m";
  calls[0].tokens = {.input = 1'234};
  calls[1].tokens = {.cache_write_5m = 10};
  calls[1].cache_write_unsplit = 10;
  calls[2].price_key.covered = true;
  calls[3].price_key.context_limit = 200'000;
  calls[3].tokens = {.input = 1};
  Aggregate aggregate = sample::aggregate_of({}, calls);
  aggregate.account.duplicate = 3;
  aggregate.account.out_of_range = 1;
  aggregate.account.filtered = 2'000;
  aggregate.account.layouts[0] += 2'004;
  aggregate.account.rejected[1] = 2;
  aggregate.account.damages = {{"b.gz", {}}, {"a.gz", {}}, {"b.gz", {}}};
  aggregate.account.unreadable = {{"c.gz", "x"}};
  const std::int64_t first_hour = *aggregate.account.hours_seen.begin();
  aggregate.account.hours_seen.insert(first_hour + 4);
  const std::vector<std::string> notes =
      build_report(aggregate, sample::prices(), spec_of("p50")).notes;
  EXPECT_THAT(
      notes,
      ElementsAre(
          StartsWith("costs are list prices"), HasSubstr("priced as standard"),
          StartsWith("long-context prices"),
          "1,234 tokens without a price are not in the costs, models: \"evil?[31m\"",
          HasSubstr("priced as 5-minute writes: 10 tokens"),
          HasSubstr("provisioned capacity, billed by the hour, cost nothing here: 1 call"),
          "monthly figures are the period's x 730.5 h / 1 h",
          "latency is known for 812 of 1,000 calls (81.20 %): failed calls, InvokeModel without "
          "streaming and bodies over 100 KB carry none",
          HasSubstr("left out: 3 duplicate records"),
          HasSubstr("time range and left out: 1 record"),
          HasSubstr("not matching the filter and left out: 2,000 records"),
          HasSubstr("unusable and not counted, the figures are incomplete: 2 records"),
          HasSubstr(
              "damaged and read as far as possible, the figures may be incomplete: 2 objects"),
          HasSubstr("unreadable, the figures are incomplete: 1 object"),
          HasSubstr("without any record between the first and the last one: 3 hours")));
}

TEST(Report, NotesAreSilentAboutWhatIsNotSo) {
  std::vector<Call> calls(1);
  calls[0].latency_ms = 1;
  ReportSpec spec = spec_of("p50");
  EXPECT_THAT(build_report(sample::aggregate_of({}, calls), sample::prices(), spec).notes,
              ElementsAre(StartsWith("costs are list prices"), StartsWith("monthly figures")));
  spec.deduplicated = false;
  EXPECT_THAT(build_report(sample::aggregate_of({}, calls), sample::prices(), spec).notes,
              Contains(HasSubstr("a call logged twice counts twice")));
  calls[0].latency_ms.reset();
  EXPECT_THAT(build_report(sample::aggregate_of({}, calls), sample::prices(), spec_of("n")).notes,
              Not(Contains(StartsWith("latency is known"))));
}

TEST(Report, SeparatesThousands) {
  EXPECT_EQ(with_separators(0), "0");
  EXPECT_EQ(with_separators(999), "999");
  EXPECT_EQ(with_separators(1'000), "1,000");
  EXPECT_EQ(with_separators(1'234'567), "1,234,567");
  EXPECT_EQ(with_separators(-123'456), "-123,456");
}

TEST(ReportDeathTest, EndsRatherThanPrintTotalsThatDoNotAddUp) {
  Aggregate missing_group = sample::aggregate_of(by_team, four_teams());
  missing_group.groups.pop_back();
  EXPECT_DEATH((void)build_report(missing_group, sample::prices(), {}), "report.cpp");
  Aggregate lost_record = sample::aggregate_of(by_team, four_teams());
  lost_record.account.layouts[0] += 1;
  EXPECT_DEATH((void)build_report(lost_record, sample::prices(), {}), "report.cpp");
  Aggregate lost_cell = sample::aggregate_of(by_team, four_teams());
  lost_cell.groups.front().totals.billed.clear();
  EXPECT_DEATH((void)build_report(lost_cell, sample::prices(), {}), "report.cpp");
}

}  // namespace
}  // namespace bedrocklog::analytics
