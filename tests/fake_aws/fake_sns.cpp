// SNS of the fake: topics with policy and tags, and subscriptions that wait for their recipients.
#include <algorithm>
#include <regex>
#include <utility>

#include "ingest/aws/ascii_case.h"
#include "tests/fake_aws/fake_members.h"
#include "tests/fake_aws/fake_service.h"
#include "tests/fake_aws/fake_topic.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::size_t page_size = 100;
constexpr std::string_view pending_text = "PendingConfirmation";

constexpr Member topic_arn{"TopicArn", MemberKind::text, true};
constexpr Member resource_arn{"ResourceArn", MemberKind::text, true, 1, 1011};
constexpr Member subscription_arn{"SubscriptionArn", MemberKind::text, true};

constexpr std::array<Member, 4> create_topic_members = {{
    {"Name", MemberKind::text, true, 1, 256, "[A-Za-z0-9_-]{1,256}"},
    {"Attributes", MemberKind::map},
    {"Tags", MemberKind::structures, false, 0, tags_max, "", tag_members},
    {"DataProtectionPolicy", MemberKind::text},
}};
constexpr std::array<Member, 1> one_topic_members = {{topic_arn}};
constexpr std::array<Member, 3> set_topic_members = {
    {topic_arn, {"AttributeName", MemberKind::text, true}, {"AttributeValue"}}};
constexpr std::array<Member, 2> tag_resource_members = {
    {resource_arn, {"Tags", MemberKind::structures, true, 0, tags_max, "", tag_members}}};
constexpr std::array<Member, 2> untag_resource_members = {
    {resource_arn, {"TagKeys", MemberKind::texts, true, 0, tags_max}}};
constexpr std::array<Member, 1> list_tags_members = {{resource_arn}};
constexpr std::array<Member, 5> subscribe_members = {
    {topic_arn,
     {"Protocol", MemberKind::text, true},
     {"Endpoint"},
     {"Attributes", MemberKind::map},
     {"ReturnSubscriptionArn", MemberKind::boolean}}};
constexpr std::array<Member, 2> list_subscriptions_members = {{topic_arn, {"NextToken"}}};
constexpr std::array<Member, 1> one_subscription_members = {{subscription_arn}};
constexpr std::array<Member, 3> set_subscription_members = {
    {subscription_arn, {"AttributeName", MemberKind::text, true}, {"AttributeValue"}}};

FakeAnswer invalid(const std::string& message) {
  return query_error(400, "InvalidParameter", "Invalid parameter: " + message);
}

std::string entries_xml(const std::map<std::string, std::string>& attributes) {
  std::string xml = "<Attributes>";
  for (const auto& [key, value] : attributes) {
    xml += "<entry>" + xml_element("key", key) + xml_element("value", value) + "</entry>";
  }
  return xml + "</Attributes>";
}

std::map<std::string, std::string> texts_of(const Json& map) {
  std::map<std::string, std::string> texts;
  for (const auto& [key, value] : map.items()) {
    texts[key] = value.is_string() ? value.get<std::string>() : "";
  }
  return texts;
}

class FakeSns : public FakeService {
 public:
  explicit FakeSns(FakeWorld& world) : world_(world) {}

  FakeAnswer handle(const FakeCall& call) override;
  FakeAnswer describe(const FakeCall& call) const override;
  Json snapshot() const override;
  void restore(const Json& snapshot) override;
  void confirm_subscription(const std::string& endpoint) override;

 private:
  struct Operation {
    std::string_view name;
    std::span<const Member> members;
    FakeAnswer (FakeSns::*run)(const FakeCall& call);
    bool is_change;
  };
  static std::span<const Operation> operations();
  static const Operation* operation_of(const FakeCall& call);

  FakeAnswer create_topic(const FakeCall& call);
  FakeAnswer get_topic(const FakeCall& call);
  FakeAnswer set_topic(const FakeCall& call);
  FakeAnswer delete_topic(const FakeCall& call);
  FakeAnswer tag(const FakeCall& call);
  FakeAnswer untag(const FakeCall& call);
  FakeAnswer list_tags(const FakeCall& call);
  FakeAnswer subscribe(const FakeCall& call);
  FakeAnswer list_subscriptions(const FakeCall& call);
  FakeAnswer get_subscription(const FakeCall& call);
  FakeAnswer set_subscription(const FakeCall& call);
  FakeAnswer unsubscribe(const FakeCall& call);

