// Names and meanings of buckets and causes.
#include "analytics/finance/difference.h"

#include <array>

namespace bedrocklog::finance {
namespace {

struct CauseText {
  std::string_view name, meaning;
};

constexpr std::array<CauseText, cause_count> causes = {{
    {"", ""},
    {"rounding", "the bill rounds each line to its last decimal"},
    {"within_tolerance", "within --tolerance-tokens and --tolerance-usd"},
    {"cache_ttl",
     "cache writes agree as a whole: logs without bodies do not tell 5 minutes from 1 hour"},
    {"day", "the bill has it on the neighbouring day"},
    {"region", "the bill has it in another region"},
    {"tier", "the bill has it in another tier; most logs do not tell the tier"},
    {"scope", "the bill has it at the other routing scope (global or regional)"},
    {"context", "the bill has it at the other price for long requests"},
    {"discount",
     "the bill is lower by one rate in the whole account: a discount; list prices are "
     "compared here"},
    {"stale_price",
     "the bill has another price than the book: bring the price book up to date "
     "(prices import, --prices), or a discount holds for this model alone"},
    {"logs_missing",
     "the bill has more tokens than the logs: records were lost or not delivered "
     "yet, or logging was off for a time"},
    {"logs_twice",
     "all that differs on the day has exactly twice the tokens in the logs: records counted "
     "twice?"},
    {"bill_late", "the logs have more tokens than the bill: lines still to come, or credited"},
    {"bill_twice",
     "all that differs on the day has exactly twice the tokens in the bill: a file of it given "
     "twice?"},
    {"account_not_billed", "the bill has no line of this account: another payer?"},
    {"day_not_billed", "the bill has no line of this account on this day"},
    {"model_not_billed", "the bill has no line of this model in this account"},
    {"line_not_billed", "the bill has no line of this class of tokens"},
    {"batch", "batch jobs are billed; as far as is known they are not logged as invocations"},
    {"unlogged_endpoint", "the usage type is one of an endpoint whose calls may not be logged"},
    {"account_not_logged",
     "the logs have no call of this account: logging is off, or its logs were "
     "not read"},
    {"region_not_logged",
     "the logs have no call of this account in this region: logging is off "
     "there"},
    {"day_not_logged", "the logs have no call of this account on this day: a delivery is missing"},
    {"model_not_logged", "the logs have no call of this model in this account"},
    {"line_not_logged", "the logs have no tokens of this class"},
    {"unpriced", "the price book has no price; add one (prices import, --prices)"},
    {"opaque_model", "the logs name an ARN that stands for a model; add it to --model-map"},
    {"provisioned", "calls on provisioned capacity: billed by the hour, not by the token"},
    {"custom_model", "tokens of a custom model"},
    {"capacity", "capacity, storage or training: billed without regard to calls"},
    {"other_meter", "not metered in tokens that logs count"},
    {"other_unit", "in a unit that does not tell a number of tokens"},
    {"long_line", "the line covers more than a day; export the bill by hour or by day"},
    {"unknown_model", "no model is known by this name; see bedrocklog models"},
    {"unknown_usage_type", "the usage type is of no known form"},
    {"credit", "credits"},
    {"refund", "refunds"},
    {"tax", "taxes"},
    {"discount_line", "discounts that are lines of their own"},
    {"fee", "fees and purchases"},
    {"other_line", "lines of another kind"},
    {"too_recent", "too recent: lines come late, see --settle-hours"},
    {"outside_bill", "days that the bill does not cover"},
    {"outside_range", "days that the logs were not asked for"},
}};

}  // namespace

std::string_view name_of(Bucket bucket) {
  constexpr std::array<std::string_view, bucket_count> names = {
      "agrees",           "agrees_by_sum",    "tokens_differ",  "rate_differs",
      "log_without_bill", "bill_without_log", "not_comparable", "unknown_bill_line",
      "other_charges",    "unsettled",        "outside_period"};
  return names.at(static_cast<std::size_t>(bucket));
}

std::string_view name_of(Cause cause) {
  return causes.at(static_cast<std::size_t>(cause)).name;
}

std::string_view meaning_of(Cause cause) {
  return causes.at(static_cast<std::size_t>(cause)).meaning;
}

bool is_finding(Bucket bucket) {
  switch (bucket) {
    case Bucket::agrees_by_sum:
    case Bucket::tokens_differ:
    case Bucket::rate_differs:
    case Bucket::log_without_bill:
    case Bucket::bill_without_log:
    case Bucket::unknown_bill_line:
      return true;
    default:
      return false;
  }
}

analytics::Int128 Difference::token_difference_e12() const {
  return bill_tokens_e12.value_or(0) - log_tokens.value_or(0) * bill_token_unit;
}

analytics::Attodollars Difference::cost_difference() const {
  return bill_cost.value_or(analytics::Attodollars{}) - log_cost.value_or(analytics::Attodollars{});
}

}  // namespace bedrocklog::finance
