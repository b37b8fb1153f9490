// Strict readers of the languages that go into CloudWatch: metric math, Metrics Insights, Logs
// Insights, patterns of metric filters. They know less than CloudWatch does: what they take, it
// takes.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace bedrocklog::provision {

/// A metric that is read, with the names of its dimensions.
struct MetricUse {
  std::string name_space;
  std::string metric;
  std::set<std::string> dimensions;
  std::string statistic;

  auto operator<=>(const MetricUse&) const = default;
};

enum class MathType { number, series, series_list };

struct MathExpression {
  MathType type = MathType::number;
  std::set<std::string> ids;        // Other entries that it reads.
  std::vector<MetricUse> searched;  // By SEARCH.
  std::set<std::string> functions;
};

/// Nothing: not well formed; `fault` says where.
[[nodiscard]] std::optional<MathExpression> read_math(std::string_view text, std::string& fault);

/// Points of a series; nothing: no data.
using Points = std::vector<std::optional<double>>;
/// Value of an expression that gives one series, over series of equal length. Nothing where a
/// point that is needed is missing, and where it would divide by 0.
[[nodiscard]] std::optional<Points> evaluate_math(std::string_view text,
                                                  const std::map<std::string, Points>& series,
                                                  std::string& fault);

/// SELECT SUM(Invocations) FROM SCHEMA("AWS/Bedrock", ModelId).
[[nodiscard]] std::optional<MetricUse> read_insights_select(std::string_view text);

struct LogStatement {
  std::set<std::string> fields;  // Of records: what is computed is not among them.
  std::set<std::string> commands;
};
/// A query without its source.
[[nodiscard]] std::optional<LogStatement> read_log_query(std::string_view text, std::string& fault);

/// Selectors ("$.errorCode") of a pattern for JSON lines.
[[nodiscard]] std::optional<std::set<std::string>> read_filter_pattern(std::string_view text,
                                                                       std::string& fault);

/// "Sum", "p99", "PR(:2000)".
[[nodiscard]] bool is_statistic(std::string_view text);

}  // namespace bedrocklog::provision
