// The dashboard of the core profile. Dashboards are of the account, not of a region: one, with the
// widgets of every region below each other.
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "provision/core_profile.h"
#include "provision/dashboard_widgets.h"
#include "provision/mark.h"

namespace bedrocklog::provision {
namespace {

constexpr unsigned graph_height = 6;
constexpr unsigned table_height = 7;
constexpr unsigned header_height = 2;
constexpr unsigned period_seconds = 300;
constexpr unsigned records_shown = 20;

/// A line per model.
struct Line {
  const char* id;
  const char* metric;
  const char* statistic;
  const char* label;  // Beside the model; empty: the model alone.
};

Tile graph(const std::string& title, const std::string& region, const std::vector<Line>& lines) {
  Graph graph{title, region, period_seconds};
  for (const Line& line : lines) {
    graph.metrics.push_back(
        expression_line({search("AWS/Bedrock,ModelId", line.metric, line.statistic, period_seconds),
                         line.id, line.label},
                        region));
  }
  return graph_tile(graph);
}

void add_region(const StackSpec& spec, const std::string& region, DashboardRows& rows) {
  rows.add_heading(region);
  rows.add(graph_height,
           {graph("Calls by model", region, {{"calls", "Invocations", "Sum", ""}}),
            graph("Input tokens by model", region, {{"input", "InputTokenCount", "Sum", ""}}),
            graph("Output tokens by model", region, {{"output", "OutputTokenCount", "Sum", ""}})});
  rows.add(graph_height, {graph("Latency by model, ms until the last token", region,
                                {{"mean", "InvocationLatency", "Average", "mean"},
                                 {"p99", "InvocationLatency", "p99", "p99"}}),
                          graph("Errors and throttles by model", region,
                                {{"client", "InvocationClientErrors", "Sum", "client errors"},
                                 {"server", "InvocationServerErrors", "Sum", "server errors"},
                                 {"throttles", "InvocationThrottles", "Sum", "throttles"}})});
  rows.add(table_height,
           {log_tile({fmt::format("Newest {} calls", records_shown), region, log_group_of(spec),
                      fmt::format("fields @timestamp, modelId, operation, identity.arn, "
                                  "input.inputTokenCount, output.outputTokenCount, errorCode "
                                  "| sort @timestamp desc | limit {}",
                                  records_shown)})});
}

}  // namespace

Json usage_dashboard(const StackSpec& spec) {
  DashboardRows rows;
  rows.add(header_height, {text_tile(fmt::format("# Bedrock usage\n{}", marker_text(spec.stack)))});
  for (const std::string& region : spec.regions) {
    add_region(spec, region, rows);
  }
  return rows.take();
}

}  // namespace bedrocklog::provision
