// AWS Budgets of the fake: budgets of the account with their notifications. One for the partition.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "tests/fake_aws/fake_budgets_members.h"
#include "tests/fake_aws/fake_service.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::size_t emails_max = 10;

constexpr std::array<std::string_view, 14> filter_names = {"AZ",
                                                           "BillingEntity",
                                                           "CostCategory",
                                                           "InstanceType",
                                                           "InvoicingEntity",
                                                           "LegalEntityName",
                                                           "LinkedAccount",
                                                           "Operation",
                                                           "PurchaseType",
                                                           "Region",
                                                           "Service",
                                                           "TagKeyValue",
                                                           "UsageType",
                                                           "UsageTypeGroup"};

struct FakeNotification {
  Json about;  // Without its state.
  Json subscribers = Json::array();
};

struct FakeBudget {
  Json settings;
  std::vector<FakeNotification> notifications;
  std::uint64_t seen_from = 0;
};

FakeAnswer refused(const std::string& code, const std::string& message) {
  return json_error(400, code, message);
}

FakeAnswer not_found(const std::string& what) {
  return refused("NotFoundException", "Unable to find " + what);
}

/// What makes two notifications the same one.
Json identity_of(const Json& sent) {
  return {{"NotificationType", sent["NotificationType"]},
          {"ComparisonOperator", sent["ComparisonOperator"]},
          {"Threshold", sent["Threshold"].get<double>()},
          {"ThresholdType", sent.value("ThresholdType", "PERCENTAGE")}};
}

std::string subscribers_fault(const Json& list, const std::string& partition) {
  std::size_t topics = 0;
  std::size_t emails = 0;
  Json seen = Json::array();
  for (const Json& one : list) {
    const bool is_topic = one["SubscriptionType"] == "SNS";
    const std::string address = text_member(one, "Address");
    ++(is_topic ? topics : emails);
    if (is_topic ? !address.starts_with("arn:" + partition + ":sns:")
                 : address.find('@') == std::string::npos) {
      return "The address of a subscriber is not valid: " + address;
    }
    if (std::find(seen.begin(), seen.end(), one) != seen.end()) {
      return "A subscriber is named twice: " + address;
    }
    seen.push_back(one);
  }
  return topics > 1 || emails > emails_max
             ? "A notification has one SNS topic and ten e-mail addresses at most."
             : "";
}

std::string budget_fault(const Json& budget) {
  const bool is_spend = budget["BudgetType"] == "COST" || budget["BudgetType"] == "USAGE";
  if (is_spend && !budget.contains("BudgetLimit")) {
    return "BudgetLimit must be given.";
  }
  const Json filters = budget.value("CostFilters", Json::object());
  for (const auto& [name, values] : filters.items()) {
    const bool is_list = values.is_array() && !values.empty() &&
                         std::all_of(values.begin(), values.end(),
                                     [](const Json& value) { return value.is_string(); });
    if (!is_list ||
        std::find(filter_names.begin(), filter_names.end(), name) == filter_names.end()) {
      return "The cost filter " + name + " is not valid.";
    }
  }
  return {};
}

/// "500" as AWS gives it back.
std::string amount_text(std::string amount) {
  return amount.find('.') == std::string::npos ? amount + ".0" : amount;
}

class FakeBudgets : public FakeService {
 public:
  explicit FakeBudgets(FakeWorld& world) : world_(world) {}

  FakeAnswer handle(const FakeCall& call) override;
  FakeAnswer describe(const FakeCall& call) const override;
  Json snapshot() const override;
  void restore(const Json& snapshot) override;

 private:
  struct Operation {
    std::span<const Member> members;
    FakeAnswer (FakeBudgets::*run)(const FakeCall&, FakeBudget&) = nullptr;  // Null: CreateBudget.
    bool is_change = false;
  };
  static const std::map<std::string, Operation>& operations();

  FakeAnswer create(const FakeCall& call);
  FakeAnswer get(const FakeCall& call, FakeBudget& budget);
  FakeAnswer update(const FakeCall& call, FakeBudget& budget);
  FakeAnswer remove(const FakeCall& call, FakeBudget& budget);
  FakeAnswer list_notifications(const FakeCall& call, FakeBudget& budget);
  FakeAnswer list_subscribers(const FakeCall& call, FakeBudget& budget);
  FakeAnswer create_notification(const FakeCall& call, FakeBudget& budget);
  FakeAnswer update_notification(const FakeCall& call, FakeBudget& budget);
  FakeAnswer delete_notification(const FakeCall& call, FakeBudget& budget);
  FakeAnswer create_subscriber(const FakeCall& call, FakeBudget& budget);
  FakeAnswer delete_subscriber(const FakeCall& call, FakeBudget& budget);

