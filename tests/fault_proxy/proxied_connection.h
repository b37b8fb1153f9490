// One client's connection through the proxy, request after request.
#pragma once

#include <chrono>
#include <cstdio>
#include <mutex>
#include <string_view>

#include "tests/fault_proxy/byte_stream.h"
#include "tests/fault_proxy/fault_plan.h"

namespace bedrocklog::fault_proxy {

/// One line per request: fault, status, method, target. No header, for those carry signatures.
/// Thread-safe.
class RequestLog {
 public:
  explicit RequestLog(std::FILE* file) : file_(file) {}  // Null: nothing is written.
  void write(FaultKind kind, std::string_view status, std::string_view method,
             std::string_view target);

 private:
  std::mutex guard_;  // Guards file_.
  std::FILE* file_;
};

/// What all connections share; outlives them.
struct ProxyContext {
  Address upstream;
  std::chrono::milliseconds latency{0};
  std::chrono::milliseconds stall{2'000};
  FaultPlan* plan = nullptr;
  RequestLog* log = nullptr;
};

/// Serves until the client goes, or a fault ends the connection.
void serve_connection(ByteStream client, const ProxyContext& context);

}  // namespace bedrocklog::fault_proxy