  [[nodiscard]] std::string arn_of(const std::string& region, const std::string& name) const {
    return "arn:" + world_.partition + ":sns:" + region + ':' + world_.account + ':' + name;
  }
  /// The ARN is none of a topic in this region and account.
  [[nodiscard]] std::optional<FakeAnswer> arn_refusal(const FakeCall& call,
                                                      std::string_view member) const;
  /// Null: there is none, or it is too new for a read.
  FakeTopic* topic_of(const std::string& arn, bool is_read);
  FakeSubscription* subscription_of(const std::string& arn);
  [[nodiscard]] bool is_visible(std::uint64_t made_at) const {
    return made_at == 0 || world_.requests - made_at > world_.read_lag_requests;
  }
  std::string new_id();

  FakeWorld& world_;
  std::map<std::string, FakeTopic> topics_;  // By ARN.
  std::uint64_t ids_ = 0;
};

std::span<const FakeSns::Operation> FakeSns::operations() {
  static const std::array<Operation, 12> all = {{
      {"CreateTopic", create_topic_members, &FakeSns::create_topic, true},
      {"GetTopicAttributes", one_topic_members, &FakeSns::get_topic, false},
      {"SetTopicAttributes", set_topic_members, &FakeSns::set_topic, true},
      {"DeleteTopic", one_topic_members, &FakeSns::delete_topic, true},
      {"TagResource", tag_resource_members, &FakeSns::tag, true},
      {"UntagResource", untag_resource_members, &FakeSns::untag, true},
      {"ListTagsForResource", list_tags_members, &FakeSns::list_tags, false},
      {"Subscribe", subscribe_members, &FakeSns::subscribe, true},
      {"ListSubscriptionsByTopic", list_subscriptions_members, &FakeSns::list_subscriptions, false},
      {"GetSubscriptionAttributes", one_subscription_members, &FakeSns::get_subscription, false},
      {"SetSubscriptionAttributes", set_subscription_members, &FakeSns::set_subscription, true},
      {"Unsubscribe", one_subscription_members, &FakeSns::unsubscribe, true},
  }};
  return all;
}

const FakeSns::Operation* FakeSns::operation_of(const FakeCall& call) {
  const auto all = operations();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Operation& operation) {
    return operation.name == call.operation;
  });
  return found == all.end() ? nullptr : &*found;
}

FakeAnswer FakeSns::handle(const FakeCall& call) {
  const Operation* const operation = operation_of(call);
  if (operation == nullptr) {
    return unknown_operation(call);
  }
  if (auto refused = members_refusal(call, operation->members, "InvalidParameter")) {
    return *refused;
  }
  for (const std::string_view member : {"TopicArn", "ResourceArn"}) {
    if (call.json.contains(member)) {
      if (auto refused = arn_refusal(call, member)) {
        return *refused;
      }
    }
  }
  return (this->*operation->run)(call);
}

FakeAnswer FakeSns::describe(const FakeCall& call) const {
  FakeAnswer answer;
  const Operation* const operation = operation_of(call);
  answer.operation = call.operation;
  answer.is_change = operation != nullptr && operation->is_change;
  answer.resource = text_member(call.json, "TopicArn", text_member(call.json, "ResourceArn", "*"));
  if (call.operation == "CreateTopic") {
    answer.resource = arn_of(call.region, text_member(call.json, "Name"));
    if (call.json.contains("Tags")) {
      answer.also_needs.push_back({"sns", "TagResource", answer.resource});
    }
  }
  return answer;
}

std::optional<FakeAnswer> FakeSns::arn_refusal(const FakeCall& call,
                                               std::string_view member) const {
  const std::string arn = text_member(call.json, member);
  std::smatch parts;
  if (!std::regex_match(arn, parts,
                        std::regex("arn:([a-z-]+):sns:([a-z0-9-]+):(\\d{12}):[\\w-]+"))) {
    return invalid(std::string(member) + " Reason: An ARN must have at least 6 elements");
  }
  if (parts[1] != world_.partition || parts[2] != call.region) {
    return invalid(std::string(member));
  }
  if (parts[3] != world_.account) {
    return query_error(403, "AuthorizationError",
                       "User: " + call.caller_arn + " is not authorized to perform: SNS:" +
                           call.operation + " on resource: " + arn);
  }
  return std::nullopt;
}

