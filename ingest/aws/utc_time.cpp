// Parsing and formatting by the date library.
#include "ingest/aws/utc_time.h"

#include <chrono>
#include <sstream>

#include <date/date.h>

namespace bedrocklog::aws {
namespace {

std::optional<UtcTime> parse_as(std::string_view text, const char* format) {
  std::istringstream in{std::string(text)};
  date::sys_seconds at;
  in >> date::parse(format, at);
  if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) {
    return std::nullopt;
  }
  return UtcTime{at.time_since_epoch().count()};
}

std::string formatted(UtcTime at, const char* format) {
  return date::format(format, date::sys_seconds(std::chrono::seconds(at.seconds)));
}

/// Without a fraction of a second: "10:15:07.123Z" becomes "10:15:07Z".
std::string without_fraction(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) {
    return std::string(text);
  }
  const std::size_t end = text.find_first_not_of("0123456789", point + 1);
  return std::string(text.substr(0, point)) +
         std::string(end == std::string_view::npos ? "" : text.substr(end));
}

}  // namespace

UtcTime system_time() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::seconds>(now).count()};
}

std::optional<UtcTime> parse_iso_time(std::string_view text) {
  const std::string whole = without_fraction(text);
  for (const char* format : {"%FT%TZ", "%FT%TUTC", "%FT%T%Ez"}) {
    if (const auto at = parse_as(whole, format)) {
      return at;
    }
  }
  return std::nullopt;
}

std::optional<UtcTime> parse_http_date(std::string_view text) {
  return parse_as(text, "%a, %d %b %Y %T GMT");
}

std::string to_amz_date(UtcTime at) {
  return formatted(at, "%Y%m%dT%H%M%SZ");
}

std::string to_iso_time(UtcTime at) {
  return formatted(at, "%FT%TZ");
}

}  // namespace bedrocklog::aws
