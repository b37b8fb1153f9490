// Usage that is priced, assumed and unpriced.
#include "analytics/finance/price_check.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "analytics/row_cost.h"
#include "tests/analytics/sample_calls.h"

namespace bedrocklog::finance {
namespace {

using analytics::sample::Call;

analytics::PriceTable prices() {
  auto table = analytics::PriceTable::parse(
      "model,meter,tier,scope,regions,unit,currency,price,effective_from\n"
      "m,input_tokens,standard,regional,*,1M tokens,USD,3,2026-01-01\n"
      "m,input_tokens,priority,regional,*,1M tokens,USD,5.25,\n"
      "m,input_tokens,flex,regional,*,1M tokens,USD,1.5,\n"
      "m,cache_write_5m_tokens,standard,regional,*,1M tokens,USD,3.75,\n"
      "m,cache_write_1h_tokens,standard,regional,*,1M tokens,USD,6,\n",
      "book");
  EXPECT_TRUE(table);
  return std::move(*table);
}

TEST(PriceCheck, TellsWhatIsPricedAssumedAndUnpriced) {
  Call call;
  call.price_key.model = "m";
  call.price_key.region = "us-east-1";
  call.price_key.day = 20'600;
  call.tokens = {.input = 1'000'000, .output = 7, .cache_write_5m = 1'000'000, .cache_write_1h = 5};
  Call later = call;
  later.price_key.day = 20'601;
  Call flexed = call;
  flexed.price_key.tier = analytics::Tier::flex;
  flexed.tokens = {.input = 2'000'000};
  Call covered = call;
  covered.price_key.covered = true;
  covered.tokens = {.input = 11};
  const analytics::Aggregate aggregate =
      analytics::sample::aggregate_of({}, {call, later, flexed, covered});
  const analytics::PriceTable table = prices();

  const PriceCheck check = check_prices(aggregate, table);

  EXPECT_EQ(check.unpriced_tokens, 14U);
  EXPECT_EQ(check.covered_tokens, 11U);
  EXPECT_EQ(to_decimal(check.priced.cost), "16.50006");
  EXPECT_EQ(to_decimal(check.undated.cost), "10.50006") << "input alone says since when";
  EXPECT_EQ(check.written_1h.tokens, 2'000'000U);
  EXPECT_EQ(to_decimal(check.written_1h.difference), "4.50");
  EXPECT_EQ(check.priority.tokens, 2'000'000U);
  EXPECT_EQ(to_decimal(check.priority.difference), "4.50");
  EXPECT_EQ(to_decimal(check.flex.difference), "-3.00");
  // Whole: what price() says of the same groups.
  analytics::Attodollars sum;
  for (const analytics::Group& group : aggregate.groups) {
    sum += price(group.totals, table).total();
  }
  EXPECT_EQ(check.priced.cost, sum);
  // Days are one line.
  const auto lines = std::count_if(check.usage.begin(), check.usage.end(), [](const auto& usage) {
    return usage.how == PricedHow::priced && usage.meter == analytics::Meter::input &&
           usage.tier == analytics::Tier::standard;
  });
  EXPECT_EQ(lines, 1);
}

}  // namespace
}  // namespace bedrocklog::finance