FakeTopic* FakeSns::topic_of(const std::string& arn, bool is_read) {
  const auto found = topics_.find(arn);
  return found == topics_.end() || (is_read && !is_visible(found->second.made_at)) ? nullptr
                                                                                   : &found->second;
}

FakeSubscription* FakeSns::subscription_of(const std::string& arn) {
  const std::size_t colon = arn.rfind(':');
  FakeTopic* const topic =
      colon == std::string::npos ? nullptr : topic_of(arn.substr(0, colon), false);
  if (topic == nullptr) {
    return nullptr;
  }
  const auto found =
      std::find_if(topic->subscriptions.begin(), topic->subscriptions.end(),
                   [id = arn.substr(colon + 1)](const auto& item) { return item.id == id; });
  return found == topic->subscriptions.end() ? nullptr : &*found;
}

std::string FakeSns::new_id() {
  const std::string number = std::to_string(++ids_);
  return "5ab5c71b-0000-4000-8000-" + std::string(12 - number.size(), '0') + number;
}

FakeAnswer FakeSns::create_topic(const FakeCall& call) {
  const std::string arn = arn_of(call.region, text_member(call.json, "Name"));
  const auto attributes = texts_of(call.json.value("Attributes", Json::object()));
  const Json tag_list = call.json.value("Tags", Json::array());
  if (const std::string wrong = tags_fault(tag_list, {}); !wrong.empty()) {
    return invalid("Tags Reason: " + wrong);
  }
  for (const auto& [name, value] : attributes) {
    if (const std::string wrong = topic_attribute_fault(arn, name, value); !wrong.empty()) {
      return invalid("Attributes Reason: " + wrong);
    }
  }
  const FakeTags tags = tags_of(tag_list);
  const std::string answer = xml_element("TopicArn", arn);
  if (FakeTopic* const there = topic_of(arn, false); there != nullptr) {
    if (!tag_list.empty() && there->tags != tags) {
      return invalid("Tags Reason: Topic already exists with different tags");
    }
    const bool is_same = std::all_of(attributes.begin(), attributes.end(), [&](const auto& item) {
      const auto found = there->attributes.find(item.first);
      return found != there->attributes.end() && found->second == item.second;
    });
    return is_same ? query_answer(call.operation, answer)
                   : invalid("Attributes Reason: Topic already exists with different attributes");
  }
  FakeTopic& topic = topics_[arn];
  topic.attributes = attributes;
  topic.attributes.try_emplace("Policy", default_topic_policy(arn, world_.account));
  topic.attributes.try_emplace("DisplayName", "");
  topic.tags = tags;
  topic.made_at = world_.requests;
  return query_answer(call.operation, answer);
}

FakeAnswer FakeSns::get_topic(const FakeCall& call) {
  const std::string arn = text_member(call.json, "TopicArn");
  const FakeTopic* const topic = topic_of(arn, true);
  if (topic == nullptr) {
    return query_error(404, "NotFound", "Topic does not exist");
  }
  const auto pending = std::count_if(topic->subscriptions.begin(), topic->subscriptions.end(),
                                     [](const auto& item) { return item.is_pending; });
  const auto all = static_cast<std::ptrdiff_t>(topic->subscriptions.size());
  auto attributes = topic->attributes;
  attributes["TopicArn"] = arn;
  attributes["Owner"] = world_.account;
  attributes["SubscriptionsPending"] = std::to_string(pending);
  attributes["SubscriptionsConfirmed"] = std::to_string(all - pending);
  attributes["SubscriptionsDeleted"] = "0";
  attributes["EffectiveDeliveryPolicy"] =
      R"({"http":{"defaultHealthyRetryPolicy":{"numRetries":3},)"
      R"("disableSubscriptionOverrides":false}})";
  return query_answer(call.operation, entries_xml(attributes));
}

FakeAnswer FakeSns::set_topic(const FakeCall& call) {
  const std::string arn = text_member(call.json, "TopicArn");
  const std::string name = text_member(call.json, "AttributeName");
  const std::string value = text_member(call.json, "AttributeValue");
  FakeTopic* const topic = topic_of(arn, false);
  if (topic == nullptr) {
    return query_error(404, "NotFound", "Topic does not exist");
  }
  if (const std::string wrong = topic_attribute_fault(arn, name, value); !wrong.empty()) {
    return invalid(wrong);
  }
  if (value.empty() && name != "DisplayName") {
    topic->attributes.erase(name);
  } else {
    topic->attributes[name] = value;
  }
  return query_answer(call.operation, "");
}

