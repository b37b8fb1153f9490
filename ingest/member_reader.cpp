// Counters and texts of log objects.
#include "ingest/member_reader.h"

#include <limits>

namespace bedrocklog::ingest {
namespace {

// A text this long is a body that came as a string; its memory is not kept for the next record.
constexpr std::size_t text_kept_bytes_max = std::size_t{1} << 20U;

/// JSON allows no leading zero, and what is no JSON must not pass as a record.
bool has_leading_zero(std::string_view number) {
  if (number.starts_with('-')) {
    number.remove_prefix(1);
  }
  return number.size() > 1 && number[0] == '0' && number[1] >= '0' && number[1] <= '9';
}

std::optional<std::uint64_t> as_counter(const ScaledNumber& number, CounterFault& fault) {
  if (!number.is_number) {
    fault = CounterFault::type;
    return std::nullopt;
  }
  if (!number.exact || number.negative || number.too_large ||
      number.magnitude > tokens_per_record_max) {
    fault = CounterFault::range;
    return std::nullopt;
  }
  return number.magnitude;
}

}  // namespace

std::optional<std::string_view> TextArena::unescape(std::string_view inside) {
  if (!has_escape(inside)) {
    return inside;
  }
  if (used_ == texts_.size()) {
    texts_.emplace_back();
  }
  std::string& text = texts_[used_];
  if (text.capacity() > text_kept_bytes_max && inside.size() <= text_kept_bytes_max) {
    std::string().swap(text);
  }
  ++used_;
  text.clear();
  if (!unescape_json(inside, text)) {
    return std::nullopt;
  }
  return text;
}

std::optional<std::uint64_t> read_counter(JsonView& view, CounterFault& fault) {
  std::string_view text;
  const char first = view.peek();
  if (first == '"') {
    if (!view.string_escaped(text)) {
      return std::nullopt;
    }
    std::string plain;  // Digits need no escape, but JSON allows one for every letter.
    if (has_escape(text)) {
      text = unescape_json(text, plain) ? std::string_view(plain) : std::string_view{};
    }
    return as_counter(parse_decimal(text), fault);
  }
  if (first != '-' && (first < '0' || first > '9')) {
    fault = CounterFault::type;
    return std::nullopt;
  }
  if (!view.scalar(text)) {
    return std::nullopt;
  }
  const ScaledNumber number = parse_decimal(text);
  if (has_leading_zero(text) || !number.is_number) {
    view.stop();
    return std::nullopt;
  }
  return as_counter(number, fault);
}

std::optional<std::uint64_t> read_counter(JsonView& view, std::uint64_t limit) {
  CounterFault ignored = CounterFault::none;
  const std::optional<std::uint64_t> value = read_counter(view, ignored);
  return value && *value <= limit ? value : std::nullopt;
}

std::optional<std::uint32_t> read_small_counter(JsonView& view) {
  const auto value = read_counter(view, std::numeric_limits<std::uint32_t>::max());
  return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
}

bool pass_null(JsonView& view) {
  std::string_view text;
  if (view.peek() != 'n' || !view.scalar(text)) {
    return false;
  }
  return text == "null" || view.stop();
}

std::optional<std::string_view> read_text(JsonView& view, TextArena& arena) {
  std::string_view inside;
  if (view.peek() != '"' || !view.string_escaped(inside)) {
    return std::nullopt;
  }
  const std::optional<std::string_view> text = arena.unescape(inside);
  if (!text) {
    view.stop();
  }
  return text;
}

}  // namespace bedrocklog::ingest
