// Blocking sockets and a thread per connection: short tests, few connections.
#include "tests/aws/loopback_server.h"

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <cctype>
#include <chrono>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <set>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include "ingest/ensure.h"

namespace bedrocklog::aws {
namespace {

bool same_name(std::string_view left, std::string_view right) {
  return left.size() == right.size() &&
         std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) {
           return std::tolower(static_cast<unsigned char>(a)) ==
                  std::tolower(static_cast<unsigned char>(b));
         });
}

/// Reads from one connection, keeping what came too early for the next request.
class Connection {
 public:
  explicit Connection(int socket) : socket_(socket) {}

  bool read_request(SeenRequest& request) {
    std::size_t end = std::string::npos;
    while ((end = pending_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more()) {
        return false;
      }
    }
    parse_head(pending_.substr(0, end), request);
    pending_.erase(0, end + 4);
    const std::string length = request.header("content-length");
    const std::size_t size_bytes = length.empty() ? 0 : std::stoul(length);
    while (pending_.size() < size_bytes) {
      if (!read_more()) {
        return false;
      }
    }
    request.body = pending_.substr(0, size_bytes);
    pending_.erase(0, size_bytes);
    return true;
  }

  [[nodiscard]] bool send_all(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return false;
      }
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// Makes close() send a reset instead of an orderly end.
  void reset() const {
    const linger now{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }

  /// Waits until the client goes.
  void wait_for_end() {
    while (read_more()) {
    }
  }

 private:
  bool read_more() {
    char bytes[16'384];
    const ssize_t got = ::recv(socket_, bytes, sizeof bytes, 0);
    if (got <= 0) {
      return false;
    }
    pending_.append(bytes, static_cast<std::size_t>(got));
    return true;
  }

  static void parse_head(const std::string& head, SeenRequest& request) {
    std::size_t at = head.find("\r\n");
    const std::string line = head.substr(0, at);
    request.method = line.substr(0, line.find(' '));
    request.target =
        line.substr(request.method.size() + 1, line.rfind(' ') - request.method.size() - 1);
    while (at != std::string::npos) {
      const std::size_t begin = at + 2;
      at = head.find("\r\n", begin);
      const std::string field = head.substr(begin, at == std::string::npos ? at : at - begin);
      const std::size_t colon = field.find(':');
      const std::size_t value = field.find_first_not_of(' ', colon + 1);
      request.headers.push_back(
          {field.substr(0, colon), value == std::string::npos ? "" : field.substr(value)});
    }
  }

  int socket_;
  std::string pending_;
};

std::string head_of(const SeenRequest& request, const CannedAnswer& answer) {
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " Status\r\n";
  bool has_length = false;
  for (const HttpHeader& header : answer.headers) {
    head += header.name + ": " + header.value + "\r\n";
    has_length = has_length || same_name(header.name, "content-length");
  }
  const bool has_no_body = answer.status == 204 || answer.status == 304;
  if (!has_length && !has_no_body && request.method != "HEAD") {
    head += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n";
  }
  return head + "\r\n";
}

void sleep_ms(unsigned ms) {
  std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

/// False when the connection is used up.
bool send_answer(Connection& connection, const SeenRequest& request, const CannedAnswer& answer) {
  sleep_ms(answer.delay_ms);
  if (answer.closes_without_answer) {
    connection.reset();
    return false;
  }
  if (!connection.send_all(head_of(request, answer))) {
    return false;
  }
  std::string_view body = request.method == "HEAD" ? std::string_view() : answer.body;
  const std::size_t stop = std::min(answer.cut_after_bytes, answer.stall_after_bytes);
  const bool stops = stop < body.size();
  body = body.substr(0, stop);
  while (!body.empty()) {
    sleep_ms(answer.piece_delay_ms);
    const std::string_view piece = body.substr(0, answer.piece_bytes);
    if (!connection.send_all(piece)) {
      return false;
    }
    body.remove_prefix(piece.size());
  }
  if (!stops) {
    return true;
  }
  if (answer.stall_after_bytes < answer.cut_after_bytes) {
    connection.wait_for_end();
  } else {
    sleep_ms(20);  // Lets the client take what was sent before the reset.
    connection.reset();
  }
  return false;
}

}  // namespace

std::string SeenRequest::header(std::string_view name) const {
  for (const HttpHeader& candidate : headers) {
    if (same_name(candidate.name, name)) {
      return candidate.value;
    }
  }
  return {};
}

struct LoopbackServer::State {
  Handler handler;
  int listener = -1;
  std::uint16_t port = 0;
  std::atomic<bool> is_stopping{false};
  std::atomic<std::uint64_t> connections{0};
  mutable std::mutex handler_guard;  // Guards calls of handler, and `seen`.
  std::vector<SeenRequest> seen;
  std::mutex sockets_guard;  // Guards `open`.
  std::set<int> open;
  std::vector<std::thread> threads;  // Of the accepting thread alone until it is joined.
  std::thread acceptor;

  void serve(int socket, std::uint64_t number) {
    Connection connection(socket);
    for (;;) {
      SeenRequest request;
      request.connection = number;
      if (!connection.read_request(request)) {
        break;
      }
      CannedAnswer answer;
      {
        const std::scoped_lock lock(handler_guard);
        seen.push_back(request);
        answer = handler(request);
      }
      if (!send_answer(connection, request, answer)) {
        break;
      }
    }
    const std::scoped_lock lock(sockets_guard);
    open.erase(socket);
    ::close(socket);
  }

  void accept_all() {
    for (;;) {
      const int socket = ::accept(listener, nullptr, nullptr);
      if (is_stopping) {
        if (socket >= 0) {
          ::close(socket);
        }
        return;
      }
      if (socket < 0) {
        continue;
      }
      // Head and body go out in two pieces; Nagle's algorithm would hold the second back.
      const int at_once = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
      {
        const std::scoped_lock lock(sockets_guard);
        open.insert(socket);
      }
      const std::uint64_t number = ++connections;
      threads.emplace_back([this, socket, number] { serve(socket, number); });
    }
  }
};

LoopbackServer::LoopbackServer(Handler handler) : state_(std::make_unique<State>()) {
  state_->handler = std::move(handler);
  state_->listener = ::socket(AF_INET, SOCK_STREAM, 0);
  ensure(state_->listener >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ensure(::bind(state_->listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
         0);
  ensure(::listen(state_->listener, 256) == 0);
  socklen_t size = sizeof address;
  ensure(::getsockname(state_->listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  state_->port = ntohs(address.sin_port);
  state_->acceptor = std::thread([state = state_.get()] { state->accept_all(); });
}

LoopbackServer::~LoopbackServer() {
  state_->is_stopping = true;
  ::shutdown(state_->listener, SHUT_RDWR);
  state_->acceptor.join();
  {
    const std::scoped_lock lock(state_->sockets_guard);
    for (const int socket : state_->open) {
      ::shutdown(socket, SHUT_RDWR);
    }
  }
  for (std::thread& thread : state_->threads) {
    thread.join();
  }
  ::close(state_->listener);
}

std::uint16_t LoopbackServer::port() const {
  return state_->port;
}

std::string LoopbackServer::url() const {
  return "http://127.0.0.1:" + std::to_string(state_->port);
}

std::vector<SeenRequest> LoopbackServer::seen() const {
  const std::scoped_lock lock(state_->handler_guard);
  return state_->seen;
}

std::uint64_t LoopbackServer::connections() const {
  return state_->connections;
}

}  // namespace bedrocklog::aws
