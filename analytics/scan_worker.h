// What one worker of a scan does: reads objects, judges their records, keeps its own sums.
//
// The order of judgement is: parsed, out of range, filtered, counted. Every parsed record with a
// request id is noted for the removal of duplicates whatever its judgement, because the copy that
// wins may be judged differently.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "analytics/account_keeper.h"
#include "analytics/contribution.h"
#include "analytics/duplicate_log.h"
#include "analytics/facts_cache.h"
#include "analytics/partial_aggregate.h"
#include "analytics/sampled_time.h"
#include "analytics/scan.h"
#include "analytics/team_rules.h"
#include "ingest/document_reader.h"
#include "ingest/line_board.h"
#include "ingest/manifest.h"
#include "ingest/object_feed.h"
#include "ingest/object_lanes.h"
#include "ingest/object_scanner.h"

namespace bedrocklog::analytics {

/// One thread at a time.
class ScanWorker final : public ingest::RecordSink {
 public:
  /// All are referred to and must outlive this. `duplicates_memory_bytes` is this worker's share.
  ScanWorker(const ingest::Manifest& manifest, const ScanOptions& options, ScanControl& control,
             std::uint64_t duplicates_memory_bytes);

  /// An object whose turn is next: with its source, or read into a lane.
  struct PreparedObject {
    std::size_t index = 0;  // In the manifest.
    Result<std::unique_ptr<ingest::ByteSource>> source;
    std::optional<std::size_t> lane;
  };

  /// Gets an object ready, while another one may be on its turn.
  [[nodiscard]] PreparedObject prepare(ingest::OpenedObject opened);

  /// Scans an object of the manifest and lets go of its source. Does nothing more after a fault()
  /// or when cancelled.
  void scan_object(PreparedObject object);

  /// Shares out the lines of large objects there, from now on. `board` outlives this.
  void share_on(ingest::LineBoard& board) { board_ = &board; }

  /// Scans lines of an object that another worker reads.
  void help(const ingest::BlockClaim& claim);

  /// Time spent opening an object.
  void add_read_ns(std::uint64_t read_ns) {
    read_ns_ += read_ns;
    busy_ns_ += read_ns;
  }

  /// Moves a record from what it counted as to the duplicates. Requires that it is of this worker.
  void take_back(const Contribution& loser);

  /// Why this worker gave up: too many groups, or no place for the duplicates.
  [[nodiscard]] const std::optional<Fault>& fault() const { return fault_; }

  [[nodiscard]] AccountKeeper& keeper() { return keeper_; }
  [[nodiscard]] PartialAggregate& sums() { return sums_; }
  [[nodiscard]] const DuplicateLog& duplicates() const { return duplicates_; }
  /// How it spent the `objects_ns` in which objects were read.
  [[nodiscard]] WorkerTimings timings(std::uint64_t objects_ns) const;

  void on_record(const ingest::RecordView& record, const ingest::RecordOrigin& origin) override;
  void on_reject(ingest::RecordFault fault, const ingest::RecordOrigin& origin) override;
  void on_skip(ingest::SkipKind kind, const ingest::RecordOrigin& origin) override;

 private:
  /// What the record adds is written where it is noted: copies of it would be waited for.
  [[nodiscard]] Result<void> judge(const ingest::RecordView& record,
                                   const ingest::RecordOrigin& origin, Contribution& into);
  [[nodiscard]] std::uint64_t& counter_of(Disposition disposition);
  /// After every value of an object: progress, and whether to stop.
  void tick();
  void check_cancelled();

  const ingest::Manifest* manifest_;
  const ScanOptions* options_;
  ScanControl* control_;
  bool needs_group_;  // Some key, the filter or a team rule may ask for the group.
  bool needs_team_;   // Some key or the filter may ask for the team.

  void read_object(PreparedObject& object);
  [[nodiscard]] std::unique_ptr<ingest::ByteSource> open_again(const std::string& file);
  void take_record(const ingest::RecordView& record, const ingest::RecordOrigin& origin);

  ingest::ObjectLanes lanes_;  // Outlives what reads from it.
  ingest::DocumentReader reader_;
  ingest::ObjectScanner scanner_;
  ingest::LineBoard* board_ = nullptr;  // Null: objects are scanned alone.
  FactsCache facts_;
  TeamFinder teams_;
  PartialAggregate sums_;
  DuplicateLog duplicates_;
  AccountKeeper keeper_;
  std::size_t object_ = 0;
  std::uint32_t ticks_ = 0;
  bool stopped_ = false;
  std::optional<Fault> fault_;
  std::uint64_t read_ns_ = 0;
  std::uint64_t unwrap_ns_ = 0;       // With the reading that it makes necessary,
  std::uint64_t unwrap_read_ns_ = 0;  // which is this.
  std::uint64_t busy_ns_ = 0;         // All of them, and waiting for workers who share in lines.
  SampledTime aggregate_;
};

}  // namespace bedrocklog::analytics
