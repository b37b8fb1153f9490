// Lengths, characters, and the prefix that is AWS's own.
#include "tests/fake_aws/fake_tags.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "ingest/aws/ascii_case.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::size_t key_size_max = 128;
constexpr std::size_t value_size_max = 256;

bool has_allowed_characters(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    // Letters of all languages are allowed: of those the fake looks no closer.
    return std::isalnum(c) != 0 || c >= 0x80 ||
           std::string_view(" _.:/=+-@").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

}  // namespace

std::string tag_fault(const std::string& key, const std::string& value) {
  if (key.empty() || key.size() > key_size_max || value.size() > value_size_max) {
    return "A tag key has 1 to 128 characters, a value up to 256.";
  }
  if (!has_allowed_characters(key) || !has_allowed_characters(value)) {
    return "The tag " + key + " has characters that are not allowed.";
  }
  if (aws::lower_case(key).starts_with("aws:")) {
    return "The prefix aws: is reserved.";
  }
  return {};
}

}  // namespace bedrocklog::fake_aws
