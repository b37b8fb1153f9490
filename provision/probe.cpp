// Asking CloudWatch, CloudTrail and, by endpoint_offer.h, EC2.
#include "provision/probe.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/call_fault.h"
#include "provision/endpoint_offer.h"
#include "provision/outputs.h"
#include "provision/permissions.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;
using aws::XmlElement;

/// 500 series to a page: more models than there are.
constexpr unsigned metric_pages_max = 20;

bool is_selected(const StackSpec& spec, Component component) {
  return spec.only.empty() || spec.only.contains(component);
}

/// "may not be asked (cloudwatch:ListMetrics)".
std::string unasked(std::string_view service, std::string_view operation) {
  return fmt::format(
      "may not be asked ({})",
      fmt::join(actions_of(service, operation).value_or(std::vector<std::string>()), ", "));
}

/// Whether the region has Bedrock's calls as a series over all models.
CallResult<bool> has_series_over_all_models(aws::ServiceCalls& calls, const std::string& region) {
  Json members = {{"Namespace", "AWS/Bedrock"}, {"MetricName", "Invocations"}};
  for (unsigned page = 0; page < metric_pages_max; ++page) {
    const CallResult<XmlElement> answer = calls.query("cloudwatch", region, "ListMetrics", members);
    if (!answer) {
      return tl::unexpected(answer.error());
    }
    for (const XmlElement* const metric : answer->members("Metrics")) {
      if (metric->members("Dimensions").empty()) {
        return true;
      }
    }
    const std::string_view next = answer->text_of("NextToken");
    if (next.empty()) {
      break;
    }
    members["NextToken"] = std::string(next);
  }
  return false;
}

Result<void> choose_alarm_source(ProbedSpec& probed, aws::ServiceCalls& calls) {
  StackSpec& spec = probed.spec;
  if (spec.alarm_source != AlarmSource::automatic || !is_selected(spec, Component::alerting)) {
    return {};
  }
  std::vector<std::string> without;
  for (const std::string& region : spec.regions) {
    const CallResult<bool> has_series = has_series_over_all_models(calls, region);
    if (!has_series && has_series.error().fault.cause == FaultCause::access_denied) {
      probed.notices.push_back(
          {"alarms", fmt::format("CloudWatch {}: alarms watch the series over all models, which it "
                                 "may not have; alarm_source says what they watch",
                                 unasked("cloudwatch", "ListMetrics"))});
      return {};
    }
    if (!has_series) {
      return fault(region,
                   fmt::format("cloudwatch ListMetrics: {}", has_series.error().fault.message),
                   has_series.error().fault.cause);
    }
    if (!*has_series) {
      without.push_back(region);
    }
  }
  spec.alarm_source =
      without.empty() ? AlarmSource::all_models_series : AlarmSource::metrics_insights;
  if (!without.empty()) {
    probed.notices.push_back(
        {"alarms", fmt::format("CloudWatch shows no series over all models in {}: alarms over all "
                               "models ask Metrics Insights, charged by the metrics it reads; "
                               "alarm_source says otherwise",
                               fmt::join(without, ", "))});
  }
  return {};
}

/// What a trail of ours would record a second time.
void tell_of_trail(ProbedSpec& probed, const Json& trail) {
  const std::string arn = trail.value("TrailARN", "");
  const Address own{ResourceKind::trail, probed.spec.regions.front(),
                    probed.spec.observability.trail};
  if (arn.empty() || arn == arn_of(probed.spec, own)) {
    return;
  }
  if (trail.value("IsOrganizationTrail", false)) {
    probed.notices.push_back(
        {"trail", fmt::format("the organisation's trail {} covers this account: a further copy of "
                              "management events is charged; --use-trail {} makes none",
                              arn, arn)});
  } else if (trail.value("IsMultiRegionTrail", false)) {
    probed.notices.push_back(
        {"trail", fmt::format("the trail {} records all regions already: if it has management "
                              "events, the copy of ours is charged; --use-trail {} makes none",
                              arn, arn)});
  }
}

Result<void> look_for_trails(ProbedSpec& probed, aws::ServiceCalls& calls) {
  const StackSpec& spec = probed.spec;
  if (!has_profile(spec, observability_profile) || !is_selected(spec, Component::trail) ||
      !spec.observability.use_trail.empty()) {
    return {};
  }
  const std::string& home = spec.regions.front();
  const CallResult<Json> answer =
      calls.json("cloudtrail", home, "DescribeTrails", {{"includeShadowTrails", true}});
  if (!answer && answer.error().fault.cause == FaultCause::access_denied) {
    probed.notices.push_back(
        {"trail", fmt::format("CloudTrail {}: whether a trail covers the account already is not "
                              "known",
                              unasked("cloudtrail", "DescribeTrails"))});
    return {};
  }
  if (!answer) {
    return refused({ResourceKind::trail, home, spec.observability.trail}, answer.error());
  }
  const Json trails = answer->is_object() ? answer->value("trailList", Json()) : Json();
  for (const Json& trail : trails.is_array() ? trails : Json::array()) {
    if (trail.is_object()) {
      tell_of_trail(probed, trail);
    }
  }
  return {};
}

}  // namespace

Result<ProbedSpec> probe(const StackSpec& spec, aws::ServiceCalls& calls) {
  ProbedSpec probed{spec, {}};
  if (const Result<void> done = choose_alarm_source(probed, calls); !done) {
    return pass_on(done);
  }
  if (const Result<void> done = look_for_trails(probed, calls); !done) {
    return pass_on(done);
  }
  if (has_profile(spec, secure_profile) && is_selected(spec, Component::network) &&
      !spec.secure.network.vpc_id.empty()) {
    if (const Result<void> done = leave_out_unoffered(probed, calls); !done) {
      return pass_on(done);
    }
  }
  return probed;
}

}  // namespace bedrocklog::provision
