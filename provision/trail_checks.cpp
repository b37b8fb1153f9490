// GetTrailStatus, GetEventSelectors, GetInsightSelectors.
#include "provision/trail_checks.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/check_outcome.h"
#include "provision/outputs.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;

/// The fourth field of an ARN.
std::string region_of_arn(const std::string& arn) {
  std::size_t begin = 0;
  for (unsigned field = 0; field < 3; ++field) {
    const std::size_t colon = arn.find(':', begin);
    if (colon == std::string::npos) {
      return {};
    }
    begin = colon + 1;
  }
  return arn.substr(begin, arn.find(':', begin) - begin);
}

/// Values that selectors want of a field, over all of them.
std::set<std::string> selected(const Json& answer, std::string_view field) {
  std::set<std::string> values;
  const Json selectors = answer.value("AdvancedEventSelectors", Json::array());
  for (const Json& selector : selectors.is_array() ? selectors : Json::array()) {
    const Json fields =
        selector.is_object() ? selector.value("FieldSelectors", Json::array()) : Json::array();
    for (const Json& one : fields.is_array() ? fields : Json::array()) {
      if (text_at(one, "/Field") == field && one.contains("Equals") && one["Equals"].is_array()) {
        for (const Json& value : one["Equals"]) {
          values.insert(value.is_string() ? value.get<std::string>() : value.dump());
        }
      }
    }
  }
  return values;
}

class TrailChecks {
 public:
  TrailChecks(const StackSpec& spec, std::string arn, aws::ServiceCalls& calls)
      : spec_(&spec),
        arn_(std::move(arn)),
        region_(region_of_arn(arn_)),
        is_ours_(spec.observability.use_trail.empty()),
        calls_(&calls) {}

  [[nodiscard]] std::vector<Check> run() const {
    std::vector<Check> checks = status();
    checks.push_back(selectors());
    if (spec_->observability.has_insights && is_ours_) {
      checks.push_back(insights());
    }
    return checks;
  }

 private:
  [[nodiscard]] Check check(const char* id) const {
    return {id,
            is_ours_ ? to_text({ResourceKind::trail, region_, spec_->observability.trail}) : arn_,
            CheckResult::unknown, ""};
  }

  [[nodiscard]] std::vector<Check> status() const {
    const CallResult<Json> answer =
        calls_->json("cloudtrail", region_, "GetTrailStatus", {{"Name", arn_}});
    if (!answer) {
      return {unasked(check("trail-logging"), "cloudtrail", "GetTrailStatus", answer.error())};
    }
    const bool is_logging = answer->value("IsLogging", Json()) == Json(true);
    std::vector<Check> checks = {
        is_logging ? concluded(check("trail-logging"), CheckResult::pass, "records")
                   : concluded(check("trail-logging"), CheckResult::fail,
                               is_ours_ ? "is stopped: nothing is recorded; apply starts it"
                                        : "is stopped: nothing is recorded; whoever has it must "
                                          "start it")};
    std::vector<std::string> faults;
    for (const auto& [member, place] :
         {std::pair("/LatestDeliveryError", "bucket"),
          std::pair("/LatestCloudWatchLogsDeliveryError", "log group")}) {
      if (const std::string code = text_at(*answer, member); !code.empty()) {
        faults.push_back(fmt::format("{}: {}", place, code));
      }
    }
    checks.push_back(
        faults.empty()
            ? concluded(check("trail-delivers"), CheckResult::pass, "no failure is told")
            : concluded(
                  check("trail-delivers"), CheckResult::fail,
                  fmt::format("the last delivery failed ({}); look at bucket policy, role and "
                              "key",
                              fmt::join(faults, ", "))));
    return checks;
  }

  [[nodiscard]] Check selectors() const {
    const CallResult<Json> answer =
        calls_->json("cloudtrail", region_, "GetEventSelectors", {{"TrailName", arn_}});
    if (!answer) {
      return unasked(check("trail-selectors"), "cloudtrail", "GetEventSelectors", answer.error());
    }
    const Json basic = answer->value("EventSelectors", Json::array());
    const bool has_basic_management =
        basic.is_array() && std::any_of(basic.begin(), basic.end(), [](const Json& one) {
          return one.is_object() && one.value("IncludeManagementEvents", Json()) == Json(true);
        });
    if (!has_basic_management && !selected(*answer, "eventCategory").contains("Management")) {
      return concluded(check("trail-selectors"), CheckResult::fail,
                       "records no management events: InvokeModel and Converse are among them");
    }
    const std::set<std::string> types = selected(*answer, "resources.type");
    std::vector<std::string> missing;
    for (const std::string& type : spec_->observability.data_event_types) {
      if (!types.contains("AWS::Bedrock::" + type)) {
        missing.push_back(type);
      }
    }
    return missing.empty()
               ? concluded(check("trail-selectors"), CheckResult::pass,
                           fmt::format("management events and {} types of data events",
                                       spec_->observability.data_event_types.size()))
               : concluded(check("trail-selectors"),
                           is_ours_ ? CheckResult::fail : CheckResult::warn,
                           fmt::format("records no data events of {}", fmt::join(missing, ", ")));
  }

  [[nodiscard]] Check insights() const {
    const CallResult<Json> answer =
        calls_->json("cloudtrail", region_, "GetInsightSelectors", {{"TrailName", arn_}});
    if (!answer && aws::has_code(answer.error(), {"InsightNotEnabledException"})) {
      return concluded(check("trail-insights"), CheckResult::fail,
                       "Insights are off; apply switches them on");
    }
    if (!answer) {
      return unasked(check("trail-insights"), "cloudtrail", "GetInsightSelectors", answer.error());
    }
    const Json kinds = answer->value("InsightSelectors", Json::array());
    return kinds.is_array() && !kinds.empty()
               ? concluded(
                     check("trail-insights"), CheckResult::pass,
                     fmt::format("{} kinds; the first findings take up to 36 hours", kinds.size()))
               : concluded(check("trail-insights"), CheckResult::fail,
                           "Insights are off; apply switches them on");
  }

  const StackSpec* spec_;
  std::string arn_;
  std::string region_;
  bool is_ours_;
  aws::ServiceCalls* calls_;
};

}  // namespace

std::vector<Check> trail_checks(const StackSpec& spec, const ObservedState& observed,
                                aws::ServiceCalls& calls) {
  if (!has_profile(spec, observability_profile)) {
    return {};
  }
  std::string arn = spec.observability.use_trail;
  if (arn.empty()) {
    const Address trail{ResourceKind::trail, spec.regions.front(), spec.observability.trail};
    if (observed.find(trail) == nullptr) {
      return {};
    }
    arn = arn_of(spec, trail);
  }
  return TrailChecks(spec, std::move(arn), calls).run();
}

}  // namespace bedrocklog::provision
