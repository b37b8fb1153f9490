// Where logs and bill agree and where not: the buckets, and the causes that explain them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "analytics/money.h"

namespace bedrocklog::finance {

/// Every token and every cent of both sides is in exactly one. In the order they are shown.
enum class Bucket : std::uint8_t {
  agrees,
  agrees_by_sum,  // Tokens agree once classes that logs cannot tell are added up.
  tokens_differ,
  rate_differs,  // Tokens agree, money does not.
  log_without_bill,
  bill_without_log,
  not_comparable,     // Nothing in logs or book to compare with.
  unknown_bill_line,  // Model or usage type not understood.
  other_charges,      // Credits, taxes, discounts, fees: money without usage.
  unsettled,          // The last hours of the bill, which are still to be completed.
  outside_period,     // Days that the other side was not asked for.
};
inline constexpr std::size_t bucket_count = 11;

enum class Cause : std::uint8_t {
  none,
  // agrees
  rounding,          // Within half a unit of the bill's last decimal per line.
  within_tolerance,  // The user's.
  // agrees_by_sum, rate_differs
  cache_ttl,
  day,
  region,
  tier,
  scope,
  context,
  discount,
  stale_price,
  // tokens_differ
  logs_missing,
  logs_twice,
  bill_late,
  bill_twice,
  // log_without_bill
  account_not_billed,
  day_not_billed,
  model_not_billed,
  line_not_billed,
  // bill_without_log
  batch,
  unlogged_endpoint,
  account_not_logged,
  region_not_logged,
  day_not_logged,
  model_not_logged,
  line_not_logged,
  // not_comparable
  unpriced,
  opaque_model,
  provisioned,
  custom_model,
  capacity,     // Reserved or provisioned throughput, storage, training.
  other_meter,  // Images, guardrails, searches, ...
  other_unit,
  long_line,  // A line of more than a day.
  // unknown_bill_line
  unknown_model,
  unknown_usage_type,
  // other_charges
  credit,
  refund,
  tax,
  discount_line,
  fee,
  other_line,
  // unsettled, outside_period
  too_recent,
  outside_bill,
  outside_range,
};
inline constexpr std::size_t cause_count = 45;

/// "tokens_differ", "stale_price": stable, in every output.
[[nodiscard]] std::string_view name_of(Bucket bucket);
[[nodiscard]] std::string_view name_of(Cause cause);
/// One sentence for people, without a final stop: what it means and what to do. Empty for none.
[[nodiscard]] std::string_view meaning_of(Cause cause);

/// Differences in these are findings; the others are explained by what they are.
[[nodiscard]] bool is_finding(Bucket bucket);

/// Tokens of bills may be fractional: they are counted in 10^-12.
inline constexpr unsigned bill_token_scale = 12;
inline constexpr analytics::Int128 bill_token_unit = 1'000'000'000'000;

/// One row of the comparison. Nothing stands for "has none" or "not known", never for 0.
struct Difference {
  Bucket bucket = Bucket::agrees;
  Cause cause = Cause::none;
  std::string account, region, model;
  std::optional<std::int32_t> day;  // UTC, since 1970-01-01.
  std::string meter;                // Or the usage type, or the kind of a line that is no usage.
  std::string price_class;          // "standard regional", "batch global long".
  std::string detail;               // What speaks for the cause, in words and figures.
  std::optional<analytics::Int128> log_tokens;
  std::optional<analytics::Int128> bill_tokens_e12;
  std::optional<analytics::Attodollars> log_cost;  // At list price.
  std::optional<analytics::Attodollars> bill_cost;
  std::uint64_t bill_lines = 0;

  [[nodiscard]] analytics::Int128 token_difference_e12() const;  // Bill - logs.
  [[nodiscard]] analytics::Attodollars cost_difference() const;  // Bill - logs.
};

}  // namespace bedrocklog::finance
