// Metrics of AWS/Bedrock that exist, watched over all models together.
#include "provision/usage_alarms.h"

#include <utility>

#include <fmt/format.h>

namespace bedrocklog::provision {
namespace {

constexpr const char* bedrock_metrics = "AWS/Bedrock";
constexpr unsigned hour_seconds = 3'600;
constexpr unsigned five_minutes_seconds = 300;

struct Series {
  const char* id;
  const char* metric;
  const char* statistic;  // Sum or Average.
  unsigned period_seconds;
};

/// One entry of an alarm's Metrics.
Json metric_entry(const Series& series, AlarmSource source, bool is_result) {
  if (source == AlarmSource::metrics_insights) {
    const char* const function = std::string_view(series.statistic) == "Sum" ? "SUM" : "AVG";
    return {{"Id", series.id},
            {"Expression", fmt::format("SELECT {}({}) FROM SCHEMA(\"{}\", ModelId)", function,
                                       series.metric, bedrock_metrics)},
            {"Period", series.period_seconds},
            {"ReturnData", is_result}};
  }
  return {{"Id", series.id},
          {"MetricStat",
           {{"Metric", {{"Namespace", bedrock_metrics}, {"MetricName", series.metric}}},
            {"Period", series.period_seconds},
            {"Stat", series.statistic}}},
          {"ReturnData", is_result}};
}

Json alarm(const std::string& name, std::string description, std::uint64_t threshold,
           const std::string& topic_arn) {
  return {{"AlarmName", name},
          {"AlarmDescription", std::move(description)},
          {"ActionsEnabled", true},
          {"AlarmActions", {topic_arn}},
          {"ComparisonOperator", "GreaterThanThreshold"},
          {"EvaluationPeriods", 1},
          {"DatapointsToAlarm", 1},
          {"Threshold", threshold},
          {"TreatMissingData", "notBreaching"}};
}

/// Of one series.
Json single(Json alarm, const Series& series, AlarmSource source) {
  if (source == AlarmSource::metrics_insights) {
    alarm["Metrics"].push_back(metric_entry(series, source, true));
    return alarm;
  }
  alarm["Namespace"] = bedrock_metrics;
  alarm["MetricName"] = series.metric;
  alarm["Statistic"] = series.statistic;
  alarm["Period"] = series.period_seconds;
  return alarm;
}

/// Of two series added up. A series without a point in a period would make the sum vanish.
Json sum_of(Json alarm, const Series& left, const Series& right, const char* label,
            AlarmSource source) {
  alarm["Metrics"] = {metric_entry(left, source, false),
                      metric_entry(right, source, false),
                      {{"Id", "total"},
                       {"Expression", fmt::format("FILL({}, 0) + FILL({}, 0)", left.id, right.id)},
                       {"Label", label},
                       {"ReturnData", true}}};
  return alarm;
}

}  // namespace

std::vector<Json> usage_alarms(const StackSpec& spec, std::string_view region) {
  const std::string topic = topic_arn_of(spec, region);
  const Thresholds& limits = spec.thresholds;
  const Names& names = spec.names;
  const AlarmSource source = spec.alarm_source;
  return {
      sum_of(alarm(names.token_alarm,
                   fmt::format(
                       "More than {} input and output tokens in an hour, all models together. "
                       "Look at: 1. tokens by model on the dashboard {}; 2. which identity sent "
                       "them (log group {}); 3. whether a job was started twice.",
                       limits.tokens_per_hour, names.dashboard, log_group_of(spec)),
                   limits.tokens_per_hour, topic),
             {"input", "InputTokenCount", "Sum", hour_seconds},
             {"output", "OutputTokenCount", "Sum", hour_seconds}, "Tokens", source),
      sum_of(alarm(names.error_alarm,
                   fmt::format(
                       "More than {} failed calls in 5 minutes, client and server errors together. "
                       "Look at: 1. errorCode in the log group {}; 2. model access and quotas; "
                       "3. the AWS Health Dashboard for Bedrock in {}.",
                       limits.errors_per_5_minutes, log_group_of(spec), region),
                   limits.errors_per_5_minutes, topic),
             {"client", "InvocationClientErrors", "Sum", five_minutes_seconds},
             {"server", "InvocationServerErrors", "Sum", five_minutes_seconds}, "Errors", source),
      single(alarm(names.invocation_alarm,
                   fmt::format("More than {} calls in an hour, all models together. Look at: 1. "
                               "calls by model on the dashboard {}; 2. which identity made them; "
                               "3. retries of a client that fails.",
                               limits.invocations_per_hour, names.dashboard),
                   limits.invocations_per_hour, topic),
             {"calls", "Invocations", "Sum", hour_seconds}, source),
      single(alarm(names.latency_alarm,
                   fmt::format("Mean latency of calls above {} ms over 5 minutes, until the last "
                               "token. Look at: 1. latency by model on the dashboard {}; 2. output "
                               "tokens per call; 3. throttles of the same minutes.",
                               limits.latency_mean_ms, names.dashboard),
                   limits.latency_mean_ms, topic),
             {"latency", "InvocationLatency", "Average", five_minutes_seconds}, source)};
}

}  // namespace bedrocklog::provision
