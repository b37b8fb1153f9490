// For management and for finance. Cost is tokens times the prices of the configuration: an estimate
// that is there at once. Exact cost, discounts and forecasts are those of the reports.
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/model_cost.h"
#include "provision/observability_profile.h"
#include "provision/stakeholder_dashboards.h"
#include "provision/value_rules.h"

namespace bedrocklog::provision {
namespace {

constexpr unsigned hour_seconds = 3'600;
constexpr unsigned day_seconds = 86'400;
constexpr unsigned month_days = 30;

/// In place of a widget that needs prices.
Tile unpriced_tile(const std::string& title) {
  return text_tile(fmt::format(
      "### {}\nNot configured: no model has prices. Give them in `observability.models`, or let "
      "`bedrocklog provision suggest --from LOGS` write them.",
      title));
}

std::string total_of(const CostLines& lines) {
  return fmt::format("{}", fmt::join(lines.usd, " + "));
}

/// Cost of each model, and in all.
Tile spend_tile(const StackSpec& spec, const std::string& title, const std::string& region) {
  const std::vector<WatchedModel> models = priced_models(spec.observability.models);
  if (models.empty()) {
    return unpriced_tile(title);
  }
  CostLines lines = cost_lines(models, region, true);
  lines.metrics.push_back(expression_line({total_of(lines), "total", "all"}, region));
  return graph_tile({title, region, day_seconds, lines.metrics, GraphView::lines, month_days});
}

/// One expression over cost and tokens of all models. `make` gives it.
template <class Make>
Tile derived_tile(const StackSpec& spec, Graph graph, const char* label, Make make) {
  const std::vector<WatchedModel> models = priced_models(spec.observability.models);
  if (models.empty()) {
    return unpriced_tile(graph.title);
  }
  CostLines lines = cost_lines(models, graph.region, false);
  lines.metrics.push_back(expression_line({make(lines), "total", label}, graph.region));
  graph.metrics = std::move(lines.metrics);
  return graph_tile(graph);
}

Tile month_tile(const StackSpec& spec, const std::string& region) {
  Tile tile = derived_tile(
      spec,
      {"Spend of the last 30 days, USD", region, day_seconds, {}, GraphView::numbers, month_days},
      "USD", total_of);
  if (std::string_view(tile.type) == "metric") {
    tile.properties["setPeriodToTimeRange"] = true;
  }
  return tile;
}

Tile token_price_tile(const StackSpec& spec, const std::string& region) {
  return derived_tile(
      spec, {"USD for 1000 tokens", region, day_seconds, {}, GraphView::lines, month_days},
      "USD for 1000 tokens", [](const CostLines& lines) {
        return fmt::format("1000 * ({}) / ({})", total_of(lines), fmt::join(lines.tokens, " + "));
      });
}

/// The line is there with a budget. AWS Budgets keeps the calendar month and the bill.
Tile budget_tile(const StackSpec& spec, const std::string& region) {
  const std::string title = "Spend of 30 days against the monthly budget, USD";
  const std::string& monthly_usd = spec.observability.budget.monthly_usd;
  if (monthly_usd.empty()) {
    return text_tile(
        fmt::format("### {}\nNot configured: give `observability.budget.monthly_usd`.", title));
  }
  Tile tile = derived_tile(
      spec, {title, region, day_seconds, {}, GraphView::lines, month_days}, "added up by day",
      [](const CostLines& lines) { return fmt::format("RUNNING_SUM({})", total_of(lines)); });
  if (std::string_view(tile.type) == "metric") {
    annotate(tile, "budget", Json::parse(plain_decimal(monthly_usd)));
  }
  return tile;
}

Tile sla_tile(const StackSpec& spec, const std::string& region) {
  const std::uint64_t sla_ms = spec.observability.latency_sla_ms;
  Tile tile =
      graph_tile({"Latency by model against the SLA, ms",
                  region,
                  hour_seconds,
                  {model_line(region, "mean", "InvocationLatency", "Average", hour_seconds, "mean"),
                   model_line(region, "p90", "InvocationLatency", "p90", hour_seconds, "p90")}});
  annotate(tile, fmt::format("SLA {} ms", sla_ms), sla_ms);
  return tile;
}

/// PR(:N) is the share of values up to N.
Tile within_sla_tile(const StackSpec& spec, const std::string& region) {
  const std::string rank = fmt::format("PR(:{})", spec.observability.latency_sla_ms);
  return graph_tile({"Calls within the SLA by model, percent", region, hour_seconds,
                     Json::array({model_line(region, "share", "InvocationLatency", rank,
                                             hour_seconds, "within")})});
}

Tile daily_calls_tile(const std::string& region) {
  return graph_tile({"Daily calls by model", region, day_seconds,
                     Json::array({model_line(region, "calls", "Invocations", "Sum", day_seconds)}),
                     GraphView::stacked, month_days});
}

/// `given` is the user's own text.
Tile given_tile(const std::string& title, const std::string& given, const std::string& otherwise) {
  return text_tile(fmt::format("### {}\n{}", title, given.empty() ? otherwise : given));
}

}  // namespace

Json management_dashboard(const StackSpec& spec) {
  DashboardRows rows;
  add_header(spec, "Bedrock: management overview",
             "For those who decide: how much it is used, by how many, what it costs, whether it "
             "keeps its promises.",
             rows);
  for (const std::string& region : spec.regions) {
    rows.add_heading(region);
    rows.add(graph_height,
             {daily_calls_tile(region), spend_tile(spec, "Daily cost by model, USD", region)});
    rows.add(graph_height,
             {query_tile(spec, "Active identities by day", region, "active-identities"),
              sla_tile(spec, region), within_sla_tile(spec, region)});
  }
  rows.add(note_height,
           {given_tile("Return and business impact", spec.observability.roi,
                       "Not configured: give `observability.roi`, a text."),
            text_tile("### Cost forecast\nCost here is tokens times the configured prices. Exact "
                      "cost with a projection to the end of the month: `bedrocklog budget` and "
                      "`bedrocklog report --month this` over the archive.")});
  return rows.take();
}

Json cost_dashboard(const StackSpec& spec) {
  DashboardRows rows;
  add_header(spec, "Bedrock: cost and usage",
             "For finance: spend by day and model, price of tokens, usage by team, budget.", rows);
  for (const std::string& region : spec.regions) {
    rows.add_heading(region);
    rows.add(graph_height, {spend_tile(spec, "Daily spend by model and in all, USD", region),
                            month_tile(spec, region), token_price_tile(spec, region)});
    rows.add(graph_height,
             {query_tile(spec, fmt::format("Usage by {}", spec.observability.team_key), region,
                         "tokens-by-team"),
              budget_tile(spec, region)});
  }
  rows.add(note_height,
           {given_tile("Recommendations", spec.observability.recommendations,
                       "None yet: `bedrocklog optimize` over the archive finds them; give its "
                       "text as `observability.recommendations`.")});
  return rows.take();
}

}  // namespace bedrocklog::provision
