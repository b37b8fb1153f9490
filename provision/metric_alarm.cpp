// Making alarms.
#include "provision/metric_alarm.h"

#include <utility>

#include <fmt/format.h>

namespace bedrocklog::provision {
namespace {

bool is_percentile(const std::string& statistic) {
  return statistic.starts_with('p');
}

Json metric_of(const MetricSeries& series) {
  Json metric = {{"Namespace", series.name_space}, {"MetricName", series.metric}};
  if (!series.dimensions.empty()) {
    metric["Dimensions"] = dimension_list(series.dimensions);
  }
  return metric;
}

Json base_of(const AlarmDraft& draft) {
  Json alarm = {{"AlarmName", draft.name},
                {"AlarmDescription", draft.description},
                {"ActionsEnabled", true},
                {"AlarmActions", draft.topic_arns},
                {"ComparisonOperator", draft.comparison},
                {"EvaluationPeriods", draft.periods},
                {"DatapointsToAlarm", draft.breaches == 0 ? draft.periods : draft.breaches},
                {"TreatMissingData", "notBreaching"}};
  if (!draft.threshold.is_null()) {
    alarm["Threshold"] = draft.threshold;
  }
  return alarm;
}

}  // namespace

Json dimension_list(const std::map<std::string, std::string>& dimensions) {
  Json list = Json::array();
  for (const auto& [name, value] : dimensions) {
    list.push_back({{"Name", name}, {"Value", value}});
  }
  return list;
}

Json metric_entry(const MetricSeries& series, bool is_result) {
  return {{"Id", series.id},
          {"MetricStat",
           {{"Metric", metric_of(series)},
            {"Period", series.period_seconds},
            {"Stat", series.statistic}}},
          {"ReturnData", is_result}};
}

Json insights_entry(const MetricSeries& series, bool is_result) {
  const char* const function = series.statistic == "Sum" ? "SUM" : "AVG";
  return {{"Id", series.id},
          {"Expression", fmt::format("SELECT {}({}) FROM SCHEMA(\"{}\", ModelId)", function,
                                     series.metric, series.name_space)},
          {"Period", series.period_seconds},
          {"ReturnData", is_result}};
}

Json result_entry(const std::string& expression, const std::string& label) {
  return {{"Id", "total"}, {"Expression", expression}, {"Label", label}, {"ReturnData", true}};
}

Json step_entry(const std::string& id, const std::string& expression) {
  return {{"Id", id}, {"Expression", expression}, {"ReturnData", false}};
}

Json alarm_on(const AlarmDraft& draft, const MetricSeries& series) {
  Json alarm = base_of(draft);
  alarm.update(metric_of(series));
  alarm[is_percentile(series.statistic) ? "ExtendedStatistic" : "Statistic"] = series.statistic;
  alarm["Period"] = series.period_seconds;
  return alarm;
}

Json math_alarm(const AlarmDraft& draft, Json entries) {
  Json alarm = base_of(draft);
  alarm["Metrics"] = std::move(entries);
  return alarm;
}

Json band_alarm(const AlarmDraft& draft, const MetricSeries& series, unsigned band) {
  Json alarm = base_of(draft);
  // Both are results: what is watched, and what it is held against.
  alarm["Metrics"] = {
      metric_entry(series, true),
      {{"Id", "band"},
       {"Expression", fmt::format("ANOMALY_DETECTION_BAND({}, {})", series.id, band)},
       {"Label", "Expected"},
       {"ReturnData", true}}};
  alarm["ThresholdMetricId"] = "band";
  return alarm;
}

Address detector_address(std::string_view region, const MetricSeries& series) {
  std::string name = fmt::format("{}/{}/{}", series.name_space, series.metric, series.statistic);
  for (const auto& [dimension, value] : series.dimensions) {
    name += fmt::format("/{}={}", dimension, value);
  }
  return {ResourceKind::anomaly_detector, std::string(region), std::move(name)};
}

void add_detector(Assembly& assembly, std::string_view region, const MetricSeries& series) {
  Json properties = metric_of(series);
  properties["Stat"] = series.statistic;
  properties["Configuration"] = {{"MetricTimeZone", "Etc/UTC"}};
  assembly.add(Component::alerting, detector_address(region, series), properties);
}

}  // namespace bedrocklog::provision
