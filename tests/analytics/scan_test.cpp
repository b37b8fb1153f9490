// Scans of small archives, case by case: limits, cancelling, damage, order of what is listed.
#include "analytics/scan.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "analytics/scan_worker.h"
#include "tests/analytics/aggregate_text.h"
#include "tests/analytics/made_record.h"
#include "tests/analytics/small_archive.h"

namespace bedrocklog::analytics {
namespace {

constexpr std::string_view bad_line = R"({"schemaType":"ModelInvocationLog","modelId":)";

MadeRecord record_of(std::string request_id) {
  MadeRecord record;
  record.request_id = std::move(request_id);
  record.account_id = "111122223333";
  record.region = "us-east-1";
  record.operation = "Converse";
  record.model_id = "amazon.nova-lite-v1:0";
  record.identity_arn = "arn:aws:iam::111122223333:user/ann";
  record.at_s = 1'772'532'000;
  record.tokens.input = 10;
  record.tokens.output = 5;
  return record;
}

std::string lines_of_users(int users) {
  std::string text;
  for (int i = 0; i < users; ++i) {
    MadeRecord record = record_of(fmt::format("r{}", i));
    record.identity_arn = fmt::format("arn:aws:iam::111122223333:user/u{}", i);
    text += to_json(record) + '\n';
  }
  return text;
}

TEST(Scan, OfNothingIsAnEmptyAggregate) {
  const ScanOutcome outcome = scan_of({}, plain_options());
  EXPECT_TRUE(outcome.aggregate.groups.empty());
  EXPECT_EQ(outcome.aggregate.account.records_seen(), 0U);
  EXPECT_FALSE(outcome.cancelled);
}

TEST(Scan, FailsBeyondTheLimitOfGroupsWhateverTheNumberOfJobs) {
  SmallArchive archive;
  archive.put("a", lines_of_users(6));
  archive.put("b", lines_of_users(12));
  ScanOptions options = plain_options();
  options.by = {{KeyKind::user, ""}};
  for (const unsigned jobs : {1U, 2U}) {
    options.jobs = jobs;
    options.groups_max = 12;
    EXPECT_EQ(scan_of(archive.manifest(), options).aggregate.groups.size(), 12U);
    options.groups_max = 11;
    ScanControl control;
    const Result<ScanOutcome> refused = scan(archive.manifest(), options, control);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("more than 11 groups"), std::string::npos);
    EXPECT_NE(refused.error().message.find("--where"), std::string::npos);
  }
}

TEST(Scan, StopsWhenItIsCancelledBefore) {
  SmallArchive archive;
  archive.put("a", lines_of_users(6));
  ScanControl control;
  control.cancelled = true;
  const Result<ScanOutcome> outcome = scan(archive.manifest(), plain_options(), control);
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->cancelled);
  EXPECT_EQ(outcome->aggregate.account.counted, 0U);
  EXPECT_EQ(outcome->aggregate.account.objects_listed, 1U);
}

