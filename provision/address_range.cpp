// Arithmetic on 32 bits.
#include "provision/address_range.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace bedrocklog::provision {
namespace {

constexpr unsigned address_bits = 32;
constexpr unsigned byte_bits = 8;

std::uint32_t mask_of(unsigned prefix_bits) {
  return prefix_bits == 0 ? 0 : ~std::uint32_t{0} << (address_bits - prefix_bits);
}

/// A decimal number without sign or leading zeros, taken off the front of `text`.
std::optional<unsigned> take_number(std::string_view& text, unsigned number_max) {
  unsigned number = 0;
  const char* const begin = text.data();
  const auto [behind, error] = std::from_chars(begin, begin + text.size(), number);
  const auto size = static_cast<std::size_t>(behind - begin);
  // Some readers take 010 for 8.
  if (error != std::errc{} || number > number_max || (size > 1 && text.front() == '0')) {
    return std::nullopt;
  }
  text.remove_prefix(size);
  return number;
}

}  // namespace

std::optional<AddressRange> read_address_range(std::string_view text) {
  AddressRange range;
  for (const char separator : {'.', '.', '.', '/'}) {
    const std::optional<unsigned> part = take_number(text, 255);
    if (!part || !text.starts_with(separator)) {
      return std::nullopt;
    }
    range.address = range.address << byte_bits | *part;
    text.remove_prefix(1);
  }
  const std::optional<unsigned> bits = take_number(text, address_bits);
  if (!bits || !text.empty()) {
    return std::nullopt;
  }
  range.prefix_bits = *bits;
  return range;
}

std::string to_text(const AddressRange& range) {
  const auto part = [&](unsigned shift) { return range.address >> shift & 0xFFU; };
  return fmt::format("{}.{}.{}.{}/{}", part(24), part(16), part(8), part(0), range.prefix_bits);
}

AddressRange canonical(const AddressRange& range) {
  return {range.address & mask_of(range.prefix_bits), range.prefix_bits};
}

bool is_canonical(const AddressRange& range) {
  return canonical(range).address == range.address;
}

AddressRange probable_intent(const AddressRange& range) {
  AddressRange wanted = range;
  while (!is_canonical(wanted)) {
    wanted.prefix_bits = (wanted.prefix_bits / byte_bits + 1) * byte_bits;
  }
  return wanted;
}

std::uint64_t address_count(const AddressRange& range) {
  return std::uint64_t{1} << (address_bits - range.prefix_bits);
}

bool overlaps(const AddressRange& left, const AddressRange& right) {
  const std::uint32_t mask = mask_of(std::min(left.prefix_bits, right.prefix_bits));
  return (left.address & mask) == (right.address & mask);
}

}  // namespace bedrocklog::provision
