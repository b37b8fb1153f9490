// gzip of an object to plain bytes, through a lane of a PairInflater; through GzipStream from where
// the lane gives up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "ingest/byte_layer.h"
#include "ingest/gzip_stream.h"
#include "ingest/pair_inflater.h"

namespace bedrocklog::ingest {

/// An object that is in memory as a whole or can be opened again, and the lane it was opened in.
struct LaneObject {
  std::span<const char> packed;
  PairInflater* pair = nullptr;
  std::size_t lane = 0;
  /// Gives the object's packed bytes once more, null if that fails. Set for an object that is not
  /// in memory, and only for such.
  std::function<std::unique_ptr<ByteSource>()> reopen = nullptr;
};

/// Gives the same bytes and damage as GzipStream over the same object.
class LaneStream final : public ByteLayer {
 public:
  /// `object` and what it refers to outlive the use, and so does `below`, which gives the packed
  /// bytes of an object that is not in memory.
  void attach(const LaneObject& object, ByteWindow& below);

  /// Of the object, as a reader of a stream would have read them by now.
  [[nodiscard]] std::uint64_t packed_bytes() const;

 private:
  std::size_t deliver(std::span<char> into) override;
  [[nodiscard]] std::size_t deliver_with_care(std::span<char> into);
  void feed();
  void follow();
  void fall_back();

  LaneObject object_;
  bool is_careful_ = false;  // The lane gave up.
  std::uint64_t lane_bytes_ = 0;
  ByteWindow* below_ = nullptr;
  std::uint64_t fed_bytes_ = 0;  // From `below`.
  SourceLayer source_;
  ByteWindow window_;
  GzipStream gzip_;
};

}  // namespace bedrocklog::ingest
