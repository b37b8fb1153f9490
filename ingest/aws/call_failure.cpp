// Words for failed calls.
#include "ingest/aws/call_failure.h"

#include <utility>

#include <fmt/format.h>

namespace bedrocklog::aws {
namespace {

Fault transport_fault_of(const FailedAttempt& failed, const std::string& subject,
                         const std::string& host) {
  switch (failed.transport) {
    case TransportFault::none:
    case TransportFault::cancelled:
      return {subject, "was cancelled"};
    case TransportFault::resolve:
    case TransportFault::connect:
      return {subject,
              fmt::format("no connection to {}: {}; check the network and --endpoint-url", host,
                          failed.reason),
              FaultCause::unavailable};
    case TransportFault::broken:
    case TransportFault::stalled:
      return {subject,
              fmt::format("the connection to {} broke off: {}; check the network and "
                          "--endpoint-url",
                          host, failed.reason),
              FaultCause::unavailable};
    case TransportFault::tls:
      return {subject,
              fmt::format("no trusted connection to {}: {}; name the certificates to trust with "
                          "--ca-bundle",
                          host, failed.reason),
              FaultCause::unavailable};
    case TransportFault::too_large:
    case TransportFault::other:
      break;
  }
  return {subject, fmt::format("the exchange with {} failed: {}", host, failed.reason)};
}

Fault damage_of(const FailedAttempt& failed, const LastAttempt& last, const std::string& subject) {
  const std::string times = last.attempts == 1
                                ? "arrived damaged"
                                : fmt::format("arrived damaged {} times", last.attempts);
  return {subject, times + ": " + failed.reason, FaultCause::try_again};
}

}  // namespace

FailedAttempt FailedAttempt::of_transport(TransportFault fault, std::string reason) {
  FailedAttempt failed;
  failed.transport = fault;
  failed.reason = std::move(reason);
  return failed;
}

FailedAttempt FailedAttempt::of_damage(std::string reason) {
  FailedAttempt failed;
  failed.is_damaged = true;
  failed.reason = std::move(reason);
  return failed;
}

FailedAttempt FailedAttempt::of_answer(HttpHead head, std::string_view body) {
  FailedAttempt failed;
  failed.error = read_error(head, body);
  failed.head = std::move(head);
  return failed;
}

RetryKind FailedAttempt::retry_kind() const {
  if (is_damaged) {
    return RetryKind::transient;
  }
  return transport == TransportFault::none ? retry_kind_of(error) : retry_kind_of(transport);
}

CallFailure failure_of(FailedAttempt failed, const LastAttempt& last, const std::string& subject,
                       const std::string& host) {
  Fault fault;
  if (failed.is_damaged) {
    fault = damage_of(failed, last, subject);
    failed.transport = TransportFault::broken;
  } else if (failed.transport == TransportFault::none) {
    fault = to_fault(subject, failed.error);
  } else {
    fault = transport_fault_of(failed, subject, host);
  }
  const bool tells_attempts = failed.is_damaged || failed.transport == TransportFault::cancelled;
  if (last.attempts > 1 && !tells_attempts) {
    fault.message += fmt::format("; after {} attempts", last.attempts);
  }
  if (last.is_quota_spent) {
    fault.message += "; not tried again, too many requests of this run have failed";
  }
  return {failed.transport, std::move(failed.error), std::move(fault)};
}

}  // namespace bedrocklog::aws
