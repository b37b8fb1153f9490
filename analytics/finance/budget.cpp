// Sums by day into periods, and what follows from how much of a period is over.
#include "analytics/finance/budget.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "analytics/calendar.h"
#include "analytics/finance/charge.h"
#include "analytics/in_quotes.h"
#include "analytics/zone.h"
#include "ingest/ensure.h"

namespace bedrocklog::finance {
namespace {

using analytics::Aggregate;
using analytics::FieldType;

constexpr std::size_t scope_keys_max = 16;
constexpr unsigned months_per_quarter = 3;
constexpr unsigned months_per_year = 12;

unsigned months_of(BudgetPeriod period) {
  switch (period) {
    case BudgetPeriod::monthly:
      return 1;
    case BudgetPeriod::quarterly:
      return months_per_quarter;
    case BudgetPeriod::yearly:
      return months_per_year;
  }
  ensure(false);
  return 1;
}

std::int32_t day_of(CivilDate date) {
  return static_cast<std::int32_t>(days_from_civil(date));
}

std::optional<std::int32_t> first_of(unsigned year, unsigned month) {
  constexpr unsigned year_min = 1970;
  if (year < year_min || month < 1 || month > months_per_year) {
    return std::nullopt;
  }
  return day_of({static_cast<int>(year), month, 1});
}

/// Scopes look at the keys of a group; Field::id is the position of the key.
class GroupFields final : public analytics::FieldValues {
 public:
  explicit GroupFields(const analytics::GroupKeys& keys) : keys_(&keys) {}
  [[nodiscard]] std::optional<std::string_view> text(const analytics::Field& field) const override {
    return (*keys_)[static_cast<std::size_t>(field.id)];
  }
  [[nodiscard]] std::optional<Int128> number(const analytics::Field& /*field*/) const override {
    return std::nullopt;
  }

