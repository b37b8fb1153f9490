// How one attempt of a call went wrong, and what the user is told when it was the last.
#pragma once

#include <string>
#include <string_view>

#include "ingest/aws/http_message.h"
#include "ingest/aws/retry.h"
#include "ingest/aws/service_client.h"
#include "ingest/aws/service_error.h"

namespace bedrocklog::aws {

struct FailedAttempt {
  TransportFault transport = TransportFault::none;
  bool is_damaged = false;  // Complete, and refused by the receiver.
  std::string reason;       // Of the transport fault or the damage.
  HttpHead head;            // Of an answer that is no success.
  ServiceError error;       // The same, read.

  static FailedAttempt of_transport(TransportFault fault, std::string reason);
  static FailedAttempt of_damage(std::string reason);
  static FailedAttempt of_answer(HttpHead head, std::string_view body);
  [[nodiscard]] RetryKind retry_kind() const;
};

/// How it came that there is no further attempt.
struct LastAttempt {
  unsigned attempts = 1;  // All of the call.
  bool is_quota_spent = false;
};

/// `subject` and `host` name what was asked and whom.
[[nodiscard]] CallFailure failure_of(FailedAttempt failed, const LastAttempt& last,
                                     const std::string& subject, const std::string& host);

}  // namespace bedrocklog::aws
