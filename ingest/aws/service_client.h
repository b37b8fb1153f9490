// Calls to one AWS service: signs, sends, retries, and reads refusals.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "ingest/aws/aws_settings.h"
#include "ingest/aws/endpoint.h"
#include "ingest/aws/http_loop.h"
#include "ingest/aws/http_message.h"
#include "ingest/aws/retry.h"
#include "ingest/aws/service_error.h"
#include "ingest/aws/sigv4.h"
#include "ingest/fault.h"

namespace bedrocklog::aws {

struct ServiceRequest {
  Endpoint endpoint;
  std::string method = "GET";
  std::string path = "/";  // Behind the endpoint's base path; percent-encoded once.
  QueryItems query;
  std::vector<HttpHeader> headers;
  std::string body;
  std::string subject;  // For messages: "s3://bucket/key", "iam GetRole".
};

/// Why a call ended without its answer.
struct CallFailure {
  TransportFault transport = TransportFault::none;
  ServiceError error;  // Valid when transport is none and the service answered.
  Fault fault;         // For the user.
};

/// An answer, or why there is none.
template <class T>
class [[nodiscard]] CallResult : public tl::expected<T, CallFailure> {
 public:
  using tl::expected<T, CallFailure>::expected;
};

/// Takes one call's successful answer, over all of its attempts. Called on the loop's thread, one
/// method at a time. Error answers never come here.
class CallReceiver {
 public:
  CallReceiver() = default;
  CallReceiver(const CallReceiver&) = delete;
  CallReceiver& operator=(const CallReceiver&) = delete;
  CallReceiver(CallReceiver&&) = delete;
  CallReceiver& operator=(CallReceiver&&) = delete;
  virtual ~CallReceiver() = default;

  /// Before every attempt (0 is the first): may add headers to the fresh copy of the request, such
  /// as the Range that goes on where the last attempt broke off.
  virtual void prepare(ServiceRequest& request, unsigned attempt) = 0;
  /// Head of a 2xx answer. A text refuses it: the attempt counts as damaged and is retried.
  [[nodiscard]] virtual std::optional<std::string> on_head(const HttpHead& head) = 0;
  [[nodiscard]] virtual BodyAction on_body(std::span<const char> bytes) = 0;
  /// The body is complete. A text refuses it (checksum): retried.
  [[nodiscard]] virtual std::optional<std::string> on_complete() = 0;
  /// The end of the call: success (null) or the failure of the last attempt. Called exactly once.
  virtual void on_done(const CallFailure* failure) = 0;
};

using CallId = std::uint64_t;

/// Thread-safe. One retry quota and one clock correction for all its calls.
class ServiceClient {
 public:
  /// `credentials` and `loop` outlive the client. `seed` makes the jitter repeatable in tests; 0:
  /// from the system.
  ServiceClient(HttpLoop& loop, CredentialCache& credentials, RetryLimits limits, Clock clock,
                std::uint64_t seed = 0);
  /// Calls under way end with TransportFault::cancelled first.
  ~ServiceClient();
  ServiceClient(const ServiceClient&) = delete;
  ServiceClient& operator=(const ServiceClient&) = delete;
  ServiceClient(ServiceClient&&) = delete;
  ServiceClient& operator=(ServiceClient&&) = delete;

  /// Returns at once; the receiver is kept until its on_done.
  CallId start(ServiceRequest request, std::shared_ptr<CallReceiver> receiver);
  void resume(CallId id);  // After BodyAction::pause.
  void cancel(CallId id);

  /// An answer held in memory (answer_size_bytes_max).
  using Answer = std::function<void(CallResult<HttpResponse>)>;
  void start(ServiceRequest request, Answer answer);
  /// The same, waited for. Not from the loop's thread.
  [[nodiscard]] CallResult<HttpResponse> call(ServiceRequest request);

  /// Attempts sent so far, retries included.
  [[nodiscard]] std::uint64_t requests_sent() const;
  [[nodiscard]] std::uint64_t retries() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace bedrocklog::aws
