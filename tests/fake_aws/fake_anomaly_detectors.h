// Anomaly detection models of the fake's CloudWatch.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "tests/fake_aws/fake_service.h"

namespace bedrocklog::fake_aws {

class FakeAnomalyDetectors {
 public:
  /// `world` outlives it.
  explicit FakeAnomalyDetectors(FakeWorld& world) : world_(world) {}

  /// Nothing: the operation is none of these.
  [[nodiscard]] std::optional<FakeAnswer> handle(const FakeCall& call);
  [[nodiscard]] static bool is_change(const std::string& operation);
  /// An alarm with this list of metrics has been put: its bands need models.
  void learn(const std::string& region, const Json& metrics);
  [[nodiscard]] Json snapshot() const;
  void restore(const Json& snapshot);

 private:
  /// Region, and what it is a model of: {"Single"} or {"Math"}.
  using Key = std::pair<std::string, Json>;
  struct Detector {
    Json configuration = Json::object();
    Json characteristics = Json::object();
    std::uint64_t made_at = 0;  // Request; 0: long ago.
  };

  FakeAnswer put(const FakeCall& call);
  FakeAnswer list(const FakeCall& call);
  FakeAnswer remove(const FakeCall& call);
  [[nodiscard]] bool is_visible(const Detector& detector) const {
    return detector.made_at == 0 || world_.requests - detector.made_at > world_.read_lag_requests;
  }

  FakeWorld& world_;
  std::map<Key, Detector> detectors_;
};

}  // namespace bedrocklog::fake_aws
