// Settings of profile secure: as a document, what is refused with which words, and what is only
// told. The malformed ones are those of the system that the profile replaces.
#include <algorithm>

#include "provision/address_range.h"
#include "provision/secure_notices.h"
#include "tests/provision/secure_spec.h"

namespace bedrocklog::provision {
namespace {

/// The one fault of a spec; all of them in one text where there are more.
std::string only_fault(const StackSpec& spec) {
  std::string all;
  for (const std::string& text : texts(faults_of(spec))) {
    all += (all.empty() ? "" : "\n") + text;
  }
  return all;
}

TEST(SecureSettings, ThoseOfTheTestsAreAllowed) {
  EXPECT_EQ(only_fault(secure_spec()), "");
  EXPECT_EQ(only_fault(secure_spec_with({"core", "observability"})), "");
}

TEST(SecureSettings, AManagementRangeWithBitsBehindItsPrefixIsRefusedWithBothReadings) {
  StackSpec spec = secure_spec();
  spec.secure.network.management_cidrs = {"10.20.0.0/8"};
  EXPECT_EQ(only_fault(spec),
            "secure.network.management_cidrs: 10.20.0.0/8 has bits behind its prefix: EC2 reads it "
            "as 10.0.0.0/8 (16,777,216 addresses); probably 10.20.0.0/16 is meant (65,536 "
            "addresses); say which");
}

TEST(SecureSettings, RangesThatAreNoneOrEverybodyAreRefused) {
  StackSpec spec = secure_spec();
  spec.secure.network.runtime_cidrs = {"10.30.0.0/16", "10.30.0.0/16", "10.40.0.0", "0.0.0.0/0"};
  EXPECT_EQ(texts(faults_of(spec)),
            (std::vector<std::string>{
                "secure.network.runtime_cidrs: a range such as 10.20.0.0/16, not: 10.40.0.0",
                "secure.network.runtime_cidrs: 0.0.0.0/0 is everybody: name networks",
                "secure.network.runtime_cidrs: named twice: 10.30.0.0/16"}));
}

TEST(SecureSettings, IdsOfNoAwsFormAreRefusedWithTheReason) {
  StackSpec spec = secure_spec();
  spec.secure.network.vpc_id = "vpc-0123456789abcdef";
  EXPECT_EQ(only_fault(spec),
            "secure.network.vpc_id: vpc- and 8 or 17 hexadecimal digits, not: "
            "vpc-0123456789abcdef (it has 16)");
  spec = secure_spec();
  spec.secure.network.subnet_ids = {"snet-0123456789abcdef0"};
  EXPECT_EQ(only_fault(spec),
            "secure.network.subnet_ids: subnet- and 8 or 17 hexadecimal digits, not: "
            "snet-0123456789abcdef0 (snet- is no prefix of AWS)");
  spec.secure.network.subnet_ids = {"subnet-0123456X"};
  EXPECT_EQ(only_fault(spec),
            "secure.network.subnet_ids: subnet- and 8 or 17 hexadecimal digits, not: "
            "subnet-0123456X");
}

TEST(SecureSettings, AVpcNeedsSubnetsAndRangesAndOneRegion) {
  StackSpec spec = secure_spec();
  spec.secure.network.subnet_ids.clear();
  spec.secure.network.management_cidrs.clear();
  spec.regions = {"eu-west-1", "us-east-1"};
  EXPECT_EQ(texts(faults_of(spec)),
            (std::vector<std::string>{
                "secure.network.subnet_ids: at least one subnet of the VPC, in different zones",
                "secure.network.management_cidrs: at least one range that may use the endpoints of "
                "bedrock and bedrock-agent",
                "secure.network.vpc_id: endpoints are of one VPC, which is of one region: run the "
                "regions one by one"}));
  spec = secure_spec();
  spec.secure.network.vpc_id.clear();
  EXPECT_EQ(only_fault(spec), "secure.network.vpc_id: is needed for endpoints in subnets");
}

TEST(SecureSettings, PromptAttacksHaveNoOutputStrength) {
  StackSpec spec = secure_spec();
  spec.secure.guardrail.filters["PROMPT_ATTACK"] = {"HIGH", "HIGH"};
  EXPECT_EQ(only_fault(spec),
            "secure.guardrail.filters.PROMPT_ATTACK.output: must be NONE: Bedrock looks for prompt "
            "attacks in input only, and refuses a guardrail with another output strength; not: "
            "HIGH");
}

TEST(SecureSettings, GuardrailLimitsAreThoseOfTheService) {
  StackSpec spec = secure_spec();
  GuardrailSettings& guardrail = spec.secure.guardrail;
  guardrail.name = std::string(51, 'g');
  guardrail.blocked_input_message = "";
  guardrail.blocked_output_message = std::string(501, 'x');
  guardrail.filters["HATE"].input = "MAXIMUM";
  guardrail.filters["SPAM"] = {};
  guardrail.pii_action = "MASK";
  guardrail.pii_entities = {"EMAIL", "EMAIL", "SHOE_SIZE"};
  guardrail.tier = "PREMIUM";
  const std::vector<std::string> found = texts(faults_of(spec));
  const auto has = [&](std::string_view start) {
    return std::any_of(found.begin(), found.end(),
                       [&](const std::string& text) { return text.starts_with(start); });
  };
  EXPECT_TRUE(has("secure.guardrail.name: 1 to 50 of"));
  EXPECT_TRUE(has("secure.guardrail.blocked_input_message: 1 to 500 characters, not: 0"));
  EXPECT_TRUE(has("secure.guardrail.blocked_output_message: 1 to 500 characters, not: 501"));
  EXPECT_TRUE(has("secure.guardrail.filters.HATE.input: one of NONE, LOW, MEDIUM, HIGH; not: MAX"));
  EXPECT_TRUE(
      has("secure.guardrail.filters.SPAM: one of SEXUAL, VIOLENCE, HATE, INSULTS, "
          "MISCONDUCT, PROMPT_ATTACK; not: SPAM"));
  EXPECT_TRUE(has("secure.guardrail.pii_action: one of BLOCK, ANONYMIZE, NONE; not: MASK"));
  EXPECT_TRUE(has("secure.guardrail.pii_entities: one of ADDRESS, AGE, AWS_ACCESS_KEY"));
  EXPECT_TRUE(has("secure.guardrail.pii_entities: named twice: EMAIL"));
  EXPECT_TRUE(has("secure.guardrail.tier: CLASSIC, STANDARD or nothing, not: PREMIUM"));
  EXPECT_EQ(found.size(), 9U);
}

TEST(SecureSettings, ThirtyOneKindsOfPersonalDataAreKnown) {
  StackSpec spec = secure_spec();
  spec.secure.guardrail.pii_entities = {"SHOE_SIZE"};
  const std::string fault = only_fault(spec);
  EXPECT_EQ(std::count(fault.begin(), fault.end(), ','), 30);
}

TEST(SecureSettings, ArnsNumbersAndRegionsAreHeldToTheirForms) {
  StackSpec spec = secure_spec();
  spec.secure.use_key = "alias/theirs";
  spec.secure.key_deletion_days = 6;
  AccessSettings& access = spec.secure.access;
  access.role = "BedrockCloudWatchLoggingRole";
  access.trusted_principals = {"arn:aws:iam::123456789012:role/*"};
  access.foundation_models = {"anthropic.claude-x"};
  access.allowed_model_regions = {"Ireland"};
  access.guardrail_arn = "arn:aws:bedrock:eu-west-1:123456789012:agent/1";
  access.permissions_boundary_arn = "arn:aws:iam::123456789012:role/Boundary";
  spec.secure.thresholds.anomaly_band = 0;
  spec.secure.critical_subscribers = {{"sms", "0123456"}};
  std::set<std::string> subjects;
  for (const Fault& fault : faults_of(spec)) {
    subjects.insert(fault.subject);
  }
  EXPECT_EQ(subjects,
            (std::set<std::string>{
                "secure.use_key", "secure.key_deletion_days", "secure.access.role",
                "secure.access.trusted_principals", "secure.access.foundation_models",
                "secure.access.allowed_model_regions", "secure.access.guardrail_arn",
                "secure.access.permissions_boundary_arn", "secure.thresholds.anomaly_band",
                "secure.critical_subscribers.endpoint"}));
}

TEST(SecureSettings, AKeyOfOthersIsOfTheOneRegion) {
  StackSpec spec = secure_spec();
  spec.secure.use_key = "arn:aws:kms:us-east-1:123456789012:key/1";
  EXPECT_EQ(only_fault(spec),
            "secure.use_key: a key of the region eu-west-1, not: "
            "arn:aws:kms:us-east-1:123456789012:key/1");
}

TEST(SecureSettings, OfAProfileThatIsNotAskedForAreNotJudgedButTheBoundaryOfAllRoles) {
  StackSpec spec = secure_spec();
  spec.profiles = {"core"};
  spec.secure.network.management_cidrs = {"10.20.0.0/8"};
  EXPECT_EQ(only_fault(spec), "");
  spec.secure.access.permissions_boundary_arn = "Boundary";
  EXPECT_EQ(only_fault(spec),
            "secure.access.permissions_boundary_arn: "
            "arn:aws:iam::ACCOUNT:policy/NAME, not: Boundary");
}

Json document() {
  return Json::parse(R"({"secure": {
    "use_key": "arn:aws:kms:eu-west-1:123456789012:key/1", "key_deletion_days": 7,
    "network": {"vpc_id": "vpc-01234567", "subnet_ids": ["subnet-01234567"],
      "vpc_cidr": "10.1.0.0/16", "management_cidrs": ["10.20.0.0/16"],
      "runtime_cidrs": ["10.31.0.0/16"], "has_private_dns": false,
      "general_services": ["sts"], "unoffered": {}},
    "access": {"role": "JQ-12345678-Bedrock", "trusted_principals": ["123456789012"],
      "foundation_models": ["arn:aws:bedrock:eu-west-1::foundation-model/x"],
      "allowed_model_regions": ["eu-west-1"], "guardrail_arn": "", "permissions_boundary_arn": "",
      "admin_principals": ["210987654321"], "reader_principals": ["210987654322"]},
    "guardrail": {"name": "g", "blocked_input_message": "no", "blocked_output_message": "never",
      "filters": {"SEXUAL": {"input": "LOW", "output": "HIGH"},
        "VIOLENCE": {"input": "HIGH", "output": "MEDIUM"},
        "HATE": {"input": "NONE", "output": "NONE"},
        "INSULTS": {"input": "HIGH", "output": "HIGH"},
        "MISCONDUCT": {"input": "HIGH", "output": "HIGH"},
        "PROMPT_ATTACK": {"input": "MEDIUM", "output": "NONE"}},
      "pii_action": "BLOCK", "pii_entities": ["PIN"], "tier": "CLASSIC"},
    "thresholds": {"client_errors": 1, "server_errors": 2, "latency_p99_ms": 3, "throttles": 4,
      "agent_errors": 55, "agent_latency_p99_ms": 6, "agent_throttles": 7,
      "knowledge_base_errors": 8, "knowledge_base_throttles": 9, "guardrail_interventions": 10,
      "training_failures": 11, "anomaly_band": 3},
    "switches": {"invocation_alarms": false, "token_anomaly_alarms": false, "agent_alarms": false,
      "knowledge_base_alarms": false, "guardrail_alarms": false, "training_alarm": false,
      "api_call_alarm": false, "composite_alarms": false, "guardrail": false},
    "critical_subscribers": [{"protocol": "email", "endpoint": "a@example.com"}],
    "performance_subscribers": [{"protocol": "sms", "endpoint": "+4912345"}],
    "cost_subscribers": [{"protocol": "https", "endpoint": "https://example.com"}]}})");
}

