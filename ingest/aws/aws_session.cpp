// Ties the parts together, each before those that use it.
#include "ingest/aws/aws_session.h"

#include <utility>

namespace bedrocklog::aws {

AwsSession::AwsSession(AwsSettings settings, Clock clock, std::uint64_t seed)
    : settings_(std::move(settings)),
      credentials_(make_credential_cache(settings_, clock)),
      loop_(settings_.http, settings_.connections),
      services_(loop_, *credentials_, {settings_.attempts_max, settings_.retry_wait_max},
                std::move(clock), seed) {}

}  // namespace bedrocklog::aws
