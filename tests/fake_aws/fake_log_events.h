// Events of the fake's log groups, put there by tests, and their search.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/fake_aws/fake_service.h"

namespace bedrocklog::fake_aws {

class FakeLogEvents {
 public:
  /// Whether there is such a log group.
  using HasGroup = std::function<bool(const std::string& region, const std::string& group)>;
  explicit FakeLogEvents(HasGroup has_group) : has_group_(std::move(has_group)) {}

  void put(const std::string& region, const std::string& group, const std::string& message,
           std::int64_t time_ms) {
    events_[{region, group}].push_back({message, time_ms});
  }
  /// FilterLogEvents; nothing: another operation.
  [[nodiscard]] std::optional<FakeAnswer> handle(const FakeCall& call) const;

 private:
  struct Event {
    std::string message;
    std::int64_t time_ms = 0;
  };

  HasGroup has_group_;
  std::map<std::pair<std::string, std::string>, std::vector<Event>> events_;  // Region, group.
};

}  // namespace bedrocklog::fake_aws
