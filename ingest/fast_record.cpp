// Picks the instructions to read text with.
#include "ingest/fast_record.h"

#include <algorithm>

#include "ingest/ensure.h"

namespace bedrocklog::ingest {

std::vector<TextPath> text_paths() {
  std::vector<TextPath> paths = {TextPath::careful};
#if defined(__x86_64__)
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                        __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("pclmul") &&
                        __builtin_cpu_supports("popcnt");
  if (has_avx2) {
    paths.push_back(TextPath::avx2);
  }
  if (has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl")) {
    paths.push_back(TextPath::avx512);
  }
#endif
  return paths;
}

FastRecordReader::FastRecordReader(ParseOptions options)
    : FastRecordReader(options, text_paths().back()) {}

FastRecordReader::FastRecordReader(ParseOptions options, TextPath path) {
  ensure(std::ranges::count(text_paths(), path) == 1);
  if (path == TextPath::avx512) {
    reader_ = make_avx512_reader(options);
  } else if (path == TextPath::avx2) {
    reader_ = make_avx2_reader(options);
  }
}

}  // namespace bedrocklog::ingest
