// Filling lanes.
#include "ingest/object_lanes.h"

#include <algorithm>
#include <string>
#include <utility>

#include "ingest/ensure.h"

namespace bedrocklog::ingest {
namespace {

/// Read first, to see what it is.
constexpr std::size_t head_bytes = std::size_t{64} << 10U;
/// A buffer that grew for a large object is not kept for small ones.
constexpr std::size_t kept_bytes_max = std::size_t{4} << 20U;

/// What was read of a source, then the rest of it or the fault it ended with.
class ReplayedSource final : public ByteSource {
 public:
  ReplayedSource(std::vector<char> head, std::unique_ptr<ByteSource> rest,
                 std::optional<Fault> failure)
      : head_(std::move(head)), rest_(std::move(rest)), failure_(std::move(failure)) {}

  Result<std::size_t> read(std::span<char> into) override {
    if (at_ < head_.size()) {
      const std::size_t count = std::min(into.size(), head_.size() - at_);
      std::copy_n(head_.begin() + static_cast<std::ptrdiff_t>(at_), count, into.begin());
      at_ += count;
      return count;
    }
    if (failure_) {
      return tl::unexpected(*failure_);
    }
    return rest_ ? rest_->read(into) : Result<std::size_t>(std::size_t{0});
  }

 private:
  std::vector<char> head_;
  std::size_t at_ = 0;
  std::unique_ptr<ByteSource> rest_;  // Null: there is none.
  std::optional<Fault> failure_;
};

bool is_gzip(const std::vector<char>& bytes, std::size_t size_bytes) {
  return size_bytes >= 2 && bytes[0] == '\x1F' && bytes[1] == '\x8B';
}

}  // namespace

ObjectLanes::ObjectLanes() = default;
ObjectLanes::~ObjectLanes() = default;

std::optional<std::size_t> ObjectLanes::take(std::unique_ptr<ByteSource>& source,
                                             std::uint64_t listed_size_bytes) {
  const auto free =
      std::find_if(lanes_.begin(), lanes_.end(), [](const Lane& lane) { return !lane.is_taken; });
  if (free == lanes_.end() || listed_size_bytes == 0 || listed_size_bytes > lane_packed_bytes_max ||
      !PairInflater::is_supported()) {
    return std::nullopt;
  }
  std::vector<char>& bytes = free->bytes;
  if (bytes.capacity() > kept_bytes_max) {
    bytes = {};
  }
  // One byte more than listed, to see that it has not grown.
  const std::size_t wanted = static_cast<std::size_t>(listed_size_bytes) + 1;
  bytes.resize(std::max(wanted + packed_padding_bytes, bytes.size()));
  std::size_t size = 0;
  std::optional<Fault> failure;
  bool is_at_end = false;
  while (!is_at_end && !failure && size < wanted) {
    const std::size_t room = size == 0 ? std::min(head_bytes, wanted) : wanted - size;
    const Result<std::size_t> got = source->read(std::span(bytes).subspan(size, room));
    if (!got) {
      failure = got.error();
    } else {
      size += *got;
      is_at_end = *got == 0;
    }
    if (size > 1 && !is_gzip(bytes, size)) {
      break;
    }
  }
  if (!is_at_end || failure || !is_gzip(bytes, size)) {
    std::vector<char> head(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    source = std::make_unique<ReplayedSource>(
        std::move(head), is_at_end || failure ? nullptr : std::move(source), std::move(failure));
    return std::nullopt;
  }
  source.reset();
  const auto lane = static_cast<std::size_t>(free - lanes_.begin());
  free->size_bytes = size;
  free->is_taken = true;
  free->reopen = nullptr;
  pair().open(lane, std::span(bytes).first(size));
  return lane;
}

std::optional<std::size_t> ObjectLanes::take_stream(
    std::function<std::unique_ptr<ByteSource>()> reopen) {
  const auto free =
      std::find_if(lanes_.begin(), lanes_.end(), [](const Lane& lane) { return !lane.is_taken; });
  if (free == lanes_.end() || !PairInflater::is_supported()) {
    return std::nullopt;
  }
  free->size_bytes = 0;
  free->reopen = std::move(reopen);
  free->is_taken = true;
  const auto lane = static_cast<std::size_t>(free - lanes_.begin());
  pair().open_stream(lane);
  return lane;
}

PairInflater& ObjectLanes::pair() {
  if (!pair_) {
    pair_ = std::make_unique<PairInflater>();
  }
  return *pair_;
}

LaneObject ObjectLanes::object(std::size_t lane) const {
  ensure(lanes_.at(lane).is_taken);
  const Lane& taken = lanes_[lane];
  return {std::span(taken.bytes).first(taken.size_bytes), pair_.get(), lane, taken.reopen};
}

void ObjectLanes::release(std::size_t lane) {
  ensure(lanes_.at(lane).is_taken);
  pair_->close(lane);
  lanes_[lane].is_taken = false;
}

}  // namespace bedrocklog::ingest
