// gzip of an object in memory to plain bytes, through a lane of a PairInflater; through GzipStream
// from where the lane gives up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "ingest/byte_layer.h"
#include "ingest/gzip_stream.h"
#include "ingest/pair_inflater.h"

namespace bedrocklog::ingest {

/// An object that is in memory as a whole, and the lane it was opened in.
struct LaneObject {
  std::span<const char> packed;
  PairInflater* pair = nullptr;
  std::size_t lane = 0;
};

/// Gives the same bytes and damage as GzipStream over the same object.
class LaneStream final : public ByteLayer {
 public:
  /// `object` and what it refers to outlive the use.
  void attach(const LaneObject& object);

  /// Of the object, as a reader of a stream would have read them by now.
  [[nodiscard]] std::uint64_t packed_bytes() const;

 private:
  std::size_t deliver(std::span<char> into) override;
  [[nodiscard]] std::size_t deliver_with_care(std::span<char> into);
  void fall_back();

  LaneObject object_;
  bool is_careful_ = false;  // The lane gave up.
  std::uint64_t lane_bytes_ = 0;
  SourceLayer source_;
  ByteWindow window_;
  GzipStream gzip_;
};

}  // namespace bedrocklog::ingest