TEST(Scan, TellsItsProgress) {
  SmallArchive archive;
  archive.put("a.gz", gzip(lines_of_users(3'000)));
  archive.put("b", lines_of_users(10));
  ScanControl control;
  ASSERT_TRUE(scan(archive.manifest(), plain_options(), control));
  EXPECT_EQ(control.records_done.load(), 3'010U);
  EXPECT_EQ(control.objects_done.load(), 2U);
  const ingest::Manifest manifest = archive.manifest();
  EXPECT_EQ(control.packed_bytes_done.load(),
            manifest.objects[0].size_bytes + manifest.objects[1].size_bytes);
}

TEST(ScanWorker, StopsInTheMiddleOfAnObjectSoonAfterItIsCancelled) {
  ingest::Manifest manifest;
  manifest.objects.push_back({"-", "a", 0, "", 0});
  ScanControl control;
  const ScanOptions options = plain_options();
  ScanWorker worker(manifest, options, control, 1U << 20U);
  const MadeRecord record = record_of("");
  const MadeView made(record);
  for (int i = 0; i < 3'000; ++i) {
    control.cancelled = i >= 500;
    worker.on_record(made.view(), {});
    worker.on_skip(ingest::SkipKind::foreign_json, {});
  }
  const InputAccount& account = worker.keeper().account();
  EXPECT_GE(account.counted, 500U);
  EXPECT_LT(account.counted, 2'000U);
  EXPECT_LT(account.skipped_total(), 2'000U);
}

TEST(Scan, KeepsTheEarliestRejectsOfAllObjects) {
  SmallArchive archive;
  const std::string good = to_json(record_of("r")) + '\n';
  const std::string bad = std::string(bad_line) + '\n';
  // Larger objects are read first, so the ones to keep come last.
  archive.put("c", good + bad + bad + good + good + good + good);
  archive.put("b", good + bad + good);
  archive.put("a", good + good + bad);
  ScanOptions options = plain_options();
  options.rejects_kept_max = 3;
  for (const unsigned jobs : {1U, 3U}) {
    options.jobs = jobs;
    const InputAccount account = scan_of(archive.manifest(), options).aggregate.account;
    EXPECT_EQ(account.rejected_total(), 4U);
    ASSERT_EQ(account.rejects.size(), 3U);
    EXPECT_EQ(account.rejects[0].object, "a");
    EXPECT_EQ(account.rejects[0].ordinal, 2U);
    EXPECT_EQ(account.rejects[0].line, 3U);
    EXPECT_EQ(account.rejects[1].object, "b");
    EXPECT_EQ(account.rejects[2].object, "c");
    EXPECT_EQ(account.rejects[2].ordinal, 1U);
  }
  options.rejects_kept_max = 0;
  EXPECT_TRUE(scan_of(archive.manifest(), options).aggregate.account.rejects.empty());
}

TEST(Scan, CountsWhatADamagedObjectGaveAndNamesIt) {
  SmallArchive archive;
  const std::string packed = gzip(lines_of_users(200));
  archive.put("cut.gz", std::string_view(packed).substr(0, packed.size() * 2 / 3));
  archive.put("whole.gz", packed);
  ScanOptions options = plain_options();
  options.deduplicate = false;
  const InputAccount account = scan_of(archive.manifest(), options).aggregate.account;
  ASSERT_EQ(account.damages.size(), 1U);
  EXPECT_EQ(account.damages[0].object, "cut.gz");
  EXPECT_EQ(account.damages[0].damage.kind, ingest::DamageKind::truncated);
  EXPECT_EQ(account.objects_read, 2U);
  EXPECT_GT(account.counted, 200U);
  EXPECT_FALSE(account.complete());
}

TEST(Scan, DoesNotPassOverADamagedObjectThatGaveNothing) {
  SmallArchive archive;
  const std::string packed = gzip(lines_of_users(3));
  archive.put("cut.gz", std::string_view(packed).substr(0, 12));
  const InputAccount account = scan_of(archive.manifest(), plain_options()).aggregate.account;
  EXPECT_EQ(account.objects_skipped_total(), 0U);
  EXPECT_EQ(account.damages.size(), 1U);
}

TEST(Scan, ListsSkippedAndUnreadableObjects) {
  SmallArchive archive;
  archive.put("empty", "");
  archive.put("good", lines_of_users(1));
  archive.put("AWSLogs/1/BedrockModelInvocationLogs/us-east-1/2026/03/03/10/data/x_input.json.gz",
              gzip("{}"));
  ingest::Manifest manifest = archive.manifest();
  manifest.objects.push_back({(archive.folder() / "gone").string(), "gone", 5, "", 0});
  const InputAccount account = scan_of(manifest, plain_options()).aggregate.account;
  EXPECT_EQ(account.objects_listed, 4U);
  EXPECT_EQ(account.objects_read, 1U);
  EXPECT_EQ(account.objects_skipped_total(), 2U);
  ASSERT_EQ(account.unreadable.size(), 1U);
  EXPECT_EQ(account.unreadable[0].name, "gone");
}

TEST(Scan, KeepsCopiesWhenToldTo) {
  SmallArchive archive;
  const std::string line = to_json(record_of("r")) + '\n';
  archive.put("a", line + line);
  ScanOptions options = plain_options();
  EXPECT_EQ(scan_of(archive.manifest(), options).aggregate.account.counted, 1U);
  EXPECT_EQ(scan_of(archive.manifest(), options).aggregate.account.duplicate, 1U);
  options.deduplicate = false;
  EXPECT_EQ(scan_of(archive.manifest(), options).aggregate.account.counted, 2U);
}

TEST(Scan, LetsARecordWithUsageWinOverItsZeroTwinInAnotherGroup) {
  SmallArchive archive;
  MadeRecord twin = record_of("r");
  twin.tokens.input = twin.tokens.output = 0;
  twin.identity_arn = "arn:aws:iam::111122223333:user/zoe";
  archive.put("a", to_json(twin) + '\n');
  archive.put("b", to_json(record_of("r")) + '\n');
  ScanOptions options = plain_options();
  options.by = {{KeyKind::user, ""}};
  const ScanOutcome outcome = scan_of(archive.manifest(), options);
  ASSERT_EQ(outcome.aggregate.groups.size(), 1U);
  EXPECT_EQ(outcome.aggregate.groups[0].keys[0], "ann");
  EXPECT_EQ(outcome.aggregate.account.duplicate, 1U);
}

TEST(Scan, NamesGroupsByTheFirstRuleThatHolds) {
  SmallArchive archive;
  archive.put("a", lines_of_users(4));
  ScanOptions options = plain_options();
  options.by = {{KeyKind::group, ""}};
  for (const auto& [name, condition] :
       {std::pair("low", "user in (u0, u1)"), std::pair("any", "user in (u1, u2)")}) {
    Result<Expression> parsed = Expression::parse(condition, "groups", resolve_record_field);
    ASSERT_TRUE(parsed) << parsed.error().message;
    options.groups.push_back({name, std::move(*parsed)});
  }
  const ScanOutcome outcome = scan_of(archive.manifest(), options);
  ASSERT_EQ(outcome.aggregate.groups.size(), 3U);
  EXPECT_EQ(outcome.aggregate.groups[0].keys[0], std::nullopt);
  EXPECT_EQ(outcome.aggregate.groups[1].keys[0], "any");
  EXPECT_EQ(outcome.aggregate.groups[1].totals.invocations, 1U);
  EXPECT_EQ(outcome.aggregate.groups[2].totals.invocations, 2U);
}

TEST(Scan, ReadsRequestParametersWhereAConditionMayAskForThem) {
  constexpr std::string_view line =
      R"({"schemaType":"ModelInvocationLog","timestamp":"2026-03-03T10:00:00Z","modelId":"m",)"
      R"("operation":"Converse","input":{"inputBodyJson":{"inferenceConfig":{"maxTokens":900}}}})";
  SmallArchive archive;
  archive.put("a", std::string(line) + '\n' + to_json(record_of("r")) + '\n');
  ScanOptions options = plain_options();
  Result<Expression> where = Expression::parse("max_tokens > 800", "--where", resolve_record_field);
  ASSERT_TRUE(where);
  options.where = *where;
  const InputAccount filtered = scan_of(archive.manifest(), options).aggregate.account;
  EXPECT_EQ(filtered.counted, 1U);
  EXPECT_EQ(filtered.filtered, 1U);
  options.where = Expression();
  options.by = {{KeyKind::group, ""}};
  options.groups.push_back({"long", *where});
  EXPECT_EQ(scan_of(archive.manifest(), options).aggregate.groups.size(), 2U);
}

TEST(Scan, KeepsTheSameCopyWithAndWithoutAFilter) {
  SmallArchive archive;
  MadeRecord other = record_of("r");
  other.identity_arn = "arn:aws:iam::111122223333:user/bob";
  // The first copy tells one field more, but it is one that is read for filters only.
  std::string with_parameter = to_json(record_of("r"));
  with_parameter.replace(with_parameter.find("\"input\":{"), 9,
                         R"("input":{"inputBodyJson":{"inferenceConfig":{"maxTokens":9}},)");
  archive.put("a", with_parameter + '\n' + to_json(other) + '\n');
  ScanOptions options = plain_options();
  options.by = {{KeyKind::user, ""}};
  const std::string kept = groups_text(scan_of(archive.manifest(), options).aggregate);
  Result<Expression> where = Expression::parse("input >= 0", "--where", resolve_record_field);
  ASSERT_TRUE(where);
  options.where = std::move(*where);
  EXPECT_EQ(groups_text(scan_of(archive.manifest(), options).aggregate), kept);
}

TEST(Scan, FailsWhenDuplicatesCannotBeSpilled) {
  SmallArchive archive;
  archive.put("a", lines_of_users(1'000));
  ScanOptions options = plain_options();
  options.duplicates_memory_bytes = 1;
  options.spill_folder = "/no/such/folder";
  ScanControl control;
  const Result<ScanOutcome> refused = scan(archive.manifest(), options, control);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().subject, "/no/such/folder");
}

}  // namespace
}  // namespace bedrocklog::analytics
