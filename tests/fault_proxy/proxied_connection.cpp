// Forwards requests as they are (the Host header is signed) and puts faults into the answers.
#include "tests/fault_proxy/proxied_connection.h"

#include <algorithm>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "tests/fault_proxy/http_wire.h"

namespace bedrocklog::fault_proxy {
namespace {

constexpr std::size_t trickle_pieces = 40;
constexpr std::size_t trickle_piece_size_bytes = 7;
constexpr std::chrono::milliseconds trickle_pause{5};

/// The connection of one client and the one it has to the server.
class Exchange {
 public:
  Exchange(ByteStream client, const ProxyContext& context)
      : client_(std::move(client)), context_(context) {}

  /// One request and its answer; false when the connection has ended.
  [[nodiscard]] bool serve_one();

 private:
  [[nodiscard]] std::optional<std::string> read_request();
  [[nodiscard]] std::optional<MessageHead> ask_upstream(const std::string& body);
  [[nodiscard]] bool answer_error(std::string_view status, std::string_view code);
  [[nodiscard]] bool relay(const MessageHead& response, const BodyFraming& framing);
  [[nodiscard]] bool damage(MessageHead response, const BodyFraming& framing);
  [[nodiscard]] bool send_damaged(std::string body);
  void log(FaultKind kind, std::string_view status);

  ByteStream client_;
  std::optional<ByteStream> upstream_;
  const ProxyContext& context_;
  MessageHead request_;
  PlannedFault fault_;
};

void Exchange::log(FaultKind kind, std::string_view status) {
  context_.log->write(kind, status, request_.word(0), request_.word(1));
}

std::optional<std::string> Exchange::read_request() {
  auto head = read_head(client_);
  if (!head) {
    return std::nullopt;
  }
  request_ = std::move(*head);
  if (request_.field("expect")) {
    request_.remove_field("expect");
    if (!client_.write_all("HTTP/1.1 100 Continue\r\n\r\n")) {
      return std::nullopt;
    }
  }
  auto body = collect_body(client_, request_framing(request_));
  if (body && request_framing(request_).kind == BodyFraming::Kind::chunked) {
    request_.remove_field("transfer-encoding");
    request_.add_field("Content-Length", std::to_string(body->size()));
  }
  return body;
}

/// Sends the request and reads the head of the answer. A connection kept from the last request may
/// have been closed by the server meanwhile: then once more over a new one.
std::optional<MessageHead> Exchange::ask_upstream(const std::string& body) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (!upstream_) {
      upstream_ = connect_to(context_.upstream);
    }
    if (upstream_ && upstream_->write_all(request_.text) && upstream_->write_all(body)) {
      auto head = read_head(*upstream_);
      while (head && head->word(1).starts_with('1')) {  // Interim answers.
        head = read_head(*upstream_);
      }
      if (head) {
        return head;
      }
    }
    upstream_.reset();
  }
  return std::nullopt;
}

bool Exchange::answer_error(std::string_view status, std::string_view code) {
  const bool has_body = request_.word(0) != "HEAD";
  const std::string body = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code><Message>Put in by the "
      "fault proxy.</Message><RequestId>0123456789ABCDEF</RequestId></Error>",
      code);
  return client_.write_all(
      fmt::format("HTTP/1.1 {} {}\r\nContent-Type: application/xml\r\nContent-Length: {}\r\n\r\n{}",
                  status, code, body.size(), has_body ? body : ""));
}

bool Exchange::relay(const MessageHead& response, const BodyFraming& framing) {
  return client_.write_all(response.text) && relay_body(*upstream_, framing, client_) &&
         framing.kind != BodyFraming::Kind::until_close;
}

bool Exchange::damage(MessageHead response, const BodyFraming& framing) {
  auto body = collect_body(*upstream_, framing);
  if (!body) {
    return false;
  }
  if (body->empty()) {
    client_.reset();
    return false;
  }
  response.remove_field("transfer-encoding");
  response.remove_field("content-length");
  response.add_field("Content-Length", std::to_string(body->size()));
  return client_.write_all(response.text) && send_damaged(std::move(*body));
}

bool Exchange::send_damaged(std::string body) {
  const std::size_t place = fault_.random % body.size();
  switch (fault_.kind) {
    case FaultKind::cut:
      // Sent bytes that the peer has not read yet are lost with a reset; it needs some to resume.
      if (client_.write_all(body.substr(0, place))) {
        std::this_thread::sleep_for(trickle_pause);
      }
      client_.reset();
      return false;
    case FaultKind::stall:
      if (client_.write_all(body.substr(0, place))) {
        std::this_thread::sleep_for(context_.stall);
      }
      return false;
    case FaultKind::corrupt:
      body[place] = static_cast<char>(static_cast<unsigned char>(body[place]) ^ 0x20U);
      return client_.write_all(body);
    default: {
      std::string_view rest = body;
      for (std::size_t piece = 0; piece < trickle_pieces && !rest.empty(); ++piece) {
        if (!client_.write_all(rest.substr(0, trickle_piece_size_bytes))) {
          return false;
        }
        rest.remove_prefix(std::min(rest.size(), trickle_piece_size_bytes));
        std::this_thread::sleep_for(trickle_pause);
      }
      return client_.write_all(rest);
    }
  }
}

bool Exchange::serve_one() {
  const auto body = read_request();
  if (!body) {
    return false;
  }
  fault_ = context_.plan->next(request_.word(0), request_.word(1));
  std::this_thread::sleep_for(context_.latency);
  switch (fault_.kind) {
    case FaultKind::throttle:
      log(fault_.kind, "503");
      return answer_error("503", "SlowDown");
    case FaultKind::error:
      log(fault_.kind, "500");
      return answer_error("500", "InternalError");
    case FaultKind::reset:
      log(fault_.kind, "-");
      client_.reset();
      return false;
    default:
      break;
  }
  const auto response = ask_upstream(*body);
  if (!response) {
    log(FaultKind::none, "502");
    return answer_error("502", "BadGateway");
  }
  const BodyFraming framing = response_framing(*response, request_.word(0) == "HEAD");
  const bool has_body = framing.kind != BodyFraming::Kind::none;
  const bool is_checked = response->field("etag") && response->word(1).starts_with('2');
  if (fault_.kind == FaultKind::none || !has_body ||
      (fault_.kind == FaultKind::corrupt && !is_checked)) {
    log(FaultKind::none, response->word(1));
    return relay(*response, framing);
  }
  log(fault_.kind, response->word(1));
  return damage(*response, framing);
}

}  // namespace

void RequestLog::write(FaultKind kind, std::string_view status, std::string_view method,
                       std::string_view target) {
  if (file_ != nullptr) {
    const std::lock_guard lock(guard_);
    fmt::print(file_, "{} {} {} {}\n", name_of(kind), status, method, target);
    std::fflush(file_);
  }
}

void serve_connection(ByteStream client, const ProxyContext& context) {
  Exchange exchange(std::move(client), context);
  while (exchange.serve_one()) {
  }
}

}  // namespace bedrocklog::fault_proxy