  std::optional<FakeAnswer> add(const Json& about, const Json& list, FakeBudget& budget) const;
  /// What CreateBudget fills in.
  [[nodiscard]] Json stored(const Json& sent) const;

  FakeWorld& world_;
  std::map<std::string, FakeBudget> budgets_;
};

/// Null: none like it.
FakeNotification* notification_in(FakeBudget& budget, const Json& sent) {
  const Json identity = identity_of(sent);
  const auto found =
      std::find_if(budget.notifications.begin(), budget.notifications.end(),
                   [&](const FakeNotification& one) { return one.about == identity; });
  return found == budget.notifications.end() ? nullptr : &*found;
}

const std::map<std::string, FakeBudgets::Operation>& FakeBudgets::operations() {
  static const std::map<std::string, Operation> all = {
      {"CreateBudget", {budgets::create_members, nullptr, true}},
      {"DescribeBudget", {budgets::name_members, &FakeBudgets::get}},
      {"UpdateBudget", {budgets::update_members, &FakeBudgets::update, true}},
      {"DeleteBudget", {budgets::name_members, &FakeBudgets::remove, true}},
      {"DescribeNotificationsForBudget", {budgets::list_members, &FakeBudgets::list_notifications}},
      {"DescribeSubscribersForNotification",
       {budgets::subscriber_list_members, &FakeBudgets::list_subscribers}},
      {"CreateNotification",
       {budgets::create_notification_members, &FakeBudgets::create_notification, true}},
      {"UpdateNotification",
       {budgets::update_notification_members, &FakeBudgets::update_notification, true}},
      {"DeleteNotification",
       {budgets::notification_name_members, &FakeBudgets::delete_notification, true}},
      {"CreateSubscriber",
       {budgets::subscriber_name_members, &FakeBudgets::create_subscriber, true}},
      {"DeleteSubscriber",
       {budgets::subscriber_name_members, &FakeBudgets::delete_subscriber, true}},
  };
  return all;
}

std::string name_in(const FakeCall& call) {
  for (const char* const member : {"Budget", "NewBudget"}) {
    if (call.json.contains(member)) {
      return text_member(call.json[member], "BudgetName");
    }
  }
  return text_member(call.json, "BudgetName");
}

FakeAnswer FakeBudgets::describe(const FakeCall& call) const {
  FakeAnswer answer;
  answer.operation = call.operation;
  const auto found = operations().find(call.operation);
  answer.is_change = found != operations().end() && found->second.is_change;
  answer.resource =
      "arn:" + world_.partition + ":budgets::" + world_.account + ":budget/" + name_in(call);
  return answer;
}

FakeAnswer FakeBudgets::handle(const FakeCall& call) {
  const auto operation = operations().find(call.operation);
  if (operation == operations().end()) {
    return json_error(404, "UnknownOperationException",
                      "The operation " + call.operation + " is not known.");
  }
  if (auto wrong =
          json_members_refusal(call.json, operation->second.members, "InvalidParameterException")) {
    return *wrong;
  }
  if (text_member(call.json, "AccountId") != call.caller_account) {
    return refused("AccessDeniedException", "The account is not yours.");
  }
  if (operation->second.run == nullptr) {
    return create(call);
  }
  const auto found = budgets_.find(name_in(call));
  const bool is_unseen = !operation->second.is_change && found != budgets_.end() &&
                         world_.requests < found->second.seen_from;
  if (found == budgets_.end() || is_unseen) {
    return not_found("budget: " + name_in(call) +
                     " - the budget doesn't exist, or you don't have access to it.");
  }
  return (this->*operation->second.run)(call, found->second);
}

