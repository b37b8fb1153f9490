// GetCallerIdentity by the query protocol.
#include "ingest/aws/sts_identity.h"

#include "ingest/aws/service_calls.h"

namespace bedrocklog::aws {

Result<CallerIdentity> caller_identity(AwsSession& session, const std::string& region) {
  const CallResult<XmlElement> answer =
      ServiceCalls(session).query("sts", region, "GetCallerIdentity", Json::object());
  if (!answer) {
    return tl::unexpected(answer.error().fault);
  }
  CallerIdentity identity{std::string(answer->text_of("Account")),
                          std::string(answer->text_of("Arn")),
                          std::string(answer->text_of("UserId"))};
  if (identity.account.empty() || identity.arn.empty()) {
    return fault("sts GetCallerIdentity",
                 "names no account and ARN; does the endpoint belong to it?",
                 FaultCause::unavailable);
  }
  return identity;
}

}  // namespace bedrocklog::aws
