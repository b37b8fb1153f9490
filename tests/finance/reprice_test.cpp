// Re-pricing: against prices by hand, and what must hold for any usage.
#include "analytics/finance/reprice.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "analytics/finance/whatif.h"
#include "tests/analytics/sample_calls.h"

namespace bedrocklog::finance {
namespace {

using analytics::Aggregate;
using analytics::BilledTokens;
using analytics::PriceKey;
using analytics::PriceTable;
using analytics::Scope;
using analytics::Tier;
using analytics::sample::Call;
using analytics::sample::first_day;

/// "big" and "small" in two regions; big is long above 200,000 tokens, small above 100,000; free
/// writes for "small".
const PriceTable& prices() {
  static const PriceTable table = [] {
    Result<PriceTable> parsed = PriceTable::parse(
        "model,meter,tier,scope,context_min_input_tokens,attributes,regions,unit,currency,price\n"
        "big,input_tokens,standard,regional,,,*,1M tokens,USD,3\n"
        "big,output_tokens,standard,regional,,,*,1M tokens,USD,15\n"
        "big,cache_read_tokens,standard,regional,,,*,1M tokens,USD,0.3\n"
        "big,cache_write_5m_tokens,standard,regional,,,*,1M tokens,USD,3.75\n"
        "big,input_tokens,standard,regional,200000,,*,1M tokens,USD,6\n"
        "big,input_tokens,standard,global,,,*,1M tokens,USD,2.7\n"
        "big,input_tokens,batch,regional,,,*,1M tokens,USD,1.5\n"
        "big,output_tokens,batch,regional,,,*,1M tokens,USD,7.5\n"
        "small,input_tokens,standard,regional,,,us-east-1,1M tokens,USD,1\n"
        "small,output_tokens,standard,regional,,,us-east-1,1M tokens,USD,5\n"
        "small,input_tokens,standard,regional,100000,,us-east-1,1M tokens,USD,2\n"
        "small,input_tokens,standard,regional,,,eu-west-1,1M tokens,USD,1.1\n"
        "small,cache_read_tokens,standard,regional,,,*,1M tokens,USD,0.25\n"
        "small,cache_write_5m_tokens,standard,regional,,,*,1M tokens,USD,0\n",
        "test book");
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
    return std::move(*parsed);
  }();
  return table;
}

Call call_of(const std::string& model, BilledTokens tokens) {
  Call call;
  call.price_key.model = model;
  call.tokens = tokens;
  return call;
}

Comparison compare(const std::vector<Call>& calls, const Alternative& alternative,
                   const PriceTable& book = prices()) {
  const Aggregate aggregate = analytics::sample::aggregate_of({}, calls);
  const Repricer repricer(aggregate, book, alternative);
  Comparison sum;
  for (const analytics::Group& group : aggregate.groups) {
    sum.add(repricer.compare(group.totals.billed));
  }
  return sum;
}

Alternative model(std::string from, std::string to) {
  Alternative alternative;
  alternative.models.push_back({std::move(from), std::move(to), std::nullopt});
  return alternative;
}

TEST(Reprice, PricesTheSameTokensAsAnotherModel) {
  const Comparison one =
      compare({call_of("big", {.input = 1'000'000, .output = 100'000})}, model("b*", "small"));
  EXPECT_EQ(to_decimal(one.today), "4.50");
  EXPECT_EQ(to_decimal(one.then), "1.50");
  EXPECT_EQ(one.invocations, 1U);
  EXPECT_EQ(one.tokens, 1'100'000U);
  EXPECT_EQ(one.left_out_tokens, 0U);
}

TEST(Reprice, TakesTheFirstChangeThatMatches) {
  Alternative alternative = model("small", "big");
  alternative.models.push_back({"*", "small", std::nullopt});
  const PriceKey big{.model = "big", .region = "us-east-1"};
  const PriceKey small{.model = "small", .region = "us-east-1"};
  EXPECT_EQ(changed(big, alternative, prices()).model, "small");
  EXPECT_EQ(changed(small, alternative, prices()).model, "big");
}

TEST(Reprice, LeavesOutOfBothSidesWhatHasNoPriceThen) {
  const Call only_input = call_of("big", {.input = 1'000'000});
  Call both = call_of("big", {.input = 1'000'000, .output = 1});
  both.price_key.day = first_day + 1;
  Alternative alternative;
  alternative.scope = Scope::global;  // No global price of output.
  const Comparison one = compare({only_input, both}, alternative);
  EXPECT_EQ(to_decimal(one.today), "3.00");
  EXPECT_EQ(to_decimal(one.then), "2.70");
  EXPECT_EQ(one.left_out_invocations, 1U);
  EXPECT_EQ(one.left_out_tokens, 1'000'001U);
  EXPECT_EQ(to_decimal(one.left_out_today), "3.000015");

  const Aggregate aggregate = analytics::sample::aggregate_of({}, {only_input, both});
  const std::vector<PriceGap> gaps =
      Repricer(aggregate, prices(), alternative).gaps(aggregate.groups[0].totals.billed);
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].meter, analytics::Meter::output);
  EXPECT_EQ(gaps[0].scope, Scope::global);
}

TEST(Reprice, LeavesOutWhatHasNoPriceToday) {
  const Comparison one = compare({call_of("nothing", {.input = 5})}, model("nothing", "small"));
  EXPECT_EQ(one.invocations, 0U);
  EXPECT_EQ(one.left_out_tokens, 5U);
  EXPECT_EQ(to_decimal(one.left_out_today), "0.00");
}

TEST(Reprice, LeavesOutProvisionedCapacity) {
  Call covered = call_of("big", {.input = 5});
  covered.price_key.covered = true;
  const Comparison one = compare({covered}, model("big", "small"));
  EXPECT_EQ(one.left_out_invocations, 1U);
  EXPECT_EQ(to_decimal(one.left_out_today), "0.00");
}

TEST(Reprice, TakesNoOrdinaryPriceForALongRequest) {
  Call call = call_of("big", {.input = 1'000'000});
  call.price_key.context_limit = 200'000;
  Alternative batch;
  batch.tier = Tier::batch;  // Without a long-context price, while big has one.
  EXPECT_EQ(compare({call}, batch).left_out_tokens, 1'000'000U);
  EXPECT_EQ(to_decimal(compare({call}, {}).then), "6.00");
  EXPECT_EQ(to_decimal(compare({call}, model("big", "small")).then), "2.00");
  call.tokens = {.output = 10};  // Has no long-context price today either.
  EXPECT_EQ(to_decimal(compare({call}, batch).then), "0.000075");
}

TEST(Reprice, MovesRegionsAndTiers) {
  Alternative region;
  region.regions.push_back({"us-*", "eu-west-1"});
  EXPECT_EQ(to_decimal(compare({call_of("small", {.input = 1'000'000})}, region).then), "1.10");
  Alternative batch;
  batch.tier = Tier::batch;
  EXPECT_EQ(to_decimal(compare({call_of("big", {.input = 2, .output = 2})}, batch).then),
            "0.000018");
}

TEST(Reprice, KeepsLongRequestsLongWhereThatIsSure) {
  PriceKey key{.model = "big", .region = "us-east-1", .context_limit = 200'000};
  EXPECT_EQ(changed(key, model("big", "small"), prices()).context_limit, 100'000U);
  key.model = "small";
  key.context_limit = 100'000;
  EXPECT_EQ(changed(key, model("small", "big"), prices()).context_limit, 0U);
  EXPECT_EQ(changed(key, {}, prices()).context_limit, 100'000U);
}

TEST(Reprice, SharesThePromptOutAnewForACache) {
  Alternative alternative;
  alternative.cache = CacheShare{6'000, 3'000};
  const BilledTokens then = changed(BilledTokens{.invocations = 1,
                                                 .input = 700,
                                                 .output = 9,
                                                 .cache_read = 100,
                                                 .cache_write_5m = 150,
                                                 .cache_write_1h = 50},
                                    alternative);
  EXPECT_EQ(then.cache_read, 600U);
  EXPECT_EQ(then.cache_write_5m, 300U);
  EXPECT_EQ(then.cache_write_1h, 0U);
  EXPECT_EQ(then.input, 100U);
  EXPECT_EQ(then.output, 9U);
  const Comparison one = compare({call_of("big", {.input = 1'000'000})}, alternative);
  EXPECT_EQ(to_decimal(one.then), "1.605");  // 0.6 x 0.3 + 0.3 x 3.75 + 0.1 x 3.
}

TEST(Reprice, TakesNoWriteForCheaperThanInput) {
  Alternative alternative;
  alternative.cache = CacheShare{5'000, 5'000};
  const Comparison one = compare({call_of("small", {.input = 1'000'000})}, alternative);
  EXPECT_EQ(to_decimal(one.then), "0.625");  // 0.5 x 0.25 + 0.5 x 1, not + 0.5 x 0.
}

rc::Gen<std::vector<Call>> any_calls() {
  return rc::gen::container<std::vector<Call>>(rc::gen::exec([] {
    Call call;
    call.price_key.model = *rc::gen::element<std::string>("big", "small", "nothing");
    call.price_key.region = *rc::gen::element<std::string>("us-east-1", "eu-west-1");
    call.price_key.scope = *rc::gen::element(Scope::regional, Scope::global);
    call.price_key.tier = *rc::gen::element(Tier::standard, Tier::batch, Tier::flex);
    call.price_key.context_limit = *rc::gen::element<std::uint64_t>(0, 100'000, 200'000);
    call.price_key.day = first_day + *rc::gen::inRange(0, 40);
    call.price_key.covered = *rc::gen::weightedElement<bool>({{9, false}, {1, true}});
    const auto tokens = [] { return *rc::gen::element<std::uint64_t>(0, 1, 999, 1'000'000'007); };
    call.tokens = {.input = tokens(),
                   .output = tokens(),
                   .cache_read = tokens(),
                   .cache_write_5m = tokens(),
                   .cache_write_1h = tokens()};
    return call;
  }));
}

rc::Gen<Alternative> any_alternative() {
  return rc::gen::exec([] {
    Alternative alternative;
    if (*rc::gen::arbitrary<bool>()) {
      alternative.models.push_back({*rc::gen::element<std::string>("*", "big", "small"),
                                    *rc::gen::element<std::string>("big", "small", "nothing"),
                                    std::nullopt});
    }
    if (*rc::gen::arbitrary<bool>()) {
      alternative.regions.push_back(
          {"*", *rc::gen::element<std::string>("us-east-1", "eu-west-1")});
    }
    alternative.scope = *rc::gen::element(std::optional<Scope>(), std::optional(Scope::global));
    alternative.tier = *rc::gen::element(std::optional<Tier>(), std::optional(Tier::batch));
    if (*rc::gen::arbitrary<bool>()) {
      const auto hit = *rc::gen::inRange<std::uint32_t>(0, 10'001);
      alternative.cache = CacheShare{hit, *rc::gen::inRange<std::uint32_t>(0, 10'001 - hit)};
    }
    return alternative;
  });
}

RC_GTEST_PROP(RepriceProperty, ToTheSameIsIdentity, ()) {
  const std::vector<Call> calls = *any_calls();
  Alternative same;
  for (const char* name : {"big", "small", "nothing"}) {
    same.models.push_back({name, name, std::nullopt});
  }
  same.regions = {{"us-east-1", "us-east-1"}, {"eu-west-1", "eu-west-1"}};
  const Comparison one = compare(calls, same);
  RC_ASSERT(one.today == one.then);
  RC_ASSERT(one == compare(calls, {}));
}

// What is compared and what is left out are everything, once.
RC_GTEST_PROP(RepriceProperty, NothingIsLostBetweenBothSidesAndTheGap, ()) {
  const std::vector<Call> calls = *any_calls();
  const Alternative alternative = *any_alternative();
  const Comparison one = compare(calls, alternative);
  const Aggregate aggregate = analytics::sample::aggregate_of({}, calls);
  analytics::Cost today;
  std::uint64_t tokens = 0;
  for (const analytics::Group& group : aggregate.groups) {
    today = analytics::price(group.totals, prices());
    for (const auto& [key, spent] : group.totals.billed) {
      tokens += spent.total();
    }
  }
  RC_ASSERT(one.invocations + one.left_out_invocations == calls.size());
  RC_ASSERT(one.tokens + one.left_out_tokens == tokens);
  RC_ASSERT(one.today + one.left_out_today == today.total());
}

/// Of the alternative: one that is long-context if that of today is and the model has such prices.
bool has_fair_price(const analytics::ListedPriceKey& key, const Repricer& repricer,
                    analytics::Meter meter) {
  const PriceKey& key_then = repricer.key_then(key);
  const analytics::PriceRow* today = prices().find(key, meter);
  const analytics::PriceRow* then = prices().find(key_then, meter);
  const bool was_long = today != nullptr && today->context_min_input_tokens > 0;
  const bool can_be_long = key_then.context_limit > 0;
  return then != nullptr && (then->context_min_input_tokens > 0 || !was_long || !can_be_long);
}

// The gap is left out whole: what is compared has every price on both sides.
RC_GTEST_PROP(RepriceProperty, ComparedCellsHaveEveryPriceOnBothSides, ()) {
  const std::vector<Call> calls = *any_calls();
  const Alternative alternative = *any_alternative();
  const Aggregate aggregate = analytics::sample::aggregate_of({}, calls);
  const Repricer repricer(aggregate, prices(), alternative);
  for (const analytics::Group& group : aggregate.groups) {
    for (const analytics::BilledCell& cell : group.totals.billed) {
      const BilledTokens then = changed(cell.tokens, alternative);
      RC_ASSERT(then.total() == cell.tokens.total());
      bool is_whole = !cell.key->covered;
      for (const auto meter :
           {analytics::Meter::input, analytics::Meter::output, analytics::Meter::cache_read,
            analytics::Meter::cache_write_5m, analytics::Meter::cache_write_1h}) {
        is_whole = is_whole &&
                   (cell.tokens.of(meter) == 0 || prices().find(*cell.key, meter) != nullptr) &&
                   (then.of(meter) == 0 || has_fair_price(*cell.key, repricer, meter));
      }
      const Comparison one = repricer.compare(cell);
      RC_ASSERT((one.invocations > 0) == is_whole);
      RC_ASSERT(is_whole || one.then.value == 0);
    }
  }
}

// Splitting calls into groups changes nothing, but that a gap is left out with the cell it is in:
// of smaller cells more can be compared.
RC_GTEST_PROP(RepriceProperty, PricesSumsAsItPricesCells, ()) {
  std::vector<Call> calls = *any_calls();
  const Alternative alternative = *any_alternative();
  if (alternative.cache) {
    return;  // Whole tokens of a share are rounded once a cell.
  }
  const Comparison whole = compare(calls, alternative);
  Comparison parts;
  for (const Call& call : calls) {
    parts.add(compare({call}, alternative));
  }
  if (parts.left_out_invocations == 0) {
    RC_ASSERT(parts == whole);
  }
  RC_ASSERT(parts.invocations >= whole.invocations);
  RC_ASSERT(parts.invocations + parts.left_out_invocations ==
            whole.invocations + whole.left_out_invocations);
  RC_ASSERT(parts.tokens + parts.left_out_tokens == whole.tokens + whole.left_out_tokens);
  RC_ASSERT(parts.today + parts.left_out_today == whole.today + whole.left_out_today);
}

TEST(WhatifTable, HasARowForEachModelAndATotal) {
  const Aggregate aggregate = analytics::sample::aggregate_of(
      {}, {call_of("small", {.input = 1'000'000}), call_of("big", {.input = 1'000'000}),
           call_of("nothing", {.input = 3})});
  const analytics::Report report =
      report_of(whatif_table(aggregate, prices(), model("big", "small")), aggregate, prices(), {});
  using analytics::sample::shown;
  ASSERT_EQ(report.rows.size(), 3U);
  EXPECT_EQ(shown(report, report.rows[0], "model"), "big");
  EXPECT_EQ(shown(report, report.rows[0], "model_then"), "small");
  EXPECT_EQ(shown(report, report.rows[0], "cost"), "3.00");
  EXPECT_EQ(shown(report, report.rows[0], "cost_then"), "1.00");
  EXPECT_EQ(shown(report, report.rows[0], "difference"), "-2.00");
  EXPECT_EQ(shown(report, report.rows[0], "change"), "-66.67");
  EXPECT_EQ(shown(report, report.total(), "difference"), "-2.00");
  EXPECT_EQ(shown(report, report.total(), "change"), "-50.00");
  EXPECT_EQ(shown(report, report.total(), "left_out_tokens"), "3");
  EXPECT_THAT(report.notes,
              testing::Contains(testing::HasSubstr("left out of both sides: 3 tokens")));
  EXPECT_THAT(report.notes, testing::Contains(testing::HasSubstr("tokenizer")));
}

TEST(CapacityTable, CountsUnitsByTheBusiestHour) {
  std::vector<Call> calls(3, call_of("big", {.input = 1'000'000}));
  calls[0].keys = {"2026-03-01T00Z"};
  calls[1].keys = {"2026-03-01T00Z"};
  calls[2].keys = {"2026-03-01T01Z"};
  const Aggregate aggregate =
      analytics::sample::aggregate_of({{analytics::KeyKind::hour, ""}}, calls);
  const TimeRange two_hours{{first_day * day_ms}, {first_day * day_ms + 2 * hour_ms}};
  const FigureTable table = capacity_table(
      aggregate, prices(), {*parse_capacity_offer("b*=2.50/20000"), *parse_capacity_offer("*=1/1")},
      two_hours);
  const analytics::Report report = report_of(table, aggregate, prices(), {});
  using analytics::sample::shown;
  ASSERT_EQ(report.rows.size(), 1U);
  const auto row = report.rows[0];
  EXPECT_EQ(shown(report, row, "peak_tokens_per_hour"), "2000000");
  EXPECT_EQ(shown(report, row, "units"), "2");  // 1.2 million tokens per hour each.
  EXPECT_EQ(shown(report, row, "cost"), "9.00");
  EXPECT_EQ(shown(report, row, "cost_then"), "10.00");
  EXPECT_EQ(shown(report, row, "difference"), "1.00");
  EXPECT_EQ(shown(report, row, "utilisation"), "62.50");
  EXPECT_EQ(shown(report, row, "paying_hours"), "1");  // 6 USD against 5, then 3.
  EXPECT_EQ(shown(report, row, "break_even_tokens"), "833334");
}

TEST(CapacityOffer, IsModelPriceAndRate) {
  const Result<CapacityOffer> offer = parse_capacity_offer("*haiku*=39.60/50000");
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->model, "*haiku*");
  EXPECT_EQ(to_decimal(offer->usd_per_unit_hour), "39.60");
  EXPECT_EQ(offer->tokens_per_minute, 50'000U);
  for (const char* text : {"", "x", "x=1", "x=/5", "x=1/", "x=1/0", "=1/5", "x=-1/5", "x=1/5k"}) {
    EXPECT_FALSE(parse_capacity_offer(text)) << text;
  }
}

}  // namespace
}  // namespace bedrocklog::finance
