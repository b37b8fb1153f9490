// gzip to plain bytes: any number of members, padding between and behind them, damage told apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "ingest/byte_layer.h"

// NOLINTNEXTLINE(readability-identifier-naming): zlib's name; its header stays in the .cpp file.
struct z_stream_s;

namespace bedrocklog::ingest {

/// Keeps zlib's tables from object to object: resetting them is far cheaper than making them.
class GzipStream final : public ByteLayer {
 public:
  /// Starts on the member that begins at the front of `below`.
  void attach(ByteWindow& below);

 private:
  enum class At : std::uint8_t { member, gap, end };
  struct Ender {
    void operator()(z_stream_s* stream) const;
  };

  std::size_t deliver(std::span<char> into) override;
  std::size_t inflate_some(std::span<char> into);
  void pass_gap();

  std::unique_ptr<z_stream_s, Ender> stream_;
  ByteWindow* below_ = nullptr;
  At at_ = At::end;
};

}  // namespace bedrocklog::ingest
