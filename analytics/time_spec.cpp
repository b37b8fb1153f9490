// Reads the time flags. Each flag means a range; `--since` takes its begin, `--until` its end.
#include "analytics/time_spec.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "analytics/calendar.h"
#include "analytics/in_quotes.h"

namespace bedrocklog::analytics {
namespace {

constexpr std::string_view word_forms =
    "30d 12h 2w 3mo (back from now), today, yesterday, now, 2026-03, 2026-03-01, "
    "2026-03-01T10:00:00Z or @1772359200";
constexpr std::string_view instant_forms = "2026-03-01T10:00:00Z, 2026-03-01 or @1772359200";
constexpr std::size_t relative_digits_max = 5;
constexpr std::size_t epoch_digits_max = 12;
constexpr std::int64_t epoch_seconds_max = 253'402'300'799;  // The end of year 9999.
constexpr std::int64_t days_per_week = 7;
constexpr int months_per_quarter = 3;

constexpr std::int64_t floor_divide(std::int64_t numerator, std::int64_t denominator) {
  return numerator / denominator - (numerator % denominator < 0 ? 1 : 0);
}

// Digits only, no more than `digits_max` of them.
std::optional<std::int64_t> parse_count(std::string_view text, std::size_t digits_max) {
  if (text.empty() || text.size() > digits_max) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    value = value * 10 + (c - '0');
  }
  return value;
}

bool looks_like_a_timestamp(std::string_view text) {
  return text.size() > 10 && parse_date(text.substr(0, 10)) &&
         (text[10] == 'T' || text[10] == 't' || text[10] == ' ');
}

bool has_utc_offset(std::string_view text) {
  return text.ends_with('Z') || text.ends_with('z') ||
         text.substr(11).find_first_of("+-") != std::string_view::npos;
}

// RFC 3339 or @epoch seconds; nothing for other forms.
std::optional<UnixMillis> parse_exact(std::string_view text) {
  if (text.starts_with('@')) {
    const std::optional<std::int64_t> seconds = parse_count(text.substr(1), epoch_digits_max);
    return seconds && *seconds <= epoch_seconds_max
               ? std::optional(UnixMillis{*seconds * second_ms})
               : std::nullopt;
  }
  return looks_like_a_timestamp(text) && has_utc_offset(text) ? parse_timestamp(text)
                                                              : std::nullopt;
}

std::string not_understood(std::string_view text, std::string_view forms) {
  std::string message = in_quotes(text);
  message += looks_like_a_timestamp(text) && parse_timestamp(text) && !has_utc_offset(text)
                 ? " does not say its offset from UTC; end it in Z or in one such as +01:00"
                 : " is not a time; write " + std::string(forms);
  return message;
}

class RangeReader {
 public:
  RangeReader(const Zone& zone, std::optional<UnixMillis> now) : zone_(zone), now_(now) {}

  // What a word of --since and --until covers; an instant begins and ends at itself.
  [[nodiscard]] Result<TimeRange> word(const std::string& flag, const std::string& text) const {
    if (const std::optional<UnixMillis> exact = parse_exact(text)) {
      return TimeRange{*exact, *exact};
    }
    if (const std::optional<CivilDate> date = parse_date(text)) {
      return days(days_from_civil(*date), 1);
    }
    if (const std::optional<CivilDate> month = parse_month(text)) {
      return months(*month, 1);
    }
    const std::optional<std::pair<std::int64_t, std::string_view>> back = parse_relative(text);
    const bool is_day = text == "today" || text == "yesterday";
    if (!is_day && text != "now" && !back) {
      return fault(flag, not_understood(text, word_forms));
    }
    if (!now_) {
      return needs_now(flag, text);
    }
    if (is_day) {
      return days(local_day_of(*now_) - (text == "yesterday" ? 1 : 0), 1);
    }
    const UnixMillis at = back ? before(*now_, back->first, back->second) : *now_;
    if (at < UnixMillis{0}) {
      return fault(flag, in_quotes(text) + " reaches back before 1970");
    }
    return TimeRange{at, at};
  }

