// Sequential reading with the same judgement of range and filter as a scan.
#include "analytics/record_stream.h"

#include <atomic>
#include <memory>
#include <optional>
#include <utility>

#include "analytics/account_keeper.h"
#include "analytics/facts_cache.h"
#include "analytics/team_rules.h"
#include "analytics/watched_source.h"
#include "ingest/document_reader.h"
#include "ingest/object_feed.h"

namespace bedrocklog::analytics {

namespace {

class StreamSink final : public ingest::RecordSink {
 public:
  StreamSink(const ScanOptions& options, const RecordVisit& visit)
      : options_(&options),
        visit_(&visit),
        facts_(options.models, options.groups),
        teams_(options.teams),
        keeper_(options.rejects_kept_max) {}

  void read(ingest::OpenedObject opened, const ingest::ObjectRef& object) {
    object_name_ = &object.name;
    keeper_.open(opened.index, object.name);
    if (!opened.source) {
      keeper_.close_unreadable(opened.source.error());
      return;
    }
    const SourceWatch watch{nullptr, &read_ns_, &stopped_, nullptr};
    reader_.open(
        std::make_unique<WatchedSource>(std::move(*opened.source), watch, object.uri == "-"));
    const std::optional<ingest::SkipKind> whole = scanner_.scan(reader_, *this);
    if (stopped_) {
      keeper_.close_stopped(reader_);
    } else {
      keeper_.close(whole, reader_);
    }
    reader_.close();
  }

  void on_record(const ingest::RecordView& record, const ingest::RecordOrigin& origin) override {
    if (stopped_) {
      return;
    }
    keeper_.note_record(record);
    if (!options_->range.contains(record.at)) {
      ++keeper_.account().out_of_range;
      return;
    }
    RecordFactsView facts = facts_.facts_of(record);
    facts.object = *object_name_;
    facts.size_bytes = origin.size_bytes;
    facts.group = facts_.group_of(facts);
    facts.team = teams_.team_of(facts);
    if (!options_->where.matches(RecordFieldValues(facts))) {
      ++keeper_.account().filtered;
      return;
    }
    ++keeper_.account().counted;
    stopped_ = !(*visit_)(facts, origin);
  }

  void on_reject(ingest::RecordFault fault, const ingest::RecordOrigin& origin) override {
    if (!stopped_) {
      keeper_.note_reject(fault, origin);
    }
  }

  void on_skip(ingest::SkipKind kind, const ingest::RecordOrigin& /*origin*/) override {
    if (!stopped_) {
      keeper_.note_skip(kind);
    }
  }

  [[nodiscard]] bool is_stopped() const { return stopped_; }
  [[nodiscard]] AccountKeeper& keeper() { return keeper_; }

 private:
  const ScanOptions* options_;
  const RecordVisit* visit_;
  ingest::DocumentReader reader_;
  ingest::ObjectScanner scanner_{{.request_parameters = true}};
  FactsCache facts_;
  TeamFinder teams_;
  AccountKeeper keeper_;
  const std::string* object_name_ = nullptr;
  bool stopped_ = false;
  std::uint64_t read_ns_ = 0;
};

}  // namespace

Result<InputAccount> for_each_record(const ingest::Manifest& manifest, const ScanOptions& options,
                                     const RecordVisit& visit) {
  StreamSink sink(options, visit);
  ingest::ObjectFeed feed(manifest, options.s3, options.downloads, ingest::FeedOrder::manifest);
  const std::atomic<bool> never{false};
  while (!sink.is_stopped()) {
    std::optional<ingest::OpenedObject> opened = feed.next(never);
    if (!opened) {
      break;
    }
    const ingest::ObjectRef& object = manifest.objects[opened->index];
    sink.read(std::move(*opened), object);
  }
  AccountKeeper* const keeper = &sink.keeper();
  return finish_account({&keeper, 1}, manifest);
}

}  // namespace bedrocklog::analytics
