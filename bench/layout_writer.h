// Records to the bytes of one file, in each of the layouts that archives come in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/archive_plan.h"

namespace bedrocklog::bench {

struct RecordLine {
  std::int64_t at_s = 0;
  std::string request_id;
  std::string json;  // Compact, no line end.
};

/// What stands in a file besides records.
struct ExtraValues {
  std::uint64_t permission_lines = 0;
  std::uint64_t control_messages = 0;
};

/// Adds to `extra` what it puts between the records.
[[nodiscard]] std::string file_bytes(const FilePlan& file, const std::vector<RecordLine>& records,
                                     ExtraValues& extra);

/// One gzip member; the same bytes wherever the same zlib is used.
[[nodiscard]] std::string gzip(std::string_view plain);

}  // namespace bedrocklog::bench
