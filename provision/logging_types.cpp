// The six rows of logging: is it there, and where does it go.
#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/check_outcome.h"
#include "provision/document_checks.h"

namespace bedrocklog::provision {
namespace {

class LoggingTypes {
 public:
  LoggingTypes(const StackSpec& spec, const DesiredState& desired, const ObservedState& observed)
      : spec_(&spec), desired_(&desired), observed_(&observed) {}

  [[nodiscard]] std::vector<Check> rows() const {
    return {api_calls(),
            invocations(),
            group_row("application", "application-logs", "written by your own applications"),
            group_row("security-events", "security-events",
                      "written by your own applications; denied calls are in the trail's group"),
            watched("performance", "InvocationLatency"),
            watched("cost", "InputTokenCount")};
  }

 private:
  static Check row(const char* subject, bool is_on, std::string finding) {
    return {"logging-type", subject, is_on ? CheckResult::pass : CheckResult::fail,
            (is_on ? "yes: " : "no: ") + std::move(finding)};
  }

  [[nodiscard]] bool is_there(ResourceKind kind, const std::string& region,
                              const std::string& name) const {
    return observed_->find({kind, region, name}) != nullptr;
  }

  [[nodiscard]] Check api_calls() const {
    const std::string& given = spec_->observability.use_trail;
    if (!given.empty()) {
      return row("api-calls", true, "where the trail " + given + " delivers");
    }
    const Address trail{ResourceKind::trail, spec_->regions.front(), spec_->observability.trail};
    const Observed* const found = observed_->find(trail);
    if (found == nullptr) {
      return row("api-calls", false, "the trail is not there");
    }
    const std::string group = text_at(found->properties, "/CloudWatchLogsLogGroupArn");
    return row("api-calls", found->properties.value("IsLogging", Json(true)) != Json(false),
               fmt::format("bucket {}, {}", text_at(found->properties, "/S3BucketName"),
                           group.empty() ? "no log group" : "log group " + group));
  }

  [[nodiscard]] Check invocations() const {
    std::vector<std::string> places;
    std::vector<std::string> missing;
    for (const std::string& region : spec_->regions) {
      const Observed* const found =
          observed_->find({ResourceKind::logging_configuration, region, ""});
      if (found == nullptr) {
        missing.push_back(region);
        continue;
      }
      places.push_back(fmt::format("bucket {}, log group {}",
                                   text_at(found->properties, "/s3Config/bucketName"),
                                   text_at(found->properties, "/cloudWatchConfig/logGroupName")));
    }
    return missing.empty()
               ? row("model-invocations", true, fmt::format("{}", fmt::join(places, "; ")))
               : row("model-invocations", false,
                     fmt::format("no logging configuration in {}", fmt::join(missing, ", ")));
  }

  [[nodiscard]] Check group_row(const char* subject, const char* use, const char* note) const {
    const std::string group = fmt::format("/aws/bedrock/{}/{}", use, spec_->env);
    const bool is_on =
        std::all_of(spec_->regions.begin(), spec_->regions.end(), [&](const std::string& region) {
          return is_there(ResourceKind::log_group, region, group) ||
                 desired_->find({ResourceKind::log_group, region, group}) == nullptr;
        });
    return row(subject, is_on && is_there(ResourceKind::log_group, spec_->regions.front(), group),
               fmt::format("log group {}, {}", group, note));
  }

  /// Measured by Bedrock itself; ours is that somebody looks: an alarm or a dashboard has it.
  [[nodiscard]] Check watched(const char* subject, const char* metric) const {
    const auto watches = [&](const Resource& one) {
      const bool is_watcher =
          one.address.kind == ResourceKind::alarm || one.address.kind == ResourceKind::dashboard;
      return is_watcher && observed_->find(one.address) != nullptr &&
             one.properties.dump().find(metric) != std::string::npos;
    };
    const auto count =
        std::count_if(desired_->resources.begin(), desired_->resources.end(), watches);
    return row(subject, count > 0,
               count > 0 ? fmt::format("CloudWatch metrics of AWS/Bedrock, in {} alarms and "
                                       "dashboards",
                                       count)
                         : "no alarm or dashboard watches its metrics");
  }

  const StackSpec* spec_;
  const DesiredState* desired_;
  const ObservedState* observed_;
};

}  // namespace

std::vector<Check> logging_types(const StackSpec& spec, const DesiredState& desired,
                                 const ObservedState& observed) {
  return has_profile(spec, observability_profile) ? LoggingTypes(spec, desired, observed).rows()
                                                  : std::vector<Check>();
}

}  // namespace bedrocklog::provision
