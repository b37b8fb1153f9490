// One S3 object on its way, over as many attempts as it takes: held until it is whole and right, or
// streamed through a window. The parts of object_downloads.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "ingest/aws/object_checksum.h"
#include "ingest/aws/s3_client.h"
#include "ingest/fault.h"

namespace bedrocklog::aws {

/// Told how transfers fare; called from any thread and without locks held.
class TransferWatcher {
 public:
  TransferWatcher() = default;
  TransferWatcher(const TransferWatcher&) = delete;
  TransferWatcher& operator=(const TransferWatcher&) = delete;
  TransferWatcher(TransferWatcher&&) = delete;
  TransferWatcher& operator=(TransferWatcher&&) = delete;
  virtual ~TransferWatcher() = default;

  /// It can be handed out: there is something to read, or it failed. Once, before on_ended.
  virtual void on_ready(std::size_t position) = 0;
  /// Its request is over. Once.
  virtual void on_ended(std::size_t position) = 0;
  /// Its memory is free. Once.
  virtual void on_memory_free(std::uint64_t bytes) = 0;
};

/// What both ways have in common: requests, Range, and the checks of length, version and checksum.
class ObjectTransfer : public CallReceiver, public std::enable_shared_from_this<ObjectTransfer> {
 public:
  ObjectTransfer(ObjectVersion object, std::size_t position,
                 std::shared_ptr<TransferWatcher> watcher);

  /// Sends the request. `client` outlives it.
  void start(S3Client& client);
  void cancel();  // From any thread; on_ended still comes.

  /// Why there is nothing to read at all; asked when it is handed out.
  [[nodiscard]] virtual std::optional<Fault> failure() = 0;
  /// As ObjectDownload::read; waits where the bytes are still coming.
  [[nodiscard]] virtual Result<std::size_t> read(std::span<char> into) = 0;
  /// Nobody will read any more.
  virtual void abandon() = 0;

  void prepare(ServiceRequest& request, unsigned attempt) override;
  [[nodiscard]] std::optional<std::string> on_head(const HttpHead& head) override;
  [[nodiscard]] BodyAction on_body(std::span<const char> bytes) override;
  [[nodiscard]] std::optional<std::string> on_complete() override;
  void on_done(const CallFailure* failure) override;

 protected:
  /// An answer begins with byte 0 and may replace what came before.
  [[nodiscard]] virtual bool can_start_over() const = 0;
  virtual void on_first_byte_expected() = 0;
  virtual void on_attempt() = 0;
  /// Keeps the front of `bytes` and tells how many; fewer than all pause the connection.
  [[nodiscard]] virtual std::size_t keep(std::span<const char> bytes) = 0;
  [[nodiscard]] virtual bool is_abandoned() = 0;
  /// The end: nothing when all has come and is right.
  virtual void finish(std::optional<Fault> fault) = 0;

  [[nodiscard]] std::uint64_t size_bytes() const { return object_.size_bytes; }
  [[nodiscard]] std::uint64_t received_bytes() const { return received_bytes_; }
  [[nodiscard]] std::size_t position() const { return position_; }
  [[nodiscard]] TransferWatcher& watcher() { return *watcher_; }
  void resume_call();

 private:
  [[nodiscard]] std::optional<std::string> check_whole(const HttpHead& head);
  [[nodiscard]] std::optional<std::string> check_part(const HttpHead& head);
  void condemn(std::string message);
  void send();
  [[nodiscard]] bool is_worth_going_on(const CallFailure& failure);
  [[nodiscard]] Fault fault_of(const CallFailure& failure) const;

  const ObjectVersion object_;
  const std::size_t position_;
  const std::shared_ptr<TransferWatcher> watcher_;

  S3Client* client_ = nullptr;  // Set by start().

  // Of the loop's thread.
  std::uint64_t call_from_bytes_ = 0;   // Received before the request under way.
  std::uint64_t received_bytes_ = 0;    // Kept, over all attempts.
  std::uint64_t asked_from_bytes_ = 0;  // Where this attempt's Range begins; 0: no Range.
  std::uint64_t skip_bytes_ = 0;        // At the front of what comes next: kept already.
  std::string etag_;                    // Of the answer that received_bytes_ come from.
  bool is_resumable_ = false;
  unsigned odd_lengths_ = 0;
  ObjectChecksum checksum_;
  std::optional<Fault> verdict_;  // Final, whatever the request comes to.

  std::mutex call_guard_;  // Guards the three below.
  std::shared_ptr<S3Call> call_;
  bool is_cancel_due_ = false;
  bool is_resume_due_ = false;
};

/// In memory as a whole before anybody sees a byte.
class HeldTransfer final : public ObjectTransfer {
 public:
  using ObjectTransfer::ObjectTransfer;

  [[nodiscard]] std::optional<Fault> failure() override { return failure_; }
  [[nodiscard]] Result<std::size_t> read(std::span<char> into) override;
  void abandon() override { free_memory(); }

 private:
  [[nodiscard]] bool can_start_over() const override { return true; }
  void on_first_byte_expected() override;
  void on_attempt() override {}
  [[nodiscard]] std::size_t keep(std::span<const char> bytes) override;
  [[nodiscard]] bool is_abandoned() override { return false; }
  void finish(std::optional<Fault> fault) override;
  void free_memory();

  // Of the loop's thread until on_ready(), then of whoever it was handed to.
  std::unique_ptr<char[]> bytes_;
  std::uint64_t given_bytes_ = 0;
  std::optional<Fault> failure_;
  bool is_free_ = false;
};

/// Through a ring of fixed size: the connection pauses while it is full.
class StreamedTransfer final : public ObjectTransfer {
 public:
  StreamedTransfer(ObjectVersion object, std::size_t position,
                   std::shared_ptr<TransferWatcher> watcher, std::uint64_t window_bytes);

  [[nodiscard]] std::optional<Fault> failure() override;
  [[nodiscard]] Result<std::size_t> read(std::span<char> into) override;
  void abandon() override;

 private:
  [[nodiscard]] bool can_start_over() const override { return received_bytes() == 0; }
  void on_first_byte_expected() override {}
  void on_attempt() override;
  [[nodiscard]] std::size_t keep(std::span<const char> bytes) override;
  [[nodiscard]] bool is_abandoned() override;
  void finish(std::optional<Fault> fault) override;
  std::size_t take_from_ring(std::span<char> into);
  [[nodiscard]] bool drop_ring();

  const std::size_t window_bytes_;
  bool is_ready_ = false;  // Of the loop's thread.

  std::mutex guard_;  // Guards all below.
  std::condition_variable changed_;
  std::unique_ptr<char[]> ring_;
  std::size_t front_ = 0;
  std::size_t filled_bytes_ = 0;
  bool has_bytes_come_ = false;
  bool is_paused_ = false;
  bool is_abandoned_ = false;
  bool is_over_ = false;
  bool is_free_ = false;
  std::optional<Fault> fault_;
};

}  // namespace bedrocklog::aws
