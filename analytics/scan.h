// The report flow up to the sums: every object of a manifest through open, inflate, split, parse,
// filter and add, in parallel, then merge and removal of duplicates.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/expression.h"
#include "analytics/price_table.h"
#include "analytics/record_facts.h"
#include "analytics/report_key.h"
#include "analytics/team_rules.h"
#include "analytics/zone.h"
#include "ingest/aws/object_downloads.h"
#include "ingest/fault.h"
#include "ingest/line_board.h"
#include "ingest/manifest.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::analytics {

inline constexpr std::size_t groups_default_max = 1'000'000;

struct ScanOptions {
  std::vector<Key> by;
  Expression where;
  TimeRange range;
  Zone zone;
  bool deduplicate = true;
  ModelMap models;
  std::vector<GroupRule> groups;
  TeamRules teams;
  const PriceTable* prices = nullptr;  // For long-context limits. Required; outlives the scan.
  unsigned jobs = 0;                   // Worker threads; 0: one per processor.
  std::uint64_t duplicates_memory_bytes = 64ULL << 20U;  // Beyond it, spilled to temporary files.
  std::string spill_folder;                              // Empty: TMPDIR, else /tmp.
  std::size_t groups_max = groups_default_max;
  std::size_t rejects_kept_max = 1'000;
  aws::S3Client* s3 = nullptr;  // Required for a manifest with s3:// objects; outlives the scan.
  aws::DownloadLimits downloads;
  bool measures_workers = false;
  ingest::LineBlockLimits blocks;  // Of large objects, which several workers scan.
};

/// Written by the workers, read by the progress display; `cancelled` is set by a signal handler.
struct ScanControl {
  std::atomic<bool> cancelled{false};
  std::atomic<std::uint64_t> objects_done{0};
  std::atomic<std::uint64_t> packed_bytes_done{0};
  std::atomic<std::uint64_t> records_done{0};
};

/// What one worker did while objects were read. The five add up to ScanTimings::objects_ns.
struct WorkerTimings {
  std::uint64_t read_ns = 0;       // Opening files, reading them, or the next bytes of a stream.
  std::uint64_t inflate_ns = 0;    // All unwrapping.
  std::uint64_t parse_ns = 0;      // Splitting, parsing, and what is not told apart.
  std::uint64_t aggregate_ns = 0;  // Judging and adding up, estimated from some of the records.
  std::uint64_t wait_ns = 0;       // For S3 objects or other workers, or without work.
};

/// Wall time of the phases, for --timings.
struct ScanTimings {
  std::vector<WorkerTimings> workers;  // Empty unless ScanOptions::measures_workers.
  std::uint64_t objects_ns = 0;        // Until every object was read.
  std::uint64_t duplicates_ns = 0;
  std::uint64_t merge_ns = 0;
  std::uint64_t wall_ns = 0;
  std::uint64_t spilled_bytes = 0;
};

struct ScanOutcome {
  Aggregate aggregate;
  ScanTimings timings;
  bool cancelled = false;  // Then the aggregate holds what was done and is marked nowhere else.
};

/// Same manifest and options give the same aggregate, whatever `jobs` is and in whatever order the
/// objects come. Unreadable and damaged objects are in the account, not Faults. Fails when more
/// than `groups_max` groups would be held (remedy in the message) or the spill files cannot be
/// written.
[[nodiscard]] Result<ScanOutcome> scan(const ingest::Manifest& manifest, const ScanOptions& options,
                                       ScanControl& control);

}  // namespace bedrocklog::analytics
