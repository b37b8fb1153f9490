// The parts every AWS client shares, tied together: settings, credentials, connections, retries.
#pragma once

#include <cstdint>
#include <memory>

#include "ingest/aws/aws_settings.h"
#include "ingest/aws/credentials.h"
#include "ingest/aws/http_loop.h"
#include "ingest/aws/service_client.h"

namespace bedrocklog::aws {

/// One per process. Starts one thread; sends nothing until a client asks for something.
class AwsSession {
 public:
  explicit AwsSession(AwsSettings settings, Clock clock = system_time, std::uint64_t seed = 0);

  [[nodiscard]] const AwsSettings& settings() const { return settings_; }
  [[nodiscard]] CredentialCache& credentials() { return *credentials_; }
  [[nodiscard]] ServiceClient& services() { return services_; }

 private:
  AwsSettings settings_;
  std::unique_ptr<CredentialCache> credentials_;
  HttpLoop loop_;
  ServiceClient services_;
};

}  // namespace bedrocklog::aws
