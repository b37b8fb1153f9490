// From the plain text of an object to records: recognises the layout, splits, parses, reports.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "ingest/document_reader.h"
#include "ingest/record_parser.h"
#include "ingest/record_view.h"
#include "ingest/skip_kind.h"

namespace bedrocklog::ingest {

/// Longest line or JSON value that is held in memory; records are ~200 KB at most, CloudWatch
/// events 1 MB, but CLI exports wrap many of them into one value. Longer ones are counted and
/// passed over.
inline constexpr std::size_t value_size_bytes_max = 64U << 20U;
/// JSON nesting, including envelopes; simdjson's own default is 1024.
inline constexpr std::size_t nesting_depth_max = 256;

struct RecordOrigin {
  std::string_view member;        // Bundle member, else empty. Borrowed for the call.
  std::uint64_t line = 0;         // 1-based line of the plain text where the value starts.
  std::uint64_t byte_offset = 0;  // Of the value, in the plain text.
  std::uint64_t ordinal = 0;      // Counts every record, reject and skip of the object from 0.
  std::uint64_t size_bytes = 0;   // Plain bytes of the record's own text.
};

/// What an object's content turns into, in reading order. Calls come from the scanning thread.
class RecordSink {
 public:
  RecordSink() = default;
  RecordSink(const RecordSink&) = delete;
  RecordSink& operator=(const RecordSink&) = delete;
  RecordSink(RecordSink&&) = delete;
  RecordSink& operator=(RecordSink&&) = delete;
  virtual ~RecordSink() = default;

  /// `record` is valid during the call only.
  virtual void on_record(const RecordView& record, const RecordOrigin& origin) = 0;
  virtual void on_reject(RecordFault fault, const RecordOrigin& origin) = 0;
  /// A value inside the object that is no record (heartbeat, permission line, foreign JSON).
  virtual void on_skip(SkipKind kind, const RecordOrigin& origin) = 0;
};

class LineBoard;
struct BlockClaim;

/// Where a scan may share out the lines of its object.
struct LineSharing {
  LineBoard* board = nullptr;  // Outlives the scan.
  std::size_t object = 0;      // What others are told that a block is of.
};

/// Reads all documents of one object after another. Keeps its parser and buffers: make one per
/// thread and reuse it.
class ObjectScanner {
 public:
  explicit ObjectScanner(ParseOptions options = {});
  ~ObjectScanner();
  ObjectScanner(ObjectScanner&&) noexcept;
  ObjectScanner& operator=(ObjectScanner&&) noexcept;
  ObjectScanner(const ObjectScanner&) = delete;
  ObjectScanner& operator=(const ObjectScanner&) = delete;

  /// Scans `reader` to its end. Returns the kind when the object as a whole holds nothing to count
  /// (empty, binary, a body object without schemaType and modelId, text of no layout); then the
  /// sink was not called. A bundle is judged member by member through on_skip.
  /// With `sharing`, a part of the items goes to the sinks of others, through scan_block(): the
  /// same items with the same origins, taken together. All of them have gone when this returns.
  [[nodiscard]] std::optional<SkipKind> scan(DocumentReader& reader, RecordSink& sink,
                                             const LineSharing* sharing = nullptr);

  /// Scans a block of the object that another scanner shares out. `claim` is finished then.
  void scan_block(LineBoard& board, const BlockClaim& claim, RecordSink& sink);

  /// Time spent waiting for others while lines were shared out, since this was made.
  [[nodiscard]] std::uint64_t waited_ns() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bedrocklog::ingest
