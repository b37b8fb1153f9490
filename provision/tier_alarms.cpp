// Alarms T1 to T10 of profile observability.
//
// Those over all models read the series without dimensions, if CloudWatch has it (alarm_source). If
// not, only a single sum or mean can be asked of all models together, by one Metrics Insights query
// for an alarm; expressions over several metrics, percentiles and bands are then watched for each
// model of the configuration. Metrics Insights sees the latest three hours only.
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/metric_alarm.h"
#include "provision/model_cost.h"
#include "provision/observability_profile.h"
#include "provision/value_rules.h"

namespace bedrocklog::provision {
namespace {

constexpr unsigned minute_seconds = 60;
constexpr unsigned five_minutes_seconds = 300;
constexpr unsigned quarter_seconds = 900;

// Names before "-ENV".
constexpr const char* availability_name = "bedrock-critical-availability";
constexpr const char* error_rate_name = "Bedrock-High-Error-Rate";
constexpr const char* unauthorized_name = "bedrock-critical-unauthorized";
constexpr const char* cost_spike_name = "bedrock-critical-cost-spike";
constexpr const char* tampered_name = "bedrock-critical-logging-tampered";
constexpr const char* latency_name = "Bedrock-High-Latency";
constexpr const char* p99_name = "bedrock-warning-p99";
constexpr const char* throttle_name = "bedrock-warning-throttle-rate";
constexpr const char* unusual_name = "Bedrock-Unusual-Activity";
constexpr const char* quota_name = "bedrock-warning-quota";

constexpr const char* exact_spend_command = "bedrocklog report SOURCE --by hour --metrics cost";

/// What one alarm watches: all models, or one.
struct Scope {
  std::string suffix;  // Of the name: "" or "-MODEL".
  std::string whom;    // "all models together".
  std::map<std::string, std::string> dimensions;
};

Scope scope_of(const WatchedModel& model) {
  return {"-" + model.model_id, "the model " + model.model_id, {{"ModelId", model.model_id}}};
}

/// A number, where the text is one; normal_form() does the same to what AWS says.
Json threshold_of(const std::string& decimal) {
  return plain_decimal(decimal);
}

/// Exact: the product of two whole numbers with the point moved.
std::string percent_of(std::uint64_t value, unsigned percent) {
  const std::uint64_t hundredths = value * percent;
  return plain_decimal(fmt::format("{}.{:02}", hundredths / 100, hundredths % 100));
}

/// Adds the alarms of one region.
class TierAlarms {
 public:
  TierAlarms(Assembly& assembly, const std::string& region)
      : assembly_(&assembly),
        spec_(&assembly.spec()),
        region_(region),
        topic_(alarm_topic(assembly.spec(), region)) {
    if (by_insights()) {
      for (const WatchedModel& model : models()) {
        scopes_.push_back(scope_of(model));
      }
    } else {
      scopes_.push_back({"", "all models together", {}});
    }
  }

  void add_all() {
    add_families();
    for (const char* const name :
         {availability_name, error_rate_name, throttle_name, unusual_name}) {
      tell_when_unwatched(name);
    }
    for (const Scope& scope : scopes_) {
      add_availability(scope);
      add_error_rate(scope);
      add_throttle_rate(scope);
      add_unusual_activity(scope);
    }
    add_mean_latency();
    add_cost_spike();
    for (const WatchedModel& model : models()) {
      add_model_latency(model);
      add_model_quota(model);
    }
  }

  /// T3 and T5, where the trail's events are.
  void add_trail_alarms();

 private:
  [[nodiscard]] const std::vector<WatchedModel>& models() const {
    return spec_->observability.models;
  }
  [[nodiscard]] const TierThresholds& limits() const { return spec_->observability.thresholds; }
  [[nodiscard]] bool by_insights() const {
    return spec_->alarm_source == AlarmSource::metrics_insights;
  }
  [[nodiscard]] std::string full_name(const char* name, const std::string& suffix = "") const {
    return environment_name(*spec_, name) + suffix;
  }
  [[nodiscard]] Address alarm_address(const std::string& name) const {
    return {ResourceKind::alarm, region_, name};
  }

  [[nodiscard]] AlarmDraft draft(const std::string& name, std::string description,
                                 Json threshold) const {
    AlarmDraft made;
    made.name = name;
    made.description = std::move(description);
    made.topic_arns = Json::array({topic_.arn});
    made.threshold = std::move(threshold);
    return made;
  }
  void add(const AlarmDraft& draft, const Json& properties,
           const std::vector<Address>& further_needs = {}) {
    std::vector<Address> needs = topic_.needs;
    needs.insert(needs.end(), further_needs.begin(), further_needs.end());
    assembly_->add_tagged(Component::alerting, alarm_address(draft.name), properties,
                          std::move(needs));
  }

