// Counting what a desired state has of each kind that AWS charges for.
#include "provision/charges.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace bedrocklog::provision {
namespace {

constexpr unsigned high_resolution_seconds = 60;  // Periods below it.
constexpr std::uint64_t free_dashboards = 3;
constexpr std::uint64_t free_budgets = 2;
constexpr std::uint64_t days_of_a_month = 30;

constexpr std::array<std::string_view, 13> ids = {
    "standard_alarm",    "high_resolution_alarm", "anomaly_alarm", "metrics_insights_alarm",
    "composite_alarm",   "custom_metric",         "dashboard",     "trail_management_events",
    "trail_data_events", "trail_insights_events", "endpoint_hour", "key",
    "budget_day"};

struct AlarmCounts {
  std::uint64_t standard = 0;
  std::uint64_t high_resolution = 0;
  std::uint64_t anomaly = 0;
  std::uint64_t insights = 0;

  void add_metric(unsigned period_s) {
    ++(period_s > 0 && period_s < high_resolution_seconds ? high_resolution : standard);
  }
};

bool is_band(const Json& entry) {
  return entry.value("Expression", "").starts_with("ANOMALY_DETECTION_BAND");
}

bool is_insights_query(const Json& entry) {
  return entry.value("Expression", "").starts_with("SELECT ");
}

void count_alarm(const Json& alarm, AlarmCounts& counts) {
  const auto metrics = alarm.find("Metrics");
  if (metrics == alarm.end() || !metrics->is_array()) {
    counts.add_metric(alarm.value("Period", 0U));
    return;
  }
  if (std::any_of(metrics->begin(), metrics->end(), is_band)) {
    ++counts.anomaly;
    return;
  }
  for (const Json& entry : *metrics) {
    if (const auto stat = entry.find("MetricStat"); stat != entry.end()) {
      counts.add_metric(stat->value("Period", 0U));
    } else if (is_insights_query(entry)) {
      ++counts.insights;
    }
  }
}

struct FilterCounts {
  std::set<std::string> metrics;
  std::set<std::string> with_dimensions;
};

void count_filter(const Json& filter, FilterCounts& counts) {
  for (const Json& one : filter.value("MetricTransformations", Json::array())) {
    const std::string name = one.value("MetricName", "");
    counts.metrics.insert(one.value("MetricNamespace", "") + '/' + name);
    if (one.contains("Dimensions") && !one["Dimensions"].empty()) {
      counts.with_dimensions.insert(name);
    }
  }
}

/// Whether a selector of the trail is of that category.
bool selects(const Json& trail, std::string_view category) {
  const Json selectors = trail.value("AdvancedEventSelectors", Json::array());
  return std::any_of(selectors.begin(), selectors.end(), [&](const Json& selector) {
    const Json fields = selector.value("FieldSelectors", Json::array());
    return std::any_of(fields.begin(), fields.end(), [&](const Json& field) {
      return field.value("Field", "") == "eventCategory" &&
             field.value("Equals", Json::array()) == Json::array({category});
    });
  });
}

class Counting {
 public:
  explicit Counting(const DesiredState& desired) {
    for (const Resource& one : desired.resources) {
      if (one.is_managed) {
        count(one);
      }
    }
  }

  [[nodiscard]] std::vector<Charge> charges() const {
    std::vector<Charge> result;
    const auto add = [&](Charge charge) { result.push_back(std::move(charge)); };
    add_alarms(result);
    if (!filters_.metrics.empty()) {
      std::string note = "written by metric filters, where something is to be counted";
      if (!filters_.with_dimensions.empty()) {
        note += fmt::format(
            "; {} with dimensions: one for each combination of their values, of "
            "which one is counted here",
            filters_.with_dimensions.size());
      }
      add({"custom_metric", "metrics a month", filters_.metrics.size(), true, std::move(note)});
    }
    if (dashboards_ > 0) {
      add({"dashboard", "dashboards a month", beyond(dashboards_, free_dashboards), true,
           fmt::format("{} in all; the first {} of an account are free", dashboards_,
                       free_dashboards)});
    }
    add_trails(result);
    if (endpoint_zones_ > 0) {
      add({"endpoint_hour", "endpoint hours a month", endpoint_zones_ * hours_of_a_month, true,
           fmt::format("{} interface endpoints, each in every zone of its subnets; what passes "
                       "through is charged beside it",
                       endpoints_)});
    }
    if (keys_ > 0) {
      add({"key", "keys a month", keys_, true,
           "further for each of the first two rotations; requests are charged beside it"});
    }
    if (budgets_ > 0) {
      add({"budget_day", "budget days a month", beyond(budgets_, free_budgets) * days_of_a_month,
           true,
           fmt::format("{} in all; the first {} of an account are free", budgets_, free_budgets)});
    }
    return result;
  }

 private:
  static std::uint64_t beyond(std::uint64_t count, std::uint64_t free) {
    return count > free ? count - free : 0;
  }

  void count(const Resource& one) {
    switch (one.address.kind) {
      case ResourceKind::alarm:
        count_alarm(one.properties, alarms_);
        return;
      case ResourceKind::composite_alarm:
        ++composites_;
        return;
      case ResourceKind::metric_filter:
        count_filter(one.properties, filters_);
        return;
      case ResourceKind::dashboard:
        ++dashboards_;
        return;
      case ResourceKind::trail:
        ++trails_;
        has_data_events_ = has_data_events_ || selects(one.properties, "Data") ||
                           selects(one.properties, "NetworkActivity");
        has_insights_ =
            has_insights_ || !one.properties.value("InsightSelectors", Json::array()).empty();
        return;
      case ResourceKind::vpc_endpoint:
        ++endpoints_;
        endpoint_zones_ += one.properties.value("SubnetIds", Json::array()).size();
        return;
      case ResourceKind::key:
        ++keys_;
        return;
      case ResourceKind::budget:
        ++budgets_;
        return;
      default:
        return;
    }
  }

