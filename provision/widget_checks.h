// Do widgets have something to show? And is the guardrail used? By the series that CloudWatch has.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "provision/known_metrics.h"
#include "provision/verify.h"

namespace bedrocklog::provision {

/// "widgets-have-data" for each dashboard of the stack that is there; the finding names every
/// widget none of whose metrics has been written. Texts, logs and alarm lists need none.
[[nodiscard]] std::vector<Check> widget_checks(const StackSpec& spec, const DesiredState& desired,
                                               const ObservedState& observed,
                                               KnownMetrics& metrics);

/// "guardrail-used" for each guardrail that is there: a call named it within two weeks.
[[nodiscard]] std::vector<Check> guardrail_use_checks(const DesiredState& desired,
                                                      const ObservedState& observed,
                                                      KnownMetrics& metrics);

struct WatchedMetric {
  std::string name_space;
  std::vector<std::string> names;    // One of them is enough: of a search there are several.
  std::set<std::string> dimensions;  // "NAME=VALUE".
  bool is_search = false;            // Whatever the dimensions.
};
/// What a widget's "metrics" rows show, with the short forms of a row spelled out; expressions over
/// other rows show nothing of their own.
[[nodiscard]] std::vector<WatchedMetric> metrics_of_widget(const Json& widget);

}  // namespace bedrocklog::provision