  [[nodiscard]] Result<TimeRange> hours(const std::string& text) const {
    const Result<int> count = parse_hours(text);
    if (!count) {
      return pass_on(count);
    }
    if (!now_) {
      return needs_now("HOURS", text);
    }
    return TimeRange{{now_->value - *count * hour_ms}, *now_};
  }

  [[nodiscard]] Result<TimeRange> month(const std::string& text) const {
    if (const std::optional<CivilDate> first = parse_month(text)) {
      return months(*first, 1);
    }
    if (text != "this" && text != "last") {
      return fault("--month", in_quotes(text) + " is not a month; write 2026-03, this or last");
    }
    if (!now_) {
      return needs_now("--month", text);
    }
    const CivilDate today = civil_from_days(local_day_of(*now_));
    return months(first_of_month(today, text == "last" ? -1 : 0), 1);
  }

  [[nodiscard]] Result<TimeRange> week(const std::string& text) const {
    const std::optional<std::int64_t> monday = parse_iso_week(text);
    if (!monday) {
      return fault("--week",
                   in_quotes(text) + " is not a week of the ISO calendar; write 2026-W10");
    }
    return days(*monday, days_per_week);
  }

  [[nodiscard]] Result<TimeRange> quarter(const std::string& text) const {
    const std::string_view view = text;
    const bool has_form = view.size() == 7 && view.substr(4, 2) == "-Q";
    const std::optional<CivilDate> year =
        has_form ? parse_month(std::string(view.substr(0, 4)) + "-01") : std::nullopt;
    const int number = has_form ? view[6] - '0' : 0;
    if (!year || number < 1 || number > 4) {
      return fault("--quarter", in_quotes(text) + " is not a quarter; write 2026-Q1");
    }
    return months(first_of_month(*year, std::int64_t{number - 1} * months_per_quarter),
                  months_per_quarter);
  }

  [[nodiscard]] Result<TimeRange> day(const std::string& text) const {
    const std::optional<CivilDate> date = parse_date(text);
    if (!date) {
      return fault("--day", in_quotes(text) + " is not a date; write 2026-03-01");
    }
    return days(days_from_civil(*date), 1);
  }

 private:
  static std::optional<std::pair<std::int64_t, std::string_view>> parse_relative(
      std::string_view text) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::int64_t count = parse_count(text.substr(0, digits), relative_digits_max).value_or(0);
    const std::string_view unit = text.substr(digits);
    if (count == 0 || (unit != "h" && unit != "d" && unit != "w" && unit != "mo")) {
      return std::nullopt;
    }
    return std::pair(count, unit);
  }

  static Result<TimeRange> needs_now(const std::string& flag, const std::string& text) {
    return fault(flag, in_quotes(text) +
                           " counts from the present time, which is not known here; "
                           "give it with --now");
  }

  [[nodiscard]] TimeRange days(std::int64_t first, std::int64_t count) const {
    return {zone_.start_of_day(civil_from_days(first)),
            zone_.start_of_day(civil_from_days(first + count))};
  }

  [[nodiscard]] TimeRange months(CivilDate first, int count) const {
    return {zone_.start_of_day(first), zone_.start_of_day(first_of_month(first, count))};
  }

  [[nodiscard]] std::int64_t local_ms(UnixMillis at) const {
    return at.value + zone_.offset_at(at).offset_ms;
  }

  [[nodiscard]] std::int64_t local_day_of(UnixMillis at) const {
    return floor_divide(local_ms(at), day_ms);
  }

