// Notes of records come back from memory and disk alike, and exactly the losers are found.
#include "analytics/duplicate_log.h"

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::analytics {
namespace {

struct Noted {
  DuplicateEntry entry;
  std::size_t log = 0;
};

/// Entry `number`, told from all others by its cell.
DuplicateEntry entry_of(std::uint32_t number, std::uint64_t request) {
  DuplicateEntry entry;
  entry.key = {request * 0x9E3779B97F4A7C15ULL, request};
  entry.rank = 1;
  entry.object = number % 7;
  entry.ordinal = number;
  entry.contribution.cell = number;
  entry.contribution.size_bytes = 1'000;
  return entry;
}

std::vector<DuplicateLog> logs_of(const std::vector<Noted>& notes, std::size_t logs,
                                  std::uint64_t memory_bytes_max) {
  std::vector<DuplicateLog> filled;
  filled.reserve(logs);
  for (std::size_t i = 0; i < logs; ++i) {
    filled.emplace_back(memory_bytes_max, "");
  }
  for (const Noted& note : notes) {
    EXPECT_TRUE(filled[note.log].append(note.entry));
  }
  return filled;
}

/// Cells of the losers over all partitions, with the log each was in.
std::vector<std::pair<std::uint32_t, std::size_t>> losers_of(const std::vector<DuplicateLog>& logs,
                                                             std::uint64_t pass_bytes_max) {
  std::vector<const DuplicateLog*> pointers;
  pointers.reserve(logs.size());
  for (const DuplicateLog& log : logs) {
    pointers.push_back(&log);
  }
  std::vector<std::pair<std::uint32_t, std::size_t>> losers;
  for (unsigned partition = 0; partition < duplicate_partitions; ++partition) {
    const Result<void> done = visit_losers(
        pointers, partition,
        [&](std::size_t log, const Contribution& loser) { losers.emplace_back(loser.cell, log); },
        pass_bytes_max);
    EXPECT_TRUE(done);
  }
  std::sort(losers.begin(), losers.end());
  return losers;
}

std::vector<std::pair<std::uint32_t, std::size_t>> naive_losers(const std::vector<Noted>& notes) {
  std::map<std::uint64_t, Noted> winners;
  for (const Noted& note : notes) {
    const auto [place, is_new] = winners.try_emplace(note.entry.key.low, note);
    const DuplicateEntry& best = place->second.entry;
    const auto order = [](const DuplicateEntry& entry) {
      return std::tuple(~entry.rank, entry.object, entry.ordinal);
    };
    if (!is_new && order(note.entry) < order(best)) {
      place->second = note;
    }
  }
  std::vector<std::pair<std::uint32_t, std::size_t>> losers;
  for (const Noted& note : notes) {
    if (winners.at(note.entry.key.low).entry.ordinal != note.entry.ordinal) {
      losers.emplace_back(note.entry.contribution.cell, note.log);
    }
  }
  std::sort(losers.begin(), losers.end());
  return losers;
}

// F081
RC_GTEST_PROP(DuplicateLog, FindsExactlyTheLosersInMemoryAndOnDisk, ()) {
  const auto logs = *rc::gen::inRange<std::size_t>(1, 4);
  const auto requests = *rc::gen::element<std::uint64_t>(3, 100, 2'000);
  const auto count = *rc::gen::inRange<std::uint32_t>(0, 1'500);
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  std::vector<Noted> notes;
  notes.reserve(count);
  std::uint64_t state = seed;
  const auto draw = [&state](std::uint64_t below) {
    state = state * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
    return (state >> 33U) % below;
  };
  for (std::uint32_t number = 0; number < count; ++number) {
    Noted note{entry_of(number, draw(requests)), draw(logs)};
    note.entry.rank = draw(4);
    notes.push_back(note);
  }
  const auto expected = naive_losers(notes);
  const std::vector<DuplicateLog> in_memory = logs_of(notes, logs, 64U << 20U);
  const std::vector<DuplicateLog> on_disk = logs_of(notes, logs, 1);
  RC_ASSERT(losers_of(in_memory, duplicate_pass_bytes_max) == expected);
  RC_ASSERT(losers_of(on_disk, duplicate_pass_bytes_max) == expected);
  RC_ASSERT(losers_of(on_disk, 200) == expected);
}

TEST(DuplicateLog, SpillsOnlyWhatExceedsItsMemory) {
  DuplicateLog roomy(64U << 20U, "");
  DuplicateLog tight(1, "");
  for (std::uint32_t number = 0; number < 10'000; ++number) {
    ASSERT_TRUE(roomy.append(entry_of(number, number)));
    ASSERT_TRUE(tight.append(entry_of(number, number)));
  }
  EXPECT_EQ(roomy.spilled_bytes(), 0U);
  EXPECT_GT(tight.spilled_bytes(), 200'000U);
}

TEST(DuplicateLog, GivesBackEveryEntryInOrder) {
  DuplicateLog log(1, "");
  for (std::uint32_t number = 0; number < 5'000; ++number) {
    ASSERT_TRUE(log.append(entry_of(number, number % 50)));
  }
  std::map<std::uint64_t, std::vector<std::uint64_t>> ordinals;
  for (unsigned partition = 0; partition < duplicate_partitions; ++partition) {
    ASSERT_TRUE(log.visit(partition, [&](std::string_view notes, bool /*stays*/) {
      while (!notes.empty()) {
        const DuplicateEntry entry = decode(notes);
        ordinals[entry.key.low].push_back(entry.ordinal);
      }
    }));
  }
  ASSERT_EQ(ordinals.size(), 50U);
  for (const auto& [request, seen] : ordinals) {
    EXPECT_EQ(seen.size(), 100U);
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end())) << request;
  }
}

TEST(DuplicateLog, SaysWhereItCannotWriteAndWhatHelps) {
  DuplicateLog log(1, "/no/such/folder");
  Result<void> appended;
  for (std::uint32_t number = 0; number < 1'000 && appended; ++number) {
    appended = log.append(entry_of(number, number));
  }
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().subject, "/no/such/folder");
  EXPECT_NE(appended.error().message.find("TMPDIR"), std::string::npos);
}

}  // namespace
}  // namespace bedrocklog::analytics
