// Header lookup.
#include "ingest/aws/http_message.h"

#include <algorithm>

namespace bedrocklog::aws {
namespace {

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool is_same_name(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace

std::string_view HttpHead::header(std::string_view name) const {
  for (const HttpHeader& candidate : headers) {
    if (is_same_name(candidate.name, name)) {
      return candidate.value;
    }
  }
  return {};
}

}  // namespace bedrocklog::aws
