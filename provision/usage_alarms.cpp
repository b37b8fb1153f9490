// Metrics of AWS/Bedrock that exist, watched over all models together.
#include "provision/usage_alarms.h"

#include <cstddef>
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

Json single(const AlarmDraft& alarm, const MetricSeries& series, AlarmSource source) {
  return source == AlarmSource::metrics_insights
             ? math_alarm(alarm, Json::array({insights_entry(series, true)}))
             : alarm_on(alarm, series);
}

struct PartText {
  const char* subject;  // "input tokens".
  MetricSeries series;
};

/// What an alarm on a sum of two metrics says and watches.
struct SumText {
  const SumAlarmNames& names;
  const char* label;
  const char* subject;  // "input and output tokens".
  const char* span;     // "in an hour".
  std::string checks;   // What to look at first.
  std::uint64_t threshold;
  std::array<PartText, 2> parts;
};

std::string description_of(const SumText& text, const char* subject, const std::string& remark) {
  return fmt::format("More than {} {} {}, all models together. {}Look at: {}", text.threshold,
                     subject, text.span, remark, text.checks);
}

/// A series without a point in a period would make the sum vanish.
Json sum_alarm(const SumText& text, const std::string& topic_arn) {
  const auto& [left, right] = text.parts;
  return math_alarm(
      draft(text.names.sum, description_of(text, text.subject, ""), text.threshold, topic_arn),
      Json::array(
          {metric_entry(left.series, false), metric_entry(right.series, false),
           result_entry(fmt::format("FILL({}, 0) + FILL({}, 0)", left.series.id, right.series.id),
                        text.label)}));
}

void add_sum(const SumText& text, const std::string& topic_arn, AlarmSource source,
             std::vector<Json>& alarms) {
  if (source != AlarmSource::metrics_insights) {
    alarms.push_back(sum_alarm(text, topic_arn));
    return;
  }
  for (const std::size_t part : {0U, 1U}) {
    const std::size_t other = 1 - part;
    const std::string remark = fmt::format(
        "The {} have the alarm {}. ", text.parts.at(other).subject, text.names.parts.at(other));
    alarms.push_back(single(
        draft(text.names.parts.at(part), description_of(text, text.parts.at(part).subject, remark),
              text.threshold, topic_arn),
        text.parts.at(part).series, source));
  }
}

}  // namespace

std::array<SumAlarmNames, 2> sum_alarm_names(const Names& names) {
  return {{{names.token_alarm, {names.token_alarm + "-input", names.token_alarm + "-output"}},
           {names.error_alarm, {names.error_alarm + "-client", names.error_alarm + "-server"}}}};
}

std::vector<Json> usage_alarms(const StackSpec& spec, std::string_view region) {
  const std::string topic = topic_arn_of(spec, region);
  const Thresholds& limits = spec.thresholds;
  const Names& names = spec.names;
  const AlarmSource source = spec.alarm_source;
  const auto [tokens, errors] = sum_alarm_names(names);
  std::vector<Json> alarms;
  add_sum({tokens,
           "Tokens",
           "input and output tokens",
           "in an hour",
           fmt::format("1. tokens by model on the dashboard {}; 2. which identity sent them (log "
                       "group {}); 3. whether a job was started twice.",
                       names.dashboard, log_group_of(spec)),
           limits.tokens_per_hour,
           {{{"input tokens", {"input", "InputTokenCount", "Sum", hour_seconds}},
             {"output tokens", {"output", "OutputTokenCount", "Sum", hour_seconds}}}}},
          topic, source, alarms);
  add_sum(
      {errors,
       "Errors",
       "failed calls",
       "in 5 minutes",
       fmt::format("1. errorCode in the log group {}; 2. model access and quotas; 3. the AWS "
                   "Health Dashboard for Bedrock in {}.",
                   log_group_of(spec), region),
       limits.errors_per_5_minutes,
       {{{"client errors", {"client", "InvocationClientErrors", "Sum", five_minutes_seconds}},
         {"server errors", {"server", "InvocationServerErrors", "Sum", five_minutes_seconds}}}}},
      topic, source, alarms);
  alarms.push_back(
      single(draft(names.invocation_alarm,
                   fmt::format("More than {} calls in an hour, all models together. Look at: 1. "
                               "calls by model on the dashboard {}; 2. which identity made them; "
                               "3. retries of a client that fails.",
                               limits.invocations_per_hour, names.dashboard),
                   limits.invocations_per_hour, topic),
             {"calls", "Invocations", "Sum", hour_seconds}, source));
  alarms.push_back(
      single(draft(names.latency_alarm,
                   fmt::format("Mean latency of calls above {} ms over 5 minutes, until the last "
                               "token. Look at: 1. latency by model on the dashboard {}; 2. output "
                               "tokens per call; 3. throttles of the same minutes.",
                               limits.latency_mean_ms, names.dashboard),
                   limits.latency_mean_ms, topic),
             {"latency", "InvocationLatency", "Average", five_minutes_seconds}, source));
  return alarms;
}

}  // namespace bedrocklog::provision
