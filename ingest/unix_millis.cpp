// Timestamps of log records to milliseconds and back; days to calendar dates and back.
//
// parse_timestamp() runs once per record, so it works on the bytes: no locale, no allocation, no
// library parser. Calendar arithmetic counts years from 1 March, which puts the leap day last.
#include "ingest/unix_millis.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

#include <fmt/format.h>

#include "ingest/ensure.h"

namespace bedrocklog {
namespace {

constexpr std::int64_t years_per_era = 400;  // The Gregorian calendar repeats after 400 years.
constexpr std::int64_t days_per_era = 146'097;
constexpr std::int64_t days_to_1970 = 719'468;  // From 0000-03-01 to 1970-01-01.
constexpr std::size_t fraction_digits_max = 9;
constexpr std::size_t epoch_millis_digits = 13;
constexpr std::size_t usual_bytes = 20;

constexpr std::int64_t floor_div(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

bool is_leap(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/// Takes fixed shapes off the front of a text. After the first mismatch everything fails.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  /// The next `count` digits as a number; 0 when they are not there.
  std::int64_t digits(std::size_t count) {
    if (rest_.size() < count) {
      good_ = false;
      return 0;
    }
    std::int64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const unsigned digit = static_cast<unsigned char>(rest_[i]) - unsigned{'0'};
      good_ = good_ && digit <= 9;
      value = value * 10 + static_cast<std::int64_t>(digit & 0xFU);
    }
    rest_.remove_prefix(count);
    return value;
  }

  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  void require(char wanted) { good_ = take(wanted) && good_; }
  void require(bool condition) { good_ = condition && good_; }
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] std::size_t leading_digits() const {
    std::size_t count = 0;
    while (count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') {
      ++count;
    }
    return count;
  }

 private:
  std::string_view rest_;
  bool good_ = true;
};

std::int64_t date_ms(Cursor& cursor) {
  const std::int64_t year = cursor.digits(4);
  cursor.require('-');
  const auto month = static_cast<unsigned>(cursor.digits(2));
  cursor.require('-');
  const auto day = static_cast<unsigned>(cursor.digits(2));
  cursor.require(year >= 1970 && month >= 1 && month <= 12 && day >= 1);
  if (!cursor.good() || day > days_in_month(static_cast<int>(year), month)) {
    cursor.require(false);
    return 0;
  }
  return days_from_civil({static_cast<int>(year), month, day}) * day_ms;
}

std::int64_t time_of_day_ms(Cursor& cursor) {
  const std::int64_t hour = cursor.digits(2);
  cursor.require(':');
  const std::int64_t minute = cursor.digits(2);
  cursor.require(':');
  const std::int64_t second = cursor.digits(2);
  cursor.require(hour <= 23 && minute <= 59 && second <= 59);
  return hour * hour_ms + minute * minute_ms + second * second_ms;
}

std::int64_t fraction_ms(Cursor& cursor) {
  if (!cursor.take('.')) {
    return 0;
  }
  const std::size_t count = cursor.leading_digits();
  cursor.require(count >= 1 && count <= fraction_digits_max);
  if (!cursor.good()) {
    return 0;
  }
  constexpr std::array<std::int64_t, 3> scale = {0, 100, 10};
  if (count < 3) {
    return cursor.digits(count) * scale[count];
  }
  const std::int64_t millis = cursor.digits(3);
  (void)cursor.digits(count - 3);  // Finer than a millisecond: cut, not rounded.
  return millis;
}

/// What to subtract to get UTC.
std::int64_t offset_ms(Cursor& cursor) {
  if (cursor.at_end() || cursor.take('Z')) {
    return 0;
  }
  const bool is_west = cursor.take('-');
  if (!is_west) {
    cursor.require('+');
  }
  const std::int64_t hours = cursor.digits(2);
  (void)cursor.take(':');
  const std::int64_t minutes = cursor.digits(2);
  cursor.require(hours <= 23 && minutes <= 59);
  const std::int64_t east = hours * hour_ms + minutes * minute_ms;
  return is_west ? -east : east;
}

/// Up to eight letters as values: each must be the one that `shape` has there, and is then 0, or a
/// digit where `shape` has a zero. Sets `good` to false for others.
[[gnu::always_inline]] inline std::uint64_t values_of(std::string_view letters,
                                                      std::string_view shape, bool& good) {
  std::uint64_t values = 0;
  std::uint64_t wanted = 0;
  std::uint64_t spare = 0;  // What may be added to a value that is small enough, without a carry.
  std::memcpy(&values, letters.data(), letters.size());
  for (std::size_t index = 0; index < shape.size(); ++index) {
    const bool is_digit = shape[index] == '0';
    wanted |= std::uint64_t{static_cast<unsigned char>(shape[index])} << (8 * index);
    spare |= std::uint64_t{is_digit ? 0x7FU - 9U : 0x7FU} << (8 * index);
  }
  values ^= wanted;
  good = good && (((values + spare) | values) & 0x8080'8080'8080'8080ULL) == 0;
  return values;
}

/// `2026-03-04T10:15:07Z`, as all but a few are written; anything else is nothing.
std::optional<UnixMillis> parse_usual(std::string_view text) {
  bool good = true;
  const std::uint64_t year_month = values_of(text.substr(0, 8), "0000-00-", good);
  const std::uint64_t day_minute = values_of(text.substr(8, 8), "00T00:00", good);
  const std::uint64_t seconds = values_of(text.substr(16, 4), ":00Z", good);
  if (!good) {
    return std::nullopt;
  }
  const auto pair = [](std::uint64_t values, unsigned at) {
    return static_cast<unsigned>((values * 10 + (values >> 8U)) >> (8U * at)) & 0xFFU;
  };
  const unsigned year = pair(year_month, 0) * 100 + pair(year_month, 2);
  const unsigned month = pair(year_month, 5);
  const unsigned day = pair(day_minute, 0);
  const unsigned hour = pair(day_minute, 3);
  const unsigned minute = pair(day_minute, 6);
  const unsigned second = pair(seconds, 1);
  if (year < 1970 || month - 1 > 11 || day < 1 || hour > 23 || minute > 59 || second > 59 ||
      day > days_in_month(static_cast<int>(year), month)) {
    return std::nullopt;
  }
  const std::int64_t days = days_from_civil({static_cast<int>(year), month, day});
  return UnixMillis{days * day_ms + hour * hour_ms + minute * minute_ms + second * second_ms};
}

}  // namespace

std::optional<UnixMillis> parse_timestamp(std::string_view text) {
  if (std::endian::native == std::endian::little && text.size() == usual_bytes) {
    if (const std::optional<UnixMillis> at = parse_usual(text)) {
      return at;
    }
  }
  Cursor cursor(text);
  if (text.size() == epoch_millis_digits) {
    const std::int64_t millis = cursor.digits(epoch_millis_digits);
    return cursor.good() ? std::optional(UnixMillis{millis}) : std::nullopt;
  }
  std::int64_t millis = date_ms(cursor);
  cursor.require(cursor.take('T') || cursor.take(' '));
  millis += time_of_day_ms(cursor);
  millis += fraction_ms(cursor);
  millis -= offset_ms(cursor);
  if (!cursor.good() || !cursor.at_end()) {
    return std::nullopt;
  }
  return UnixMillis{millis};
}

std::string to_rfc3339(UnixMillis at) {
  const std::int64_t days = floor_div(at.value, day_ms);
  const CivilDate date = civil_from_days(days);
  // Not at.value - days * day_ms: the product leaves 64 bits for the smallest of all times.
  const std::int64_t in_day = (at.value % day_ms + day_ms) % day_ms;
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", date.year, date.month, date.day,
                  in_day / hour_ms, in_day % hour_ms / minute_ms, in_day % minute_ms / second_ms);
  if (const std::int64_t millis = in_day % second_ms; millis != 0) {
    text += fmt::format(".{:03}", millis);
  }
  return text + 'Z';
}

