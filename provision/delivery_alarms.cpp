// Alarms L1 to L3: logs that were not delivered. Bedrock counts them over all models; their metrics
// have no dimensions.
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "provision/metric_alarm.h"
#include "provision/observability_profile.h"

namespace bedrocklog::provision {
namespace {

constexpr unsigned period_seconds = 300;

struct Delivery {
  const char* metric;
  const char* what;
};

/// In the order of delivery_alarm_names().
const std::vector<Delivery>& deliveries() {
  static const std::vector<Delivery> all = {
      {"ModelInvocationLogsCloudWatchDeliveryFailure", "to the log group"},
      {"ModelInvocationLogsS3DeliveryFailure", "to the bucket"},
      {"ModelInvocationLargeDataS3DeliveryFailure", "with large bodies to the bucket"}};
  return all;
}

/// Topics of the profiles that the stack has, and what to wait for.
AlarmTopic told_by(const StackSpec& spec, const std::string& region, Json& arns) {
  AlarmTopic all;
  if (has_profile(spec, observability_profile)) {
    all = alarm_topic(spec, region);
    arns.push_back(all.arn);
  }
  if (has_profile(spec, secure_profile)) {
    const Address topic = class_topic(region, "critical");
    arns.push_back(arn_of_topic(spec, topic));
    all.needs.push_back(topic);
    all.needs.push_back({ResourceKind::topic_policy, topic.region, topic.name});
  }
  return all;
}

}  // namespace

const std::vector<std::string>& delivery_alarm_names() {
  static const std::vector<std::string> names = {"bedrock-log-delivery-cloudwatch",
                                                 "bedrock-log-delivery-s3",
                                                 "bedrock-log-delivery-large-data"};
  return names;
}

void add_delivery_alarms(Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  const std::uint64_t least = spec.observability.thresholds.delivery_failures_per_5_minutes;
  for (const std::string& region : spec.regions) {
    Json arns = Json::array();
    const AlarmTopic told = told_by(spec, region, arns);
    for (std::size_t index = 0; index < deliveries().size(); ++index) {
      const Delivery& delivery = deliveries()[index];
      AlarmDraft draft;
      draft.name = delivery_alarm_names()[index];
      draft.description = fmt::format(
          "At least {} invocation logs {} were not delivered in 5 minutes. Look at: 1. "
          "`bedrocklog provision verify`; 2. policy of the bucket {} and rights of the role {}; 3. "
          "whether the log group {} and the key still exist.",
          least, delivery.what, bucket_of(spec, region), role_of(spec), log_group_of(spec));
      draft.topic_arns = arns;
      draft.threshold = least;
      draft.comparison = "GreaterThanOrEqualToThreshold";
      assembly.add_tagged(
          Component::alerting, {ResourceKind::alarm, region, draft.name},
          alarm_on(draft, MetricSeries{"failures", delivery.metric, "Sum", period_seconds}),
          told.needs);
    }
  }
}

}  // namespace bedrocklog::provision
