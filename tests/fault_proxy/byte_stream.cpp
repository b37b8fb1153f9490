// TCP by plain sockets.
#include "tests/fault_proxy/byte_stream.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace bedrocklog::fault_proxy {
namespace {

constexpr std::size_t read_size_bytes = 64U << 10U;
constexpr std::size_t line_size_bytes_max = 64U << 10U;

}  // namespace

ByteStream::~ByteStream() {
  close_socket();
}

ByteStream::ByteStream(ByteStream&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      buffer_(std::move(other.buffer_)),
      begin_(other.begin_) {}

ByteStream& ByteStream::operator=(ByteStream&& other) noexcept {
  if (this != &other) {
    close_socket();
    socket_ = std::exchange(other.socket_, -1);
    buffer_ = std::move(other.buffer_);
    begin_ = other.begin_;
  }
  return *this;
}

void ByteStream::close_socket() {
  if (socket_ >= 0) {
    ::close(std::exchange(socket_, -1));
  }
}

bool ByteStream::fill() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t kept = buffer_.size();
  buffer_.resize(kept + read_size_bytes);
  ssize_t count = 0;
  do {
    count = ::recv(socket_, buffer_.data() + kept, read_size_bytes, 0);
  } while (count < 0 && errno == EINTR);
  buffer_.resize(kept + (count > 0 ? static_cast<std::size_t>(count) : 0));
  return count > 0;
}

std::optional<std::string_view> ByteStream::read_some(std::size_t size_max) {
  if (begin_ == buffer_.size() && !fill()) {
    return std::nullopt;
  }
  const std::string_view bytes = std::string_view(buffer_).substr(begin_, size_max);
  begin_ += bytes.size();
  return bytes;
}

std::optional<std::string> ByteStream::read_line() {
  std::size_t searched = 0;
  while (true) {
    const std::size_t end = buffer_.find('\n', begin_ + searched);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(begin_, end + 1 - begin_);
      begin_ = end + 1;
      return line;
    }
    searched = buffer_.size() - begin_;
    if (searched > line_size_bytes_max || !fill()) {
      return std::nullopt;
    }
  }
}

bool ByteStream::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void ByteStream::reset() {
  if (socket_ >= 0) {
    const struct linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close_socket();
  }
}

std::optional<ByteStream> connect_to(const Address& address) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in target{};
  target.sin_family = AF_INET;
  target.sin_port = htons(address.port);
  ByteStream stream(socket);
  if (socket < 0 || ::inet_pton(AF_INET, address.host.c_str(), &target.sin_addr) != 1 ||
      ::connect(socket, reinterpret_cast<const struct sockaddr*>(&target), sizeof target) != 0) {
    return std::nullopt;
  }
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return stream;
}

}  // namespace bedrocklog::fault_proxy
