// Reading the metrics out of dashboard bodies.
#include "provision/widget_checks.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/check_outcome.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;

/// The texts between quotation marks behind `mark`, as long as they are joined by OR.
std::vector<std::string> quoted_behind(std::string_view text, std::string_view mark) {
  std::vector<std::string> names;
  std::size_t at = text.find(mark);
  if (at == std::string_view::npos) {
    return names;
  }
  at += mark.size();
  const bool is_group = at < text.size() && text[at] == '(';
  const std::size_t end = is_group ? text.find(')', at) : std::string_view::npos;
  do {
    const std::size_t open = text.find('"', at);
    const std::size_t close = open == std::string_view::npos ? open : text.find('"', open + 1);
    if (close == std::string_view::npos || (is_group && open > end)) {
      break;
    }
    names.emplace_back(text.substr(open + 1, close - open - 1));
    at = close + 1;
  } while (is_group);
  return names;
}

/// SEARCH('{AWS/Bedrock,ModelId} MetricName="Invocations"', 'Sum', 300).
std::optional<WatchedMetric> watched_by_search(std::string_view expression) {
  const std::size_t open = expression.find('{');
  const std::size_t close = expression.find_first_of(",}", open);
  if (expression.find("SEARCH(") == std::string_view::npos || close == std::string_view::npos) {
    return std::nullopt;
  }
  WatchedMetric watched;
  watched.name_space = expression.substr(open + 1, close - open - 1);
  std::erase(watched.name_space, '"');
  watched.names = quoted_behind(expression, "MetricName=");
  watched.is_search = true;
  return watched;
}

/// SELECT SUM(Invocations) FROM SCHEMA("AWS/Bedrock", ModelId).
std::optional<WatchedMetric> watched_by_query(std::string_view expression) {
  const std::size_t open = expression.find('(');
  const std::size_t close = expression.find(')', open);
  const std::size_t from = expression.find(" FROM ");
  if (!expression.starts_with("SELECT ") || close == std::string_view::npos ||
      from == std::string_view::npos) {
    return std::nullopt;
  }
  const std::vector<std::string> quoted = quoted_behind(expression.substr(from), "");
  WatchedMetric watched;
  watched.name_space = quoted.empty() ? std::string() : quoted.front();
  watched.names = {std::string(expression.substr(open + 1, close - open - 1))};
  std::erase(watched.names.front(), '"');
  watched.is_search = true;
  return watched;
}

/// The texts of a row, "." and "..." replaced by those of the row before.
std::vector<std::string> spelled_out(const Json& row, const std::vector<std::string>& before) {
  std::vector<std::string> texts;
  std::size_t given = 0;
  for (const Json& one : row) {
    given += one.is_string() ? 1U : 0U;
  }
  for (const Json& one : row) {
    if (!one.is_string()) {
      continue;
    }
    const auto& text = one.get_ref<const std::string&>();
    if (text == "...") {
      // Stands for all that the row before has beyond what is said here.
      const std::size_t said_behind = given - texts.size() - 1;
      while (texts.size() + said_behind < before.size()) {
        texts.push_back(before[texts.size()]);
      }
    } else if (text == "." && texts.size() < before.size()) {
      texts.push_back(before[texts.size()]);
    } else {
      texts.push_back(text);
    }
  }
  return texts;
}

std::string title_of(const Json& widget) {
  const std::string title = text_at(widget, "/properties/title");
  return title.empty() ? "one without a title" : title;
}

class WidgetChecks {
 public:
  WidgetChecks(const StackSpec& spec, KnownMetrics& metrics) : spec_(&spec), metrics_(&metrics) {}

  [[nodiscard]] Check of(const Address& dashboard, const Json& body) {
    const Check check{"widgets-have-data", to_text(dashboard), CheckResult::unknown, ""};
    std::vector<std::string> empty;
    std::size_t shown = 0;
    const Json widgets = body.is_object() ? body.value("widgets", Json::array()) : Json::array();
    for (const Json& widget : widgets) {
      const std::vector<WatchedMetric> watched = metrics_of_widget(widget);
      if (watched.empty()) {
        continue;
      }
      ++shown;
      const CallResult<bool> has_data = has_any(widget, watched);
      if (!has_data) {
        return unasked(check, "cloudwatch", "ListMetrics", has_data.error());
      }
      if (!*has_data) {
        empty.push_back(title_of(widget));
      }
    }
    if (empty.empty()) {
      return concluded(check, CheckResult::pass,
                       fmt::format("{} of {} widgets with metrics have data", shown, shown));
    }
    return concluded(
        check, CheckResult::warn,
        fmt::format("no data yet in {} of {} widgets with metrics: {}; metrics come 5 to 15 "
                    "minutes after the first call, those of errors after the first error",
                    empty.size(), shown, fmt::join(empty, ", ")));
  }

