// Block headers and single symbols, bit by bit: rare, so plain.
#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <span>

#include "ingest/inflate_kernel.h"

namespace bedrocklog::ingest {
namespace {

constexpr unsigned code_bits_max = 15;

/// At least 56 bits, zeros behind the padding.
void refill(InflateCursor& cursor) {
  if (cursor.count >= 48 || is_past_end(cursor)) {
    return;
  }
  std::uint64_t word = 0;
  std::memcpy(&word, cursor.in, sizeof word);
  cursor.bits |= word << cursor.count;
  cursor.in += (63U - cursor.count) >> 3U;
  cursor.count |= 56U;
}

unsigned take(InflateCursor& cursor, unsigned bits) {
  const auto value = static_cast<unsigned>(cursor.bits & ((std::uint64_t{1} << bits) - 1U));
  cursor.bits >>= bits;
  cursor.count -= bits;
  return value;
}

std::optional<unsigned> take_symbol(InflateCursor& cursor, const CanonicalCode& code) {
  unsigned value = 0;
  for (unsigned length = 1; length <= code_bits_max; ++length) {
    value = value << 1U | static_cast<unsigned>(cursor.bits >> (length - 1U) & 1U);
    const unsigned first = code.first_code[length];
    if (value >= first && value - first < code.count[length]) {
      take(cursor, length);
      return code.symbols[code.first_symbol[length] + value - first];
    }
  }
  return std::nullopt;
}

constexpr std::size_t length_codes = 19;
constexpr std::array<std::uint8_t, length_codes> length_code_order = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
constexpr unsigned length_code_bits_max = 7;

/// The code in which the lengths of the two other codes are written. An entry is its length and,
/// from bit 8 on, its symbol; 0 where there is none.
using LengthTable = std::array<std::uint16_t, std::size_t{1} << length_code_bits_max>;

bool build_length_table(const std::array<std::uint8_t, length_codes>& lengths, LengthTable& table) {
  table.fill(0);
  unsigned code = 0;
  int left = 1;
  for (unsigned length = 1; length <= length_code_bits_max; ++length) {
    code <<= 1U;
    left *= 2;
    for (unsigned symbol = 0; symbol < length_codes; ++symbol) {
      if (lengths[symbol] != length) {
        continue;
      }
      if (--left < 0) {
        return false;
      }
      unsigned reversed = 0;
      for (unsigned bit = 0; bit < length; ++bit) {
        reversed |= (code >> bit & 1U) << (length - 1U - bit);
      }
      for (unsigned at = reversed; at < table.size(); at += 1U << length) {
        table[at] = static_cast<std::uint16_t>(length | symbol << 8U);
      }
      ++code;
    }
  }
  return left == 0;
}

struct CodeLengths {
  std::array<std::uint8_t, letters_max + distances_max> lengths{};
  std::size_t letters = 0;
  std::size_t distances = 0;
};

/// Lengths of both codes in one run-length text.
bool read_lengths(InflateCursor& cursor, const LengthTable& table, CodeLengths& codes) {
  const std::size_t total = codes.letters + codes.distances;
  std::size_t done = 0;
  while (done < total) {
    refill(cursor);
    const std::uint16_t entry = table[cursor.bits & (table.size() - 1U)];
    if (entry == 0 || is_past_end(cursor)) {
      return false;
    }
    take(cursor, entry & 0xFFU);
    const unsigned symbol = entry >> 8U;
    if (symbol < 16) {
      codes.lengths[done++] = static_cast<std::uint8_t>(symbol);
      continue;
    }
    if (symbol == 16 && done == 0) {
      return false;
    }
    const std::uint8_t value = symbol == 16 ? codes.lengths[done - 1] : std::uint8_t{0};
    const unsigned repeats = symbol == 16   ? 3 + take(cursor, 2)
                             : symbol == 17 ? 3 + take(cursor, 3)
                                            : 11 + take(cursor, 7);
    if (repeats > total - done) {
      return false;
    }
    std::fill_n(codes.lengths.begin() + static_cast<std::ptrdiff_t>(done), repeats, value);
    done += repeats;
  }
  return true;
}

bool read_dynamic_codes(InflateCursor& cursor, CodeLengths& codes) {
  constexpr std::size_t letters_used_max = 286;
  constexpr std::size_t distances_used_max = 30;
  constexpr std::size_t end_of_block = 256;
  codes.letters = 257 + take(cursor, 5);
  codes.distances = 1 + take(cursor, 5);
  const unsigned written = 4 + take(cursor, 4);
  std::array<std::uint8_t, length_codes> lengths{};
  for (unsigned i = 0; i < written; ++i) {
    refill(cursor);
    lengths[length_code_order[i]] = static_cast<std::uint8_t>(take(cursor, 3));
  }
  LengthTable table{};
  return codes.letters <= letters_used_max && codes.distances <= distances_used_max &&
         build_length_table(lengths, table) && read_lengths(cursor, table, codes) &&
         codes.lengths[end_of_block] != 0;
}

void fixed_codes(CodeLengths& codes) {
  codes.letters = letters_max;
  codes.distances = distances_max;
  for (std::size_t symbol = 0; symbol < letters_max; ++symbol) {
    codes.lengths[symbol] = symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
  }
  std::fill_n(codes.lengths.begin() + letters_max, distances_max, std::uint8_t{5});
}

BlockKind read_stored_header(InflateCursor& cursor, std::size_t& size) {
  constexpr std::ptrdiff_t header_bytes = 4;
  align_to_byte(cursor);
  if (cursor.in_end - cursor.in < header_bytes) {
    return BlockKind::invalid;
  }
  std::array<std::uint16_t, 2> sizes{};
  std::memcpy(sizes.data(), cursor.in, header_bytes);
  cursor.in += header_bytes;
  size = sizes[0];
  return (sizes[0] ^ sizes[1]) == 0xFFFF ? BlockKind::stored : BlockKind::invalid;
}

/// Copies byte by byte: source and target may overlap.
void copy_match(InflateCursor& cursor, std::size_t distance, std::size_t length) {
  const std::uint8_t* from = cursor.out - distance;
  for (std::size_t i = 0; i < length; ++i) {
    *cursor.out++ = *from++;
  }
}

}  // namespace

bool is_past_end(const InflateCursor& cursor) {
  return cursor.in - cursor.in_end > static_cast<std::ptrdiff_t>(cursor.count >> 3U);
}

void align_to_byte(InflateCursor& cursor) {
  cursor.in -= cursor.count >> 3U;
  cursor.bits = 0;
  cursor.count = 0;
}

BlockKind read_block_header(InflateCursor& cursor, DeflateTables& tables, bool& is_last,
                            std::size_t& stored_size) {
  refill(cursor);
  is_last = take(cursor, 1) != 0;
  CodeLengths codes;
  switch (take(cursor, 2)) {
    case 0:
      return read_stored_header(cursor, stored_size);
    case 1:
      fixed_codes(codes);
      break;
    case 2:
      if (!read_dynamic_codes(cursor, codes)) {
        return BlockKind::invalid;
      }
      break;
    default:
      return BlockKind::invalid;
  }
  const std::span<const std::uint8_t> all(codes.lengths);
  const bool is_valid =
      tables.build(all.first(codes.letters), all.subspan(codes.letters, codes.distances));
  return is_valid && !is_past_end(cursor) ? BlockKind::codes : BlockKind::invalid;
}

SymbolKind decode_one(InflateCursor& cursor, const DeflateTables& tables) {
  constexpr unsigned end_of_block = 256;
  constexpr unsigned letter_last = 285;
  constexpr unsigned distance_last = 29;
  refill(cursor);
  const std::optional<unsigned> letter = take_symbol(cursor, tables.letter_code);
  if (!letter || is_past_end(cursor) || *letter > letter_last) {
    return SymbolKind::invalid;
  }
  if (*letter < end_of_block) {
    *cursor.out++ = static_cast<std::uint8_t>(*letter);
    return SymbolKind::output;
  }
  if (*letter == end_of_block) {
    return SymbolKind::end_of_block;
  }
  const Extra length = length_of_symbol(*letter);
  const std::size_t size = length.base + take(cursor, length.bits);
  refill(cursor);
  const std::optional<unsigned> symbol = take_symbol(cursor, tables.distance_code);
  if (!symbol || *symbol > distance_last) {
    return SymbolKind::invalid;
  }
  const Extra range = distance_of_symbol(*symbol);
  const std::size_t distance = range.base + take(cursor, range.bits);
  if (is_past_end(cursor) || distance > static_cast<std::size_t>(cursor.out - cursor.floor)) {
    return SymbolKind::invalid;
  }
  copy_match(cursor, distance, size);
  return SymbolKind::output;
}

}  // namespace bedrocklog::ingest
