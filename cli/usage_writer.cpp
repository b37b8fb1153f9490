// The usage report in the JSON shape older tools read; see data/schema/usage-1.schema.json.
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "analytics/money.h"
#include "cli/json_text.h"
#include "cli/output_format.h"
#include "cli/terminal_text.h"

namespace bedrocklog::cli {
namespace {

using nlohmann::json;

json money_or_null(const std::optional<analytics::Attodollars>& amount) {
  return amount ? json(analytics::to_decimal(*amount)) : json(nullptr);
}

// Tenths of a millisecond as "123.4".
json tenths_or_null(const std::optional<analytics::Int128>& tenths) {
  return tenths ? json(analytics::to_decimal(*tenths, 1, 1)) : json(nullptr);
}

json models_json(const analytics::UsageReport& usage) {
  json models = json::object();
  for (const auto& [id, model] : usage.by_model) {
    // Two ids that are no UTF-8 may read the same once repaired; neither may hide the other.
    std::string name = valid_utf8(id);
    for (int copy = 2; models.contains(name); ++copy) {
      name = valid_utf8(id) + " (" + std::to_string(copy) + ')';
    }
    models[name] = {{"invocations", model.invocations},
                    {"inputTokens", model.input_tokens},
                    {"outputTokens", model.output_tokens},
                    {"cost", money_or_null(model.cost)},
                    {"avgLatency", tenths_or_null(model.latency_mean_tenths_ms)}};
  }
  return models;
}

}  // namespace

std::string render_usage_json(const analytics::UsageReport& usage) {
  const json document = {
      {"period",
       {{"startTime", to_rfc3339(usage.period.begin)},
        {"endTime", to_rfc3339(usage.period.end)},
        {"durationHours", analytics::to_decimal(usage.duration_hours_milli, 3, 0)}}},
      {"summary",
       {{"totalInvocations", usage.invocations},
        {"totalInputTokens", usage.input_tokens},
        {"totalOutputTokens", usage.output_tokens},
        {"estimatedCost", money_or_null(usage.cost)}}},
      {"byModel", models_json(usage)},
      {"projections",
       {{"monthlyInvocations", usage.monthly_invocations},
        {"monthlyCost", money_or_null(usage.monthly_cost)}}},
      {"performance",
       {{"avgLatency", tenths_or_null(usage.latency_mean_tenths_ms)},
        {"p99Latency", usage.latency_p99_ms ? json(*usage.latency_p99_ms) : json(nullptr)},
        {"errorCount", usage.error_count},
        {"errorRate", analytics::to_decimal(usage.error_rate_basis_points, 2, 2)}}}};
  return inert_json(document.dump(2, ' ', true, json::error_handler_t::replace)) + '\n';
}

}  // namespace bedrocklog::cli
