// Repeated requests and shared heads, call by call.
#include "analytics/finance/repeats.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/analytics/sample_calls.h"

namespace bedrocklog::finance {
namespace {

struct Sent {
  std::string body;  // JSON of the input body; empty: the log has none.
  std::string request_id = {};
  std::int64_t at_ms = 0;
  std::uint64_t input = 1'000'000;
  std::uint64_t cache_read = 0;
  std::string model = "full";
  std::string error = {};
};

RepeatFindings search(const std::vector<Sent>& calls, bool deduplicate = true) {
  RepeatSearch search(analytics::sample::prices(), deduplicate);
  for (const Sent& call : calls) {
    const std::string json = call.body.empty()
                                 ? R"({"input":{"inputBodyS3Path":"s3://b/k"}})"
                                 : R"({"modelId":"m","input":{"inputBodyJson":)" + call.body + "}}";
    ingest::RecordView record;
    record.at = {analytics::sample::first_day * day_ms + call.at_ms};
    record.request_id = call.request_id;
    record.region = "us-east-1";
    record.error_code = call.error;
    record.tokens.input = call.input;
    record.tokens.cache_read = call.cache_read;
    record.json = json;
    analytics::ModelFacts model;
    model.canonical = call.model;
    analytics::RecordFactsView facts;
    facts.record = &record;
    facts.model = &model;
    search.add(facts);
  }
  return search.finish();
}

TEST(Repeats, AreCallsWithTheSameModelAndBody) {
  const RepeatFindings found = search({{R"({"a":1,"b":[2]})", "1"},
                                       {R"({ "b" : [2], "a" : 1 })", "2"},
                                       {R"({"a":1,"b":[3]})", "3"},
                                       {R"({"a":1,"b":[2]})", "4", 0, 1'000'000, 0, "partial"},
                                       {R"({"a":1,"b":[2]})", "5"}});
  EXPECT_EQ(found.calls, 5U);
  EXPECT_EQ(found.repeats, 2U);
  EXPECT_EQ(found.repeat_tokens, 2'000'000U);
  EXPECT_EQ(to_decimal(found.repeat_cost), "6.00");
}

TEST(Repeats, AreNotTheSameCallLoggedTwice) {
  const std::vector<Sent> twice = {{"1", "same"}, {"1", "same"}};
  EXPECT_EQ(search(twice).repeats, 0U);
  EXPECT_EQ(search(twice).calls, 1U);
  EXPECT_EQ(search(twice, false).repeats, 1U);
  EXPECT_EQ(search({{"1", ""}, {"1", ""}}).repeats, 1U);  // Without ids nothing tells them apart.
}

TEST(Repeats, LeaveOutFailedCallsAndThoseWithoutBody) {
  const RepeatFindings found = search({{"1", "1", 0, 5, 0, "full", "ThrottlingException"},
                                       {"1", "2", 0, 0},
                                       {"", "3"},
                                       {"null", "4"},
                                       {"1", "5"}});
  EXPECT_EQ(found.calls, 3U);
  EXPECT_EQ(found.without_body, 2U);
  EXPECT_EQ(found.repeats, 0U);
}

TEST(Repeats, WithoutAPriceAreCountedApart) {
  const RepeatFindings found =
      search({{"1", "1", 0, 5, 0, "nothing"}, {"1", "2", 0, 5, 0, "nothing"}});
  EXPECT_EQ(found.repeats, 0U);
  EXPECT_EQ(found.repeats_unpriced, 1U);
}

std::string body_with_system(const std::string& system, int question) {
  return R"({"messages":[{"role":"user","content":"question )" + std::to_string(question) +
         R"("}],"system":")" + system + R"("})";
}

