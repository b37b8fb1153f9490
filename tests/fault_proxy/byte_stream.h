// One TCP connection as the fault proxy needs it: buffered reading, whole writes, and a reset.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bedrocklog::fault_proxy {

/// Owns a connected socket. Not thread-safe.
class ByteStream {
 public:
  explicit ByteStream(int socket) : socket_(socket) {}
  ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  ByteStream(ByteStream&& other) noexcept;
  ByteStream& operator=(ByteStream&& other) noexcept;

  /// Up to `size_max` bytes, at least one; nothing at the end of the stream or when it broke. The
  /// view holds until the next call.
  [[nodiscard]] std::optional<std::string_view> read_some(std::size_t size_max);
  /// Through the next "\n"; nothing when the stream ends before or the line is over 64 KiB.
  [[nodiscard]] std::optional<std::string> read_line();
  [[nodiscard]] bool write_all(std::string_view bytes);
  /// Ends the connection by RST instead of FIN: the peer sees "connection reset".
  void reset();

 private:
  [[nodiscard]] bool fill();
  void close_socket();

  int socket_ = -1;
  std::string buffer_;
  std::size_t begin_ = 0;  // First byte of buffer_ that was not handed out.
};

struct Address {
  std::string host;  // IPv4 in digits.
  std::uint16_t port = 0;
};

/// Nothing when the connection is refused.
[[nodiscard]] std::optional<ByteStream> connect_to(const Address& address);

}  // namespace bedrocklog::fault_proxy
