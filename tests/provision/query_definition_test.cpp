// Saved queries: the fake's rules, and the provider.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/provision/provider_run.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;
using fake_aws::FakeAws;

constexpr const char* region = "eu-west-1";
const Address record{ResourceKind::query_definition, region,
                     "bedrocklog/bedrocklog/profile/secure"};
const Json wanted = {{"Name", record.name}, {"QueryString", "fields @timestamp"}};

std::string code_of(const CallResult<Json>& result) {
  return result ? "" : result.error().error.code;
}

struct Logs {
  FakeAws account;
  ProviderRun run{account};

  CallResult<Json> call(const std::string& operation, const Json& members) {
    return run.calls().json("logs", region, operation, members);
  }
  std::string put(const Json& members) { return code_of(call("PutQueryDefinition", members)); }
  Json listed(const Json& members = Json::object()) {
    const CallResult<Json> answer = call("DescribeQueryDefinitions", members);
    EXPECT_TRUE(answer.has_value());
    return answer ? *answer : Json();
  }
};

TEST(FakeQueryDefinitions, MakesAnotherOfTheSameNameUnlessIdOrTokenIsTheSame) {
  Logs logs;
  const Json query = {{"name", "a/b"}, {"queryString", "fields x"}};
  const CallResult<Json> first = logs.call("PutQueryDefinition", query);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(logs.put(query), "");
  EXPECT_EQ(logs.listed()["queryDefinitions"].size(), 2U);
  Json again = query;
  again["queryDefinitionId"] = (*first)["queryDefinitionId"];
  again["queryString"] = "fields y";
  EXPECT_EQ(logs.put(again), "");
  EXPECT_EQ(logs.listed()["queryDefinitions"].size(), 2U);
  Json with_token = query;
  with_token["clientToken"] = std::string(36, 't');
  EXPECT_EQ(logs.put(with_token), "");
  EXPECT_EQ(logs.put(with_token), "");
  EXPECT_EQ(logs.listed()["queryDefinitions"].size(), 3U);
}

TEST(FakeQueryDefinitions, ListsByPrefixPageAfterPage) {
  Logs logs;
  for (const char* const name : {"a/1", "a/2", "a/3", "b/1"}) {
    EXPECT_EQ(logs.put({{"name", name}, {"queryString", "fields x"}}), "");
  }
  Json page = logs.listed({{"queryDefinitionNamePrefix", "a"}, {"maxResults", 2}});
  EXPECT_EQ(page["queryDefinitions"].size(), 2U);
  ASSERT_TRUE(page.contains("nextToken"));
  page = logs.listed(
      {{"queryDefinitionNamePrefix", "a"}, {"maxResults", 2}, {"nextToken", page["nextToken"]}});
  EXPECT_EQ(page["queryDefinitions"].size(), 1U);
  EXPECT_FALSE(page.contains("nextToken"));
}

