// A role of the fake's IAM.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "tests/fake_aws/fake_members.h"

namespace bedrocklog::fake_aws {

inline constexpr std::int64_t session_seconds_min = 3'600;

struct FakeRole {
  std::string name;
  std::string path = "/";
  Json trust;
  std::optional<std::string> description;
  std::int64_t session_seconds = session_seconds_min;
  std::string boundary;
  FakeTags tags;
  std::map<std::string, Json> policies;
  std::set<std::string> attached;
  /// Counted in requests: reads find it, Bedrock can use it, from then on.
  std::uint64_t seen_from = 0;
  std::uint64_t usable_from = 0;
};

/// <Role> as answers have it, the document percent-encoded.
[[nodiscard]] std::string role_xml(const FakeRole& role, const std::string& arn);

/// As it stands in a snapshot, without its name.
[[nodiscard]] Json role_json(const FakeRole& role);
[[nodiscard]] FakeRole role_of(const std::string& name, const Json& entry);

/// The pattern of descriptions: ASCII and Latin-1.
[[nodiscard]] bool is_latin(const std::string& text);

}  // namespace bedrocklog::fake_aws
