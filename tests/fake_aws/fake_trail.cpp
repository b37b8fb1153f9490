// Rules of event selectors: which fields and values go with which category.
#include "tests/fake_aws/fake_trail.h"

#include <algorithm>
#include <array>
#include <regex>
#include <set>
#include <string_view>

#include "tests/fake_aws/fake_policy.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::size_t basic_selectors_max = 5;
constexpr std::size_t basic_resources_max = 250;
constexpr std::size_t advanced_values_max = 500;

/// Types of data events that advanced selectors take: all of Bedrock's, and those of everybody.
constexpr std::array<std::string_view, 21> data_types = {
    "AWS::Bedrock::AdvancedOptimizePromptJob",
    "AWS::Bedrock::AgentAlias",
    "AWS::Bedrock::AsyncInvoke",
    "AWS::Bedrock::AutomatedReasoningPolicy",
    "AWS::Bedrock::AutomatedReasoningPolicyVersion",
    "AWS::Bedrock::Blueprint",
    "AWS::Bedrock::DataAutomationInvocation",
    "AWS::Bedrock::DataAutomationProfile",
    "AWS::Bedrock::DataAutomationProject",
    "AWS::Bedrock::FlowAlias",
    "AWS::Bedrock::FlowExecution",
    "AWS::Bedrock::Guardrail",
    "AWS::Bedrock::InlineAgent",
    "AWS::Bedrock::KnowledgeBase",
    "AWS::Bedrock::Model",
    "AWS::Bedrock::PromptVersion",
    "AWS::Bedrock::Session",
    "AWS::Bedrock::Tool",
    "AWS::DynamoDB::Table",
    "AWS::Lambda::Function",
    "AWS::S3::Object"};

constexpr std::array<std::string_view, 3> basic_types = {
    "AWS::DynamoDB::Table", "AWS::Lambda::Function", "AWS::S3::Object"};

/// Services whose events at a VPC endpoint can be logged.
constexpr std::array<std::string_view, 6> network_sources = {
    "bedrock.amazonaws.com", "cloudtrail.amazonaws.com", "ec2.amazonaws.com",
    "kms.amazonaws.com",     "s3.amazonaws.com",         "secretsmanager.amazonaws.com"};

constexpr std::array<std::string_view, 6> operators = {"Equals",    "StartsWith",    "EndsWith",
                                                       "NotEquals", "NotStartsWith", "NotEndsWith"};

struct Category {
  std::string_view name;
  std::array<std::string_view, 9> fields;  // Empty at the end.
};
constexpr std::array<Category, 3> categories = {
    {{"Management",
      {"eventCategory", "eventName", "eventSource", "eventType", "readOnly",
       "sessionCredentialFromConsole", "userIdentity.arn", "", ""}},
     {"Data",
      {"eventCategory", "eventName", "eventSource", "eventType", "readOnly", "resources.ARN",
       "resources.type", "sessionCredentialFromConsole", "userIdentity.arn"}},
     {"NetworkActivity",
      {"eventCategory", "errorCode", "eventName", "eventSource", "vpcEndpointId", "", "", "",
       ""}}}};

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& all) {
  return !text.empty() && std::find(all.begin(), all.end(), text) != all.end();
}

/// Conditions of one selector by field; null: it has none.
Json condition_on(const Json& selector, std::string_view field) {
  for (const Json& one : selector["FieldSelectors"]) {
    if (one["Field"] == field) {
      return one;
    }
  }
  return {};
}

/// The values of a field that may only be compared by Equals; empty: other operators, or none.
std::vector<std::string> equal_values(const Json& selector, std::string_view field) {
  const Json condition = condition_on(selector, field);
  // The field itself and one operator.
  return condition.is_object() && condition.size() == 2 && condition.contains("Equals")
             ? policy_texts(condition["Equals"])
             : std::vector<std::string>();
}

template <std::size_t N>
std::string values_fault(const Json& selector, std::string_view field,
                         const std::array<std::string_view, N>& allowed) {
  const std::vector<std::string> values = equal_values(selector, field);
  const bool is_fine =
      !values.empty() && std::all_of(values.begin(), values.end(), [&](const std::string& value) {
        return is_one_of(value, allowed);
      });
  return is_fine ? "" : "Field " + std::string(field) + " contains invalid value(s).";
}

std::string fields_fault(const Json& selector, const Category& category) {
  std::set<std::string> seen;
  for (const Json& one : selector["FieldSelectors"]) {
    const std::string field = one["Field"].get<std::string>();
    if (!is_one_of(field, category.fields)) {
      return "Field " + field + " is not valid for event category " + std::string(category.name) +
             '.';
    }
    if (!seen.insert(field).second) {
      return "Field " + field + " is selected twice.";
    }
    if (std::none_of(operators.begin(), operators.end(),
                     [&](std::string_view name) { return one.contains(name); })) {
      return "Field " + field + " has no operator.";
    }
  }
  return {};
}

