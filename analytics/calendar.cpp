// Calendar arithmetic on whole days; the conversion between dates and days is ingest's.
#include "analytics/calendar.h"

#include <fmt/format.h>

#include "ingest/ensure.h"

namespace bedrocklog::analytics {
namespace {

constexpr int year_min = 1970;
constexpr unsigned digits_max = 9;
constexpr std::int64_t days_per_week = 7;
constexpr int months_per_year = 12;

constexpr std::int64_t floor_divide(std::int64_t numerator, std::int64_t denominator) {
  return numerator / denominator - (numerator % denominator < 0 ? 1 : 0);
}

std::int64_t monday_of(std::int64_t day) {
  return day - static_cast<std::int64_t>(iso_weekday_of(day)) + 1;
}

}  // namespace

std::optional<unsigned> parse_fixed_digits(std::string_view text, unsigned count) {
  ensure(count <= digits_max);
  if (text.size() != count) {
    return std::nullopt;
  }
  unsigned value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value;
}

std::string date_text(std::int32_t day) {
  const CivilDate date = civil_from_days(day);
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::optional<CivilDate> parse_month(std::string_view text) {
  if (text.size() != 7 || text[4] != '-') {
    return std::nullopt;
  }
  const std::optional<unsigned> year = parse_fixed_digits(text.substr(0, 4), 4);
  const std::optional<unsigned> month = parse_fixed_digits(text.substr(5), 2);
  if (!year || !month || *year < year_min || *month < 1 || *month > months_per_year) {
    return std::nullopt;
  }
  return CivilDate{static_cast<int>(*year), *month, 1};
}

std::optional<CivilDate> parse_date(std::string_view text) {
  if (text.size() != 10 || text[7] != '-') {
    return std::nullopt;
  }
  std::optional<CivilDate> date = parse_month(text.substr(0, 7));
  const std::optional<unsigned> day = parse_fixed_digits(text.substr(8), 2);
  if (!date || !day || *day < 1 || *day > days_in_month(date->year, date->month)) {
    return std::nullopt;
  }
  date->day = *day;
  return date;
}

CivilDate first_of_month(CivilDate date, std::int64_t months) {
  const std::int64_t count = std::int64_t{date.year} * months_per_year + date.month - 1 + months;
  const std::int64_t year = floor_divide(count, months_per_year);
  return {static_cast<int>(year), static_cast<unsigned>(count - year * months_per_year) + 1, 1};
}

unsigned iso_weekday_of(std::int64_t day) {
  const std::int64_t since_monday = day + 3;  // 1970-01-01 was a Thursday.
  return static_cast<unsigned>(since_monday -
                               floor_divide(since_monday, days_per_week) * days_per_week) +
         1;
}

IsoWeek iso_week_of(std::int64_t day) {
  const std::int64_t thursday = monday_of(day) + 3;
  const int year = civil_from_days(thursday).year;
  const std::int64_t day_of_year = thursday - days_from_civil({year, 1, 1});
  return {year, static_cast<unsigned>(day_of_year / days_per_week) + 1};
}

std::optional<std::int64_t> parse_iso_week(std::string_view text) {
  if (text.size() != 8 || text[4] != '-' || text[5] != 'W') {
    return std::nullopt;
  }
  const std::optional<unsigned> year = parse_fixed_digits(text.substr(0, 4), 4);
  const std::optional<unsigned> week = parse_fixed_digits(text.substr(6), 2);
  if (!year || !week || *year < year_min || *week < 1) {
    return std::nullopt;
  }
  // 4 January is always in week 1.
  const std::int64_t first = monday_of(days_from_civil({static_cast<int>(*year), 1, 4}));
  const std::int64_t monday = first + (std::int64_t{*week} - 1) * days_per_week;
  if (iso_week_of(monday) != IsoWeek{static_cast<int>(*year), *week}) {
    return std::nullopt;
  }
  return monday;
}

}  // namespace bedrocklog::analytics
