// The model that CloudWatch learns of one metric. It has no tags: one with a time zone of UTC,
// which means the same as none, is ours. An alarm of others may have come to use it: then only our
// mark goes.
#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "provision/call_fault.h"
#include "provision/mark.h"
#include "provision/normal_form.h"
#include "provision/resource_provider.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;
using aws::XmlElement;

constexpr unsigned pages_max = 1'000;
constexpr unsigned page_size = 100;
constexpr const char* our_time_zone = "Etc/UTC";

/// As <Dimensions> has them, by name.
Json dimensions_of(const XmlElement& metric) {
  Json dimensions = Json::array();
  for (const XmlElement* const entry : metric.members("Dimensions")) {
    dimensions.push_back({{"Name", std::string(entry->text_of("Name"))},
                          {"Value", std::string(entry->text_of("Value"))}});
  }
  std::sort(dimensions.begin(), dimensions.end());
  return dimensions;
}

/// "AWS/Bedrock/Invocations/Sum/ModelId=x": of a metric of one series, and its statistic.
std::string name_of_series(const XmlElement& metric, std::string_view statistic) {
  std::string name =
      fmt::format("{}/{}/{}", metric.text_of("Namespace"), metric.text_of("MetricName"), statistic);
  for (const Json& dimension : dimensions_of(metric)) {
    name += fmt::format("/{}={}", dimension["Name"].get<std::string>(),
                        dimension["Value"].get<std::string>());
  }
  return name;
}

/// What it is a model of. Older answers have that in the detector itself.
const XmlElement& series_of(const XmlElement& detector) {
  const XmlElement* const single = detector.child("SingleMetricAnomalyDetector");
  return single == nullptr ? detector : *single;
}

/// <StartTime> and <EndTime> as they are told: the API takes them back like this.
Json configuration_of(const XmlElement& detector) {
  Json result = Json::object();
  const XmlElement* const configuration = detector.child("Configuration");
  if (configuration == nullptr) {
    return result;
  }
  if (!configuration->text_of("MetricTimezone").empty()) {
    result["MetricTimeZone"] = std::string(configuration->text_of("MetricTimezone"));
  }
  for (const XmlElement* const range : configuration->members("ExcludedTimeRanges")) {
    result["ExcludedTimeRanges"].push_back({{"StartTime", std::string(range->text_of("StartTime"))},
                                            {"EndTime", std::string(range->text_of("EndTime"))}});
  }
  return result;
}

Json all_detectors() {
  return {{"MaxResults", page_size}, {"AnomalyDetectorTypes", Json::array({"SINGLE_METRIC"})}};
}

/// Id of the metric that the expression is a band around; empty: it is no band.
std::string_view banded_id(std::string_view expression) {
  constexpr std::string_view start = "ANOMALY_DETECTION_BAND(";
  const std::size_t at = expression.find(start);
  if (at == std::string_view::npos) {
    return {};
  }
  expression.remove_prefix(at + start.size());
  const std::size_t from = std::min(expression.find_first_not_of(' '), expression.size());
  return expression.substr(from, expression.find_first_of(" ,)", from) - from);
}

/// The alarm has a band around that series.
bool has_band_of(const XmlElement& alarm, const std::string& series) {
  const std::vector<const XmlElement*> metrics = alarm.members("Metrics");
  for (const XmlElement* const band : metrics) {
    const std::string_view id = banded_id(band->text_of("Expression"));
    for (const XmlElement* const metric : metrics) {
      const XmlElement* const stat = metric->child("MetricStat");
      if (id.empty() || metric->text_of("Id") != id || stat == nullptr ||
          stat->child("Metric") == nullptr) {
        continue;
      }
      if (name_of_series(*stat->child("Metric"), stat->text_of("Stat")) == series) {
        return true;
      }
    }
  }
  return false;
}

/// SingleMetricAnomalyDetector of a request.
Json subject_of(const Json& properties) {
  return {{"Namespace", properties.at("Namespace")},
          {"MetricName", properties.at("MetricName")},
          {"Dimensions", properties.value("Dimensions", Json::array())},
          {"Stat", properties.at("Stat")}};
}

class AnomalyDetectorProvider final : public ResourceProvider {
 public:
  AnomalyDetectorProvider(aws::ServiceCalls& calls, StackIdentity identity)
      : calls_(&calls), identity_(std::move(identity)) {}