TEST(SecureDocument, EveryMemberIsReadAndWritten) {
  StackSpec spec;
  EXPECT_EQ(texts(read_spec(document(), spec)), std::vector<std::string>());
  EXPECT_EQ(to_json(spec)["secure"], document()["secure"]);
  // Each but these is another than it was.
  const std::set<std::string> same = {"/access/guardrail_arn",
                                      "/access/permissions_boundary_arn",
                                      "/guardrail/filters/INSULTS/input",
                                      "/guardrail/filters/INSULTS/output",
                                      "/guardrail/filters/MISCONDUCT/input",
                                      "/guardrail/filters/MISCONDUCT/output",
                                      "/guardrail/filters/PROMPT_ATTACK/output",
                                      "/guardrail/filters/SEXUAL/output",
                                      "/guardrail/filters/VIOLENCE/input",
                                      "/network/unoffered"};
  const Json before = Json(to_json(StackSpec())["secure"]).flatten();
  const Json after = Json(document()["secure"]).flatten();
  std::set<std::string> found;
  for (const auto& [path, value] : before.items()) {
    if (after.contains(path) && after.at(path) == value) {
      found.insert(path);
    }
  }
  EXPECT_EQ(found, same);
}

TEST(SecureDocument, WrittenAndReadAgainIsTheSame) {
  const StackSpec spec = secure_spec();
  StackSpec again;
  EXPECT_TRUE(read_spec(to_json(spec), again).empty());
  EXPECT_EQ(to_json(again), to_json(spec));
}

