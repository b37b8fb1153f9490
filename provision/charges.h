// What AWS charges for because the stack is there: plain counts for a month, without any price.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/fault.h"
#include "provision/resource.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {

/// Hours of a month, as AWS' own examples count them.
inline constexpr unsigned hours_of_a_month = 730;

struct Charge {
  /// Stable, and the name of its unit price: "standard_alarm", "high_resolution_alarm",
  /// "anomaly_alarm", "metrics_insights_alarm", "composite_alarm", "custom_metric", "dashboard",
  /// "trail_management_events", "trail_data_events", "trail_insights_events", "endpoint_hour",
  /// "key", "budget_day".
  std::string id;
  std::string unit;  // "alarm metrics a month", "endpoint hours a month".
  /// For a month. Nothing is known of what follows from use (events of a trail): is_counted false.
  std::uint64_t count = 0;
  bool is_counted = true;
  std::string note;  // What is counted, and what is free.
};

/// In a fixed order; those of which the stack has none are left out. Counts managed resources only.
/// What is free for the whole account (the first dashboards, budgets) is taken off here, as if the
/// stack were alone in it.
[[nodiscard]] std::vector<Charge> charges_of(const StackSpec& spec, const DesiredState& desired);

/// The ids above.
[[nodiscard]] const std::vector<std::string_view>& charge_ids();

struct PricedCharge {
  Charge charge;
  std::string unit_price;  // As given; empty: none was.
  std::string amount;      // count x price, exact, "1.20"; empty: not counted, or no price.
};
struct PricedCharges {
  std::vector<PricedCharge> charges;
  std::string total;        // Exact, of those with an amount.
  bool is_complete = true;  // Every charge has an amount.
};
/// `unit_prices`: exact decimals by id ("0.10"), in one currency; not negative, at most 12
/// decimals. Unknown ids and malformed prices are faults.
[[nodiscard]] Result<PricedCharges> priced(const std::vector<Charge>& charges,
                                           const std::map<std::string, std::string>& unit_prices);

}  // namespace bedrocklog::provision
