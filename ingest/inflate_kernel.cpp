// Which kernels this processor can run.
#include "ingest/inflate_kernel.h"

namespace bedrocklog::ingest {

#if defined(__x86_64__)

std::span<const InflateKernel* const> inflate_kernels() {
  static constexpr std::array kernels = {&avx512_inflate_kernel, &avx2_inflate_kernel};
  const std::span<const InflateKernel* const> all(kernels);
  if (__builtin_cpu_supports("avx2") == 0 || __builtin_cpu_supports("bmi2") == 0) {
    return {};
  }
  const bool has_avx512 = __builtin_cpu_supports("avx512vbmi") != 0 &&
                          __builtin_cpu_supports("avx512vl") != 0 &&
                          __builtin_cpu_supports("avx512bw") != 0;
  return has_avx512 ? all : all.subspan(1);
}

#else

std::span<const InflateKernel* const> inflate_kernels() {
  return {};
}

#endif

}  // namespace bedrocklog::ingest
