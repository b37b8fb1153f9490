// The body of a dashboard.
#include "tests/fake_aws/fake_alarm.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::size_t widgets_max = 500;
constexpr std::size_t body_size_bytes_max = 1U << 20U;
constexpr int grid_width = 24;
constexpr int widget_height_max = 1000;

/// Within the grid, where the widget says where it is.
std::string place_fault(const Json& widget, const std::string& at) {
  const auto number = [&](const char* name, int fallback) {
    const Json value = widget.value(name, Json(fallback));
    return value.is_number_integer() ? value.get<std::int64_t>() : -1;
  };
  const std::int64_t x = number("x", 0);
  const std::int64_t width = number("width", 6);
  const std::int64_t height = number("height", 6);
  if (x < 0 || x >= grid_width || number("y", 0) < 0) {
    return at + ": x should be from 0 to 23, y from 0";
  }
  if (width < 1 || width > grid_width || height < 1 || height > widget_height_max) {
    return at + ": width should be from 1 to 24, height from 1 to 1000";
  }
  return x + width > grid_width ? at + ": reaches over the grid" : "";
}

std::string widget_fault(const Json& widget, const std::string& at) {
  if (!widget.is_object() || !widget.contains("type") || !widget["type"].is_string() ||
      !widget.contains("properties") || !widget["properties"].is_object()) {
    return at + ": should have type and properties";
  }
  if (widget.contains("x") != widget.contains("y")) {
    return at + ": should have x and y, or neither";
  }
  if (std::string wrong = place_fault(widget, at); !wrong.empty()) {
    return wrong;
  }
  const std::string type = widget["type"].get<std::string>();
  const Json& properties = widget["properties"];
  const auto lacks = [&](const char* name) {
    return !properties.contains(name) || !properties[name].is_string();
  };
  if (type == "metric") {
    const bool has_data = properties.contains("metrics") || properties.contains("annotations");
    return lacks("region") || !has_data ? at + ": should have region, metrics or annotations" : "";
  }
  if (type == "log") {
    return lacks("region") || lacks("query") ? at + ": should have region and query" : "";
  }
  if (type == "text") {
    return lacks("markdown") ? at + ": should have markdown" : "";
  }
  if (type == "alarm") {
    return properties.contains("alarms") ? "" : at + ": should have alarms";
  }
  return type == "custom" || type == "explorer" ? "" : at + ": type is not known: " + type;
}

}  // namespace

std::string dashboard_fault(const std::string& body) {
  const Json dashboard = Json::parse(body, nullptr, false);
  if (body.size() > body_size_bytes_max) {
    return "The dashboard body is too large";
  }
  if (!dashboard.is_object() || !dashboard.contains("widgets") ||
      !dashboard["widgets"].is_array()) {
    return "The field DashboardBody must be a valid JSON object with widgets";
  }
  if (dashboard["widgets"].size() > widgets_max) {
    return "A dashboard has at most 500 widgets";
  }
  for (std::size_t i = 0; i < dashboard["widgets"].size(); ++i) {
    std::string wrong = widget_fault(dashboard["widgets"][i], "/widgets/" + std::to_string(i));
    if (!wrong.empty()) {
      return wrong;
    }
  }
  return {};
}

}  // namespace bedrocklog::fake_aws
