// The kernel for processors with AVX2 and BMI2; compiled for these.
#include "ingest/inflate_kernel.h"

#if defined(__x86_64__)

#include "ingest/inflate_loop.h"

namespace bedrocklog::ingest {
namespace {

struct Avx2Copier {
  [[gnu::always_inline]] static void copy_first(std::uint8_t* out, const std::uint8_t* from,
                                                std::size_t distance, bool is_near) {
    if (is_near) [[unlikely]] {
      copy_near(out, from, distance);
    } else {
      copy_vector(out, from);
    }
  }

  /// May write twice as much as a vector.
  [[gnu::always_inline]] static void copy_near(std::uint8_t* out, const std::uint8_t* from,
                                               std::size_t distance) {
    constexpr std::size_t half_bytes = 16;
    if (distance >= half_bytes) {
      store_half(out, load_half(from));
      store_half(out + half_bytes, load_half(from + half_bytes));
      return;
    }
    const __m128i row = _mm_load_si128(reinterpret_cast<const __m128i*>(repeats[distance].data()));
    const __m128i pattern = _mm_shuffle_epi8(load_half(from), row);
    const std::size_t stride = half_bytes - half_bytes % distance;  // At least 9.
    for (std::size_t done = 0; done < vector_bytes; done += stride) {
      store_half(out + done, pattern);
    }
  }

  [[gnu::always_inline]] static __m128i load_half(const std::uint8_t* from) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  }
  [[gnu::always_inline]] static void store_half(std::uint8_t* out, __m128i half) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), half);
  }
};

}  // namespace

const InflateKernel avx2_inflate_kernel{"avx2", run_one<Avx2Copier>, run_two<Avx2Copier>};

}  // namespace bedrocklog::ingest

#endif
