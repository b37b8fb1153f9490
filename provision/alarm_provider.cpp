// An alarm of CloudWatch, of metrics or of other alarms. A put replaces one of that name whatever
// it was, so what is there is always looked at first.
#include <array>
#include <span>
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

/// What PutMetricAlarm takes, of all that DescribeAlarms tells.
constexpr std::array<const char*, 21> metric_alarm_members = {"AlarmName",
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

/// The same of PutCompositeAlarm.
constexpr std::array<const char*, 10> composite_members = {"AlarmName",
                                                           "AlarmRule",
                                                           "AlarmDescription",
                                                           "ActionsEnabled",
                                                           "OKActions",
                                                           "AlarmActions",
                                                           "InsufficientDataActions",
                                                           "ActionsSuppressor",
                                                           "ActionsSuppressorWaitPeriod",
                                                           "ActionsSuppressorExtensionPeriod"};

/// Alarms of metrics and alarms of alarms differ in this.
struct AlarmType {
  ResourceKind kind;
  const char* name;  // "MetricAlarm".
  const char* list;
  const char* put;
  std::span<const char* const> members;
};
constexpr AlarmType metric_alarms{ResourceKind::alarm, "MetricAlarm", "MetricAlarms",
                                  "PutMetricAlarm", metric_alarm_members};
constexpr AlarmType composite_alarms{ResourceKind::composite_alarm, "CompositeAlarm",
                                     "CompositeAlarms", "PutCompositeAlarm", composite_members};

/// Alarms whose names begin alike, 100 to a page.
constexpr unsigned pages_max = 1'000;
constexpr unsigned page_size = 100;

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
  AlarmProvider(aws::ServiceCalls& calls, StackIdentity identity, const AlarmType& type)
      : calls_(&calls), identity_(std::move(identity)), type_(&type) {}

  Result<std::optional<Observed>> read(const Address& address) override;
  Result<std::vector<Address>> list(const Family& family) override;

  Result<void> create(const Address& address, const Json& target) override {
    const Result<std::optional<Observed>> there = read(address);
    if (!there) {
      return pass_on(there);
    }
    if (!*there) {
      return change(address, type_->put, target);
    }
    return update_found(address, target, *there);
  }

  Result<void> update(const Address& address, const Json& target,
                      const Observed& observed) override;

  /// Names that are not there are no failure of DeleteAlarms. One name to a call: of composite
  /// alarms it takes no more.
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
  const AlarmType* type_;
};

Result<std::vector<Address>> AlarmProvider::list(const Family& family) {
  const Address whole{type_->kind, family.region, family.prefix + '*'};
  Json members = {{"AlarmNamePrefix", family.prefix},
                  {"AlarmTypes", Json::array({type_->name})},
                  {"MaxRecords", page_size}};
  std::vector<Address> found;
  for (unsigned page = 0; page < pages_max; ++page) {
    const CallResult<XmlElement> answer = call(whole, "DescribeAlarms", members);
    if (!answer) {
      return refused(whole, answer.error());
    }
    for (const XmlElement* const alarm : answer->members(type_->list)) {
      found.push_back({type_->kind, family.region, std::string(alarm->text_of("AlarmName"))});
    }
    const std::string next(answer->text_of("NextToken"));
    if (next.empty()) {
      return found;
    }
    members["NextToken"] = next;
  }
  return fault(to_text(whole), "cloudwatch DescribeAlarms: the list does not end");
}

Result<std::optional<Observed>> AlarmProvider::read(const Address& address) {
  const Json which = {{"AlarmNames", Json::array({address.name})},
                      {"AlarmTypes", Json::array({type_->name})}};
  const CallResult<XmlElement> answer = call(address, "DescribeAlarms", which);
  if (!answer) {
    return refused(address, answer.error());
  }
  const std::vector<const XmlElement*> alarms = answer->members(type_->list);
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
  for (const char* const member : type_->members) {
    if (all.is_object() && all.contains(member)) {
      properties[member] = all[member];
    }
  }
  if (const XmlElement* const list = tags->child("Tags")) {
    properties["Tags"] = json_of(*list);
  }
  properties = normal_form(type_->kind, properties);
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
  wanted.erase("Tags");  // Ignored by a put of an alarm that is there.
  const std::vector<PropertyChange> changes = differences(type_->kind, wanted, observed.properties);
  if (!changes.empty()) {
    // Replaced whole: what we do not manage (further actions) is written as it was, and what it
    // watches only as we want it.
    Json merged = observed.properties;
    merged.erase("Tags");
    for (const PropertyChange& gone : changes) {
      if (gone.after.is_null()) {
        merged.erase(gone.path);
      }
    }
    merged.update(wanted);
    const Result<void> written = change(address, type_->put, merged);
    if (!written) {
      return pass_on(written);
    }
  }
  const Json tags = {{"Tags", target.value("Tags", Json::array())}};
  if (differences(type_->kind, tags, observed.properties).empty()) {
    return {};
  }
  return change(address, "TagResource",
                {{"ResourceARN", observed.details.value("Arn", "")}, {"Tags", tags["Tags"]}});
}

}  // namespace

// NOLINTBEGIN(performance-unnecessary-value-param): the waiter as all makers take it.
std::unique_ptr<ResourceProvider> make_alarm_provider(aws::ServiceCalls& calls,
                                                      StackIdentity identity, Waiter /*waiter*/) {
  return std::make_unique<AlarmProvider>(calls, std::move(identity), metric_alarms);
}

std::unique_ptr<ResourceProvider> make_composite_alarm_provider(aws::ServiceCalls& calls,
                                                                StackIdentity identity,
                                                                Waiter /*waiter*/) {
  return std::make_unique<AlarmProvider>(calls, std::move(identity), composite_alarms);
}
// NOLINTEND(performance-unnecessary-value-param)

}  // namespace bedrocklog::provision