  [[nodiscard]] static MetricSeries five_minutes(const char* id, const char* metric,
                                                 const Scope& scope) {
    return {id, metric, "Sum", five_minutes_seconds, bedrock_metrics, scope.dimensions};
  }

  void add_families();
  void tell_when_unwatched(const char* name);
  void add_availability(const Scope& scope);
  void add_error_rate(const Scope& scope);
  void add_throttle_rate(const Scope& scope);
  void add_unusual_activity(const Scope& scope);
  void add_mean_latency();
  void add_cost_spike();
  void tell_limits_of_spend(const std::string& name, bool is_priced, const HourlySum& sum);
  void add_model_latency(const WatchedModel& model);
  void add_model_quota(const WatchedModel& model);

  Assembly* assembly_;
  const StackSpec* spec_;
  std::string region_;
  AlarmTopic topic_;
  std::vector<Scope> scopes_;
};

void TierAlarms::add_families() {
  for (const char* const name : {p99_name, quota_name}) {
    assembly_->add_family({ResourceKind::alarm, region_, full_name(name, "-")});
  }
  // One for all models, or one for each: by the alarm source.
  for (const char* const name : {availability_name, error_rate_name, throttle_name, unusual_name}) {
    assembly_->add_family({ResourceKind::alarm, region_, full_name(name)});
  }
  assembly_->add_family(
      {ResourceKind::anomaly_detector, region_,
       detector_address(region_, {"calls", "Invocations", "Sum", quarter_seconds}).name});
}

void TierAlarms::tell_when_unwatched(const char* name) {
  if (scopes_.empty()) {
    assembly_->add_unsupported(
        alarm_address(full_name(name)),
        "CloudWatch has no series of all models here, and a Metrics Insights query gives neither "
        "an expression over several metrics nor a band: name the models in observability.models, "
        "and each gets an alarm of its own");
  }
}

/// T1. Whether Invocations has failed calls in it depends on the version of the documentation: all
/// calls failed when there are none, or, where failures count, when there are as many as failures.
void TierAlarms::add_availability(const Scope& scope) {
  AlarmDraft alarm = draft(
      full_name(availability_name, scope.suffix),
      fmt::format("Calls were made and none succeeded, for 10 minutes ({}). Look at: 1. the AWS "
                  "Health Dashboard for Bedrock in {}; 2. errorCode in the log group {}; 3. quotas "
                  "and model access.",
                  scope.whom, region_, log_group_of(*spec_)),
      1);
  alarm.periods = 2;
  alarm.comparison = "GreaterThanOrEqualToThreshold";
  add(alarm,
      math_alarm(alarm,
                 {metric_entry(five_minutes("calls", "Invocations", scope), false),
                  metric_entry(five_minutes("client", "InvocationClientErrors", scope), false),
                  metric_entry(five_minutes("server", "InvocationServerErrors", scope), false),
                  metric_entry(five_minutes("throttles", "InvocationThrottles", scope), false),
                  step_entry("made", "FILL(calls, 0)"),
                  step_entry("failed", "FILL(client, 0) + FILL(server, 0)"),
                  step_entry("attempts", "made + failed + FILL(throttles, 0)"),
                  result_entry("IF(attempts > 0 AND (made == 0 OR made == failed), 1, 0)",
                               "Unavailable")}));
}

/// T2. The larger of calls and failures below the line: right whether failures count as calls or
/// not, up to a small error.
void TierAlarms::add_error_rate(const Scope& scope) {
  const AlarmDraft alarm = draft(
      full_name(error_rate_name, scope.suffix),
      fmt::format("More than {} percent of calls failed in 5 minutes ({}). Look at: 1. errorCode "
                  "by model in the log group {}; 2. the newest deployment; 3. the AWS Health "
                  "Dashboard for Bedrock in {}.",
                  limits().error_percent, scope.whom, log_group_of(*spec_), region_),
      threshold_of(limits().error_percent));
  add(alarm,
      math_alarm(alarm,
                 {metric_entry(five_minutes("calls", "Invocations", scope), false),
                  metric_entry(five_minutes("client", "InvocationClientErrors", scope), false),
                  metric_entry(five_minutes("server", "InvocationServerErrors", scope), false),
                  step_entry("made", "FILL(calls, 0)"),
                  step_entry("failed", "FILL(client, 0) + FILL(server, 0)"),
                  result_entry("100 * failed / MAX([made, failed])", "Failed, percent")}));
}

/// T8. Throttled calls are not among Invocations.
void TierAlarms::add_throttle_rate(const Scope& scope) {
  AlarmDraft alarm = draft(
      full_name(throttle_name, scope.suffix),
      fmt::format("More than {} percent of calls were throttled, for 10 minutes ({}). Look at: 1. "
                  "tokens and calls a minute by model against the quotas; 2. max_tokens, which is "
                  "reserved up front; 3. retries without delay.",
                  limits().throttle_percent, scope.whom),
      threshold_of(limits().throttle_percent));
  alarm.periods = 2;
  add(alarm,
      math_alarm(
          alarm,
          {metric_entry(five_minutes("calls", "Invocations", scope), false),
           metric_entry(five_minutes("throttles", "InvocationThrottles", scope), false),
           step_entry("throttled", "FILL(throttles, 0)"),
           result_entry("100 * throttled / (FILL(calls, 0) + throttled)", "Throttled, percent")}));
}

/// T9.
void TierAlarms::add_unusual_activity(const Scope& scope) {
  const MetricSeries calls{"calls",         "Invocations",   "Sum",
                           quarter_seconds, bedrock_metrics, scope.dimensions};
  AlarmDraft alarm = draft(
      full_name(unusual_name, scope.suffix),
      fmt::format("More calls in 15 minutes than the time of day and week let expect, by {} "
                  "standard deviations ({}). CloudWatch learns the band for about two weeks. Look "
                  "at: 1. which identity made them; 2. new sources in the trail; 3. a job that was "
                  "started twice.",
                  limits().anomaly_band, scope.whom),
      {});
  alarm.comparison = "GreaterThanUpperThreshold";
  add_detector(*assembly_, region_, calls);
  add(alarm, band_alarm(alarm, calls, limits().anomaly_band), {detector_address(region_, calls)});
}

/// T6.
void TierAlarms::add_mean_latency() {
  const MetricSeries series{"latency", "InvocationLatency", "Average", five_minutes_seconds};
  AlarmDraft alarm = draft(
      full_name(latency_name),
      fmt::format("Mean latency of calls above {} ms until the last token, for 15 minutes, all "
                  "models together. Look at: 1. latency by model on the technical dashboard; 2. "
                  "output tokens per call; 3. throttles of the same minutes.",
                  limits().latency_mean_ms),
      limits().latency_mean_ms);
  alarm.periods = 3;
  add(alarm, by_insights() ? math_alarm(alarm, Json::array({insights_entry(series, true)}))
                           : alarm_on(alarm, series));
}

/// T4. Alarms cannot shift time; DIFF() is the step from one point of a series to the next, here
/// from hour to hour, so that the hour before is the sum less the step. Nothing is told about an
/// hour behind one without any spend: the quotient has no point there.
void TierAlarms::add_cost_spike() {
  const bool is_priced = !priced_models(models()).empty();
  const HourlySum sum = is_priced       ? hourly_spend(models())
                        : by_insights() ? hourly_tokens(models())
                                        : hourly_tokens();
  const std::string name = full_name(cost_spike_name);
  tell_limits_of_spend(name, is_priced, sum);
  if (sum.entries.empty()) {
    return;
  }
  const AlarmDraft alarm = draft(
      name,
      fmt::format("{} of an hour rose by more than {} percent over the hour before. Look at: 1. "
                  "tokens by model and by team on the cost dashboard; 2. which identity sent them; "
                  "3. exact spend: {}.",
                  is_priced ? "Spend (tokens times price)" : "Tokens",
                  limits().cost_increase_percent, exact_spend_command),
      limits().cost_increase_percent);
  Json entries = sum.entries;
  entries.push_back(step_entry("spend", sum.expression));
  entries.push_back(step_entry("rise", "DIFF(spend)"));
  entries.push_back(result_entry("100 * rise / (spend - rise)", "Increase, percent"));
  add(alarm, math_alarm(alarm, std::move(entries)));
}

void TierAlarms::tell_limits_of_spend(const std::string& name, bool is_priced,
                                      const HourlySum& sum) {
  if (!is_priced) {
    assembly_->add_unsupported(
        alarm_address(name),
        fmt::format("no model has prices: {}; prices in observability.models make it spend; exact "
                    "spend by hour: {}",
                    sum.entries.empty() ? "and CloudWatch has no series of all models here"
                                        : "it watches tokens, all alike, in place of spend",
                    exact_spend_command));
  }
  if (!sum.left_out.empty()) {
    assembly_->add_unsupported(
        alarm_address(name),
        fmt::format("an alarm takes {} metrics: without {}; exact spend of every model by hour: {}",
                    alarm_metrics_max, fmt::join(sum.left_out, ", "), exact_spend_command));
  }
}

/// T7.
void TierAlarms::add_model_latency(const WatchedModel& model) {
  const std::uint64_t limit_ms =
      model.latency_p99_ms == 0 ? limits().latency_p99_ms : model.latency_p99_ms;
  const Scope scope = scope_of(model);
  AlarmDraft alarm = draft(
      full_name(p99_name, scope.suffix),
      fmt::format("One call in a hundred of {} took longer than {} ms until the last token, for 15 "
                  "minutes. Look at: 1. output tokens per call; 2. time to the first token; 3. "
                  "throttles and retries of the same minutes.",
                  scope.whom, limit_ms),
      limit_ms);
  alarm.periods = 3;
  add(alarm,
      alarm_on(alarm, MetricSeries{"latency", "InvocationLatency", "p99", five_minutes_seconds,
                                   bedrock_metrics, scope.dimensions}));
}

/// T10.
void TierAlarms::add_model_quota(const WatchedModel& model) {
  if (model.tokens_per_minute_quota == 0) {
    return;
  }
  const Scope scope = scope_of(model);
  AlarmDraft alarm = draft(
      full_name(quota_name, scope.suffix),
      fmt::format("More than {} percent of {} tokens a minute are used by {}. CloudWatch's figure "
                  "is an estimate without what max_tokens reserves. Look at: 1. Service Quotas for "
                  "the quota itself; 2. max_tokens of requests; 3. moving work to quieter hours.",
                  limits().quota_percent, model.tokens_per_minute_quota, scope.whom),
      threshold_of(percent_of(model.tokens_per_minute_quota, limits().quota_percent)));
  alarm.periods = 5;
  alarm.breaches = 3;
  add(alarm, alarm_on(alarm, MetricSeries{"usage", "EstimatedTPMQuotaUsage", "Maximum",
                                          minute_seconds, bedrock_metrics, scope.dimensions}));
}

void TierAlarms::add_trail_alarms() {
  const Address group = trail_log_group(*spec_);
  const auto filter = [&](const char* name) {
    return Address{ResourceKind::metric_filter, group.region,
                   fmt::format("{}:{}", group.name, name)};
  };
  const AlarmDraft refused =
      draft(full_name(unauthorized_name),
            fmt::format(
                "More than {} calls of Bedrock were refused for lack of rights in 5 minutes. Look "
                "at: 1. the saved query trail-denied: who, what, from where; 2. whether rights "
                "were changed; 3. credentials that leaked.",
                limits().unauthorized_per_5_minutes),
            limits().unauthorized_per_5_minutes);
  add(refused,
      alarm_on(refused, MetricSeries{"refused", "BedrockUnauthorized", "Sum", five_minutes_seconds,
                                     filter_namespace(*spec_)}),
      {filter("BedrockUnauthorized")});
  const AlarmDraft tampered = draft(
      full_name(tampered_name),
      "The logging configuration of Bedrock or a trail was changed or stopped. An apply of this "
      "stack does so, too. Look at: 1. the saved query trail-config-changes: who and when; 2. "
      "`bedrocklog provision verify`; 3. `bedrocklog provision plan` for what is different now.",
      0);
  const auto count = [&](const char* id, const char* metric) {
    return metric_entry({id, metric, "Sum", minute_seconds, filter_namespace(*spec_)}, false);
  };
  add(tampered,
      math_alarm(tampered,
                 {count("logging", "LoggingConfigChanged"), count("trail", "TrailTampered"),
                  result_entry("FILL(logging, 0) + FILL(trail, 0)", "Changes")}),
      {filter("LoggingConfigChanged"), filter("TrailTampered")});
}

}  // namespace

void add_tier_alarms(Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  for (const std::string& region : spec.regions) {
    TierAlarms alarms(assembly, region);
    alarms.add_all();
    if (region != spec.regions.front()) {
      continue;
    }
    if (has_trail(spec)) {
      alarms.add_trail_alarms();
      continue;
    }
    for (const char* const name : {unauthorized_name, tampered_name}) {
      assembly.add_unsupported({ResourceKind::alarm, region, environment_name(spec, name)},
                               "needs events of a trail in a log group of this stack, and " +
                                   spec.observability.use_trail + " is used in place of a trail");
    }
  }
}

std::vector<std::string> tier_alarm_names(const StackSpec& spec, const std::string& region) {
  std::vector<std::string> names;
  const auto add = [&](const char* name, const std::string& suffix = "") {
    names.push_back(environment_name(spec, name) + suffix);
  };
  if (region == spec.regions.front() && has_trail(spec)) {
    add(tampered_name);
    add(unauthorized_name);
  }
  const bool by_model = spec.alarm_source == AlarmSource::metrics_insights;
  add(latency_name);
  if (!by_model || !spec.observability.models.empty()) {
    add(cost_spike_name);
  }
  for (const char* const name : {availability_name, error_rate_name, throttle_name, unusual_name}) {
    if (!by_model) {
      add(name);
      continue;
    }
    for (const WatchedModel& model : spec.observability.models) {
      add(name, "-" + model.model_id);
    }
  }
  for (const WatchedModel& model : spec.observability.models) {
    add(p99_name, "-" + model.model_id);
    if (model.tokens_per_minute_quota > 0) {
      add(quota_name, "-" + model.model_id);
    }
  }
  return names;
}

}  // namespace bedrocklog::provision
