// Alarms M5 to M7 and M19: tokens, calls and API calls outside of the band that CloudWatch expects.
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "provision/secure_parts.h"

namespace bedrocklog::provision {
namespace {

constexpr unsigned period_seconds = 300;
constexpr const char* model_metrics = "AWS/Bedrock";
constexpr const char* statistic = "Sum";
constexpr const char* learning_note =
    "The model behind the band needs about two weeks of data. Look at: ";

struct BandMetric {
  std::string metric_namespace;
  std::string name;
  std::string model_id;  // Of the dimension ModelId; empty: no dimensions.
};

Json with_dimensions(const BandMetric& metric) {
  Json described = {{"Namespace", metric.metric_namespace}, {"MetricName", metric.name}};
  if (!metric.model_id.empty()) {
    described["Dimensions"] = Json::array({{{"Name", "ModelId"}, {"Value", metric.model_id}}});
  }
  return described;
}

/// What learns the band. One of the same metric that somebody else made serves, too.
Address add_detector(Assembly& assembly, const std::string& region, const BandMetric& metric) {
  Address detector{ResourceKind::anomaly_detector, region,
                   fmt::format("{}/{}/{}", metric.metric_namespace, metric.name, statistic)};
  if (!metric.model_id.empty()) {
    detector.name += "/ModelId=" + metric.model_id;
  }
  Json properties = with_dimensions(metric);
  properties["Stat"] = statistic;
  properties["Configuration"] = {{"MetricTimeZone", "Etc/UTC"}};
  assembly.add(Component::alerting, detector, properties);
  return detector;
}

void add_band_alarm(Assembly& assembly, const std::string& region, const ClassAlarm& alarm,
                    const BandMetric& metric, const char* comparison) {
  const Address detector = add_detector(assembly, region, metric);
  const Json watched = {
      {"Metrics",
       {{{"Id", "m1"},
         {"MetricStat",
          {{"Metric", with_dimensions(metric)}, {"Period", period_seconds}, {"Stat", statistic}}},
         {"ReturnData", true}},
        {{"Id", "ad1"},
         {"Expression", fmt::format("ANOMALY_DETECTION_BAND(m1, {})",
                                    assembly.spec().secure.thresholds.anomaly_band)},
         {"Label", metric.name + " (expected)"},
         {"ReturnData", true}}}},
      {"ThresholdMetricId", "ad1"},
      {"ComparisonOperator", comparison}};
  add_class_alarm(assembly, region, alarm, watched, {detector});
}

/// M5, M6 or M7.
struct UsageBand {
  const char* name;
  const char* metric;
  const char* what;
  const char* comparison;
  const char* checks;
};

/// Bands are of one series: without one for all models, one for each that is listed.
void add_usage_band(Assembly& assembly, const std::string& region, const UsageBand& band) {
  const StackSpec& spec = assembly.spec();
  const auto describe = [&](std::string_view whose) {
    return fmt::format("{} {} in 5 minutes, twice in a row, than CloudWatch expects. {}{}",
                       band.what, whose, learning_note, band.checks);
  };
  if (spec.alarm_source != AlarmSource::metrics_insights) {
    add_band_alarm(assembly, region, {band.name, "cost", describe("of all models")},
                   {model_metrics, band.metric, ""}, band.comparison);
    return;
  }
  for (const WatchedModel& model : spec.observability.models) {
    add_band_alarm(
        assembly, region,
        {fmt::format("{}-{}", band.name, model.model_id), "cost", describe("of " + model.model_id)},
        {model_metrics, band.metric, model.model_id}, band.comparison);
  }
  if (spec.observability.models.empty()) {
    assembly.add_unsupported({ResourceKind::alarm, region, band.name},
                             "CloudWatch keeps no series of all models together here, and Metrics "
                             "Insights knows no bands: list models (observability.models), and "
                             "each gets its alarm");
  }
}

/// The trail's events of all regions are in the home region.
void add_api_call_alarm(Assembly& assembly, const std::string& region) {
  const StackSpec& spec = assembly.spec();
  const std::string name = "bedrock-api-call-anomaly";
  if (!has_profile(spec, observability_profile)) {
    assembly.add_unsupported({ResourceKind::alarm, region, name},
                             "AWS has no metric of API calls: it counts them in the trail of "
                             "profile observability; add that profile");
    return;
  }
  if (!spec.observability.use_trail.empty()) {
    assembly.add_unsupported({ResourceKind::alarm, region, name},
                             "AWS has no metric of API calls: it counts them in a log group of the "
                             "stack's own trail, and --use-trail makes none");
    return;
  }
  add_band_alarm(assembly, region,
                 {name, "cost",
                  fmt::format("More API calls to Bedrock in 5 minutes, twice in a row, than "
                              "CloudWatch expects. {}1. the saved query trail-calls; 2. which "
                              "identity; 3. a job that was started twice.",
                              learning_note)},
                 {"BedrockLog/" + spec.stack, "BedrockApiCalls", ""}, "GreaterThanUpperThreshold");
}

}  // namespace

void add_anomaly_alarms(Assembly& assembly, const std::string& region) {
  const StackSpec& spec = assembly.spec();
  const SecureSwitches& switches = spec.secure.switches;
  // Behind each: the one of all models, or those of each.
  for (const char* const metric : {"InputTokenCount", "OutputTokenCount", "Invocations"}) {
    assembly.add_family({ResourceKind::anomaly_detector, region,
                         fmt::format("{}/{}/{}", model_metrics, metric, statistic)});
  }
  for (const char* const name : {"bedrock-input-token-anomaly", "bedrock-output-token-anomaly",
                                 "bedrock-invocation-anomaly"}) {
    assembly.add_family({ResourceKind::alarm, region, name});
  }
  if (switches.token_anomaly_alarms) {
    const char* const token_checks =
        "1. tokens by model and identity; 2. longer prompts or a larger maximum of output tokens; "
        "3. a job that was started twice.";
    add_usage_band(assembly, region,
                   {"bedrock-input-token-anomaly", "InputTokenCount", "More input tokens",
                    "GreaterThanUpperThreshold", token_checks});
    add_usage_band(assembly, region,
                   {"bedrock-output-token-anomaly", "OutputTokenCount", "More output tokens",
                    "GreaterThanUpperThreshold", token_checks});
    add_usage_band(assembly, region,
                   {"bedrock-invocation-anomaly", "Invocations", "More or fewer calls",
                    "LessThanLowerOrGreaterThanUpperThreshold",
                    "1. calls by model and identity; 2. errors and throttles of the same minutes; "
                    "3. a client that stopped or repeats itself."});
  }
  if (switches.api_call_alarm && region == spec.regions.front()) {
    add_api_call_alarm(assembly, region);
  }
}

}  // namespace bedrocklog::provision
