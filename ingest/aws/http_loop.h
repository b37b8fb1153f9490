// Many HTTP requests at once over kept-alive connections: one thread around curl's multi interface.
//
// HTTP/2 is used where a TLS server offers it. Whatever is passed to the loop runs on its thread
// and must not block, except for the rare refresh of credentials.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "ingest/aws/http_message.h"

namespace bedrocklog::aws {

enum class BodyAction : std::uint8_t {
  taken,
  pause,   // Not taken: offered again after HttpLoop::resume().
  cancel,  // The transfer ends with TransportFault::cancelled.
};

/// Told about one transfer, on the loop's thread, in this order: on_head once (interim 1xx answers
/// are passed over), on_body any number of times, on_end once, always.
class HttpReceiver {
 public:
  HttpReceiver() = default;
  HttpReceiver(const HttpReceiver&) = delete;
  HttpReceiver& operator=(const HttpReceiver&) = delete;
  HttpReceiver(HttpReceiver&&) = delete;
  HttpReceiver& operator=(HttpReceiver&&) = delete;
  virtual ~HttpReceiver() = default;

  virtual void on_head(const HttpHead& head) = 0;
  [[nodiscard]] virtual BodyAction on_body(std::span<const char> bytes) = 0;
  /// A body shorter than its Content-Length ends with `broken`.
  virtual void on_end(TransportFault fault, const std::string& reason) = 0;
};

using TransferId = std::uint64_t;

class HttpLoop {
 public:
  /// Starts the thread. At most `connections_max` transfers run at once; others wait in order.
  HttpLoop(HttpOptions options, unsigned connections_max);
  /// Cancels what is under way, then joins the thread.
  ~HttpLoop();
  HttpLoop(const HttpLoop&) = delete;
  HttpLoop& operator=(const HttpLoop&) = delete;
  HttpLoop(HttpLoop&&) = delete;
  HttpLoop& operator=(HttpLoop&&) = delete;

  [[nodiscard]] unsigned connections_max() const;

  /// All of these may be called from any thread, the loop's own included.
  /// `receiver` is kept until on_end.
  TransferId start(HttpRequest request, std::shared_ptr<HttpReceiver> receiver);
  void resume(TransferId id);  // Nothing when it has ended.
  void cancel(TransferId id);  // Nothing when it has ended.
  /// Runs `action` on the loop's thread after at least `delay`; dropped when the loop goes first.
  void after(std::chrono::milliseconds delay, std::function<void()> action);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bedrocklog::aws
