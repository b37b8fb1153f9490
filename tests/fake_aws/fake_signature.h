// Checks Signature Version 4 of requests as strictly as AWS does, and the clock beside it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/aws/loopback_server.h"
#include "tests/fake_aws/fake_protocol.h"

namespace bedrocklog::fake_aws {

/// The Authorization header in its parts.
struct FakeAuthorization {
  std::string access_key_id;
  std::string date;  // yyyymmdd of the scope.
  std::string region;
  std::string service;
  std::vector<std::string> signed_headers;
  std::string signature;
  bool is_well_formed = false;
};

[[nodiscard]] FakeAuthorization read_authorization(const std::string& header);

/// How far the clocks may differ.
inline constexpr std::int64_t clock_skew_seconds_max = 15 * 60;

/// Why the request is not accepted; an answer of status 200: it is.
[[nodiscard]] FakeAnswer check_signature(const aws::SeenRequest& request,
                                         const FakeAuthorization& authorization,
                                         const FakeServiceTraits& traits, const FakeWorld& world);

}  // namespace bedrocklog::fake_aws
