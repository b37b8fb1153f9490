// Lines of budgets in words and columns.
#include "analytics/finance/budget_report.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "analytics/calendar.h"
#include "analytics/in_quotes.h"

namespace bedrocklog::finance {
namespace {

using analytics::in_quotes;

// Of what a calendar can hold: 9999-12-31.
constexpr std::int64_t day_max = 2'932'896;

/// Floored, and within 1970 to 9999.
std::int32_t day_of(UnixMillis at) {
  const std::int64_t day = at.value >= 0 ? at.value / day_ms : 0;
  return static_cast<std::int32_t>(std::min(day, day_max));
}

std::optional<std::string> date_or_nothing(const std::optional<std::int32_t>& day) {
  return day ? std::optional(analytics::date_text(*day)) : std::nullopt;
}

std::string percent_text(std::uint32_t percent_e2) {
  return analytics::to_decimal(percent_e2, 2, 0);
}

bool is_open_begin(const TimeRange& range) {
  return range.begin == TimeRange{}.begin;
}

bool is_open_end(const TimeRange& range) {
  return range.end == TimeRange{}.end;
}

/// The last day whose period is to be shown.
std::optional<std::int32_t> last_day_of(const BudgetPeriods& periods) {
  const std::int32_t today = day_of(periods.now);
  if (!is_open_end(periods.asked)) {
    return std::min(day_of({periods.asked.end.value - 1}), today);
  }
  if (!periods.seen) {
    return is_open_begin(periods.asked) ? std::nullopt : std::optional(today);
  }
  const std::int64_t age_ms = periods.now.value - periods.seen->end.value;
  return age_ms <= live_archive_ms_max ? today
                                       : std::min(day_of({periods.seen->end.value - 1}), today);
}

std::optional<std::int32_t> first_day_of(const BudgetPeriods& periods) {
  if (!is_open_begin(periods.asked)) {
    return day_of(periods.asked.begin);
  }
  return periods.seen ? std::optional(day_of(periods.seen->begin)) : std::nullopt;
}

analytics::Figure figure(const std::optional<NetDollars>& amount) {
  return amount ? analytics::Figure(amount->value) : std::nullopt;
}

std::string text_of(const std::optional<NetDollars>& amount) {
  return amount ? to_decimal(*amount) : "unknown";
}

analytics::Column net_column(std::string name) {
  return {std::move(name), analytics::Unit::usd, net_scale, 2};
}

std::string status_of(const Budget& budget, const BudgetLine& line) {
  if (!line.amount) {
    return "no amount";
  }
  if (!line.cost) {
    return "cost unknown";
  }
  if (line.is_exceeded()) {
    return "exceeded";
  }
  for (auto level = budget.warn_at_e2.rbegin(); level != budget.warn_at_e2.rend(); ++level) {
    if (line.reaches(*level)) {
      return fmt::format("{} % reached", percent_text(*level));
    }
  }
  return line.forecast_exceeds() ? "forecast exceeds" : "ok";
}

FigureRow row_of(const Budget& budget, const BudgetLine& line) {
  FigureRow row;
  row.keys = {budget.name,
              period_label(budget.period, line.period.begin),
              line.is_open ? "open" : "closed",
              status_of(budget, line),
              date_or_nothing(line.exhausted_on),
              date_or_nothing(line.forecast_exhausted_on)};
  const std::optional<Int128> forecast_used =
      line.forecast && line.amount ? percent_e2(line.forecast->value, line.amount->value)
                                   : std::nullopt;
  row.figures = {figure(line.amount),   figure(line.cost),           line.used_e2,
                 figure(line.variance), figure(line.per_day),        figure(line.forecast),
                 forecast_used,         figure(line.forecast_trend), line.use.unpriced_tokens,
                 line.use.invocations};
  return row;
}

void add_forecast_notes(const BudgetTableInput& input, std::vector<std::string>& notes) {
  const bool has_open = std::any_of(input.lines->begin(), input.lines->end(),
                                    [](const BudgetLine& line) { return line.is_open; });
  if (!has_open) {
    return;
  }
  const UnixMillis now = input.periods.now;
  notes.push_back(fmt::format(
      "columns named forecast are estimates as of {}: forecast is the cost so far x length of the "
      "period / time elapsed; forecast_7d is the cost so far and the mean of the last {} full UTC "
      "days for the rest; forecast_exhausted_on is the day forecast passes the amount",
      to_rfc3339(now), trend_days));
  if (input.periods.seen && now.value - input.periods.seen->end.value > day_ms) {
    notes.push_back(fmt::format(
        "the archive ends at {}: forecasts as of {} take it that nothing was used since; --now "
        "sets the time",
        to_rfc3339({input.periods.seen->end.value - 1}), to_rfc3339(now)));
  }
}

void add_gap_notes(const BudgetTableInput& input, std::vector<std::string>& notes) {
  if (input.periods.seen) {
    const UnixMillis begin = input.periods.seen->begin;
    const bool is_cut =
        std::any_of(input.lines->begin(), input.lines->end(), [&](const BudgetLine& line) {
          return line.period.begin < day_of(begin) && day_of(begin) < line.period.end;
        });
    if (is_cut) {
      notes.push_back(fmt::format(
          "the archive begins at {}, after the begin of a period: what was used before is not in "
          "its cost",
          to_rfc3339(begin)));
    }
  }
  DayUse outside;
  for (const auto& [day, use] : input.use->outside) {
    outside.add(use);
  }
  if (outside.invocations > 0) {
    const std::optional<NetDollars> cost = outside.known_cost();
    notes.push_back(fmt::format("in no budget's scope, in the time read: {} calls, {}",
                                outside.invocations,
                                cost ? to_decimal(*cost) + " USD" : "cost unknown"));
  }
}

}  // namespace

Result<std::vector<std::int32_t>> periods_to_show(BudgetPeriod period,
                                                  const BudgetPeriods& periods) {
  std::vector<std::int32_t> first_days;
  const std::optional<std::int32_t> first = first_day_of(periods);
  const std::optional<std::int32_t> last = last_day_of(periods);
  if (!first || !last) {
    return first_days;
  }
  for (DayRange days = period_of(period, *first); days.begin <= *last;
       days = period_of(period, days.end)) {
    if (first_days.size() == periods_max) {
      return fault("--since", fmt::format("makes more than {} periods of a budget", periods_max));
    }
    first_days.push_back(days.begin);
  }
  return first_days;
}

TimeRange range_to_read(const std::vector<Budget>& budgets, const TimeRange& asked,
                        UnixMillis now) {
  TimeRange range = asked;
  for (const Budget& budget : budgets) {
    if (!is_open_begin(asked)) {
      const std::int64_t begin = period_of(budget.period, day_of(asked.begin)).begin * day_ms;
      range.begin.value = std::min(range.begin.value, begin);
    }
    if (!is_open_end(asked)) {
      const std::int64_t end = period_of(budget.period, day_of({asked.end.value - 1})).end * day_ms;
      range.end.value = std::max(range.end.value, end);
    }
  }
  const std::int64_t trend_begin = (std::int64_t{day_of(now)} - trend_days) * day_ms;
  if (!is_open_begin(asked) && now < range.end) {
    range.begin.value = std::min(range.begin.value, trend_begin);
  }
  return range;
}

Result<std::vector<BudgetLine>> budget_lines(const std::vector<Budget>& budgets,
                                             const BudgetUse& use, const BudgetPeriods& periods) {
  BudgetTime time{periods.now, std::nullopt};
  if (periods.seen) {
    time.first_day_seen = day_of(periods.seen->begin);
  }
  std::vector<BudgetLine> lines;
  for (std::size_t at = 0; at < budgets.size(); ++at) {
    const Result<std::vector<std::int32_t>> first_days =
        periods_to_show(budgets[at].period, periods);
    if (!first_days) {
      return pass_on(first_days);
    }
    for (const std::int32_t first_day : *first_days) {
      lines.push_back(budget_line(budgets[at], use.by_budget[at], first_day, time));
      lines.back().budget = at;
    }
  }
  return lines;
}

Result<BudgetAlarm> parse_budget_alarm(std::string_view text) {
  BudgetAlarm alarm;
  if (text == "forecast") {
    alarm.forecast = true;
    return alarm;
  }
  if (text.empty()) {
    return alarm;
  }
  const Result<std::uint32_t> percent = parse_percent_e2(text, warn_percent_max);
  if (!percent || *percent == 0) {
    return fault("--fail-at", fmt::format("takes forecast, or a percentage up to {} such as 80: {}",
                                          warn_percent_max, text));
  }
  alarm.percent_e2 = *percent;
  return alarm;
}

std::vector<std::string> alarms_of(const std::vector<Budget>& budgets,
                                   const std::vector<BudgetLine>& lines, const BudgetAlarm& alarm) {
  std::vector<std::string> alarms;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const BudgetLine& line = lines[at];
    const bool is_latest = at + 1 == lines.size() || lines[at + 1].budget != line.budget;
    const Budget& budget = budgets[line.budget];
    const std::uint32_t level = alarm.percent_e2.value_or(budget.warn_at_e2.front());
    const bool is_reached =
        (!alarm.percent_e2 && line.is_exceeded()) || (!alarm.forecast && line.reaches(level));
    const bool is_forecast = alarm.forecast && line.forecast_exceeds();
    if (!is_latest || (!is_reached && !is_forecast)) {
      continue;
    }
    alarms.push_back(fmt::format(
        "budget {} of {}: {} of {} USD used{}{}", in_quotes(budget.name),
        period_label(budget.period, line.period.begin), text_of(line.cost), text_of(line.amount),
        line.used_e2 ? fmt::format(", {} %", analytics::to_decimal(*line.used_e2, 2, 2)) : "",
        is_forecast ? fmt::format("; forecast {} USD", text_of(line.forecast)) : ""));
  }
  return alarms;
}

