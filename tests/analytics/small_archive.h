// Archives of a few objects in a temporary folder, and scans of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "analytics/price_table.h"
#include "analytics/scan.h"
#include "ingest/manifest.h"

namespace bedrocklog::analytics {

/// `plain` as one gzip member.
[[nodiscard]] std::string gzip(std::string_view plain);

/// A folder that is removed with this object.
class SmallArchive {
 public:
  SmallArchive();
  ~SmallArchive();
  SmallArchive(const SmallArchive&) = delete;
  SmallArchive& operator=(const SmallArchive&) = delete;
  SmallArchive(SmallArchive&&) = delete;
  SmallArchive& operator=(SmallArchive&&) = delete;

  void put(const std::string& name, std::string_view bytes) const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] ingest::Manifest manifest() const;

 private:
  std::filesystem::path folder_;
};

/// Options without grouping, with an empty price book.
[[nodiscard]] ScanOptions plain_options();

/// The outcome of a scan that must not fail.
[[nodiscard]] ScanOutcome scan_of(const ingest::Manifest& manifest, const ScanOptions& options);

}  // namespace bedrocklog::analytics