 private:
  const analytics::GroupKeys* keys_;
};

/// The daily sums that a group's use belongs to.
std::vector<DailyUse*> wanted_by(const std::vector<Budget>& budgets,
                                 const analytics::GroupKeys& keys, BudgetUse& use) {
  const GroupFields fields(keys);
  std::vector<DailyUse*> wanted;
  for (std::size_t at = 0; at < budgets.size(); ++at) {
    if (budgets[at].scope.matches(fields)) {
      wanted.push_back(&use.by_budget[at]);
    }
  }
  if (wanted.empty()) {
    wanted.push_back(&use.outside);
  }
  return wanted;
}

DayUse use_of(const Charge& charge, const NetCharge& net) {
  DayUse use;
  if (net.cost) {
    use.cost = *net.cost;
    use.priced_tokens = charge.quantity;
  } else {
    use.unpriced_tokens = charge.quantity;
  }
  return use;
}

DayUse sum_of(const DailyUse& daily, DayRange days) {
  DayUse sum;
  for (auto day = daily.lower_bound(days.begin); day != daily.end() && day->first < days.end;
       ++day) {
    sum.add(day->second);
  }
  return sum;
}

std::optional<std::int32_t> day_passed(const DailyUse& daily, DayRange days, NetDollars amount) {
  NetDollars sum;
  for (auto day = daily.lower_bound(days.begin); day != daily.end() && day->first < days.end;
       ++day) {
    sum += day->second.cost;
    if (sum > amount) {
      return day->first;
    }
  }
  return std::nullopt;
}

std::optional<NetDollars> times(const std::optional<NetDollars>& amount, Fraction fraction) {
  const std::optional<Int128> value =
      amount ? finance::times(amount->value, fraction) : std::optional<Int128>();
  return value ? std::optional(NetDollars{*value}) : std::nullopt;
}

/// Cost so far and the mean of the last full days for what is left of the period.
std::optional<NetDollars> forecast_by_trend(const BudgetLine& line, const DailyUse& daily,
                                            const BudgetTime& time) {
  const auto today = static_cast<std::int32_t>(time.now.value / day_ms);
  const DayRange last{today - trend_days, today};
  if (!line.cost || !time.first_day_seen || *time.first_day_seen > last.begin) {
    return std::nullopt;  // Days before the archive begins are unknown, not 0.
  }
  const std::int64_t left_ms = line.period.end * day_ms - time.now.value;
  const std::optional<NetDollars> rest =
      times(sum_of(daily, last).known_cost(), {left_ms, trend_days * day_ms});
  return rest ? std::optional(*line.cost + *rest) : std::nullopt;
}

/// The first day at whose end the cost so far, growing at its mean rate, passes the amount.
std::optional<std::int32_t> forecast_day(DayRange period, NetDollars cost_so_far, NetDollars amount,
                                         UnixMillis now) {
  const std::int64_t elapsed_ms = now.value - period.begin * day_ms;
  for (auto day = static_cast<std::int32_t>(now.value / day_ms); day < period.end; ++day) {
    const std::int64_t until_ms = (day + 1 - period.begin) * day_ms;
    const std::optional<Int128> cost = floor_times(cost_so_far.value, {until_ms, elapsed_ms});
    if (!cost || *cost > amount.value) {
      return day;
    }
  }
  return std::nullopt;
}

void add_forecast(BudgetLine& line, const DailyUse& daily, const BudgetTime& time) {
  const std::int64_t elapsed_ms = time.now.value - line.period.begin * day_ms;
  if (elapsed_ms <= 0) {
    return;
  }
  const std::int64_t length_ms = (line.period.end - line.period.begin) * day_ms;
  line.per_day = times(line.cost, {day_ms, elapsed_ms});
  line.forecast = times(line.cost, {length_ms, elapsed_ms});
  line.forecast_trend = forecast_by_trend(line, daily, time);
  if (line.cost && line.amount && line.forecast_exceeds() && !line.is_exceeded()) {
    line.forecast_exhausted_on = forecast_day(line.period, *line.cost, *line.amount, time.now);
  }
}

}  // namespace

std::optional<BudgetPeriod> parse_budget_period(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, BudgetPeriod>, 3> names = {
      {{"monthly", BudgetPeriod::monthly},
       {"quarterly", BudgetPeriod::quarterly},
       {"yearly", BudgetPeriod::yearly}}};
  for (const auto& [known, period] : names) {
    if (name == known) {
      return period;
    }
  }
  return std::nullopt;
}

DayRange period_of(BudgetPeriod period, std::int32_t day) {
  const unsigned months = months_of(period);
  CivilDate first = civil_from_days(day);
  first.month = (first.month - 1) / months * months + 1;
  first.day = 1;
  return {day_of(first), day_of(analytics::first_of_month(first, months))};
}

std::string period_label(BudgetPeriod period, std::int32_t day) {
  const CivilDate date = civil_from_days(day);
  switch (period) {
    case BudgetPeriod::monthly:
      return fmt::format("{:04}-{:02}", date.year, date.month);
    case BudgetPeriod::quarterly:
      return fmt::format("{:04}-Q{}", date.year, (date.month - 1) / months_per_quarter + 1);
    case BudgetPeriod::yearly:
      return fmt::format("{:04}", date.year);
  }
  ensure(false);
  return "";
}

std::optional<std::int32_t> parse_period_label(BudgetPeriod period, std::string_view label) {
  if (period == BudgetPeriod::monthly) {
    const std::optional<CivilDate> first = analytics::parse_month(label);
    return first ? std::optional(day_of(*first)) : std::nullopt;
  }
  constexpr std::size_t year_digits = 4;
  const std::optional<unsigned> year =
      analytics::parse_fixed_digits(label.substr(0, year_digits), year_digits);
  const std::string_view rest = label.substr(std::min(year_digits, label.size()));
  if (!year || (period == BudgetPeriod::yearly && !rest.empty())) {
    return std::nullopt;
  }
  if (period == BudgetPeriod::yearly) {
    return first_of(*year, 1);
  }
  const std::optional<unsigned> quarter =
      rest.starts_with("-Q") ? analytics::parse_fixed_digits(rest.substr(2), 1) : std::nullopt;
  return quarter && *quarter > 0 ? first_of(*year, (*quarter - 1) * months_per_quarter + 1)
                                 : std::nullopt;
}

std::optional<NetDollars> Budget::amount_of(std::int32_t first_day) const {
  const auto own = amounts.find(first_day);
  return own == amounts.end() ? amount : std::optional(own->second);
}

Result<analytics::Field> BudgetScope::resolve(std::string_view name) {
  const Result<analytics::Key> key = analytics::parse_key(name);
  if (!key) {
    return fault("scope", key.error().message);
  }
  if (analytics::is_time_key(key->kind)) {
    return fault("scope", fmt::format("{} is a time, which a budget cannot be limited to",
                                      analytics::in_quotes(name)));
  }
  auto found = std::find(keys_.begin(), keys_.end(), *key);
  if (found == keys_.end()) {
    if (keys_.size() == scope_keys_max) {
      return fault("scope", fmt::format("budgets of one file take at most {} different keys",
                                        scope_keys_max));
    }
    found = keys_.insert(keys_.end(), *key);
  }
  return analytics::Field{static_cast<int>(found - keys_.begin()), FieldType::text, 0, key->tag};
}

void DayUse::add(const DayUse& other) {
  cost += other.cost;
  invocations += other.invocations;
  priced_tokens += other.priced_tokens;
  unpriced_tokens += other.unpriced_tokens;
}

std::optional<NetDollars> DayUse::known_cost() const {
  return priced_tokens == 0 && unpriced_tokens > 0 ? std::nullopt : std::optional(cost);
}

Result<BudgetUse> use_of_budgets(const std::vector<Budget>& budgets, const Aggregate& aggregate,
                                 const analytics::PriceTable& prices, const Discounts& discounts) {
  BudgetUse use;
  use.by_budget.resize(budgets.size());
  std::vector<std::vector<DailyUse*>> wanted;
  wanted.reserve(aggregate.groups.size());
  for (const analytics::Group& group : aggregate.groups) {
    wanted.push_back(wanted_by(budgets, group.keys, use));
    for (const auto& [key, tokens] : group.totals.billed) {
      for (DailyUse* daily : wanted.back()) {
        (*daily)[key->day].invocations += tokens.invocations;
      }
    }
  }
  const auto account = std::find(aggregate.by.begin(), aggregate.by.end(),
                                 analytics::Key{analytics::KeyKind::account, ""});
  const auto account_at = static_cast<std::size_t>(account - aggregate.by.begin());
  ensure(account != aggregate.by.end() || !discounts.needs_account());
  for (const Charge& charge : charges_of(aggregate, prices)) {
    const analytics::GroupKeys& keys = aggregate.groups[charge.group].keys;
    const Result<NetCharge> net = net_charge(
        charge, account == aggregate.by.end() ? std::nullopt : keys[account_at], discounts);
    if (!net) {
      return pass_on(net);
    }
    for (DailyUse* daily : wanted[charge.group]) {
      (*daily)[charge.key->day].add(use_of(charge, *net));
    }
  }
  return use;
}

bool BudgetLine::reaches(std::uint32_t percent_e2) const {
  if (!cost || !amount || (amount->value == 0 && cost->value == 0)) {
    return false;
  }
  constexpr std::int64_t whole_e2 = 10'000;
  // A level between two of the smallest amounts is reached by the upper one: rounded up.
  const std::optional<Int128> level = finance::floor_times(-amount->value, {percent_e2, whole_e2});
  ensure(level.has_value());  // Amounts end at 10^12 USD and percentages at 1000.
  return cost->value >= -level.value_or(0);
}

BudgetLine budget_line(const Budget& budget, const DailyUse& daily, std::int32_t first_day,
                       const BudgetTime& time) {
  BudgetLine line;
  line.period = period_of(budget.period, first_day);
  ensure(line.period.begin == first_day);
  line.is_open = time.now.value < line.period.end * day_ms;
  line.use = sum_of(daily, line.period);
  line.amount = budget.amount_of(first_day);
  line.cost = line.use.known_cost();
  if (line.cost && line.amount) {
    line.used_e2 = percent_e2(line.cost->value, line.amount->value);
    line.variance = *line.cost - *line.amount;
    line.exhausted_on = day_passed(daily, line.period, *line.amount);
  }
  if (line.is_open) {
    add_forecast(line, daily, time);
  } else {
    line.per_day = times(line.cost, {1, line.period.end - line.period.begin});
  }
  return line;
}

}  // namespace bedrocklog::finance
