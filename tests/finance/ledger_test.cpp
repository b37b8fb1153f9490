// Closed months, adjustments, and that nothing is lost between them.
#include "analytics/finance/ledger.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "analytics/finance/cost_charges.h"
#include "tests/analytics/sample_calls.h"

namespace bedrocklog::finance {
namespace {

using analytics::sample::Call;
using analytics::sample::first_day;

Call call(std::int32_t day, std::uint64_t input, const std::string& model = "full") {
  Call made;
  made.keys = {"ann"};
  made.price_key.model = model;
  made.price_key.day = day;
  made.tokens.input = input;
  return made;
}

CostTable table_of(const std::vector<Call>& calls) {
  const analytics::Aggregate aggregate =
      analytics::sample::aggregate_of({analytics::parse_key("user").value()}, calls);
  CostRequest request;
  request.shown_keys = 1;
  return cost_table(aggregate, analytics::sample::prices(), request).value();
}

LedgerTerms terms() {
  return terms_of(table_of({}), {});
}

Ledger closed(Ledger ledger, const std::vector<Call>& calls, const std::string& month) {
  const LedgerUse use{{}, month, {"book", "hash", ""}};
  Result<BookedCost> booked = book(table_of(calls), ledger, use);
  EXPECT_TRUE(booked) << (booked ? "" : booked.error().message);
  EXPECT_TRUE(booked && booked->closing);
  ledger.closings.push_back(std::move(*booked->closing));
  // As it comes back from its file.
  Result<Ledger> read = parse_ledger(ledger_text(ledger), "l.json");
  EXPECT_TRUE(read) << (read ? "" : read.error().message);
  return std::move(*read);
}

std::vector<std::string> lines(const CostTable& table) {
  std::vector<std::string> all;
  for (const CostRow& row : table.rows) {
    all.push_back(std::string(table.text(row, 0)) + "|" + std::string(table.text(row, 1)) + "|" +
                  analytics::to_decimal(row.quantity, 0, 0) + "|" + to_decimal(row.net));
  }
  return all;
}

using Lines = std::vector<std::string>;

TEST(Ledger, WhatArrivesAfterClosingIsAnAdjustmentOfTheOpenMonth) {
  const std::vector<Call> march = {call(first_day, 1'000'000)};
  const Ledger ledger = closed({terms(), {}}, march, "2026-03");

  std::vector<Call> later = march;
  later.push_back(call(first_day + 30, 5));
  later.push_back(call(first_day + 31, 7));
  const Result<BookedCost> booked = book(table_of(later), ledger, {{}, std::nullopt, {}});
  ASSERT_TRUE(booked) << booked.error().message;
  EXPECT_EQ(lines(booked->table),
            (Lines{"2026-03|closed|1000000|3.00", "2026-04|adjustment of 2026-03|5|0.000015",
                   "2026-04|open|7|0.000021"}));

  // Booked in April, it is no adjustment any more.
  const Ledger both = closed(ledger, later, "2026-04");
  const Result<BookedCost> after = book(table_of(later), both, {{}, std::nullopt, {}});
  ASSERT_TRUE(after);
  EXPECT_EQ(lines(after->table),
            (Lines{"2026-03|closed|1000000|3.00", "2026-04|adjustment of 2026-03|5|0.000015",
                   "2026-04|closed|7|0.000021"}));
}

TEST(Ledger, AMonthIsNotClosedTwiceWithOtherFigures) {
  const std::vector<Call> march = {call(first_day, 10)};
  const Ledger ledger = closed({terms(), {}}, march, "2026-03");
  const LedgerUse again{{}, "2026-03", {}};
  const Result<BookedCost> same = book(table_of(march), ledger, again);
  ASSERT_TRUE(same);
  EXPECT_TRUE(same->is_closed_alike);
  EXPECT_FALSE(same->closing);
  const Result<BookedCost> other = book(table_of({call(first_day, 11)}), ledger, again);
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().message.find("closed with other figures"), std::string::npos);
  EXPECT_FALSE(book(table_of(march), ledger, {{}, "2026-02", {}}));
  EXPECT_FALSE(book(table_of({call(first_day + 31, 1)}), ledger, {{}, "2026-04", {}}))
      << "the logs of the closed month are not among the sources";
}

TEST(Ledger, RangesTakeWholeMonthsOrNone) {
  const Ledger ledger = closed({terms(), {}}, {call(first_day, 10)}, "2026-03");
  const auto days = [](std::int32_t from, std::int32_t to) {
    return TimeRange{{(first_day + from) * day_ms}, {(first_day + to) * day_ms}};
  };
  const CostTable april = table_of({call(first_day + 31, 1)});
  const Result<BookedCost> outside = book(april, ledger, {days(31, 61), std::nullopt, {}});
  ASSERT_TRUE(outside);
  EXPECT_EQ(lines(outside->table), (Lines{"2026-04|open|1|0.000003"}));
  EXPECT_FALSE(book(april, ledger, {days(30, 61), std::nullopt, {}}));
  EXPECT_FALSE(book(april, ledger, {days(32, 61), "2026-04", {}}));
}

TEST(Ledger, FilesThatWereChangedAreRefused) {
  const Ledger ledger =
      closed({terms(), {}}, {call(first_day, 10), call(first_day, 1, "partial")}, "2026-03");
  std::string text = ledger_text(ledger);
  const std::size_t at = text.find("\"quantity\": \"10\"");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 16, "\"quantity\": \"11\"");
  const Result<Ledger> changed = parse_ledger(text, "l.json");
  ASSERT_FALSE(changed);
  EXPECT_NE(changed.error().message.find("does not fit its digest"), std::string::npos);
  for (const char* broken : {"", "[]", "{}", "{\"schema\":\"bedrocklog.ledger/1\"}",
                             R"({"schema":"bedrocklog.ledger/1","terms":{"columns":[1],"where":"",
                             "deduplicated":true},"closings":[]})"}) {
    EXPECT_FALSE(parse_ledger(broken, "l.json")) << broken;
  }
}

// Whatever comes late and whatever is lost: closed + adjustments + open = what is there now.
RC_GTEST_PROP(Ledger, ClosedRowsAndAdjustmentsAreTheExactRecount, ()) {
  const auto random_calls = [] {
    std::vector<Call> calls = {call(first_day, 1)};
    const auto count = *rc::gen::inRange<std::size_t>(0, 8);
    for (std::size_t at = 0; at < count; ++at) {
      calls.push_back(call(first_day + *rc::gen::inRange<std::int32_t>(0, 70),
                           *rc::gen::inRange<std::uint64_t>(0, 1'000),
                           *rc::gen::element<std::string>("full", "partial", "nowhere")));
    }
    return calls;
  };
  const Ledger march = closed({terms(), {}}, random_calls(), "2026-03");
  std::vector<Call> more = random_calls();
  more.push_back(call(first_day, 3, "full"));
  const Ledger april = closed(march, more, "2026-04");
  std::vector<Call> now = random_calls();
  const CostTable recount = table_of(now);
  const Result<BookedCost> booked = book(recount, april, {{}, std::nullopt, {}});
  RC_ASSERT(booked.has_value());
  const CostRow sum = booked->table.total();
  const CostRow expected = recount.total();
  RC_ASSERT(sum.net == expected.net);
  RC_ASSERT(sum.list == expected.list);
  RC_ASSERT(sum.quantity == expected.quantity);
  RC_ASSERT(sum.unpriced_tokens == expected.unpriced_tokens);
}

}  // namespace
}  // namespace bedrocklog::finance
