// Strategies against calls whose savings are worked out by hand.
#include "analytics/finance/strategies.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/analytics/sample_calls.h"

namespace bedrocklog::finance {
namespace {

using analytics::Aggregate;
using analytics::BilledTokens;
using analytics::PriceTable;
using analytics::sample::Call;
using analytics::sample::first_day;

/// Two models of one maker, the small one without cache prices, and one of another maker.
const PriceTable& prices() {
  static const PriceTable table = [] {
    Result<PriceTable> parsed = PriceTable::parse(
        "model,meter,tier,scope,context_min_input_tokens,attributes,regions,unit,currency,price\n"
        "maker.big,input_tokens,standard,regional,,,*,1M tokens,USD,3\n"
        "maker.big,output_tokens,standard,regional,,,*,1M tokens,USD,15\n"
        "maker.big,cache_read_tokens,standard,regional,,,*,1M tokens,USD,0.3\n"
        "maker.big,input_tokens,batch,regional,,,*,1M tokens,USD,1.5\n"
        "maker.big,output_tokens,batch,regional,,,*,1M tokens,USD,7.5\n"
        "maker.small,input_tokens,standard,regional,,,*,1M tokens,USD,1\n"
        "maker.small,output_tokens,standard,regional,,,*,1M tokens,USD,5\n"
        "maker.tiny,input_tokens,standard,regional,,,*,1M tokens,USD,0.1\n"
        "other.cheap,input_tokens,standard,regional,,,*,1M tokens,USD,0.01\n"
        "other.cheap,output_tokens,standard,regional,,,*,1M tokens,USD,0.01\n",
        "test book");
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
    return std::move(*parsed);
  }();
  return table;
}

Call call_of(const std::string& caller, bool is_small, const std::string& hour,
             BilledTokens tokens) {
  Call call;
  call.keys = {caller, is_small ? std::optional<std::string>(small_calls_group) : std::nullopt,
               hour};
  call.price_key.model = "maker.big";
  call.tokens = tokens;
  return call;
}

Aggregate aggregate_of(const std::vector<Call>& calls) {
  return analytics::sample::aggregate_of(strategy_keys({analytics::KeyKind::user, ""}), calls);
}

StrategyOptions options() {
  StrategyOptions options;
  options.candidates = {"maker.big", "maker.small", "maker.tiny", "other.cheap"};
  options.callers_max = 10;
  return options;
}

std::string shown(const std::optional<Attodollars>& amount) {
  return amount ? to_decimal(*amount) : "unknown";
}

TEST(RightSizing, TakesTheCheapestOfTheSameMakerThatPricesEverything) {
  const std::vector<StrategyRow> rows =
      right_sizing(aggregate_of({call_of("a", true, "10", {.input = 1'000'000, .output = 100'000}),
                                 call_of("a", false, "10", {.input = 9'000'000})}),
                   prices(), options());
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].subject, "maker.big");
  EXPECT_EQ(rows[0].then, "maker.small");  // tiny has no price of answers, cheap is of others.
  EXPECT_EQ(rows[0].invocations, 1U);
  EXPECT_EQ(shown(rows[0].today), "4.50");
  EXPECT_EQ(shown(rows[0].then_cost), "1.50");
}

TEST(RightSizing, FindsNothingWhereNothingIsCheaper) {
  Call call = call_of("a", true, "10", {.input = 10, .output = 1});
  call.price_key.model = "maker.small";
  EXPECT_TRUE(right_sizing(aggregate_of({call}), prices(), options()).empty());
}

TEST(LongPrompts, AreOfCallersWithShortAnswers) {
  const Aggregate aggregate = aggregate_of(
      {call_of("long", false, "10", {.input = 1'900, .output = 100, .cache_read = 100}),
       call_of("chatty", false, "10", {.input = 2'000, .output = 101}),
       call_of("short", false, "10", {.input = 1'999, .output = 1})});
  const std::vector<StrategyRow> rows = long_prompts(aggregate, prices(), options());
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].subject, "long");
  EXPECT_EQ(rows[0].tokens, 2'000U);
  EXPECT_EQ(shown(rows[0].today), "0.00573");
  EXPECT_EQ(rows[0].then_cost, std::nullopt);  // No log tells what is needed.

  StrategyOptions trimmed = options();
  trimmed.trim_e2 = 2'500;
  EXPECT_EQ(shown(long_prompts(aggregate, prices(), trimmed).at(0).then_cost), "0.0042975");
}

TEST(BatchJobs, CallOftenAndEvenly) {
  std::vector<Call> calls;
  for (int count = 0; count < 100; ++count) {
    const std::string hour = count < 50 ? "01" : "02";
    calls.push_back(call_of("job", false, hour, {.input = 1'000}));
    calls.push_back(call_of("person", false, std::to_string(10 + count % 10), {.input = 1'000}));
    if (count < 99) {
      calls.push_back(call_of("few", false, "01", {.input = 1'000}));
    }
  }
  const std::vector<StrategyRow> rows = batch_jobs(aggregate_of(calls), prices(), options());
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].subject, "job");
  EXPECT_EQ(shown(rows[0].today), "0.30");
  EXPECT_EQ(shown(rows[0].then_cost), "0.15");
}

TEST(Schedule, TellsPeaksWithTheirThrottledCalls) {
  std::vector<Call> calls(5, call_of("a", false, "09", {.input = 1'000'000}));
  calls[0].error = "ThrottlingException";
  calls[0].tokens = {};
  // 120 calls: the mean hour has 5, and an hour at the mean is no peak.
  for (int count = 0; count < 115; ++count) {
    calls.push_back(call_of("a", false, "10", {}));
  }
  const std::vector<StrategyRow> rows = schedule(aggregate_of(calls), prices());
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].subject, "peak hours: 10");
  EXPECT_EQ(rows[0].invocations, 115U);
  EXPECT_EQ(rows[0].throttles, 0U);
  EXPECT_EQ(rows[1].subject, "off-peak hours: 09");
  EXPECT_EQ(rows[1].throttles, 1U);
  EXPECT_EQ(shown(rows[1].today), "12.00");
  EXPECT_EQ(rows[1].then_cost, std::nullopt);
}

TEST(ReservedCapacity, NeedsAnOffer) {
  const Aggregate aggregate = aggregate_of({call_of("a", false, "00", {.input = 1'000'000})});
  const TimeRange range{{first_day * day_ms}, {first_day * day_ms + 2 * hour_ms}};
  EXPECT_TRUE(reserved_capacity(aggregate, prices(), options(), range).empty());
  StrategyOptions offered = options();
  offered.offers = {*parse_capacity_offer("maker.*=0.50/1000000")};
  const std::vector<StrategyRow> rows = reserved_capacity(aggregate, prices(), offered, range);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].then, "1 unit, pays in 1 hours");
  EXPECT_EQ(shown(rows[0].today), "3.00");
  EXPECT_EQ(shown(rows[0].then_cost), "1.00");
}

TEST(StrategyTable, SaysThatSavingsOverlap) {
  StrategyRow row;
  row.strategy = "batch";
  row.subject = "job";
  row.today = *parse_amount("2");
  row.then_cost = *parse_amount("0.5");
  const Aggregate aggregate = aggregate_of({call_of("a", false, "00", {.input = 1})});
  const analytics::Report report =
      report_of(strategy_table({row}, options()), aggregate, prices(), {});
  EXPECT_FALSE(report.has_total);
  EXPECT_EQ(analytics::sample::shown(report, report.rows[0], "saving"), "1.50");
  EXPECT_EQ(analytics::sample::shown(report, report.rows[0], "saving_percent"), "75.00");
  EXPECT_EQ(analytics::sample::shown(report, report.rows[0], "throttles"), "null");
  EXPECT_THAT(report.notes, testing::Contains(testing::HasSubstr("do not add up")));
}

// No strategy counts a call twice in itself, and none promises more than was paid.
RC_GTEST_PROP(StrategyProperty, SavesNoMoreThanWasPaid, ()) {
  std::vector<Call> calls;
  const auto count = *rc::gen::inRange(1, 60);
  for (int at = 0; at < count; ++at) {
    Call call = call_of(*rc::gen::element<std::string>("a", "b"), *rc::gen::arbitrary<bool>(),
                        *rc::gen::element<std::string>("01", "02", "23"),
                        {.input = *rc::gen::inRange<std::uint64_t>(0, 100'000),
                         .output = *rc::gen::inRange<std::uint64_t>(0, 1'000)});
    call.price_key.model = *rc::gen::element<std::string>("maker.big", "maker.small", "nothing");
    calls.push_back(std::move(call));
  }
  const Aggregate aggregate = aggregate_of(calls);
  analytics::Attodollars paid;
  for (const analytics::Group& group : aggregate.groups) {
    paid += analytics::price(group.totals, prices()).total();
  }
  StrategyOptions asked = options();
  asked.trim_e2 = *rc::gen::inRange<std::uint32_t>(0, 10'001);
  for (const auto& rows :
       {right_sizing(aggregate, prices(), asked), long_prompts(aggregate, prices(), asked),
        batch_jobs(aggregate, prices(), asked), schedule(aggregate, prices())}) {
    analytics::Attodollars today;
    std::uint64_t invocations = 0;
    for (const StrategyRow& row : rows) {
      today += row.today.value_or(analytics::Attodollars{});
      invocations += row.invocations;
      // In parentheses: the macro would evaluate both sides.
      RC_ASSERT((!row.then_cost || *row.then_cost <= *row.today));
    }
    RC_ASSERT(today <= paid);
    RC_ASSERT(invocations <= calls.size());
  }
}

}  // namespace
}  // namespace bedrocklog::finance
