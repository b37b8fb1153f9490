// A walk over the values of compact JSON text that fails at anything out of the ordinary.
#pragma once

#if defined(__x86_64__)

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "ingest/fast_text.h"
#include "ingest/member_reader.h"

namespace bedrocklog::ingest {

/// Functions take the place where something starts and give the place behind it, or null after a
/// failure. Texts that hold escapes are kept in the arena. Borrows all that it is given.
template <class Block>
class TextWalk {
 public:
  TextWalk(const char* end, TextArena& arena) : end_(end), arena_(&arena) {}

  [[nodiscard]] const char* end() const { return end_; }
  [[nodiscard]] TextArena& arena() const { return *arena_; }

  [[gnu::cold]] const char* fail(const char* at) {
    failed_at_ = at;
    return nullptr;
  }
  /// Whether more text may have prevented the last failure: it was seen where the text ends, or by
  /// looking at bytes behind it.
  [[nodiscard]] bool is_cut() const {
    return failed_at_ == nullptr || end_ - failed_at_ < std::ptrdiff_t{text_block_bytes};
  }

  /// Over the string whose inside starts here.
  [[nodiscard]] const char* pass_inside(const char* at) {
    const char* const behind = pass_string_inside<Block>(at, end_);
    return behind != nullptr ? behind : fail(end_);
  }

  /// Over the object or array here.
  [[nodiscard]] const char* pass_brackets(const char* at) {
    const char* place = at;
    const char* const behind = pass_nested<Block>(at, end_, place);
    return behind != nullptr ? behind : fail(place);
  }

  [[nodiscard]] const char* pass_value(const char* at) {
    if (at >= end_) {
      return fail(at);
    }
    if (*at == '"') {
      return pass_inside(at + 1);
    }
    return *at == '{' || *at == '[' ? pass_brackets(at) : pass_scalar(at);
  }

  /// Over the name whose inside starts here, its quote and its colon. A long name, or one with
  /// escapes, fails.
  [[nodiscard]] const char* pass_name(const char* at) {
    if (at >= end_) {
      return fail(at);
    }
    const Block block = Block::at(at);
    const std::uint64_t quotes = block.equal('"');
    const auto size = static_cast<std::size_t>(std::countr_zero(quotes));
    if (((quotes - 1) & ~quotes & block.equal('\\')) != 0 || quotes == 0 ||
        size + 1 == text_block_bytes || at[size + 1] != ':') {
      return fail(at);
    }
    return at + size + 2;
  }

  /// The string here; a null leaves `into` alone. Faster for one of `usual_bytes`, if given.
  template <std::size_t usual_bytes = 0>
  [[nodiscard]] const char* read_text(const char* at, std::string_view& into) {
    if (at >= end_ || *at != '"') {
      return pass_word_null(at);
    }
    const char* const inside = at + 1;
    const Block block = Block::at(at);
    const std::uint64_t quotes = block.equal('"') & ~std::uint64_t{1};
    const std::uint64_t backslashes = block.equal('\\');
    if (quotes != 0 && ((quotes - 1) & ~quotes & backslashes) == 0) {
      if constexpr (usual_bytes != 0) {
        if (std::countr_zero(quotes) == int{usual_bytes} + 1) {
          // What follows can start before the quote was found; the compiler must not see that this
          // is the same place.
          const char* behind = at + usual_bytes + 2;
          asm("" : "+r"(behind));
          into = {inside, usual_bytes};
          return behind;
        }
      }
      const char* const behind = at + std::countr_zero(quotes) + 1;
      into = {inside, static_cast<std::size_t>(behind - 1 - inside)};
      return behind;
    }
    return read_long_text(inside, into);
  }

  /// The same without a branch on whether the text goes on behind its first block, for texts of
  /// which some do and others do not.
  [[nodiscard]] const char* read_wide_text(const char* at, std::string_view& into) {
    if (end_ - at < std::ptrdiff_t{2 * text_block_bytes} || *at != '"') {
      return read_text(at, into);
    }
    const Block first = Block::at(at);
    const Block second = Block::at(at + text_block_bytes);
    const std::uint64_t first_quotes = first.equal('"') & ~std::uint64_t{1};
    const std::uint64_t second_quotes = second.equal('"');
    const auto in_first = static_cast<std::uint64_t>(std::countr_zero(first_quotes));
    const auto in_second = static_cast<std::uint64_t>(std::countr_zero(second_quotes));
    // All ones when the first block has no quote: 64 is counted there.
    const std::uint64_t goes_on = 0 - in_first / text_block_bytes;
    const std::uint64_t size = in_first + (in_second & goes_on);
    const std::uint64_t backslashes =
        ((first_quotes - 1) & ~first_quotes & first.equal('\\')) |
        ((second_quotes - 1) & ~second_quotes & second.equal('\\') & goes_on);
    if (backslashes != 0 || size == 2 * text_block_bytes) {
      return read_long_text(at + 1, into);
    }
    into = {at + 1, size - 1};
    return at + size + 1;
  }