FakeAnswer FakeSns::delete_topic(const FakeCall& call) {
  topics_.erase(text_member(call.json, "TopicArn"));
  return query_answer(call.operation, "");
}

FakeAnswer FakeSns::tag(const FakeCall& call) {
  FakeTopic* const topic = topic_of(text_member(call.json, "ResourceArn"), false);
  if (topic == nullptr) {
    return query_error(404, "ResourceNotFound", "Resource does not exist");
  }
  const std::string wrong = tags_fault(call.json["Tags"], topic->tags);
  if (!wrong.empty()) {
    return wrong == "Too many tags" ? query_error(400, "TagLimitExceeded", wrong)
                                    : invalid("Tags Reason: " + wrong);
  }
  for (const auto& [key, value] : tags_of(call.json["Tags"])) {
    topic->tags[key] = value;
  }
  return query_answer(call.operation, " ");
}

FakeAnswer FakeSns::untag(const FakeCall& call) {
  FakeTopic* const topic = topic_of(text_member(call.json, "ResourceArn"), false);
  if (topic == nullptr) {
    return query_error(404, "ResourceNotFound", "Resource does not exist");
  }
  for (const Json& key : call.json["TagKeys"]) {
    topic->tags.erase(key.get<std::string>());
  }
  return query_answer(call.operation, " ");
}

FakeAnswer FakeSns::list_tags(const FakeCall& call) {
  const FakeTopic* const topic = topic_of(text_member(call.json, "ResourceArn"), true);
  return topic == nullptr ? query_error(404, "ResourceNotFound", "Resource does not exist")
                          : query_answer(call.operation, tags_xml(topic->tags));
}

FakeAnswer FakeSns::subscribe(const FakeCall& call) {
  const std::string topic_text = text_member(call.json, "TopicArn");
  const std::string protocol = text_member(call.json, "Protocol");
  const std::string endpoint = text_member(call.json, "Endpoint");
  const auto attributes = texts_of(call.json.value("Attributes", Json::object()));
  if (std::string wrong = endpoint_fault(protocol, endpoint); !wrong.empty()) {
    return invalid(wrong);
  }
  for (const auto& [name, value] : attributes) {
    if (std::string wrong = subscription_attribute_fault(name, value); !wrong.empty()) {
      return invalid("Attributes Reason: " + wrong);
    }
  }
  FakeTopic* const topic = topic_of(topic_text, false);
  if (topic == nullptr) {
    return query_error(404, "NotFound", "Topic does not exist");
  }
  auto found = std::find_if(topic->subscriptions.begin(), topic->subscriptions.end(),
                            [&](const FakeSubscription& item) {
                              return item.protocol == protocol && item.endpoint == endpoint;
                            });
  if (found == topic->subscriptions.end()) {
    topic->subscriptions.push_back(
        {new_id(), protocol, endpoint, needs_confirmation(protocol), attributes, world_.requests});
    found = std::prev(topic->subscriptions.end());
  } else if (!attributes.empty() && attributes != found->attributes) {
    return invalid("Attributes Reason: Subscription already exists with different attributes");
  }
  const bool wants_arn = text_member(call.json, "ReturnSubscriptionArn") == "true";
  const std::string arn = topic_text + ':' + found->id;
  return query_answer(call.operation,
                      xml_element("SubscriptionArn",
                                  found->is_pending && !wants_arn ? "pending confirmation" : arn));
}

FakeAnswer FakeSns::list_subscriptions(const FakeCall& call) {
  const std::string arn = text_member(call.json, "TopicArn");
  const std::string token = text_member(call.json, "NextToken");
  const FakeTopic* const topic = topic_of(arn, true);
  if (topic == nullptr) {
    return query_error(404, "NotFound", "Topic does not exist");
  }
  if (!token.empty() && !token.starts_with("from-")) {
    return invalid("NextToken");
  }
  const auto start = token.empty() ? 0U : std::strtoull(token.c_str() + 5, nullptr, 10);
  std::string xml = "<Subscriptions>";
  std::size_t number = 0;
  bool is_cut = false;
  for (const FakeSubscription& item : topic->subscriptions) {
    if (!is_visible(item.made_at) || number++ < start) {
      continue;
    }
    if (number > start + page_size) {
      is_cut = true;
      break;
    }
    xml += "<member>" + xml_element("TopicArn", arn) + xml_element("Protocol", item.protocol) +
           xml_element("SubscriptionArn",
                       item.is_pending ? std::string(pending_text) : arn + ':' + item.id) +
           xml_element("Owner", world_.account) + xml_element("Endpoint", item.endpoint) +
           "</member>";
  }
  xml += "</Subscriptions>";
  if (is_cut) {
    xml += xml_element("NextToken", "from-" + std::to_string(start + page_size));
  }
  return query_answer(call.operation, xml);
}

