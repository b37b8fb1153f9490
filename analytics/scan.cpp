// The report flow: workers take objects, then partitions of duplicates, then their sums are joined.
//
// An object goes to whichever worker is free, and everything a worker keeps can be joined in any
// order, so the result does not tell who read what.
#include "analytics/scan.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <utility>

#include "analytics/account_keeper.h"
#include "analytics/duplicate_log.h"
#include "analytics/elapsed_time.h"
#include "analytics/group_merge.h"
#include "analytics/partial_aggregate.h"
#include "analytics/scan_worker.h"
#include "analytics/workers.h"
#include "ingest/ensure.h"
#include "ingest/object_feed.h"

namespace bedrocklog::analytics {

namespace {

using Workers = std::vector<std::unique_ptr<ScanWorker>>;

std::size_t jobs_for(const ScanOptions& options, const ingest::Manifest& manifest) {
  // Any number of workers can scan a large object. What standard input holds nobody knows before.
  const bool has_large = std::any_of(
      manifest.objects.begin(), manifest.objects.end(), [&](const ingest::ObjectRef& object) {
        return object.size_bytes >= options.blocks.packed_bytes_min || object.uri == "-";
      });
  const std::size_t wanted = worker_count(options.jobs);
  return std::clamp<std::size_t>(has_large ? wanted : manifest.objects.size(), 1, wanted);
}

std::optional<Fault> first_fault(const Workers& workers) {
  for (const auto& worker : workers) {
    if (worker->fault()) {
      return worker->fault();
    }
  }
  return std::nullopt;
}

/// What workers share while they read objects.
struct Reading {
  ingest::ObjectFeed feed;
  std::size_t workers = 0;
  bool has_remote = false;
  const std::atomic<bool>* is_cancelled = nullptr;
  std::atomic<bool> has_failed{false};
};

void read_objects_of(Reading& reading, ScanWorker& worker) {
  std::optional<ScanWorker::PreparedObject> ahead;
  while (!reading.has_failed.load(std::memory_order_relaxed)) {
    std::optional<ScanWorker::PreparedObject> current = std::exchange(ahead, std::nullopt);
    const auto start = std::chrono::steady_clock::now();
    if (!current) {
      std::optional<ingest::OpenedObject> opened = reading.feed.next(*reading.is_cancelled);
      if (!opened) {
        return;
      }
      if (!reading.has_remote) {
        worker.add_read_ns(nanoseconds_since(start));  // Else it was waiting.
      }
      current = worker.prepare(std::move(*opened));
    }
    // Inflated beside the current one. Near the end the others are left something to do.
    if (std::optional<ingest::OpenedObject> next = reading.feed.next_ahead(reading.workers)) {
      ahead = worker.prepare(std::move(*next));
    }
    worker.scan_object(std::move(*current));
    if (worker.fault()) {
      reading.has_failed.store(true, std::memory_order_relaxed);
    }
  }
}

std::optional<Fault> read_objects(const ingest::Manifest& manifest, const ScanOptions& options,
                                  const ScanControl& control, Workers& workers) {
  Reading reading{{manifest, options.s3, options.downloads, ingest::FeedOrder::any},
                  workers.size(),
                  options.s3 != nullptr,
                  &control.cancelled};
  ingest::LineBoard board(options.blocks, workers.size());
  on_workers(workers.size(), [&](std::size_t number) {
    ScanWorker& worker = *workers[number];
    if (workers.size() == 1) {
      read_objects_of(reading, worker);
    } else {
      worker.share_on(board);
      board.begin_reading();
      read_objects_of(reading, worker);
      board.end_reading();
      // No object is left to begin, but some may be long.
      while (const std::optional<ingest::BlockClaim> claim = board.wait_for_block()) {
        worker.help(*claim);
      }
    }
    worker.finish();
  });
  return first_fault(workers);
}

std::optional<Fault> remove_duplicates(Workers& workers) {
  std::vector<const DuplicateLog*> logs;
  for (const auto& worker : workers) {
    logs.push_back(&worker->duplicates());
  }
  std::vector<std::mutex> sums_of(workers.size());  // Each guards the sums of one worker.
  std::mutex fault_guard;                           // Guards `failure`.
  std::optional<Fault> failure;
  const auto take_back = [&](std::size_t loser_of, const Contribution& loser) {
    const std::scoped_lock lock(sums_of[loser_of]);
    workers[loser_of]->take_back(loser);
  };
  std::atomic<unsigned> next{0};
  on_workers(workers.size(), [&](std::size_t) {
    for (unsigned partition = next++; partition < duplicate_partitions; partition = next++) {
      const Result<void> done = visit_losers(logs, partition, take_back);
      if (!done) {
        const std::scoped_lock lock(fault_guard);
        failure = done.error();
      }
    }
  });
  return failure;
}

Result<Aggregate> join(const ingest::Manifest& manifest, const ScanOptions& options,
                       Workers workers) {
  std::vector<AccountKeeper*> keepers;
  Int128 tokens = 0;
  for (const auto& worker : workers) {
    keepers.push_back(&worker->keeper());
    tokens += worker->sums().tokens_added();
  }
  if (tokens > tokens_total_max) {
    return too_many_tokens();
  }
  Aggregate aggregate;
  aggregate.by = options.by;
  aggregate.account = finish_account(keepers, manifest);
  std::size_t groups = 0;
  for (const auto& worker : workers) {
    groups += worker->sums().groups();
  }
  const std::size_t useful = useful_workers(groups, workers.size());
  GroupMerge merge(options.by.size(), useful);
  for (const auto& worker : workers) {
    worker->sums().name_for(merge);
  }
  on_workers(useful, [&](std::size_t share) {
    merge.share(share).reserve(groups / useful);
    for (const auto& worker : workers) {
      worker->sums().pour_into(merge, share);
    }
  });
  share_items(useful, workers.size(),
              [&](std::size_t, std::size_t worker) { workers[worker].reset(); });
  if (const Result<void> finished = merge.finish(options.groups_max, aggregate, useful);
      !finished) {
    return pass_on(finished);
  }
  return aggregate;
}

}  // namespace

Result<ScanOutcome> scan(const ingest::Manifest& manifest, const ScanOptions& options,
                         ScanControl& control) {
  ensure(options.prices != nullptr);
  const auto start = std::chrono::steady_clock::now();
  const std::size_t jobs = jobs_for(options, manifest);
  Workers workers;
  for (std::size_t worker = 0; worker < jobs; ++worker) {
    workers.push_back(std::make_unique<ScanWorker>(manifest, options, control,
                                                   options.duplicates_memory_bytes / jobs));
  }
  ScanOutcome outcome;
  const auto objects_start = std::chrono::steady_clock::now();
  if (std::optional<Fault> failure = read_objects(manifest, options, control, workers)) {
    return tl::unexpected(std::move(*failure));
  }
  outcome.timings.objects_ns = nanoseconds_since(objects_start);
  for (const auto& worker : workers) {
    if (options.measures_workers) {
      outcome.timings.workers.push_back(worker->timings(outcome.timings.objects_ns));
    }
    outcome.timings.spilled_bytes += worker->duplicates().spilled_bytes();
  }
  outcome.cancelled = control.cancelled.load(std::memory_order_relaxed);
  const auto duplicates_start = std::chrono::steady_clock::now();
  if (std::optional<Fault> failure = remove_duplicates(workers)) {
    return tl::unexpected(std::move(*failure));
  }
  outcome.timings.duplicates_ns = nanoseconds_since(duplicates_start);
  const auto merge_start = std::chrono::steady_clock::now();
  Result<Aggregate> aggregate = join(manifest, options, std::move(workers));
  if (!aggregate) {
    return pass_on(aggregate);
  }
  outcome.aggregate = std::move(*aggregate);
  outcome.timings.merge_ns = nanoseconds_since(merge_start);
  outcome.timings.wall_ns = nanoseconds_since(start);
  return outcome;
}

}  // namespace bedrocklog::analytics
