// Numbers of documents.
#include "provision/document_members.h"

#include <charconv>

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

}  // namespace bedrocklog::provision
