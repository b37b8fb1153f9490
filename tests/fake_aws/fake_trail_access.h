// What CloudTrail looks at before it accepts the settings of a trail.
#pragma once

#include <optional>
#include <string>

#include "tests/fake_aws/fake_service.h"

namespace bedrocklog::fake_aws {

struct TrailPlace {
  std::string arn;
  std::string home_region;
};

/// Bucket with its policy, log group with its role, key with its policy; nothing: all is well.
[[nodiscard]] std::optional<FakeAnswer> trail_settings_refusal(const FakeWorld& world,
                                                               const TrailPlace& trail,
                                                               const Json& settings);

}  // namespace bedrocklog::fake_aws
