// What properties and documents say, thing by thing.
#include "provision/document_checks.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ingest/aws/utc_time.h"
#include "provision/check_outcome.h"
#include "provision/core_profile.h"
#include "provision/lifecycle_simulation.h"
#include "provision/policy_checks.h"

namespace bedrocklog::provision {
namespace {

/// An alarm without data for so long watches nothing.
constexpr std::int64_t dataless_seconds_max = std::int64_t{3} * 86'400;

/// Everything that is told by what was read for the plan.
class DocumentChecks {
 public:
  DocumentChecks(const StackSpec& spec, const VerifyChoices& choices, const DesiredState& desired,
                 const ObservedState& observed)
      : spec_(&spec), choices_(&choices), desired_(&desired), observed_(&observed) {}

  std::vector<Check> run() {
    for (const Resource& resource : desired_->resources) {
      // What is not there, the plan's check says.
      if (const Observed* const found = observed_->find(resource.address)) {
        look_at(resource, *found);
      }
    }
    look_for_subscribers();
    look_for_dashboards();
    return std::move(checks_);
  }

 private:
  void look_at(const Resource& resource, const Observed& found) {
    switch (resource.address.kind) {
      case ResourceKind::role:
        if (resource.address.name != role_of(*spec_)) {
          return;
        }
        add_flaw("role-trusts-bedrock-only", resource, CheckResult::fail,
                 trust_flaw(*spec_, found.properties.value("AssumeRolePolicyDocument", Json())));
        return;
      case ResourceKind::bucket:
        look_at_region(resource, found);
        return;
      case ResourceKind::bucket_policy:
        look_at_bucket_policy(resource, found);
        return;
      case ResourceKind::logging_configuration:
        look_at_logging(resource, found);
        return;
      case ResourceKind::subscription:
        add("subscription-confirmed", to_text(resource.address),
            is_pending(found) ? CheckResult::warn : CheckResult::pass,
            is_pending(found) ? "waits for its recipient to confirm; the mail may be in a junk "
                                "folder, and its link is good for two days"
                              : "confirmed");
        return;
      case ResourceKind::alarm:
      case ResourceKind::composite_alarm:
        look_at_alarm(resource, found);
        return;
      case ResourceKind::guardrail:
        look_at_guardrail(resource, found);
        return;
      case ResourceKind::vpc_endpoint:
        look_at_endpoint(resource, found);
        return;
      case ResourceKind::dashboard:
        add_flaw("dashboard-shows-managed-regions", resource, CheckResult::warn,
                 dashboard_flaw(found.properties.value("DashboardBody", Json())));
        return;
      default:
        return;
    }
  }

  static bool is_pending(const Observed& found) {
    return found.details.value("PendingConfirmation", false);
  }

  void look_at_region(const Resource& resource, const Observed& found) {
    const std::string elsewhere = found.details.value("Region", "");
    if (!elsewhere.empty()) {
      add("bucket-in-region", to_text(resource.address), CheckResult::fail,
          fmt::format("is in {}: Bedrock writes only to buckets of its own region", elsewhere));
    }
    if (resource.is_managed &&
        resource.address.name == bucket_of(*spec_, resource.address.region)) {
      look_at_lifecycle(resource, found);
    }
  }

  /// When a log of today will be gone, by what S3 makes of the rules.
  void look_at_lifecycle(const Resource& resource, const Observed& found) {
    const LifecycleRules rules{
        found.properties.value("LifecycleConfiguration", Json()),
        text_at(found.properties, "/VersioningConfiguration/Status") == "Enabled"};
    const std::optional<std::uint64_t> days =
        days_until_gone(archive_prefix(*spec_) + resource.address.region + "/any", rules);
    const bool is_wanted = spec_->archive_days > 0;
    const std::string when = days ? fmt::format("a log is gone {} days after it is written", *days)
                                  : std::string("logs are never deleted");
    add("archive-lifecycle", to_text(resource.address),
        days.has_value() == is_wanted ? CheckResult::pass : CheckResult::fail,
        days.has_value() == is_wanted
            ? when
            : when + "; that is not what archive_days says: apply writes the rules again");
  }

