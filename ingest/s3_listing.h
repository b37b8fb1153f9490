// What lies below an S3 location, listed in parallel and only where the hours asked for can be.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ingest/aws/s3_client.h"
#include "ingest/fault.h"
#include "ingest/hour_path.h"

namespace bedrocklog::ingest {

/// LIST requests of one location under way at once.
inline constexpr unsigned lists_in_flight_max = 16;

struct S3Found {
  std::string name;  // Relative to the location, as folder_walk names files.
  aws::S3Object object;
};

struct S3Listing {
  std::string bucket;
  std::vector<S3Found> found;  // Sorted by name. Keys that end in '/' (folder marks) are left out.
  bool is_pruned = false;      // Some hours were left out by path, so `found` is not everything.
};

/// Lists `location`: a key, a folder (`s3://b`, `s3://b/p`, `s3://b/p/`: names from behind p/), or
/// a pattern with * ? [..] ** (names from behind the last '/' before the first wildcard). Trees of
/// the AWSLogs layout are walked by delimiter so that folders outside `window` are not listed;
/// every other folder is listed flat. Fails when the bucket cannot be listed, or when nothing at
/// all is there, pruned hours included (cause not_found).
[[nodiscard]] Result<S3Listing> list_s3(aws::S3Client& client, const std::string& location,
                                        const HourWindow& window);

}  // namespace bedrocklog::ingest