  // Hours, days and weeks are that many times 1, 24 and 168 hours. Months go back on the calendar
  // to the same local time; a day the month lacks becomes its last.
  [[nodiscard]] UnixMillis before(UnixMillis at, std::int64_t count, std::string_view unit) const {
    if (unit != "mo") {
      const std::int64_t unit_ms = unit == "h"   ? hour_ms
                                   : unit == "d" ? day_ms
                                                 : days_per_week * day_ms;
      return {at.value - count * unit_ms};
    }
    const std::int64_t day = local_day_of(at);
    const CivilDate today = civil_from_days(day);
    CivilDate then = first_of_month(today, -count);
    then.day = std::min(today.day, days_in_month(then.year, then.month));
    const std::int64_t then_ms = local_ms(at) + (days_from_civil(then) - day) * day_ms;
    // The offset of then, looked up at what the offset of now makes of it.
    const UnixMillis guess{then_ms - zone_.offset_at(at).offset_ms};
    return {then_ms - zone_.offset_at(guess).offset_ms};
  }

  const Zone& zone_;
  std::optional<UnixMillis> now_;
};

// A flag that says both ends, and how to read it.
struct WholeFlag {
  std::string name;
  const std::string& text;
  Result<TimeRange> (RangeReader::*read)(const std::string&) const;
};

Result<TimeRange> read_ends(const TimeSpec& spec, const RangeReader& reader) {
  TimeRange range;
  if (!spec.since.empty()) {
    const Result<TimeRange> since = reader.word("--since", spec.since);
    if (!since) {
      return since;
    }
    range.begin = since->begin;
  }
  if (!spec.until.empty()) {
    const Result<TimeRange> until = reader.word("--until", spec.until);
    if (!until) {
      return until;
    }
    range.end = until->end;
  }
  if (!spec.since.empty() && !spec.until.empty() && range.end <= range.begin) {
    return fault("--until", in_quotes(spec.until) + " ends at " + to_rfc3339(range.end) +
                                ", which is not after --since " + in_quotes(spec.since) + " at " +
                                to_rfc3339(range.begin));
  }
  return range;
}

}  // namespace

Result<TimeRange> resolve_range(const TimeSpec& spec, const Zone& zone,
                                std::optional<UnixMillis> now) {
  const RangeReader reader(zone, now);
  const std::vector<WholeFlag> whole_flags = {
      {"HOURS", spec.hours, &RangeReader::hours},
      {"--month", spec.month, &RangeReader::month},
      {"--week", spec.week, &RangeReader::week},
      {"--quarter", spec.quarter, &RangeReader::quarter},
      {"--day", spec.day, &RangeReader::day},
  };
  const WholeFlag* given = nullptr;
  for (const WholeFlag& flag : whole_flags) {
    if (flag.text.empty()) {
      continue;
    }
    const std::string other = given != nullptr      ? given->name
                              : !spec.since.empty() ? "--since"
                              : !spec.until.empty() ? "--until"
                                                    : "";
    if (!other.empty()) {
      return fault(flag.name, "says the whole range, and so " + other + " cannot be given too; " +
                                  "allowed are --since and --until, or one of HOURS, --month, "
                                  "--week, --quarter and --day");
    }
    given = &flag;
  }
  if (given == nullptr) {
    return read_ends(spec, reader);
  }
  Result<TimeRange> range = (reader.*given->read)(given->text);
  if (range && range->end <= range->begin) {  // A day that a zone skipped at the date line.
    return fault(given->name, in_quotes(given->text) + " does not exist in " + zone.name());
  }
  return range;
}

Result<int> parse_hours(std::string_view text) {
  constexpr std::size_t digits_max = 9;
  const std::optional<std::int64_t> hours = parse_count(text, digits_max);
  if (!hours || *hours < 1 || *hours > hours_max) {
    return fault("HOURS", in_quotes(text) + " is not a number of hours; write a whole number " +
                              "from 1 to " + std::to_string(hours_max));
  }
  return static_cast<int>(*hours);
}

Result<UnixMillis> parse_instant(std::string_view text, const Zone& zone) {
  if (const std::optional<UnixMillis> exact = parse_exact(text)) {
    return *exact;
  }
  if (const std::optional<CivilDate> date = parse_date(text)) {
    return zone.start_of_day(*date);
  }
  return fault("--now", not_understood(text, instant_forms));
}

}  // namespace bedrocklog::analytics