  Result<std::optional<Observed>> read(const Address& address) override;
  Result<std::vector<Address>> list(const Family& family) override;
  Result<void> create(const Address& address, const Json& target) override;
  Result<void> update(const Address& address, const Json& target,
                      const Observed& observed) override;
  Result<void> remove(const Address& address, const Observed& observed, bool deletes_data) override;
  Result<void> release(const Address& address, const Observed& observed) override;

 private:
  CallResult<XmlElement> call(const Address& address, std::string_view action,
                              const Json& members) const {
    return calls_->query("cloudwatch", address.region, action, members);
  }
  /// The `list` of an operation, page by page. `take` looks at each answer and says when it has
  /// seen enough.
  Result<void> pages(const Address& address, std::string_view action, Json members,
                     const std::function<Result<bool>(const XmlElement&)>& take) const;
  Result<void> put(const Address& address, const Json& properties) const;
  /// An alarm that is not ours has a band around the metric.
  Result<bool> is_used_by_others(const Address& address) const;
  Result<bool> is_alarm_ours(const Address& address, const std::string& arn) const;

  aws::ServiceCalls* calls_;
  StackIdentity identity_;
};

Result<void> AnomalyDetectorProvider::pages(
    const Address& address, std::string_view action, Json members,
    const std::function<Result<bool>(const XmlElement&)>& take) const {
  for (unsigned page = 0; page < pages_max; ++page) {
    const CallResult<XmlElement> answer = call(address, action, members);
    if (!answer) {
      return refused(address, answer.error());
    }
    const Result<bool> is_enough = take(*answer);
    if (!is_enough) {
      return pass_on(is_enough);
    }
    const std::string next(answer->text_of("NextToken"));
    if (*is_enough || next.empty()) {
      return {};
    }
    members["NextToken"] = next;
  }
  return fault(to_text(address), fmt::format("cloudwatch {}: the list does not end", action));
}

Result<std::optional<Observed>> AnomalyDetectorProvider::read(const Address& address) {
  std::optional<Observed> found;
  const auto take = [&](const XmlElement& answer) -> Result<bool> {
    for (const XmlElement* const detector : answer.members("AnomalyDetectors")) {
      const XmlElement& series = series_of(*detector);
      if (name_of_series(series, series.text_of("Stat")) != address.name) {
        continue;
      }
      const Json configuration = configuration_of(*detector);
      const bool is_marked = configuration.value("MetricTimeZone", "") == our_time_zone;
      Json properties = {{"Namespace", std::string(series.text_of("Namespace"))},
                         {"MetricName", std::string(series.text_of("MetricName"))},
                         {"Stat", std::string(series.text_of("Stat"))},
                         {"Dimensions", dimensions_of(series)},
                         {"Configuration", configuration}};
      if (const XmlElement* const told = detector->child("MetricCharacteristics")) {
        properties["MetricCharacteristics"] = {
            {"PeriodicSpikes", std::string(told->text_of("PeriodicSpikes"))}};
      }
      found = Observed{normal_form(ResourceKind::anomaly_detector, properties),
                       is_marked ? Ownership::ours : Ownership::foreign,
                       is_marked ? identity_.stack : "",
                       {{"StateValue", std::string(detector->text_of("StateValue"))}}};
      return true;
    }
    return false;
  };
  // Where in its name the namespace ends cannot be told: all are asked for.
  const Result<void> looked = pages(address, "DescribeAnomalyDetectors", all_detectors(), take);
  if (!looked) {
    return pass_on(looked);
  }
  return found;
}

Result<std::vector<Address>> AnomalyDetectorProvider::list(const Family& family) {
  const Address whole{ResourceKind::anomaly_detector, family.region, family.prefix + '*'};
  std::vector<Address> found;
  const auto take = [&](const XmlElement& answer) -> Result<bool> {
    for (const XmlElement* const detector : answer.members("AnomalyDetectors")) {
      const XmlElement& series = series_of(*detector);
      std::string name = name_of_series(series, series.text_of("Stat"));
      if (name.starts_with(family.prefix)) {
        found.push_back({ResourceKind::anomaly_detector, family.region, std::move(name)});
      }
    }
    return false;
  };
  const Result<void> looked = pages(whole, "DescribeAnomalyDetectors", all_detectors(), take);
  if (!looked) {
    return pass_on(looked);
  }
  return found;
}

