// Rows of cost against decimals written out by hand, and sums of any split against the whole.
#include "analytics/finance/cost_report.h"

#include <map>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/analytics/sample_calls.h"

namespace bedrocklog::finance {
namespace {

using analytics::Aggregate;
using analytics::Int128;
using analytics::Report;
using analytics::sample::Call;
using analytics::sample::first_day;

std::vector<analytics::Key> keys(std::string_view list) {
  return list.empty() ? std::vector<analytics::Key>() : analytics::parse_keys(list).value();
}

Call call(std::vector<std::optional<std::string>> by, std::string model, std::int32_t day,
          analytics::BilledTokens tokens) {
  Call made;
  made.keys = std::move(by);
  made.price_key.model = std::move(model);
  made.price_key.day = day;
  made.tokens = tokens;
  return made;
}

Report made_report(const Aggregate& aggregate, const CostRequest& request,
                   const CostView& view = {},
                   const analytics::PriceTable& prices = analytics::sample::prices()) {
  Result<CostTable> table = cost_table(aggregate, prices, request);
  EXPECT_TRUE(table) << (table ? "" : table.error().message);
  Result<Report> report = cost_report({&aggregate, &prices}, {}, std::move(*table), request, view);
  EXPECT_TRUE(report) << (report ? "" : report.error().message);
  return std::move(*report);
}

CostRequest request_of(const Aggregate& aggregate, CostDetail detail = CostDetail::token_class,
                       PeriodKind period = PeriodKind::month) {
  CostRequest request;
  request.calendar = PeriodCalendar(period);
  request.detail = detail;
  request.shown_keys = aggregate.by.size();
  return request;
}

/// The named cells of every row, "|" between.
std::vector<std::string> rows_of(const Report& report, std::vector<std::string> names) {
  std::vector<std::string> lines;
  const auto add = [&](const analytics::Row& row) {
    std::string line;
    for (const std::string& name : names) {
      line += (line.empty() ? "" : "|") + analytics::sample::shown(report, row, name);
    }
    lines.push_back(line);
  };
  for (const analytics::Row& row : report.rows) {
    add(row);
  }
  add(report.total());
  return lines;
}

using Lines = std::vector<std::string>;

TEST(CostReport, HasARowForEachPeriodKeyModelAndTokenClassWithItsUnitPrice) {
  const Aggregate aggregate = analytics::sample::aggregate_of(
      keys("account"), {
                           call({"1"}, "full", first_day, {.input = 7, .output = 11}),
                           call({"1"}, "full", first_day + 30, {.input = 1}),
                           call({"1"}, "full", first_day + 31, {.input = 5}),
                           call({"2"}, "full", first_day, {.cache_write_1h = 9}),
                           call({std::nullopt}, "partial", first_day, {.input = 3, .output = 4}),
                       });
  const Report report = made_report(aggregate, request_of(aggregate));
  EXPECT_EQ(rows_of(report, {"period", "account", "model", "class", "unit", "basis", "quantity",
                             "unit_price", "list_cost", "discount_bp", "net_cost"}),
            (Lines{
                "2026-03|null|partial|input_tokens|1K tokens|on-demand|3|0.0000350001|"
                "0.0000001050003|0|0.0000001050003",
                "2026-03|null|partial|output_tokens|null|unpriced|4|null|null|null|null",
                "2026-03|1|full|input_tokens|1M tokens|on-demand|8|3.00|0.000024|0|0.000024",
                "2026-03|1|full|output_tokens|1M tokens|on-demand|11|15.00|0.000165|0|0.000165",
                "2026-03|2|full|cache_write_1h_tokens|1M tokens|on-demand|9|6.00|0.000054|0|"
                "0.000054",
                "2026-04|1|full|input_tokens|1M tokens|on-demand|5|3.00|0.000015|0|0.000015",
                "null|null|null|null|null|null|40|null|0.0002581050003|null|0.0002581050003",
            }));
  ASSERT_EQ(report.unpriced.size(), 1U);
}

TEST(CostReport, CoarserRowsCountCallsAndKeepUnknownApartFromNothing) {
  const Aggregate aggregate = analytics::sample::aggregate_of(
      {}, {
              call({}, "full", first_day, {.input = 7}),
              call({}, "full", first_day, {}),
              call({}, "partial", first_day, {.input = 3, .output = 4}),
              call({}, "nowhere", first_day, {.input = 2}),
              call({}, "silent", first_day, {}),
          });
  const std::vector<std::string> names = {"period",          "model",     "invocations", "quantity",
                                          "unpriced_tokens", "list_cost", "net_cost"};
  EXPECT_EQ(rows_of(made_report(aggregate, request_of(aggregate, CostDetail::model)), names),
            (Lines{"2026-03|full|2|7|0|0.000021|0.000021", "2026-03|nowhere|1|2|2|null|null",
                   "2026-03|partial|1|7|4|0.0000001050003|0.0000001050003",
                   "2026-03|silent|1|0|0|0.00|0.00",
                   "null|null|5|16|6|0.0000211050003|0.0000211050003"}));
}

TEST(CostReport, DiscountsOfAccountsApplyWhetherAccountsAreShownOrNot) {
  const Aggregate aggregate = analytics::sample::aggregate_of(
      keys("user,account"), {
                                call({"ann", "1"}, "full", first_day, {.input = 1'000'000}),
                                call({"ann", "2"}, "full", first_day, {.input = 1'000'000}),
                            });
  const Discounts discounts = Discounts::parse("account,percent\n1,12.34\n", "d.csv").value();
  CostRequest request = request_of(aggregate);
  request.shown_keys = 1;
  request.account_key = 1;
  request.discounts = &discounts;
  EXPECT_EQ(rows_of(made_report(aggregate, request),
                    {"user", "quantity", "list_cost", "discount_bp", "net_cost"}),
            (Lines{"ann|1000000|3.00|0|3.00", "ann|1000000|3.00|1234|2.6298",
                   "null|2000000|6.00|null|5.6298"}));
  request.detail = CostDetail::period;
  EXPECT_EQ(rows_of(made_report(aggregate, request), {"period", "user", "list_cost", "net_cost"}),
            (Lines{"2026-03|ann|6.00|5.6298", "null|null|6.00|5.6298"}));
}

TEST(CostReport, RoundedRowsAddUpAndASecondCurrencyStandsBesideDollars) {
  const Aggregate aggregate = analytics::sample::aggregate_of(
      keys("user"), {
                        call({"a"}, "full", first_day, {.input = 1'111}),
                        call({"b"}, "full", first_day, {.input = 1'112}),
                        call({"c"}, "full", first_day, {.input = 1'111}),
                    });
  CostView view;
  view.decimals = 2;
  view.currency = parse_display_currency("EUR", "0.925", "2026-03-31").value();
  const Report report = made_report(aggregate, request_of(aggregate), view);
  EXPECT_EQ(rows_of(report, {"user", "net_cost", "net_cost_eur"}),
            (Lines{"a|0.00|0.00", "b|0.01|0.01", "c|0.00|0.00", "null|0.01|0.01"}));
  view.decimals.reset();
  EXPECT_EQ(rows_of(made_report(aggregate, request_of(aggregate), view), {"net_cost_eur"}),
            (Lines{"0.003083025", "0.0030858", "0.003083025", "0.00925185"}));
}

TEST(CostReport, SortsAndFoldsByAnyColumn) {
  const Aggregate aggregate = analytics::sample::aggregate_of(
      keys("user"), {
                        call({"a"}, "full", first_day, {.input = 1'000'000}),
                        call({"b"}, "full", first_day, {.input = 3'000'000}),
                        call({"c"}, "full", first_day, {.input = 2'000'000}),
                    });
  const CostRequest request = request_of(aggregate);
  CostView view;
  view.sort = parse_cost_sort("net_cost,user:desc", made_report(aggregate, request)).value();
  view.top = 1;
  const Report report = made_report(aggregate, request, view);
  EXPECT_EQ(rows_of(report, {"user", "quantity", "unit_price", "net_cost"}),
            (Lines{"b|3000000|3.00|9.00", "null|3000000|null|9.00", "null|6000000|null|18.00"}));
  EXPECT_EQ(report.rows.back().folded_rows(), 2U);
  EXPECT_FALSE(parse_cost_sort("cost", report));
}

TEST(CostReport, ChangesAddUpToTheChangeOfThePeriodAlsoWhereUsageEnds) {
  const Aggregate aggregate = analytics::sample::aggregate_of(
      keys("user"), {
                        call({"a"}, "full", first_day, {.input = 1'000'000}),
                        call({"b"}, "full", first_day, {.input = 2'000'000}),
                        call({"b"}, "full", first_day + 31, {.input = 3'000'000}),
                        call({"c"}, "full", first_day + 31, {.input = 1'000'000}),
                    });
  CostView view;
  view.with_change = true;
  EXPECT_EQ(
      rows_of(made_report(aggregate, request_of(aggregate, CostDetail::period), view),
              {"period", "user", "net_cost", "net_cost_before", "net_cost_change"}),
      (Lines{"2026-03|a|3.00|null|null", "2026-03|b|6.00|null|null", "2026-04|a|0.00|3.00|-3.00",
             "2026-04|b|9.00|6.00|3.00", "2026-04|c|3.00|0.00|3.00", "null|null|21.00|null|null"}));
}

TEST(CostReport, ProvisionedHoursStandBesideWhatTheirTokensWouldHaveCost) {
  Call covered = call({}, "arn", first_day, {.input = 1'000'000, .output = 100'000});
  covered.price_key.covered = true;
  Call loose = covered;
  loose.price_key.model = "other-arn";
  const Aggregate aggregate = analytics::sample::aggregate_of({}, {covered, loose});
  CostRequest request = request_of(aggregate);
  request.capacities = parse_provisioned(
                           "[[provisioned]]\nmodel = \"arn\"\nunits = 2\nusd_per_unit_hour = "
                           "\"1.05\"\nfrom = 2026-03-01\nbase_model = \"full\"\n",
                           "c.toml")
                           .value();
  const std::int64_t march = std::int64_t{first_day} * 24;
  request.capacity_hours = {march, march + 32 * 24};  // A day of April, too.
  const Lines expected = {"2026-03|arn|input_tokens|provisioned|1000000|null|0.00|null|null",
                          "2026-03|arn|output_tokens|provisioned|100000|null|0.00|null|null",
                          "2026-03|arn|model_unit_hours|capacity|1488|1.05|1562.40|4.50|-1557.90",
                          "2026-03|other-arn|input_tokens|provisioned|1000000|null|0.00|null|null",
                          "2026-03|other-arn|output_tokens|provisioned|100000|null|0.00|null|null",
                          "2026-04|arn|model_unit_hours|capacity|48|1.05|50.40|0.00|-50.40",
                          "null|null|null|null|null|null|1612.80|4.50|-1608.30"};
  const Report report = made_report(aggregate, request);
  EXPECT_EQ(rows_of(report, {"period", "model", "class", "basis", "quantity", "unit_price",
                             "net_cost", "on_demand_value", "saving"}),
            expected);
  request.detail = CostDetail::model;
  EXPECT_EQ(rows_of(made_report(aggregate, request),
                    {"period", "model", "quantity", "net_cost", "on_demand_value", "saving"}),
            (Lines{"2026-03|arn|1100000|1562.40|4.50|-1557.90",
                   "2026-03|other-arn|1100000|0.00|null|null", "2026-04|arn|0|50.40|0.00|-50.40",
                   "null|null|2200000|1612.80|4.50|-1608.30"}));
}

// A book whose price changes on random days of March and April.
std::string random_book(std::size_t changes) {
  std::string book =
      "model,meter,tier,scope,context_min_input_tokens,attributes,regions,unit,currency,price,"
      "effective_from,effective_to,as_of,source\n";
  std::map<std::int32_t, std::int64_t> price_by_day = {{first_day, 1}};
  for (std::size_t at = 0; at < changes; ++at) {
    price_by_day[first_day + *rc::gen::inRange<std::int32_t>(0, 61)] =
        *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000);
  }
  const auto date = [](std::int32_t day) {
    const CivilDate civil = civil_from_days(day);
    return std::to_string(civil.year) + "-0" + std::to_string(civil.month) +
           (civil.day < 10 ? "-0" : "-") + std::to_string(civil.day);
  };
  for (auto one = price_by_day.begin(); one != price_by_day.end(); ++one) {
    const auto next = std::next(one);
    book += "m,input_tokens,standard,regional,,,*,1M tokens,USD," +
            analytics::to_decimal(one->second, 10, 0) + "," + date(one->first) + "," +
            (next == price_by_day.end() ? "" : date(next->first)) + ",,\n";
  }
  return book;
}

// Show 5: what a bill sums up first and prices then is what each call costs, summed up.
RC_GTEST_PROP(CostReport, PriceOfASumIsTheSumOfPricesWithPricesThatChangeInsideTheMonth, ()) {
  const auto prices =
      analytics::PriceTable::parse(random_book(*rc::gen::inRange<std::size_t>(0, 12)), "book");
  RC_ASSERT(prices.has_value());
  DiscountRule rule;
  rule.model = "m";
  rule.basis_points = *rc::gen::inRange<std::uint32_t>(0, 10'001);
  const auto discounts = Discounts::of({rule}, "d");
  std::vector<Call> calls;
  Int128 net = 0;
  const auto count = *rc::gen::inRange<std::size_t>(1, 40);
  for (std::size_t at = 0; at < count; ++at) {
    const auto day = first_day + *rc::gen::inRange<std::int32_t>(0, 61);
    const auto user = *rc::gen::element<std::string>("a", "b", "c");
    const auto tokens = *rc::gen::inRange<std::uint64_t>(0, 1'000'000'000);
    calls.push_back(call({user}, "m", day, {.input = tokens}));
    const analytics::PriceRow* row = prices->find(calls.back().price_key, analytics::Meter::input);
    RC_ASSERT(row != nullptr);
    net += net_of(analytics::cost_of(tokens, row->unit_price), discounts->rules()[0].basis_points)
               .value;
  }
  const Aggregate aggregate = analytics::sample::aggregate_of(keys("user"), calls);
  for (const CostDetail detail : {CostDetail::token_class, CostDetail::model, CostDetail::period}) {
    for (const PeriodKind period : {PeriodKind::day, PeriodKind::month, PeriodKind::quarter,
                                    PeriodKind::total, PeriodKind::fiscal_month}) {
      CostRequest request = request_of(aggregate, detail, period);
      request.discounts = &*discounts;
      const Result<CostTable> table = cost_table(aggregate, *prices, request);
      RC_ASSERT(table.has_value());
      NetDollars sum;
      for (const CostRow& row : table->rows) {
        sum += row.net;
      }
      RC_ASSERT(sum.value == net);
    }
  }
}

}  // namespace
}  // namespace bedrocklog::finance
