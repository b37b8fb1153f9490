// Scans over random archives: the result follows from the records and from nothing else.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "analytics/contribution.h"
#include "analytics/record_stream.h"
#include "analytics/scan.h"
#include "tests/analytics/aggregate_text.h"
#include "tests/analytics/made_record.h"
#include "tests/analytics/small_archive.h"

namespace bedrocklog::analytics {
namespace {

const std::vector<Key> by_many{{KeyKind::model, ""},   {KeyKind::day, ""},  {KeyKind::tag, "team"},
                               {KeyKind::account, ""}, {KeyKind::user, ""}, {KeyKind::error, ""}};

using Lines = std::vector<std::string>;

Lines lines_of(const std::vector<MadeRecord>& records) {
  Lines lines;
  for (const MadeRecord& record : records) {
    lines.push_back(to_json(record));
  }
  return lines;
}

std::string joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) {
    text += line + '\n';
  }
  return text;
}

template <class Item>
std::vector<Item> shuffled(std::vector<Item> items) {
  for (std::size_t i = 1; i < items.size(); ++i) {
    std::swap(items[i], items[*rc::gen::inRange<std::size_t>(0, i + 1)]);
  }
  return items;
}

/// Spreads `lines` over up to 4 objects, some of them packed.
void put_anyhow(const SmallArchive& archive, const Lines& lines) {
  std::vector<Lines> objects(*rc::gen::inRange<std::size_t>(1, 5));
  for (const std::string& line : lines) {
    objects[*rc::gen::inRange<std::size_t>(0, objects.size())].push_back(line);
  }
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const std::string plain = joined(objects[i]);
    archive.put(fmt::format("{}/object{}", i % 2, i),
                *rc::gen::arbitrary<bool>() ? gzip(plain) : plain);
  }
}

/// What does not depend on how records lie in objects.
std::string record_counts(const InputAccount& account) {
  return fmt::format("{} {} {} {} {} {} {} {}", account.counted, account.duplicate,
                     account.out_of_range, account.filtered, account.rejected_total(),
                     account.skipped_total(), account.seen ? account.seen->begin.value : 0,
                     account.hours_seen.size());
}

ScanOptions judging_options() {
  ScanOptions options = plain_options();
  options.by = by_many;
  options.range = {UnixMillis{1'772'532'000'000 + 4 * hour_ms},
                   UnixMillis{1'772'532'000'000 + 32 * hour_ms}};
  Result<Expression> where =
      Expression::parse("not (user = \"ann\" and input > 5)", "--where", resolve_record_field);
  EXPECT_TRUE(where);
  options.where = std::move(*where);
  return options;
}

/// The lines of the copies that win, found by reading one plain object record by record.
Lines winners_of(const Lines& lines) {
  SmallArchive archive;
  archive.put("all", joined(lines));
  ScanOptions options = plain_options();
  std::map<std::tuple<std::string, std::string, std::string>, std::pair<std::uint64_t, std::string>>
      best;
  Lines winners;
  const Result<InputAccount> account = for_each_record(
      archive.manifest(), options,
      [&](const RecordFactsView& facts, const ingest::RecordOrigin& origin) {
        const ingest::RecordView& record = *facts.record;
        const std::string& line = lines[origin.ordinal];
        if (record.request_id.empty()) {
          winners.push_back(line);
          return true;
        }
        auto& [rank, kept] = best[{std::string(record.account_id), std::string(record.region),
                                   std::string(record.request_id)}];
        if (const std::uint64_t own = content_rank_of(record, origin.size_bytes); own > rank) {
          rank = own;
          kept = line;
        }
        return true;
      });
  EXPECT_TRUE(account);
  for (const auto& [key, winner] : best) {
    winners.push_back(winner.second);
  }
  return winners;
}

