// Guesses encodings and decodes UTF-16.
#include "ingest/text_encoding.h"

#include <algorithm>

#include "ingest/json_text.h"

namespace bedrocklog::ingest {
namespace {

constexpr char never_in_utf8 = '\xFF';

bool is_ascii_text(char letter) {
  return (letter >= ' ' && letter <= '~') || letter == '\r' || letter == '\n' || letter == '\t';
}

}  // namespace

EncodingGuess guess_encoding(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) {
    return {Encoding::utf8, 3};
  }
  if (head.starts_with("\xFF\xFE")) {
    return {Encoding::utf16_little, 2};
  }
  if (head.starts_with("\xFE\xFF")) {
    return {Encoding::utf16_big, 2};
  }
  if (head.size() >= 4) {
    if (is_ascii_text(head[0]) && head[1] == '\0' && is_ascii_text(head[2]) && head[3] == '\0') {
      return {Encoding::utf16_little, 0};
    }
    if (head[0] == '\0' && is_ascii_text(head[1]) && head[2] == '\0' && is_ascii_text(head[3])) {
      return {Encoding::utf16_big, 0};
    }
  }
  return {};
}

bool looks_binary(std::string_view head) {
  const auto is_space = [](char letter) { return is_json_space(letter); };
  const auto first = std::ranges::find_if_not(head, is_space);
  if (first != head.end() && (*first == '{' || *first == '[')) {
    return false;
  }
  return std::ranges::any_of(head, [](char letter) {
    const auto code = static_cast<unsigned char>(letter);
    constexpr unsigned char escape = 0x1B;  // Terminal colours in captured output.
    return code < 0x20U && !is_json_space(letter) && letter != '\f' && letter != '\v' &&
           letter != '\b' && code != escape;
  });
}

void Utf16Decoder::take(std::uint32_t unit, std::string& into) {
  const bool is_low = unit >= 0xDC00U && unit <= 0xDFFFU;
  const std::uint32_t high = high_surrogate_;
  high_surrogate_ = 0;
  if (high != 0 && is_low) {
    append_utf8(0x10000U + ((high - 0xD800U) << 10U) + (unit - 0xDC00U), into);
    return;
  }
  if (high != 0 || is_low) {
    into.push_back(never_in_utf8);
  }
  if (unit >= 0xD800U && unit <= 0xDBFFU) {
    high_surrogate_ = unit;
  } else if (!is_low) {
    append_utf8(unit, into);
  }
}

void Utf16Decoder::decode(std::string_view bytes, std::string& into) {
  for (const char letter : bytes) {
    const auto byte = static_cast<unsigned char>(letter);
    if (!has_half_) {
      half_ = byte;
      has_half_ = true;
      continue;
    }
    has_half_ = false;
    const std::uint32_t low = encoding_ == Encoding::utf16_little ? half_ : byte;
    const std::uint32_t high = encoding_ == Encoding::utf16_little ? byte : half_;
    take((high << 8U) | low, into);
  }
}

void Utf16Decoder::finish(std::string& into) {
  if (has_half_ || high_surrogate_ != 0) {
    into.push_back(never_in_utf8);
  }
  has_half_ = false;
  high_surrogate_ = 0;
}

}  // namespace bedrocklog::ingest
