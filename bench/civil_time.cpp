// Days to dates by counting years and months: slow beside closed formulas, and plainly right.
#include "bench/civil_time.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace bedrocklog::bench {

namespace {

bool is_leap(unsigned year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

unsigned days_in_month(unsigned year, unsigned month) {
  constexpr std::array<unsigned, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : days.at(month - 1);
}

std::optional<unsigned> number(std::string_view digits) {
  unsigned value = 0;
  const char* const begin = digits.data();
  const char* const end = begin + digits.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc{} || stop != end) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

CivilTime civil_time(std::int64_t at_s) {
  CivilTime time;
  std::int64_t days = at_s / day_s;
  const std::int64_t rest = at_s % day_s;
  time.hour = static_cast<unsigned>(rest / 3600);
  time.minute = static_cast<unsigned>(rest / 60 % 60);
  time.second = static_cast<unsigned>(rest % 60);
  while (days >= (is_leap(time.year) ? 366 : 365)) {
    days -= is_leap(time.year) ? 366 : 365;
    ++time.year;
  }
  while (days >= days_in_month(time.year, time.month)) {
    days -= days_in_month(time.year, time.month);
    ++time.month;
  }
  time.day = static_cast<unsigned>(days) + 1;
  return time;
}

std::optional<std::int64_t> parse_day_s(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
    return std::nullopt;
  }
  const auto year = number(text.substr(0, 4));
  const auto month = number(text.substr(5, 2));
  const auto day = number(text.substr(8, 2));
  if (!year || !month || !day || *year < 1970 || *month < 1 || *month > 12 || *day < 1 ||
      *day > days_in_month(*year, *month)) {
    return std::nullopt;
  }
  std::int64_t days = *day - 1;
  for (unsigned past = 1970; past < *year; ++past) {
    days += is_leap(past) ? 366 : 365;
  }
  for (unsigned past = 1; past < *month; ++past) {
    days += days_in_month(*year, past);
  }
  return days * day_s;
}

std::string day_text(std::int64_t at_s) {
  const CivilTime time = civil_time(at_s);
  return fmt::format("{:04}-{:02}-{:02}", time.year, time.month, time.day);
}

std::string instant_text(std::int64_t at_s) {
  const CivilTime time = civil_time(at_s);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", time.year, time.month, time.day,
                     time.hour, time.minute, time.second);
}

std::string hour_folder(std::int64_t at_s) {
  const CivilTime time = civil_time(at_s);
  return fmt::format("{:04}/{:02}/{:02}/{:02}", time.year, time.month, time.day, time.hour);
}

}  // namespace bedrocklog::bench
