// Decodes base64 four letters to three bytes.
#include "ingest/base64.h"

#include <cstdint>

namespace bedrocklog::ingest {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) {
    text.remove_suffix(1);
  }
  constexpr std::size_t letters_per_group = 4;
  if (text.size() % letters_per_group == 1) {
    return std::nullopt;
  }
  std::string bytes;
  bytes.reserve(text.size() / letters_per_group * 3 + 2);
  std::uint32_t bits = 0;
  std::uint32_t bit_count = 0;
  for (const char letter : text) {
    const std::size_t value = alphabet.find(letter);
    if (value == std::string_view::npos) {
      return std::nullopt;
    }
    bits = ((bits << 6U) | static_cast<std::uint32_t>(value)) & 0xFFFFU;
    bit_count += 6;
    if (bit_count >= 8) {
      bit_count -= 8;
      bytes.push_back(static_cast<char>((bits >> bit_count) & 0xFFU));
    }
  }
  return bytes;
}

}  // namespace bedrocklog::ingest
