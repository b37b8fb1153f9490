// Reads the file of provisioned capacity.
#include "analytics/finance/provisioned.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "analytics/calendar.h"
#include "analytics/finance/decimal_text.h"
#include "analytics/finance/rule_rows.h"
#include "analytics/in_quotes.h"

namespace bedrocklog::finance {
namespace {

using Failed = std::optional<Fault>;

constexpr std::int64_t hours_per_day = 24;
constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

std::optional<std::int64_t> hour_of(std::string_view text) {
  if (const std::optional<CivilDate> date = analytics::parse_date(text)) {
    return days_from_civil(*date) * hours_per_day;
  }
  const std::optional<UnixMillis> at = parse_timestamp(text);
  if (!at || text.find(':') == std::string_view::npos || at->value % hour_ms != 0) {
    return std::nullopt;
  }
  return at->value / hour_ms;
}

class EntryReader {
 public:
  explicit EntryReader(const RuleRow& row) : row_(&row) { capacity_.place = row.place; }

  Result<Capacity> read() {
    Failed failed = read_names();
    failed = failed ? failed : read_figures();
    failed = failed ? failed : read_times();
    if (failed) {
      return tl::unexpected(*failed);
    }
    return std::move(capacity_);
  }

 private:
  [[nodiscard]] std::string_view text(std::string_view name) const { return row_->of(name); }
  [[nodiscard]] Failed refuse(std::string message) const {
    return Fault{capacity_.place, std::move(message)};
  }

  Failed read_names() {
    for (const char* name : {"model", "units", "usd_per_unit_hour", "from"}) {
      if (text(name).empty()) {
        return refuse(fmt::format("provisioned capacity needs {}", name));
      }
    }
    capacity_.model = text("model");
    capacity_.base_model = text("base_model");
    capacity_.commitment = text("commitment");
    capacity_.account = text("account");
    capacity_.region = text("region");
    return std::nullopt;
  }

  Failed read_figures() {
    const std::optional<std::int64_t> units = parse_scaled(text("units"), 0);
    if (!units || *units < 1 || *units > static_cast<std::int64_t>(model_units_max)) {
      return refuse(fmt::format("units takes a whole number from 1 to {}: {}", model_units_max,
                                analytics::in_quotes(text("units"))));
    }
    capacity_.units = static_cast<std::uint64_t>(*units);
    const Result<analytics::UnitPrice> price =
        analytics::parse_unit_price(text("usd_per_unit_hour"), 1);
    if (!price) {
      return refuse("usd_per_unit_hour: " + price.error().message);
    }
    capacity_.usd_per_unit_hour = *price;
    return std::nullopt;
  }

  Failed read_times() {
    for (const char* name : {"from", "to"}) {
      const std::string_view value = text(name);
      if (value.empty()) {
        continue;
      }
      const std::optional<std::int64_t> hour = hour_of(value);
      if (!hour) {
        return refuse(
            fmt::format("{} takes a date or a full hour in UTC, 2026-03-01 or "
                        "2026-03-01T05:00:00Z: {}",
                        name, analytics::in_quotes(value)));
      }
      if (std::string_view(name) == "from") {
        capacity_.from_hour = *hour;
      } else {
        capacity_.to_hour = hour;
      }
    }
    if (capacity_.to_hour && *capacity_.to_hour <= capacity_.from_hour) {
      return refuse("ends before it begins: to is the first hour that is not inside");
    }
    return std::nullopt;
  }

  const RuleRow* row_;
  Capacity capacity_;
};

Failed find_overlap(const std::vector<Capacity>& all) {
  for (std::size_t later = 1; later < all.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      const Capacity& left = all[earlier];
      const Capacity& right = all[later];
      if (left.model == right.model &&
          std::max(left.from_hour, right.from_hour) <
              std::min(left.to_hour.value_or(never), right.to_hour.value_or(never))) {
        return Fault{right.place, fmt::format("its time overlaps that of {} for the same model; "
                                              "end one where the other begins",
                                              left.place)};
      }
    }
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<Capacity>> parse_provisioned(std::string_view text, const std::string& file) {
  const RuleColumns columns = {"provisioned",
                               {"model", "units", "usd_per_unit_hour", "from", "to", "base_model",
                                "commitment", "account", "region"}};
  const Result<std::vector<RuleRow>> rows = read_rule_rows(text, file, columns);
  if (!rows) {
    return pass_on(rows);
  }
  if (rows->size() > capacities_max) {
    return fault(file, fmt::format("holds more than {} capacities", capacities_max));
  }
  std::vector<Capacity> all;
  all.reserve(rows->size());
  for (const RuleRow& row : *rows) {
    Result<Capacity> capacity = EntryReader(row).read();
    if (!capacity) {
      return pass_on(capacity);
    }
    all.push_back(*std::move(capacity));
  }
  if (all.empty()) {
    return fault(file, "holds no capacity: [[provisioned]]");
  }
  if (const Failed failed = find_overlap(all)) {
    return tl::unexpected(*failed);
  }
  return all;
}

std::uint64_t hours_inside(const Capacity& capacity, std::int64_t begin, std::int64_t end) {
  const std::int64_t first = std::max(capacity.from_hour, begin);
  const std::int64_t last = std::min(capacity.to_hour.value_or(never), end);
  return first < last ? static_cast<std::uint64_t>(last - first) : 0;
}

}  // namespace bedrocklog::finance
