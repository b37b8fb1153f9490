// Widgets as the body of a dashboard has them.
#include "provision/dashboard_widgets.h"

#include <utility>

#include <fmt/format.h>

namespace bedrocklog::provision {
namespace {

constexpr unsigned grid_width = 24;
constexpr unsigned heading_height = 1;

const char* view_name(GraphView view) {
  return view == GraphView::numbers ? "singleValue" : "timeSeries";
}

}  // namespace

void DashboardRows::add(unsigned height, const std::vector<Tile>& tiles) {
  const auto count = static_cast<unsigned>(tiles.size());
  unsigned x = 0;
  for (unsigned index = 0; index < count; ++index) {
    const unsigned width = (grid_width - x) / (count - index);
    widgets_.push_back({{"type", tiles[index].type},
                        {"x", x},
                        {"y", next_y_},
                        {"width", width},
                        {"height", height},
                        {"properties", tiles[index].properties}});
    x += width;
  }
  next_y_ += height;
}

void DashboardRows::add_heading(const std::string& text) {
  add(heading_height, {text_tile("## " + text)});
}

Json DashboardRows::take() {
  return {{"widgets", std::exchange(widgets_, Json::array())}};
}

Tile text_tile(const std::string& markdown) {
  return {"text", {{"markdown", markdown}}};
}

Json expression_line(const GraphLine& line, const std::string& region) {
  Json entry = {{"expression", line.expression}, {"id", line.id}, {"region", region}};
  if (!line.label.empty()) {
    entry["label"] = line.label;
  }
  if (!line.is_visible) {
    entry["visible"] = false;
  }
  return Json::array({std::move(entry)});
}

Tile graph_tile(const Graph& graph) {
  Json properties = {{"title", graph.title},
                     {"view", view_name(graph.view)},
                     {"stacked", graph.view == GraphView::stacked},
                     {"region", graph.region},
                     {"period", graph.period_seconds},
                     {"metrics", graph.metrics}};
  if (graph.days_shown > 0) {
    properties["start"] = fmt::format("-P{}D", graph.days_shown);
    properties["end"] = "P0D";
  }
  return {"metric", std::move(properties)};
}

void annotate(Tile& graph, const std::string& label, const Json& value) {
  graph.properties["annotations"]["horizontal"].push_back({{"label", label}, {"value", value}});
}

std::string search(const std::string& schema, const std::string& metric,
                   const std::string& statistic, unsigned period_seconds,
                   const std::string& value) {
  return fmt::format("SEARCH('{{{}}} MetricName=\"{}\"{}', '{}', {})", schema, metric,
                     value.empty() ? "" : fmt::format(" \"{}\"", value), statistic, period_seconds);
}

Tile log_tile(const LogTable& table) {
  return {"log",
          {{"title", table.title},
           {"view", table.view},
           {"region", table.region},
           {"query", fmt::format("SOURCE '{}' | {}", table.log_group, table.query)}}};
}

Tile alarm_tile(const std::string& title, std::vector<std::string> alarm_arns) {
  if (alarm_arns.size() > status_alarms_max) {
    alarm_arns.resize(status_alarms_max);
  }
  return {"alarm", {{"title", title}, {"alarms", std::move(alarm_arns)}}};
}

}  // namespace bedrocklog::provision