FigureTable budget_table(const BudgetTableInput& input) {
  FigureTable table;
  table.title = "Budgets";
  table.keys = {"budget", "period"};
  table.attributes = {"state", "status", "exhausted_on", "forecast_exhausted_on"};
  table.figures = {net_column("amount"),
                   net_column("cost"),
                   percent_column("used"),
                   net_column("variance"),
                   net_column("per_day"),
                   net_column("forecast"),
                   percent_column("forecast_used"),
                   net_column("forecast_7d"),
                   tokens_column("unpriced_tokens"),
                   count_column("invocations")};
  table.first_to_go = {"forecast_7d",
                       "forecast_used",
                       "per_day",
                       "exhausted_on",
                       "unpriced_tokens",
                       "variance",
                       "forecast_exhausted_on",
                       "state",
                       "forecast",
                       "amount",
                       "used",
                       "status"};
  for (const BudgetLine& line : *input.lines) {
    table.rows.push_back(row_of((*input.budgets)[line.budget], line));
  }
  if (input.discounts != nullptr && !input.discounts->empty()) {
    table.notes.push_back(fmt::format(
        "cost is net of the discounts of {}; the note on list prices speaks of what they are of",
        in_quotes(input.discounts->name())));
  }
  table.notes.emplace_back(
      "periods are calendar periods in UTC; a call counts in every budget whose scope it is in, so "
      "rows do not add up; variance is cost - amount; exhausted_on is the day cost passed the "
      "amount");
  add_forecast_notes(input, table.notes);
  add_gap_notes(input, table.notes);
  return table;
}

}  // namespace bedrocklog::finance
