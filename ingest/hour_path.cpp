// Reading the AWSLogs layout off a path, segment by segment.
#include "ingest/hour_path.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace bedrocklog::ingest {
namespace {

constexpr std::string_view logs_folder = "AWSLogs";
constexpr std::string_view bedrock_folder = "BedrockModelInvocationLogs";
constexpr std::int64_t hours_a_day = 24;
constexpr int year_min = 1970;

/// Takes segment after segment off a path.
class Segments {
 public:
  explicit Segments(std::string_view path) : rest_(path) {}

  [[nodiscard]] bool is_at_end() const { return rest_.empty(); }
  [[nodiscard]] std::string_view rest() const { return rest_; }

  std::string_view take() {
    const std::size_t size = std::min(rest_.find('/'), rest_.size());
    const std::string_view segment = rest_.substr(0, size);
    rest_.remove_prefix(std::min(size + 1, rest_.size()));
    return segment;
  }

 private:
  std::string_view rest_;
};

/// A number of exactly `digits` digits.
std::optional<int> number_of(std::string_view segment, std::size_t digits) {
  if (segment.size() != digits) {
    return std::nullopt;
  }
  int number = 0;
  for (const char c : segment) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    number = number * 10 + (c - '0');
  }
  return number;
}

std::int64_t first_hour_of(int year, unsigned month, unsigned day) {
  return days_from_civil({year, month, day}) * hours_a_day;
}

struct Place {
  LayoutFolder folder;
  std::string_view account;
  std::string_view region;
};

/// Year, month, day and hour as far as they are there and exist.
void read_date(Segments& segments, LayoutFolder& folder) {
  const auto stop = [&] {
    folder.level = segments.is_at_end() ? folder.level : LayoutLevel::foreign;
  };
  const auto take = [&](std::size_t digits, int min, int max) {
    Segments ahead = segments;
    const std::optional<int> number = number_of(ahead.take(), digits);
    const bool is_there = number && min <= *number && *number <= max;
    segments = is_there ? ahead : segments;
    return is_there ? number : std::nullopt;
  };
  const std::optional<int> year = take(4, year_min, 9'999);
  if (!year) {
    return stop();
  }
  folder = {LayoutLevel::year, {first_hour_of(*year, 1, 1), first_hour_of(*year + 1, 1, 1)}};
  const std::optional<int> month = take(2, 1, 12);
  if (!month) {
    return stop();
  }
  const auto of_year = static_cast<unsigned>(*month);
  const auto days = static_cast<int>(days_in_month(*year, of_year));
  const std::int64_t month_begin = first_hour_of(*year, of_year, 1);
  folder = {LayoutLevel::month, {month_begin, month_begin + days * hours_a_day}};
  const std::optional<int> day = take(2, 1, days);
  if (!day) {
    return stop();
  }
  const std::int64_t day_begin = month_begin + (*day - 1) * hours_a_day;
  folder = {LayoutLevel::day, {day_begin, day_begin + hours_a_day}};
  if (const std::optional<int> hour = take(2, 0, 23)) {
    folder = {LayoutLevel::hour, {day_begin + *hour, day_begin + *hour + 1}};
  }
  stop();
}

/// What stands behind AWSLogs/: an account, or an organisation and its account, and so on.
Place place_behind_logs(Segments segments) {
  Place place;
  place.folder.level = LayoutLevel::tree;
  if (segments.is_at_end()) {
    return place;
  }
  place.account = segments.take();
  if (segments.is_at_end()) {
    return place;
  }
  std::string_view service = segments.take();
  if (place.account.starts_with("o-") && service != bedrock_folder) {
    place.account = service;
    if (segments.is_at_end()) {
      return place;
    }
    service = segments.take();
  }
  if (service != bedrock_folder) {
    place.folder.level = LayoutLevel::foreign;
    return place;
  }
  if (segments.is_at_end()) {
    return place;
  }
  place.region = segments.take();
  if (!segments.is_at_end()) {
    read_date(segments, place.folder);
  }
  return place;
}

/// Of the AWSLogs on the path the first that leads to a date; prefixes can be called anything.
Place place_of(std::string_view folder) {
  Place place;
  for (Segments segments(folder); !segments.is_at_end();) {
    if (segments.take() == logs_folder) {
      const Place behind = place_behind_logs(segments);
      if (!behind.folder.hours.is_everything()) {
        return behind;
      }
      place = behind;
    }
  }
  return place;
}

/// Rounds down, also before 1970.
std::int64_t hour_of(std::int64_t at_ms) {
  return at_ms / hour_ms - (at_ms % hour_ms < 0 ? 1 : 0);
}

}  // namespace

HourWindow hour_window_of(const TimeRange& range, int slack_hours) {
  HourWindow window;
  if (range.begin != TimeRange().begin) {
    window.begin = hour_of(range.begin.value) - delivery_early_hours;
  }
  if (range.end != TimeRange().end) {
    const bool is_mid_hour = range.end.value % hour_ms != 0;
    window.end = hour_of(range.end.value) + (is_mid_hour ? 1 : 0) + slack_hours;
  }
  return window;
}

std::optional<DeliveryPlace> delivery_place_of(std::string_view path) {
  const std::size_t folder_size = path.rfind('/');
  if (folder_size == std::string_view::npos || folder_size + 1 == path.size()) {
    return std::nullopt;
  }
  const Place place = place_of(path.substr(0, folder_size));
  if (place.folder.hours.is_everything() ||
      place.folder.hours.end - place.folder.hours.begin != 1) {
    return std::nullopt;
  }
  return DeliveryPlace{std::string(place.account), std::string(place.region),
                       place.folder.hours.begin};
}

LayoutFolder layout_folder_of(std::string_view folder) {
  return place_of(folder).folder;
}

bool is_outside(std::string_view folder, const HourWindow& window) {
  if (window.is_everything()) {
    return false;
  }
  const HourWindow hours = layout_folder_of(folder).hours;
  return !hours.is_everything() &&
         std::max(hours.begin, window.begin) >= std::min(hours.end, window.end);
}

}  // namespace bedrocklog::ingest
