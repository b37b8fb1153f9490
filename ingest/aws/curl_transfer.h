// The one place that knows curl: how a request of ours is carried out, and several at once.
//
// Inside of the HTTP client: http_exchange.cpp and http_loop.cpp are its only users. Nothing here
// is thread-safe but CurlMulti::wake().
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ingest/aws/http_loop.h"
#include "ingest/aws/http_message.h"

namespace bedrocklog::aws {

struct TransferOutcome {
  TransportFault fault = TransportFault::none;
  std::string reason;  // In words, without secrets; empty for none.
};

/// One request after another on one handle, which keeps its buffers between them.
class CurlTransfer {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// `receive_buffer_bytes` is what one read takes at most. `options` must outlive this.
  CurlTransfer(const HttpOptions& options, std::size_t receive_buffer_bytes);
  ~CurlTransfer();
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;
  CurlTransfer(CurlTransfer&&) = delete;
  CurlTransfer& operator=(CurlTransfer&&) = delete;

  /// Makes `request` the one to send; CurlMulti::add() sends it. A fault when it cannot be sent
  /// (line break in a header, no http address). `receiver` gets on_head and on_body, never on_end;
  /// it is kept until release().
  [[nodiscard]] TransferOutcome prepare(HttpRequest request, TransferId id,
                                        std::shared_ptr<HttpReceiver> receiver);
  [[nodiscard]] std::shared_ptr<HttpReceiver> release();
  [[nodiscard]] TransferId id() const;

  /// The receiver said pause, and resume() has not been called since.
  [[nodiscard]] bool is_paused() const;
  /// Offers the paused body again, inside this call. A fault ends the transfer.
  [[nodiscard]] TransferOutcome resume();

  /// No byte in either direction for the stall limit. Paused transfers and those still connecting
  /// (which the connect limit ends) never stall. To be asked several times per stall limit.
  [[nodiscard]] bool has_stalled(TimePoint now);
  [[nodiscard]] TransferOutcome stall_outcome() const;

 private:
  friend class CurlMulti;
  struct State;
  std::unique_ptr<State> state_;
};

/// Runs transfers at once over connections that are kept for the next ones.
class CurlMulti {
 public:
  struct Ended {
    CurlTransfer* transfer;
    TransferOutcome outcome;
  };

  explicit CurlMulti(unsigned connections_max);
  ~CurlMulti();
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;
  CurlMulti(CurlMulti&&) = delete;
  CurlMulti& operator=(CurlMulti&&) = delete;

  void add(CurlTransfer& transfer);
  /// Must be called for every added transfer, ended or not; one that has not ended loses its
  /// connection.
  void remove(CurlTransfer& transfer);
  /// Moves the bytes that can be moved now. Receivers are called from here.
  [[nodiscard]] std::vector<Ended> perform();
  /// Waits for something to do, for wake(), or for `limit`.
  void wait(std::chrono::milliseconds limit);
  void wake();  // From any thread.

 private:
  void* handle_;  // CURLM.
};

/// How often has_stalled() is to be asked.
[[nodiscard]] std::chrono::milliseconds stall_check_interval(const HttpOptions& options);

}  // namespace bedrocklog::aws
