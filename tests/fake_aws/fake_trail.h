// A trail of the fake's CloudTrail, and what CloudTrail asks of names and selectors.
#pragma once

#include <cstdint>
#include <string>

#include "tests/fake_aws/fake_members.h"

namespace bedrocklog::fake_aws {

struct FakeTrail {
  /// As GetTrail has them, without what it makes up: "S3BucketName", "IsMultiRegionTrail" ...
  Json settings = Json::object();
  bool is_logging = false;
  /// {"EventSelectors": [..]} or {"AdvancedEventSelectors": [..]}.
  Json selectors;
  Json insights = Json::array();
  FakeTags tags;
  std::uint64_t seen_from = 0;  // Counted in requests: reads find it from then on.
};

/// One that was just created: management events, by a basic selector.
[[nodiscard]] FakeTrail new_trail(Json settings);

/// As it stands in a snapshot.
[[nodiscard]] Json trail_json(const FakeTrail& trail);
[[nodiscard]] FakeTrail trail_of(const Json& entry);

/// Letters, digits, '.', '_', '-'; 3 to 128; no two of the last three together; no IP address.
[[nodiscard]] bool is_trail_name(const std::string& name);

/// What is wrong with the selectors of a PutEventSelectors; "": nothing. The shape of the members
/// has been looked at.
[[nodiscard]] std::string selectors_fault(const Json& sent);
/// Whether management events that change something are among them.
[[nodiscard]] bool selects_management_writes(const Json& selectors);

}  // namespace bedrocklog::fake_aws
