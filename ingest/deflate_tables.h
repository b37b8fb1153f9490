// Decoding tables of one deflate block (RFC 1951, sections 3.2.2 to 3.2.7).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace bedrocklog::ingest {

/// Bits of input that index the two fast tables. Wider tables catch more codes but push each
/// other out of the first-level cache: two streams are decoded at once.
inline constexpr unsigned letter_index_bits = 11;
inline constexpr unsigned distance_index_bits = 9;

inline constexpr std::size_t letters_max = 288;  // Literals, end of block and lengths.
inline constexpr std::size_t distances_max = 32;

/// A code seen length by length, for what the fast tables do not hold.
struct CanonicalCode {
  std::array<std::uint16_t, 16> count{};         // Codes of each length.
  std::array<std::uint16_t, 16> first_code{};    // Of each length, most significant bit first.
  std::array<std::uint16_t, 16> first_symbol{};  // Position of that code's symbol in `symbols`.
  std::array<std::uint16_t, letters_max> symbols{};
};

/// Fields of an entry of the letter table. What a step needs next lies where one instruction gets
/// it; the comments give bits, lowest first.
struct LetterEntry {
  static constexpr std::uint32_t is_literal = 1U << 31U;
  static constexpr std::uint32_t is_rare = 1U << 30U;  // End of block, long code, no code.
  // 0-5: bits of the code if it is a literal, else 0.
  static constexpr unsigned value_at = 8;       // 8-15: literal, or length - 3 without extra bits.
  static constexpr unsigned bits_at = 16;       // 16-21: bits of code and extra bits.
  static constexpr unsigned code_bits_at = 24;  // 24-29: bits of the code.
};

/// Of the distance table. 0-5: bits of code and extra bits.
struct DistanceEntry {
  static constexpr unsigned code_bits_at = 8;          // 8-13
  static constexpr std::uint32_t is_near = 1U << 14U;  // Distance up to 32.
  static constexpr std::uint32_t is_rare = 1U << 15U;  // Long code, no code.
  static constexpr unsigned base_at = 16;              // 16-31: distance without extra bits.
};

struct DeflateTables {
  alignas(64) std::array<std::uint32_t, std::size_t{1} << letter_index_bits> letters{};
  alignas(64) std::array<std::uint32_t, std::size_t{1} << distance_index_bits> distances{};
  CanonicalCode letter_code;
  CanonicalCode distance_code;

  /// Builds both tables from the lengths of the codes (0: not used). False where the lengths make
  /// no prefix code: over-subscribed, or incomplete but for a single distance code.
  [[nodiscard]] bool build(std::span<const std::uint8_t> letter_lengths,
                           std::span<const std::uint8_t> distance_lengths);

  /// Entry of the code, too long for the fast table, that `bits` begin with; is_rare where there is
  /// none. Slow.
  [[nodiscard, gnu::noinline]] std::uint32_t long_letter(std::uint64_t bits) const;
  [[nodiscard, gnu::noinline]] std::uint32_t long_distance(std::uint64_t bits) const;
};

/// Length and distance of symbols 257 to 285 and 0 to 29.
struct Extra {
  std::uint16_t base = 0;
  std::uint8_t bits = 0;
};
[[nodiscard]] Extra length_of_symbol(unsigned symbol);    // Requires 257 <= symbol <= 285.
[[nodiscard]] Extra distance_of_symbol(unsigned symbol);  // Requires symbol <= 29.

}  // namespace bedrocklog::ingest