TEST(SecureDocument, AFilterThatIsNotNamedStaysOn) {
  StackSpec spec = secure_spec();
  const Json named = {{"secure", {{"guardrail", {{"filters", {{"HATE", {{"input", "LOW"}}}}}}}}}};
  EXPECT_TRUE(read_spec(named, spec).empty());
  EXPECT_EQ(spec.secure.guardrail.filters["HATE"].input, "LOW");
  EXPECT_EQ(spec.secure.guardrail.filters["HATE"].output, "HIGH");
  EXPECT_EQ(spec.secure.guardrail.filters["INSULTS"].input, "HIGH");
}

TEST(SecureDocument, UnknownMembersAreFaults) {
  StackSpec spec;
  const Json wrong = {{"secure", {{"network", {{"vpc", "vpc-01234567"}}}}}};
  const std::vector<std::string> found = texts(read_spec(wrong, spec));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found.front().starts_with("secure.network.vpc: unknown setting; known here: vpc_id"));
}

std::vector<std::string> told(const StackSpec& spec, std::string_view subject) {
  std::vector<std::string> found;
  for (const Notice& notice : secure_notices(spec)) {
    if (notice.subject == subject) {
      found.push_back(notice.text);
    }
  }
  return found;
}

TEST(SecureNotices, TellOfManagementThatOverlapsRuntime) {
  StackSpec spec = secure_spec();
  spec.secure.access.admin_principals = {"123456789012"};
  EXPECT_EQ(told(spec, "network"), std::vector<std::string>());
  spec.secure.network.management_cidrs = {"10.0.0.0/8"};
  EXPECT_EQ(told(spec, "network").size(), 2U);
  EXPECT_EQ(told(spec, "network").front(),
            "who calls models can reach the endpoints that set Bedrock up: 10.0.0.0/8 "
            "(management_cidrs) overlaps 10.30.0.0/16 (runtime_cidrs)");
}

