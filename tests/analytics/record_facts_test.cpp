// What follows from model ids, identities and records, and the field names that ask for it.
#include "analytics/record_facts.h"

#include <array>

#include <gtest/gtest.h>

#include "analytics/facts_cache.h"

namespace bedrocklog::analytics {
namespace {

const ModelMap model_map{
    {"arn:aws:bedrock:eu-west-1:1:application-inference-profile/abc",
     {"global.anthropic.claude-haiku-4-5-20251001-v1:0", "search"}},
    {"arn:aws:bedrock:eu-west-1:1:provisioned-model/p1", {"amazon.nova-lite-v1:0", ""}},
    {"arn:aws:bedrock:eu-west-1:1:imported-model/m1", {"", "house model"}}};

TEST(FactsOfModel, PricesAProfileGloballyOnlyWhenItIsGlobal) {
  const ModelFacts global = facts_of_model("global.anthropic.claude-haiku-4-5-20251001-v1:0", {});
  EXPECT_EQ(global.canonical, "anthropic.claude-haiku-4-5-20251001-v1:0");
  EXPECT_EQ(global.provider, "anthropic");
  EXPECT_EQ(global.profile, "global");
  EXPECT_EQ(global.scope, Scope::global);
  const ModelFacts regional = facts_of_model("us.anthropic.claude-haiku-4-5-20251001-v1:0", {});
  EXPECT_EQ(regional.canonical, global.canonical);
  EXPECT_EQ(regional.profile, "us");
  EXPECT_EQ(regional.scope, Scope::regional);
  EXPECT_EQ(facts_of_model("amazon.nova-lite-v1:0", {}).profile, "");
}

TEST(FactsOfModel, NamesTheKindOfAnOpaqueId) {
  const std::string arn = "arn:aws:bedrock:us-east-1:1:application-inference-profile/xyz";
  const ModelFacts facts = facts_of_model(arn, model_map);
  EXPECT_EQ(facts.canonical, arn);
  EXPECT_EQ(facts.profile, "application-inference-profile");
  EXPECT_FALSE(facts.covered);
}

TEST(FactsOfModel, TakesModelScopeAndLabelFromTheMap) {
  const ModelFacts facts =
      facts_of_model("arn:aws:bedrock:eu-west-1:1:application-inference-profile/abc", model_map);
  EXPECT_EQ(facts.canonical, "anthropic.claude-haiku-4-5-20251001-v1:0");
  EXPECT_EQ(facts.profile, "search");
  EXPECT_EQ(facts.scope, Scope::global);
}

TEST(FactsOfModel, KeepsProvisionedCapacityCoveredWhenTheMapNamesItsModel) {
  const ModelFacts facts =
      facts_of_model("arn:aws:bedrock:eu-west-1:1:provisioned-model/p1", model_map);
  EXPECT_EQ(facts.canonical, "amazon.nova-lite-v1:0");
  EXPECT_EQ(facts.profile, "provisioned-model");
  EXPECT_TRUE(facts.covered);
}

TEST(FactsOfModel, TakesALabelWithoutAModel) {
  const std::string arn = "arn:aws:bedrock:eu-west-1:1:imported-model/m1";
  EXPECT_EQ(facts_of_model(arn, model_map).canonical, arn);
  EXPECT_EQ(facts_of_model(arn, model_map).profile, "house model");
}

TEST(FactsOfIdentity, TakesUserRoleAndSessionFromTheArn) {
  struct Case {
    std::string_view arn, user, role, session;
  };
  for (const Case& wanted : {
           Case{"arn:aws:iam::1:user/ann", "ann", "", ""},
           Case{"arn:aws:iam::1:user/division/team/ann", "ann", "", ""},
           Case{"arn:aws:sts::1:assumed-role/App/i-0abc", "App/i-0abc", "App", "i-0abc"},
           Case{"arn:aws-us-gov:sts::1:assumed-role/App/a@b.c", "App/a@b.c", "App", "a@b.c"},
           Case{"arn:aws:sts::1:assumed-role/App", "App", "App", ""},
           Case{"arn:aws:sts::1:federated-user/bob", "bob", "", ""},
           Case{"arn:aws:iam::1:root", "root", "", ""},
           Case{"carol", "carol", "", ""},
           Case{"", "", "", ""},
       }) {
    const IdentityFacts facts = facts_of_identity(wanted.arn);
    EXPECT_EQ(facts.user, wanted.user) << wanted.arn;
    EXPECT_EQ(facts.role, wanted.role) << wanted.arn;
    EXPECT_EQ(facts.session, wanted.session) << wanted.arn;
  }
}

TEST(TierOf, BelievesTheBodyBeforeThePerformanceSetting) {
  ingest::RecordView record;
  EXPECT_EQ(tier_of(record), Tier::standard);
  record.service_tier = "default";
  record.latency_optimized = true;
  EXPECT_EQ(tier_of(record), Tier::latency_optimized);
  record.service_tier = "flex";
  EXPECT_EQ(tier_of(record), Tier::flex);
  record.service_tier = "priority";
  EXPECT_EQ(tier_of(record), Tier::priority);
  record.service_tier = "reserved";
  EXPECT_EQ(tier_of(record), Tier::reserved);
}

/// A record with a value in every field.
class FullRecord : public testing::Test {
 protected:
  FullRecord() {
    record_.at = UnixMillis{20'000 * day_ms + 13 * hour_ms};  // 2024-10-04, a Friday.
    record_.request_id = "r1";
    record_.account_id = "1";
    record_.region = "eu-west-1";
    record_.inference_region = "eu-west-3";
    record_.operation = "Converse";
    record_.model_id = "eu.amazon.nova-lite-v1:0";
    record_.identity_arn = "arn:aws:sts::1:assumed-role/App/s";
    record_.error_code = "E";
    record_.stop_reason = "end_turn";
    record_.service_tier = "flex";
    record_.metadata = metadata_;
    record_.tokens = {1, 2, 3, 4, 5};
    record_.latency_ms = 6;
    record_.first_byte_ms = 7;
    record_.images = 8;
    record_.max_tokens = 9;
    facts_ = cache_.facts_of(record_);
    facts_.object = "a/b.gz";
    facts_.group = "red";
    facts_.size_bytes = 10;
  }

  std::optional<std::string_view> text(std::string_view name) const {
    const Result<Field> field = resolve_record_field(name);
    EXPECT_TRUE(field) << name;
    EXPECT_EQ(field->type, FieldType::text) << name;
    return RecordFieldValues(facts_).text(*field);
  }
  std::optional<Int128> number(std::string_view name) const {
    const Result<Field> field = resolve_record_field(name);
    EXPECT_TRUE(field) << name;
    EXPECT_EQ(field->type, FieldType::number) << name;
    return RecordFieldValues(facts_).number(*field);
  }

  std::array<std::pair<std::string_view, std::string_view>, 2> metadata_{
      {{"team", "a"}, {"empty", ""}}};
  ingest::RecordView record_;
  ModelMap no_map_;
  std::vector<GroupRule> no_groups_;
  FactsCache cache_{no_map_, no_groups_};
  RecordFactsView facts_;
};

TEST_F(FullRecord, AnswersEveryTextField) {
  EXPECT_EQ(text("model"), "amazon.nova-lite-v1:0");
  EXPECT_EQ(text("family"), "nova-lite");
  EXPECT_EQ(text("provider"), "amazon");
  EXPECT_EQ(text("region"), "eu-west-1");
  EXPECT_EQ(text("inference_region"), "eu-west-3");
  EXPECT_EQ(text("account"), "1");
  EXPECT_EQ(text("operation"), "Converse");
  EXPECT_EQ(text("user"), "App/s");
  EXPECT_EQ(text("role"), "App");
  EXPECT_EQ(text("session"), "s");
  EXPECT_EQ(text("profile"), "eu");
  EXPECT_EQ(text("tag:team"), "a");
  EXPECT_EQ(text("tag:empty"), "");
  EXPECT_EQ(text("tag:other"), std::nullopt);
  EXPECT_EQ(text("group"), "red");
  EXPECT_EQ(text("status"), "error");
  EXPECT_EQ(text("error"), "E");
  EXPECT_EQ(text("stop_reason"), "end_turn");
  EXPECT_EQ(text("tier"), "flex");
  EXPECT_EQ(text("object"), "a/b.gz");
  EXPECT_EQ(text("request_id"), "r1");
  EXPECT_EQ(text("guardrail"), "no");
}

TEST_F(FullRecord, AnswersEveryNumberField) {
  const std::array<std::pair<std::string_view, int>, 13> wanted{{{"input", 1},
                                                                 {"output", 2},
                                                                 {"cache_read", 3},
                                                                 {"cache_write", 4},
                                                                 {"cache_write_1h", 5},
                                                                 {"total", 10},
                                                                 {"latency", 6},
                                                                 {"ttft", 7},
                                                                 {"images", 8},
                                                                 {"max_tokens", 9},
                                                                 {"bytes", 10},
                                                                 {"hour_of_day", 13},
                                                                 {"weekday", 5}}};
  for (const auto& [name, value] : wanted) {
    ASSERT_TRUE(number(name)) << name;
    EXPECT_TRUE(*number(name) == value) << name;
  }
}

TEST_F(FullRecord, SaysNothingForWhatIsAbsent) {
  record_ = {};
  record_.model_id = "amazon.nova-lite-v1:0";
  record_.at = UnixMillis{-1};  // 1969-12-31, a Wednesday.
  facts_ = cache_.facts_of(record_);
  for (const std::string_view name : {"region", "account", "user", "role", "error", "group",
                                      "profile", "object", "tag:team", "request_id"}) {
    EXPECT_EQ(text(name), std::nullopt) << name;
  }
  for (const std::string_view name : {"input", "total", "latency", "ttft", "max_tokens"}) {
    EXPECT_FALSE(number(name)) << name;
  }
  EXPECT_EQ(text("status"), "ok");
  EXPECT_TRUE(*number("hour_of_day") == 23);
  EXPECT_TRUE(*number("weekday") == 3);
  record_.tokens.output = 0;
  EXPECT_TRUE(*number("total") == 0);
}

TEST(ResolveRecordField, SuggestsTheNearestName) {
  const Result<Field> field = resolve_record_field("cache_raed");
  ASSERT_FALSE(field);
  EXPECT_NE(field.error().message.find("cache_read"), std::string::npos);
  EXPECT_EQ(field.error().subject, "--where");
}

TEST(ResolveRecordField, SendsCalendarPeriodsToTheTimeFlags) {
  for (const std::string_view name : {"hour", "day", "week", "month", "quarter"}) {
    const Result<Field> field = resolve_record_field(name);
    ASSERT_FALSE(field) << name;
    EXPECT_NE(field.error().message.find("--since"), std::string::npos) << name;
  }
}

TEST(FactsCache, StaysRightBeyondItsCapacity) {
  const ModelMap map;
  const std::vector<GroupRule> groups;
  FactsCache cache(map, groups);
  ingest::RecordView record;
  record.model_id = "amazon.nova-lite-v1:0";
  for (std::size_t i = 0; i < facts_cache_entries_max + 10; ++i) {
    const std::string arn = "arn:aws:iam::1:user/u" + std::to_string(i);
    record.identity_arn = arn;
    ASSERT_EQ(cache.facts_of(record).identity->user, arn.substr(20));
  }
  const std::string name(facts_cache_text_bytes_max + 1, 'n');
  const std::string long_arn = "arn:aws:iam::1:user/" + name;
  record.identity_arn = long_arn;
  EXPECT_EQ(cache.facts_of(record).identity->user, name);
  record.identity_arn = "arn:aws:iam::1:user/u1";
  EXPECT_EQ(cache.facts_of(record).identity->user, "u1");
}

}  // namespace
}  // namespace bedrocklog::analytics
