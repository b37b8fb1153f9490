// A budget with its notifications. Budgets belong to the account and carry their mark in their
// name.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "provision/answer_members.h"
#include "provision/call_fault.h"
#include "provision/normal_form.h"
#include "provision/resource_provider.h"
#include "provision/settling.h"

namespace bedrocklog::provision {
namespace {

using aws::CallFailure;
using aws::CallResult;

/// Ten notifications of eleven subscribers are all that a budget can have.
constexpr unsigned pages_max = 100;

/// What UpdateBudget takes of what DescribeBudget tells: the rest is counted by AWS.
constexpr std::array<const char*, 8> budget_members = {"BudgetName",  "BudgetType",    "TimeUnit",
                                                       "BudgetLimit", "CostFilters",   "CostTypes",
                                                       "TimePeriod",  "BillingViewArn"};

bool is_absent(const CallFailure& failure) {
  return has_code(failure, {"NotFoundException"});
}

/// Amounts are texts on the wire.
Json sent_budget(Json budget) {
  const auto limit = budget.find("BudgetLimit");
  if (limit != budget.end() && limit->contains("Amount") && (*limit)["Amount"].is_number()) {
    (*limit)["Amount"] = (*limit)["Amount"].dump();
  }
  return budget;
}

/// The notification of that kind; null: none.
const Json* notification_in(const Json& list, const Json& notification) {
  for (const Json& one : list) {
    if (one.is_object() && one.value("Notification", Json()) == notification) {
      return &one;
    }
  }
  return nullptr;
}

bool has_entry(const Json& list, const Json& entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

class BudgetProvider final : public ResourceProvider {
 public:
  BudgetProvider(aws::ServiceCalls& calls, StackIdentity identity, Waiter waiter)
      : calls_(&calls), identity_(std::move(identity)), waiter_(std::move(waiter)) {}

  Result<std::optional<Observed>> read(const Address& address) override;
  Result<void> create(const Address& address, const Json& target) override;
  Result<void> update(const Address& address, const Json& target,
                      const Observed& observed) override;
  Result<void> remove(const Address& address, const Observed& /*observed*/,
                      bool /*deletes_data*/) override {
    return change(address, "DeleteBudget", named(address), true);
  }
  /// There is no mark to take off: a budget of others is never adopted.
  Result<void> release(const Address& /*address*/, const Observed& /*observed*/) override {
    return {};
  }

 private:
  CallResult<Json> call(std::string_view operation, const Json& members) const {
    return calls_->json("budgets", identity_.home_region, operation, members);
  }
  [[nodiscard]] Json named(const Address& address) const {
    return {{"AccountId", identity_.account}, {"BudgetName", address.name}};
  }
  Result<void> change(const Address& address, std::string_view operation, const Json& members,
                      bool is_removal = false) const {
    const CallResult<Json> answer = settled<Json>(
        waiter_, bucket_settling_ms_max, [&] { return call(operation, members); },
        // What was made a moment ago may not be known everywhere yet.
        [&](const CallFailure& failure) { return !is_removal && is_absent(failure); });
    const bool is_done = answer || (is_removal && is_absent(answer.error())) ||
                         has_code(answer.error(), {"DuplicateRecordException"});
    return is_done ? Result<void>() : Result<void>(refused(address, answer.error()));
  }
  /// All pages; nothing: the budget is gone.
  Result<std::optional<Json>> entries(const Address& address, std::string_view operation,
                                      const char* name, Json members) const;
  Result<std::optional<Json>> notifications(const Address& address) const;
  Result<void> write_notifications(const Address& address, const Json& wanted,
                                   const Json& found) const;
  Result<void> write_subscribers(const Address& address, const Json& wanted,
                                 const Json& found) const;

  aws::ServiceCalls* calls_;
  StackIdentity identity_;
  Waiter waiter_;
};

Result<std::optional<Json>> BudgetProvider::entries(const Address& address,
                                                    std::string_view operation, const char* name,
                                                    Json members) const {
  Json all = Json::array();
  for (unsigned page = 0; page < pages_max; ++page) {
    const CallResult<Json> answer = call(operation, members);
    if (!answer) {
      if (is_absent(answer.error())) {
        return std::optional<Json>();
      }
      return refused(address, answer.error());
    }
    for (const Json& entry : part_in(*answer, name)) {
      all.push_back(entry);
    }
    const std::string next = text_in(*answer, "NextToken");
    if (next.empty()) {
      return std::optional(std::move(all));
    }
    members["NextToken"] = next;
  }
  return fault(to_text(address), fmt::format("budgets {}: the list does not end", operation));
}

Result<std::optional<Json>> BudgetProvider::notifications(const Address& address) const {
  Result<std::optional<Json>> found =
      entries(address, "DescribeNotificationsForBudget", "Notifications", named(address));
  if (!found) {
    return found;
  }
  const std::optional<Json> list = std::move(*found);
  if (!list) {
    return std::optional<Json>();
  }
  Json all = Json::array();
  for (Json notification : *list) {
    if (!notification.is_object()) {
      continue;
    }
    notification.erase("NotificationState");
    notification.emplace("ThresholdType", "PERCENTAGE");
    Json members = named(address);
    members["Notification"] = notification;
    Result<std::optional<Json>> answer =
        entries(address, "DescribeSubscribersForNotification", "Subscribers", std::move(members));
    if (!answer) {
      return answer;
    }
    if (std::optional<Json> subscribers = std::move(*answer)) {
      all.push_back({{"Notification", notification}, {"Subscribers", std::move(*subscribers)}});
    }
  }
  return std::optional(std::move(all));
}

Result<std::optional<Observed>> BudgetProvider::read(const Address& address) {
  const CallResult<Json> answer = call("DescribeBudget", named(address));
  if (!answer) {
    if (is_absent(answer.error())) {
      return std::optional<Observed>();
    }
    return refused(address, answer.error());
  }
  Result<std::optional<Json>> found = notifications(address);
  if (!found) {
    return pass_on(found);
  }
  std::optional<Json> told = std::move(*found);
  if (!told) {
    return std::optional<Observed>();  // Deleted meanwhile.
  }
  Json budget = Json::object();
  for (const char* const member : budget_members) {
    copy_member(part_in(*answer, "Budget"), member, budget, member);
  }
  Json properties = normal_form(
      ResourceKind::budget,
      {{"Budget", std::move(budget)}, {"NotificationsWithSubscribers", std::move(*told)}});
  const bool is_ours = address.name.starts_with("bedrocklog-" + identity_.stack + '-');
  return std::optional(Observed{std::move(properties),
                                is_ours ? Ownership::ours : Ownership::foreign,
                                is_ours ? identity_.stack : "", Json::object()});
}

Result<void> BudgetProvider::create(const Address& address, const Json& target) {
  const CallResult<Json> made =
      call("CreateBudget",
           {{"AccountId", identity_.account},
            {"Budget", sent_budget(target.at("Budget"))},
            {"NotificationsWithSubscribers", part_in(target, "NotificationsWithSubscribers")}});
  if (made) {
    return {};
  }
  if (!has_code(made.error(), {"DuplicateRecordException"})) {
    return refused(address, made.error());
  }
  return update_when_seen(waiter_, address, target);
}

Result<void> BudgetProvider::update(const Address& address, const Json& target,
                                    const Observed& observed) {
  const Json wanted = {{"Budget", target.at("Budget")}};
  const Json found = {{"Budget", part_in(observed.properties, "Budget")}};
  if (!differences(ResourceKind::budget, wanted, found).empty()) {
    // Replaced whole: what we do not manage is written as it was.
    Json merged = found["Budget"];
    merged.erase("CostFilters");  // Of a budget that shall count everything, too.
    merged.update(target.at("Budget"));
    const Result<void> written =
        change(address, "UpdateBudget",
               {{"AccountId", identity_.account}, {"NewBudget", sent_budget(std::move(merged))}});
    if (!written) {
      return pass_on(written);
    }
  }
  return write_notifications(address, part_in(target, "NotificationsWithSubscribers"),
                             part_in(observed.properties, "NotificationsWithSubscribers"));
}

Result<void> BudgetProvider::write_notifications(const Address& address, const Json& wanted,
                                                 const Json& found) const {
  // Those that go make room for those that come.
  for (const Json& one : found) {
    if (notification_in(wanted, one["Notification"]) == nullptr) {
      Json members = named(address);
      members["Notification"] = one["Notification"];
      const Result<void> gone = change(address, "DeleteNotification", members, true);
      if (!gone) {
        return pass_on(gone);
      }
    }
  }
  for (const Json& one : wanted) {
    const Json* const there = notification_in(found, one["Notification"]);
    if (there != nullptr) {
      const Result<void> written = write_subscribers(address, one, *there);
      if (!written) {
        return pass_on(written);
      }
      continue;
    }
    Json members = named(address);
    members.update(one);
    const Result<void> made = change(address, "CreateNotification", members);
    if (!made) {
      return pass_on(made);
    }
  }
  return {};
}

Result<void> BudgetProvider::write_subscribers(const Address& address, const Json& wanted,
                                               const Json& found) const {
  const Json& to_have = part_in(wanted, "Subscribers");
  const Json& had = part_in(found, "Subscribers");
  Json members = named(address);
  members["Notification"] = wanted["Notification"];
  const bool has_one_that_stays =
      std::any_of(had.begin(), had.end(), [&](const Json& one) { return has_entry(to_have, one); });
  if (!has_one_that_stays) {
    // The last subscriber would take the notification along.
    const Result<void> gone = change(address, "DeleteNotification", members, true);
    members["Subscribers"] = to_have;
    return gone ? change(address, "CreateNotification", members) : gone;
  }
  for (const Json& one : had) {
    members["Subscriber"] = one;
    const Result<void> gone = has_entry(to_have, one)
                                  ? Result<void>()
                                  : change(address, "DeleteSubscriber", members, true);
    if (!gone) {
      return pass_on(gone);
    }
  }
  for (const Json& one : to_have) {
    members["Subscriber"] = one;
    const Result<void> made =
        has_entry(had, one) ? Result<void>() : change(address, "CreateSubscriber", members);
    if (!made) {
      return pass_on(made);
    }
  }
  return {};
}

}  // namespace

std::unique_ptr<ResourceProvider> make_budget_provider(aws::ServiceCalls& calls,
                                                       StackIdentity identity, Waiter waiter) {
  return std::make_unique<BudgetProvider>(calls, std::move(identity), std::move(waiter));
}

}  // namespace bedrocklog::provision
