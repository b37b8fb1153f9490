// A temporary file that has no name and is gone when it is closed, however the process ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "ingest/fault.h"

namespace bedrocklog::analytics {

/// Written by one thread; read_at() may run in several.
class SpillFile {
 public:
  /// Fails when no file can be made in `folder` (empty: TMPDIR, else /tmp).
  [[nodiscard]] static Result<SpillFile> create(const std::string& folder);

  ~SpillFile();
  SpillFile(SpillFile&& other) noexcept;
  SpillFile& operator=(SpillFile&& other) noexcept;
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;

  /// Fails when the disk is full or refuses.
  [[nodiscard]] Result<void> append(std::string_view bytes);

  /// Fills `into` from `offset`. Requires that so much was appended.
  [[nodiscard]] Result<void> read_at(std::uint64_t offset, std::span<char> into) const;

  [[nodiscard]] std::uint64_t size_bytes() const { return size_bytes_; }

 private:
  SpillFile(int descriptor, std::string folder);

  int descriptor_ = -1;  // Owned; -1 when moved from.
  std::string folder_;   // For messages.
  std::uint64_t size_bytes_ = 0;
};

}  // namespace bedrocklog::analytics