  void look_at_bucket_policy(const Resource& resource, const Observed& found) {
    const std::string& region = resource.address.region;
    const Json policy = found.properties.value("PolicyDocument", Json());
    if (resource.address.name == bucket_of(*spec_, region)) {
      add_flaw("bucket-policy-lets-bedrock-write", resource, CheckResult::fail,
               delivery_flaw(*spec_, region, policy));
    }
    add_flaw("bucket-denies-insecure", resource, CheckResult::fail,
             transport_flaw(*spec_, resource.address.name, policy));
  }

  void look_at_logging(const Resource& resource, const Observed& found) {
    const Json cloud_watch = found.properties.value("cloudWatchConfig", Json::object());
    const bool keeps_large = cloud_watch.contains("largeDataDeliveryS3Config");
    add("large-bodies-kept", to_text(resource.address),
        keeps_large ? CheckResult::pass : CheckResult::warn,
        keeps_large ? "bodies above 100 KB go to the bucket"
                    : "bodies above 100 KB are lost on the way to CloudWatch Logs; "
                      "largeDataDeliveryS3Config is not set");
    const std::string group = cloud_watch.value("logGroupName", "");
    const bool is_here =
        observed_->find({ResourceKind::log_group, resource.address.region, group}) != nullptr;
    add("log-group-in-region", to_text(resource.address),
        is_here ? CheckResult::pass : CheckResult::fail,
        is_here ? fmt::format("{} is in this region", group)
                : fmt::format("the log group \"{}\" that it names is not one of the stack in this "
                              "region",
                              group));
  }

  void look_at_alarm(const Resource& resource, const Observed& found) {
    const std::string state = found.details.value("StateValue", "");
    const std::optional<aws::UtcTime> since =
        aws::parse_iso_time(found.details.value("StateUpdatedTimestamp", ""));
    const bool is_dataless = state == "INSUFFICIENT_DATA" && since &&
                             choices_->now_seconds - since->seconds > dataless_seconds_max;
    add("alarm-has-data", to_text(resource.address),
        is_dataless ? CheckResult::warn : CheckResult::pass,
        is_dataless ? fmt::format("without data since {}: it watches a metric that nothing "
                                  "writes; see metrics-known",
                                  aws::to_iso_time(*since))
                    : "state " + state);
  }

  void look_at_guardrail(const Resource& resource, const Observed& found) {
    const std::string status = text_at(found.details, "/Status");
    const bool is_ready = status.empty() || status == "READY";
    add("guardrail-ready", to_text(resource.address),
        is_ready ? CheckResult::pass : CheckResult::fail,
        is_ready ? "ready" : fmt::format("is {}: callers get errors or the rules before", status));
    const Address version{ResourceKind::guardrail_version, resource.address.region,
                          resource.address.name};
    const Observed* const there = observed_->find(version);
    add("guardrail-versioned", to_text(resource.address),
        there != nullptr ? CheckResult::pass : CheckResult::warn,
        there != nullptr ? "version " + text_at(there->details, "/Version")
                         : "has no version that callers could name; apply makes one");
  }

  void look_at_endpoint(const Resource& resource, const Observed& found) {
    const std::string state = lower(text_at(found.details, "/State"));
    const bool is_available = state.empty() || state == "available";
    add("endpoint-available", to_text(resource.address),
        is_available ? CheckResult::pass : CheckResult::fail,
        is_available ? "available; its traffic is in the metrics of AWS/PrivateLinkEndpoints"
                     : fmt::format("is {}: calls through it fail", state));
    add_flaw("network-reachable", resource, CheckResult::fail, reach_flaw(found));
  }

  /// Whether somebody gets through the groups of an endpoint, and to how many zones.
  [[nodiscard]] std::string reach_flaw(const Observed& endpoint) const {
    if (endpoint.properties.value("SubnetIds", Json::array()).empty()) {
      return "is in no subnet: nothing reaches it";
    }
    const Json groups = endpoint.properties.value("SecurityGroupIds", Json::array());
    bool knows_group = false;
    for (const auto& [address, found] : observed_->found) {
      const std::string id = text_at(found.details, "/GroupId");
      if (address.kind != ResourceKind::security_group || id.empty() ||
          std::find(groups.begin(), groups.end(), Json(id)) == groups.end()) {
        continue;
      }
      knows_group = true;
      const Json rules = found.properties.value("SecurityGroupIngress", Json::array());
      if (std::any_of(rules.begin(), rules.end(), lets_https_in)) {
        return {};
      }
    }
    return knows_group ? "its security groups let nobody in at port 443"
                       : "none of the stack's security groups is on it: others decide who gets in";
  }

