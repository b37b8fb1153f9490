// Days into periods, by months counted from the start of a year.
#include "analytics/finance/period.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "analytics/calendar.h"
#include "analytics/in_quotes.h"
#include "ingest/ensure.h"

namespace bedrocklog::finance {
namespace {

constexpr std::array<std::pair<std::string_view, PeriodKind>, 8> kinds = {{
    {"day", PeriodKind::day},
    {"month", PeriodKind::month},
    {"quarter", PeriodKind::quarter},
    {"year", PeriodKind::year},
    {"total", PeriodKind::total},
    {"fiscal-month", PeriodKind::fiscal_month},
    {"fiscal-quarter", PeriodKind::fiscal_quarter},
    {"fiscal-year", PeriodKind::fiscal_year},
}};

constexpr std::array<std::string_view, 12> month_names = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr std::size_t short_name_size = 3;
constexpr unsigned months_per_year = 12;
constexpr unsigned months_per_quarter = 3;

constexpr Period everything = {std::numeric_limits<std::int32_t>::min(),
                               std::numeric_limits<std::int32_t>::max()};

std::int32_t day_of(CivilDate date) {
  return static_cast<std::int32_t>(days_from_civil(date));
}

// Months since the start of the year that begins in month `start`: 0 to 11.
unsigned months_into_year(CivilDate date, unsigned start) {
  return (date.month + months_per_year - start) % months_per_year;
}

unsigned length_in_months(PeriodKind kind) {
  switch (kind) {
    case PeriodKind::quarter:
    case PeriodKind::fiscal_quarter:
      return months_per_quarter;
    case PeriodKind::year:
    case PeriodKind::fiscal_year:
      return months_per_year;
    case PeriodKind::day:
    case PeriodKind::month:
    case PeriodKind::total:
    case PeriodKind::fiscal_month:
      break;
  }
  return 1;
}

}  // namespace

Result<PeriodKind> parse_period_kind(std::string_view name) {
  for (const auto& [known, kind] : kinds) {
    if (name == known) {
      return kind;
    }
  }
  return fault("--period",
               fmt::format("unknown period {}; there are {}", analytics::in_quotes(name),
                           fmt::join(period_kind_names(), ", ")));
}

std::vector<std::string> period_kind_names() {
  std::vector<std::string> names;
  names.reserve(kinds.size());
  for (const auto& [name, kind] : kinds) {
    names.emplace_back(name);
  }
  return names;
}

Result<unsigned> parse_fiscal_start(std::string_view month) {
  for (unsigned at = 0; at < month_names.size(); ++at) {
    const std::string_view name = month_names[at];
    const std::string number = std::to_string(at + 1);
    if (month == name || month == name.substr(0, short_name_size) || month == number ||
        month == "0" + number) {
      return at + 1;
    }
  }
  return fault("--fiscal-start", fmt::format("takes a month, such as october or 10: {}",
                                             analytics::in_quotes(month)));
}

PeriodCalendar::PeriodCalendar(PeriodKind kind, unsigned fiscal_start_month)
    : kind_(kind), fiscal_start_month_(fiscal_start_month) {
  ensure(fiscal_start_month >= 1 && fiscal_start_month <= months_per_year);
}

bool PeriodCalendar::is_fiscal() const {
  return kind_ == PeriodKind::fiscal_month || kind_ == PeriodKind::fiscal_quarter ||
         kind_ == PeriodKind::fiscal_year;
}

Period PeriodCalendar::months_from(CivilDate first, int months) const {
  return {day_of(first), day_of(analytics::first_of_month(first, months))};
}

Period PeriodCalendar::of_day(std::int32_t day) const {
  if (kind_ == PeriodKind::total) {
    return everything;
  }
  if (kind_ == PeriodKind::day) {
    return {day, day + 1};
  }
  const CivilDate date = civil_from_days(day);
  const unsigned length = length_in_months(kind_);
  const unsigned into = months_into_year(date, is_fiscal() ? fiscal_start_month_ : 1) % length;
  return months_from(analytics::first_of_month(date, -static_cast<int>(into)),
                     static_cast<int>(length));
}

std::string PeriodCalendar::label_of(const Period& period) const {
  if (kind_ == PeriodKind::total) {
    return "total";
  }
  const CivilDate date = civil_from_days(period.begin);
  const unsigned into = months_into_year(date, fiscal_start_month_);
  // The year that ends eleven months after its first one began.
  const CivilDate last =
      analytics::first_of_month(date, static_cast<int>(months_per_year - 1 - into));
  switch (kind_) {
    case PeriodKind::day:
      return analytics::date_text(period.begin);
    case PeriodKind::month:
      return fmt::format("{:04}-{:02}", date.year, date.month);
    case PeriodKind::quarter:
      return fmt::format("{:04}-Q{}", date.year, (date.month - 1) / months_per_quarter + 1);
    case PeriodKind::year:
      return fmt::format("{:04}", date.year);
    case PeriodKind::fiscal_month:
      return fmt::format("FY{:04}-M{:02}", last.year, into + 1);
    case PeriodKind::fiscal_quarter:
      return fmt::format("FY{:04}-Q{}", last.year, into / months_per_quarter + 1);
    case PeriodKind::fiscal_year:
      return fmt::format("FY{:04}", last.year);
    case PeriodKind::total:
      break;
  }
  return "total";
}

Period PeriodCalendar::before(const Period& period) const {
  return kind_ == PeriodKind::total ? period : of_day(period.begin - 1);
}

}  // namespace bedrocklog::finance
