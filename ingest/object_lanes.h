// Objects that are inflated two at a time: read into memory as a whole, one being scanned while the
// next is decoded beside it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "ingest/byte_source.h"
#include "ingest/lane_stream.h"
#include "ingest/pair_inflater.h"

namespace bedrocklog::ingest {

/// Larger objects are read as a stream. As much as an S3 object that is held (DownloadLimits).
inline constexpr std::uint64_t lane_packed_bytes_max = 16ULL << 20U;

/// One per thread.
class ObjectLanes {
 public:
  ObjectLanes();
  ~ObjectLanes();
  ObjectLanes(const ObjectLanes&) = delete;
  ObjectLanes& operator=(const ObjectLanes&) = delete;
  ObjectLanes(ObjectLanes&&) = delete;
  ObjectLanes& operator=(ObjectLanes&&) = delete;

  /// Reads `source` to its end into a free lane and says which. Nothing where no lane is free, or
  /// the object is no gzip, larger than the limit, or cannot be read: then `source` still gives all
  /// it has, from the start.
  [[nodiscard]] std::optional<std::size_t> take(std::unique_ptr<ByteSource>& source,
                                                std::uint64_t listed_size_bytes);

  /// A free lane for a larger object, which goes through it piece by piece. Nothing where none is
  /// free. Requires a `reopen` as LaneObject says, which must stay good until release().
  [[nodiscard]] std::optional<std::size_t> take_stream(
      std::function<std::unique_ptr<ByteSource>()> reopen);

  /// For DocumentReader::open(). Requires a lane that take() gave; valid until release().
  [[nodiscard]] LaneObject object(std::size_t lane) const;
  void release(std::size_t lane);

 private:
  struct Lane {
    std::vector<char> bytes;  // Packed, and the padding.
    std::size_t size_bytes = 0;
    std::function<std::unique_ptr<ByteSource>()> reopen;  // Null: in memory.
    bool is_taken = false;
  };

  [[nodiscard]] PairInflater& pair();

  std::unique_ptr<PairInflater> pair_;  // Made when the first object comes.
  std::array<Lane, PairInflater::lane_count> lanes_;
};

}  // namespace bedrocklog::ingest
