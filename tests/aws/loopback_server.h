// A small HTTP/1.1 server on loopback for tests: a handler answers each request, or breaks it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ingest/aws/http_message.h"

namespace bedrocklog::aws {

struct SeenRequest {
  std::string method;
  std::string target;  // As on the request line.
  std::vector<HttpHeader> headers;
  std::string body;
  std::uint64_t connection = 0;  // Counts connections from 1.

  /// First header of that name, letter case ignored; empty when there is none.
  [[nodiscard]] std::string header(std::string_view name) const;
};

/// What to send back. The defaults give a well-formed answer with Content-Length.
struct CannedAnswer {
  int status = 200;
  std::vector<HttpHeader> headers;
  std::string body;
  unsigned delay_ms = 0;                   // Before the first byte.
  bool closes_without_answer = false;      // Resets the connection instead.
  std::size_t cut_after_bytes = SIZE_MAX;  // Of the body; then the connection is reset.
  std::size_t stall_after_bytes =
      SIZE_MAX;                        // Of the body; then nothing more, until the client goes.
  std::size_t piece_bytes = SIZE_MAX;  // Body in pieces of this size ...
  unsigned piece_delay_ms = 0;         // ... with a wait before each.
};

/// Listens on 127.0.0.1 from construction to destruction, one thread per connection, keep-alive.
/// The handler is called from several threads, one call at a time.
class LoopbackServer {
 public:
  using Handler = std::function<CannedAnswer(const SeenRequest&)>;
  explicit LoopbackServer(Handler handler);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  LoopbackServer(LoopbackServer&&) = delete;
  LoopbackServer& operator=(LoopbackServer&&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::string url() const;  // "http://127.0.0.1:PORT"
  [[nodiscard]] std::vector<SeenRequest> seen() const;
  [[nodiscard]] std::uint64_t connections() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bedrocklog::aws
