// Sorting JSON lists.
#include "provision/entry_order.h"

#include <algorithm>

namespace bedrocklog::provision {

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>()
                           : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string identity_of(const Json& entry, std::string_view member) {
  const auto found = entry.is_object() ? entry.find(std::string(member)) : entry.end();
  return found == entry.end() ? "" : text_of(*found);
}

void sort_unique(Json& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

void sort_entries(Json& list, std::string_view member) {
  std::stable_sort(list.begin(), list.end(), [&](const Json& left, const Json& right) {
    const std::string left_name = identity_of(left, member);
    const std::string right_name = identity_of(right, member);
    return left_name != right_name ? left_name < right_name : left < right;
  });
}

/// "10.0" is 10, and so is "1.0E1".

}  // namespace bedrocklog::provision
