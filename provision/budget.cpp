// The monthly budget, an option. What it counts is chosen by the admin: the service "Amazon
// Bedrock" has not what is billed through AWS Marketplace.
#include <string>
#include <utility>

#include <fmt/format.h>

#include "provision/observability_profile.h"
#include "provision/value_rules.h"

namespace bedrocklog::provision {
namespace {

Json notification(const char* type, unsigned percent, const Json& subscribers) {
  return {{"Notification",
           {{"NotificationType", type},
            {"ComparisonOperator", "GREATER_THAN"},
            {"Threshold", percent},
            {"ThresholdType", "PERCENTAGE"}}},
          {"Subscribers", subscribers}};
}

}  // namespace

void add_budget(Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  const BudgetSettings& settings = spec.observability.budget;
  if (settings.monthly_usd.empty()) {
    return;
  }
  const AlarmTopic told = alarm_topic(spec, spec.regions.front());
  Json subscribers = Json::array({{{"SubscriptionType", "SNS"}, {"Address", told.arn}}});
  for (const std::string& email : settings.emails) {
    subscribers.push_back({{"SubscriptionType", "EMAIL"}, {"Address", email}});
  }
  const std::string name = fmt::format("bedrocklog-{}-monthly", spec.stack);
  Json budget = {
      {"BudgetName", name},
      {"BudgetType", "COST"},
      {"TimeUnit", "MONTHLY"},
      {"BudgetLimit", {{"Amount", plain_decimal(settings.monthly_usd)}, {"Unit", "USD"}}}};
  if (!settings.services.empty()) {
    budget["CostFilters"] = {{"Service", settings.services}};
  }
  Json notifications = Json::array();
  if (settings.actual_percent > 0) {
    notifications.push_back(notification("ACTUAL", settings.actual_percent, subscribers));
  }
  if (settings.forecast_percent > 0) {
    notifications.push_back(notification("FORECASTED", settings.forecast_percent, subscribers));
  }
  Json properties = {{"Budget", std::move(budget)}};
  if (!notifications.empty()) {
    properties["NotificationsWithSubscribers"] = std::move(notifications);
  }
  assembly.add(Component::alerting, {ResourceKind::budget, "", name}, properties, told.needs);
}

}  // namespace bedrocklog::provision
