// Which series CloudWatch has: those that were written within the last two weeks.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "ingest/aws/service_calls.h"
#include "provision/resource.h"

namespace bedrocklog::provision {

/// Series of one namespace in one region.
struct KnownSeries {
  /// Dimensions by metric, each as "NAME=VALUE" and sorted; several series, several sets.
  std::map<std::string, std::set<std::set<std::string>>, std::less<>> by_metric;

  [[nodiscard]] bool has(std::string_view metric) const { return by_metric.contains(metric); }
  /// A series with exactly these dimensions.
  [[nodiscard]] bool has(std::string_view metric, const std::set<std::string>& dimensions) const;
};

/// Asks once for each namespace and region, and remembers.
class KnownMetrics {
 public:
  /// `calls` outlives it.
  explicit KnownMetrics(aws::ServiceCalls& calls) : calls_(&calls) {}

  /// The pointer is valid as long as this is.
  [[nodiscard]] aws::CallResult<const KnownSeries*> of(const std::string& region,
                                                       const std::string& name_space);

 private:
  aws::ServiceCalls* calls_;
  std::map<std::pair<std::string, std::string>, aws::CallResult<KnownSeries>> asked_;
};

}  // namespace bedrocklog::provision
