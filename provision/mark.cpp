// Reading and writing marks.
#include "provision/mark.h"

#include <fmt/format.h>

#include "provision/answer_members.h"

namespace bedrocklog::provision {
namespace {

constexpr std::string_view marker_start = "Managed by bedrocklog, stack `";

}  // namespace

Json to_json(const Tags& tags) {
  Json list = Json::array();
  for (const auto& [key, value] : tags) {
    list.push_back({{"Key", key}, {"Value", value}});
  }
  return list;
}

Tags tags_of(const Json& properties) {
  Tags tags;
  const auto list = properties.is_object() ? properties.find("Tags") : properties.end();
  if (list != properties.end() && list->is_array()) {
    for (const Json& tag : *list) {
      tags[text_in(tag, "Key")] = text_in(tag, "Value");
    }
  }
  return tags;
}

std::vector<std::string> our_tag_keys(const Json& properties) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : tags_of(properties)) {
    if (key.starts_with("bedrocklog:")) {
      keys.push_back(key);
    }
  }
  return keys;
}

Mark mark_of(const Tags& tags, std::string_view stack) {
  const auto owner = tags.find(stack_tag);
  if (owner == tags.end()) {
    return {};
  }
  if (owner->second != stack) {
    return {Ownership::other_stack, owner->second};
  }
  return {tags.contains(adopted_tag) ? Ownership::adopted : Ownership::ours, owner->second};
}

std::string marker_text(std::string_view stack) {
  return fmt::format(
      "{}{}`. Changes made by hand show up as drift and are put back by the next apply.",
      marker_start, stack);
}

Mark mark_of_dashboard(const Json& body, std::string_view stack) {
  const auto widgets = body.is_object() ? body.find("widgets") : body.end();
  if (widgets == body.end() || !widgets->is_array()) {
    return {};
  }
  for (const Json& widget : *widgets) {
    const auto properties = widget.is_object() ? widget.find("properties") : widget.end();
    if (properties == widget.end()) {
      continue;
    }
    const std::string text = text_in(*properties, "markdown");
    const std::size_t at = text.find(marker_start);
    if (at == std::string::npos) {
      continue;
    }
    const std::size_t from = at + marker_start.size();
    const std::size_t to = text.find('`', from);
    const std::string owner = text.substr(from, to == std::string::npos ? 0 : to - from);
    return {owner == stack ? Ownership::ours : Ownership::other_stack, owner};
  }
  return {};
}

bool is_our_statement(const Json& statement) {
  const std::string sid = text_in(statement, "Sid");
  return sid == delivery_sid || sid.starts_with(sid_prefix);
}

}  // namespace bedrocklog::provision
