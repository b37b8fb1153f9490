// fault_proxy: an HTTP/1.1 reverse proxy that makes a server slow and unreliable in a repeatable
// way. Prints the port it listens on, then serves until it is killed.
#include <arpa/inet.h>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tests/fault_proxy/byte_stream.h"
#include "tests/fault_proxy/fault_plan.h"
#include "tests/fault_proxy/proxied_connection.h"

namespace {

namespace proxy = bedrocklog::fault_proxy;

constexpr int exit_usage = 64;
constexpr int exit_output = 73;
constexpr int exit_unavailable = 69;
constexpr int waiting_connections_max = 512;
constexpr unsigned delay_ms_max = 600'000;

constexpr std::string_view usage =
    "usage: fault_proxy --upstream IPV4:PORT [--listen PORT] [--latency-ms N] [--seed N]\n"
    "                   [--fault-percent N] [--kinds KIND,...] [--always TARGETPART=KIND]...\n"
    "                   [--stall-ms N] [--log FILE]\n"
    "kinds: throttle, error, reset, stall, cut, corrupt, trickle (all of them when not given)\n";

struct ProxyOptions {
  std::uint16_t listen_port = 0;  // 0: any free one.
  proxy::Address upstream;
  unsigned latency_ms = 0;
  unsigned stall_ms = 2'000;
  std::string log_path;
  proxy::FaultPlanOptions plan;
};

template <typename Number>
bool read_number(std::string_view text, Number largest, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stop == end && number <= largest;
}

bool read_kinds(std::string_view text, std::vector<proxy::FaultKind>& kinds) {
  kinds.clear();
  while (true) {
    const std::size_t comma = text.find(',');
    const auto kind = proxy::fault_kind_named(text.substr(0, comma));
    if (!kind) {
      return false;
    }
    kinds.push_back(*kind);
    if (comma == std::string_view::npos) {
      return true;
    }
    text.remove_prefix(comma + 1);
  }
}

bool read_permanent(std::string_view text, std::vector<proxy::PermanentFault>& permanent) {
  const std::size_t equals = text.rfind('=');  // A target may hold '=' itself.
  if (equals == std::string_view::npos || equals == 0) {
    return false;
  }
  const auto kind = proxy::fault_kind_named(text.substr(equals + 1));
  permanent.push_back({std::string(text.substr(0, equals)), kind.value_or(proxy::FaultKind::none)});
  return kind.has_value();
}

bool read_address(std::string_view text, proxy::Address& address) {
  const std::size_t colon = text.find(':');
  address.host = text.substr(0, colon);
  return colon != std::string_view::npos &&
         read_number<std::uint16_t>(text.substr(colon + 1), UINT16_MAX, address.port);
}

bool read_option(std::string_view name, std::string_view value, ProxyOptions& options) {
  if (name == "--listen") {
    return read_number<std::uint16_t>(value, UINT16_MAX, options.listen_port);
  }
  if (name == "--upstream") {
    return read_address(value, options.upstream);
  }
  if (name == "--latency-ms") {
    return read_number(value, delay_ms_max, options.latency_ms);
  }
  if (name == "--stall-ms") {
    return read_number(value, delay_ms_max, options.stall_ms);
  }
  if (name == "--seed") {
    return read_number<std::uint64_t>(value, UINT64_MAX, options.plan.seed);
  }
  if (name == "--fault-percent") {
    return read_number(value, 100U, options.plan.fault_percent);
  }
  if (name == "--kinds") {
    return read_kinds(value, options.plan.kinds);
  }
  if (name == "--always") {
    return read_permanent(value, options.plan.permanent);
  }
  options.log_path = value;
  return name == "--log";
}

std::optional<ProxyOptions> read_options(const std::vector<std::string_view>& words) {
  ProxyOptions options;
  if (words.size() % 2 != 0) {
    return std::nullopt;
  }
  for (std::size_t word = 0; word < words.size(); word += 2) {
    if (!read_option(words[word], words[word + 1], options)) {
      fmt::print(stderr, "fault_proxy: {} {}: not understood\n", words[word], words[word + 1]);
      return std::nullopt;
    }
  }
  return options.upstream.port != 0 ? std::optional(options) : std::nullopt;
}

struct Listener {
  int socket = -1;
  std::uint16_t port = 0;
};

std::optional<Listener> listen_on_loopback(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<struct sockaddr*>(&address);
  if (socket < 0 || ::bind(socket, generic, size) != 0 ||
      ::listen(socket, waiting_connections_max) != 0 ||
      ::getsockname(socket, generic, &size) != 0) {
    return std::nullopt;
  }
  return Listener{socket, ntohs(address.sin_port)};
}

[[noreturn]] void accept_for_ever(int listener, const proxy::ProxyContext& context) {
  while (true) {
    const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));  // Out of descriptors.
      continue;
    }
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // Detached: it ends with its client, and the process never ends by itself.
    std::thread([stream = proxy::ByteStream(socket), &context]() mutable {
      proxy::serve_connection(std::move(stream), context);
    }).detach();
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = read_options({argv + 1, argv + argc});
  if (!options) {
    fmt::print(stderr, "{}", usage);
    return exit_usage;
  }
  std::FILE* const log_file =
      options->log_path.empty() ? nullptr : std::fopen(options->log_path.c_str(), "w");
  if (log_file == nullptr && !options->log_path.empty()) {
    fmt::print(stderr, "fault_proxy: {}: cannot be written\n", options->log_path);
    return exit_output;
  }
  const auto listener = listen_on_loopback(options->listen_port);
  if (!listener) {
    fmt::print(stderr, "fault_proxy: cannot listen on port {}\n", options->listen_port);
    return exit_unavailable;
  }
  fmt::print("{}\n", listener->port);
  std::fflush(stdout);
  proxy::FaultPlan plan(options->plan);
  proxy::RequestLog log(log_file);
  const proxy::ProxyContext context{options->upstream,
                                    std::chrono::milliseconds(options->latency_ms),
                                    std::chrono::milliseconds(options->stall_ms), &plan, &log};
  accept_for_ever(listener->socket, context);
}
