// What there is to read: the listing of every location the user named.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ingest/aws/s3_client.h"
#include "ingest/fault.h"
#include "ingest/hour_path.h"
#include "ingest/run_on_workers.h"
#include "ingest/skip_kind.h"

namespace bedrocklog::ingest {

/// The locations of one run, in any mix: a folder (read recursively), a file, a glob (`*`, `?`,
/// `[..]`, `**` across folders), the same in a bucket (`s3://bucket/...`), or `-` for standard
/// input.
struct InputSpec {
  std::vector<std::string> locations;
  HourWindow window;            // Folders of the AWSLogs layout outside it are passed over.
  aws::S3Client* s3 = nullptr;  // Required for s3:// locations.
  Workers workers = {};         // For folders of many folders.
};

struct ObjectRef {
  std::string uri;               // Opens the object: a path, "s3://bucket/key" or "-".
  std::string name;              // Relative to the location it came from, so that reports over the
                                 // same objects elsewhere are the same bytes; '/' separated.
  std::uint64_t size_bytes = 0;  // As listed; 0 for standard input.
  std::string version;           // ETag of an S3 object, else empty.
  std::int64_t modified_s = 0;   // Last modification of an S3 object, seconds since 1970.
};

struct SkippedObject {
  std::string name;
  SkipKind kind = SkipKind::empty;
};

/// A location or object that should have been readable and was not (permission, I/O).
struct UnreadableObject {
  std::string name;
  std::string message;
};

struct Manifest {
  std::vector<ObjectRef> objects;            // Sorted by name then uri; no uri twice.
  std::vector<SkippedObject> skipped;        // Known by path alone; sorted by name.
  std::vector<UnreadableObject> unreadable;  // Sorted by name.
  bool is_pruned = false;  // Folders of hours outside `window` were met and passed over.
  HourWindow window;       // As asked for.
};

/// Lists all locations. Overlapping locations list an object once. Objects are told apart by path
/// only where the path is proof (a `data` folder below an hour folder, a permission-check name, a
/// CloudTrail tree under AWSLogs); everything else is decided by content later.
/// Fails when a location does not exist or matches nothing at all (the CLI's exit 66), naming it; a
/// location that only has hours outside the window is there and gives nothing.
[[nodiscard]] Result<Manifest> list_objects(const InputSpec& spec);

}  // namespace bedrocklog::ingest