// F081 F053
RC_GTEST_PROP(Scan, GivesTheSameForAnySplitOrderAndNumberOfJobs, ()) {
  const Lines lines = lines_of(arbitrary_records(60, 20));
  ScanOptions options = judging_options();
  SmallArchive one;
  one.put("all", joined(lines));
  const ScanOutcome expected = scan_of(one.manifest(), options);
  SmallArchive many;
  put_anyhow(many, shuffled(lines));
  options.jobs = *rc::gen::inRange(1U, 5U);
  const ScanOutcome outcome = scan_of(many.manifest(), options);
  RC_ASSERT(groups_text(outcome.aggregate) == groups_text(expected.aggregate));
  RC_ASSERT(record_counts(outcome.aggregate.account) == record_counts(expected.aggregate.account));
  // The same objects in any number of jobs: the whole account is the same, too.
  options.jobs = 1;
  RC_ASSERT(account_text(scan_of(many.manifest(), options).aggregate.account) ==
            account_text(outcome.aggregate.account));
}

// F081
RC_GTEST_PROP(Scan, CountsOnlyTheWinnerOfEachRequest, ()) {
  std::vector<MadeRecord> records = arbitrary_records(40, 8);
  // Full copies, all-zero twins and copies that lost or changed a field.
  for (std::size_t i = 0, count = records.size(); i < count; ++i) {
    MadeRecord copy = records[i];
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        break;
      case 1:
        copy.tokens = {0, 0, {}, {}, {}};
        break;
      case 2:
        copy.latency_ms.reset();
        break;
      default:
        copy.at_s += 86'400;
    }
    records.push_back(copy);
  }
  const Lines lines = lines_of(records);
  ScanOptions options = judging_options();
  options.jobs = *rc::gen::inRange(1U, 4U);
  SmallArchive archive;
  put_anyhow(archive, shuffled(lines));
  const ScanOutcome outcome = scan_of(archive.manifest(), options);

  const Lines winners = winners_of(lines);
  SmallArchive reference;
  reference.put("winners", joined(winners));
  options.deduplicate = false;
  const ScanOutcome expected = scan_of(reference.manifest(), options);
  RC_ASSERT(groups_text(outcome.aggregate) == groups_text(expected.aggregate));
  const InputAccount& account = outcome.aggregate.account;
  RC_ASSERT(account.duplicate == lines.size() - winners.size());
  RC_ASSERT(account.counted == expected.aggregate.account.counted);
  RC_ASSERT(account.filtered == expected.aggregate.account.filtered);
  RC_ASSERT(account.out_of_range == expected.aggregate.account.out_of_range);
}