Json FakeBudgets::stored(const Json& sent) const {
  Json budget = sent;
  if (budget.contains("BudgetLimit")) {
    budget["BudgetLimit"]["Amount"] = amount_text(text_member(budget["BudgetLimit"], "Amount"));
  }
  if (!budget.contains("CostFilters")) {
    budget["CostFilters"] = Json::object();
  }
  if (!budget.contains("CostTypes")) {
    for (const Member& member : budgets::cost_type_members) {
      const bool is_use = member.name.starts_with("Use");
      budget["CostTypes"][std::string(member.name)] = !is_use;
    }
  }
  if (!budget.contains("TimePeriod")) {
    budget["TimePeriod"] = {{"Start", 1'788'220'800.0}, {"End", 3'706'473'600.0}};
  }
  return budget;
}

std::optional<FakeAnswer> FakeBudgets::add(const Json& about, const Json& list,
                                           FakeBudget& budget) const {
  if (std::string wrong = subscribers_fault(list, world_.partition); !wrong.empty()) {
    return refused("InvalidParameterException", wrong);
  }
  if (notification_in(budget, about) != nullptr) {
    return refused("DuplicateRecordException", "The notification already exists.");
  }
  if (budget.notifications.size() == budgets::notifications_max) {
    return refused("CreationLimitExceededException", "A budget has at most 10 notifications.");
  }
  budget.notifications.push_back({identity_of(about), list});
  return std::nullopt;
}

FakeAnswer FakeBudgets::create(const FakeCall& call) {
  const Json& sent = call.json["Budget"];
  if (std::string wrong = budget_fault(sent); !wrong.empty()) {
    return refused("InvalidParameterException", wrong);
  }
  FakeBudget made;
  made.settings = stored(sent);
  for (const Json& one : call.json.value("NotificationsWithSubscribers", Json::array())) {
    if (auto wrong = add(one["Notification"], one["Subscribers"], made)) {
      return *wrong;
    }
  }
  if (budgets_.contains(name_in(call))) {
    return refused("DuplicateRecordException",
                   "Error creating budget: " + name_in(call) + " - the budget already exists.");
  }
  made.seen_from = world_.requests + world_.read_lag_requests;
  budgets_[name_in(call)] = std::move(made);
  return json_answer(Json::object());
}

FakeAnswer FakeBudgets::get(const FakeCall& /*call*/, FakeBudget& budget) {
  Json shown = budget.settings;
  shown["CalculatedSpend"] = {{"ActualSpend", {{"Amount", "12.345"}, {"Unit", "USD"}}}};
  shown["LastUpdatedTime"] = static_cast<double>(world_.now_seconds) + 0.125;
  shown["HealthStatus"] = {{"Status", "HEALTHY"}};
  return json_answer({{"Budget", std::move(shown)}});
}

FakeAnswer FakeBudgets::update(const FakeCall& call, FakeBudget& budget) {
  Json sent = call.json["NewBudget"];
  if (std::string wrong = budget_fault(sent); !wrong.empty()) {
    return refused("InvalidParameterException", wrong);
  }
  if (sent["BudgetType"] != budget.settings["BudgetType"]) {
    return refused("InvalidParameterException", "The type of a budget cannot be changed.");
  }
  if (!sent.contains("TimePeriod")) {
    sent["TimePeriod"] = budget.settings["TimePeriod"];
  }
  budget.settings = stored(sent);
  return json_answer(Json::object());
}

FakeAnswer FakeBudgets::remove(const FakeCall& call, FakeBudget& /*budget*/) {
  budgets_.erase(name_in(call));
  return json_answer(Json::object());
}

/// A page of a list, from the index that the token says.
FakeAnswer page_answer(const FakeCall& call, const char* name, const Json& all) {
  const auto size =
      static_cast<std::size_t>(call.json.value("MaxResults", std::int64_t{budgets::page_size_max}));
  const std::string token = text_member(call.json, "NextToken", "0");
  if (token.find_first_not_of("0123456789") != std::string::npos || token.size() > 4) {
    return refused("InvalidNextTokenException", "The pagination token is not valid.");
  }
  const std::size_t start = std::stoul(token);
  Json page = {{name, Json::array()}};
  for (std::size_t i = start; i < all.size() && i < start + size; ++i) {
    page[name].push_back(all[i]);
  }
  if (start + size < all.size()) {
    page["NextToken"] = std::to_string(start + size);
  }
  return json_answer(page);
}

