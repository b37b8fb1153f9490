// One object that several workers scan: the same aggregate and account as if one had read it.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "analytics/scan.h"
#include "tests/analytics/aggregate_text.h"
#include "tests/analytics/made_record.h"
#include "tests/analytics/small_archive.h"

namespace bedrocklog::analytics {
namespace {

/// Lines are shared out from the first one that is known to be of a log, in blocks of a few lines.
ScanOptions sharing_options(std::size_t block_bytes) {
  ScanOptions options = plain_options();
  options.by = {{KeyKind::model, ""}, {KeyKind::user, ""}, {KeyKind::error, ""}};
  options.rejects_kept_max = 40;
  options.blocks.block_bytes = block_bytes;
  options.blocks.packed_bytes_min = 0;
  options.blocks.plain_bytes_min = 0;
  options.blocks.waits_for_idle = false;
  return options;
}

std::string all_of(const ScanOutcome& outcome) {
  return account_text(outcome.aggregate.account) + groups_text(outcome.aggregate);
}

/// What one worker finds, after making sure that others find the same.
ScanOutcome same_for_any_jobs(const std::string& bytes, ScanOptions options) {
  SmallArchive archive;
  archive.put("object", bytes);
  options.jobs = 1;
  ScanOutcome alone = scan_of(archive.manifest(), options);
  for (const unsigned jobs : {2U, 4U, 8U}) {
    options.jobs = jobs;
    EXPECT_EQ(all_of(scan_of(archive.manifest(), options)), all_of(alone)) << jobs << " jobs";
  }
  return alone;
}

MadeRecord call(int number) {
  MadeRecord record;
  record.request_id = fmt::format("request {}", number % 700);
  record.region = "us-east-1";
  record.operation = "Converse";
  record.model_id = number % 3 == 0 ? "amazon.nova-lite-v1:0" : "amazon.nova-pro-v1:0";
  record.identity_arn = fmt::format("arn:aws:iam::111122223333:user/u{}", number % 7);
  record.at_s = 1'772'532'000 + number;
  record.tokens.input = number;
  record.latency_ms = static_cast<std::uint32_t>(number % 50);
  if (number % 5 == 0) {
    record.metadata = {{"team", "a \"quoted\" team"}, {"stage", "x"}};
  }
  return record;
}

std::string calls(int from, int to, const std::string& line_end = "\n") {
  std::string text;
  for (int i = from; i < to; ++i) {
    text += to_json(call(i)) + line_end;
  }
  return text;
}

std::string pretty(const std::string& json) {
  std::string text;
  for (const char letter : json) {
    text += letter;
    if (letter == ',' || letter == '{') {
      text += "\n  ";
    }
  }
  return text;
}

TEST(ScanSharing, GivesTheSameForUsualLines) {
  const std::string text = calls(0, 3'000);
  for (const std::string& bytes : {text, gzip(text), calls(0, 3'000, "\r\n")}) {
    const ScanOutcome outcome = same_for_any_jobs(bytes, sharing_options(16'384));
    EXPECT_EQ(outcome.aggregate.account.counted, 700U);
    EXPECT_EQ(outcome.aggregate.account.duplicate, 2'300U);
  }
}

TEST(ScanSharing, GivesTheSameForTheLimitsOfTheProduct) {
  ScanOptions options = sharing_options(0);
  options.blocks = {};
  options.blocks.waits_for_idle = false;
  std::string text;
  for (int i = 0; i < 14; ++i) {
    text += calls(i * 1'000, i * 1'000 + 1'000);
    text += "{\"schemaType\":\"ModelInvocationLog\",\"modelId\":\n";
  }
  ASSERT_GT(text.size(), options.blocks.plain_bytes_min + 4 * options.blocks.block_bytes);
  EXPECT_EQ(same_for_any_jobs(text, options).aggregate.account.rejected_total(), 14U);
}

TEST(ScanSharing, PlacesOfBadLinesAreThoseOfTheWholeObject) {
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += calls(i * 5, i * 5 + 5) + R"({"schemaType":"ModelInvocationLog","modelId":"cut)" + "\n";
  }
  const ScanOutcome outcome = same_for_any_jobs(text, sharing_options(4'096));
  const InputAccount& account = outcome.aggregate.account;
  EXPECT_EQ(account.rejected_total(), 200U);
  ASSERT_EQ(account.rejects.size(), 40U);
  EXPECT_EQ(account.rejects[39].line, 240U);
  EXPECT_EQ(account.rejects[39].ordinal, 239U);
}

TEST(ScanSharing, EndsWhereAnObjectIsCut) {
  const std::string text = calls(0, 1'000);
  same_for_any_jobs(text.substr(0, text.size() - 40), sharing_options(4'096));
  const std::string packed = gzip(text);
  const ScanOutcome outcome =
      same_for_any_jobs(packed.substr(0, packed.size() - 300), sharing_options(4'096));
  EXPECT_EQ(outcome.aggregate.account.damages.size(), 1U);
}

TEST(ScanSharing, LinesLongerThanABlockAreReadInOrder) {
  std::string text = calls(0, 50);
  for (int i = 0; i < 4; ++i) {
    MadeRecord record = call(1'000 + i);
    record.stop_reason = std::string(20'000 + static_cast<std::size_t>(i), 'x');
    text += to_json(record) + "\n" + calls(100 * i, 100 * i + 60);
  }
  same_for_any_jobs(text, sharing_options(2'048));
}

TEST(ScanSharing, ValuesOverManyLinesAreReadInOrder) {
  const std::string list = "[\n" + to_json(call(1)) + ",\n" + to_json(call(2)) + "\n]\n";
  const std::string open_list = "[\n" + calls(2'000, 2'020) + "{\"broken\":\n";
  const std::string envelope =
      "{\"events\":[\n{\"message\":\"a\"},\n" + to_json(call(3)) + "\n]}\n";
  for (const std::string& odd : {list, open_list, envelope, pretty(to_json(call(9))) + "\n",
                                 std::string("{\"modelId\":\n"), std::string("{\n\n")}) {
    for (const std::size_t block_bytes : {700U, 2'048U, 16'384U}) {
      same_for_any_jobs(calls(0, 40) + odd + calls(40, 300) + odd + odd + calls(300, 400),
                        sharing_options(block_bytes));
    }
  }
}

TEST(ScanSharing, DoesNotBeginBeforeAnObjectIsKnownToBeALog) {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += fmt::format("{{\"eventVersion\":\"1.08\",\"number\":{}}}\n", i);
  }
  same_for_any_jobs(text, sharing_options(1'024));
  text.clear();
  for (int i = 0; i < 300; ++i) {
    text += fmt::format("plain text {}\n", i);
  }
  const ScanOutcome outcome = same_for_any_jobs(text, sharing_options(1'024));
  EXPECT_EQ(outcome.aggregate.account.objects_skipped_total(), 1U);
}

TEST(ScanSharing, HoldsNoMoreItemsThanAllowed) {
  ScanOptions options = sharing_options(16'384);
  options.blocks.items_max = 10;
  same_for_any_jobs(calls(0, 2'000), options);
}

TEST(ScanSharing, ALineThatHoldsMoreThanAllowedIsReadInOrder) {
  ScanOptions options = sharing_options(16'384);
  options.blocks.items_max = 100;
  std::string many;
  for (int i = 0; i < 300; ++i) {
    many += "{\"a\":1}";
  }
  const ScanOutcome outcome =
      same_for_any_jobs(calls(0, 200) + many + "\n" + calls(200, 600) + many + "\n", options);
  EXPECT_EQ(outcome.aggregate.account.skipped_total(), 600U);
}

TEST(ScanSharing, TheLimitOfGroupsHolds) {
  SmallArchive archive;
  archive.put("object", calls(0, 2'000));
  ScanOptions options = sharing_options(4'096);
  for (const unsigned jobs : {1U, 3U}) {
    options.jobs = jobs;
    options.groups_max = 14;
    EXPECT_EQ(scan_of(archive.manifest(), options).aggregate.groups.size(), 14U);
    options.groups_max = 13;
    ScanControl control;
    EXPECT_FALSE(scan(archive.manifest(), options, control));
  }
}

TEST(ScanSharing, TellsAllRecordsAsProgress) {
  SmallArchive archive;
  archive.put("object", calls(0, 5'000));
  ScanOptions options = sharing_options(8'192);
  options.jobs = 3;
  ScanControl control;
  ASSERT_TRUE(scan(archive.manifest(), options, control));
  EXPECT_EQ(control.records_done.load(), 5'000U);
  EXPECT_EQ(control.objects_done.load(), 1U);
}

std::string arbitrary_piece(int number) {
  const std::string record = to_json(call(number));
  switch (*rc::gen::inRange(0, 24)) {
    case 0:
      return record.substr(0, *rc::gen::inRange<std::size_t>(1, record.size())) + "\n";
    case 1:
      return "[" + record + "]\n";
    case 2:
      return "[\n" + record + "\n";
    case 3:
      return "]\n";
    case 4:
      return record + record + "\n";
    case 5:
      return pretty(record) + "\n";
    case 6:
      return "  " + record + " \r\n";
    case 7:
      return "\n\r\n \n";
    case 8:
      return "2026-03-04T10:15:00.580Z " + record + "\n";
    case 9:
      return "some text\n";
    case 10:
      return R"({"events":[{"message":)";
    case 11:
      return "{\"a\":\n";
    case 12:
      return R"({"eventVersion":"1.08"})"
             "\n";
    case 13:
      return "{\"a\":\"" + std::string(3'000, 'y') + "\"}\n";
    case 14:
      return record;
    case 15:
      return std::string("\xFF\xFE\n");
    default:
      return record + "\n";
  }
}

RC_GTEST_PROP(ScanSharing, GivesTheSameForAnyText, ()) {
  std::string text = calls(0, 1);
  const auto pieces = *rc::gen::inRange(1, 120);
  for (int i = 1; i < pieces; ++i) {
    text += arbitrary_piece(i);
  }
  ScanOptions options = sharing_options(*rc::gen::element<std::size_t>(600, 1'000, 4'096));
  options.jobs = 1;
  SmallArchive archive;
  archive.put("object", *rc::gen::arbitrary<bool>() ? gzip(text) : text);
  const std::string alone = all_of(scan_of(archive.manifest(), options));
  options.jobs = *rc::gen::inRange(2U, 6U);
  RC_ASSERT(all_of(scan_of(archive.manifest(), options)) == alone);
}

}  // namespace
}  // namespace bedrocklog::analytics
