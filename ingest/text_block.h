// 64 bytes of text at a time, with AVX2 or with AVX-512: one bit for each byte, the first byte in
// the lowest bit.
//
// Both types offer the same functions, so that what is written over one works over the other. Only
// functions for a processor that has the instructions may use them.
#pragma once

#if defined(__x86_64__)

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <immintrin.h>

namespace bedrocklog::ingest {

inline constexpr std::size_t text_block_bytes = 64;

/// With AVX2.
struct Avx2Block {
  __m256i low;
  __m256i high;

  [[nodiscard, gnu::always_inline, gnu::target("avx2")]] static Avx2Block at(const char* text) {
    __m256i low;
    __m256i high;
    std::memcpy(&low, text, sizeof low);
    std::memcpy(&high, text + sizeof low, sizeof high);
    return {low, high};
  }

  [[gnu::always_inline, gnu::target("avx2")]] void store(char* to) const {
    std::memcpy(to, &low, sizeof low);
    std::memcpy(to + sizeof low, &high, sizeof high);
  }

  [[nodiscard, gnu::always_inline, gnu::target("avx2")]] std::uint64_t equal(char letter) const {
    const __m256i wanted = _mm256_set1_epi8(letter);
    return bits(_mm256_cmpeq_epi8(low, wanted), _mm256_cmpeq_epi8(high, wanted));
  }

  /// Bytes of this value, unsigned, or above.
  [[nodiscard, gnu::always_inline, gnu::target("avx2")]] std::uint64_t from(
      unsigned char least) const {
    const __m256i wanted = _mm256_set1_epi8(static_cast<char>(least));
    return bits(_mm256_cmpeq_epi8(_mm256_max_epu8(low, wanted), low),
                _mm256_cmpeq_epi8(_mm256_max_epu8(high, wanted), high));
  }

  /// Control characters, those below the blank.
  [[nodiscard, gnu::always_inline, gnu::target("avx2")]] std::uint64_t controls() const {
    const __m256i last = _mm256_set1_epi8(0x1F);
    return bits(_mm256_cmpeq_epi8(_mm256_min_epu8(low, last), low),
                _mm256_cmpeq_epi8(_mm256_min_epu8(high, last), high));
  }

  /// Whether a byte is outside ASCII.
  [[nodiscard, gnu::always_inline, gnu::target("avx2")]] bool has_wide() const {
    return _mm256_movemask_epi8(_mm256_or_si256(low, high)) != 0;
  }

  /// 64 times `letter`.
  [[nodiscard, gnu::always_inline, gnu::target("avx2")]] static Avx2Block all(char letter) {
    return {_mm256_set1_epi8(letter), _mm256_set1_epi8(letter)};
  }

  [[nodiscard, gnu::always_inline, gnu::target("avx2")]] Avx2Block operator&(
      Avx2Block other) const {
    return {_mm256_and_si256(low, other.low), _mm256_and_si256(high, other.high)};
  }
  [[nodiscard, gnu::always_inline, gnu::target("avx2")]] Avx2Block operator|(
      Avx2Block other) const {
    return {_mm256_or_si256(low, other.low), _mm256_or_si256(high, other.high)};
  }
  [[nodiscard, gnu::always_inline, gnu::target("avx2")]] Avx2Block operator^(
      Avx2Block other) const {
    return {_mm256_xor_si256(low, other.low), _mm256_xor_si256(high, other.high)};
  }

  /// The lesser of two bytes, unsigned, at each place.
  [[nodiscard, gnu::always_inline, gnu::target("avx2")]] Avx2Block least(Avx2Block other) const {
    return {_mm256_min_epu8(low, other.low), _mm256_min_epu8(high, other.high)};
  }

  /// Each byte less `amount`, unsigned; 0 where that is less than none.
  [[nodiscard, gnu::always_inline, gnu::target("avx2")]] Avx2Block less(
      unsigned char amount) const {
    const __m256i by = _mm256_set1_epi8(static_cast<char>(amount));
    return {_mm256_subs_epu8(low, by), _mm256_subs_epu8(high, by)};
  }

  [[nodiscard, gnu::always_inline, gnu::target("avx2")]] Avx2Block low_halves() const {
    return *this & all(0x0F);
  }
  [[nodiscard, gnu::always_inline, gnu::target("avx2")]] Avx2Block high_halves() const {
    return Avx2Block{_mm256_srli_epi16(low, 4), _mm256_srli_epi16(high, 4)} & all(0x0F);
  }

  /// The entry of `table` for each byte, of which all must be below 16.
  [[nodiscard, gnu::always_inline, gnu::target("avx2")]] Avx2Block looked_up(
      const std::array<std::uint8_t, 16>& table) const {
    __m128i entries;
    std::memcpy(&entries, table.data(), sizeof entries);
    const __m256i both = _mm256_broadcastsi128_si256(entries);
    return {_mm256_shuffle_epi8(both, low), _mm256_shuffle_epi8(both, high)};
  }

  /// Upper-case ASCII made lower: the brackets `[` and `]` become the braces of their side.
  [[nodiscard, gnu::always_inline, gnu::target("avx2")]] Avx2Block folded() const {
    const __m256i bit = _mm256_set1_epi8(0x20);
    return {_mm256_or_si256(low, bit), _mm256_or_si256(high, bit)};
  }

