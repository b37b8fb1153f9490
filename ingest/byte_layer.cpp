// Counting, limiting and buffering that all layers of unwrapping share.
#include "ingest/byte_layer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "ingest/ensure.h"

namespace bedrocklog::ingest {

void ByteLayer::begin_object(const ByteLayer* packed) {
  packed_ = packed;
  delivered_bytes_ = 0;
  damage_.reset();
}

std::size_t ByteLayer::read(std::span<char> into) {
  if (damage_) {
    return 0;
  }
  if (packed_ == nullptr) {
    const std::size_t count = deliver(into);
    delivered_bytes_ += count;
    return count;
  }
  const auto limit = [this] {
    return expansion_free_bytes + expansion_ratio_max * packed_->delivered_bytes();
  };
  // One byte more than allowed is asked for: only its arrival proves that the limit is exceeded.
  const std::uint64_t allowed = limit() - std::min(limit(), delivered_bytes_);
  const std::size_t count = deliver(
      into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), allowed + 1))));
  // The call may have read packed bytes, which raises the limit.
  if (delivered_bytes_ + count <= limit()) {
    delivered_bytes_ += count;
    return count;
  }
  damage_ = DamageKind::expansion;
  delivered_bytes_ += count - 1;
  return count - 1;
}

void SourceLayer::attach(std::unique_ptr<ByteSource> source) {
  source_ = std::move(source);
  begin_object(nullptr);
}

std::size_t SourceLayer::deliver(std::span<char> into) {
  if (!source_) {
    return 0;
  }
  const Result<std::size_t> count = source_->read(into);
  if (!count) {
    set_damage(DamageKind::unreadable);
  }
  if (!count || *count == 0) {
    source_.reset();  // Closes the file as early as can be.
    return 0;
  }
  return *count;
}

void ByteWindow::attach(ByteLayer& below) {
  if (!bytes_) {
    bytes_ = std::make_unique_for_overwrite<char[]>(window_bytes);
  }
  below_ = &below;
  begin_ = 0;
  end_ = 0;
}

void ByteWindow::extend_to(std::size_t count) {
  ensure(count <= window_bytes);
  if (begin_ > 0) {
    std::memmove(bytes_.get(), bytes_.get() + begin_, unread());
    end_ -= begin_;
    begin_ = 0;
  }
  while (end_ < count) {
    const std::size_t more = below_->read({bytes_.get() + end_, count - end_});
    if (more == 0) {
      return;
    }
    end_ += more;
  }
}

std::span<char> ByteWindow::peek(std::size_t count) {
  if (unread() < count) {
    extend_to(count);
  }
  return {bytes_.get() + begin_, std::min(count, unread())};
}

std::span<char> ByteWindow::fill() {
  if (unread() == 0) {
    extend_to(window_bytes);
  }
  return {bytes_.get() + begin_, unread()};
}

void ByteWindow::consume(std::size_t count) {
  ensure(count <= unread());
  begin_ += count;
}

std::size_t ByteWindow::read(std::span<char> into) {
  std::size_t count = std::min(into.size(), unread());
  std::memcpy(into.data(), bytes_.get() + begin_, count);
  consume(count);
  while (count < into.size()) {
    const std::size_t more = below_->read(into.subspan(count));
    if (more == 0) {
      break;
    }
    count += more;
  }
  return count;
}

}  // namespace bedrocklog::ingest
