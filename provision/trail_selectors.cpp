// Reading selectors and tags.
#include "provision/trail_selectors.h"

#include <algorithm>

#include "provision/answer_members.h"
#include "provision/mark.h"

namespace bedrocklog::provision {
namespace {

/// The one value that a field must have; "": none, or several.
std::string value_of(const Json& selector, std::string_view field) {
  for (const Json& condition : part_in(selector, "FieldSelectors")) {
    const Json& values = part_in(condition, "Equals");
    if (text_in(condition, "Field") == field && values.size() == 1 && values[0].is_string()) {
      return values[0].get<std::string>();
    }
  }
  return {};
}

}  // namespace

std::string selected_events(const Json& selector) {
  const std::string category = value_of(selector, "eventCategory");
  if (category == "Data") {
    return value_of(selector, "resources.type");
  }
  return category == "Management" ? std::string() : category;
}

std::vector<std::string> refused_events(const Json& properties) {
  std::vector<std::string> events;
  for (const auto& [key, value] : tags_of(properties)) {
    if (key.starts_with(refused_tag_prefix)) {
      events.push_back(key.substr(refused_tag_prefix.size()));
    }
  }
  return events;
}

Json without_events(const Json& properties, const std::vector<std::string>& events) {
  Json result = properties;
  if (events.empty() || part_in(properties, "AdvancedEventSelectors").empty()) {
    return result;
  }
  Json kept = Json::array();
  for (const Json& selector : properties["AdvancedEventSelectors"]) {
    if (std::find(events.begin(), events.end(), selected_events(selector)) == events.end()) {
      kept.push_back(selector);
    }
  }
  result["AdvancedEventSelectors"] = std::move(kept);
  return result;
}

}  // namespace bedrocklog::provision
