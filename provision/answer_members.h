// Members of JSON answers, which may be missing or of another type than AWS promises.
#pragma once

#include <string>
#include <string_view>

#include "provision/resource.h"

namespace bedrocklog::provision {

/// The text; "" where there is none.
[[nodiscard]] inline std::string text_in(const Json& object, std::string_view name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The list or object, as it is; an empty list where there is neither.
[[nodiscard]] inline const Json& part_in(const Json& object, std::string_view name) {
  static const Json empty = Json::array();
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found != object.end() && found->is_structured() ? *found : empty;
}

/// `into[as]` is the member, where there is one.
inline void copy_member(const Json& object, std::string_view name, Json& into,
                        std::string_view as) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (found != object.end()) {
    into[std::string(as)] = *found;
  }
}

}  // namespace bedrocklog::provision
