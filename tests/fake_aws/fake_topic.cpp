// Rules of SNS for policies, endpoints and attributes.
#include "tests/fake_aws/fake_topic.h"

#include <algorithm>
#include <array>
#include <regex>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "ingest/aws/ascii_case.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::size_t display_name_size_max = 100;
constexpr std::size_t policy_size_bytes_max = 30'720;

// What a topic policy may speak of; a wildcard for all of SNS is refused too.
constexpr std::array<std::string_view, 10> policy_actions = {"sns:addpermission",
                                                             "sns:deletetopic",
                                                             "sns:getdataprotectionpolicy",
                                                             "sns:gettopicattributes",
                                                             "sns:listsubscriptionsbytopic",
                                                             "sns:publish",
                                                             "sns:putdataprotectionpolicy",
                                                             "sns:removepermission",
                                                             "sns:settopicattributes",
                                                             "sns:subscribe"};

std::vector<Json> items_of(const Json& one_or_many) {
  return one_or_many.is_array() ? one_or_many.get<std::vector<Json>>()
                                : std::vector<Json>{one_or_many};
}

std::string statement_fault(const Json& statement, const std::string& arn) {
  const bool is_whole = statement.is_object() && statement.contains("Effect") &&
                        statement.contains("Principal") && statement.contains("Action") &&
                        statement.contains("Resource");
  if (!is_whole) {
    return "Policy Error: null";
  }
  for (const auto& [name, value] : statement.items()) {
    if (name != "Sid" && name != "Effect" && name != "Principal" && name != "Action" &&
        name != "Resource" && name != "Condition") {
      return "Policy Error: null";
    }
  }
  if (statement["Effect"] != "Allow" && statement["Effect"] != "Deny") {
    return "Policy Error: null";
  }
  for (const Json& action : items_of(statement["Action"])) {
    const std::string name = action.is_string() ? aws::lower_case(action.get<std::string>()) : "";
    if (std::find(policy_actions.begin(), policy_actions.end(), name) == policy_actions.end()) {
      return "Policy statement action out of service scope!";
    }
  }
  for (const Json& resource : items_of(statement["Resource"])) {
    if (resource != arn) {
      return "Policy Error: Invalid resource in policy";
    }
  }
  return {};
}

std::string policy_fault(const std::string& text, const std::string& arn) {
  const Json policy = Json::parse(text, nullptr, false);
  // There is no way to take a policy away: an empty one is refused like any other that is none.
  if (text.size() > policy_size_bytes_max || !policy.is_object() || !policy.contains("Statement")) {
    return "Policy Error: null";
  }
  const std::vector<Json> statements = items_of(policy["Statement"]);
  if (statements.empty()) {
    return "Policy Error: null";
  }
  std::set<std::string> sids;
  for (const Json& statement : statements) {
    if (std::string wrong = statement_fault(statement, arn); !wrong.empty()) {
      return wrong;
    }
    if (statement.contains("Sid") &&
        (!statement["Sid"].is_string() || !sids.insert(statement["Sid"]).second)) {
      return "Policy Error: duplicate statement id";
    }
  }
  return {};
}

bool is_json_object(const std::string& text) {
  return Json::parse(text, nullptr, false).is_object();
}

}  // namespace

Json to_json(const FakeTopic& topic) {
  std::vector<FakeSubscription> sorted = topic.subscriptions;
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return std::tie(a.protocol, a.endpoint) < std::tie(b.protocol, b.endpoint);
  });
  Json subscriptions = Json::array();
  for (const FakeSubscription& item : sorted) {
    subscriptions.push_back({{"protocol", item.protocol},
                             {"endpoint", item.endpoint},
                             {"pending", item.is_pending},
                             {"attributes", item.attributes}});
  }
  return {{"attributes", topic.attributes},
          {"tags", topic.tags},
          {"subscriptions", std::move(subscriptions)}};
}

FakeTopic topic_of_json(const Json& document) {
  FakeTopic topic;
  topic.attributes = document.at("attributes").get<std::map<std::string, std::string>>();
  topic.tags = document.at("tags").get<std::map<std::string, std::string>>();
  for (const Json& item : document.at("subscriptions")) {
    FakeSubscription subscription;
    subscription.protocol = item.at("protocol").get<std::string>();
    subscription.endpoint = item.at("endpoint").get<std::string>();
    subscription.is_pending = item.at("pending").get<bool>();
    subscription.attributes = item.at("attributes").get<std::map<std::string, std::string>>();
    topic.subscriptions.push_back(std::move(subscription));
  }
  return topic;
}