  void add_alarms(std::vector<Charge>& into) const {
    if (alarms_.standard > 0) {
      into.push_back({"standard_alarm", "alarm metrics a month", alarms_.standard, true,
                      "an alarm counts once for each metric it is computed from"});
    }
    if (alarms_.high_resolution > 0) {
      into.push_back({"high_resolution_alarm", "alarm metrics a month", alarms_.high_resolution,
                      true, "of periods below a minute"});
    }
    if (alarms_.anomaly > 0) {
      into.push_back({"anomaly_alarm", "alarms a month", alarms_.anomaly, true,
                      "each stands for three metrics: the measured one and both bounds"});
    }
    if (alarms_.insights > 0) {
      into.push_back({"metrics_insights_alarm", "metrics read by queries", alarms_.insights, false,
                      "queries in alarms; each is charged by the metrics it reads, one for each "
                      "model in use"});
    }
    if (composites_ > 0) {
      into.push_back({"composite_alarm", "alarms a month", composites_, true, ""});
    }
  }

  void add_trails(std::vector<Charge>& into) const {
    if (trails_ == 0) {
      return;
    }
    into.push_back({"trail_management_events", "events", trails_, false,
                    "copies of management events; the first copy in a region is free, every "
                    "further one is charged by the event"});
    if (has_data_events_) {
      into.push_back({"trail_data_events", "events", trails_, false,
                      "every call of agents, knowledge bases, guardrails and the like that a "
                      "selector names"});
    }
    if (has_insights_) {
      into.push_back({"trail_insights_events", "events looked at", trails_, false,
                      "every management event that Insights looks at"});
    }
  }

  AlarmCounts alarms_;
  FilterCounts filters_;
  std::uint64_t composites_ = 0;
  std::uint64_t dashboards_ = 0;
  std::uint64_t trails_ = 0;
  bool has_data_events_ = false;
  bool has_insights_ = false;
  std::uint64_t endpoints_ = 0;
  std::uint64_t endpoint_zones_ = 0;
  std::uint64_t keys_ = 0;
  std::uint64_t budgets_ = 0;
};

constexpr unsigned price_decimals = 9;
constexpr std::uint64_t price_unit = 1'000'000'000;
constexpr std::size_t whole_digits_max = 6;

bool is_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "0.10" x 10^9; false: no such decimal.
bool read_price(std::string_view text, std::uint64_t& price) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view rest = point < text.size() ? text.substr(point + 1) : std::string_view();
  const bool is_pointless = point + 1 == text.size();
  if (whole.empty() || whole.size() > whole_digits_max || rest.size() > price_decimals ||
      is_pointless || !is_digits(whole) || !is_digits(rest)) {
    return false;
  }
  price = 0;
  for (const char c : whole) {
    price = price * 10 + static_cast<std::uint64_t>(c - '0');
  }
  for (std::size_t at = 0; at < price_decimals; ++at) {
    price = price * 10 + (at < rest.size() ? static_cast<std::uint64_t>(rest[at] - '0') : 0);
  }
  return true;
}

/// At least two decimals, no zeros behind them.
std::string amount_text(std::uint64_t amount) {
  constexpr std::size_t kept_zeros = 7;
  std::string text = fmt::format("{}.{:09}", amount / price_unit, amount % price_unit);
  for (std::size_t cut = 0; cut < kept_zeros && text.back() == '0'; ++cut) {
    text.pop_back();
  }
  return text;
}

}  // namespace

std::vector<Charge> charges_of(const StackSpec& /*spec*/, const DesiredState& desired) {
  return Counting(desired).charges();
}

const std::vector<std::string_view>& charge_ids() {
  static const std::vector<std::string_view> all(ids.begin(), ids.end());
  return all;
}

Result<PricedCharges> priced(const std::vector<Charge>& charges,
                             const std::map<std::string, std::string>& unit_prices) {
  std::map<std::string, std::uint64_t> prices;
  for (const auto& [id, text] : unit_prices) {
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
      return fault(id, fmt::format("is no charge; charges are {}", fmt::join(ids, ", ")));
    }
    if (!read_price(text, prices[id])) {
      return fault(id, fmt::format("must be a decimal below a million with at most {} decimals: {}",
                                   price_decimals, text));
    }
  }
  PricedCharges result;
  std::uint64_t total = 0;
  for (const Charge& charge : charges) {
    PricedCharge one{charge, "", ""};
    const auto price = prices.find(charge.id);
    std::uint64_t amount = 0;
    if (price != prices.end()) {
      one.unit_price = unit_prices.at(charge.id);
    }
    if (price == prices.end() || !charge.is_counted) {
      // Nothing of it costs nothing, whatever the price.
      result.is_complete = result.is_complete && charge.is_counted && charge.count == 0;
    } else if (__builtin_mul_overflow(charge.count, price->second, &amount) ||
               __builtin_add_overflow(total, amount, &total)) {
      return fault(charge.id, "the amount is too large");
    } else {
      one.amount = amount_text(amount);
    }
    result.charges.push_back(std::move(one));
  }
  result.total = amount_text(total);
  return result;
}

}  // namespace bedrocklog::provision
