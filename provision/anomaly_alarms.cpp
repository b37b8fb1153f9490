// Alarms M5 to M7 and M19: tokens, calls and API calls outside of the band that CloudWatch expects.
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "provision/observability_profile.h"
#include "provision/secure_parts.h"

namespace bedrocklog::provision {
namespace {

constexpr unsigned period_seconds = 300;
constexpr const char* learning_note =
    "The model behind the band needs about two weeks of data. Look at: ";

MetricSeries series_of(const char* metric) {
  return {"m1", metric, "Sum", period_seconds};
}

/// With its detector. One of the same metric that somebody else made serves, too.
void add_band_alarm(Assembly& assembly, const std::string& region, const ClassAlarm& alarm,
                    const MetricSeries& series, const char* comparison) {
  const StackSpec& spec = assembly.spec();
  add_detector(assembly, region, series);
  AlarmDraft draft = draft_of(spec, region, alarm);
  draft.comparison = comparison;
  add_class_alarm(assembly, region, alarm,
                  band_alarm(draft, series, spec.secure.thresholds.anomaly_band),
                  {detector_address(region, series)});
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
  const auto add = [&](const std::string& name, std::string_view whose,
                       const MetricSeries& series) {
    add_band_alarm(assembly, region,
                   {name, "cost",
                    fmt::format("{} {} in 5 minutes, twice in a row, than CloudWatch expects. {}{}",
                                band.what, whose, learning_note, band.checks)},
                   series, band.comparison);
  };
  if (spec.alarm_source != AlarmSource::metrics_insights) {
    add(band.name, "of all models", series_of(band.metric));
    return;
  }
  for (const WatchedModel& model : spec.observability.models) {
    MetricSeries series = series_of(band.metric);
    series.dimensions = {{"ModelId", model.model_id}};
    add(fmt::format("{}-{}", band.name, model.model_id), "of " + model.model_id, series);
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
  if (!has_trail(spec)) {
    assembly.add_unsupported({ResourceKind::alarm, region, name},
                             "AWS has no metric of API calls: it counts them in a log group of the "
                             "stack's own trail, and --use-trail makes none");
    return;
  }
  MetricSeries series = series_of("BedrockApiCalls");
  series.name_space = filter_namespace(spec);
  add_band_alarm(assembly, region,
                 {name, "cost",
                  fmt::format("More API calls to Bedrock in 5 minutes, twice in a row, than "
                              "CloudWatch expects. {}1. the saved query trail-calls; 2. which "
                              "identity; 3. a job that was started twice.",
                              learning_note)},
                 series, "GreaterThanUpperThreshold");
}

}  // namespace

void add_anomaly_alarms(Assembly& assembly, const std::string& region) {
  const StackSpec& spec = assembly.spec();
  const SecureSwitches& switches = spec.secure.switches;
  // Behind each: the one of all models, or those of each.
  for (const char* const metric : {"InputTokenCount", "OutputTokenCount", "Invocations"}) {
    assembly.add_family(
        {ResourceKind::anomaly_detector, region, detector_address(region, series_of(metric)).name});
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
