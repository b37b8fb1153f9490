// Offsets from the system's zone database, and bucket labels made from local time.
#include "analytics/zone.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include <date/tz.h>
#include <fmt/format.h>

#include "analytics/calendar.h"
#include "analytics/in_quotes.h"
#include "ingest/ensure.h"

namespace bedrocklog::analytics {
namespace {

constexpr unsigned fixed_offset_hours_max = 14;  // Kiritimati; no zone is further from UTC.
constexpr unsigned minutes_per_hour = 60;

constexpr std::int64_t floor_divide(std::int64_t numerator, std::int64_t denominator) {
  return numerator / denominator - (numerator % denominator < 0 ? 1 : 0);
}

// Moves near-infinite times inside, so that an offset can be added.
std::int64_t shifted(std::int64_t at, std::int64_t offset_ms) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(at, offset_ms, &sum) ? at : sum;
}

// The local hour around `at`, cut to the time in which the offset is valid. Near-infinite times
// have none: it is empty.
TimeRange hour_around(UnixMillis at, const Zone::Offset& offset) {
  const std::int64_t rest = shifted(at.value, offset.offset_ms) % hour_ms;
  std::int64_t begin_ms = 0;
  std::int64_t end_ms = 0;
  if (__builtin_sub_overflow(at.value, rest < 0 ? rest + hour_ms : rest, &begin_ms) ||
      __builtin_add_overflow(begin_ms, hour_ms, &end_ms)) {
    return TimeRange{at, at};
  }
  return TimeRange{{std::max(begin_ms, offset.valid.begin.value)},
                   {std::min(end_ms, offset.valid.end.value)}};
}

const date::time_zone& zone_data(const void* data) {
  return *static_cast<const date::time_zone*>(data);
}

date::sys_seconds to_sys_seconds(UnixMillis at) {
  return date::sys_seconds(std::chrono::seconds(floor_divide(at.value, second_ms)));
}

UnixMillis to_unix_millis(date::sys_seconds at) {
  return {at.time_since_epoch().count() * second_ms};
}

// "+05:30", "-08:00".
std::optional<std::int64_t> parse_fixed_offset(std::string_view text) {
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') {
    return std::nullopt;
  }
  const std::optional<unsigned> hours = parse_fixed_digits(text.substr(1, 2), 2);
  const std::optional<unsigned> minutes = parse_fixed_digits(text.substr(4), 2);
  if (!hours || !minutes || *minutes >= minutes_per_hour ||
      *hours * minutes_per_hour + *minutes > fixed_offset_hours_max * minutes_per_hour) {
    return std::nullopt;
  }
  const std::int64_t offset_ms = *hours * hour_ms + *minutes * minute_ms;
  return text[0] == '-' ? -offset_ms : offset_ms;
}

std::string last_segment(std::string_view name) {
  return std::string(name.substr(name.rfind('/') + 1));
}

// By the whole name, or by its last part: "Berlin" means Europe/Berlin.
std::optional<std::string> nearest_zone(std::string_view name,
                                        const std::vector<std::string>& known) {
  if (std::optional<std::string> nearest = nearest_name(name, known)) {
    return nearest;
  }
  std::vector<std::string> segments(known.size());
  std::transform(known.begin(), known.end(), segments.begin(), last_segment);
  const std::optional<std::string> segment = nearest_name(last_segment(name), segments);
  const auto found = std::find(segments.begin(), segments.end(), segment.value_or(std::string()));
  return found == segments.end()
             ? std::nullopt
             : std::optional(known[static_cast<std::size_t>(found - segments.begin())]);
}

auto unknown_zone(std::string_view name) {
  std::vector<std::string> known = {"UTC"};
  try {
    for (const date::time_zone& zone : date::get_tzdb().zones) {
      known.push_back(zone.name());
    }
  } catch (const std::exception&) {
    return fault("--tz",
                 "the system has no time zone data (package tzdata); "
                 "UTC and offsets such as +05:30 work without");
  }
  const std::optional<std::string> nearest = nearest_zone(name, known);
  return fault("--tz", in_quotes(name) + " is not a time zone; " +
                           (nearest ? "did you mean " + *nearest + '?'
                                    : "write UTC, an area such as Europe/Berlin or an offset "
                                      "such as +05:30"));
}

}  // namespace

