// The sums of a worker: what a record adds where, and that order, split and taking back do not
// matter.
#include "analytics/partial_aggregate.h"

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "analytics/workers.h"
#include "tests/analytics/aggregate_text.h"
#include "tests/analytics/made_record.h"

namespace bedrocklog::analytics {
namespace {

const std::vector<Key> by_all{{KeyKind::model, ""}, {KeyKind::day, ""},   {KeyKind::tag, "team"},
                              {KeyKind::user, ""},  {KeyKind::error, ""}, {KeyKind::hour, ""}};

/// One worker; remembers what it added so that it can be taken back.
class Sums {
 public:
  explicit Sums(std::vector<Key> by, const PriceTable& prices, std::size_t groups_max = 1'000)
      : partial_({std::move(by), Zone(), &prices, groups_max}) {}

  Result<Contribution> add(const MadeRecord& record) {
    const MadeView made(record);
    const ModelFacts model = facts_of_model(record.model_id, {});
    const IdentityFacts identity = facts_of_identity(record.identity_arn);
    RecordFactsView facts{&made.view(), &model, &identity, "object", "", "", 100};
    Contribution contribution;
    if (const Result<void> placed = partial_.place(facts, contribution); !placed) {
      return pass_on(placed);
    }
    partial_.add(contribution);
    return contribution;
  }

  /// At most PartialAggregate::waiting_max.
  void add_together(std::span<const MadeRecord> records) {
    std::vector<Contribution> contributions(records.size());
    for (std::uint32_t turn = 0; turn < records.size(); ++turn) {
      const MadeView made(records[turn]);
      const ModelFacts model = facts_of_model(records[turn].model_id, {});
      const IdentityFacts identity = facts_of_identity(records[turn].identity_arn);
      const RecordFactsView facts{&made.view(), &model, &identity, "object", "", "", 100};
      EXPECT_TRUE(partial_.note(facts, turn, contributions[turn]));
    }
    const auto for_all = [&](const auto& step) {
      for (std::uint32_t turn = 0; turn < records.size(); ++turn) {
        step(turn);
      }
    };
    for_all([&](std::uint32_t turn) { partial_.fetch_group(turn); });
    for_all([&](std::uint32_t turn) { partial_.find_group(turn); });
    for_all([&](std::uint32_t turn) { partial_.fetch_cells(turn); });
    for_all([&](std::uint32_t turn) {
      EXPECT_TRUE(partial_.find_cells(turn, contributions[turn]));
      partial_.add(contributions[turn]);
    });
  }

  PartialAggregate& partial() { return partial_; }

 private:
  PartialAggregate partial_;
};

Aggregate aggregate_of(const std::vector<std::unique_ptr<Sums>>& workers, std::size_t width,
                       std::size_t shares = 1) {
  GroupMerge merge(width, shares);
  for (const auto& worker : workers) {
    worker->partial().name_for(merge);
  }
  // As the threads of a scan do it.
  on_workers(shares, [&](std::size_t share) {
    for (const auto& worker : workers) {
      worker->partial().pour_into(merge, share);
    }
  });
  Aggregate aggregate;
  EXPECT_TRUE(merge.finish(1'000, aggregate, shares));
  return aggregate;
}

Aggregate aggregate_of(const std::vector<MadeRecord>& records, const std::vector<Key>& by,
                       const PriceTable& prices) {
  std::vector<std::unique_ptr<Sums>> workers;
  workers.push_back(std::make_unique<Sums>(by, prices));
  for (const MadeRecord& record : records) {
    EXPECT_TRUE(workers.front()->add(record));
  }
  return aggregate_of(workers, by.size());
}

MadeRecord plain_record() {
  MadeRecord record;
  record.model_id = "global.anthropic.claude-haiku-4-5-20251001-v1:0";
  record.region = "eu-west-1";
  record.at_s = 86'400 * 20'000 + 5;
  return record;
}

TEST(PartialAggregate, BillsEachTokenClassUnderTheKeyThatPricesIt) {
  const PriceTable prices;
  MadeRecord record = plain_record();
  record.tokens = {10, 20, 30, 40, 15};
  record.service_tier = "priority";
  const Aggregate aggregate = aggregate_of({record}, {}, prices);
  ASSERT_EQ(aggregate.groups.size(), 1U);
  EXPECT_EQ(groups_text(aggregate),
            "\n  1 errors 0 throttles 0 guardrail 0 images 0 bytes 100 timed 0/0 unsplit 0\n"
            "  latency n=0 sum=0\n"
            "  first byte n=0 sum=0\n"
            "  anthropic.claude-haiku-4-5-20251001-v1:0 eu-west-1 global priority over 0 day 20000 "
            "covered false: 1 calls 10 20 30 25 15\n");
}

TEST(PartialAggregate, CountsCacheWritesOfUnknownLifetimeApart) {
  const PriceTable prices;
  MadeRecord record = plain_record();
  record.tokens.cache_write = 40;
  EXPECT_EQ(aggregate_of({record}, {}, prices).groups.front().totals.cache_write_unsplit, 40U);
  record.tokens.cache_write_1h = 0;
  EXPECT_EQ(aggregate_of({record}, {}, prices).groups.front().totals.cache_write_unsplit, 0U);
}

TEST(PartialAggregate, NeverBillsMoreHourWritesThanWrites) {
  const PriceTable prices;
  MadeRecord record = plain_record();
  record.tokens.cache_write = 40;
  record.tokens.cache_write_1h = 50;
  const Aggregate aggregate = aggregate_of({record}, {}, prices);
  const BilledTokens& billed = aggregate.groups.front().totals.billed.begin()->tokens;
  EXPECT_EQ(billed.cache_write_1h, 40U);
  EXPECT_EQ(billed.cache_write_5m, 0U);
}

TEST(PartialAggregate, TimesOnlyCallsWithBothLatencyAndOutput) {
  const PriceTable prices;
  MadeRecord both = plain_record();
  both.latency_ms = 500;
  both.tokens.output = 7;
  MadeRecord no_output = plain_record();
  no_output.latency_ms = 600;
  MadeRecord no_latency = plain_record();
  no_latency.tokens.output = 8;
  const Aggregate aggregate = aggregate_of({both, no_output, no_latency}, {}, prices);
  EXPECT_EQ(aggregate.groups.front().totals.output_timed, 7U);
  EXPECT_EQ(aggregate.groups.front().totals.latency_timed_ms, 500U);
  EXPECT_EQ(aggregate.groups.front().totals.latency.count(), 2U);
}

TEST(PartialAggregate, CountsThrottlesAmongTheErrors) {
  const PriceTable prices;
  MadeRecord throttled = plain_record();
  throttled.error_code = "ThrottlingException";
  MadeRecord refused = plain_record();
  refused.error_code = "AccessDeniedException";
  const Aggregate aggregate = aggregate_of({throttled, refused, plain_record()}, {}, prices);
  EXPECT_EQ(aggregate.groups.front().totals.invocations, 3U);
  EXPECT_EQ(aggregate.groups.front().totals.errors, 2U);
  EXPECT_EQ(aggregate.groups.front().totals.throttles, 1U);
  const ErrorCount& first = *aggregate.groups.front().totals.error_codes.begin();
  EXPECT_EQ(first.code, "AccessDeniedException");
  EXPECT_EQ(first.count, 1U);
}

TEST(PartialAggregate, SortsGroupsWithTheAbsentKeyFirst) {
  const PriceTable prices;
  MadeRecord named = plain_record();
  named.metadata = {{"team", "a"}};
  MadeRecord blank = plain_record();
  blank.metadata = {{"team", ""}};
  const Aggregate aggregate =
      aggregate_of({named, blank, plain_record()}, {{KeyKind::tag, "team"}}, prices);
  ASSERT_EQ(aggregate.groups.size(), 3U);
  EXPECT_EQ(aggregate.groups[0].keys[0], std::nullopt);
  EXPECT_EQ(aggregate.groups[1].keys[0], "");
  EXPECT_EQ(aggregate.groups[2].keys[0], "a");
}

TEST(PartialAggregate, RefusesMoreGroupsThanAllowedAndNamesTheRemedy) {
  const PriceTable prices;
  Sums sums({{KeyKind::user, ""}}, prices, 2);
  MadeRecord record = plain_record();
  for (const char* arn : {"a", "b", "a", "b"}) {
    record.identity_arn = arn;
    EXPECT_TRUE(sums.add(record));
  }
  record.identity_arn = "c";
  const Result<Contribution> refused = sums.add(record);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().subject, "--by");
  EXPECT_NE(refused.error().message.find("more than 2 groups"), std::string::npos);
  EXPECT_NE(refused.error().message.find("--max-groups"), std::string::npos);
}

TEST(PartialAggregate, CountsTheGroupsOfAllWorkersAndSharesAgainstTheLimit) {
  const PriceTable prices;
  for (const std::size_t shares : {1U, 4U}) {
    GroupMerge merge(1, shares);
    for (const char* arn : {"a", "b"}) {
      Sums sums({{KeyKind::user, ""}}, prices, 1);
      MadeRecord record = plain_record();
      record.identity_arn = arn;
      ASSERT_TRUE(sums.add(record));
      sums.partial().name_for(merge);
      for (std::size_t share = 0; share < shares; ++share) {
        sums.partial().pour_into(merge, share);
      }
    }
    Aggregate aggregate;
    const Result<void> refused = merge.finish(1, aggregate, shares);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("more than 1 groups"), std::string::npos);
  }
}

TEST(PartialAggregate, RefusesTokensThatNoCounterCouldHold) {
  const PriceTable prices;
  Sums sums({}, prices);
  MadeRecord record = plain_record();
  record.tokens.input = 1ULL << 62U;
  EXPECT_TRUE(sums.add(record));
  record.tokens.input = 1;
  EXPECT_TRUE(sums.add(record));
  EXPECT_FALSE(sums.add(record));
}

// F081
RC_GTEST_PROP(PartialAggregate, MergesToTheSameInAnySplitAndOrder, ()) {
  const PriceTable prices;
  const std::vector<MadeRecord> records = arbitrary_records(60, 10);
  const auto parts = *rc::gen::inRange<std::size_t>(1, 5);
  std::vector<std::unique_ptr<Sums>> workers;
  workers.reserve(parts);
  for (std::size_t i = 0; i < parts; ++i) {
    workers.push_back(std::make_unique<Sums>(by_all, prices));
  }
  std::vector<std::size_t> order(records.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
    std::swap(order[i], order[*rc::gen::inRange<std::size_t>(0, i + 1)]);
  }
  for (const std::size_t at : order) {
    RC_ASSERT(workers[*rc::gen::inRange<std::size_t>(0, parts)]->add(records[at]).has_value());
  }
  const auto shares = *rc::gen::inRange<std::size_t>(1, 6);
  RC_ASSERT(groups_text(aggregate_of(workers, by_all.size(), shares)) ==
            groups_text(aggregate_of(records, by_all, prices)));
}

RC_GTEST_PROP(PartialAggregate, AddsTheSameForRecordsThatWaitTogether, ()) {
  const PriceTable prices;
  const std::vector<MadeRecord> records = arbitrary_records(60, 10);
  std::vector<std::unique_ptr<Sums>> workers;
  workers.push_back(std::make_unique<Sums>(by_all, prices));
  for (std::size_t begin = 0; begin < records.size();) {
    const auto count = std::min(*rc::gen::inRange<std::size_t>(1, 33), records.size() - begin);
    workers.front()->add_together(std::span(records).subspan(begin, count));
    begin += count;
  }
  RC_ASSERT(groups_text(aggregate_of(workers, by_all.size())) ==
            groups_text(aggregate_of(records, by_all, prices)));
}

RC_GTEST_PROP(PartialAggregate, IsAsBeforeWhenWhatWasAddedIsTakenBack, ()) {
  const PriceTable prices;
  const std::vector<MadeRecord> kept = arbitrary_records(30, 10);
  const std::vector<MadeRecord> removed = arbitrary_records(30, 10);
  std::vector<std::unique_ptr<Sums>> workers;
  workers.push_back(std::make_unique<Sums>(by_all, prices));
  std::vector<Contribution> added;
  added.reserve(removed.size());
  for (const MadeRecord& record : removed) {
    added.push_back(*workers.front()->add(record));
  }
  for (const MadeRecord& record : kept) {
    RC_ASSERT(workers.front()->add(record).has_value());
  }
  for (const Contribution& contribution : added) {
    workers.front()->partial().take_back(contribution);
  }
  RC_ASSERT(groups_text(aggregate_of(workers, by_all.size())) ==
            groups_text(aggregate_of(kept, by_all, prices)));
}

}  // namespace
}  // namespace bedrocklog::analytics
