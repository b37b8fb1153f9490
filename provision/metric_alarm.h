// The shapes alarms are made of: of one metric, of an expression over several, of a band.
//
// What an alarm may have (Amazon CloudWatch User Guide, "Alarm data queries", and PutMetricAlarm,
// read 2026-11): ten metrics at most, all of one period; an expression that gives one series; no
// SEARCH. A request may have one Metrics Insights query, and PutMetricAlarm refuses two as "Invalid
// metrics list" (reported by several who deployed such an alarm).
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "provision/assembly.h"
#include "provision/resource.h"

namespace bedrocklog::provision {

inline constexpr const char* bedrock_metrics = "AWS/Bedrock";
inline constexpr std::size_t alarm_metrics_max = 10;

struct MetricSeries {
  std::string id;         // Within its alarm: a-z first, then letters, digits, _.
  std::string metric;     // "Invocations".
  std::string statistic;  // "Sum", "Average", "Maximum", "p99".
  unsigned period_seconds = 300;
  std::string name_space = bedrock_metrics;
  // Empty: the series without any. NOLINTNEXTLINE(readability-redundant-member-init): left out.
  std::map<std::string, std::string> dimensions = {};
};

struct AlarmDraft {
  std::string name;
  std::string description;  // Meaning, and what to look at first; at most 1024 characters.
  Json topic_arns;          // List of those that are told.
  Json threshold;           // A number, or a decimal as text; null: a band's.
  unsigned periods = 1;     // All of which must breach, unless `breaches` is less.
  unsigned breaches = 0;    // M of N; 0: all.
  std::string comparison = "GreaterThanThreshold";
};

/// Entries of an alarm's Metrics.
[[nodiscard]] Json metric_entry(const MetricSeries& series, bool is_result);
/// All models of AWS/Bedrock together by a Metrics Insights query. Sum or Average.
[[nodiscard]] Json insights_entry(const MetricSeries& series, bool is_result);
[[nodiscard]] Json result_entry(const std::string& expression, const std::string& label);
/// An intermediate expression.
[[nodiscard]] Json step_entry(const std::string& id, const std::string& expression);

/// [{"Name","Value"}].
[[nodiscard]] Json dimension_list(const std::map<std::string, std::string>& dimensions);

/// Properties without tags. Missing data never breach: Bedrock's metrics have points only where
/// there were calls.
[[nodiscard]] Json alarm_on(const AlarmDraft& draft, const MetricSeries& series);
[[nodiscard]] Json math_alarm(const AlarmDraft& draft, Json entries);
/// Outside a band of so many standard deviations; `draft.comparison` says on which side.
[[nodiscard]] Json band_alarm(const AlarmDraft& draft, const MetricSeries& series, unsigned band);

[[nodiscard]] Address detector_address(std::string_view region, const MetricSeries& series);
/// What a band is learned by. Detectors have no tags: that its time zone is said tells ours from
/// others'.
void add_detector(Assembly& assembly, std::string_view region, const MetricSeries& series);

}  // namespace bedrocklog::provision
