// The kernel for processors with AVX-512 and VBMI, too; compiled for these. One shuffle makes of
// what lies any distance back the bytes that come next, so near matches need no branch.
#include "ingest/inflate_kernel.h"

#if defined(__x86_64__)

#include "ingest/inflate_loop.h"

namespace bedrocklog::ingest {
namespace {

struct Avx512Copier {
  [[gnu::always_inline]] static void copy_first(std::uint8_t* out, const std::uint8_t* from,
                                                std::size_t distance, bool /*is_near*/) {
    const std::size_t row = distance < vector_bytes ? distance : vector_bytes;
    const __m256i positions =
        _mm256_load_si256(reinterpret_cast<const __m256i*>(repeats[row].data()));
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    // Unmasked it is the same instruction, but g++ 12 warns of its own header.
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out),
                        _mm256_maskz_permutexvar_epi8(~__mmask32{0}, positions, bytes));
  }
};

}  // namespace

const InflateKernel avx512_inflate_kernel{"avx512", run_one<Avx512Copier>, run_two<Avx512Copier>};

}  // namespace bedrocklog::ingest

#endif
