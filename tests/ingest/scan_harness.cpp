// A sink that remembers, and the packers that scans undo.
#include "tests/ingest/scan_harness.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <zlib.h>

#include "ingest/byte_source.h"
#include "ingest/document_reader.h"
#include "ingest/document_scan.h"
#include "tests/ingest/record_reference.h"

namespace bedrocklog::ingest {
namespace {

class RememberingSink final : public RecordSink {
 public:
  explicit RememberingSink(std::vector<SeenItem>& items) : items_(items) {}

  void on_record(const RecordView& record, const RecordOrigin& origin) override {
    SeenItem& item = add(SeenItem::Kind::record, "record", origin);
    item.facts = facts_of(record);
    item.facts["layout"] = name_of(record.layout);
    item.json = record.json;
  }
  void on_reject(RecordFault fault, const RecordOrigin& origin) override {
    add(SeenItem::Kind::reject, name_of(fault), origin);
  }
  void on_skip(SkipKind kind, const RecordOrigin& origin) override {
    add(SeenItem::Kind::skip, name_of(kind), origin);
  }

 private:
  SeenItem& add(SeenItem::Kind kind, std::string_view name, const RecordOrigin& origin) {
    EXPECT_EQ(origin.ordinal, items_.size());
    items_.push_back({.kind = kind,
                      .facts = nullptr,
                      .name = std::string(name),
                      .json = {},
                      .member = std::string(origin.member),
                      .line = origin.line,
                      .byte_offset = origin.byte_offset,
                      .ordinal = origin.ordinal,
                      .size_bytes = origin.size_bytes});
    return items_.back();
  }

  std::vector<SeenItem>& items_;
};

}  // namespace

std::vector<nlohmann::json> Seen::records() const {
  std::vector<nlohmann::json> result;
  for (const SeenItem& item : items) {
    if (item.kind == SeenItem::Kind::record) {
      result.push_back(item.facts);
    }
  }
  return result;
}

std::vector<std::string> Seen::names() const {
  std::vector<std::string> result;
  for (const SeenItem& item : items) {
    result.push_back(item.name);
  }
  if (whole) {
    result.push_back("= " + std::string(name_of(*whole)));
  }
  return result;
}

Seen scan_object(const std::string& bytes, std::size_t chunk) {
  Seen seen;
  RememberingSink sink(seen.items);
  DocumentReader reader;
  reader.open(open_memory(bytes, chunk));
  ObjectScanner scanner;
  seen.whole = scanner.scan(reader, sink);
  return seen;
}

Seen scan_plain(const std::string& text, const std::function<std::size_t()>& chunk_size) {
  Seen seen;
  RememberingSink sink(seen.items);
  ScanOutput output(sink);
  ScanTools tools;
  PlainText plain;
  std::string_view rest = text;
  plain.open([&](std::span<char> into) {
    const std::size_t size = rest.copy(into.data(), std::min(into.size(), chunk_size()));
    rest.remove_prefix(size);
    return size;
  });
  DocumentScan(plain, tools, output).run();
  seen.whole = output.end_document();
  return seen;
}

std::string gzip(const std::string& plain) {
  z_stream stream{};
  constexpr int gzip_window = 15 + 16;
  EXPECT_EQ(
      deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY),
      Z_OK);
  std::string input = plain;
  std::string packed(deflateBound(&stream, static_cast<uLong>(plain.size())) + 64, '\0');
  // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): zlib takes unsigned bytes.
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string base64(const std::string& bytes) {
  static constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t index = 0; index < 3; ++index) {
      group = (group << 8U) |
              (at + index < bytes.size() ? static_cast<unsigned char>(bytes[at + index]) : 0U);
    }
    for (std::size_t index = 0; index < 4; ++index) {
      const bool is_padding = at + index > bytes.size();
      text += is_padding ? '=' : alphabet[(group >> (18U - 6U * index)) & 0x3FU];
    }
  }
  return text;
}

}  // namespace bedrocklog::ingest
