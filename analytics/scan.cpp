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
  return std::clamp<std::size_t>(manifest.objects.size(), 1, workers_for(options.jobs));
}

std::optional<Fault> first_fault(const Workers& workers) {
  for (const auto& worker : workers) {
    if (worker->fault()) {
      return worker->fault();
    }
  }
  return std::nullopt;
}

std::optional<Fault> read_objects(const ingest::Manifest& manifest, const ScanOptions& options,
                                  const ScanControl& control, Workers& workers) {
  ingest::ObjectFeed feed(manifest, options.s3, options.downloads, ingest::FeedOrder::any);
  std::atomic<bool> has_failed{false};
  on_workers(workers.size(), [&](std::size_t number) {
    ScanWorker& worker = *workers[number];
    std::optional<ScanWorker::PreparedObject> ahead;
    while (!has_failed.load(std::memory_order_relaxed)) {
      std::optional<ScanWorker::PreparedObject> current = std::exchange(ahead, std::nullopt);
      const auto start = std::chrono::steady_clock::now();
      if (!current) {
        std::optional<ingest::OpenedObject> opened = feed.next(control.cancelled);
        worker.add_wait_ns(nanoseconds_since(start));
        if (!opened) {
          return;
        }
        current = worker.prepare(std::move(*opened));
      }
      // Inflated beside the current one. Near the end the others are left something to do.
      if (std::optional<ingest::OpenedObject> next = feed.next_ahead(workers.size())) {
        ahead = worker.prepare(std::move(*next));
      }
      worker.scan_object(std::move(*current));
      if (worker.fault()) {
        has_failed.store(true, std::memory_order_relaxed);
      }
    }
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
  GroupMerge merge(options.by.size());
  for (std::unique_ptr<ScanWorker>& worker : workers) {
    worker->sums().pour_into(merge);
    worker.reset();  // Its memory is wanted for the next one.
  }
  if (const Result<void> finished = merge.finish(options.groups_max, aggregate); !finished) {
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
  if (std::optional<Fault> failure = read_objects(manifest, options, control, workers)) {
    return tl::unexpected(std::move(*failure));
  }
  ScanOutcome outcome;
  for (const auto& worker : workers) {
    outcome.timings.read_ns += worker->read_ns();
    outcome.timings.scan_ns += worker->busy_ns() - worker->read_ns();
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
