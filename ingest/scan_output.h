// Hands what a scan finds to the sink, numbered, and holds back what is not yet known to count.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ingest/object_scanner.h"

namespace bedrocklog::ingest {

/// Where an item starts in the plain text, and its own size.
struct ItemPlace {
  std::uint64_t line = 1;
  std::uint64_t byte_offset = 0;
  std::uint64_t size_bytes = 0;
};

/// One object's items. Lines of bare text, and a single skipped value, are held until something
/// else shows that the object is a log: without it the whole object is one skip and no item.
class ScanOutput {
 public:
  explicit ScanOutput(RecordSink& sink) : sink_(&sink) {}

  void begin_document(std::string member);
  /// Lets go of what is held back; all that follows goes to the sink at once.
  void decide();
  [[nodiscard]] bool is_decided() const { return is_decided_; }
  [[nodiscard]] const std::string& member() const { return member_; }
  [[nodiscard]] RecordSink& sink() { return *sink_; }
  /// Items so far. pass_items() counts some that went to other sinks, whose turn they were.
  [[nodiscard]] std::uint64_t items() const { return next_ordinal_; }
  void pass_items(std::uint64_t count) { next_ordinal_ += count; }
  void record(const RecordView& record, const ItemPlace& place);
  void reject(RecordFault fault, const ItemPlace& place);
  void skip(SkipKind kind, const ItemPlace& place);
  /// A line that is no JSON object and may be a bad line of a log or a line of any text file.
  void text(RecordFault fault, const ItemPlace& place);
  /// The document is known to be a log, even if nothing is in it.
  void expect_items() { is_log_ = true; }

  /// What the document is as a whole, if that is all there is to say of it.
  [[nodiscard]] std::optional<SkipKind> end_document();
  /// Reports a whole document as one skip, as members of bundles are.
  void skip_document(SkipKind kind);

 private:
  struct HeldText {
    ItemPlace place;
    RecordFault fault = RecordFault::not_json;
  };

  [[nodiscard]] RecordOrigin origin(const ItemPlace& place);

  RecordSink* sink_;
  std::string member_;
  std::uint64_t next_ordinal_ = 0;
  bool is_log_ = false;
  bool is_decided_ = false;  // Nothing is held back any more.
  std::vector<HeldText> texts_;
  std::optional<std::pair<SkipKind, ItemPlace>> skip_;
};

}  // namespace bedrocklog::ingest
