// The four dashboards of profile observability. Dashboards are of the account: each has the widgets
// of every region below each other.
#pragma once

#include <string>
#include <string_view>

#include "provision/dashboard_widgets.h"
#include "provision/resource.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {

// Heights in grid units.
inline constexpr unsigned graph_height = 6;
inline constexpr unsigned table_height = 7;
inline constexpr unsigned note_height = 4;

/// Title, whom it is for, and the mark of the stack.
void add_header(const StackSpec& spec, const std::string& title, const std::string& audience,
                DashboardRows& rows);
/// The widget of a log query of the stack (saved_queries.h).
[[nodiscard]] Tile query_tile(const StackSpec& spec, const std::string& title,
                              const std::string& region, std::string_view query_name);
/// A line per model: SEARCH over ModelId.
[[nodiscard]] Json model_line(const std::string& region, const char* id, const char* metric,
                              const std::string& statistic, unsigned period_seconds,
                              const char* label = "");

// Bodies. stakeholder_dashboards.cpp:
[[nodiscard]] Json technical_dashboard(const StackSpec& spec);
[[nodiscard]] Json security_dashboard(const StackSpec& spec);
// spend_dashboards.cpp:
[[nodiscard]] Json management_dashboard(const StackSpec& spec);
[[nodiscard]] Json cost_dashboard(const StackSpec& spec);

}  // namespace bedrocklog::provision
