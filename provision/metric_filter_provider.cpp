// A metric filter of a log group. It has no tags: the namespace that its metric goes to says whose
// it is. PutMetricFilter replaces one of that name, so what is there is always looked at first.
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "provision/answer_members.h"
#include "provision/call_fault.h"
#include "provision/mark.h"
#include "provision/normal_form.h"
#include "provision/resource_provider.h"
#include "provision/settling.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;

/// Filters of a group whose names begin with ours; a group has at most 100, 50 to a page.
constexpr unsigned pages_max = 10;

/// Member of the API, property of CloudFormation.
constexpr std::array<std::pair<const char*, const char*>, 5> transformation_members = {
    {{"metricName", "MetricName"},
     {"metricNamespace", "MetricNamespace"},
     {"metricValue", "MetricValue"},
     {"defaultValue", "DefaultValue"},
     {"unit", "Unit"}}};

Json properties_of(const Json& filter) {
  Json transformations = Json::array();
  for (const Json& told : part_in(filter, "metricTransformations")) {
    Json transformation = Json::object();
    for (const auto& [member, property] : transformation_members) {
      if (told.is_object() && told.contains(member)) {
        transformation[property] = told[member];
      }
    }
    if (told.is_object() && told.contains("dimensions") && told["dimensions"].is_object()) {
      for (const auto& [key, value] : told["dimensions"].items()) {
        transformation["Dimensions"].push_back({{"Key", key}, {"Value", value}});
      }
    }
    transformations.push_back(std::move(transformation));
  }
  Json properties = {{"LogGroupName", text_in(filter, "logGroupName")},
                     {"FilterName", text_in(filter, "filterName")},
                     {"FilterPattern", text_in(filter, "filterPattern")},
                     {"MetricTransformations", std::move(transformations)}};
  if (filter.contains("applyOnTransformedLogs") && filter["applyOnTransformedLogs"] == true) {
    properties["ApplyOnTransformedLogs"] = true;
  }
  return normal_form(ResourceKind::metric_filter, properties);
}

Json members_of(const Json& properties) {
  Json transformations = Json::array();
  for (const Json& wanted : part_in(properties, "MetricTransformations")) {
    Json transformation = Json::object();
    for (const auto& [member, property] : transformation_members) {
      if (wanted.contains(property)) {
        transformation[member] = wanted[property];
      }
    }
    for (const Json& dimension : part_in(wanted, "Dimensions")) {
      transformation["dimensions"][text_in(dimension, "Key")] = text_in(dimension, "Value");
    }
    transformations.push_back(std::move(transformation));
  }
  return {{"filterPattern", text_in(properties, "FilterPattern")},
          {"metricTransformations", std::move(transformations)},
          {"applyOnTransformedLogs", properties.value("ApplyOnTransformedLogs", Json())}};
}

class MetricFilterProvider final : public ResourceProvider {
 public:
  MetricFilterProvider(aws::ServiceCalls& calls, StackIdentity identity, Waiter waiter)
      : calls_(&calls), identity_(std::move(identity)), waiter_(std::move(waiter)) {}

  Result<std::optional<Observed>> read(const Address& address) override;

  Result<void> create(const Address& address, const Json& target) override {
    const Result<std::optional<Observed>> there = read(address);
    if (!there) {
      return pass_on(there);
    }
    if (!*there) {
      return put(address, target);
    }
    return update_found(address, target, *there);
  }

  Result<void> update(const Address& address, const Json& target,
                      const Observed& observed) override {
    Json merged = observed.properties;
    merged.update(target);
    return put(address, merged);
  }

  Result<void> remove(const Address& address, const Observed& /*observed*/,
                      bool /*deletes_data*/) override;

  /// Nothing of ours can be told apart from the rest.
  Result<void> release(const Address& /*address*/, const Observed& /*observed*/) override {
    return {};
  }