TEST(SecureNotices, TellThatOnlyReadsPassWithoutAdmins) {
  EXPECT_EQ(told(secure_spec(), "network"),
            std::vector<std::string>{
                "only reads pass the endpoint of bedrock: name who may change logging and "
                "guardrails from inside of the VPC (secure.access.admin_principals)"});
}

TEST(SecureNotices, TellOfCrossRegionProfilesThatCannotGoAnywhere) {
  StackSpec spec = secure_spec();
  AccessSettings& access = spec.secure.access;
  const std::string profile =
      "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.vendor.m";
  access.foundation_models = {profile, "arn:aws:bedrock:eu-west-1::foundation-model/vendor.m"};
  access.allowed_model_regions = {"eu-west-1", "eu-central-1"};
  ASSERT_EQ(told(spec, "access").size(), 1U);
  EXPECT_NE(told(spec, "access").front().find("has its model vendor.m in eu-west-1"),
            std::string::npos);
  access.foundation_models = {profile, "arn:aws:bedrock:*::foundation-model/vendor.*"};
  EXPECT_EQ(told(spec, "access").size(), 0U);
  access.allowed_model_regions = {"eu-west-1"};
  EXPECT_EQ(told(spec, "access").size(), 1U);
  access.foundation_models = {"arn:aws:bedrock:eu-west-1::foundation-model/vendor.m"};
  ASSERT_EQ(told(spec, "access").size(), 1U);
  EXPECT_NE(told(spec, "access").front().find("has models only"), std::string::npos);
}

