// From an object to plain text: opens compression and bundles, told by content, never by name.
//
// gzip (several members, gzip in gzip, zero padding, garbage behind the last member, cut short),
// zstd, bzip2 and xz are unwrapped to a depth of `wrapping_depth_max`; tar and zip bundles yield
// one document per regular member, each unwrapped in turn. gzip goes through zlib here (streaming,
// every CRC checked), the rest through libarchive, which drops the last unfinished buffer (up to
// 128 KiB plain) of a damaged zstd, bzip2 or xz stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ingest/byte_source.h"
#include "ingest/fault.h"
#include "ingest/manifest.h"

namespace bedrocklog::ingest {

struct LaneObject;

/// gzip of gzip of gzip is met in Firehose archives; anything deeper is an attack.
inline constexpr int wrapping_depth_max = 4;
/// Output of one object may not exceed `expansion_free_bytes` + ratio x packed bytes.
inline constexpr std::uint64_t expansion_ratio_max = 2'000;
inline constexpr std::uint64_t expansion_free_bytes = 256ULL << 20U;

enum class DamageKind : std::uint8_t {
  truncated,         // Ends inside a compressed stream; what came before it was delivered.
  corrupt,           // Checksum or code error; what came before it was delivered.
  trailing_garbage,  // Bytes behind the last gzip member or bzip2 stream that are neither zeros
                     // nor a further one.
  too_deep,          // More wrapping than wrapping_depth_max.
  expansion,         // Over the expansion limit.
  unreadable,        // The operating system failed a read.
};
inline constexpr std::size_t damage_kind_count = 6;

[[nodiscard]] std::string_view name_of(DamageKind kind);

struct Damage {
  DamageKind kind = DamageKind::corrupt;
  std::string member;                   // Bundle member it happened in, else empty.
  std::uint64_t plain_byte_offset = 0;  // Plain bytes delivered from that document before it.
};

/// Reads the documents of one object in order. One thread at a time; reusable through open().
class DocumentReader {
 public:
  DocumentReader();
  ~DocumentReader();
  DocumentReader(DocumentReader&&) noexcept;
  DocumentReader& operator=(DocumentReader&&) noexcept;
  DocumentReader(const DocumentReader&) = delete;
  DocumentReader& operator=(const DocumentReader&) = delete;

  /// Starts on `source` (packed bytes). Buffers of the previous object are kept and reused.
  void open(std::unique_ptr<ByteSource> source);

  /// Lets go of the source, which may hold memory others wait for. No document is left; what was
  /// counted and damages() stay.
  void close();

  /// The same for an object in memory; what its lane has decoded is taken from there.
  void open(const LaneObject& object);

  /// The same for an object that is not in memory: `source` is fed to its lane.
  void open(std::unique_ptr<ByteSource> source, const LaneObject& object);

  /// Moves to the first or next document; false when there is none left. What is unread of the
  /// current one is skipped.
  [[nodiscard]] bool next_document();

  /// Member path inside a bundle; empty when the object itself is the document.
  [[nodiscard]] const std::string& member_name() const;

  /// Fills the front of `into` with plain bytes and says how much; 0 at the end of the document.
  /// Never fails: damage ends the document and is added to damages().
  [[nodiscard]] std::size_t read(std::span<char> into);

  /// Adds the time spent in next_document() and read() to `into_ns`, from now on; null: no more.
  /// It outlives the use.
  void measure(std::uint64_t* into_ns);

  /// Everything found wrong with the object so far, in reading order; at most one per document.
  [[nodiscard]] std::span<const Damage> damages() const;

  [[nodiscard]] std::uint64_t packed_bytes() const;  // Read from the source so far.
  [[nodiscard]] std::uint64_t plain_bytes() const;   // Delivered so far, all documents.

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bedrocklog::ingest