/// What goes with the category.
std::string category_fault(const Json& selector, const Category& category) {
  constexpr std::array<std::string_view, 2> booleans = {"false", "true"};
  constexpr std::array<std::string_view, 1> denied = {"VpceAccessDenied"};
  if (!condition_on(selector, "readOnly").is_null()) {
    if (std::string wrong = values_fault(selector, "readOnly", booleans); !wrong.empty()) {
      return wrong;
    }
  }
  if (category.name == "Data") {
    return equal_values(selector, "resources.type").size() == 1
               ? values_fault(selector, "resources.type", data_types)
               : "Data events need one resources.type.";
  }
  if (category.name == "NetworkActivity") {
    const bool has_code = !condition_on(selector, "errorCode").is_null();
    const std::string wrong = has_code ? values_fault(selector, "errorCode", denied) : "";
    return wrong.empty() ? values_fault(selector, "eventSource", network_sources) : wrong;
  }
  return {};
}

std::string advanced_fault(const Json& selectors) {
  std::size_t values = 0;
  bool has_events = false;
  for (const Json& selector : selectors) {
    const std::vector<std::string> named = equal_values(selector, "eventCategory");
    const auto* const category = std::find_if(
        categories.begin(), categories.end(),
        [&](const Category& one) { return named.size() == 1 && one.name == named.front(); });
    if (category == categories.end()) {
      return "Field eventCategory contains invalid value(s).";
    }
    has_events = has_events || category->name != "NetworkActivity";
    std::string wrong = fields_fault(selector, *category);
    if (wrong.empty()) {
      wrong = category_fault(selector, *category);
    }
    if (!wrong.empty()) {
      return wrong;
    }
    for (const Json& one : selector["FieldSelectors"]) {
      for (const std::string_view name : operators) {
        values += one.contains(name) ? one[std::string(name)].size() : 0;
      }
    }
  }
  if (values > advanced_values_max) {
    return "The number of values of all advanced event selectors exceeds 500.";
  }
  return has_events ? "" : "A trail must select management or data events.";
}

std::string basic_fault(const Json& selectors) {
  std::size_t resources = 0;
  bool has_events = false;
  for (const Json& selector : selectors) {
    has_events = has_events || selector.value("IncludeManagementEvents", true);
    for (const Json& resource : selector.value("DataResources", Json::array())) {
      const std::string type = text_member(resource, "Type");
      if (!is_one_of(type, basic_types)) {
        return "Value " + type + " for DataResources.Type is invalid.";
      }
      resources += resource.value("Values", Json::array()).size();
      has_events = true;
    }
  }
  if (selectors.size() > basic_selectors_max || resources > basic_resources_max) {
    return "A trail has at most 5 event selectors with 250 data resources.";
  }
  return has_events ? "" : "A trail must select management or data events.";
}

}  // namespace

FakeTrail new_trail(Json settings) {
  FakeTrail trail;
  trail.settings = std::move(settings);
  trail.selectors = {
      {"EventSelectors", Json::array({{{"ReadWriteType", "All"},
                                       {"IncludeManagementEvents", true},
                                       {"DataResources", Json::array()},
                                       {"ExcludeManagementEventSources", Json::array()}}})}};
  return trail;
}

Json trail_json(const FakeTrail& trail) {
  return {{"Settings", trail.settings},
          {"IsLogging", trail.is_logging},
          {"Selectors", trail.selectors},
          {"Insights", trail.insights},
          {"Tags", trail.tags}};
}

FakeTrail trail_of(const Json& entry) {
  FakeTrail trail;
  trail.settings = entry.value("Settings", Json::object());
  trail.is_logging = entry.value("IsLogging", false);
  trail.selectors = entry.value("Selectors", Json::object());
  trail.insights = entry.value("Insights", Json::array());
  trail.tags = entry.value("Tags", FakeTags());
  return trail;
}

bool is_trail_name(const std::string& name) {
  constexpr std::size_t size_min = 3;
  constexpr std::size_t size_max = 128;
  return name.size() >= size_min && name.size() <= size_max &&
         std::regex_match(name, std::regex("[A-Za-z0-9]+([._-][A-Za-z0-9]+)*")) &&
         !std::regex_match(name, std::regex(R"(\d{1,3}(\.\d{1,3}){3})"));
}

std::string selectors_fault(const Json& sent) {
  const bool is_basic = sent.contains("EventSelectors");
  if (is_basic == sent.contains("AdvancedEventSelectors")) {
    return "Either EventSelectors or AdvancedEventSelectors must be given, and not both.";
  }
  const Json& selectors = sent[is_basic ? "EventSelectors" : "AdvancedEventSelectors"];
  return is_basic ? basic_fault(selectors) : advanced_fault(selectors);
}

bool selects_management_writes(const Json& selectors) {
  for (const Json& selector : selectors.value("EventSelectors", Json::array())) {
    if (selector.value("IncludeManagementEvents", true) &&
        selector.value("ReadWriteType", "All") != "ReadOnly") {
      return true;
    }
  }
  for (const Json& selector : selectors.value("AdvancedEventSelectors", Json::array())) {
    const std::vector<std::string> read_only = equal_values(selector, "readOnly");
    if (equal_values(selector, "eventCategory") == std::vector<std::string>{"Management"} &&
        read_only != std::vector<std::string>{"true"}) {
      return true;
    }
  }
  return false;
}

}  // namespace bedrocklog::fake_aws
