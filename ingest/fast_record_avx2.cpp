// Reads usual records with AVX2: compiles what the fast headers say for that block.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ingest/json_index.h"
#include "ingest/json_view.h"
#include "ingest/member_reader.h"
#include "ingest/record_body.h"
#include "ingest/record_keys.h"
#include "ingest/text_block.h"
#include "ingest/unix_millis.h"
#include "ingest/usual_reader.h"

#if defined(__x86_64__)

// Whatever others share must be included above: from here on all is compiled for this processor,
// and the linker may take any copy of a shared function.
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,pclmul,popcnt"))), \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,pclmul,popcnt")
#endif

#include "ingest/block_reader.h"
#include "ingest/fast_chunks.h"
#include "ingest/fast_members.h"
#include "ingest/fast_metrics.h"
#include "ingest/fast_parts.h"
#include "ingest/fast_root.h"
#include "ingest/fast_usage.h"

namespace bedrocklog::ingest {

template class BlockReader<Avx2Block>;

}  // namespace bedrocklog::ingest

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif

namespace bedrocklog::ingest {

std::unique_ptr<UsualReader> make_avx2_reader([[maybe_unused]] ParseOptions options) {
#if defined(__x86_64__)
  return std::make_unique<BlockReader<Avx2Block>>(options);
#else
  return nullptr;
#endif
}

}  // namespace bedrocklog::ingest
