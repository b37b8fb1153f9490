// One bit tells the cases of ASCII letters apart.
#include "ingest/aws/ascii_case.h"

#include <algorithm>

namespace bedrocklog::aws {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c); });
  return lower;
}

std::string upper_case(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return static_cast<char>(c >= 'a' && c <= 'z' ? c & ~0x20 : c); });
  return upper;
}

}  // namespace bedrocklog::aws
