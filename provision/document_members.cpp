// Taking settings out of objects, and what is said about those that are wrong.
#include "provision/document_members.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace bedrocklog::provision {

std::optional<std::uint64_t> whole_number_of(const Json& value) {
  if (value.is_number_unsigned()) {
    return value.get<std::uint64_t>();
  }
  if (value.is_number_integer()) {
    const auto number = value.get<std::int64_t>();
    return number < 0 ? std::nullopt : std::optional<std::uint64_t>(number);
  }
  if (value.is_number_float() || !value.is_string()) {
    return std::nullopt;
  }
  const auto& text = value.get_ref<const std::string&>();
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc{} && end == text.data() + text.size() && !text.empty();
  return is_whole ? std::optional(number) : std::nullopt;
}

void Members::objects(const char* name, const std::function<void(Members&)>& take) {
  at(name, [&](const Json& value) {
    if (!value.is_array()) {
      complain(name, "a list of tables is wanted");
      return;
    }
    for (std::size_t index = 0; index < value.size(); ++index) {
      Members inner(value[index], fmt::format("{}[{}]", path(name), index), *faults_);
      take(inner);
      inner.end();
    }
  });
}

void Members::end() {
  if (!object_->is_object()) {
    return;
  }
  for (const auto& [name, value] : object_->items()) {
    if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
      complain(name, fmt::format("unknown setting; known here: {}", fmt::join(known_, ", ")));
    }
  }
}

void Members::complain(const std::string& name, std::string message) {
  faults_->push_back({name.empty() ? (place_.empty() ? "configuration" : place_) : path(name),
                      std::move(message), FaultCause::unspecified});
}

std::optional<std::size_t> Members::choice_index(const char* name, const Json& value,
                                                 std::span<const std::string_view> names) {
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](std::string_view candidate) { return value == candidate; });
  if (found == names.end()) {
    complain(name, fmt::format("one of {} is wanted", fmt::join(names, ", ")));
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace bedrocklog::provision
