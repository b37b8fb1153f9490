// Where bytes come from: a file, standard input, memory in tests, and later an S3 object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "ingest/fault.h"

namespace bedrocklog::ingest {

/// A forward-only stream of bytes. Not shared between threads.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  ByteSource(ByteSource&&) = delete;
  ByteSource& operator=(ByteSource&&) = delete;
  virtual ~ByteSource() = default;

  /// Fills the front of `into` and says how much; 0 only at the end. Requires a non-empty span.
  /// A Fault is final: what was read before it stands.
  [[nodiscard]] virtual Result<std::size_t> read(std::span<char> into) = 0;
};

/// Fails when `path` cannot be opened for reading or is a directory. `listed_size_bytes`: where it
/// was just listed as a regular file, so that the system need not be asked again what it is; should
/// it be another one by now, all of that is read nevertheless.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> open_file(const std::string& path,
                                                            std::uint64_t listed_size_bytes = 0);

/// Standard input, read to its end. At most one may exist.
[[nodiscard]] std::unique_ptr<ByteSource> open_standard_input();

/// Owns `bytes`; serves at most `chunk_bytes_max` per read, so tests can cut anywhere.
[[nodiscard]] std::unique_ptr<ByteSource> open_memory(std::string bytes,
                                                      std::size_t chunk_bytes_max = SIZE_MAX);

/// Serves bytes that somebody else owns and that outlive the source.
[[nodiscard]] std::unique_ptr<ByteSource> open_view(std::span<const char> bytes);

}  // namespace bedrocklog::ingest