Result<void> AnomalyDetectorProvider::put(const Address& address, const Json& properties) const {
  const Json wanted = properties.value("Configuration", Json::object());
  Json configuration = Json::object();
  if (wanted.contains("MetricTimeZone")) {
    configuration["MetricTimezone"] = wanted["MetricTimeZone"];
  }
  if (wanted.contains("ExcludedTimeRanges")) {
    configuration["ExcludedTimeRanges"] = wanted["ExcludedTimeRanges"];
  }
  Json members = {{"SingleMetricAnomalyDetector", subject_of(properties)}};
  if (!configuration.empty()) {
    members["Configuration"] = std::move(configuration);
  }
  if (properties.contains("MetricCharacteristics")) {
    members["MetricCharacteristics"] = properties["MetricCharacteristics"];
  }
  const CallResult<XmlElement> answer = call(address, "PutAnomalyDetector", members);
  if (!answer) {
    return refused(address, answer.error());
  }
  return {};
}

Result<void> AnomalyDetectorProvider::create(const Address& address, const Json& target) {
  const Result<std::optional<Observed>> there = read(address);
  if (!there) {
    return pass_on(there);
  }
  const std::optional<Observed>& found = *there;
  if (!found) {
    return put(address, target);
  }
  // One that somebody else made meanwhile serves as it is.
  return is_ours(*found) ? update(address, target, *found) : Result<void>();
}

Result<void> AnomalyDetectorProvider::update(const Address& address, const Json& target,
                                             const Observed& observed) {
  Json merged = observed.properties;
  merged.merge_patch(target);  // Times that somebody has left out stay left out.
  return put(address, merged);
}

Result<bool> AnomalyDetectorProvider::is_alarm_ours(const Address& address,
                                                    const std::string& arn) const {
  const CallResult<XmlElement> answer =
      call(address, "ListTagsForResource", {{"ResourceARN", arn}});
  if (!answer) {
    if (aws::has_code(answer.error(), {"ResourceNotFound", "ResourceNotFoundException"})) {
      return true;  // Gone since it was listed: it uses nothing any more.
    }
    if (answer.error().fault.cause == FaultCause::access_denied) {
      return false;  // We are allowed what is ours.
    }
    return refused(address, answer.error());
  }
  Tags tags;
  for (const XmlElement* const tag : answer->members("Tags")) {
    tags[std::string(tag->text_of("Key"))] = std::string(tag->text_of("Value"));
  }
  const Ownership ownership = mark_of(tags, identity_.stack).ownership;
  return ownership == Ownership::ours || ownership == Ownership::adopted;
}

Result<bool> AnomalyDetectorProvider::is_used_by_others(const Address& address) const {
  bool is_used = false;
  const auto take = [&](const XmlElement& answer) -> Result<bool> {
    for (const XmlElement* const alarm : answer.members("MetricAlarms")) {
      if (!has_band_of(*alarm, address.name)) {
        continue;
      }
      const Result<bool> ours = is_alarm_ours(address, std::string(alarm->text_of("AlarmArn")));
      if (!ours) {
        return pass_on(ours);
      }
      is_used = is_used || !*ours;
    }
    return is_used;
  };
  const Result<void> looked =
      pages(address, "DescribeAlarms",
            {{"AlarmTypes", Json::array({"MetricAlarm"})}, {"MaxRecords", page_size}}, take);
  if (!looked) {
    return pass_on(looked);
  }
  return is_used;
}

Result<void> AnomalyDetectorProvider::remove(const Address& address, const Observed& observed,
                                             bool /*deletes_data*/) {
  const Result<bool> is_used = is_used_by_others(address);
  if (!is_used) {
    return pass_on(is_used);
  }
  if (*is_used) {
    return release(address, observed);
  }
  const CallResult<XmlElement> answer =
      call(address, "DeleteAnomalyDetector",
           {{"SingleMetricAnomalyDetector", subject_of(observed.properties)}});
  if (!answer &&
      !aws::has_code(answer.error(), {"ResourceNotFound", "ResourceNotFoundException"})) {
    return refused(address, answer.error());
  }
  return {};
}

Result<void> AnomalyDetectorProvider::release(const Address& address, const Observed& observed) {
  Json without = observed.properties;
  if (without.contains("Configuration")) {
    without["Configuration"].erase("MetricTimeZone");
  }
  return put(address, without);
}

}  // namespace

// NOLINTBEGIN(performance-unnecessary-value-param): the waiter as all makers take it.
std::unique_ptr<ResourceProvider> make_anomaly_detector_provider(aws::ServiceCalls& calls,
                                                                 StackIdentity identity,
                                                                 Waiter /*waiter*/) {
  return std::make_unique<AnomalyDetectorProvider>(calls, std::move(identity));
}
// NOLINTEND(performance-unnecessary-value-param)

}  // namespace bedrocklog::provision
