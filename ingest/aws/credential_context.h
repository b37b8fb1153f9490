// What every source of credentials is told.
#pragma once

#include "ingest/aws/aws_settings.h"
#include "ingest/aws/utc_time.h"

namespace bedrocklog::aws {

struct CredentialContext {
  AwsSettings settings;  // Without what --endpoint-url said.
  Clock clock;
};

}  // namespace bedrocklog::aws
