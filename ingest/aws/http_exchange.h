// One HTTP request, waited for. For the few requests that come before anything else: credentials.
#pragma once

#include <string>

#include "ingest/aws/http_message.h"

namespace bedrocklog::aws {

struct HttpExchange {
  TransportFault fault = TransportFault::none;
  std::string reason;     // What went wrong in words, without secrets; empty for none.
  HttpResponse response;  // Valid when fault is none; any status.
};

/// Sends the request once and reads the whole answer, at most answer_size_bytes_max. Redirects are
/// not followed. TLS 1.2 or newer, certificate and host verified; proxies as the environment says
/// (HTTPS_PROXY, NO_PROXY). Starts no thread.
[[nodiscard]] HttpExchange exchange(const HttpRequest& request, const HttpOptions& options);

}  // namespace bedrocklog::aws
