// The dashboard of the core profile. Dashboards are of the account, not of a region: one, with the
// widgets of every region below each other.
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "provision/core_profile.h"
#include "provision/mark.h"

namespace bedrocklog::provision {
namespace {

constexpr unsigned grid_width = 24;
constexpr unsigned graph_height = 6;
constexpr unsigned table_height = 7;
constexpr unsigned heading_height = 1;
constexpr unsigned header_height = 2;
constexpr unsigned period_seconds = 300;
constexpr unsigned records_shown = 20;

struct Place {
  unsigned x = 0;
  unsigned y = 0;
  unsigned width = 0;
  unsigned height = 0;
};

/// A line per model.
struct Line {
  const char* id;
  const char* metric;
  const char* statistic;
  const char* label;  // Beside the model; empty: the model alone.
};

Json widget(const char* type, const Place& place, Json properties) {
  return {{"type", type},         {"x", place.x},           {"y", place.y},
          {"width", place.width}, {"height", place.height}, {"properties", std::move(properties)}};
}

Json graph(const std::string& title, const std::string& region, const std::vector<Line>& lines,
           const Place& place) {
  Json metrics = Json::array();
  for (const Line& line : lines) {
    Json entry = {
        {"expression", fmt::format("SEARCH('{{AWS/Bedrock,ModelId}} MetricName=\"{}\"', '{}', {})",
                                   line.metric, line.statistic, period_seconds)},
        {"id", line.id},
        {"region", region}};
    if (*line.label != '\0') {
      entry["label"] = line.label;
    }
    metrics.push_back(Json::array({std::move(entry)}));
  }
  return widget("metric", place,
                {{"title", title},
                 {"view", "timeSeries"},
                 {"stacked", false},
                 {"region", region},
                 {"period", period_seconds},
                 {"metrics", std::move(metrics)}});
}

Json records_table(const StackSpec& spec, const std::string& region, const Place& place) {
  return widget(
      "log", place,
      {{"title", fmt::format("Newest {} calls", records_shown)},
       {"view", "table"},
       {"region", region},
       {"query", fmt::format("SOURCE '{}' | fields @timestamp, modelId, operation, identity.arn, "
                             "input.inputTokenCount, output.outputTokenCount, errorCode "
                             "| sort @timestamp desc | limit {}",
                             log_group_of(spec), records_shown)}});
}

/// Adds the widgets of one region from line `y` on; the line behind them.
unsigned add_region(const StackSpec& spec, const std::string& region, unsigned y, Json& widgets) {
  constexpr unsigned third = grid_width / 3;
  constexpr unsigned half = grid_width / 2;
  widgets.push_back(widget("text", {0, y, grid_width, heading_height},
                           {{"markdown", fmt::format("## {}", region)}}));
  y += heading_height;
  const std::vector<std::pair<const char*, Line>> first_row = {
      {"Calls by model", {"calls", "Invocations", "Sum", ""}},
      {"Input tokens by model", {"input", "InputTokenCount", "Sum", ""}},
      {"Output tokens by model", {"output", "OutputTokenCount", "Sum", ""}}};
  unsigned x = 0;
  for (const auto& [title, line] : first_row) {
    widgets.push_back(graph(title, region, {line}, {x, y, third, graph_height}));
    x += third;
  }
  y += graph_height;
  widgets.push_back(graph("Latency by model, ms until the last token", region,
                          {{"mean", "InvocationLatency", "Average", "mean"},
                           {"p99", "InvocationLatency", "p99", "p99"}},
                          {0, y, half, graph_height}));
  widgets.push_back(graph("Errors and throttles by model", region,
                          {{"client", "InvocationClientErrors", "Sum", "client errors"},
                           {"server", "InvocationServerErrors", "Sum", "server errors"},
                           {"throttles", "InvocationThrottles", "Sum", "throttles"}},
                          {half, y, half, graph_height}));
  y += graph_height;
  widgets.push_back(records_table(spec, region, {0, y, grid_width, table_height}));
  return y + table_height;
}

}  // namespace

Json usage_dashboard(const StackSpec& spec) {
  Json widgets = Json::array();
  widgets.push_back(
      widget("text", {0, 0, grid_width, header_height},
             {{"markdown", fmt::format("# Bedrock usage\n{}", marker_text(spec.stack))}}));
  unsigned y = header_height;
  for (const std::string& region : spec.regions) {
    y = add_region(spec, region, y, widgets);
  }
  return {{"widgets", std::move(widgets)}};
}

}  // namespace bedrocklog::provision
