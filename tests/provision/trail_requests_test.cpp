// The requests of trails, event rules, budgets and guardrails, to the byte as they are sent by
// whole lives: made, changed, adopted and released, taken away.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <utility>

#include <gtest/gtest.h>

#include "provision/reference.h"
#include "tests/provision/trail_parts.h"

namespace bedrocklog::provision {
namespace {

using fake_aws::FakeAws;
using fake_aws::RecordedCall;

const Address rule{ResourceKind::event_rule, trail_region, "bedrocklog-failures"};
const Address budget{ResourceKind::budget, "", "bedrocklog-bedrocklog-monthly"};
const Address guardrail{ResourceKind::guardrail, trail_region, "bedrocklog-bedrocklog"};
const Address version{ResourceKind::guardrail_version, trail_region, guardrail.name};

/// What differs between two settings of the same things.
struct Setting {
  const char* description = "first";
  bool has_key = false;
  unsigned percent = 80;
  const char* email = "ops@example.com";
  const char* amount = "500";
};

Json notification(const char* type, const Setting& setting) {
  return {{"Notification",
           {{"NotificationType", type},
            {"ComparisonOperator", "GREATER_THAN"},
            {"Threshold", setting.percent},
            {"ThresholdType", "PERCENTAGE"}}},
          {"Subscribers",
           {{{"SubscriptionType", "SNS"}, {"Address", "arn:aws:sns:eu-west-1:123456789012:t"}},
            {{"SubscriptionType", "EMAIL"}, {"Address", setting.email}}}}};
}

void add_rule(Assembly& assembly, const Setting& setting) {
  assembly.add_tagged(
      Component::alerting, rule,
      {{"Name", rule.name},
       {"Description", setting.description},
       {"EventPattern", {{"source", {"aws.bedrock"}}, {"detail", {{"jobStatus", {"Failed"}}}}}},
       {"State", "ENABLED"},
       {"Targets",
        Json::array({{{"Id", "topic"}, {"Arn", "arn:aws:sns:eu-west-1:123456789012:t"}}})}});
}

void add_budget_parts(Assembly& assembly, const Setting& setting) {
  assembly.add(Component::alerting, budget,
               {{"Budget",
                 {{"BudgetName", budget.name},
                  {"BudgetType", "COST"},
                  {"TimeUnit", "MONTHLY"},
                  {"BudgetLimit", {{"Amount", setting.amount}, {"Unit", "USD"}}},
                  {"CostFilters", {{"Service", {"Amazon Bedrock"}}}}}},
                {"NotificationsWithSubscribers",
                 {notification("ACTUAL", setting), notification("FORECASTED", setting)}}});
}

void add_guardrail(Assembly& assembly, const Setting& setting) {
  assembly.add_tagged(
      Component::guardrail, guardrail,
      {{"Name", guardrail.name},
       {"Description", setting.description},
       {"BlockedInputMessaging", "Not here."},
       {"BlockedOutputsMessaging", "Withheld."},
       {"KmsKeyArn",
        setting.has_key
            ? Json("arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555")
            : Json()},
       {"ContentPolicyConfig",
        {{"FiltersConfig",
          Json::array({{{"Type", "HATE"}, {"InputStrength", "HIGH"}, {"OutputStrength", "LOW"}},
                       {{"Type", "PROMPT_ATTACK"},
                        {"InputStrength", "HIGH"},
                        {"OutputStrength", "NONE"}}})},
         {"ContentFiltersTierConfig", {{"TierName", "CLASSIC"}}}}},
       {"SensitiveInformationPolicyConfig",
        {{"PiiEntitiesConfig", Json::array({{{"Type", "EMAIL"},
                                             {"Action", "ANONYMIZE"},
                                             {"InputAction", "NONE"},
                                             {"InputEnabled", false}}})}}}});
  assembly.add(Component::guardrail, version,
               {{"GuardrailIdentifier", reference_to(guardrail, "GuardrailId")},
                {"Description", std::string("bedrocklog bedrocklog ") + setting.description}});
}

Parts with_all(const Setting& setting, const Json& trail_changes = Json::object()) {
  return [setting, trail_changes](Assembly& assembly) {
    with_trail(trail_changes)(assembly);
    add_rule(assembly, setting);
    add_budget_parts(assembly, setting);
    add_guardrail(assembly, setting);
  };
}

using Goldens = std::map<std::string, std::map<std::string, Json>>;

/// Of each operation the successful request that says most.
void take_requests(FakeAws& account, Goldens& goldens) {
  const std::map<std::string, std::string> services = {{"cloudtrail", "cloudtrail"},
                                                       {"events", "events"},
                                                       {"budgets", "budgets"},
                                                       {"bedrock", "guardrails"}};
  for (const RecordedCall& call : account.calls()) {
    const auto service = services.find(call.service);
    if (service == services.end() || call.status < 200 || call.status > 299) {
      continue;
    }
    Json& kept = goldens[service->second][call.operation];
    const auto size_of = [](const Json& request) {
      return request.is_null() ? 0
                               : request["Body"].get<std::string>().size() +
                                     request["Line"].get<std::string>().size();
    };
    if (size_of(call.request) > size_of(kept)) {
      kept = call.request;
    }
  }
  account.forget_calls();
}

void apply_and_take(FakeAws& account, const Parts& parts, Goldens& goldens,
                    const StackSpec& spec = test_spec()) {
  PartsRun run(account, parts, spec);
  account.forget_calls();
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  take_requests(account, goldens);
}

Goldens sent_requests() {
  Goldens goldens;
  FakeAws account;
  StackSpec tagged = test_spec();
  tagged.tags["team"] = "logs";
  const Setting first;
  const Setting later{"later", true, 90, "ops@example.com", "750.25"};
  const Setting last{"last", true, 90, "others@example.com", "750.25"};
  apply_and_take(account, with_all(first), goldens);
  apply_and_take(
      account,
      with_all(later,
               {{"IsLogging", false},
                {"EnableLogFileValidation", false},
                {"InsightSelectors", nullptr},
                {"AdvancedEventSelectors",
                 {trail_properties()["AdvancedEventSelectors"][0], data_selector("Prompt")}}}),
      goldens, tagged);
  apply_and_take(account, with_all(last), goldens, tagged);
  // Taken over, and given back by a destroy.
  PartsRun run(account, with_all(last), tagged);
  for (const Address& address : {trail_address(), rule, guardrail}) {
    const Result<std::optional<Observed>> found = run.providers().of(address.kind).read(address);
    EXPECT_TRUE(found && *found);
    if (found && *found) {
      EXPECT_TRUE(run.providers().of(address.kind).release(address, **found));
    }
  }
  take_requests(account, goldens);
  for (const Address& address : {version, guardrail, rule, budget, trail_address()}) {
    const std::optional<Observed> found = run.look(address);
    EXPECT_TRUE(found.has_value()) << to_text(address);
    if (found) {
      EXPECT_TRUE(run.providers().of(address.kind).remove(address, *found, true));
    }
  }
  take_requests(account, goldens);
  return goldens;
}

/// The body as what it says: it is sent with sorted members and without blanks, so that no byte is
/// lost.
Json readable(const Goldens& goldens) {
  Json all = Json::object();
  for (const auto& [service, operations] : goldens) {
    for (const auto& [operation, request] : operations) {
      Json& entry = all[service][operation] = request;
      const std::string body = request["Body"].get<std::string>();
      const Json parsed = Json::parse(body, nullptr, false);
      if (parsed.is_object() && parsed.dump() == body) {
        entry["Body"] = parsed;
      }
    }
  }
  return all;
}

TEST(TrailRequests, AreThoseOfTheFile) {
  const std::filesystem::path path = SOURCE_ROOT "/tests/data/requests/trail.json";
  const Json sent = readable(sent_requests());
  if (std::getenv("BEDROCKLOG_WRITE_GOLDENS") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << sent.dump(1) << '\n';
    return;
  }
  std::ifstream file(path);
  const Json wanted = Json::parse(file, nullptr, false);
  ASSERT_TRUE(wanted.is_object()) << path;
  for (const auto& [service, operations] : wanted.items()) {
    for (const auto& [operation, request] : operations.items()) {
      EXPECT_EQ(sent.value(service, Json::object()).value(operation, Json()), request)
          << service << ' ' << operation;
    }
  }
  EXPECT_EQ(sent.size(), wanted.size());
}

TEST(TrailRequests, AreOfEveryOperationThatTheProvidersKnow) {
  std::map<std::string, std::size_t> counts;
  for (const auto& [service, operations] : sent_requests()) {
    counts[service] = operations.size();
  }
  EXPECT_EQ(counts, (std::map<std::string, std::size_t>{
                        {"cloudtrail", 14}, {"events", 9}, {"budgets", 10}, {"guardrails", 9}}));
}

}  // namespace
}  // namespace bedrocklog::provision
