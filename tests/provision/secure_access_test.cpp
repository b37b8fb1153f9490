// Who may do what in profile secure: endpoints and their groups, guardrail, roles, topics, and that
// no service can be made to act for somebody else.
#include <algorithm>

#include "provision/normal_form.h"
#include "provision/reference.h"
#include "tests/provision/secure_spec.h"

namespace bedrocklog::provision {
namespace {

std::set<std::string> list_of(Json value) {
  return value.is_array() ? value.get<std::set<std::string>>()
                          : std::set<std::string>{value.get<std::string>()};
}

std::vector<const Resource*> of_kind(const DesiredState& state, ResourceKind kind) {
  std::vector<const Resource*> found;
  for (const Resource& resource : state.resources) {
    if (resource.address.kind == kind) {
      found.push_back(&resource);
    }
  }
  return found;
}

StackSpec spec_with_models() {
  StackSpec spec = secure_spec();
  spec.secure.access.foundation_models = {
      "arn:aws:bedrock:*::foundation-model/vendor.m",
      "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.vendor.m"};
  spec.secure.access.allowed_model_regions = {"eu-west-1", "eu-central-1"};
  spec.secure.access.admin_principals = {"arn:aws:iam::123456789012:role/admin"};
  return spec;
}

TEST(PrivateEndpoints, AreFourAndThoseOfTheServicesThatWereNamed) {
  const DesiredState state = desired_state(secure_spec());
  const std::map<std::string, std::string> group_of = {{"bedrock", "management"},
                                                       {"bedrock-agent", "management"},
                                                       {"bedrock-runtime", "runtime"},
                                                       {"bedrock-agent-runtime", "runtime"},
                                                       {"logs", "general"},
                                                       {"monitoring", "general"},
                                                       {"sns", "general"},
                                                       {"sts", "general"},
                                                       {"kms", "general"}};
  EXPECT_EQ(of_kind(state, ResourceKind::vpc_endpoint).size(), group_of.size());
  for (const auto& [service, group] : group_of) {
    SCOPED_TRACE(service);
    Json endpoint = properties_of(state, in_region(ResourceKind::vpc_endpoint, service));
    ASSERT_FALSE(endpoint.is_null());
    EXPECT_EQ(endpoint["ServiceName"], "com.amazonaws.eu-west-1." + service);
    EXPECT_EQ(endpoint["VpcEndpointType"], "Interface");
    EXPECT_EQ(endpoint["VpcId"], "vpc-0123456789abcdef0");
    EXPECT_EQ(list_of(endpoint["SubnetIds"]),
              (std::set<std::string>{"subnet-0123456789abcdef0", "subnet-01234567"}));
    EXPECT_EQ(endpoint["PrivateDnsEnabled"], true);
    EXPECT_EQ(endpoint["SecurityGroupIds"],
              Json::array({reference_to(
                  in_region(ResourceKind::security_group, "bedrocklog-bedrocklog-" + group),
                  "GroupId")}));
  }
}

TEST(PrivateEndpoints, GroupsLetHttpsInFromTheirRangesOnlyAndNothingOut) {
  const DesiredState state = desired_state(secure_spec());
  const std::map<std::string, std::set<std::string>> ranges = {
      {"management", {"10.20.0.0/16"}},
      {"runtime", {"10.30.0.0/16", "10.40.0.0/16"}},
      {"general", {"10.0.0.0/16"}}};
  EXPECT_EQ(of_kind(state, ResourceKind::security_group).size(), ranges.size());
  for (const auto& [use, wanted] : ranges) {
    SCOPED_TRACE(use);
    Json group = properties_of(
        state, in_region(ResourceKind::security_group, "bedrocklog-bedrocklog-" + use));
    EXPECT_EQ(group["VpcId"], "vpc-0123456789abcdef0");
    std::set<std::string> found;
    for (Json rule : group["SecurityGroupIngress"]) {
      EXPECT_EQ(rule["IpProtocol"], "tcp");
      EXPECT_EQ(rule["FromPort"], 443);
      EXPECT_EQ(rule["ToPort"], 443);
      found.insert(rule["CidrIp"].get<std::string>());
    }
    EXPECT_EQ(found, wanted);
    EXPECT_EQ(group.value("SecurityGroupEgress", Json("missing")), Json::array());
  }
}

TEST(PrivateEndpoints, PoliciesLetOnlyPrincipalsOfTheAccountThrough) {
  const DesiredState state = desired_state(spec_with_models());
  for (const Resource* const endpoint : of_kind(state, ResourceKind::vpc_endpoint)) {
    SCOPED_TRACE(endpoint->address.name);
    for (Json statement : endpoint->properties["PolicyDocument"]["Statement"]) {
      EXPECT_EQ(statement["Effect"], "Allow");
      if (statement["Sid"] == "Federation") {
        // Who has no identity yet becomes a role of this account.
        EXPECT_EQ(list_of(statement["Resource"]),
                  std::set<std::string>{"arn:aws:iam::123456789012:role/*"});
        continue;
      }
      EXPECT_EQ(list_of(statement["Condition"]["StringEquals"]["aws:PrincipalAccount"]),
                std::set<std::string>{test_account});
    }
  }
}

Json endpoint_statement(const DesiredState& state, const char* service, const char* sid) {
  return statement_of(
      properties_of(state, in_region(ResourceKind::vpc_endpoint, service))["PolicyDocument"], sid);
}

TEST(PrivateEndpoints, RuntimeCallsTheListedModelsInTheAllowedRegions) {
  const StackSpec spec = spec_with_models();
  const DesiredState state = desired_state(spec);
  Json invoke = endpoint_statement(state, "bedrock-runtime", "Invoke");
  EXPECT_EQ(
      list_of(invoke["Action"]),
      (std::set<std::string>{"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"}));
  EXPECT_EQ(list_of(invoke["Resource"]),
            std::set<std::string>(spec.secure.access.foundation_models.begin(),
                                  spec.secure.access.foundation_models.end()));
  EXPECT_EQ(list_of(invoke["Condition"]["StringEquals"]["aws:RequestedRegion"]),
            (std::set<std::string>{"eu-central-1", "eu-west-1"}));
  Json guard = endpoint_statement(state, "bedrock-runtime", "ApplyGuardrail");
  EXPECT_EQ(list_of(guard["Action"]), std::set<std::string>{"bedrock:ApplyGuardrail"});
  Json agents = endpoint_statement(state, "bedrock-agent-runtime", "Invoke");
  EXPECT_EQ(list_of(agents["Action"]),
            (std::set<std::string>{"bedrock:InvokeAgent", "bedrock:Retrieve",
                                   "bedrock:RetrieveAndGenerate"}));
}

TEST(PrivateEndpoints, ManagementReadsAndOnlyAdminsChangeLogging) {
  StackSpec spec = spec_with_models();
  Json read = endpoint_statement(desired_state(spec), "bedrock", "Read");
  EXPECT_EQ(list_of(read["Action"]), (std::set<std::string>{"bedrock:Get*", "bedrock:List*"}));
  Json change = endpoint_statement(desired_state(spec), "bedrock", "Administer");
  EXPECT_TRUE(list_of(change["Action"]).contains("bedrock:PutModelInvocationLoggingConfiguration"));
  EXPECT_FALSE(list_of(change["Action"]).contains("bedrock:*"));
  EXPECT_EQ(list_of(change["Condition"]["ArnLike"]["aws:PrincipalArn"]),
            std::set<std::string>{"arn:aws:iam::123456789012:role/admin"});
  spec.secure.access.admin_principals.clear();
  EXPECT_TRUE(endpoint_statement(desired_state(spec), "bedrock", "Administer").is_null());
  spec.secure.access.admin_principals = {"123456789012", "arn:aws:iam::210987654321:root"};
  EXPECT_EQ(list_of(endpoint_statement(desired_state(spec), "bedrock",
                                       "Administer")["Condition"]["ArnLike"]["aws:PrincipalArn"]),
            (std::set<std::string>{"arn:aws:iam::123456789012:*", "arn:aws:iam::210987654321:*"}));
}

TEST(PrivateEndpoints, WithoutAVpcThereAreNone) {
  StackSpec spec = secure_spec();
  spec.secure.network = {};
  const DesiredState state = desired_state(spec);
  EXPECT_TRUE(of_kind(state, ResourceKind::vpc_endpoint).empty());
  EXPECT_TRUE(of_kind(state, ResourceKind::security_group).empty());
}

TEST(ContentGuardrail, FiltersAreHighAndPromptAttacksHaveNoOutput) {
  Json guardrail = properties_of(desired_state(secure_spec()),
                                 in_region(ResourceKind::guardrail, "bedrocklog-bedrocklog"));
  std::map<std::string, Json> filters;
  for (Json filter : guardrail["ContentPolicyConfig"]["FiltersConfig"]) {
    filters.emplace(filter["Type"].get<std::string>(), filter);
  }
  ASSERT_EQ(filters.size(), 6U);
  for (const char* const type : {"SEXUAL", "VIOLENCE", "HATE", "INSULTS", "MISCONDUCT"}) {
    EXPECT_EQ(filters[type], Json({{"Type", type},
                                   {"InputStrength", "HIGH"},
                                   {"OutputStrength", "HIGH"},
                                   {"InputAction", "BLOCK"},
                                   {"OutputAction", "BLOCK"},
                                   {"InputEnabled", true},
                                   {"OutputEnabled", true}}));
  }
  EXPECT_EQ(filters["PROMPT_ATTACK"], Json({{"Type", "PROMPT_ATTACK"},
                                            {"InputStrength", "HIGH"},
                                            {"OutputStrength", "NONE"},
                                            {"InputAction", "BLOCK"},
                                            {"OutputAction", "NONE"},
                                            {"InputEnabled", true},
                                            {"OutputEnabled", false}}));
}

TEST(ContentGuardrail, PersonalDataAreMaskedOnBothSides) {
  StackSpec spec = secure_spec();
  spec.secure.guardrail.pii_entities = {"PHONE", "EMAIL"};
  Json guardrail = properties_of(desired_state(spec),
                                 in_region(ResourceKind::guardrail, "bedrocklog-bedrocklog"));
  const auto entity = [](const char* type) {
    return Json{{"Type", type},
                {"Action", "ANONYMIZE"},
                {"InputAction", "ANONYMIZE"},
                {"OutputAction", "ANONYMIZE"},
                {"InputEnabled", true},
                {"OutputEnabled", true}};
  };
  EXPECT_EQ(guardrail["SensitiveInformationPolicyConfig"]["PiiEntitiesConfig"],
            Json::array({entity("EMAIL"), entity("PHONE")}));
  EXPECT_FALSE(guardrail["BlockedInputMessaging"].get<std::string>().empty());
  EXPECT_FALSE(guardrail["BlockedOutputsMessaging"].get<std::string>().empty());
}

TEST(ContentGuardrail, WhatIsSwitchedOffIsNotInIt) {
  StackSpec spec = secure_spec();
  for (const char* const type : content_filter_types) {
    spec.secure.guardrail.filters[type] = {"NONE", "NONE"};
  }
  EXPECT_TRUE(faults_of(spec).empty());
  const Address address = in_region(ResourceKind::guardrail, "bedrocklog-bedrocklog");
  EXPECT_FALSE(properties_of(desired_state(spec), address).contains("ContentPolicyConfig"));
  spec.secure.guardrail.pii_entities.clear();
  ASSERT_EQ(faults_of(spec).size(), 1U);
  EXPECT_EQ(faults_of(spec).front().subject, "secure.guardrail");
}

TEST(ContentGuardrail, TheStandardTierNamesTheProfileOfItsGeography) {
  StackSpec spec = secure_spec();
  spec.secure.guardrail.tier = "STANDARD";
  Json guardrail = properties_of(desired_state(spec),
                                 in_region(ResourceKind::guardrail, "bedrocklog-bedrocklog"));
  EXPECT_EQ(guardrail["ContentPolicyConfig"]["ContentFiltersTierConfig"]["TierName"], "STANDARD");
  EXPECT_EQ(guardrail["CrossRegionConfig"]["GuardrailProfileArn"],
            "arn:aws:bedrock:eu-west-1:123456789012:guardrail-profile/eu.guardrail.v1:0");
  spec.secure.network = {};
  spec.regions = {"sa-east-1"};
  ASSERT_EQ(faults_of(spec).size(), 1U);
  EXPECT_EQ(faults_of(spec).front().subject, "secure.guardrail.tier");
}

std::string version_text(const StackSpec& spec) {
  Json version = properties_of(desired_state(spec),
                               in_region(ResourceKind::guardrail_version, "bedrocklog-bedrocklog"));
  EXPECT_EQ(
      version["GuardrailIdentifier"],
      reference_to(in_region(ResourceKind::guardrail, "bedrocklog-bedrocklog"), "GuardrailId"));
  return version["Description"].get<std::string>();
}

TEST(ContentGuardrail, ANewVersionFollowsFromItsContentOnly) {
  const StackSpec spec = secure_spec();
  const std::string before = version_text(spec);
  EXPECT_TRUE(before.starts_with("bedrocklog bedrocklog "));
  EXPECT_LE(before.size(), 200U);
  StackSpec tagged = spec;
  tagged.tags["a"] = "b";
  tagged.secure.use_key = "arn:aws:kms:eu-west-1:123456789012:key/1";
  std::reverse(tagged.secure.guardrail.pii_entities.begin(),
               tagged.secure.guardrail.pii_entities.end());
  EXPECT_EQ(version_text(tagged), before);
  StackSpec stricter = spec;
  stricter.secure.guardrail.pii_action = "BLOCK";
  EXPECT_NE(version_text(stricter), before);
}

Json role_of_access(const StackSpec& spec) {
  return properties_of(desired_state(spec), {ResourceKind::role, "", spec.secure.access.role});
}

TEST(AccessRole, InvokesTheListedModelsInTheAllowedRegions) {
  const StackSpec spec = spec_with_models();
  Json role = role_of_access(spec);
  EXPECT_EQ(list_of(role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"]),
            std::set<std::string>{"arn:aws:iam::123456789012:role/app"});
  Json policy = role["Policies"][0]["PolicyDocument"];
  Json invoke = statement_of(policy, "InvokeModels");
  EXPECT_EQ(
      list_of(invoke["Action"]),
      (std::set<std::string>{"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"}));
  EXPECT_EQ(list_of(invoke["Resource"]),
            std::set<std::string>(spec.secure.access.foundation_models.begin(),
                                  spec.secure.access.foundation_models.end()));
  EXPECT_EQ(list_of(invoke["Condition"]["StringEquals"]["aws:RequestedRegion"]),
            (std::set<std::string>{"eu-central-1", "eu-west-1"}));
  EXPECT_EQ(invoke["Condition"].size(), 1U);
  EXPECT_EQ(
      list_of(statement_of(
          policy,
          "DecryptGuardrail")["Condition"]["ForAnyValue:StringEquals"]["kms:ResourceAliases"]),
      std::set<std::string>{"alias/bedrocklog-bedrocklog"});
}

TEST(AccessRole, WithoutListsItIsOfTheStacksRegions) {
  StackSpec spec = secure_spec();
  Json invoke = statement_of(role_of_access(spec)["Policies"][0]["PolicyDocument"], "InvokeModels");
  EXPECT_EQ(list_of(invoke["Condition"]["StringEquals"]["aws:RequestedRegion"]),
            std::set<std::string>{"eu-west-1"});
  EXPECT_TRUE(list_of(invoke["Resource"]).contains("arn:aws:bedrock:*::foundation-model/*"));
}

TEST(AccessRole, MayBeMadeToNameAGuardrail) {
  StackSpec spec = secure_spec();
  const std::string arn = "arn:aws:bedrock:eu-west-1:123456789012:guardrail/abc123";
  spec.secure.access.guardrail_arn = arn;
  Json policy = role_of_access(spec)["Policies"][0]["PolicyDocument"];
  EXPECT_EQ(list_of(statement_of(
                policy, "InvokeModels")["Condition"]["StringLike"]["bedrock:GuardrailIdentifier"]),
            (std::set<std::string>{arn, arn + ":*"}));
  EXPECT_EQ(list_of(statement_of(policy, "ApplyGuardrail")["Resource"]),
            std::set<std::string>{arn});
  spec.secure.access.guardrail_arn = arn + ":7";
  EXPECT_TRUE(faults_of(spec).empty());
  policy = role_of_access(spec)["Policies"][0]["PolicyDocument"];
  EXPECT_EQ(
      list_of(statement_of(
          policy, "InvokeModels")["Condition"]["StringEquals"]["bedrock:GuardrailIdentifier"]),
      std::set<std::string>{arn + ":7"});
}

TEST(AccessRole, WithoutPrincipalsThereIsNone) {
  StackSpec spec = secure_spec();
  spec.secure.access.trusted_principals.clear();
  EXPECT_EQ(desired_state(spec).find({ResourceKind::role, "", "BedrocklogModelAccess"}), nullptr);
}

TEST(SecureProfile, TheBoundaryIsOnEveryRole) {
  const DesiredState state = desired_state(secure_spec_with({"core", "observability"}));
  const std::vector<const Resource*> roles = of_kind(state, ResourceKind::role);
  EXPECT_EQ(roles.size(), 3U);
  for (const Resource* const role : roles) {
    EXPECT_EQ(role->properties["PermissionsBoundary"], "arn:aws:iam::123456789012:policy/Boundary")
        << role->address.name;
  }
}

/// Every document that lets somebody in.
std::vector<std::pair<std::string, Json>> resource_policies(const DesiredState& state) {
  std::vector<std::pair<std::string, Json>> found;
  for (const Resource& resource : state.resources) {
    Json properties = resource.properties;
    for (const char* const member : {"AssumeRolePolicyDocument", "KeyPolicy", "PolicyDocument"}) {
      if (properties.contains(member) && resource.address.kind != ResourceKind::vpc_endpoint) {
        found.emplace_back(to_text(resource.address), properties[member]);
      }
    }
  }
  return found;
}

TEST(SecureProfile, NoServiceCanBeMadeToActForAnotherAccount) {
  StackSpec spec = secure_spec_with({"core", "observability"});
  spec.observability.budget.monthly_usd = "100";
  unsigned held = 0;
  for (const auto& [where, policy] : resource_policies(desired_state(spec))) {
    for (Json statement : policy["Statement"]) {
      Json principal = statement["Principal"];
      if (statement["Effect"] != "Allow" || !principal.is_object() ||
          !principal.contains("Service")) {
        continue;
      }
      const std::string service = *list_of(principal["Service"]).begin();
      const std::string condition = statement.value("Condition", Json::object()).dump();
      // EventBridge names no source, and CloudTrail none when it takes a role for log groups.
      if (service == "events.amazonaws.com" || where == "role/BedrocklogCloudTrailToLogs") {
        EXPECT_EQ(condition, "{}") << where;
        continue;
      }
      EXPECT_NE(condition.find(test_account), std::string::npos) << where << ": " << service;
      const bool says_for_whom = condition.find("aws:SourceAccount") != std::string::npos ||
                                 condition.find("aws:SourceArn") != std::string::npos ||
                                 condition.find("kms:EncryptionContext") != std::string::npos;
      EXPECT_TRUE(says_for_whom) << where << ": " << service;
      ++held;
    }
  }
  EXPECT_GE(held, 10U);
}

TEST(SecureProfile, TopicsByClassAreEncryptedAndTellTheirSubscribers) {
  StackSpec spec = secure_spec();
  spec.secure.critical_subscribers = {{"email", "a@example.com"}, {"sms", "+491234567"}};
  spec.secure.cost_subscribers = {{"email", "b@example.com"}};
  const DesiredState state = desired_state(spec);
  std::set<std::string> topics;
  for (const Resource* const topic : of_kind(state, ResourceKind::topic)) {
    topics.insert(topic->address.name);
  }
  EXPECT_EQ(topics, (std::set<std::string>{"bedrock-critical-alerts", "bedrock-performance-alerts",
                                           "bedrock-cost-alerts"}));
  std::set<std::string> subscriptions;
  for (const Resource* const one : of_kind(state, ResourceKind::subscription)) {
    subscriptions.insert(one->address.name);
  }
  EXPECT_EQ(subscriptions, (std::set<std::string>{"bedrock-critical-alerts/email/a@example.com",
                                                  "bedrock-critical-alerts/sms/+491234567",
                                                  "bedrock-cost-alerts/email/b@example.com"}));
  EXPECT_FALSE(
      statement_of(properties_of(state, in_region(ResourceKind::topic_policy,
                                                  "bedrock-critical-alerts"))["PolicyDocument"],
                   "BedrocklogEventsPublish")
          .is_null());
}

TEST(SecureProfile, FailedTrainingIsAnEventWithTheMemberThatExists) {
  Json rule = properties_of(desired_state(secure_spec()),
                            in_region(ResourceKind::event_rule, "bedrock-training-failed"));
  EXPECT_EQ(rule["EventPattern"],
            Json({{"source", Json::array({"aws.bedrock"})},
                  {"detail-type", Json::array({"Model Customization Job State Change"})},
                  {"detail", {{"jobStatus", Json::array({"Failed", "Stopped"})}}}}));
  EXPECT_EQ(rule["Targets"][0]["Arn"],
            "arn:aws:sns:eu-west-1:123456789012:bedrock-critical-alerts");
}

TEST(SecureProfile, KeepsLogsNinetyDaysAndRefusesOldTls) {
  const DesiredState state = desired_state(secure_spec());
  EXPECT_EQ(properties_of(state, in_region(ResourceKind::log_group,
                                           "/aws/bedrock/modelinvocations"))["RetentionInDays"],
            90);
  Json policy = properties_of(
      state, in_region(ResourceKind::bucket_policy, "bedrock-logs-123456789012"))["PolicyDocument"];
  EXPECT_EQ(list_of(statement_of(
                policy, "BedrocklogDenyOldTls")["Condition"]["NumericLessThan"]["s3:TlsVersion"]),
            std::set<std::string>{"1.2"});
}

/// What core and observability want alone they want beside secure, too, but for their keys, TLS 1.2
/// and retention.
TEST(SecureProfile, TakesNothingFromOtherProfiles) {
  StackSpec others = secure_spec();
  others.profiles = {"core", "observability"};
  others.log_retention_days = 90;
  StackSpec all = others;
  all.profiles.insert("secure");
  const std::map<Address, Json> together = everything(desired_state(all));
  for (const auto& [address, properties] : everything(desired_state(others))) {
    ASSERT_TRUE(together.contains(address)) << to_text(address);
    switch (address.kind) {
      case ResourceKind::alarm:
      case ResourceKind::dashboard:
      case ResourceKind::trail:
      case ResourceKind::metric_filter:
        // Delivery alarms ring at two topics; trail, widgets and filters see more roles and calls.
        continue;
      default:
        break;
    }
    for (const PropertyChange& change :
         differences(address.kind, properties, together.at(address))) {
      const bool is_secure = change.path.starts_with("BucketEncryption") ||
                             change.path.starts_with("PolicyDocument") ||
                             change.path.starts_with("Tags[bedrocklog:profile]");
      EXPECT_TRUE(is_secure) << to_text(address) << " " << change.path;
    }
  }
}

TEST(SecureProfile, EveryReferenceIsToWhatStandsBefore) {
  StackSpec spec = secure_spec_with({"core", "observability"});
  spec.observability.has_report_bucket = true;
  std::set<Address> before;
  for (const Resource& resource : desired_state(spec).resources) {
    for (const Address& need : resource.depends_on) {
      EXPECT_TRUE(before.contains(need)) << to_text(resource.address) << " " << to_text(need);
    }
    before.insert(resource.address);
  }
}

TEST(SecureProfile, UseOfTheKeyIsAQueryOverTheTrail) {
  const Address query =
      in_region(ResourceKind::query_definition, "bedrocklog/bedrocklog/trail-key-use");
  EXPECT_EQ(desired_state(secure_spec()).find(query), nullptr);
  const Json definition = properties_of(desired_state(secure_spec_with({"observability"})), query);
  EXPECT_EQ(definition.value("LogGroupNames", Json()),
            Json::array({"/aws/bedrock/cloudtrail-logs/prod"}));
  EXPECT_NE(definition.dump().find("kms.amazonaws.com"), std::string::npos);
}

TEST(SecureProfile, TheFilterThatApiCallsAreCountedByIsThere) {
  const DesiredState state = desired_state(secure_spec_with({"observability"}));
  const std::vector<const Resource*> filters = of_kind(state, ResourceKind::metric_filter);
  EXPECT_TRUE(std::any_of(filters.begin(), filters.end(), [](const Resource* filter) {
    Json made = filter->properties["MetricTransformations"][0];
    return made["MetricName"] == "BedrockApiCalls" &&
           made["MetricNamespace"] == "BedrockLog/bedrocklog" &&
           filter->address.region == test_region;
  }));
}

}  // namespace
}  // namespace bedrocklog::provision
