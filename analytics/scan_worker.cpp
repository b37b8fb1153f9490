// Judging records one by one.
#include "analytics/scan_worker.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "analytics/elapsed_time.h"
#include "analytics/watched_source.h"
#include "ingest/byte_source.h"
#include "ingest/ensure.h"
#include "ingest/s3_location.h"

namespace bedrocklog::analytics {

namespace {

/// Values between two looks at the outside. About a millisecond of work.
constexpr std::uint32_t ticks_between_checks = 1'024;

bool is_key(const ScanOptions& options, KeyKind kind) {
  return std::any_of(options.by.begin(), options.by.end(),
                     [kind](const Key& key) { return key.kind == kind; });
}

bool may_need_team(const ScanOptions& options) {
  return !options.teams.empty() &&
         (is_key(options, KeyKind::team) || !options.where.is_always_true());
}

bool may_need_group(const ScanOptions& options) {
  return !options.groups.empty() &&
         (is_key(options, KeyKind::group) || !options.where.is_always_true() ||
          (may_need_team(options) && has_condition(options.teams)));
}

/// A condition does not tell what it asks for.
FactsCache::Identity identity_for(const ScanOptions& options) {
  const bool is_wanted = is_key(options, KeyKind::user) || is_key(options, KeyKind::role) ||
                         is_key(options, KeyKind::session) || !options.where.is_always_true() ||
                         may_need_group(options) ||
                         (may_need_team(options) && asks_for_identity(options.teams));
  return is_wanted ? FactsCache::Identity::given : FactsCache::Identity::left_out;
}

/// Reading them costs a walk through each request body, so it is done only for a condition, which
/// does not tell whether it asks for max_tokens.
ingest::ParseOptions parse_options(const ScanOptions& options) {
  return {.request_parameters = !options.where.is_always_true() || !options.groups.empty() ||
                                has_condition(options.teams)};
}

}  // namespace

ScanWorker::ScanWorker(const ingest::Manifest& manifest, const ScanOptions& options,
                       ScanControl& control, std::uint64_t duplicates_memory_bytes)
    : manifest_(&manifest),
      options_(&options),
      control_(&control),
      needs_group_(may_need_group(options)),
      needs_team_(may_need_team(options)),
      scanner_(parse_options(options)),
      facts_(options.models, options.groups, identity_for(options)),
      teams_(options.teams),
      sums_({options.by, options.zone, options.prices, options.groups_max}),
      duplicates_(duplicates_memory_bytes, options.spill_folder),
      keeper_(options.rejects_kept_max) {
  if (options.measures_workers) {
    reader_.measure(&unwrap_ns_);
  }
}

WorkerTimings ScanWorker::timings(std::uint64_t objects_ns) const {
  // Each is taken off what is left: a scale that counts itself must not go below zero.
  WorkerTimings timings;
  std::uint64_t left_ns = objects_ns;
  const auto share = [&left_ns](std::uint64_t wanted_ns) {
    const std::uint64_t ns = std::min(wanted_ns, left_ns);
    left_ns -= ns;
    return ns;
  };
  const std::uint64_t busy_ns = busy_ns_ - std::min(busy_ns_, scanner_.waited_ns());
  timings.read_ns = share(read_ns_);
  timings.inflate_ns = share(unwrap_ns_ - std::min(unwrap_ns_, unwrap_read_ns_));
  timings.aggregate_ns = share(aggregate_.estimated_ns());
  const std::uint64_t told_ns = timings.read_ns + timings.inflate_ns + timings.aggregate_ns;
  timings.parse_ns = share(busy_ns - std::min(busy_ns, told_ns));
  timings.wait_ns = left_ns;
  return timings;
}

void ScanWorker::check_cancelled() {
  if (control_->cancelled.load(std::memory_order_relaxed)) {
    stopped_ = true;
  }
}

ScanWorker::PreparedObject ScanWorker::prepare(ingest::OpenedObject opened) {
  const auto start = std::chrono::steady_clock::now();
  const ingest::ObjectRef& object = manifest_->objects[opened.index];
  PreparedObject prepared{opened.index, std::move(opened.source), std::nullopt};
  if (prepared.source) {
    const SourceWatch watch{&control_->packed_bytes_done, &read_ns_, &stopped_,
                            &control_->cancelled};
    *prepared.source =
        std::make_unique<WatchedSource>(std::move(*prepared.source), watch, object.uri == "-");
    if (object.size_bytes <= ingest::lane_packed_bytes_max) {
      prepared.lane = lanes_.take(*prepared.source, object.size_bytes);
    } else if (!ingest::is_s3_location(object.uri)) {
      prepared.lane = lanes_.take_stream([this, &object] { return open_again(object.uri); });
    }
  }
  busy_ns_ += nanoseconds_since(start);
  return prepared;
}

/// What is read again counts as time, but not as progress.
std::unique_ptr<ingest::ByteSource> ScanWorker::open_again(const std::string& file) {
  Result<std::unique_ptr<ingest::ByteSource>> source = ingest::open_file(file);
  if (!source) {
    return nullptr;
  }
  const SourceWatch watch{nullptr, &read_ns_, &stopped_, &control_->cancelled};
  return std::make_unique<WatchedSource>(std::move(*source), watch, false);
}

void ScanWorker::scan_object(PreparedObject object) {
  check_cancelled();
  if (!stopped_) {
    const auto start = std::chrono::steady_clock::now();
    object_ = object.index;
    keeper_.open(object.index, manifest_->objects[object.index].name);
    if (!object.source) {
      keeper_.close_unreadable(object.source.error());
    } else {
      read_object(object);
    }
    control_->records_done.fetch_add(ticks_, std::memory_order_relaxed);
    ticks_ = 0;
    control_->objects_done.fetch_add(1, std::memory_order_relaxed);
    busy_ns_ += nanoseconds_since(start);
  }
  if (object.lane) {
    lanes_.release(*object.lane);
  }
}

void ScanWorker::read_object(PreparedObject& object) {
  if (object.lane && *object.source == nullptr) {
    reader_.open(lanes_.object(*object.lane));
  } else if (object.lane) {
    reader_.open(std::move(*object.source), lanes_.object(*object.lane));
  } else {
    reader_.open(std::move(*object.source));
  }
  const std::uint64_t read_before_ns = read_ns_;
  const ingest::LineSharing sharing{board_, object_};
  const std::optional<ingest::SkipKind> whole =
      scanner_.scan(reader_, *this, board_ == nullptr ? nullptr : &sharing);
  unwrap_read_ns_ += read_ns_ - read_before_ns;
  check_cancelled();
  if (stopped_) {
    keeper_.close_stopped(reader_);
  } else {
    keeper_.close(whole, reader_);
  }
  reader_.close();
}

void ScanWorker::help(const ingest::BlockClaim& claim) {
  const auto start = std::chrono::steady_clock::now();
  object_ = claim.document->object;
  keeper_.open(object_, manifest_->objects[object_].name);
  scanner_.scan_block(*board_, claim, *this);
  control_->records_done.fetch_add(ticks_, std::memory_order_relaxed);
  ticks_ = 0;
  busy_ns_ += nanoseconds_since(start);
}

void ScanWorker::tick() {
  if (++ticks_ == ticks_between_checks) {
    control_->records_done.fetch_add(ticks_, std::memory_order_relaxed);
    ticks_ = 0;
    check_cancelled();
  }
}

Result<void> ScanWorker::judge(const ingest::RecordView& record, const ingest::RecordOrigin& origin,
                               Contribution& into) {
  if (!options_->range.contains(record.at)) {
    into.disposition = Disposition::out_of_range;
    return {};
  }
  RecordFactsView facts = facts_.facts_of(record);
  facts.object = manifest_->objects[object_].name;
  facts.size_bytes = origin.size_bytes;
  if (needs_group_) {
    facts.group = facts_.group_of(facts);
  }
  if (needs_team_) {
    facts.team = teams_.team_of(facts);
  }
  if (!options_->where.is_always_true() && !options_->where.matches(RecordFieldValues(facts))) {
    into.disposition = Disposition::filtered;
    return {};
  }
  return sums_.place(facts, into);
}

std::uint64_t& ScanWorker::counter_of(Disposition disposition) {
  InputAccount& account = keeper_.account();
  switch (disposition) {
    case Disposition::counted:
      return account.counted;
    case Disposition::out_of_range:
      return account.out_of_range;
    case Disposition::filtered:
      return account.filtered;
  }
  ensure(false);
  return account.counted;
}

void ScanWorker::on_record(const ingest::RecordView& record, const ingest::RecordOrigin& origin) {
  if (!stopped_) {
    if (options_->measures_workers) {
      aggregate_.run([&] { take_record(record, origin); });
    } else {
      take_record(record, origin);
    }
  }
}

void ScanWorker::take_record(const ingest::RecordView& record, const ingest::RecordOrigin& origin) {
  DuplicateEntry entry;
  Result<void> done = judge(record, origin, entry.contribution);
  if (done) {
    keeper_.note_record(record);
    ++counter_of(entry.contribution.disposition);
    // The sums of the group are on their way from memory while the copy is noted.
    if (options_->deduplicate && !record.request_id.empty()) {
      entry.key = request_key_of(record);
      entry.rank = content_rank_of(record, origin.size_bytes);
      entry.object = object_;
      entry.ordinal = origin.ordinal;
      done = duplicates_.append(entry);
    }
    if (entry.contribution.disposition == Disposition::counted) {
      sums_.add(entry.contribution);
    }
  }
  if (!done) {
    fault_ = done.error();
    stopped_ = true;
  }
  tick();
}

void ScanWorker::on_reject(ingest::RecordFault fault, const ingest::RecordOrigin& origin) {
  if (!stopped_) {
    keeper_.note_reject(fault, origin);
    tick();
  }
}

void ScanWorker::on_skip(ingest::SkipKind kind, const ingest::RecordOrigin& /*origin*/) {
  if (!stopped_) {
    keeper_.note_skip(kind);
    tick();
  }
}

void ScanWorker::take_back(const Contribution& loser) {
  std::uint64_t& counter = counter_of(loser.disposition);
  ensure(counter > 0);
  --counter;
  ++keeper_.account().duplicate;
  if (loser.disposition == Disposition::counted) {
    sums_.take_back(loser);
  }
}

}  // namespace bedrocklog::analytics
