// Charges against the prices of the groups they come from.
#include "analytics/finance/charge.h"

#include <gtest/gtest.h>

#include "analytics/report.h"
#include "tests/analytics/sample_calls.h"

namespace bedrocklog::finance {
namespace {

using analytics::PriceKey;
using analytics::sample::Call;

TEST(Charges, HaveOneUnitPriceEachAndAddUpToTheCostOfTheGroup) {
  Call priced;
  priced.tokens = {.input = 7, .output = 11};
  Call partly;
  partly.price_key.model = "partial";
  partly.tokens = {.input = 3, .output = 5};
  Call covered;
  covered.price_key.model = "full";
  covered.price_key.covered = true;
  covered.tokens = {.cache_read = 9};
  const analytics::Aggregate aggregate =
      analytics::sample::aggregate_of({}, {priced, priced, partly, covered});

  const std::vector<Charge> charges = charges_of(aggregate, analytics::sample::prices());

  ASSERT_EQ(charges.size(), 5U);
  analytics::Attodollars sum;
  std::uint64_t without_price = 0;
  for (const Charge& charge : charges) {
    if (charge.list_cost) {
      sum += *charge.list_cost;
    } else {
      without_price += charge.quantity;
    }
    EXPECT_EQ(charge.row == nullptr, charge.key->covered || !charge.list_cost);
    EXPECT_EQ(charge.invocations, charge.key->model == "full" && !charge.key->covered ? 2U : 1U);
  }
  EXPECT_EQ(to_decimal(sum), "0.0003721050003");
  EXPECT_EQ(without_price, 5U);
  const analytics::Cost whole = price(aggregate.groups[0].totals, analytics::sample::prices());
  EXPECT_EQ(whole.total(), sum);
  EXPECT_EQ(whole.unpriced_tokens, without_price);
}

}  // namespace
}  // namespace bedrocklog::finance
