// Which objects are asked for when, and who gets them: the budget of requests and of memory.
#include "ingest/aws/object_downloads.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>

#include "ingest/aws/object_transfer.h"

namespace bedrocklog::aws {
namespace {

/// How long a wait goes without a look at `cancelled`.
constexpr std::chrono::milliseconds look_interval{100};

/// What the reader holds.
class TransferDownload final : public ObjectDownload {
 public:
  explicit TransferDownload(std::shared_ptr<ObjectTransfer> transfer)
      : transfer_(std::move(transfer)) {}
  TransferDownload(const TransferDownload&) = delete;
  TransferDownload& operator=(const TransferDownload&) = delete;
  TransferDownload(TransferDownload&&) = delete;
  TransferDownload& operator=(TransferDownload&&) = delete;
  ~TransferDownload() override { transfer_->abandon(); }

  Result<std::size_t> read(std::span<char> into) override { return transfer_->read(into); }

 private:
  const std::shared_ptr<ObjectTransfer> transfer_;
};

}  // namespace

struct ObjectDownloads::State final : TransferWatcher, std::enable_shared_from_this<State> {
  using Transfers = std::map<std::size_t, std::shared_ptr<ObjectTransfer>>;

  State(S3Client& s3_client, std::vector<ObjectVersion> listed, DownloadLimits download_limits)
      : client(s3_client), objects(std::move(listed)), limits(download_limits) {
    // Above the connections there are, a broken stream could queue behind paused ones for ever.
    limits.in_flight_max =
        std::clamp(limits.in_flight_max, 1U, std::max(client.session().settings().connections, 1U));
    limits.window_bytes = std::max<std::uint64_t>(limits.window_bytes, 1);
  }

  S3Client& client;
  std::vector<ObjectVersion> objects;  // Moved from as they start.
  DownloadLimits limits;

  mutable std::mutex guard;  // Guards all below.
  std::condition_variable changed;
  std::condition_variable ended;
  std::size_t started = 0;  // Of `objects`, from the front.
  std::size_t given = 0;
  Transfers under_way;  // By position; what was handed out and still streams among them.
  Transfers ready;      // By position; not handed out yet.
  std::uint64_t reserved_bytes = 0;
  std::uint64_t reserved_bytes_peak = 0;
  bool is_starting = false;
  bool is_stopping = false;

  // --- Starting ---

  bool is_streamed(const ObjectVersion& object) const {
    return object.size_bytes > limits.held_bytes_max;
  }

  std::uint64_t memory_of(const ObjectVersion& object) const {
    return is_streamed(object) ? std::min(limits.window_bytes, object.size_bytes)
                               : object.size_bytes;
  }

  /// The next one that may start, entered in the books; null when none may. Under `guard`.
  std::shared_ptr<ObjectTransfer> enter_next() {
    if (is_stopping || started == objects.size() || under_way.size() >= limits.in_flight_max) {
      return nullptr;
    }
    const std::uint64_t bytes = memory_of(objects[started]);
    const bool fits = reserved_bytes <= limits.memory_bytes_max &&
                      bytes <= limits.memory_bytes_max - reserved_bytes;
    // With nothing else in memory even one over the budget goes, or it would never.
    if (!fits && reserved_bytes > 0) {
      return nullptr;
    }
    ObjectVersion& object = objects[started];
    std::shared_ptr<ObjectTransfer> transfer;
    if (is_streamed(object)) {
      transfer =
          std::make_shared<StreamedTransfer>(std::move(object), started, shared_from_this(), bytes);
    } else {
      transfer = std::make_shared<HeldTransfer>(std::move(object), started, shared_from_this());
    }
    reserved_bytes += bytes;
    reserved_bytes_peak = std::max(reserved_bytes_peak, reserved_bytes);
    under_way.emplace(started, transfer);
    ++started;
    return transfer;
  }

