// ListMetrics, page by page.
#include "provision/known_metrics.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;
using aws::XmlElement;

/// 500 series to a page.
constexpr unsigned metric_pages_max = 40;

CallResult<KnownSeries> listed(aws::ServiceCalls& calls, const std::string& region,
                               const std::string& name_space) {
  KnownSeries series;
  Json members = {{"Namespace", name_space}};
  for (unsigned page = 0; page < metric_pages_max; ++page) {
    const CallResult<XmlElement> answer = calls.query("cloudwatch", region, "ListMetrics", members);
    if (!answer) {
      return tl::unexpected(answer.error());
    }
    for (const XmlElement* const metric : answer->members("Metrics")) {
      std::set<std::string> dimensions;
      for (const XmlElement* const dimension : metric->members("Dimensions")) {
        dimensions.insert(std::string(dimension->text_of("Name")) + '=' +
                          std::string(dimension->text_of("Value")));
      }
      series.by_metric[std::string(metric->text_of("MetricName"))].insert(std::move(dimensions));
    }
    const std::string_view next = answer->text_of("NextToken");
    if (next.empty()) {
      break;
    }
    members["NextToken"] = std::string(next);
  }
  return series;
}

}  // namespace

bool KnownSeries::has(std::string_view metric, const std::set<std::string>& dimensions) const {
  const auto found = by_metric.find(metric);
  return found != by_metric.end() && found->second.contains(dimensions);
}

CallResult<const KnownSeries*> KnownMetrics::of(const std::string& region,
                                                const std::string& name_space) {
  const std::pair key(region, name_space);
  auto known = asked_.find(key);
  if (known == asked_.end()) {
    known = asked_.emplace(key, listed(*calls_, region, name_space)).first;
  }
  if (!known->second) {
    return tl::unexpected(known->second.error());
  }
  return &*known->second;
}

}  // namespace bedrocklog::provision