RC_GTEST_PROP(Scan, GivesTheSameWhenDuplicatesAreSpilled, ()) {
  const auto requests = *rc::gen::element(5U, 300U);
  Lines lines;
  for (std::uint32_t i = 0; i < 400; ++i) {
    MadeRecord record;
    record.model_id = "amazon.nova-lite-v1:0";
    record.request_id = fmt::format("request {}", i * 7'919 % requests);
    record.tokens.input = i;
    record.at_s = 1'772'532'000 + i;
    lines.push_back(to_json(record));
  }
  SmallArchive archive;
  put_anyhow(archive, lines);
  ScanOptions options = plain_options();
  const ScanOutcome in_memory = scan_of(archive.manifest(), options);
  RC_ASSERT(in_memory.timings.spilled_bytes == 0U);
  options.duplicates_memory_bytes = 1;
  options.jobs = *rc::gen::inRange(1U, 3U);
  const ScanOutcome spilled = scan_of(archive.manifest(), options);
  RC_ASSERT(requests == 5U || spilled.timings.spilled_bytes > 0U);
  RC_ASSERT(groups_text(spilled.aggregate) == groups_text(in_memory.aggregate));
  RC_ASSERT(account_text(spilled.aggregate.account) == account_text(in_memory.aggregate.account));
}

struct NaiveTotals {
  std::uint64_t calls = 0, errors = 0, input = 0, output = 0, latency_sum = 0;
  friend bool operator==(const NaiveTotals&, const NaiveTotals&) = default;
};

// F053
RC_GTEST_PROP(Scan, AgreesWithAddingUpByHand, ()) {
  const std::vector<MadeRecord> records = arbitrary_records(50, 5);
  std::map<std::string, NaiveTotals> expected;
  for (const MadeRecord& record : records) {
    NaiveTotals& totals = expected[record.operation + record.region];
    ++totals.calls;
    totals.errors += record.error_code.empty() ? 0U : 1U;
    totals.input += record.tokens.input.value_or(0);
    totals.output += record.tokens.output.value_or(0);
    totals.latency_sum += record.latency_ms.value_or(0);
  }
  SmallArchive archive;
  put_anyhow(archive, lines_of(records));
  ScanOptions options = plain_options();
  options.by = {{KeyKind::operation, ""}, {KeyKind::region, ""}};
  options.deduplicate = false;
  options.jobs = 2;
  std::map<std::string, NaiveTotals> found;
  const ScanOutcome outcome = scan_of(archive.manifest(), options);
  for (const Group& group : outcome.aggregate.groups) {
    NaiveTotals& totals =
        found[std::string(group.keys[0].value_or("")) + std::string(group.keys[1].value_or(""))];
    totals.calls = group.totals.invocations;
    totals.errors = group.totals.errors;
    totals.latency_sum = static_cast<std::uint64_t>(group.totals.latency.sum_ms());
    for (const auto& [key, tokens] : group.totals.billed) {
      totals.input += tokens.input;
      totals.output += tokens.output;
    }
  }
  RC_ASSERT(found == expected);
}

// F053
RC_GTEST_PROP(Scan, AccountsForEveryValueInEveryObject, ()) {
  const std::vector<MadeRecord> records = arbitrary_records(40, 6);
  Lines lines = lines_of(records);
  const auto bad = *rc::gen::inRange<std::size_t>(0, 10);
  const auto foreign = *rc::gen::inRange<std::size_t>(0, 10);
  for (std::size_t i = 0; i < bad; ++i) {
    lines.push_back(*rc::gen::element<std::string>(
        R"({"schemaType":"ModelInvocationLog","modelId":"m")",
        R"({"schemaType":"ModelInvocationLog","modelId":"m"})",
        R"({"schemaType":"ModelInvocationLog","modelId":"m","timestamp":"yesterday"})"));
  }
  for (std::size_t i = 0; i < foreign; ++i) {
    lines.push_back(R"({"eventVersion":"1.08","eventSource":"s3.amazonaws.com"})");
  }
  SmallArchive archive;
  // One record first in each object, so that none is passed over as a whole.
  MadeRecord first = arbitrary_record(6);
  const auto objects = *rc::gen::inRange<std::size_t>(1, 4);
  std::vector<Lines> parts(objects, Lines{to_json(first)});
  for (const std::string& line : shuffled(lines)) {
    parts[*rc::gen::inRange<std::size_t>(0, objects)].push_back(line);
  }
  for (std::size_t i = 0; i < objects; ++i) {
    archive.put(fmt::format("object{}", i), joined(parts[i]));
  }
  ScanOptions options = judging_options();
  options.jobs = *rc::gen::inRange(1U, 4U);
  const InputAccount account = scan_of(archive.manifest(), options).aggregate.account;
  RC_ASSERT(account.records_seen() == lines.size() + objects);
  RC_ASSERT(account.rejected_total() == bad);
  RC_ASSERT(account.skipped_total() == foreign);
  RC_ASSERT(account.rejects.size() == bad);
  RC_ASSERT(account.counted + account.duplicate + account.out_of_range + account.filtered ==
            records.size() + objects);
  RC_ASSERT(account.complete() == (bad == 0));
}

}  // namespace
}  // namespace bedrocklog::analytics
