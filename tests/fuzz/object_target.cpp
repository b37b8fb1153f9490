// The whole reading of an object on arbitrary bytes: however the source cuts them, and in a lane,
// the same records, rejects and skips come out, and their places fit together.
//
// Input: one byte that says how the source cuts, then the object.
#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ingest/document_reader.h"
#include "ingest/lane_stream.h"
#include "ingest/object_scanner.h"
#include "ingest/pair_inflater.h"
#include "tests/fuzz/finding.h"

namespace bedrocklog::fuzz {
namespace {

using ingest::RecordOrigin;

/// Everything a scan says, one line an item.
class Transcript : public ingest::RecordSink {
 public:
  void on_record(const ingest::RecordView& record, const RecordOrigin& origin) override {
    expect(!record.model_id.empty(), "a record without model");
    expect(record.metadata.size() <= ingest::metadata_entries_max, "too much metadata");
    for (const auto& count : {record.tokens.input, record.tokens.output, record.tokens.cache_read,
                              record.tokens.cache_write}) {
      expect(count.value_or(0) <= ingest::tokens_per_record_max, "more tokens than a record has");
    }
    add("record", static_cast<unsigned>(record.layout), origin);
    for (const std::string_view text :
         {record.request_id, record.account_id, record.region, record.inference_region,
          record.operation, record.model_id, record.identity_arn, record.error_code,
          record.stop_reason, record.service_tier}) {
      text_.append(text).push_back(';');
    }
    for (const auto& [key, value] : record.metadata) {
      text_.append(key).append("=").append(value).push_back(';');
    }
    for (const std::uint64_t number :
         {static_cast<std::uint64_t>(record.at.value), record.tokens.total(),
          record.tokens.output.value_or(~0ULL), record.tokens.cache_write_1h.value_or(~0ULL),
          std::uint64_t{record.latency_ms.value_or(~0U)}}) {
      text_.append(std::to_string(number)).push_back(';');
    }
  }
  void on_reject(ingest::RecordFault fault, const RecordOrigin& origin) override {
    expect(fault != ingest::RecordFault::none, "a reject without fault");
    add("reject", static_cast<unsigned>(fault), origin);
  }
  void on_skip(ingest::SkipKind kind, const RecordOrigin& origin) override {
    add("skip", static_cast<unsigned>(kind), origin);
  }

  /// What became of the object as a whole; `reader` has been read to its end.
  void finish(const ingest::DocumentReader& reader, std::optional<ingest::SkipKind> whole) {
    expect(!whole || count_ == 0, "nothing to count, but items");
    expect(place_max_ <= reader.plain_bytes() * 3 + 3, "an item behind the end");
    text_.append(whole ? name_of(*whole) : "read");
    for (const ingest::Damage& damage : reader.damages()) {
      text_.append("\n").append(name_of(damage.kind)).append(" ").append(damage.member);
      text_.append(" ").append(std::to_string(damage.plain_byte_offset));
    }
    text_.append("\n").append(std::to_string(reader.plain_bytes()));
  }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void add(const char* what, unsigned kind, const RecordOrigin& origin) {
    expect(origin.ordinal == count_++, "items out of order");
    expect(origin.line > 0, "an item on no line");
    place_max_ = std::max(place_max_, origin.byte_offset);
    text_.append("\n").append(what);
    for (const std::uint64_t number :
         {std::uint64_t{kind}, origin.line, origin.byte_offset, origin.size_bytes}) {
      text_.append(" ").append(std::to_string(number));
    }
    text_.append(" ").append(origin.member).push_back(' ');
  }

  std::uint64_t count_ = 0;
  std::uint64_t place_max_ = 0;
  std::string text_;
};

std::string transcript_of(ingest::DocumentReader& reader) {
  static ingest::ObjectScanner scanner({.request_parameters = true});
  Transcript transcript;
  const std::optional<ingest::SkipKind> whole = scanner.scan(reader, transcript);
  transcript.finish(reader, whole);
  return transcript.text();
}

bool is_gzip(std::string_view object) {
  return object.starts_with("\x1F\x8B");
}

}  // namespace
}  // namespace bedrocklog::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = bedrocklog::fuzz;
  namespace ingest = bedrocklog::ingest;
  if (size == 0) {
    return 0;
  }
  const std::string object(fuzz::text_of(data + 1, size - 1));
  static ingest::DocumentReader reader;
  reader.open(ingest::open_memory(object));
  const std::string whole = fuzz::transcript_of(reader);
  reader.open(ingest::open_memory(object, 1 + data[0]));
  fuzz::expect(whole == fuzz::transcript_of(reader), "cut otherwise, read otherwise");
  if (fuzz::is_gzip(object) && ingest::PairInflater::is_supported()) {
    static ingest::PairInflater pair;
    const auto padded = std::make_unique<char[]>(object.size() + ingest::packed_padding_bytes);
    std::memcpy(padded.get(), object.data(), object.size());
    const std::span<const char> packed(padded.get(), object.size());
    pair.open(0, packed);
    reader.open(ingest::LaneObject{packed, &pair, 0});
    fuzz::expect(whole == fuzz::transcript_of(reader), "read otherwise in a lane");
    pair.close(0);
  }
  reader.close();
  return 0;
}
