// HTTP requests and answers as plain data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bedrocklog::aws {

struct HttpHeader {
  std::string name;
  std::string value;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // Complete and percent-encoded; sent byte for byte as it is.
  std::vector<HttpHeader> headers;
  std::string body;  // Sent with Content-Length when not empty or when the method is PUT or POST.
};

/// Status line and headers of an answer.
struct HttpHead {
  int status = 0;
  std::vector<HttpHeader> headers;

  /// Value of the first header of that name, letter case ignored; empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  [[nodiscard]] bool is_success() const { return status >= 200 && status < 300; }
};

struct HttpResponse {
  HttpHead head;
  std::string body;
};

/// How the exchange of bytes itself went wrong.
enum class TransportFault : std::uint8_t {
  none,
  resolve,    // Host name not found.
  connect,    // Refused, unreachable, or no answer to the connection in time.
  tls,        // Certificate or handshake refused. Never retried.
  broken,     // Reset, or closed before the answer was complete.
  stalled,    // No byte for the stall limit.
  too_large,  // Answer over the limit the caller set.
  cancelled,
  other,
};

inline constexpr unsigned stall_timeout_default_ms = 30'000;

/// Timeouts and trust of one connection.
struct HttpOptions {
  std::string ca_bundle;  // PEM file; empty: the system's.
  unsigned connect_timeout_ms = 10'000;
  unsigned stall_timeout_ms = stall_timeout_default_ms;  // No byte in either direction for so long.
  std::string user_agent;
  bool is_direct = false;  // Past any proxy of the environment: addresses of this machine's own.
};

/// Bytes of an answer that is held in memory: error bodies, listings, tokens.
inline constexpr std::size_t answer_size_bytes_max = 16U << 20U;

}  // namespace bedrocklog::aws
