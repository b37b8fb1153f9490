// Metrics of AWS/Bedrock that exist, watched over all models together.
#include "provision/usage_alarms.h"

#include <utility>

#include <fmt/format.h>

#include "provision/metric_alarm.h"

namespace bedrocklog::provision {
namespace {

constexpr unsigned hour_seconds = 3'600;
constexpr unsigned five_minutes_seconds = 300;

AlarmDraft draft(const std::string& name, std::string description, std::uint64_t threshold,
                 const std::string& topic_arn) {
  return {name, std::move(description), Json::array({topic_arn}), threshold};
}

Json entry(const MetricSeries& series, AlarmSource source, bool is_result) {
  return source == AlarmSource::metrics_insights ? insights_entry(series, is_result)
                                                 : metric_entry(series, is_result);
}

Json single(const AlarmDraft& alarm, const MetricSeries& series, AlarmSource source) {
  return source == AlarmSource::metrics_insights
             ? math_alarm(alarm, Json::array({insights_entry(series, true)}))
             : alarm_on(alarm, series);
}

/// Of two series added up. A series without a point in a period would make the sum vanish.
Json sum_of(const AlarmDraft& alarm, const MetricSeries& left, const MetricSeries& right,
            const char* label, AlarmSource source) {
  return math_alarm(
      alarm, Json::array({entry(left, source, false), entry(right, source, false),
                          result_entry(fmt::format("FILL({}, 0) + FILL({}, 0)", left.id, right.id),
                                       label)}));
}

}  // namespace

std::vector<Json> usage_alarms(const StackSpec& spec, std::string_view region) {
  const std::string topic = topic_arn_of(spec, region);
  const Thresholds& limits = spec.thresholds;
  const Names& names = spec.names;
  const AlarmSource source = spec.alarm_source;
  return {
      sum_of(draft(names.token_alarm,
                   fmt::format(
                       "More than {} input and output tokens in an hour, all models together. "
                       "Look at: 1. tokens by model on the dashboard {}; 2. which identity sent "
                       "them (log group {}); 3. whether a job was started twice.",
                       limits.tokens_per_hour, names.dashboard, log_group_of(spec)),
                   limits.tokens_per_hour, topic),
             {"input", "InputTokenCount", "Sum", hour_seconds},
             {"output", "OutputTokenCount", "Sum", hour_seconds}, "Tokens", source),
      sum_of(draft(names.error_alarm,
                   fmt::format(
                       "More than {} failed calls in 5 minutes, client and server errors together. "
                       "Look at: 1. errorCode in the log group {}; 2. model access and quotas; "
                       "3. the AWS Health Dashboard for Bedrock in {}.",
                       limits.errors_per_5_minutes, log_group_of(spec), region),
                   limits.errors_per_5_minutes, topic),
             {"client", "InvocationClientErrors", "Sum", five_minutes_seconds},
             {"server", "InvocationServerErrors", "Sum", five_minutes_seconds}, "Errors", source),
      single(draft(names.invocation_alarm,
                   fmt::format("More than {} calls in an hour, all models together. Look at: 1. "
                               "calls by model on the dashboard {}; 2. which identity made them; "
                               "3. retries of a client that fails.",
                               limits.invocations_per_hour, names.dashboard),
                   limits.invocations_per_hour, topic),
             {"calls", "Invocations", "Sum", hour_seconds}, source),
      single(draft(names.latency_alarm,
                   fmt::format("Mean latency of calls above {} ms over 5 minutes, until the last "
                               "token. Look at: 1. latency by model on the dashboard {}; 2. output "
                               "tokens per call; 3. throttles of the same minutes.",
                               limits.latency_mean_ms, names.dashboard),
                   limits.latency_mean_ms, topic),
             {"latency", "InvocationLatency", "Average", five_minutes_seconds}, source)};
}

}  // namespace bedrocklog::provision