FakeAnswer FakeSns::get_subscription(const FakeCall& call) {
  const std::string arn = text_member(call.json, "SubscriptionArn");
  if (std::count(arn.begin(), arn.end(), ':') < 6) {
    return invalid("SubscriptionArn Reason: An ARN must have at least 6 elements");
  }
  const FakeSubscription* const item = subscription_of(arn);
  if (item == nullptr) {
    return query_error(404, "NotFound", "Subscription does not exist");
  }
  auto attributes = item->attributes;
  attributes["SubscriptionArn"] = arn;
  attributes["TopicArn"] = arn.substr(0, arn.rfind(':'));
  attributes["Owner"] = world_.account;
  attributes["Protocol"] = item->protocol;
  attributes["Endpoint"] = item->endpoint;
  attributes["PendingConfirmation"] = item->is_pending ? "true" : "false";
  attributes["ConfirmationWasAuthenticated"] = "false";
  attributes.try_emplace("RawMessageDelivery", "false");
  return query_answer(call.operation, entries_xml(attributes));
}

FakeAnswer FakeSns::set_subscription(const FakeCall& call) {
  const std::string arn = text_member(call.json, "SubscriptionArn");
  const std::string name = text_member(call.json, "AttributeName");
  const std::string value = text_member(call.json, "AttributeValue");
  if (std::count(arn.begin(), arn.end(), ':') < 6) {
    return invalid("SubscriptionArn Reason: An ARN must have at least 6 elements");
  }
  FakeSubscription* const item = subscription_of(arn);
  if (item == nullptr) {
    return query_error(404, "NotFound", "Subscription does not exist");
  }
  if (std::string wrong = subscription_attribute_fault(name, value); !wrong.empty()) {
    return invalid(wrong);
  }
  if (value.empty()) {
    item->attributes.erase(name);
  } else {
    item->attributes[name] = value;
  }
  return query_answer(call.operation, "");
}

FakeAnswer FakeSns::unsubscribe(const FakeCall& call) {
  const std::string arn = text_member(call.json, "SubscriptionArn");
  if (std::count(arn.begin(), arn.end(), ':') < 6) {
    return invalid("SubscriptionArn Reason: An ARN must have at least 6 elements");
  }
  const FakeSubscription* const item = subscription_of(arn);
  if (item == nullptr) {
    return query_error(404, "NotFound", "Subscription does not exist");
  }
  if (item->is_pending) {
    return invalid("This operation cannot be done on a subscription that is pending confirmation");
  }
  std::erase_if(topics_.at(arn.substr(0, arn.rfind(':'))).subscriptions,
                [id = item->id](const FakeSubscription& other) { return other.id == id; });
  return query_answer(call.operation, "");
}

Json FakeSns::snapshot() const {
  Json topics = Json::object();
  for (const auto& [arn, topic] : topics_) {
    topics[arn] = to_json(topic);
  }
  return topics.empty() ? Json::object() : Json{{"topics", std::move(topics)}};
}

void FakeSns::restore(const Json& snapshot) {
  topics_.clear();
  const Json topics = snapshot.value("topics", Json::object());
  for (const auto& [arn, document] : topics.items()) {
    FakeTopic topic = topic_of_json(document);
    for (FakeSubscription& item : topic.subscriptions) {
      item.id = new_id();
    }
    topics_[arn] = std::move(topic);
  }
}

void FakeSns::confirm_subscription(const std::string& endpoint) {
  for (auto& [arn, topic] : topics_) {
    for (FakeSubscription& item : topic.subscriptions) {
      item.is_pending = item.is_pending && item.endpoint != endpoint;
    }
  }
}

}  // namespace

std::unique_ptr<FakeService> make_fake_sns(FakeWorld& world) {
  return std::make_unique<FakeSns>(world);
}

}  // namespace bedrocklog::fake_aws