  /// The count here, of up to seven digits; a null leaves `into` alone.
  [[nodiscard]] const char* read_count(const char* at, std::optional<std::uint64_t>& into) {
    if (at >= end_) {
      return fail(at);
    }
    constexpr std::uint64_t zeros = 0x3030'3030'3030'3030ULL;
    constexpr std::uint64_t high_bits = 0x8080'8080'8080'8080ULL;
    std::uint64_t digits = eight_letters(at) ^ zeros;
    // Adding 0x76 carries into the high bit of a byte for everything above 9.
    const std::uint64_t others = ((digits + 0x7676'7676'7676'7676ULL) | digits) & high_bits;
    const auto size = static_cast<unsigned>(std::countr_zero(others)) / 8U;
    if (size == 0) {
      return pass_word_null(at);
    }
    // Digits are only taken for a count when they are all of the value.
    if (size > 7 || (*at == '0' && size > 1) || (at[size] != ',' && at[size] != '}')) {
      return fail(at);
    }
    // Moved up, so that zeros stand before them: eight digits, summed up in pairs of pairs.
    digits <<= 64U - 8U * size;
    digits = digits * 10U + (digits >> 8U);
    constexpr std::uint64_t pairs = 0x0000'00FF'0000'00FFULL;
    const std::uint64_t upper = (digits & pairs) * (100U + (1'000'000ULL << 32U));
    const std::uint64_t lower = ((digits >> 16U) & pairs) * (1U + (10'000ULL << 32U));
    into = (upper + lower) >> 32U;
    return at + size;
  }

  [[nodiscard]] const char* read_count(const char* at, std::optional<std::uint32_t>& into) {
    std::optional<std::uint64_t> count;
    at = read_count(at, count);
    if (count) {
      into = static_cast<std::uint32_t>(*count);  // Seven digits fit.
    }
    return at;
  }

 private:
  [[nodiscard]] const char* pass_word_null(const char* at) {
    return at < end_ && reads(at, "null") ? at + 4 : fail(at);
  }

  [[nodiscard]] const char* pass_scalar(const char* at) {
    if (!starts_number_or_word(*at)) {
      return fail(at);
    }
    constexpr std::size_t scalar_bytes_max = 32;
    for (std::size_t size = 1; size < scalar_bytes_max; ++size) {
      const char letter = at[size];
      if (letter == ',' || letter == '}' || letter == ']') {
        return at + size;
      }
      const bool is_part = (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                           letter == '.' || letter == '-' || letter == '+' || letter == 'E';
      if (!is_part) {
        break;
      }
    }
    return fail(at);
  }

  [[nodiscard, gnu::noinline]] const char* read_long_text(const char* inside,
                                                          std::string_view& into) {
    const char* const behind = pass_inside(inside);
    if (behind == nullptr || behind > end_) {
      return fail(end_);
    }
    const std::optional<std::string_view> text =
        arena_->unescape({inside, static_cast<std::size_t>(behind - 1 - inside)});
    if (!text) {
      return fail(inside);
    }
    into = *text;
    return behind;
  }

  const char* end_;
  TextArena* arena_;
  const char* failed_at_ = nullptr;
};

/// The name that starts at `name`, once pass_name() has given `behind`.
[[nodiscard, gnu::always_inline]] inline std::string_view name_before(const char* behind,
                                                                      const char* name) {
  return {name, static_cast<std::size_t>(behind - 2 - name)};
}

/// Steps over the members of the object here: `on_name` takes the place of a name's inside and
/// gives the one behind the value.
template <class Block, class OnName>
[[gnu::always_inline]] inline const char* each_member(TextWalk<Block>& walk, const char* at,
                                                      OnName on_name) {
  if (at + 1 >= walk.end() || *at != '{') {
    return walk.fail(at);
  }
  if (at[1] == '}') {
    return at + 2;
  }
  do {
    if (at + 1 >= walk.end() || at[1] != '"') {
      return walk.fail(at);
    }
    at = on_name(at + 2);
    if (at == nullptr) {
      return nullptr;
    }
  } while (at < walk.end() && *at == ',');
  return at < walk.end() && *at == '}' ? at + 1 : walk.fail(at);
}

}  // namespace bedrocklog::ingest

#endif
