// Taking s3:// locations apart.
#include "ingest/s3_location.h"

#include <algorithm>
#include <cstddef>

namespace bedrocklog::ingest {
namespace {

constexpr std::string_view scheme = "s3://";
// Today's names are shorter and lower case; older buckets and other stores allow more.
constexpr std::size_t bucket_size_min = 3;
constexpr std::size_t bucket_size_max = 255;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_bucket_name(std::string_view name) {
  return name.size() >= bucket_size_min && name.size() <= bucket_size_max &&
         is_letter_or_digit(name.front()) && is_letter_or_digit(name.back()) &&
         name.find("..") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_';
         });
}

}  // namespace

bool is_s3_location(std::string_view location) {
  return location.starts_with(scheme);
}

Result<S3Location> parse_s3_location(const std::string& location) {
  if (!is_s3_location(location)) {
    return fault(location, "is no s3:// location; write s3://bucket/prefix");
  }
  const std::size_t slash = std::min(location.find('/', scheme.size()), location.size());
  S3Location parsed;
  parsed.bucket = location.substr(scheme.size(), slash - scheme.size());
  parsed.key = location.substr(std::min(slash + 1, location.size()));
  if (parsed.bucket.empty()) {
    return fault(location, "names no bucket; write s3://bucket/prefix");
  }
  if (parsed.bucket.find_first_of("*?[") != std::string::npos) {
    return fault(location, "has a pattern for a bucket; name each bucket, patterns are for keys");
  }
  if (!is_bucket_name(parsed.bucket)) {
    return fault(location, "names a bucket that cannot exist: " + parsed.bucket);
  }
  return parsed;
}

}  // namespace bedrocklog::ingest