  /// Colon, comma and brackets, of a block that is folded().
  [[nodiscard, gnu::always_inline, gnu::target("avx2")]] std::uint64_t separators() const {
    // Each at its low four bits; nothing folded is 0.
    const __m256i table = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0,
                                           0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0);
    return bits(_mm256_cmpeq_epi8(low, _mm256_shuffle_epi8(table, low)),
                _mm256_cmpeq_epi8(high, _mm256_shuffle_epi8(table, high)));
  }

 private:
  [[nodiscard, gnu::always_inline, gnu::target("avx2")]] static std::uint64_t bits(__m256i low,
                                                                                   __m256i high) {
    const auto first = static_cast<std::uint32_t>(_mm256_movemask_epi8(low));
    const auto second = static_cast<std::uint32_t>(_mm256_movemask_epi8(high));
    return first | (std::uint64_t{second} << 32U);
  }
};

/// With AVX-512.
struct Avx512Block {
  __m512i letters;

  [[nodiscard, gnu::always_inline, gnu::target("avx512f,avx512bw")]] static Avx512Block at(
      const char* text) {
    return {_mm512_loadu_si512(text)};
  }

  [[gnu::always_inline, gnu::target("avx512f,avx512bw")]] void store(char* to) const {
    _mm512_storeu_si512(to, letters);
  }

  [[nodiscard, gnu::always_inline, gnu::target("avx512f,avx512bw")]] std::uint64_t equal(
      char letter) const {
    return held(_mm512_cmpeq_epi8_mask(letters, _mm512_set1_epi8(letter)));
  }

  [[nodiscard, gnu::always_inline, gnu::target("avx512f,avx512bw")]] std::uint64_t from(
      unsigned char least) const {
    return held(_mm512_cmpge_epu8_mask(letters, _mm512_set1_epi8(static_cast<char>(least))));
  }

  [[nodiscard, gnu::always_inline, gnu::target("avx512f,avx512bw")]] std::uint64_t controls()
      const {
    return held(_mm512_cmplt_epu8_mask(letters, _mm512_set1_epi8(' ')));
  }

  [[nodiscard, gnu::always_inline, gnu::target("avx512f,avx512bw")]] bool has_wide() const {
    return _mm512_movepi8_mask(letters) != 0;
  }
  [[nodiscard, gnu::always_inline, gnu::target("avx512f,avx512bw")]] static Avx512Block all(
      char letter) {
    return {_mm512_set1_epi8(letter)};
  }
  [[nodiscard, gnu::always_inline, gnu::target("avx512f,avx512bw")]] Avx512Block operator&(
      Avx512Block other) const {
    return {_mm512_and_si512(letters, other.letters)};
  }
  [[nodiscard, gnu::always_inline, gnu::target("avx512f,avx512bw")]] Avx512Block operator|(
      Avx512Block other) const {
    return {_mm512_or_si512(letters, other.letters)};
  }
  [[nodiscard, gnu::always_inline, gnu::target("avx512f,avx512bw")]] Avx512Block operator^(
      Avx512Block other) const {
    return {_mm512_xor_si512(letters, other.letters)};
  }
  [[nodiscard, gnu::always_inline, gnu::target("avx512f,avx512bw")]] Avx512Block least(
      Avx512Block other) const {
    return {_mm512_min_epu8(letters, other.letters)};
  }
  [[nodiscard, gnu::always_inline, gnu::target("avx512f,avx512bw")]] Avx512Block less(
      unsigned char amount) const {
    return {_mm512_subs_epu8(letters, _mm512_set1_epi8(static_cast<char>(amount)))};
  }
  [[nodiscard, gnu::always_inline, gnu::target("avx512f,avx512bw")]] Avx512Block low_halves()
      const {
    return *this & all(0x0F);
  }
  [[nodiscard, gnu::always_inline, gnu::target("avx512f,avx512bw")]] Avx512Block high_halves()
      const {
    return Avx512Block{_mm512_srli_epi16(letters, 4)} & all(0x0F);
  }
  [[nodiscard, gnu::always_inline, gnu::target("avx512f,avx512bw")]] Avx512Block looked_up(
      const std::array<std::uint8_t, 16>& table) const {
    __m128i entries;
    std::memcpy(&entries, table.data(), sizeof entries);
    return {_mm512_shuffle_epi8(_mm512_broadcast_i32x4(entries), letters)};
  }

  [[nodiscard, gnu::always_inline, gnu::target("avx512f,avx512bw")]] Avx512Block folded() const {
    return {_mm512_or_si512(letters, _mm512_set1_epi8(0x20))};
  }

  [[nodiscard, gnu::always_inline, gnu::target("avx512f,avx512bw")]] std::uint64_t separators()
      const {
    const __m512i table = _mm512_broadcast_i32x4(
        _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0));
    return held(_mm512_cmpeq_epi8_mask(letters, _mm512_shuffle_epi8(table, letters)));
  }

 private:
  /// Keeps further logic out of the mask registers, which are far from the others: a compare that
  /// had to wait there for a mask of the same block cost more than the logic.
  [[nodiscard, gnu::always_inline]] static std::uint64_t held(std::uint64_t bits) {
    asm("" : "+r"(bits));
    return bits;
  }
};

}  // namespace bedrocklog::ingest

#endif