  static bool lets_https_in(const Json& rule) {
    constexpr int https_port = 443;
    const std::string protocol = text_at(rule, "/IpProtocol");
    return protocol == "-1" || (protocol == "tcp" && rule.value("FromPort", Json()) <= https_port &&
                                rule.value("ToPort", Json()) >= https_port);
  }

  static std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
  }

  /// A topic of ours that nobody of the stack listens to.
  void look_for_subscribers() {
    for (const Resource& topic : desired_->resources) {
      if (topic.address.kind != ResourceKind::topic || !topic.is_managed) {
        continue;
      }
      const std::string prefix = topic.address.name + '/';
      const bool has_listener = std::any_of(
          desired_->resources.begin(), desired_->resources.end(), [&](const Resource& one) {
            return one.address.kind == ResourceKind::subscription &&
                   one.address.region == topic.address.region &&
                   one.address.name.starts_with(prefix);
          });
      if (!has_listener) {
        add("somebody-is-notified", to_text(topic.address), CheckResult::warn,
            "the topic has no subscriber of the stack: alarms ring where nobody hears; give "
            "--alert-email, or subscribers of its class");
      }
    }
  }

  /// The four of observability.
  void look_for_dashboards() {
    if (!has_profile(*spec_, observability_profile)) {
      return;
    }
    std::vector<std::string> missing;
    std::size_t wanted = 0;
    for (const Resource& one : desired_->resources) {
      if (one.address.kind == ResourceKind::dashboard) {
        ++wanted;
        if (observed_->find(one.address) == nullptr) {
          missing.push_back(one.address.name);
        }
      }
    }
    if (wanted > 0) {
      add("dashboards-there", "stack", missing.empty() ? CheckResult::pass : CheckResult::fail,
          missing.empty() ? fmt::format("{} dashboards", wanted)
                          : fmt::format("missing: {}; apply makes them", fmt::join(missing, ", ")));
    }
  }

  [[nodiscard]] std::string dashboard_flaw(const Json& body) const {
    const auto widgets = body.is_object() ? body.find("widgets") : body.end();
    if (widgets == body.end() || !widgets->is_array()) {
      return "its body is no dashboard; apply writes it again";
    }
    const std::set<std::string> managed(spec_->regions.begin(), spec_->regions.end());
    std::set<std::string> others;
    for (const Json& widget : *widgets) {
      const Json properties = widget.is_object() ? widget.value("properties", Json()) : Json();
      const Json region = properties.is_object() ? properties.value("region", Json()) : Json();
      if (region.is_string() && !managed.contains(region.get<std::string>())) {
        others.insert(region.get<std::string>());
      }
    }
    return others.empty() ? ""
                          : fmt::format("shows regions that the stack does not manage: {}",
                                        fmt::join(others, ", "));
  }

  void add_flaw(const char* id, const Resource& resource, CheckResult otherwise,
                const std::string& flaw) {
    add(id, to_text(resource.address), flaw.empty() ? CheckResult::pass : otherwise,
        flaw.empty() ? "as it should be" : flaw);
  }

  void add(const char* id, std::string subject, CheckResult result, std::string finding) {
    checks_.push_back({id, std::move(subject), result, std::move(finding)});
  }

  const StackSpec* spec_;
  const VerifyChoices* choices_;
  const DesiredState* desired_;
  const ObservedState* observed_;
  std::vector<Check> checks_;
};

}  // namespace

std::vector<Check> document_checks(const StackSpec& spec, const VerifyChoices& choices,
                                   const DesiredState& desired, const ObservedState& observed) {
  return DocumentChecks(spec, choices, desired, observed).run();
}

}  // namespace bedrocklog::provision
