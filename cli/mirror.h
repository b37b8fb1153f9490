// A local copy of objects in buckets, for work without a network. An interrupted copy goes on where
// it was; a file is there whole or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/scan.h"
#include "ingest/aws/object_downloads.h"
#include "ingest/fault.h"
#include "ingest/manifest.h"

namespace bedrocklog::cli {

/// Longest name of a file or folder that common file systems take.
inline constexpr std::size_t path_segment_bytes_max = 255;

/// Where below the mirror's folder an object belongs: its name, or "bucket/key" when only its uri
/// tells it from others. Fails for what would leave the folder or is no file name: empty, "." and
/// ".." segments, a leading '/', NUL, segments too long, and names kept for unfinished files.
[[nodiscard]] Result<std::string> mirror_name_of(const ingest::ObjectRef& object);

struct MirrorFile {
  std::size_t object = 0;  // In the manifest.
  std::string path;
};

struct MirrorPlan {
  std::vector<MirrorFile> files;     // To be fetched, in manifest order.
  std::uint64_t present = 0;         // There already with the size and time of the object.
  std::vector<Fault> refused;        // Objects that cannot be files here.
  std::vector<std::string> folders;  // Of all objects.
};

/// Looks at what is below `folder`, which need not exist. Changes nothing.
[[nodiscard]] MirrorPlan plan_mirror(const ingest::Manifest& manifest, const std::string& folder);

struct MirrorOutcome {
  std::uint64_t fetched = 0;
  std::uint64_t fetched_bytes = 0;
  std::vector<Fault> failures;   // Of single objects, by name.
  std::optional<Fault> stopped;  // The disk takes no more.
};

/// Removes what an interrupted run left unfinished in the plan's folders, then downloads and
/// renames into place until done, stopped or control.cancelled.
[[nodiscard]] MirrorOutcome run_mirror(const MirrorPlan& plan, const ingest::Manifest& manifest,
                                       aws::S3Client& client, const aws::DownloadLimits& limits,
                                       analytics::ScanControl& control);

}  // namespace bedrocklog::cli