FakeAnswer FakeBudgets::list_notifications(const FakeCall& call, FakeBudget& budget) {
  Json all = Json::array();
  for (const FakeNotification& one : budget.notifications) {
    all.push_back(one.about);
    all.back()["NotificationState"] = "OK";
  }
  return page_answer(call, "Notifications", all);
}

FakeAnswer FakeBudgets::list_subscribers(const FakeCall& call, FakeBudget& budget) {
  const FakeNotification* const found = notification_in(budget, call.json["Notification"]);
  return found == nullptr ? not_found("the notification")
                          : page_answer(call, "Subscribers", found->subscribers);
}

FakeAnswer FakeBudgets::create_notification(const FakeCall& call, FakeBudget& budget) {
  auto wrong = add(call.json["Notification"], call.json["Subscribers"], budget);
  return wrong ? *wrong : json_answer(Json::object());
}

FakeAnswer FakeBudgets::update_notification(const FakeCall& call, FakeBudget& budget) {
  FakeNotification* const found = notification_in(budget, call.json["OldNotification"]);
  if (found == nullptr) {
    return not_found("the notification");
  }
  if (notification_in(budget, call.json["NewNotification"]) != nullptr) {
    return refused("DuplicateRecordException", "The notification already exists.");
  }
  found->about = identity_of(call.json["NewNotification"]);
  return json_answer(Json::object());
}

FakeAnswer FakeBudgets::delete_notification(const FakeCall& call, FakeBudget& budget) {
  const FakeNotification* const found = notification_in(budget, call.json["Notification"]);
  if (found == nullptr) {
    return not_found("the notification");
  }
  budget.notifications.erase(budget.notifications.begin() + (found - budget.notifications.data()));
  return json_answer(Json::object());
}

FakeAnswer FakeBudgets::create_subscriber(const FakeCall& call, FakeBudget& budget) {
  FakeNotification* const found = notification_in(budget, call.json["Notification"]);
  if (found == nullptr) {
    return not_found("the notification");
  }
  Json list = found->subscribers;
  const Json& added = call.json["Subscriber"];
  if (std::find(list.begin(), list.end(), added) != list.end()) {
    return refused("DuplicateRecordException", "The subscriber already exists.");
  }
  list.push_back(added);
  if (std::string wrong = subscribers_fault(list, world_.partition); !wrong.empty()) {
    return refused("CreationLimitExceededException", wrong);
  }
  found->subscribers = std::move(list);
  return json_answer(Json::object());
}

FakeAnswer FakeBudgets::delete_subscriber(const FakeCall& call, FakeBudget& budget) {
  FakeNotification* const found = notification_in(budget, call.json["Notification"]);
  if (found == nullptr) {
    return not_found("the notification");
  }
  Json& list = found->subscribers;
  const auto gone = std::find(list.begin(), list.end(), call.json["Subscriber"]);
  if (gone == list.end()) {
    return not_found("the subscriber");
  }
  list.erase(gone);
  // The last one takes the notification along.
  return list.empty() ? delete_notification(call, budget) : json_answer(Json::object());
}

Json FakeBudgets::snapshot() const {
  Json budgets = Json::object();
  for (const auto& [name, budget] : budgets_) {
    Json notifications = Json::array();
    for (const FakeNotification& one : budget.notifications) {
      Json list = one.subscribers;
      std::sort(list.begin(), list.end());
      notifications.push_back({{"Notification", one.about}, {"Subscribers", std::move(list)}});
    }
    std::sort(notifications.begin(), notifications.end());
    budgets[name] = {{"Budget", budget.settings}, {"Notifications", std::move(notifications)}};
  }
  return {{"Budgets", std::move(budgets)}};
}

void FakeBudgets::restore(const Json& snapshot) {
  budgets_.clear();
  const Json budgets = snapshot.value("Budgets", Json::object());
  for (const auto& [name, entry] : budgets.items()) {
    FakeBudget& budget = budgets_[name];
    budget.settings = entry.value("Budget", Json::object());
    for (const Json& one : entry.value("Notifications", Json::array())) {
      budget.notifications.push_back({one["Notification"], one["Subscribers"]});
    }
  }
}

}  // namespace

std::unique_ptr<FakeService> make_fake_budgets(FakeWorld& world) {
  return std::make_unique<FakeBudgets>(world);
}

}  // namespace bedrocklog::fake_aws
