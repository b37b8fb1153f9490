// Alarms of the fake's CloudWatch: of metrics, and of other alarms.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/fake_aws/fake_anomaly_detectors.h"
#include "tests/fake_aws/fake_members.h"

namespace bedrocklog::fake_aws {

class FakeAlarms {
 public:
  /// Both outlive it.
  FakeAlarms(FakeWorld& world, FakeAnomalyDetectors& detectors)
      : world_(world), detectors_(detectors) {}

  /// Nothing: the operation is none of these.
  [[nodiscard]] std::optional<FakeAnswer> handle(const FakeCall& call);
  [[nodiscard]] static bool is_change(const std::string& operation);
  /// Which alarm an operation of these is about, and what else it needs.
  void describe(const FakeCall& call, FakeAnswer& answer) const;
  /// Null: no alarm of that region has the ARN.
  [[nodiscard]] FakeTags* tags_at(const std::string& region, const std::string& arn, bool is_read);
  /// "alarms" and "composite_alarms", where there are any.
  void add_to(Json& snapshot) const;
  void restore(const Json& snapshot);

 private:
  struct Alarm {
    Json members;
    FakeTags tags;
    bool is_composite = false;
    std::string state = "INSUFFICIENT_DATA";  // AWS's own doing, so not in snapshots.
    std::string reason = "Unchecked: Initial alarm creation";
    std::uint64_t made_at = 0;  // Request; 0: long ago.
  };

  FakeAnswer put_metric_alarm(const FakeCall& call);
  FakeAnswer put_composite(const FakeCall& call);
  FakeAnswer list(const FakeCall& call);
  FakeAnswer remove(const FakeCall& call);
  FakeAnswer set_state(const FakeCall& call);

  FakeAnswer put(const FakeCall& call, bool is_composite);
  [[nodiscard]] std::string rule_fault(const FakeCall& call) const;
  /// ARNs of what the rule of an alarm names.
  [[nodiscard]] std::vector<std::string> children_of(const std::string& region,
                                                     const std::string& rule) const;
  [[nodiscard]] bool reaches(const std::string& region, const std::string& from,
                             const std::string& to) const;
  [[nodiscard]] std::string arn_of(const std::string& region, const std::string& name) const {
    return "arn:" + world_.partition + ":cloudwatch:" + region + ':' + world_.account +
           ":alarm:" + name;
  }
  [[nodiscard]] std::string xml_of(const std::string& arn, const Alarm& alarm) const;
  [[nodiscard]] bool is_wanted(const Json& members, const Alarm& alarm) const;
  [[nodiscard]] bool is_visible(const Alarm& alarm) const {
    return alarm.made_at == 0 || world_.requests - alarm.made_at > world_.read_lag_requests;
  }

  FakeWorld& world_;
  FakeAnomalyDetectors& detectors_;
  std::map<std::string, Alarm> alarms_;  // By ARN: names are of both kinds together.
};

}  // namespace bedrocklog::fake_aws