TEST(SecureNotices, TellOfPrincipalsOfOthersAndOfWhatHasNoTags) {
  StackSpec spec = secure_spec();
  spec.secure.access.trusted_principals.push_back("210987654321");
  spec.tags["Compliance"] = "GDPR";
  EXPECT_EQ(told(spec, "access"),
            std::vector<std::string>{"210987654321 is of another account and may take the role "
                                     "BedrocklogModelAccess without an external id"});
  EXPECT_EQ(told(spec, "tags").size(), 1U);
  spec.profiles = {"core"};
  EXPECT_TRUE(secure_notices(spec).empty());
}

TEST(AddressRange, ReadsWhatItWrites) {
  for (const char* const text : {"0.0.0.0/0", "10.20.0.0/16", "255.255.255.255/32", "10.0.0.1/8"}) {
    const std::optional<AddressRange> range = read_address_range(text);
    ASSERT_TRUE(range) << text;
    EXPECT_EQ(to_text(*range), text);
  }
  for (const char* const text :
       {"", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "10.0.0.256/8", "010.0.0.0/8", "10.0.0.0/8 ",
        "10.0.0.0/-1", "a.b.c.d/8", "10.0.0.0.0/8", "::/0"}) {
    EXPECT_FALSE(read_address_range(text)) << text;
  }
}

TEST(AddressRange, TellsWhatEc2MakesOfItAndWhatIsProbablyMeant) {
  struct Case {
    const char* given;
    const char* canonical;
    const char* intent;
    std::uint64_t count;
  };
  for (const Case& one : {Case{"10.20.0.0/8", "10.0.0.0/8", "10.20.0.0/16", 16'777'216},
                          Case{"10.20.0.0/16", "10.20.0.0/16", "10.20.0.0/16", 65'536},
                          Case{"10.20.30.0/20", "10.20.16.0/20", "10.20.30.0/24", 4'096},
                          Case{"10.0.0.5/24", "10.0.0.0/24", "10.0.0.5/32", 256},
                          Case{"1.2.3.4/0", "0.0.0.0/0", "1.2.3.4/32", 4'294'967'296},
                          Case{"10.20.16.0/20", "10.20.16.0/20", "10.20.16.0/20", 4'096}}) {
    const std::optional<AddressRange> range = read_address_range(one.given);
    ASSERT_TRUE(range);
    EXPECT_EQ(to_text(canonical(*range)), one.canonical);
    EXPECT_EQ(to_text(probable_intent(*range)), one.intent);
    EXPECT_EQ(address_count(*range), one.count);
  }
}

TEST(AddressRange, OverlapsWhereAnAddressIsInBoth) {
  const auto overlap = [](const char* left, const char* right) {
    return overlaps(*read_address_range(left), *read_address_range(right));
  };
  EXPECT_TRUE(overlap("10.0.0.0/8", "10.30.0.0/16"));
  EXPECT_TRUE(overlap("10.30.0.0/16", "10.0.0.0/8"));
  EXPECT_TRUE(overlap("0.0.0.0/0", "192.168.0.0/16"));
  EXPECT_FALSE(overlap("10.20.0.0/16", "10.30.0.0/16"));
  EXPECT_FALSE(overlap("10.0.0.0/9", "10.128.0.0/9"));
}

}  // namespace
}  // namespace bedrocklog::provision