std::int64_t days_from_civil(CivilDate date) {
  const std::int64_t year = std::int64_t{date.year} - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = floor_div(year, years_per_era);
  const std::int64_t year_of_era = year - era * years_per_era;
  const std::int64_t months_since_march = (date.month + 9) % 12;
  // Months from March on alternate 31, 30, 31, 30, 31: 153 days in five.
  const std::int64_t day_of_year = (153 * months_since_march + 2) / 5 + date.day - 1;
  const std::int64_t leap_days = year_of_era / 4 - year_of_era / 100;
  return era * days_per_era + year_of_era * 365 + leap_days + day_of_year - days_to_1970;
}

CivilDate civil_from_days(std::int64_t days) {
  const std::int64_t shifted = days + days_to_1970;
  const std::int64_t era = floor_div(shifted, days_per_era);
  const std::int64_t day_of_era = shifted - era * days_per_era;
  // Take out the leap days passed so far; what remains divides evenly by 365.
  const std::int64_t leap_days = day_of_era / 1'460 - day_of_era / 36'524 + day_of_era / 146'096;
  const std::int64_t year_of_era = (day_of_era - leap_days) / 365;
  const std::int64_t day_of_year =
      day_of_era - (year_of_era * 365 + year_of_era / 4 - year_of_era / 100);
  const std::int64_t months_since_march = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * months_since_march + 2) / 5 + 1;
  const std::int64_t month =
      months_since_march < 10 ? months_since_march + 3 : months_since_march - 9;
  const std::int64_t year = era * years_per_era + year_of_era + (month <= 2 ? 1 : 0);
  return {static_cast<int>(year), static_cast<unsigned>(month), static_cast<unsigned>(day)};
}

unsigned days_in_month(int year, unsigned month) {
  ensure(month >= 1 && month <= 12);
  constexpr std::array<unsigned, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

}  // namespace bedrocklog
