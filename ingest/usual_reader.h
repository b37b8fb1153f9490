// One way to read records of usual form: FastRecordReader picks the one for the processor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "ingest/record_parser.h"
#include "ingest/record_view.h"

namespace bedrocklog::ingest {

/// How reading a usual record went.
enum class ReadOutcome : std::uint8_t {
  record,
  unusual,     // To be parsed with care. Always, on processors without the instructions.
  incomplete,  // The text ends before the record does, or before that can be told.
};

/// See FastRecordReader, which it serves.
class UsualReader {
 public:
  UsualReader() = default;
  virtual ~UsualReader() = default;
  UsualReader(const UsualReader&) = delete;
  UsualReader& operator=(const UsualReader&) = delete;
  UsualReader(UsualReader&&) = delete;
  UsualReader& operator=(UsualReader&&) = delete;

  [[nodiscard]] virtual ReadOutcome read(std::string_view text, RecordView& record,
                                         std::size_t& size_bytes) = 0;
};

/// Reads with AVX2, or with AVX-512; only for processors that have it. The same source compiled
/// twice, so both read the same. Null where the program was built for other processors.
[[nodiscard]] std::unique_ptr<UsualReader> make_avx2_reader(ParseOptions options);
[[nodiscard]] std::unique_ptr<UsualReader> make_avx512_reader(ParseOptions options);

}  // namespace bedrocklog::ingest
