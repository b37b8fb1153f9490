// Saved queries of the fake's CloudWatch Logs: known by ids that the service makes; names may
// repeat.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/fake_aws/fake_service.h"

namespace bedrocklog::fake_aws {

class FakeQueryDefinitions {
 public:
  /// `world` outlives it.
  explicit FakeQueryDefinitions(FakeWorld& world) : world_(world) {}

  /// Nothing: the operation is none of these.
  [[nodiscard]] std::optional<FakeAnswer> handle(const FakeCall& call);
  [[nodiscard]] static bool is_change(const std::string& operation);
  /// By region, without ids.
  [[nodiscard]] Json snapshot() const;
  void restore(const Json& snapshot);

 private:
  struct Saved {
    std::string name;
    std::string text;
    std::string language;
    std::vector<std::string> groups;
    std::uint64_t seen_from = 0;  // Counted in requests: reads find it from then on.
  };

  FakeAnswer put(const FakeCall& call);
  FakeAnswer list(const FakeCall& call);
  FakeAnswer remove(const FakeCall& call);
  [[nodiscard]] std::string new_id();

  FakeWorld& world_;
  std::map<std::string, std::map<std::string, Saved>> regions_;  // By region and id.
  std::map<std::string, std::string> ids_by_token_;              // "REGION TOKEN".
  std::uint64_t made_ = 0;
};

}  // namespace bedrocklog::fake_aws