TEST(SharedHeads, AreWrittenOnceAndReadWithinFiveMinutes) {
  const std::string system(10'000, 'x');
  const std::vector<Sent> calls = {
      {body_with_system(system, 1), "1", 0, 10'000},
      {body_with_system(system, 2), "2", cache_lifetime_ms, 10'000},
      {body_with_system(system, 3), "3", 3 * cache_lifetime_ms, 10'000},
      {body_with_system(system, 4), "4", 4 * cache_lifetime_ms, 10'000},
  };
  const RepeatFindings found = search(calls);
  // The head is the system prompt in quotes: 10,002 of 10,065 bytes.
  ASSERT_EQ(calls[0].body.size(), 10'065U);
  constexpr std::uint64_t head_tokens = 10'000 * 10'002 / 10'065;
  EXPECT_EQ(found.heads, 1U);
  EXPECT_EQ(found.head_calls, 4U);
  EXPECT_EQ(found.head_tokens, 4 * head_tokens);
  EXPECT_EQ(found.head_cost.value, analytics::Int128{4 * head_tokens} * 3'000'000'000'000);
  // Two writes at 3.75 and two reads at 0.30 USD per million.
  EXPECT_EQ(found.head_cost_cached.value, analytics::Int128{head_tokens} * 8'100'000'000'000);
  EXPECT_EQ(found.repeats, 0U);
}

TEST(SharedHeads, AreOnlyThoseThatSave) {
  const std::string system(10'000, 'x');
  EXPECT_EQ(search({{body_with_system(system, 1), "1", 0, 10'000},
                    {body_with_system(system, 2), "2", 2 * cache_lifetime_ms, 10'000}})
                .heads,
            0U);
  const std::string brief(100, 'x');
  EXPECT_EQ(search({{body_with_system(brief, 1), "1", 0, 1'000},
                    {body_with_system(brief, 2), "2", 0, 1'000}})
                .heads,
            0U);
}

TEST(SharedHeads, OfCallsThatCacheAlreadyAreNotCounted) {
  const std::string system(10'000, 'x');
  EXPECT_EQ(search({{body_with_system(system, 1), "1", 0, 10'000, 5},
                    {body_with_system(system, 2), "2", 0, 10'000, 5}})
                .heads,
            0U);
}

TEST(SharedHeads, AreTheFirstBytesWhereNoSystemPromptIs) {
  const std::string story(head_size_bytes, 'y');
  const auto body = [&](int end) {
    return R"({"inputText":")" + story + std::to_string(end) + R"("})";
  };
  EXPECT_EQ(search({{body(1), "1", 0, 10'000}, {body(2), "2", 0, 10'000}}).heads, 1U);
}

TEST(RepeatRows, AreThereForWhatWasFoundAlone) {
  EXPECT_TRUE(rows_of(RepeatFindings{}).empty());
  const std::vector<StrategyRow> rows = rows_of(search({{"1", "1"}, {"1", "2"}}));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].strategy, "caching results");
  EXPECT_EQ(to_decimal(*rows[0].then_cost), "0.00");
  RepeatFindings many;
  many.not_looked_at = 3;
  EXPECT_THAT(notes_of(many), testing::Contains(testing::HasSubstr("3 calls came after")));
}

// Against counting by hand, for any order.
RC_GTEST_PROP(RepeatProperty, CountsAllButTheFirstOfEachBody, ()) {
  std::vector<Sent> calls;
  std::vector<std::uint64_t> seen(5);
  const auto count = *rc::gen::inRange(0, 40);
  for (int at = 0; at < count; ++at) {
    const auto body = *rc::gen::inRange<std::size_t>(0, seen.size());
    ++seen[body];
    calls.push_back({std::to_string(body), std::to_string(at)});
  }
  std::uint64_t repeats = 0;
  for (const std::uint64_t times : seen) {
    repeats += times > 0 ? times - 1 : 0;
  }
  const RepeatFindings found = search(calls);
  RC_ASSERT(found.repeats == repeats);
  RC_ASSERT(found.repeat_cost.value == analytics::Int128{repeats} * 3'000'000'000 * 1'000'000'000);
}

}  // namespace
}  // namespace bedrocklog::finance
