// Members of the operations of AWS Budgets, as its service model has them.
#pragma once

#include <array>
#include <cstddef>

#include "tests/fake_aws/fake_json_members.h"

namespace bedrocklog::fake_aws::budgets {

inline constexpr std::size_t notifications_max = 10;
inline constexpr std::size_t page_size_max = 100;
inline constexpr std::size_t threshold_max = 15'000'000'000'000;

inline constexpr Member account{"AccountId", MemberKind::text, true, 12, 12, R"(\d{12})"};
inline constexpr Member budget_name{"BudgetName", MemberKind::text, true, 1, 100, R"([^:\\]+)"};
inline constexpr Member page_size{"MaxResults", MemberKind::whole, false, 1, page_size_max};
inline constexpr Member page_token{"NextToken"};

inline constexpr std::array<Member, 2> spend_members = {
    {{"Amount", MemberKind::text, true, 1, SIZE_MAX, R"(([0-9]*\.)?[0-9]+)"},
     {"Unit", MemberKind::text, true, 1}}};
inline constexpr std::array<Member, 11> cost_type_members = {
    {{"IncludeTax", MemberKind::boolean},
     {"IncludeSubscription", MemberKind::boolean},
     {"UseBlended", MemberKind::boolean},
     {"IncludeRefund", MemberKind::boolean},
     {"IncludeCredit", MemberKind::boolean},
     {"IncludeUpfront", MemberKind::boolean},
     {"IncludeRecurring", MemberKind::boolean},
     {"IncludeOtherSubscription", MemberKind::boolean},
     {"IncludeSupport", MemberKind::boolean},
     {"IncludeDiscount", MemberKind::boolean},
     {"UseAmortized", MemberKind::boolean}}};
inline constexpr std::array<Member, 2> period_members = {
    {{"Start", MemberKind::number}, {"End", MemberKind::number}}};
inline constexpr std::array<Member, 8> budget_members = {
    {budget_name,
     {"BudgetLimit", MemberKind::structure, false, 0, SIZE_MAX, {}, spend_members},
     {"CostFilters", MemberKind::map},
     {"CostTypes", MemberKind::structure, false, 0, SIZE_MAX, {}, cost_type_members},
     {"TimeUnit", MemberKind::text, true, 0, SIZE_MAX, "DAILY|MONTHLY|QUARTERLY|ANNUALLY|CUSTOM"},
     {"TimePeriod", MemberKind::structure, false, 0, SIZE_MAX, {}, period_members},
     {"BudgetType", MemberKind::text, true, 0, SIZE_MAX,
      "USAGE|COST|RI_UTILIZATION|RI_COVERAGE|SAVINGS_PLANS_UTILIZATION|SAVINGS_PLANS_COVERAGE"},
     {"BillingViewArn", MemberKind::text, false, 20, 2048}}};

inline constexpr std::array<Member, 5> notification_members = {
    {{"NotificationType", MemberKind::text, true, 0, SIZE_MAX, "ACTUAL|FORECASTED"},
     {"ComparisonOperator", MemberKind::text, true, 0, SIZE_MAX, "GREATER_THAN|LESS_THAN|EQUAL_TO"},
     {"Threshold", MemberKind::number, true, 0, threshold_max},
     {"ThresholdType", MemberKind::text, false, 0, SIZE_MAX, "PERCENTAGE|ABSOLUTE_VALUE"},
     {"NotificationState", MemberKind::text, false, 0, SIZE_MAX, "OK|ALARM"}}};
inline constexpr std::array<Member, 2> subscriber_members = {
    {{"SubscriptionType", MemberKind::text, true, 0, SIZE_MAX, "SNS|EMAIL"},
     {"Address", MemberKind::text, true, 1}}};
inline constexpr Member notification{
    "Notification", MemberKind::structure, true, 0, SIZE_MAX, {}, notification_members};
inline constexpr Member subscriber{"Subscriber", MemberKind::structure, true, 0, SIZE_MAX,
                                   {},           subscriber_members};
inline constexpr Member subscribers{"Subscribers",     MemberKind::structures, true, 1, 11, {},
                                    subscriber_members};
inline constexpr std::array<Member, 2> subscribed_members = {{notification, subscribers}};

inline constexpr std::array<Member, 3> create_members = {
    {account,
     {"Budget", MemberKind::structure, true, 0, SIZE_MAX, {}, budget_members},
     {"NotificationsWithSubscribers",
      MemberKind::structures,
      false,
      0,
      notifications_max,
      {},
      subscribed_members}}};
inline constexpr std::array<Member, 2> update_members = {
    {account, {"NewBudget", MemberKind::structure, true, 0, SIZE_MAX, {}, budget_members}}};
inline constexpr std::array<Member, 2> name_members = {{account, budget_name}};
inline constexpr std::array<Member, 4> list_members = {
    {account, budget_name, page_size, page_token}};
inline constexpr std::array<Member, 5> subscriber_list_members = {
    {account, budget_name, notification, page_size, page_token}};
inline constexpr std::array<Member, 4> create_notification_members = {
    {account, budget_name, notification, subscribers}};
inline constexpr std::array<Member, 4> update_notification_members = {
    {account,
     budget_name,
     {"OldNotification", MemberKind::structure, true, 0, SIZE_MAX, {}, notification_members},
     {"NewNotification", MemberKind::structure, true, 0, SIZE_MAX, {}, notification_members}}};
inline constexpr std::array<Member, 3> notification_name_members = {
    {account, budget_name, notification}};
inline constexpr std::array<Member, 4> subscriber_name_members = {
    {account, budget_name, notification, subscriber}};

}  // namespace bedrocklog::fake_aws::budgets
