// Splits comma lists.
#include "analytics/list_items.h"

namespace bedrocklog::analytics {

std::vector<std::string_view> list_items(std::string_view list) {
  std::vector<std::string_view> items;
  while (true) {
    const std::size_t comma = list.find(',');
    std::string_view item = list.substr(0, comma);
    item.remove_prefix(item.find_first_not_of(' ') == std::string_view::npos
                           ? item.size()
                           : item.find_first_not_of(' '));
    item.remove_suffix(item.size() - (item.find_last_not_of(' ') + 1));
    items.push_back(item);
    if (comma == std::string_view::npos) {
      return items;
    }
    list.remove_prefix(comma + 1);
  }
}

}  // namespace bedrocklog::analytics