  /// Starts what may start. One thread at a time, which sees what others change meanwhile because
  /// it looks again before it leaves: requests go out in order, and a request that ends at once
  /// does not nest another.
  void start_more() {
    std::unique_lock lock(guard);
    if (is_starting) {
      return;
    }
    is_starting = true;
    while (const std::shared_ptr<ObjectTransfer> transfer = enter_next()) {
      lock.unlock();
      transfer->start(client);
      lock.lock();
    }
    is_starting = false;
    if (is_stopping) {
      ended.notify_all();
    }
  }

  // --- TransferWatcher ---

  void on_ready(std::size_t position) override {
    const std::scoped_lock lock(guard);
    if (!is_stopping) {
      ready.emplace(position, under_way.at(position));
      changed.notify_one();
    }
  }

  void on_ended(std::size_t position) override {
    std::shared_ptr<ObjectTransfer> last;  // Goes without the lock.
    {
      const std::scoped_lock lock(guard);
      last = std::move(under_way.extract(position).mapped());
      if (is_stopping) {
        ended.notify_all();
        return;
      }
    }
    start_more();
  }

  void on_memory_free(std::uint64_t bytes) override {
    {
      const std::scoped_lock lock(guard);
      reserved_bytes -= bytes;
    }
    start_more();
  }

  // --- Handing out; under `guard` ---

  bool can_give() const {
    return !ready.empty() && (!limits.in_order || ready.begin()->first == given);
  }

  std::shared_ptr<ObjectTransfer> take(std::size_t& position) {
    position = ready.begin()->first;
    std::shared_ptr<ObjectTransfer> transfer = std::move(ready.begin()->second);
    ready.erase(ready.begin());
    ++given;
    if (given == objects.size()) {
      changed.notify_all();
    } else if (can_give()) {
      changed.notify_one();
    }
    return transfer;
  }

  static ReadyDownload hand_out(std::size_t position, std::shared_ptr<ObjectTransfer> transfer) {
    ReadyDownload result;
    result.position = position;
    if (std::optional<Fault> failure = transfer->failure()) {
      result.failure = std::move(*failure);
    } else {
      result.download = std::make_unique<TransferDownload>(std::move(transfer));
    }
    return result;
  }
};

ObjectDownloads::ObjectDownloads(S3Client& client, std::vector<ObjectVersion> objects,
                                 DownloadLimits limits)
    : state_(std::make_shared<State>(client, std::move(objects), limits)) {
  state_->start_more();
}

ObjectDownloads::~ObjectDownloads() {
  State::Transfers under_way;
  State::Transfers ready;
  {
    const std::scoped_lock lock(state_->guard);
    state_->is_stopping = true;
    under_way = state_->under_way;
  }
  for (const auto& [position, transfer] : under_way) {
    transfer->cancel();
  }
  std::unique_lock lock(state_->guard);
  state_->ended.wait(lock, [&] { return state_->under_way.empty() && !state_->is_starting; });
  ready.swap(state_->ready);  // They hold the state, too.
}

std::optional<ReadyDownload> ObjectDownloads::next(const std::atomic<bool>& cancelled) {
  std::shared_ptr<ObjectTransfer> transfer;
  std::size_t position = 0;
  {
    std::unique_lock lock(state_->guard);
    for (;;) {
      if (cancelled || state_->given == state_->objects.size()) {
        return std::nullopt;
      }
      if (state_->can_give()) {
        break;
      }
      state_->changed.wait_for(lock, look_interval);
    }
    transfer = state_->take(position);
  }
  return State::hand_out(position, std::move(transfer));
}

std::optional<ReadyDownload> ObjectDownloads::next_if_ready() {
  std::shared_ptr<ObjectTransfer> transfer;
  std::size_t position = 0;
  {
    const std::scoped_lock lock(state_->guard);
    if (!state_->can_give()) {
      return std::nullopt;
    }
    transfer = state_->take(position);
  }
  return State::hand_out(position, std::move(transfer));
}

std::size_t ObjectDownloads::left() const {
  const std::scoped_lock lock(state_->guard);
  return state_->objects.size() - state_->given;
}

std::uint64_t ObjectDownloads::memory_bytes_peak() const {
  const std::scoped_lock lock(state_->guard);
  return state_->reserved_bytes_peak;
}

}  // namespace bedrocklog::aws
