// Where the bytes of a transfer wait for their reader: the whole object, or a ring.
#include <algorithm>
#include <cstring>
#include <utility>

#include "ingest/aws/object_transfer.h"

namespace bedrocklog::aws {

void HeldTransfer::on_first_byte_expected() {
  if (!bytes_) {
    bytes_ = std::make_unique_for_overwrite<char[]>(size_bytes());
  }
}

std::size_t HeldTransfer::keep(std::span<const char> bytes) {
  std::copy(bytes.begin(), bytes.end(), bytes_.get() + received_bytes());
  return bytes.size();
}

void HeldTransfer::finish(std::optional<Fault> fault) {
  failure_ = std::move(fault);
  if (failure_) {
    free_memory();
  }
  watcher().on_ready(position());
}

Result<std::size_t> HeldTransfer::read(std::span<char> into) {
  const std::size_t given = std::min<std::uint64_t>(into.size(), size_bytes() - given_bytes_);
  if (given > 0) {
    std::memcpy(into.data(), bytes_.get() + given_bytes_, given);
    given_bytes_ += given;
  }
  if (given_bytes_ == size_bytes()) {
    free_memory();
  }
  return given;
}

void HeldTransfer::free_memory() {
  if (std::exchange(is_free_, true)) {
    return;
  }
  bytes_.reset();
  watcher().on_memory_free(size_bytes());
}

StreamedTransfer::StreamedTransfer(ObjectVersion object, std::size_t position,
                                   std::shared_ptr<TransferWatcher> watcher,
                                   std::uint64_t window_bytes)
    : ObjectTransfer(std::move(object), position, std::move(watcher)),
      window_bytes_(window_bytes) {}

void StreamedTransfer::on_attempt() {
  const std::scoped_lock lock(guard_);
  is_paused_ = false;  // A new connection is not.
}

bool StreamedTransfer::is_abandoned() {
  const std::scoped_lock lock(guard_);
  return is_abandoned_;
}

std::size_t StreamedTransfer::keep(std::span<const char> bytes) {
  if (bytes.empty()) {
    return 0;
  }
  std::size_t kept = 0;
  {
    const std::scoped_lock lock(guard_);
    if (is_abandoned_) {
      return bytes.size();  // To nowhere; the next call ends it.
    }
    if (!ring_) {
      ring_ = std::make_unique_for_overwrite<char[]>(window_bytes_);
    }
    const bool was_empty = filled_bytes_ == 0;
    kept = std::min(bytes.size(), window_bytes_ - filled_bytes_);
    const std::size_t at = (front_ + filled_bytes_) % window_bytes_;
    const std::size_t before_wrap = std::min(kept, window_bytes_ - at);
    std::copy_n(bytes.begin(), before_wrap, ring_.get() + at);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(before_wrap), kept - before_wrap,
                ring_.get());
    filled_bytes_ += kept;
    has_bytes_come_ = true;
    is_paused_ = kept < bytes.size();
    if (was_empty) {
      changed_.notify_one();
    }
  }
  if (!std::exchange(is_ready_, true)) {
    watcher().on_ready(position());
  }
  return kept;
}

void StreamedTransfer::finish(std::optional<Fault> fault) {
  bool is_freed = false;
  {
    const std::scoped_lock lock(guard_);
    is_over_ = true;
    fault_ = std::move(fault);
    is_freed = filled_bytes_ == 0 && drop_ring();
    changed_.notify_one();
  }
  if (is_freed) {
    watcher().on_memory_free(window_bytes_);
  }
  if (!std::exchange(is_ready_, true)) {
    watcher().on_ready(position());
  }
}

std::optional<Fault> StreamedTransfer::failure() {
  const std::scoped_lock lock(guard_);
  return has_bytes_come_ ? std::nullopt : fault_;
}

Result<std::size_t> StreamedTransfer::read(std::span<char> into) {
  if (into.empty()) {
    return std::size_t{0};
  }
  bool is_resumed = false;
  bool is_freed = false;
  std::size_t given = 0;
  {
    std::unique_lock lock(guard_);
    changed_.wait(lock, [&] { return filled_bytes_ > 0 || is_over_; });
    if (filled_bytes_ == 0) {
      return fault_ ? Result<std::size_t>(tl::unexpected(*fault_)) : std::size_t{0};
    }
    given = take_from_ring(into);
    is_resumed = is_paused_ && filled_bytes_ <= window_bytes_ / 2;
    is_paused_ = is_paused_ && !is_resumed;
    is_freed = is_over_ && filled_bytes_ == 0 && drop_ring();
  }
  if (is_resumed) {
    resume_call();
  }
  if (is_freed) {
    watcher().on_memory_free(window_bytes_);
  }
  return given;
}

void StreamedTransfer::abandon() {
  bool is_freed = false;
  bool is_running = false;
  {
    const std::scoped_lock lock(guard_);
    is_abandoned_ = true;
    is_running = !is_over_;
    is_freed = drop_ring();
  }
  if (is_running) {
    cancel();
  }
  if (is_freed) {
    watcher().on_memory_free(window_bytes_);
  }
}

std::size_t StreamedTransfer::take_from_ring(std::span<char> into) {
  const std::size_t given = std::min(into.size(), filled_bytes_);
  const std::size_t before_wrap = std::min(given, window_bytes_ - front_);
  std::memcpy(into.data(), ring_.get() + front_, before_wrap);
  std::memcpy(into.data() + before_wrap, ring_.get(), given - before_wrap);
  front_ = (front_ + given) % window_bytes_;
  filled_bytes_ -= given;
  return given;
}

bool StreamedTransfer::drop_ring() {
  ring_.reset();
  filled_bytes_ = 0;
  return !std::exchange(is_free_, true);
}

}  // namespace bedrocklog::aws
