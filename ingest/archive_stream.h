// zstd, bzip2, xz, tar and zip through libarchive, fed from a window and never from a file name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "ingest/byte_layer.h"
#include "ingest/wrapping.h"

struct archive;  // libarchive's reader; its header stays in the .cpp file.

namespace bedrocklog::ingest {

/// Longer member names are cut: they are only shown, and a hostile bundle could make them huge.
inline constexpr std::size_t member_name_bytes_max = 4'096;

/// What the read callback hands to libarchive. Only archive_stream.cpp uses it.
struct ArchiveFeed {
  ByteWindow* below = nullptr;
  std::size_t lent_bytes = 0;  // Of the window, until libarchive asks for more.
  std::uint64_t lent_bytes_total = 0;
  std::string returned_tail;  // Last bytes of the block lent before; libarchive may not want them.
  bool asked_past_end = false;  // Tells "cut short" from "wrong" when libarchive fails.
};

/// Delivers the current member of a bundle, or the one content of a compressed stream.
class ArchiveStream final : public ByteLayer {
 public:
  /// Opens exactly the one format that was recognised: libarchive is never left to guess. Requires
  /// neither `none` nor `gzip`. A compressed stream is ready for read(); a bundle needs
  /// next_member() first.
  void attach(ByteWindow& below, Wrapping wrapping);

  /// Moves to the next regular member; folders, links and devices are passed over. False when
  /// there is none, then damage() says whether that is the proper end.
  [[nodiscard]] bool next_member();

  [[nodiscard]] const std::string& member_name() const { return member_name_; }

  /// Damage that no further member survives.
  [[nodiscard]] bool is_dead() const { return is_dead_; }

 private:
  struct Closer {
    void operator()(archive* reader) const;
  };

  std::size_t deliver(std::span<char> into) override;
  void fetch_block();
  void judge_rest();
  void die();

  std::unique_ptr<archive, Closer> reader_;
  ArchiveFeed feed_;
  std::string member_name_;
  std::span<const char> block_;     // Libarchive's, until its next call.
  std::uint64_t block_offset_ = 0;  // In the member; beyond position_ lie zeros (sparse tar).
  std::uint64_t position_ = 0;      // In the member: bytes delivered.
  bool member_is_over_ = true;
  bool checks_failed_ = false;  // Of this member only; reported behind its last block.
  bool is_stream_ = false;
  bool is_dead_ = false;
};

}  // namespace bedrocklog::ingest
