// Whose credentials these are: STS GetCallerIdentity, which needs no permission.
#pragma once

#include <string>

#include "ingest/aws/aws_session.h"
#include "ingest/fault.h"

namespace bedrocklog::aws {

struct CallerIdentity {
  std::string account;
  std::string arn;
  std::string user_id;
};

/// Asks STS in `region`. Waits for the answer; not from the loop's thread.
[[nodiscard]] Result<CallerIdentity> caller_identity(AwsSession& session,
                                                     const std::string& region);

}  // namespace bedrocklog::aws