std::string default_topic_policy(const std::string& arn, const std::string& account) {
  const Json actions = {"SNS:GetTopicAttributes",
                        "SNS:SetTopicAttributes",
                        "SNS:AddPermission",
                        "SNS:RemovePermission",
                        "SNS:DeleteTopic",
                        "SNS:Subscribe",
                        "SNS:ListSubscriptionsByTopic",
                        "SNS:Publish"};
  const Json statement = {{"Sid", "__default_statement_ID"},
                          {"Effect", "Allow"},
                          {"Principal", {{"AWS", "*"}}},
                          {"Action", actions},
                          {"Resource", arn},
                          {"Condition", {{"StringEquals", {{"AWS:SourceOwner", account}}}}}};
  return Json{{"Version", "2008-10-17"},
              {"Id", "__default_policy_ID"},
              {"Statement", Json::array({statement})}}
      .dump();
}

std::string topic_attribute_fault(const std::string& arn, const std::string& name,
                                  const std::string& value) {
  if (name == "Policy") {
    return policy_fault(value, arn);
  }
  if (name == "DisplayName") {
    return value.size() > display_name_size_max ? "DisplayName" : "";
  }
  if (name == "DeliveryPolicy") {
    return value.empty() || is_json_object(value) ? "" : "DeliveryPolicy: JSON";
  }
  if (name == "SignatureVersion") {
    return value == "1" || value == "2" ? "" : "SignatureVersion";
  }
  if (name == "TracingConfig") {
    return value == "PassThrough" || value == "Active" ? "" : "TracingConfig";
  }
  return name == "KmsMasterKeyId" ? "" : "AttributeName";
}

std::string subscription_attribute_fault(const std::string& name, const std::string& value) {
  if (name == "RawMessageDelivery") {
    return value == "true" || value == "false" ? "" : "RawMessageDelivery";
  }
  if (name == "FilterPolicyScope") {
    return value == "MessageAttributes" || value == "MessageBody" ? "" : "FilterPolicyScope";
  }
  if (name == "FilterPolicy" || name == "DeliveryPolicy") {
    return value.empty() || is_json_object(value) ? "" : name + ": JSON";
  }
  if (name == "RedrivePolicy") {
    const Json policy = Json::parse(value, nullptr, false);
    const bool is_good =
        value.empty() ||
        (policy.is_object() && policy.size() == 1 && policy.contains("deadLetterTargetArn") &&
         policy["deadLetterTargetArn"].is_string() &&
         std::regex_match(policy["deadLetterTargetArn"].get<std::string>(),
                          std::regex("arn:[a-z-]+:sqs:[a-z0-9-]+:\\d{12}:.+")));
    return is_good ? "" : "RedrivePolicy: deadLetterTargetArn";
  }
  return name == "SubscriptionRoleArn" ? "" : "AttributeName";
}

std::string endpoint_fault(const std::string& protocol, const std::string& endpoint) {
  static const std::map<std::string, std::pair<std::string, std::string>> rules = {
      {"email", {R"([^@\s]+@[^@\s]+\.[^@\s]+)", "Email address"}},
      {"email-json", {R"([^@\s]+@[^@\s]+\.[^@\s]+)", "Email address"}},
      {"http", {R"(http://\S+)", "Endpoint must match the specified protocol"}},
      {"https", {R"(https://\S+)", "Endpoint must match the specified protocol"}},
      {"sms", {R"(\+[1-9]\d{1,14})", "Invalid SMS endpoint"}},
      {"sqs", {"arn:[a-z-]+:sqs:[a-z0-9-]+:\\d{12}:.+", "SQS endpoint ARN"}},
      {"lambda", {"arn:[a-z-]+:lambda:[a-z0-9-]+:\\d{12}:function:.+", "Lambda endpoint ARN"}},
      {"firehose",
       {"arn:[a-z-]+:firehose:[a-z0-9-]+:\\d{12}:deliverystream/.+", "Firehose endpoint ARN"}}};
  const auto rule = rules.find(protocol);
  if (rule == rules.end()) {
    return "Does not support this protocol string: " + protocol;
  }
  return std::regex_match(endpoint, std::regex(rule->second.first)) ? "" : rule->second.second;
}

bool needs_confirmation(const std::string& protocol) {
  return protocol.starts_with("email") || protocol.starts_with("http");
}

}  // namespace bedrocklog::fake_aws