Result<Zone> Zone::named(std::string_view name) {
  Zone zone;
  if (name == "UTC") {
    return zone;
  }
  zone.name_ = name;
  if (const std::optional<std::int64_t> offset_ms = parse_fixed_offset(name)) {
    zone.fixed_offset_ms_ = *offset_ms;
    return zone;
  }
  try {
    const date::time_zone* data = date::locate_zone(zone.name_);
    // The data is read on first use; a damaged file shows here and not amid a scan.
    static_cast<void>(data->get_info(date::sys_seconds{}));
    zone.data_ = data;
    return zone;
  } catch (const std::exception&) {
    return unknown_zone(name);
  }
}

Zone::Offset Zone::offset_at(UnixMillis at) const {
  if (data_ == nullptr) {
    return {fixed_offset_ms_, TimeRange{}};
  }
  const date::sys_info info = zone_data(data_).get_info(to_sys_seconds(at));
  return {info.offset.count() * second_ms, {to_unix_millis(info.begin), to_unix_millis(info.end)}};
}

UnixMillis Zone::start_of_day(CivilDate local) const {
  const std::int64_t midnight_ms = days_from_civil(local) * day_ms;
  if (data_ == nullptr) {
    return {midnight_ms - fixed_offset_ms_};
  }
  const date::local_seconds midnight(std::chrono::seconds(midnight_ms / second_ms));
  const date::local_info info = zone_data(data_).get_info(midnight);
  if (info.result == date::local_info::nonexistent) {
    return to_unix_millis(info.first.end);
  }
  // Where midnight comes twice, the first one begins the day.
  return {midnight_ms - info.first.offset.count() * second_ms};
}

bool is_time_key(KeyKind kind) {
  return kind >= KeyKind::hour && kind <= KeyKind::weekday;
}

BucketClock::BucketClock(KeyKind kind, Zone zone) : kind_(kind), zone_(std::move(zone)) {
  ensure(is_time_key(kind));
  if (kind == KeyKind::hour) {
    zone_ = Zone();
  }
}

std::string_view BucketClock::label(UnixMillis at) {
  if (!has_offset_ || !offset_.valid.contains(at)) {
    offset_ = zone_.offset_at(at);
    has_offset_ = true;
  }
  if (range_.contains(at)) {
    return label_;
  }
  const std::int64_t local_hour = floor_divide(shifted(at.value, offset_.offset_ms), hour_ms);
  range_ = hour_around(at, offset_);
  constexpr std::int64_t hours_per_day = 24;
  constexpr unsigned months_per_quarter = 3;
  const std::int64_t day = floor_divide(local_hour, hours_per_day);
  const std::int64_t hour = local_hour - day * hours_per_day;
  const CivilDate date = civil_from_days(day);
  switch (kind_) {
    case KeyKind::hour:
      label_ = fmt::format("{:04}-{:02}-{:02}T{:02}Z", date.year, date.month, date.day, hour);
      break;
    case KeyKind::day:
      label_ = fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
      break;
    case KeyKind::week: {
      const IsoWeek week = iso_week_of(day);
      label_ = fmt::format("{:04}-W{:02}", week.year, week.week);
      break;
    }
    case KeyKind::month:
      label_ = fmt::format("{:04}-{:02}", date.year, date.month);
      break;
    case KeyKind::quarter:
      label_ = fmt::format("{:04}-Q{}", date.year, (date.month - 1) / months_per_quarter + 1);
      break;
    case KeyKind::hour_of_day:
      label_ = fmt::format("{:02}", hour);
      break;
    case KeyKind::weekday: {
      constexpr std::array<std::string_view, 7> names = {"1 Mon", "2 Tue", "3 Wed", "4 Thu",
                                                         "5 Fri", "6 Sat", "7 Sun"};
      label_ = names.at(iso_weekday_of(day) - 1);
      break;
    }
    default:
      ensure(false);
  }
  return label_;
}

}  // namespace bedrocklog::analytics
