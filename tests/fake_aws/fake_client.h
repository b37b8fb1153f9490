// Calls to a fake AWS, signed with its key or another.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "ingest/aws/service_calls.h"
#include "tests/fake_aws/fake_aws.h"

namespace bedrocklog::fake_aws {

struct FakeClient {
  struct Options {
    std::string key_id = access_key;
    std::string secret = secret_key;
    std::string token{};
    unsigned attempts_max = 1;
    aws::Clock clock = aws::system_time;
    aws::CallObserver observer{};
  };

  explicit FakeClient(const FakeAws& fake) : FakeClient(fake, Options()) {}
  FakeClient(const FakeAws& fake, Options options)
      : session(settings_of(fake, options), std::move(options.clock), 7),
        calls(session, std::move(options.observer)) {}

  static aws::AwsSettings settings_of(const FakeAws& fake, const Options& options) {
    aws::AwsSettings settings;
    settings.endpoint_url = fake.url();
    settings.is_endpoint_flag = true;
    settings.attempts_max = options.attempts_max;
    settings.retry_wait_max = std::chrono::milliseconds(1);
    settings.connections = 8;
    settings.variables = {{"AWS_ACCESS_KEY_ID", options.key_id},
                          {"AWS_SECRET_ACCESS_KEY", options.secret}};
    if (!options.token.empty()) {
      settings.variables["AWS_SESSION_TOKEN"] = options.token;
    }
    return settings;
  }

  aws::AwsSession session;
  aws::ServiceCalls calls;
};

}  // namespace bedrocklog::fake_aws
