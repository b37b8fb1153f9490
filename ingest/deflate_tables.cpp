// Filling the tables by doubling: the entries of a short code repeat, so a table for codes up to n
// bits is that for n - 1 bits twice, and then the codes of n bits.
#include "ingest/deflate_tables.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace bedrocklog::ingest {
namespace {

constexpr unsigned code_bits_max = 15;
constexpr unsigned end_of_block = 256;
constexpr unsigned length_first = 257;
constexpr std::size_t length_count = 29;
constexpr std::size_t distance_count = 30;
constexpr unsigned near_distance_symbols = 10;  // 0 to 9 stand for distances up to 32.

constexpr std::array<Extra, length_count> lengths = [] {
  std::array<Extra, length_count> out{};
  unsigned base = 3;
  for (unsigned i = 0; i < length_count; ++i) {
    const unsigned bits = i < 8 ? 0 : i / 4 - 1;
    out.at(i) = {static_cast<std::uint16_t>(base), static_cast<std::uint8_t>(bits)};
    base += 1U << bits;
  }
  out.back() = {258, 0};  // The last one is no range of its own but the longest match.
  return out;
}();

constexpr std::array<Extra, distance_count> distances = [] {
  std::array<Extra, distance_count> out{};
  unsigned base = 1;
  for (unsigned i = 0; i < distance_count; ++i) {
    const unsigned bits = i < 4 ? 0 : i / 2 - 1;
    out.at(i) = {static_cast<std::uint16_t>(base), static_cast<std::uint8_t>(bits)};
    base += 1U << bits;
  }
  return out;
}();

/// Entries without the bits of the code.
constexpr std::array<std::uint32_t, letters_max> bare_letters = [] {
  std::array<std::uint32_t, letters_max> out{};
  for (unsigned symbol = 0; symbol < letters_max; ++symbol) {
    if (symbol < end_of_block) {
      out.at(symbol) = LetterEntry::is_literal | symbol << LetterEntry::value_at;
    } else if (symbol == end_of_block || symbol >= length_first + length_count) {
      out.at(symbol) = LetterEntry::is_rare;
    } else {
      const Extra& length = lengths.at(symbol - length_first);
      out.at(symbol) = (length.base - 3U) << LetterEntry::value_at |
                       static_cast<std::uint32_t>(length.bits) << LetterEntry::bits_at;
    }
  }
  return out;
}();

constexpr std::array<std::uint32_t, distances_max> bare_distances = [] {
  std::array<std::uint32_t, distances_max> out{};
  for (unsigned symbol = 0; symbol < distances_max; ++symbol) {
    if (symbol >= distance_count) {
      out.at(symbol) = DistanceEntry::is_rare;
      continue;
    }
    const Extra& distance = distances.at(symbol);
    out.at(symbol) = static_cast<std::uint32_t>(distance.base) << DistanceEntry::base_at |
                     distance.bits | (symbol < near_distance_symbols ? DistanceEntry::is_near : 0U);
  }
  return out;
}();

struct Letters {
  static constexpr unsigned index_bits = letter_index_bits;
  static constexpr std::uint32_t rare = LetterEntry::is_rare;
  static constexpr bool may_be_empty = false;
  static std::uint32_t entry(unsigned symbol, unsigned bits) {
    const std::uint32_t bare = bare_letters.at(symbol);
    const std::uint32_t whole =
        bare + (bits << LetterEntry::bits_at) + (bits << LetterEntry::code_bits_at);
    return (bare & LetterEntry::is_literal) != 0 ? whole | bits : whole;
  }
};

struct Distances {
  static constexpr unsigned index_bits = distance_index_bits;
  static constexpr std::uint32_t rare = DistanceEntry::is_rare;
  static constexpr bool may_be_empty = true;
  static std::uint32_t entry(unsigned symbol, unsigned bits) {
    return bare_distances.at(symbol) + (bits << DistanceEntry::code_bits_at) + bits;
  }
};

/// Counts, first codes and symbols in code order. Codes left over of the 2^15 there are (in units
/// of the longest): negative where there are too many.
int make_canonical(std::span<const std::uint8_t> code_lengths, CanonicalCode& code) {
  code.count.fill(0);
  for (const std::uint8_t length : code_lengths) {
    ++code.count.at(length);
  }
  code.count[0] = 0;
  std::array<std::uint16_t, 16> next{};
  int left = 1;
  unsigned first = 0;
  unsigned position = 0;
  for (unsigned length = 1; length <= code_bits_max; ++length) {
    left = (left << 1U) - code.count.at(length);
    first = (first + code.count.at(length - 1)) << 1U;
    code.first_code.at(length) = static_cast<std::uint16_t>(first);
    code.first_symbol.at(length) = static_cast<std::uint16_t>(position);
    next.at(length) = static_cast<std::uint16_t>(position);
    position += code.count.at(length);
    if (left < 0) {
      return left;
    }
  }
  for (std::size_t symbol = 0; symbol < code_lengths.size(); ++symbol) {
    if (const std::uint8_t length = code_lengths[symbol]; length != 0) {
      code.symbols.at(next.at(length)++) = static_cast<std::uint16_t>(symbol);
    }
  }
  return left;
}

/// The next code of `bits` bits in the order of canonical codes, with the first bit lowest.
std::uint32_t next_reversed(std::uint32_t code, unsigned bits) {
  const std::uint32_t zeros = code ^ ((1U << bits) - 1U);
  const std::uint32_t highest = std::bit_floor(zeros);  // 0 behind the last code.
  return (code & (highest - 1U)) | highest;
}

template <class Kind, std::size_t size>
bool build_table(std::span<const std::uint8_t> code_lengths, CanonicalCode& code,
                 std::array<std::uint32_t, size>& table) {
  const int left = make_canonical(code_lengths, code);
  if (left < 0) {
    return false;
  }
  const std::size_t used =
      code_lengths.size() - static_cast<std::size_t>(std::ranges::count(code_lengths, 0));
  if (left > 0) {
    // Only a code of one symbol, or no distance at all, may leave codes unused.
    table.fill(Kind::rare);
    if (used == 0) {
      return Kind::may_be_empty;
    }
    if (used > 1 || code.count[1] != 1) {
      return false;
    }
    for (std::size_t i = 0; i < size; i += 2) {
      table[i] = Kind::entry(code.symbols[0], 1);
    }
    return true;
  }
  const std::uint16_t* symbol = code.symbols.data();
  std::size_t filled = 1;
  std::uint32_t at = 0;
  table[0] = Kind::rare;
  for (unsigned bits = 1; bits <= Kind::index_bits; ++bits) {
    std::memcpy(table.data() + filled, table.data(), filled * sizeof table[0]);
    filled *= 2;
    for (unsigned i = 0; i < code.count.at(bits); ++i) {
      table[at] = Kind::entry(*symbol++, bits);
      at = next_reversed(at, bits);
    }
  }
  // The prefixes of longer codes are those that were never reached; doubling may have left there
  // what a shorter table held, so they are marked one by one.
  const std::uint32_t prefixes_used =
      static_cast<std::uint32_t>(code.first_code.at(Kind::index_bits)) +
      code.count.at(Kind::index_bits);
  for (std::uint32_t prefix = prefixes_used; prefix < size; ++prefix) {
    table[at] = Kind::rare;
    at = next_reversed(at, Kind::index_bits);
  }
  return true;
}

/// The lowest 15 bits, the first one highest.
std::uint32_t reversed_code(std::uint64_t bits) {
  std::uint32_t code = 0;
  for (unsigned i = 0; i < code_bits_max; ++i) {
    code = code << 1U | static_cast<std::uint32_t>(bits >> i & 1U);
  }
  return code;
}

template <class Kind>
std::uint32_t long_entry(const CanonicalCode& code, std::uint64_t bits) {
  const std::uint32_t whole = reversed_code(bits);
  for (unsigned length = Kind::index_bits + 1; length <= code_bits_max; ++length) {
    // Wraps around where the code is shorter than any of this length.
    const std::uint32_t position = (whole >> (code_bits_max - length)) - code.first_code.at(length);
    if (position < code.count.at(length)) {
      return Kind::entry(code.symbols.at(code.first_symbol.at(length) + position), length);
    }
  }
  return Kind::rare;
}

}  // namespace

std::uint32_t DeflateTables::long_letter(std::uint64_t bits) const {
  return long_entry<Letters>(letter_code, bits);
}

std::uint32_t DeflateTables::long_distance(std::uint64_t bits) const {
  return long_entry<Distances>(distance_code, bits);
}

bool DeflateTables::build(std::span<const std::uint8_t> letter_lengths,
                          std::span<const std::uint8_t> distance_lengths) {
  return build_table<Letters>(letter_lengths, letter_code, letters) &&
         build_table<Distances>(distance_lengths, distance_code, distances);
}

Extra length_of_symbol(unsigned symbol) {
  return lengths.at(symbol - length_first);
}

Extra distance_of_symbol(unsigned symbol) {
  return distances.at(symbol);
}

}  // namespace bedrocklog::ingest
