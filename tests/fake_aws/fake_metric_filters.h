// Metric filters of the fake's CloudWatch Logs.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "tests/fake_aws/fake_service.h"

namespace bedrocklog::fake_aws {

class FakeMetricFilters {
 public:
  /// Class of a log group ("STANDARD"); nothing: there is no such group.
  using GroupClass = std::function<std::optional<std::string>(const std::string& region,
                                                              const std::string& group)>;
  /// `world` outlives it.
  FakeMetricFilters(FakeWorld& world, GroupClass group_class)
      : world_(world), group_class_(std::move(group_class)) {}

  /// Nothing: the operation is none of these.
  [[nodiscard]] std::optional<FakeAnswer> handle(const FakeCall& call);
  [[nodiscard]] static bool is_change(const std::string& operation);
  [[nodiscard]] std::size_t count(const std::string& region, const std::string& group) const;
  /// Filters go with their group.
  void forget(const std::string& region, const std::string& group);
  /// By region, group and name.
  [[nodiscard]] Json snapshot() const;
  void restore(const Json& snapshot);

 private:
  struct Filter {
    Json members;                 // As they were put, without names.
    std::uint64_t seen_from = 0;  // Counted in requests: reads find it from then on.
  };
  using Filters = std::map<std::string, Filter>;  // By name.

  FakeAnswer put(const FakeCall& call);
  FakeAnswer list(const FakeCall& call);
  FakeAnswer remove(const FakeCall& call);

  FakeWorld& world_;
  GroupClass group_class_;
  std::map<std::pair<std::string, std::string>, Filters> groups_;  // By region and group.
};

}  // namespace bedrocklog::fake_aws
