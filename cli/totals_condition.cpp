// The totals are those of a report made for this purpose, with just the metrics the condition
// names, so that they are computed in one place only.
#include "cli/totals_condition.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include <fmt/format.h>

namespace bedrocklog::cli {
namespace {

/// Total row of a report with these metrics and no keys, and its columns.
analytics::Report totals_of(const std::vector<analytics::Metric>& metrics,
                            const analytics::Aggregate& aggregate,
                            const analytics::PriceTable& prices) {
  analytics::ReportSpec spec;
  spec.metrics = metrics;
  return analytics::build_report(aggregate, prices, spec);
}

class TotalValues final : public analytics::FieldValues {
 public:
  explicit TotalValues(const analytics::Row& total) : total_(total) {}

  [[nodiscard]] std::optional<std::string_view> text(
      const analytics::Field& /*field*/) const override {
    return std::nullopt;
  }
  [[nodiscard]] std::optional<analytics::Int128> number(
      const analytics::Field& field) const override {
    return total_.figure(static_cast<std::size_t>(field.id));
  }

 private:
  analytics::Row total_;
};

}  // namespace

Result<TotalsCondition> parse_totals_condition(const std::string& text) {
  TotalsCondition result;
  result.text = text;
  const analytics::PriceTable no_prices;
  const auto resolve = [&](std::string_view name) -> Result<analytics::Field> {
    const Result<std::vector<analytics::Metric>> metric = analytics::parse_metrics(name);
    if (!metric) {
      return fault("--fail-if", metric.error().message);
    }
    const analytics::Report shape = totals_of(*metric, analytics::Aggregate{}, no_prices);
    analytics::Field field;
    field.id = static_cast<int>(result.metrics.size());
    field.type = analytics::FieldType::number;
    field.scale = shape.columns.back().scale;
    result.metrics.push_back(metric->front());
    return field;
  };
  Result<analytics::Expression> condition =
      analytics::Expression::parse(text, "--fail-if", resolve);
  if (!condition) {
    return pass_on(condition);
  }
  result.condition = std::move(*condition);
  return result;
}

bool holds(const TotalsCondition& condition, const analytics::Aggregate& aggregate,
           const analytics::PriceTable& prices) {
  const analytics::Report report = totals_of(condition.metrics, aggregate, prices);
  return condition.condition.matches(TotalValues(report.total()));
}

}  // namespace bedrocklog::cli