TEST(FakeQueryDefinitions, RefusesWhatTheServiceRefuses) {
  Logs logs;
  constexpr const char* invalid = "InvalidParameterException";
  EXPECT_EQ(logs.put({{"name", "a"}}), invalid);
  EXPECT_EQ(logs.put({{"name", "a:b"}, {"queryString", "x"}}), invalid);
  EXPECT_EQ(logs.put({{"name", "a//b"}, {"queryString", "x"}}), invalid);
  EXPECT_EQ(logs.put({{"name", "a"}, {"queryString", std::string(10'001, 'x')}}), invalid);
  EXPECT_EQ(logs.put({{"name", "a"}, {"queryString", "x"}, {"clientToken", "short"}}), invalid);
  EXPECT_EQ(logs.put({{"name", "a"}, {"queryString", "x"}, {"tags", Json::object()}}),
            "SerializationException");
  EXPECT_EQ(logs.put({{"name", "a"}, {"queryString", 1}}), "SerializationException");
  EXPECT_EQ(logs.put({{"name", "a"}, {"queryString", "x"}, {"logGroupNames", {"absent"}}}),
            "ResourceNotFoundException");
  EXPECT_EQ(logs.put({{"name", "a"}, {"queryString", "x"}, {"queryDefinitionId", "absent"}}),
            "ResourceNotFoundException");
  EXPECT_EQ(code_of(logs.call("DeleteQueryDefinition", {{"queryDefinitionId", "absent"}})),
            "ResourceNotFoundException");
}

TEST(QueryDefinition, IsMadeChangedAndTakenAway) {
  Logs logs;
  const Json before = logs.account.snapshot();
  EXPECT_EQ(logs.run.apply(record, wanted), "");
  EXPECT_TRUE(logs.run.drift(record, wanted).empty());
  const std::optional<Observed> made = logs.run.read(record);
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(made->ownership, Ownership::ours);
  EXPECT_EQ(made->owner, "bedrocklog");
  EXPECT_FALSE(made->details.value("QueryDefinitionId", "").empty());

  EXPECT_TRUE(logs.call("CreateLogGroup", {{"logGroupName", "/aws/x"}}).has_value());
  const Json other = {
      {"Name", record.name}, {"QueryString", "fields @message"}, {"LogGroupNames", {"/aws/x"}}};
  EXPECT_FALSE(logs.run.drift(record, other).empty());
  EXPECT_EQ(logs.run.apply(record, other), "");
  EXPECT_TRUE(logs.run.drift(record, other).empty());
  EXPECT_EQ(logs.listed()["queryDefinitions"].size(), 1U);
  // Groups that nobody asks about stay through a change of the text.
  EXPECT_EQ(logs.run.apply(record, wanted), "");
  EXPECT_EQ(logs.listed()["queryDefinitions"][0]["logGroupNames"], Json::array({"/aws/x"}));

  EXPECT_EQ(logs.run.destroy(record), "");
  EXPECT_EQ(logs.run.destroy(record), "");
  EXPECT_TRUE(logs.call("DeleteLogGroup", {{"logGroupName", "/aws/x"}}).has_value());
  EXPECT_EQ(logs.account.snapshot(), before);
}

TEST(QueryDefinition, OfSeveralOfItsNameOneStays) {
  Logs logs;
  for (int copies = 0; copies < 3; ++copies) {
    EXPECT_EQ(logs.put({{"name", record.name}, {"queryString", "fields @timestamp"}}), "");
  }
  const std::vector<PropertyChange> drift = logs.run.drift(record, wanted);
  ASSERT_EQ(drift.size(), 1U);
  EXPECT_EQ(drift[0].before, record.name + " (3 times)");
  EXPECT_EQ(logs.run.apply(record, wanted), "");
  EXPECT_TRUE(logs.run.drift(record, wanted).empty());
  EXPECT_EQ(logs.listed()["queryDefinitions"].size(), 1U);
  EXPECT_EQ(logs.put({{"name", record.name}, {"queryString", "fields x"}}), "");
  EXPECT_EQ(logs.run.destroy(record), "");
  EXPECT_TRUE(logs.listed()["queryDefinitions"].empty());
}

TEST(QueryDefinition, LeavesOthersAlone) {
  Logs logs;
  // A longer name, and the same one of another stack.
  EXPECT_EQ(logs.put({{"name", record.name + "-too"}, {"queryString", "fields x"}}), "");
  const Json before = logs.account.snapshot();
  EXPECT_EQ(logs.run.apply(record, wanted), "");
  ProviderRun other(logs.account, "other");
  EXPECT_EQ(other.read(record)->ownership, Ownership::other_stack);
  EXPECT_EQ(other.apply(record, {{"Name", record.name}, {"QueryString", "x"}}), "not ours");
  EXPECT_EQ(other.destroy(record), "");
  EXPECT_TRUE(logs.run.drift(record, wanted).empty());
  EXPECT_EQ(logs.run.destroy(record), "");
  EXPECT_EQ(logs.account.snapshot(), before);
}

TEST(QueryDefinition, KilledAfterAnyChangeConverges) {
  const ProviderDeed make = [](ProviderRun& run) { return run.apply(record, wanted); };
  const ProviderDeed nothing = [](ProviderRun& /*run*/) { return std::string(); };
  const ProviderDeed take_away = [](ProviderRun& run) { return run.destroy(record); };
  EXPECT_GE(expect_convergence(nothing, make), 2U);
  EXPECT_GE(expect_convergence(make, take_away), 2U);
}

TEST(QueryDefinition, IsMadeOnceThroughLostAnswersAndLags) {
  const ProviderDeed make = [](ProviderRun& run) {
    const std::string wrong = run.apply(record, wanted);
    return wrong.empty() && !run.drift(record, wanted).empty() ? "not seen" : wrong;
  };
  through_bad_weather(make, [](FakeAws& account) {
    // A copy that a lag has led to is seen in the end, and goes.
    ProviderRun calm(account);
    for (unsigned read = 0; read < 5; ++read) {
      (void)calm.read(record);
    }
    EXPECT_EQ(calm.apply(record, wanted), "");
    EXPECT_EQ(account.snapshot()["services"]["logs"]["QueryDefinitions"]["eu-west-1"].size(), 1U);
  });
}

}  // namespace
}  // namespace bedrocklog::provision
