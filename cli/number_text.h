// Numbers as flags spell them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ingest/fault.h"

namespace bedrocklog::cli {

/// Both ends are allowed values.
struct NumberRange {
  std::uint64_t min = 0;
  std::uint64_t max = 0;
};

/// Decimal digits only. The Fault names `flag` and the range.
[[nodiscard]] Result<std::uint64_t> parse_whole_number(std::string_view text,
                                                       const std::string& flag, NumberRange range);

/// "64MiB", "1G", "500kB", "4096": K M G are powers of 1024 with or without iB, kB MB GB powers of
/// 1000. The Fault names `flag` and the range.
[[nodiscard]] Result<std::uint64_t> parse_byte_size(std::string_view text, const std::string& flag,
                                                    NumberRange range);

/// True for an optional sign and digits, whatever their value: what `report` takes for HOURS.
[[nodiscard]] bool is_integer(std::string_view text);

}  // namespace bedrocklog::cli
