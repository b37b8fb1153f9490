// A metric alarm of CloudWatch. PutMetricAlarm replaces one of that name whatever it was, so what
// is there is always looked at first.
#include <array>
#include <string>
#include <utility>

#include "provision/call_fault.h"
#include "provision/mark.h"
#include "provision/normal_form.h"
#include "provision/resource_provider.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;
using aws::XmlElement;

/// What an alarm of a single metric has, and one of several has not.
constexpr std::array<const char*, 7> single_metric_members = {
    "MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Dimensions", "Period", "Unit"};

/// What PutMetricAlarm takes, of all that DescribeAlarms tells.
constexpr std::array<const char*, 21> members_written = {"AlarmName",
                                                         "AlarmDescription",
                                                         "ActionsEnabled",
                                                         "OKActions",
                                                         "AlarmActions",
                                                         "InsufficientDataActions",
                                                         "MetricName",
                                                         "Namespace",
                                                         "Statistic",
                                                         "ExtendedStatistic",
                                                         "Dimensions",
                                                         "Period",
                                                         "Unit",
                                                         "EvaluationPeriods",
                                                         "DatapointsToAlarm",
                                                         "Threshold",
                                                         "ComparisonOperator",
                                                         "TreatMissingData",
                                                         "EvaluateLowSampleCountPercentile",
                                                         "Metrics",
                                                         "ThresholdMetricId"};

/// A list for elements named "member", else an object or a text; null for an empty element.
Json json_of(const XmlElement& element) {
  if (element.children.empty()) {
    return element.text.empty() ? Json() : Json(element.text);
  }
  const bool is_list = element.children.front().name == "member";
  Json result = is_list ? Json::array() : Json::object();
  for (const XmlElement& child : element.children) {
    if (is_list) {
      result.push_back(json_of(child));
    } else {
      result[child.name] = json_of(child);
    }
  }
  return result;
}

class AlarmProvider final : public ResourceProvider {
 public:
  AlarmProvider(aws::ServiceCalls& calls, StackIdentity identity)
      : calls_(&calls), identity_(std::move(identity)) {}

  Result<std::optional<Observed>> read(const Address& address) override;

  Result<void> create(const Address& address, const Json& target) override {
    const Result<std::optional<Observed>> there = read(address);
    if (!there) {
      return pass_on(there);
    }
    if (!*there) {
      return change(address, "PutMetricAlarm", target);
    }
    return is_ours(**there) ? update(address, target, **there)
                            : Result<void>(came_meanwhile(address));
  }

  Result<void> update(const Address& address, const Json& target,
                      const Observed& observed) override;

  /// Names that are not there are no failure of DeleteAlarms.
  Result<void> remove(const Address& address, const Observed& /*observed*/,
                      bool /*deletes_data*/) override {
    return change(address, "DeleteAlarms", {{"AlarmNames", Json::array({address.name})}});
  }

  Result<void> release(const Address& address, const Observed& observed) override {
    const std::vector<std::string> keys = our_tag_keys(observed.properties);
    return keys.empty()
               ? Result<void>()
               : change(address, "UntagResource",
                        {{"ResourceARN", observed.details.value("Arn", "")}, {"TagKeys", keys}});
  }

 private:
  CallResult<XmlElement> call(const Address& address, std::string_view action,
                              const Json& members) const {
    return calls_->query("cloudwatch", address.region, action, members);
  }
  Result<void> change(const Address& address, std::string_view action, const Json& members) const {
    const CallResult<XmlElement> answer = call(address, action, members);
    if (!answer) {
      return refused(address, answer.error());
    }
    return {};
  }

  aws::ServiceCalls* calls_;
  StackIdentity identity_;
};

Result<std::optional<Observed>> AlarmProvider::read(const Address& address) {
  const Json which = {{"AlarmNames", Json::array({address.name})},
                      {"AlarmTypes", Json::array({"MetricAlarm"})}};
  const CallResult<XmlElement> answer = call(address, "DescribeAlarms", which);
  if (!answer) {
    return refused(address, answer.error());
  }
  const std::vector<const XmlElement*> alarms = answer->members("MetricAlarms");
  if (alarms.empty()) {
    return std::optional<Observed>();
  }
  const Json all = json_of(*alarms.front());
  const std::string arn(alarms.front()->text_of("AlarmArn"));
  const CallResult<XmlElement> tags = call(address, "ListTagsForResource", {{"ResourceARN", arn}});
  if (!tags) {
    if (has_code(tags.error(), {"ResourceNotFound", "ResourceNotFoundException"})) {
      return std::optional<Observed>();  // Deleted between the two.
    }
    return refused(address, tags.error());
  }
  Json properties = Json::object();
  for (const char* const member : members_written) {
    if (all.is_object() && all.contains(member)) {
      properties[member] = all[member];
    }
  }
  if (const XmlElement* const list = tags->child("Tags")) {
    properties["Tags"] = json_of(*list);
  }
  properties = normal_form(ResourceKind::alarm, properties);
  const Mark mark = mark_of(tags_of(properties), identity_.stack);
  Json details = {
      {"Arn", arn},
      {"StateValue", std::string(alarms.front()->text_of("StateValue"))},
      {"StateUpdatedTimestamp", std::string(alarms.front()->text_of("StateUpdatedTimestamp"))}};
  return std::optional(
      Observed{std::move(properties), mark.ownership, mark.owner, std::move(details)});
}

Result<void> AlarmProvider::update(const Address& address, const Json& target,
                                   const Observed& observed) {
  Json wanted = target;
  wanted.erase("Tags");  // Ignored by PutMetricAlarm of an alarm that is there.
  if (!differences(ResourceKind::alarm, wanted, observed.properties).empty()) {
    // Replaced whole: what we do not manage (further actions) is written as it was.
    Json merged = observed.properties;
    merged.erase("Tags");
    if (wanted.contains("Metrics")) {
      for (const char* const member : single_metric_members) {
        merged.erase(member);
      }
    } else {
      merged.erase("Metrics");
      merged.erase("ThresholdMetricId");
    }
    merged.update(wanted);
    const Result<void> written = change(address, "PutMetricAlarm", merged);
    if (!written) {
      return pass_on(written);
    }
  }
  const Json tags = {{"Tags", target.value("Tags", Json::array())}};
  if (differences(ResourceKind::alarm, tags, observed.properties).empty()) {
    return {};
  }
  return change(address, "TagResource",
                {{"ResourceARN", observed.details.value("Arn", "")}, {"Tags", tags["Tags"]}});
}

}  // namespace

std::unique_ptr<ResourceProvider> make_alarm_provider(aws::ServiceCalls& calls,
                                                      StackIdentity identity, Waiter /*waiter*/) {
  return std::make_unique<AlarmProvider>(calls, std::move(identity));
}

}  // namespace bedrocklog::provision
