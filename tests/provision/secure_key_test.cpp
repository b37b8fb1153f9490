// The key: its statements against the catalogue of the profile, and that whatever can be encrypted
// is encrypted with it.
#include <algorithm>
#include <optional>

#include "provision/mark.h"
#include "provision/reference.h"
#include "tests/provision/secure_spec.h"

namespace bedrocklog::provision {
namespace {

Address key_address(const std::string& region = test_region) {
  return {ResourceKind::key, region, "bedrocklog-bedrocklog"};
}

Json key_reference(const std::string& region = test_region) {
  return reference_to(key_address(region), "Arn");
}

Json policy_of_key(const StackSpec& spec, const std::string& region = test_region) {
  return properties_of(desired_state(spec), key_address(region))["KeyPolicy"];
}

/// One text as a list of it, as IAM reads it.
std::set<std::string> list_of(Json value) {
  return value.is_array() ? value.get<std::set<std::string>>()
                          : std::set<std::string>{value.get<std::string>()};
}

struct KeyRow {
  const char* sid;
  const char* principal_kind;
  std::string principal;
  std::set<std::string> actions;
  Json condition;  // Null: none.
};

/// Of a stack with everything that uses the key.
std::vector<KeyRow> key_rows() {
  const std::string account = "arn:aws:iam::123456789012:root";
  const std::set<std::string> notify = {"kms:Decrypt", "kms:GenerateDataKey*"};
  const std::string trail =
      "arn:aws:cloudtrail:eu-west-1:123456789012:trail/bedrock-monitoring-trail";
  return {{"Root", "AWS", account, {"kms:*"}, {}},
          {"BedrockToS3",
           "Service",
           "bedrock.amazonaws.com",
           {"kms:GenerateDataKey"},
           {{"StringEquals", {{"aws:SourceAccount", "123456789012"}}},
            {"ArnLike", {{"aws:SourceArn", "arn:aws:bedrock:eu-west-1:123456789012:*"}}}}},
          {"AlarmsToSns",
           "Service",
           "cloudwatch.amazonaws.com",
           notify,
           {{"StringEquals", {{"aws:SourceAccount", "123456789012"}}},
            {"ArnLike", {{"aws:SourceArn", "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:*"}}}}},
          // EventBridge names no source: with a condition notifications would vanish.
          {"EventsToSns", "Service", "events.amazonaws.com", notify, {}},
          {"BudgetsToSns",
           "Service",
           "budgets.amazonaws.com",
           notify,
           {{"StringEquals", {{"aws:SourceAccount", "123456789012"}}}}},
          {"Trail",
           "Service",
           "cloudtrail.amazonaws.com",
           {"kms:GenerateDataKey*"},
           {{"StringEquals", {{"aws:SourceArn", trail}}},
            {"StringLike",
             {{"kms:EncryptionContext:aws:cloudtrail:arn",
               "arn:aws:cloudtrail:*:123456789012:trail/*"}}}}},
          {"TrailDescribe",
           "Service",
           "cloudtrail.amazonaws.com",
           {"kms:DescribeKey"},
           {{"StringEquals", {{"aws:SourceArn", trail}}}}},
          {"GuardrailAdmin",
           "AWS",
           "arn:aws:iam::123456789012:role/admin",
           {"kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:CreateGrant"},
           {}},
          {"GuardrailUse",
           "AWS",
           account,
           {"kms:Decrypt"},
           {{"ArnEquals",
             {{"aws:PrincipalArn", "arn:aws:iam::123456789012:role/BedrocklogModelAccess"}}}}},
          {"Readers",
           "AWS",
           "arn:aws:iam::123456789012:role/analyst",
           {"kms:Decrypt", "kms:DescribeKey"},
           {}}};
}

StackSpec spec_with_all_users() {
  StackSpec spec = secure_spec_with({"core", "observability"});
  spec.observability.budget.monthly_usd = "100";
  spec.secure.access.admin_principals = {"arn:aws:iam::123456789012:role/admin"};
  spec.secure.access.reader_principals = {"arn:aws:iam::123456789012:role/analyst"};
  return spec;
}

/// As AWS tells it back: lists and principals by another form mean the same.
std::set<std::string> principals_of(Json statement, const char* kind) {
  std::set<std::string> found;
  for (const std::string& one : list_of(statement["Principal"][kind])) {
    found.insert(one == test_account ? "arn:aws:iam::123456789012:root" : one);
  }
  return found;
}

void expect_condition(Json found, Json wanted) {
  ASSERT_EQ(found.is_null(), wanted.is_null());
  if (wanted.is_null()) {
    return;
  }
  ASSERT_EQ(found.size(), wanted.size());
  for (const auto& [test, keys] : wanted.items()) {
    for (const auto& [key, value] : keys.items()) {
      EXPECT_EQ(list_of(found[test][key]), list_of(value)) << key;
    }
  }
}

TEST(SecureKey, StatementsAreThoseOfTheCatalogue) {
  Json policy = policy_of_key(spec_with_all_users());
  for (const KeyRow& row : key_rows()) {
    SCOPED_TRACE(row.sid);
    Json statement = statement_of(policy, row.sid);
    ASSERT_FALSE(statement.is_null());
    EXPECT_EQ(statement["Effect"], "Allow");
    EXPECT_EQ(list_of(statement["Resource"]), std::set<std::string>{"*"});
    EXPECT_EQ(statement["Principal"].size(), 1U);
    EXPECT_EQ(principals_of(statement, row.principal_kind), std::set<std::string>{row.principal});
    EXPECT_EQ(list_of(statement["Action"]), row.actions);
    expect_condition(statement.value("Condition", Json()), row.condition);
  }
  // These and the one for logs.
  EXPECT_EQ(policy["Statement"].size(), key_rows().size() + 1);
}

TEST(SecureKey, LogsMayEncryptTheGroupsOfTheStackAndNoOthers) {
  const DesiredState state = desired_state(spec_with_all_users());
  Json statement = statement_of(properties_of(state, key_address())["KeyPolicy"], "Logs");
  EXPECT_EQ(principals_of(statement, "Service"),
            std::set<std::string>{"logs.eu-west-1.amazonaws.com"});
  EXPECT_EQ(list_of(statement["Action"]),
            (std::set<std::string>{"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*",
                                   "kms:GenerateDataKey*", "kms:Describe*"}));
  std::set<std::string> groups;
  for (const Resource& resource : state.resources) {
    if (resource.address.kind == ResourceKind::log_group) {
      groups.insert("arn:aws:logs:eu-west-1:123456789012:log-group:" + resource.address.name);
    }
  }
  EXPECT_EQ(groups.size(), 4U);
  EXPECT_EQ(list_of(statement["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]),
            groups);
}

TEST(SecureKey, NobodyIsNamedWhomTheStackDoesNotHave) {
  const auto sids = [](const StackSpec& spec) {
    std::set<std::string> found;
    const Json statements = policy_of_key(spec).value("Statement", Json());
    for (Json statement : statements) {
      found.insert(statement["Sid"].get<std::string>());
    }
    return found;
  };
  StackSpec spec = secure_spec();
  EXPECT_EQ(sids(spec), (std::set<std::string>{"Root", "BedrockToS3", "Logs", "AlarmsToSns",
                                               "EventsToSns", "GuardrailAdmin", "GuardrailUse"}));
  spec.secure.switches.guardrail = false;
  spec.bucket_kms_key = "arn:aws:kms:eu-west-1:123456789012:key/1";
  spec.reused.log_group = "/theirs";
  EXPECT_EQ(sids(spec), (std::set<std::string>{"Root", "AlarmsToSns", "EventsToSns"}));
}

TEST(SecureKey, EveryRegionHasItsOwnWithItsAliasAndOnlyHomeKnowsTheTrail) {
  StackSpec spec = spec_with_all_users();
  spec.secure.network = {};
  spec.regions = {"eu-west-1", "us-east-1"};
  const DesiredState state = desired_state(spec);
  for (const std::string& region : spec.regions) {
    Json key = properties_of(state, key_address(region));
    EXPECT_EQ(key["EnableKeyRotation"], true);
    EXPECT_EQ(key["PendingWindowInDays"], 30);
    EXPECT_EQ(tags_of(key)[std::string(stack_tag)], "bedrocklog");
    Json alias =
        properties_of(state, {ResourceKind::key_alias, region, "alias/bedrocklog-bedrocklog"});
    EXPECT_EQ(alias["AliasName"], "alias/bedrocklog-bedrocklog");
    EXPECT_EQ(alias["TargetKeyId"], reference_to(key_address(region), "KeyId"));
    EXPECT_EQ(principals_of(statement_of(key["KeyPolicy"], "Logs"), "Service"),
              std::set<std::string>{"logs." + region + ".amazonaws.com"});
    EXPECT_EQ(statement_of(key["KeyPolicy"], "Trail").is_null(), region != "eu-west-1");
  }
}

/// The member of a resource's properties that names its key; nothing: it cannot be encrypted.
std::optional<Json> key_named_by(const Resource& resource) {
  Json properties = resource.properties;
  switch (resource.address.kind) {
    case ResourceKind::bucket:
      return properties["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
                       ["ServerSideEncryptionByDefault"]["KMSMasterKeyID"];
    case ResourceKind::log_group:
      return properties.value("KmsKeyId", Json());
    case ResourceKind::topic:
      return properties.value("KmsMasterKeyId", Json());
    case ResourceKind::trail:
      return properties.value("KMSKeyId", Json());
    case ResourceKind::guardrail:
      return properties.value("KmsKeyArn", Json());
    default:
      return std::nullopt;
  }
}

TEST(SecureKey, EncryptsWhateverCanBeEncryptedAndIsMadeBefore) {
  StackSpec spec = spec_with_all_users();
  spec.observability.has_report_bucket = true;
  const DesiredState state = desired_state(spec);
  std::map<ResourceKind, unsigned> encrypted;
  for (const Resource& resource : state.resources) {
    if (const std::optional<Json> key = key_named_by(resource)) {
      EXPECT_EQ(*key, key_reference()) << to_text(resource.address);
      EXPECT_NE(std::find(resource.depends_on.begin(), resource.depends_on.end(), key_address()),
                resource.depends_on.end())
          << to_text(resource.address);
      ++encrypted[resource.address.kind];
    }
  }
  EXPECT_EQ(encrypted, (std::map<ResourceKind, unsigned>{{ResourceKind::bucket, 3},
                                                         {ResourceKind::log_group, 4},
                                                         {ResourceKind::topic, 5},
                                                         {ResourceKind::trail, 1},
                                                         {ResourceKind::guardrail, 1}}));
}

TEST(SecureKey, AKeyOfOthersIsUsedAndNeverChanged) {
  StackSpec spec = secure_spec();
  spec.secure.use_key = "arn:aws:kms:eu-west-1:123456789012:key/theirs";
  const DesiredState state = desired_state(spec);
  EXPECT_EQ(state.find(key_address()), nullptr);
  for (const Resource& resource : state.resources) {
    EXPECT_NE(resource.address.kind, ResourceKind::key_alias);
    if (const std::optional<Json> key = key_named_by(resource)) {
      EXPECT_EQ(*key, spec.secure.use_key) << to_text(resource.address);
    }
  }
}

TEST(SecureKey, WhatItBecomesOfIsToldToTheCriticalTopic) {
  const DesiredState state = desired_state(secure_spec());
  Json rule =
      properties_of(state, in_region(ResourceKind::event_rule, "bedrocklog-bedrocklog-key-events"));
  EXPECT_EQ(rule["EventPattern"]["source"], Json::array({"aws.kms"}));
  EXPECT_EQ(rule["EventPattern"]["detail-type"],
            Json::array({"KMS CMK Deletion", "KMS CMK Rotation"}));
  EXPECT_EQ(rule["EventPattern"]["resources"], Json::array({key_reference()}));
  EXPECT_EQ(rule["Targets"][0]["Arn"],
            "arn:aws:sns:eu-west-1:123456789012:bedrock-critical-alerts");
  EXPECT_EQ(rule["State"], "ENABLED");
}

}  // namespace
}  // namespace bedrocklog::provision
