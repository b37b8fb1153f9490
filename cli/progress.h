// The progress display on standard error while a scan runs.
//
// It is driven by a timer signal and not by a thread: the handler only reads the atomic counters
// of the scan, formats into a fixed buffer and calls write(2), all of which a handler may do.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "analytics/scan.h"
#include "ingest/fault.h"
#include "ingest/manifest.h"

namespace bedrocklog::cli {

enum class ProgressMode : std::uint8_t {
  off,
  bar,    // One line that is redrawn.
  json,   // One object per second and line.
  lines,  // One line per half minute, for logs.
};

/// "auto", "bar", "json", "off". auto is the bar on a terminal, lines when `is_verbose`, else off.
[[nodiscard]] Result<ProgressMode> parse_progress(std::string_view text, bool is_terminal,
                                                  bool is_verbose);

struct ProgressSnapshot {
  std::uint64_t objects_done = 0;
  std::uint64_t objects_total = 0;
  std::uint64_t bytes_done = 0;  // Packed.
  std::uint64_t bytes_total = 0;
  std::uint64_t records = 0;
  std::uint64_t elapsed_ms = 0;
};

inline constexpr std::size_t progress_text_bytes_max = 256;

/// Writes the snapshot into `into` and says how long it is: "12/2000 objects  35.1 MB/s  81234
/// records/s  ETA 0:42", or the same as a JSON object. No final newline. Allocates nothing.
[[nodiscard]] std::size_t format_progress(const ProgressSnapshot& snapshot, bool as_json,
                                          std::span<char, progress_text_bytes_max> into) noexcept;

/// Shows progress from construction to destruction. At most one may live.
class ProgressDisplay {
 public:
  ProgressDisplay(ProgressMode mode, const ingest::Manifest& manifest,
                  const analytics::ScanControl& control);
  ~ProgressDisplay();  // Clears the bar.
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;
  ProgressDisplay(ProgressDisplay&&) = delete;
  ProgressDisplay& operator=(ProgressDisplay&&) = delete;

 private:
  ProgressMode mode_;
};

}  // namespace bedrocklog::cli
