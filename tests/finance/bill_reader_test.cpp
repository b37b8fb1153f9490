// Bills as files: forms, packing, rows that cannot be used, and headers that are no bill.
#include "analytics/finance/bill_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "analytics/finance/bill_columns.h"
#include "tests/finance/bill_samples.h"

namespace bedrocklog::finance {
namespace {

using analytics::Meter;
using analytics::Scope;
using analytics::Tier;
using sample::Line;
using sample::march;
using sample::nova;
using sample::sonnet;
using testing::ElementsAre;
using testing::HasSubstr;

UsageKey key_of(std::string_view model, Meter meter, Scope scope = Scope::regional) {
  return {"012345678901", "us-east-1", model, march, meter, Tier::standard, scope, false};
}

std::vector<Line> two_lines() {
  return {sample::line_of(key_of(nova, Meter::input), 1'234'567),
          sample::line_of(key_of(sonnet, Meter::cache_write_1h, Scope::global), 89)};
}

TEST(BillReader, ReadsTheThreeFormsAlike) {
  for (const BillForm form : {BillForm::cur2, BillForm::legacy_cur, BillForm::focus}) {
    const sample::Read read = sample::read(sample::as_form(form, two_lines()));
    ASSERT_TRUE(read.done) << read.done.error().message;
    EXPECT_EQ(read.account.files.front().form, form);
    EXPECT_EQ(read.account.lines, 2U);
    ASSERT_EQ(read.bill.usage.size(), 2U) << name_of(form);
    const auto first = read.bill.usage.begin();
    EXPECT_EQ(first->first, key_of(nova, Meter::input));  // The leading zero of the account, too.
    EXPECT_EQ(first->second.tokens_e12, 1'234'567 * bill_token_unit);
    EXPECT_EQ(to_decimal(first->second.cost), "0.043209845");
    const auto second = std::next(first);
    EXPECT_EQ(second->first, key_of(sonnet, Meter::cache_write_1h, Scope::global));
    EXPECT_EQ(second->second.tokens_e12, 89 * bill_token_unit);
    EXPECT_EQ(to_decimal(second->second.cost), "0.000534");
    EXPECT_EQ(to_decimal(read.bill.total), "0.043743845");
    EXPECT_EQ(read.bill.latest_end, UnixMillis{(march + 1) * day_ms});
    EXPECT_THAT(read.bill.periods_ms,
                ElementsAre(std::pair(march * day_ms, (march + 31) * day_ms)));
  }
}

TEST(BillReader, UnpacksGzip) {
  const sample::Read read = sample::read(sample::packed(sample::as_cur2(two_lines())));
  ASSERT_TRUE(read.done);
  EXPECT_EQ(read.account.lines, 2U);
  EXPECT_TRUE(read.account.complete());
}

TEST(BillReader, CountsOtherServicesAndKeepsMoneyThatIsNoUsageApart) {
  std::vector<Line> lines = two_lines();
  Line other = lines[0];
  other.code = "AmazonEC2";
  lines.push_back(other);
  Line credit = lines[0];
  credit.type = "Credit";
  credit.cost = "-1.0E-2";
  credit.quantity = "";
  lines.push_back(credit);
  Line sold = lines[1];  // A product of the Marketplace has a code that says nothing.
  sold.code = "7g37a9qo0o3vzycgnqzglh6pf";
  lines.push_back(sold);
  for (const BillForm form : {BillForm::cur2, BillForm::legacy_cur, BillForm::focus}) {
    const sample::Read read = sample::read(sample::as_form(form, lines));
    ASSERT_TRUE(read.done);
    EXPECT_EQ(read.account.rows, 5U);
    EXPECT_EQ(read.account.other_services, 1U);
    EXPECT_EQ(read.account.lines, 4U);
    ASSERT_EQ(read.bill.left_over.size(), 1U);
    EXPECT_EQ(read.bill.left_over.begin()->first.cause, Cause::credit);
    EXPECT_EQ(to_decimal(read.bill.left_over.begin()->second.cost), "-0.01");
    EXPECT_EQ(to_decimal(read.bill.total), "0.034277845");
  }
}

TEST(BillReader, RejectsRowsThatCannotBeUsedAndSaysWhere) {
  std::vector<Line> lines(6, two_lines()[0]);
  lines[0].cost = "1,5";
  lines[1].cost = "0.0000000000000000001";
  lines[2].quantity = "many";
  lines[3].account = "";
  lines[4].cost = "1e11";
  std::string csv = sample::as_cur2(lines);
  csv += "too,few\n";
  csv += "\"cut inside quotes\n";
  const sample::Read read = sample::read(csv);
  ASSERT_TRUE(read.done) << read.done.error().message;
  EXPECT_EQ(read.account.lines, 1U);
  EXPECT_EQ(read.account.rows, 8U);
  EXPECT_EQ(read.account.rejected_total(), 7U);
  EXPECT_FALSE(read.account.complete());
  std::vector<std::pair<std::size_t, BillRowFault>> rejects;
  for (const BillReject& reject : read.account.rejects) {
    EXPECT_EQ(reject.file, "bill.csv");
    rejects.emplace_back(reject.line, reject.fault);
  }
  EXPECT_THAT(rejects,
              ElementsAre(std::pair(2U, BillRowFault::cost), std::pair(3U, BillRowFault::decimals),
                          std::pair(4U, BillRowFault::amount), std::pair(5U, BillRowFault::account),
                          std::pair(6U, BillRowFault::cost), std::pair(8U, BillRowFault::fields),
                          std::pair(9U, BillRowFault::cut)));
}

TEST(BillReader, KeepsWhatCameBeforeTheEndOfACutFile) {
  const std::vector<Line> lines(3'000, two_lines()[0]);
  const std::string whole = sample::packed(sample::as_cur2(lines));
  const sample::Read read = sample::read(whole.substr(0, whole.size() / 2));
  ASSERT_TRUE(read.done);
  EXPECT_FALSE(read.account.complete());
  ASSERT_EQ(read.account.damages.size(), 1U);
  EXPECT_EQ(read.account.damages[0].damage.kind, ingest::DamageKind::truncated);
  EXPECT_GT(read.account.lines, 100U);
  EXPECT_LT(read.account.lines, 3'000U);
}

std::string without(std::string csv, const std::string& column) {
  csv.replace(csv.find(column), column.size(), "x" + column);
  return csv;
}

TEST(BillReader, NamesTheColumnsThatAreMissingAndTheRemedy) {
  const Result<void> done =
      sample::read(without(without(sample::as_cur2({}), "line_item_usage_amount"),
                           "line_item_unblended_cost"))
          .done;
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().subject, "bill.csv:1");
  EXPECT_EQ(done.error().message,
            "is a CUR 2.0 without the columns line_item_usage_amount, line_item_unblended_cost; "
            "add them to the query of the export");
  EXPECT_THAT(
      sample::read(without(sample::as_legacy({}), "lineItem/UsageType")).done.error().message,
      HasSubstr("legacy CUR without the column lineItem/UsageType;"));
  EXPECT_THAT(sample::read(without(sample::as_focus({}), "x_UsageType")).done.error().message,
              HasSubstr("FOCUS without the column x_UsageType (or SkuMeter);"));
}

TEST(BillReader, RefusesWhatIsNoBill) {
  const auto message_of = [](const std::string& text) {
    const Result<void> done = sample::read(text).done;
    return done ? "read" : done.error().subject + ": " + done.error().message;
  };
  EXPECT_THAT(message_of("a,b\n1,2\n"), HasSubstr("bill.csv:1: is no bill: needs a header"));
  EXPECT_THAT(message_of(""), HasSubstr("bill.csv: "));
  EXPECT_THAT(message_of("\n\n"), HasSubstr("is empty"));
  std::string csv = sample::as_cur2(two_lines());
  csv.insert(0, "line_item_usage_type,");
  EXPECT_THAT(message_of(csv), HasSubstr("names the column line_item_usage_type twice"));
  csv = sample::as_cur2(two_lines()) + "a\"b,c\n";
  EXPECT_EQ(message_of(csv), "bill.csv:4: has a quote inside an unquoted field");
  csv = sample::as_cur2(two_lines());
  csv.replace(csv.find("USD"), 3, "EUR");
  EXPECT_EQ(message_of(csv),
            "bill.csv:2: is in \"EUR\"; prices are in USD, and nothing is converted: export the "
            "bill in USD");
}

TEST(BillReader, ReadsTimesAsEachExportWritesThem) {
  for (const std::string_view time :
       {"2026-03-01 00:00:00.000", "2026-03-01T00:00:00.000Z", "2026-03-01 00:00:00 UTC"}) {
    std::string csv = sample::as_cur2({two_lines()[0]});
    const std::string begin = "\"2026-03-01T00:00:00Z\",\"2026-03-02T00:00:00Z\"";
    csv.replace(csv.find(begin), 22, "\"" + std::string(time) + "\"");
    const sample::Read read = sample::read(csv);
    ASSERT_TRUE(read.done);
    EXPECT_EQ(read.account.lines, 1U) << time;
  }
}

TEST(Bill, TakesTheModelOfAResourceWhereUsageTypeAndProductDoNotTell) {
  Line line;
  line.usage_type = "USE2_InputTokenCount_Global-Units";
  line.unit = "Units";
  line.quantity = "0.5";
  line.cost = "1.5";
  line.region = "";
  line.resource = "arn:aws:bedrock:us-east-2:1:application-inference-profile/abc";
  const sample::Read unknown = sample::read(sample::as_cur2({line}));
  ASSERT_EQ(unknown.bill.left_over.size(), 1U);
  EXPECT_EQ(unknown.bill.left_over.begin()->first.cause, Cause::unknown_model);
  const sample::Read known = sample::read(
      sample::as_cur2({line}), {{line.resource, {"global.anthropic.claude-sonnet-4-6", "team"}}});
  ASSERT_EQ(known.bill.usage.size(), 1U);
  EXPECT_EQ(known.bill.usage.begin()->first.model, sonnet);
  EXPECT_EQ(known.bill.usage.begin()->first.scope, Scope::global);
  EXPECT_EQ(known.bill.usage.begin()->first.region, "us-east-2");  // Read from the usage type.
  EXPECT_EQ(known.bill.usage.begin()->second.tokens_e12, 500'000 * bill_token_unit);
  EXPECT_EQ(known.bill.regions_by_code, 1U);
}

TEST(Bill, KnowsModelsWhoseNamesEndLikeAMeter) {
  Line line = two_lines()[0];
  line.usage_type = "USE1-TitanEmbeddingV2-Text-input-tokens";
  const sample::Read read = sample::read(sample::as_cur2({line}));
  ASSERT_EQ(read.bill.usage.size(), 1U);
  EXPECT_EQ(read.bill.usage.begin()->first.model, "amazon.titan-embed-text-v2:0");
}

TEST(Bill, AddsUpLinesThatAreNoUsageWithoutAnAccount) {
  Line line = two_lines()[0];
  line.type = "Tax";
  line.account = "";
  const sample::Read read = sample::read(sample::as_focus({line}));
  EXPECT_TRUE(read.account.complete());
  ASSERT_EQ(read.bill.left_over.size(), 1U);
  EXPECT_EQ(read.bill.left_over.begin()->first.cause, Cause::tax);
}

TEST(Bill, ReadsUnitsAsWritten) {
  EXPECT_EQ(power_of_token_unit("1K tokens"), 3U);
  EXPECT_EQ(power_of_token_unit("1000 Tokens"), 3U);
  EXPECT_EQ(power_of_token_unit("1,000,000 Tokens"), 6U);
  EXPECT_EQ(power_of_token_unit("1M tokens"), 6U);
  EXPECT_EQ(power_of_token_unit("Tokens"), 0U);
  for (const std::string_view other : {"", "Units", "hour", "Images", "2K tokens"}) {
    EXPECT_FALSE(power_of_token_unit(other)) << other;
  }
}

TEST(Bill, DoesNotCompareLinesOfMoreThanADay) {
  std::string csv = sample::as_cur2({two_lines()[0]});
  const std::string end = "\"2026-03-02T00:00:00Z\"";
  csv.replace(csv.find(end), end.size(), "\"2026-04-01T00:00:00Z\"");
  const sample::Read read = sample::read(csv);
  ASSERT_EQ(read.bill.left_over.size(), 1U);
  EXPECT_EQ(read.bill.left_over.begin()->first.cause, Cause::long_line);
  EXPECT_EQ(read.bill.left_over.begin()->second.tokens_e12, 1'234'567 * bill_token_unit);
}

// Whatever is done to the bytes: no crash, and rows == lines + other services + rejected.
RC_GTEST_PROP(BillReaderProperty, AccountsForEachRowOfADamagedFile, ()) {
  std::string csv =
      sample::as_form(*rc::gen::element(BillForm::cur2, BillForm::legacy_cur, BillForm::focus),
                      std::vector<Line>(4, two_lines()[1]));
  const auto edits = *rc::gen::inRange(1, 6);
  for (int edit = 0; edit < edits && !csv.empty(); ++edit) {
    const auto at = *rc::gen::inRange<std::size_t>(0, csv.size());
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        csv[at] = *rc::gen::element('"', ',', '\n', '\r', '\0', 'e', '-', '9');
        break;
      case 1:
        csv.resize(at);
        break;
      default:
        csv.insert(at, *rc::gen::element<std::string>("\"", "\"\"", ",", "\r\n", "1e9999", "\n"));
        break;
    }
  }
  const sample::Read read = sample::read(csv);
  if (!read.done) {
    RC_ASSERT(read.done.error().subject.starts_with("bill.csv"));
    return;
  }
  RC_ASSERT(read.account.rows ==
            read.account.lines + read.account.other_services + read.account.rejected_total());
}

}  // namespace
}  // namespace bedrocklog::finance