 private:
  /// "/aws/x:Name": neither part can hold a colon.
  static Json names_of(const Address& address) {
    const std::size_t colon = address.name.find(':');
    return {{"logGroupName", address.name.substr(0, colon)},
            {"filterName", colon == std::string::npos ? "" : address.name.substr(colon + 1)}};
  }

  /// By the metric that it feeds: "BedrockLog/STACK".
  [[nodiscard]] Mark mark_of_filter(const Json& properties) const;
  Result<void> put(const Address& address, const Json& properties) const;

  aws::ServiceCalls* calls_;
  StackIdentity identity_;
  Waiter waiter_;
};

Mark MetricFilterProvider::mark_of_filter(const Json& properties) const {
  constexpr std::string_view start = "BedrockLog/";
  const Json& transformations = part_in(properties, "MetricTransformations");
  const std::string name_space =
      transformations.empty() ? "" : text_in(transformations.front(), "MetricNamespace");
  if (!name_space.starts_with(start) || name_space.size() == start.size()) {
    return {};
  }
  const std::string owner = name_space.substr(start.size());
  return {owner == identity_.stack ? Ownership::ours : Ownership::other_stack, owner};
}

Result<std::optional<Observed>> MetricFilterProvider::read(const Address& address) {
  const Json names = names_of(address);
  Json members = {{"logGroupName", names["logGroupName"]},
                  {"filterNamePrefix", names["filterName"]}};
  for (unsigned page = 0; page < pages_max; ++page) {
    const CallResult<Json> answer =
        calls_->json("logs", address.region, "DescribeMetricFilters", members);
    if (!answer) {
      if (aws::has_code(answer.error(), {"ResourceNotFoundException"})) {
        return std::optional<Observed>();  // No such group.
      }
      return refused(address, answer.error());
    }
    for (const Json& filter : part_in(*answer, "metricFilters")) {
      if (names["filterName"] != text_in(filter, "filterName")) {
        continue;
      }
      Json properties = properties_of(filter);
      properties["LogGroupName"] = names["logGroupName"];
      const Mark mark = mark_of_filter(properties);
      return std::optional(
          Observed{std::move(properties), mark.ownership, mark.owner, Json::object()});
    }
    const std::string next = text_in(*answer, "nextToken");
    if (next.empty()) {
      return std::optional<Observed>();
    }
    members["nextToken"] = next;
  }
  return fault(to_text(address), "logs DescribeMetricFilters: the list does not end");
}

Result<void> MetricFilterProvider::put(const Address& address, const Json& properties) const {
  Json members = members_of(properties);
  members.update(names_of(address));
  const CallResult<Json> answer = settled<Json>(
      waiter_, bucket_settling_ms_max,
      [&] { return calls_->json("logs", address.region, "PutMetricFilter", members); },
      [](const aws::CallFailure& failure) {
        // A group that was made a moment ago may not be known everywhere yet.
        return is_change_under_way(failure) ||
               aws::has_code(failure, {"ResourceNotFoundException"});
      });
  if (!answer) {
    return refused(address, answer.error());
  }
  return {};
}

Result<void> MetricFilterProvider::remove(const Address& address, const Observed& /*observed*/,
                                          bool /*deletes_data*/) {
  const CallResult<Json> answer = settled<Json>(
      waiter_, bucket_settling_ms_max,
      [&] { return calls_->json("logs", address.region, "DeleteMetricFilter", names_of(address)); },
      is_change_under_way);
  if (!answer && !aws::has_code(answer.error(), {"ResourceNotFoundException"})) {
    return refused(address, answer.error());
  }
  return {};
}

}  // namespace

std::unique_ptr<ResourceProvider> make_metric_filter_provider(aws::ServiceCalls& calls,
                                                              StackIdentity identity,
                                                              Waiter waiter) {
  return std::make_unique<MetricFilterProvider>(calls, std::move(identity), std::move(waiter));
}

}  // namespace bedrocklog::provision