 private:
  CallResult<bool> has_any(const Json& widget, const std::vector<WatchedMetric>& watched) {
    std::string region = text_at(widget, "/properties/region");
    if (region.empty()) {
      region = spec_->regions.front();
    }
    for (const WatchedMetric& one : watched) {
      const CallResult<const KnownSeries*> series = metrics_->of(region, one.name_space);
      if (!series) {
        return tl::unexpected(series.error());
      }
      const bool is_known =
          std::any_of(one.names.begin(), one.names.end(), [&](const std::string& name) {
            return one.is_search ? (*series)->has(name) : (*series)->has(name, one.dimensions);
          });
      if (is_known) {
        return true;
      }
    }
    return false;
  }

  const StackSpec* spec_;
  KnownMetrics* metrics_;
};

}  // namespace

std::vector<WatchedMetric> metrics_of_widget(const Json& widget) {
  std::vector<WatchedMetric> result;
  const Json::json_pointer path("/properties/metrics");
  if (!widget.is_object() || !widget.contains(path) || !widget.at(path).is_array()) {
    return result;
  }
  std::vector<std::string> before;
  for (const Json& row : widget.at(path)) {
    if (!row.is_array() || row.empty()) {
      continue;
    }
    if (row.front().is_object()) {
      const std::string expression = text_at(row.front(), "/expression");
      std::optional<WatchedMetric> watched = watched_by_search(expression);
      if (!watched) {
        watched = watched_by_query(expression);
      }
      if (watched) {
        result.push_back(std::move(*watched));
      }
      continue;
    }
    before = spelled_out(row, before);
    if (before.size() < 2) {
      continue;
    }
    WatchedMetric watched{before[0], {before[1]}, {}, false};
    for (std::size_t at = 2; at + 1 < before.size(); at += 2) {
      watched.dimensions.insert(before[at] + '=' + before[at + 1]);
    }
    result.push_back(std::move(watched));
  }
  return result;
}

std::vector<Check> widget_checks(const StackSpec& spec, const DesiredState& desired,
                                 const ObservedState& observed, KnownMetrics& metrics) {
  std::vector<Check> checks;
  WidgetChecks widgets(spec, metrics);
  for (const Resource& one : desired.resources) {
    const Observed* const found = observed.find(one.address);
    if (one.address.kind == ResourceKind::dashboard && found != nullptr) {
      checks.push_back(widgets.of(one.address, found->properties.value("DashboardBody", Json())));
    }
  }
  return checks;
}

std::vector<Check> guardrail_use_checks(const DesiredState& desired, const ObservedState& observed,
                                        KnownMetrics& metrics) {
  std::vector<Check> checks;
  for (const Resource& one : desired.resources) {
    const Observed* const found = observed.find(one.address);
    if (one.address.kind != ResourceKind::guardrail || found == nullptr) {
      continue;
    }
    const Check check{"guardrail-used", to_text(one.address), CheckResult::unknown, ""};
    const CallResult<const KnownSeries*> series =
        metrics.of(one.address.region, "AWS/Bedrock/Guardrails");
    if (!series) {
      checks.push_back(unasked(check, "cloudwatch", "ListMetrics", series.error()));
      continue;
    }
    const std::string own = "GuardrailArn=" + text_at(found->details, "/GuardrailArn");
    const auto calls = (*series)->by_metric.find("Invocations");
    const bool is_used =
        calls != (*series)->by_metric.end() &&
        std::any_of(calls->second.begin(), calls->second.end(),
                    [&](const std::set<std::string>& all) { return all.contains(own); });
    checks.push_back(
        is_used ? concluded(check, CheckResult::pass, "calls named it within the last two weeks")
                : concluded(check, CheckResult::warn,
                            "no call named it within the last two weeks: it protects only calls "
                            "that name it; give callers its id and version (outputs)"));
  }
  return checks;
}

}  // namespace bedrocklog::provision
