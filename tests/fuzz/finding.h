// How a fuzz target tells that something does not hold, and the entry that libFuzzer calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

/// Defined by each target; always gives 0. The bytes are at the end of an allocation.
// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace bedrocklog::fuzz {

/// Ends the process, which keeps the input, unless `holds`.
inline void expect(bool holds, std::string_view what) {
  if (!holds) {
    std::fprintf(stderr, "finding: %.*s\n", static_cast<int>(what.size()), what.data());
    std::abort();
  }
}

[[nodiscard]] inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace bedrocklog::fuzz
