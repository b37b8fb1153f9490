// Logs against synthetic bills with planted differences of every kind.
#include "analytics/finance/reconciliation.h"

#include <map>
#include <tuple>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "analytics/finance/exact_decimal.h"
#include "analytics/finance/reconcile_report.h"
#include "tests/finance/bill_samples.h"

namespace bedrocklog::finance {
namespace {

using analytics::Attodollars;
using analytics::BilledTokens;
using analytics::Int128;
using analytics::Meter;
using analytics::Scope;
using analytics::Tier;
using analytics::sample::Call;
using sample::grok;
using sample::Line;
using sample::march;
using sample::nova;
using sample::opus;
using sample::sonnet;

constexpr std::string_view one = "111111111111";
constexpr std::string_view two = "222222222222";

/// A call of an account on a day of March 2026 (1 is the first).
Call call(std::string_view account, std::int32_t day, std::string_view model, BilledTokens tokens) {
  Call made;
  made.keys = {std::string(account)};
  made.price_key.model = model;
  made.price_key.region = "us-east-1";
  made.price_key.day = march + day - 1;
  made.tokens = tokens;
  return made;
}

UsageKey key(std::int32_t day, std::string_view model, Meter meter, Tier tier = Tier::standard,
             Scope scope = Scope::regional) {
  return {one, "us-east-1", model, march + day - 1, meter, tier, scope, false};
}

analytics::Aggregate logs_of(const std::vector<Call>& calls) {
  return analytics::sample::aggregate_of({{analytics::KeyKind::account, ""}}, calls);
}

/// Compares, after a trip of the bill through a form.
Reconciliation compare(const std::vector<Call>& calls, const std::vector<Line>& lines,
                       const ReconcileOptions& options = {.settle_hours = 0},
                       BillForm form = BillForm::cur2) {
  sample::Read read = sample::read(sample::as_form(form, lines));
  EXPECT_TRUE(read.done) << (read.done ? "" : read.done.error().message);
  EXPECT_TRUE(read.account.complete());
  const analytics::Aggregate aggregate = logs_of(calls);
  const std::vector<Charge> charges = charges_of(aggregate, sample::book());
  Result<Reconciliation> result =
      reconcile({&aggregate, charges}, read.bill, sample::book(), options);
  EXPECT_TRUE(result);
  return std::move(*result);
}

std::vector<Line> lines_of(const std::vector<Call>& calls) {
  return sample::lines_of(logs_of(calls));
}

/// "rate_differs/scope" -> bill - logs in USD.
using Money = std::map<std::string, std::string>;
Money money_by_cause(const Reconciliation& result) {
  Money money;
  for (const CauseSum& sum : result.causes) {
    money[std::string(name_of(sum.bucket)) + '/' + std::string(name_of(sum.cause))] =
        to_decimal(sum.sides.bill_cost - sum.sides.log_cost);
  }
  return money;
}

void take_out(std::vector<Line>& lines, const Line& line) {
  const auto found = std::find_if(lines.begin(), lines.end(), [&](const Line& one_line) {
    return one_line.usage_type == line.usage_type && one_line.day == line.day &&
           one_line.account == line.account && one_line.region == line.region;
  });
  ASSERT_NE(found, lines.end()) << line.usage_type;
  lines.erase(found);
}

Line money_line(std::string type, std::string cost) {
  Line line;
  line.type = std::move(type);
  line.cost = std::move(cost);
  line.unit = "";
  return line;
}

Line usage_line(std::string usage_type, std::string cost) {
  Line line;
  line.usage_type = std::move(usage_type);
  line.cost = std::move(cost);
  line.quantity = "3";
  line.unit = "1K tokens";
  return line;
}

TEST(Reconciliation, OfABillThatSaysTheSameFindsNothingInAnyFormAndGrammar) {
  const BilledTokens all = {.input = 1'234'567,
                            .output = 891,
                            .cache_read = 55'555,
                            .cache_write_5m = 7'001,
                            .cache_write_1h = 3};
  std::vector<Call> calls;
  for (const std::string_view model : {nova, sonnet, opus, grok}) {
    calls.push_back(call(one, 1, model, all));
    calls.push_back(call(two, 31, model, all));
    if (model == sonnet || model == opus) {
      calls.push_back(call(one, 1, model, all));
      calls.back().price_key.scope = Scope::global;
    }
  }
  for (const BillForm form : {BillForm::cur2, BillForm::legacy_cur, BillForm::focus}) {
    const Reconciliation result = compare(calls, lines_of(calls), {.settle_hours = 0}, form);
    EXPECT_EQ(result.findings, 0U);
    EXPECT_EQ(money_by_cause(result), (Money{{"agrees/", "0.00"}})) << name_of(form);
    EXPECT_EQ(result.rows.size(), 50U);
    EXPECT_EQ(result.total.log_tokens * bill_token_unit, result.total.bill_tokens_e12);
    EXPECT_EQ(result.total.log_cost, result.total.bill_cost);
  }
}

/// Ten days of two accounts; differences are planted into a bill that agrees.
class PlantedBill {
 public:
  PlantedBill() {
    for (std::int32_t day = 1; day <= 10; ++day) {
      calls.push_back(call(one, day, nova, {.input = 1'000, .output = 100}));
      calls.push_back(
          call(one, day, sonnet, {.input = 20'000, .output = 900, .cache_write_5m = 1'000}));
      calls.push_back(call(one, day, opus, {.input = 5'000, .output = 50}));
      calls.push_back(call(two, day, nova, {.input = 70'000}));
      calls.push_back(call(two, day, sonnet, {.output = 3'000}));
    }
    lines = lines_of(calls);
  }

  void replace(const UsageKey& was, const std::vector<Line>& with) {
    take_out(lines, sample::line_of(was, 1));
    lines.insert(lines.end(), with.begin(), with.end());
  }

  std::vector<Call> calls;
  std::vector<Line> lines;
};

// The money of each difference is worked out by hand beside it.
TEST(Reconciliation, ExplainsPlantedDifferencesOfEachKindCompletely) {
  PlantedBill planted;
  const auto agreed = planted.lines.size();
  Money expected;
  // Lost logs: 5,000 x 0.035 / 10^6.
  planted.replace(key(1, nova, Meter::input), {sample::line_of(key(1, nova, Meter::input), 6'000)});
  expected["tokens_differ/logs_missing"] = "0.000175";
  // Lines still to come: 40 x 0.14.
  planted.replace(key(1, nova, Meter::output), {sample::line_of(key(1, nova, Meter::output), 60)});
  expected["tokens_differ/bill_late"] = "-0.0000056";
  // Records counted twice: half of 70,000 x 0.035 + 3,000 x 16.5.
  for (const auto& [model, meter, half] :
       {std::tuple(nova, Meter::input, 35'000U), std::tuple(sonnet, Meter::output, 1'500U)}) {
    UsageKey doubled = key(3, model, meter);
    doubled.account = two;
    planted.replace(doubled, {sample::line_of(doubled, half)});
  }
  expected["tokens_differ/logs_twice"] = "-0.025975";
  // A batch job: 8,000 x 0.02.
  planted.lines.push_back(sample::line_of(key(2, nova, Meter::input, Tier::batch), 8'000));
  expected["bill_without_log/batch"] = "0.00016";
  // A price that rose: 5,000 x (6 - 5.5).
  Line risen = sample::line_of(key(2, opus, Meter::input), 5'000);
  risen.cost = sample::cost_text(5'000, "6");
  planted.replace(key(2, opus, Meter::input), {risen});
  expected["rate_differs/stale_price"] = "0.0025";
  // Billed at the global scope: 20,000 x (3 - 3.3).
  planted.replace(
      key(3, sonnet, Meter::input),
      {sample::line_of(key(3, sonnet, Meter::input, Tier::standard, Scope::global), 20'000)});
  expected["rate_differs/scope"] = "-0.006";
  // Part of it in the flex tier: 400 x (0.0175 - 0.035).
  planted.replace(key(3, nova, Meter::input),
                  {sample::line_of(key(3, nova, Meter::input), 600),
                   sample::line_of(key(3, nova, Meter::input, Tier::flex), 400)});
  expected["rate_differs/tier"] = "-0.000007";
  // Cache writes of an hour: 400 x (6.6 - 4.125).
  planted.replace(key(4, sonnet, Meter::cache_write_5m),
                  {sample::line_of(key(4, sonnet, Meter::cache_write_5m), 600),
                   sample::line_of(key(4, sonnet, Meter::cache_write_1h), 400)});
  expected["agrees_by_sum/cache_ttl"] = "0.00099";
  // A day that is not billed: 70,000 x 0.035 + 3,000 x 16.5.
  std::erase_if(planted.lines,
                [](const Line& line) { return line.account == two && line.day == march + 4; });
  expected["log_without_bill/day_not_billed"] = "-0.05195";
  // A Region and an endpoint that are not logged: 2,000 x 0.14 and 1,000 x 1.25.
  UsageKey ireland = key(5, nova, Meter::output);
  ireland.region = "eu-west-1";
  planted.lines.push_back(sample::line_of(ireland, 2'000));
  expected["bill_without_log/region_not_logged"] = "0.00028";
  planted.lines.push_back(sample::line_of(key(5, grok, Meter::input), 1'000));
  expected["bill_without_log/unlogged_endpoint"] = "0.00125";
  // An account that is not logged: 100 x 5.5.
  UsageKey stranger = key(5, opus, Meter::input);
  stranger.account = "333333333333";
  planted.lines.push_back(sample::line_of(stranger, 100));
  expected["bill_without_log/account_not_logged"] = "0.00055";
  // Billed on the neighbouring day; the money is the same.
  planted.calls.push_back(call(one, 6, opus, {.cache_read = 4'444}));
  planted.lines.push_back(sample::line_of(key(7, opus, Meter::cache_read), 4'444));
  expected["agrees_by_sum/day"] = "0.00";
  // Without a price in the book, and an ARN that only the bill knows the model of.
  planted.calls.push_back(call(one, 6, sample::unpriced, {.input = 900}));
  planted.lines.push_back(sample::line_of(key(6, sample::unpriced, Meter::input), 900));
  planted.lines.back().cost = "0.000054";
  expected["not_comparable/unpriced"] = "0.000054";
  planted.calls.push_back(
      call(one, 6, "arn:aws:bedrock:us-east-1:1:application-inference-profile/x", {.output = 777}));
  planted.lines.push_back(sample::line_of(key(6, nova, Meter::output, Tier::flex), 777));
  expected["not_comparable/opaque_model"] = "0.00005439";
  // Money without usage, and usage that logs know nothing of.
  planted.lines.push_back(money_line("Credit", "-1.5"));
  planted.lines.push_back(money_line("Tax", "0.1900000001"));
  planted.lines.push_back(money_line("EdpDiscount", "-0.25"));
  planted.lines.push_back(money_line("Surprise", "0.01"));
  expected["other_charges/credit"] = "-1.50";
  expected["other_charges/tax"] = "0.1900000001";
  expected["other_charges/discount_line"] = "-0.25";
  expected["other_charges/other_line"] = "0.01";
  planted.lines.push_back(usage_line("USE1-NewModel9-input-tokens", "0.5"));
  planted.lines.push_back(usage_line("USE1-Nothing-Anybody-Knows", "0.25"));
  planted.lines.push_back(usage_line("USE1-Guardrail-AutomatedReasoningPolicyUnitsConsumed", "2"));
  planted.lines.push_back(
      usage_line("USE1-NovaMicro-ProvisionedThroughput-NoCommit-ModelUnits", "60.5"));
  planted.lines.push_back(usage_line("USE1-NovaMicro-input-tokens-custom-model", "0.125"));
  expected["unknown_bill_line/unknown_model"] = "0.50";
  expected["unknown_bill_line/unknown_usage_type"] = "0.25";
  expected["not_comparable/other_meter"] = "2.00";
  expected["not_comparable/capacity"] = "60.50";
  expected["not_comparable/custom_model"] = "0.125";
  // Another service.
  Line foreign = usage_line("BoxUsage:t3.micro", "17");
  foreign.code = "AmazonEC2";
  foreign.product = "Amazon Elastic Compute Cloud";
  planted.lines.push_back(foreign);
  // The last 72 hours, days 8 to 10: 1,000 tokens more x 0.035.
  planted.replace(key(9, nova, Meter::input), {sample::line_of(key(9, nova, Meter::input), 2'000)});
  expected["unsettled/too_recent"] = "0.000035";
  // A call of February: 40 x 0.035.
  planted.calls.push_back(call(one, 0, nova, {.input = 40}));
  expected["outside_period/outside_bill"] = "-0.0000014";
  expected["agrees/"] = "0.00";

  for (const BillForm form : {BillForm::cur2, BillForm::legacy_cur}) {
    const Reconciliation result = compare(planted.calls, planted.lines, {}, form);
    EXPECT_EQ(money_by_cause(result), expected);
    EXPECT_EQ(result.findings, 16U);
    EXPECT_EQ(result.settled_until, march + 7);
  }
  EXPECT_EQ(agreed, 90U);
}

TEST(Reconciliation, SeesADiscountWhereAllModelsOfAnAccountHaveOneRate) {
  std::vector<Call> calls = {call(one, 1, nova, {.input = 1'000'000, .output = 3'000}),
                             call(one, 2, sonnet, {.input = 77}),
                             call(two, 1, nova, {.input = 1'000'000}),
                             call(two, 1, sonnet, {.input = 1'000})};
  std::vector<Line> lines = lines_of(calls);
  for (Line& line : lines) {
    if (line.account == one) {  // 12.5 % off, rounded as bills are.
      const ScaledDecimal cost = parse_decimal(line.cost, 18, power_of_ten(30));
      line.cost = analytics::to_decimal_rounded(cost.value * 7 / 8, 18, 10);
    }
  }
  const Reconciliation result = compare(calls, lines);
  EXPECT_EQ(result.findings, 3U);
  for (const Difference& row : result.rows) {
    EXPECT_EQ(row.cause, row.account == one ? Cause::discount : Cause::none);
  }
  // One model alone at list price: then it is no discount of the account.
  calls.push_back(call(one, 3, opus, {.input = 10'000}));
  lines.push_back(sample::line_of(key(3, opus, Meter::input), 10'000));
  for (const Difference& row : compare(calls, lines).rows) {
    EXPECT_NE(row.cause, Cause::discount) << row.model;
  }
}

TEST(Reconciliation, BelievesTheBillsOwnListCostAboutADiscount) {
  const std::vector<Call> calls = {call(one, 1, nova, {.input = 1'000'000})};
  std::vector<Line> lines = lines_of(calls);
  lines[0].list_cost = lines[0].cost;
  lines[0].cost = "0.03";
  const Reconciliation result = compare(calls, lines);
  ASSERT_EQ(result.rows.size(), 1U);
  EXPECT_EQ(result.rows[0].cause, Cause::discount);
  EXPECT_EQ(result.rows[0].detail,
            "the bill's own list cost is the book's; bill 6/7 of the book's price");
}

TEST(Reconciliation, AgreesWithABillOfDiscountsThatAreKnown) {
  const std::vector<Call> calls = {call(one, 1, nova, {.input = 1'000'000}),
                                   call(two, 1, nova, {.input = 1'000'000})};
  std::vector<Line> lines = lines_of(calls);
  lines[0].cost = "0.03175";  // 0.035 less 9.2857 %: not the agreed one.
  const auto discounts =
      Discounts::parse("account,percent\n" + std::string(one) + ",12.5\n", "discounts.csv");
  ASSERT_TRUE(discounts);
  ReconcileOptions options = {.discounts = &*discounts, .settle_hours = 0};
  EXPECT_EQ(compare(calls, lines, options).findings, 1U);
  lines[0].cost = "0.030625";
  const Reconciliation result = compare(calls, lines, options);
  EXPECT_EQ(result.findings, 0U);
  EXPECT_EQ(to_decimal(result.total.log_cost), "0.065625");
}

TEST(Reconciliation, TellsTheWrongScopeOfABookByItsRatio) {
  const std::vector<Call> calls = {call(one, 1, grok, {.input = 1'100'000}),
                                   call(one, 2, nova, {.input = 10'000})};
  std::vector<Line> lines = lines_of(calls);
  ASSERT_EQ(lines[1].usage_type, "USE1-xai.grok-4.3-mantle-input-tokens-standard");
  lines[1].cost = "1.25";  // Of 1.375: 10/11. The book has no global price of this model.
  const Reconciliation result = compare(calls, lines);
  EXPECT_EQ(result.rows[0].cause, Cause::scope);
  EXPECT_EQ(result.rows[0].detail,
            "regional prices are 11/10 of global ones as a rule; bill 10/11 of the book's price");
}

TEST(Reconciliation, AgreesWhereTheBillOnlyRoundsItsLines) {
  const std::vector<Call> calls = {call(one, 1, nova, {.cache_read = 1})};  // 0.00000000875.
  std::vector<Line> lines = lines_of(calls);
  lines[0].cost = "0.0000000088";
  const Reconciliation rounded = compare(calls, lines);
  EXPECT_EQ(rounded.findings, 0U);
  EXPECT_EQ(money_by_cause(rounded), (Money{{"agrees/rounding", "0.00000000005"}}));
  const Reconciliation exact = compare(calls, lines, {.settle_hours = 0, .bill_decimals = 18});
  EXPECT_EQ(exact.findings, 1U);
}

TEST(Reconciliation, TakesDifferencesWithinTheToleranceForAgreement) {
  const std::vector<Call> calls = {call(one, 1, nova, {.input = 1'000})};
  const std::vector<Line> lines = {sample::line_of(key(1, nova, Meter::input), 1'010)};
  ReconcileOptions options = {.settle_hours = 0};
  options.tolerance_tokens = 10;
  EXPECT_EQ(compare(calls, lines, options).findings, 1U);  // 10 tokens, but money, too.
  options.tolerance = {350'000'000'000};                   // 10 x 0.035 / 10^6 USD.
  const Reconciliation tolerated = compare(calls, lines, options);
  EXPECT_EQ(tolerated.findings, 0U);
  EXPECT_EQ(money_by_cause(tolerated), (Money{{"agrees/within_tolerance", "0.00000035"}}));
  options.tolerance_tokens = 9;
  EXPECT_EQ(compare(calls, lines, options).findings, 1U);
}

TEST(Reconciliation, ComparesWholeDaysOfTheRangeAlone) {
  const std::vector<Call> calls = {call(one, 2, nova, {.input = 1'000})};
  std::vector<Line> lines = lines_of(calls);
  lines.push_back(sample::line_of(key(1, nova, Meter::input), 5));
  ReconcileOptions options = {.settle_hours = 0};
  options.range = {{march * day_ms + 1}, {(march + 2) * day_ms}};
  const Reconciliation result = compare(calls, lines, options);
  EXPECT_EQ(result.findings, 0U);
  EXPECT_EQ(money_by_cause(result),
            (Money{{"agrees/", "0.00"}, {"outside_period/outside_range", "0.000000175"}}));
}

TEST(Reconciliation, CountsTheLastHoursFromTheTimeThatIsGiven) {
  const std::vector<Call> calls = {call(one, 28, nova, {.input = 1'000})};
  ReconcileOptions options;
  EXPECT_EQ(compare(calls, lines_of(calls), options).causes[0].bucket, Bucket::unsettled);
  options.now = UnixMillis{(march + 31) * day_ms};
  EXPECT_EQ(compare(calls, lines_of(calls), options).causes[0].bucket, Bucket::agrees);
}

TEST(Reconciliation, SaysWhenTheBillHasPartsOfTokens) {
  const std::vector<Call> calls = {call(one, 1, nova, {.input = 1'000})};
  std::vector<Line> lines = lines_of(calls);
  lines[0].quantity = "1.0005";
  const Reconciliation result = compare(calls, lines);
  ASSERT_EQ(result.rows.size(), 1U);
  EXPECT_EQ(result.rows[0].token_difference_e12(), bill_token_unit / 2);
  EXPECT_THAT(result.rows[0].detail, testing::HasSubstr("no whole number of tokens"));
}

TEST(Reconciliation, PutsTheLargestDifferenceOfMoneyFirst) {
  PlantedBill planted;
  planted.lines.push_back(money_line("Credit", "-9"));
  planted.lines.push_back(money_line("Tax", "5"));
  const Reconciliation result = compare(planted.calls, planted.lines);
  EXPECT_EQ(result.rows[0].cause, Cause::credit);
  EXPECT_EQ(result.rows[1].cause, Cause::tax);
}

std::string random_cost(std::uint64_t seed) {
  return analytics::to_decimal(static_cast<Int128>(seed % 2'000'000'007) - 1'000'000'003, 9, 0);
}

/// A bill with lines changed, dropped, doubled and made up by `dice`.
std::vector<Line> disturbed(const std::vector<Line>& lines,
                            const std::vector<std::uint64_t>& dice) {
  std::vector<Line> result;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const std::uint64_t die = dice[at % dice.size()] + at;
    Line line = lines[at];
    switch (die % 11) {
      case 0:
        continue;
      case 1:
        line.quantity = analytics::to_decimal(static_cast<Int128>(die % 100'000), 4, 0);
        break;
      case 2:
        line.cost = random_cost(die);
        break;
      case 3:
        line.day += static_cast<std::int32_t>(die % 3) - 1;
        break;
      case 4:
        line.account = "999999999999";
        break;
      case 5:
        line.usage_type += "-odd";
        break;
      case 6:
        line.type = die % 2 == 0 ? "Credit" : "Tax";
        break;
      case 7:
        line.region = "us-west-2";
        break;
      case 8:
        result.push_back(line);
        break;
      default:
        break;
    }
    result.push_back(line);
  }
  return result;
}

// What is neither compared nor explained would be missing from a sum.
RC_GTEST_PROP(ReconciliationProperty, LeavesNoTokenAndNoCentOut, ()) {
  std::vector<Call> calls;
  const auto count = *rc::gen::inRange<std::size_t>(0, 40);
  for (std::size_t at = 0; at < count; ++at) {
    const auto model = *rc::gen::element(nova, sonnet, opus, grok, sample::unpriced);
    Call made = call(*rc::gen::element(one, two), *rc::gen::inRange(-1, 34), model,
                     {.input = *rc::gen::inRange<std::uint64_t>(0, 5'000),
                      .output = *rc::gen::inRange<std::uint64_t>(0, 5),
                      .cache_write_5m = *rc::gen::inRange<std::uint64_t>(0, 3)});
    made.price_key.covered = *rc::gen::inRange(0, 10) == 0;
    made.price_key.scope = *rc::gen::element(Scope::regional, Scope::global);
    calls.push_back(made);
  }
  const auto dice = *rc::gen::container<std::vector<std::uint64_t>>(
      7, rc::gen::inRange<std::uint64_t>(0, 1'000'000'000'000));
  std::vector<Line> lines = disturbed(lines_of(calls), dice);
  lines.push_back(money_line("Fee", random_cost(dice[0])));
  Attodollars billed;
  for (const Line& line : lines) {
    billed += Attodollars{parse_decimal(line.cost, 18, power_of_ten(30)).value};
  }
  ReconcileOptions options;
  options.settle_hours = *rc::gen::element(0, 72);

  const Reconciliation result = compare(calls, lines, options);

  Attodollars bill_rows;
  Attodollars log_rows;
  Attodollars differences;
  Int128 tokens = 0;
  for (const Difference& row : result.rows) {
    bill_rows += row.bill_cost.value_or(Attodollars{});
    log_rows += row.log_cost.value_or(Attodollars{});
    differences += row.cost_difference();
    tokens += row.log_tokens.value_or(0);
  }
  Int128 logged = 0;
  Attodollars priced;
  const analytics::Aggregate aggregate = logs_of(calls);
  for (const Charge& charge : charges_of(aggregate, sample::book())) {
    logged += charge.quantity;
    priced += charge.list_cost.value_or(Attodollars{});
  }
  RC_ASSERT(bill_rows == billed);
  RC_ASSERT(log_rows == priced);
  RC_ASSERT(differences == billed - priced);
  RC_ASSERT(tokens == logged);
}

}  // namespace
}  // namespace bedrocklog::finance
