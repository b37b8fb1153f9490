// What dashboards are made of: rows of widgets on a grid of 24 columns.
//
// Limits of a body (Amazon CloudWatch User Guide, "CloudWatch service quotas", read 2026-11): 500
// widgets, 500 metrics in a widget, 2500 in all, 100 alarms in a status widget.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "provision/resource.h"

namespace bedrocklog::provision {

inline constexpr std::size_t status_alarms_max = 100;

/// A widget without its place.
struct Tile {
  const char* type;  // text, metric, log, alarm.
  Json properties;
};

/// Lays tiles out from top to bottom.
class DashboardRows {
 public:
  /// Tiles of one row share its width in equal parts.
  void add(unsigned height, const std::vector<Tile>& tiles);
  /// A heading over the whole width.
  void add_heading(const std::string& text);

  /// The body; takes it out.
  [[nodiscard]] Json take();

 private:
  Json widgets_ = Json::array();
  unsigned next_y_ = 0;
};

[[nodiscard]] Tile text_tile(const std::string& markdown);

/// One line, or one for each series that an expression finds.
struct GraphLine {
  std::string expression;
  std::string id;
  std::string label;       // Empty: CloudWatch's own.
  bool is_visible = true;  // False: only other lines use it.
};
[[nodiscard]] Json expression_line(const GraphLine& line, const std::string& region);

enum class GraphView : std::uint8_t { lines, stacked, numbers };
struct Graph {
  std::string title;
  std::string region;
  unsigned period_seconds = 300;
  Json metrics = Json::array();
  GraphView view = GraphView::lines;
  unsigned days_shown = 0;  // Whatever the time range of the dashboard is; 0: that range.
};
[[nodiscard]] Tile graph_tile(const Graph& graph);
/// A horizontal line in it; `value` is a number.
void annotate(Tile& graph, const std::string& label, const Json& value);

/// "SEARCH('{AWS/Bedrock,ModelId} MetricName="Invocations"', 'Sum', 300)". `schema` is the
/// namespace and its dimensions, as in the braces; `value`, unless empty, one of a dimension.
[[nodiscard]] std::string search(const std::string& schema, const std::string& metric,
                                 const std::string& statistic, unsigned period_seconds,
                                 const std::string& value = "");

struct LogTable {
  std::string title;
  std::string region;
  std::string log_group;
  std::string query;           // Logs Insights, without the source.
  const char* view = "table";  // table, timeSeries, bar, pie.
};
[[nodiscard]] Tile log_tile(const LogTable& table);

/// States of alarms; those beyond the limit are left out.
[[nodiscard]] Tile alarm_tile(const std::string& title, std::vector<std::string> alarm_arns);

}  // namespace bedrocklog::provision
