// All checks: what the plan says, what the documents read so far say, and what services are asked.
#include "provision/verify.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ingest/aws/utc_time.h"
#include "provision/call_fault.h"
#include "provision/core_profile.h"
#include "provision/delivery_checks.h"
#include "provision/desired_state.h"
#include "provision/policy_checks.h"

namespace bedrocklog::provision {
namespace {

constexpr std::size_t paths_shown_max = 5;
/// An alarm without data for so long watches nothing.
constexpr std::int64_t dataless_seconds_max = 3 * 86'400;

std::string paths_of(const Step& step) {
  std::vector<std::string> paths;
  for (const PropertyChange& change : step.changes) {
    if (paths.size() == paths_shown_max) {
      paths.push_back(fmt::format("and {} more", step.changes.size() - paths_shown_max));
      break;
    }
    paths.push_back(change.path);
  }
  return fmt::format("{}", fmt::join(paths, ", "));
}

Check check_of(const Step& step) {
  Check check{"as-planned", to_text(step.address), CheckResult::fail, step.reason};
  switch (step.action) {
    case Action::none:
      check.result = CheckResult::pass;
      check.finding = "as it should be";
      break;
    case Action::create:
      check.finding = "is not there; apply makes it";
      break;
    case Action::update:
    case Action::adopt:
      check.finding = fmt::format("differs in {}; apply puts it right", paths_of(step));
      break;
    case Action::keep:
      check.result = CheckResult::pass;
      break;
    case Action::unsupported:
    case Action::remove:
    case Action::release:
      check.result = CheckResult::warn;
      break;
    case Action::conflict:
    case Action::blocked:
      break;
  }
  return check;
}

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
    if (wants_subscribers() && spec_->subscribers.empty()) {
      add("somebody-is-notified", "stack", CheckResult::warn,
          "the topic has no subscriber of the stack: alarms ring where nobody hears; give "
          "--alert-email");
    }
    return std::move(checks_);
  }

 private:
  void look_at(const Resource& resource, const Observed& found) {
    switch (resource.address.kind) {
      case ResourceKind::role:
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
        look_at_alarm(resource, found);
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
  }

  void look_at_bucket_policy(const Resource& resource, const Observed& found) {
    const std::string& region = resource.address.region;
    const Json policy = found.properties.value("PolicyDocument", Json());
    add_flaw("bucket-policy-lets-bedrock-write", resource, CheckResult::fail,
             delivery_flaw(*spec_, region, policy));
    add_flaw("bucket-denies-insecure", resource, CheckResult::fail,
             transport_flaw(*spec_, region, policy));
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

  [[nodiscard]] bool wants_subscribers() const {
    return std::any_of(desired_->resources.begin(), desired_->resources.end(),
                       [](const Resource& one) {
                         return one.address.kind == ResourceKind::topic && one.is_managed;
                       });
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

void ask_services(const StackSpec& spec, const DesiredState& desired, const ObservedState& observed,
                  const DeliveryChecks& delivery, std::vector<Check>& checks) {
  for (const std::string& region : spec.regions) {
    const auto is_there = [&](ResourceKind kind, const std::string& name) {
      const Address address{kind, region, name};
      const Observed* const found = observed.find(address);
      return desired.find(address) != nullptr && found != nullptr &&
             found->ownership != Ownership::inaccessible;
    };
    // Where logging is not set up there is nothing to be delivered.
    const bool has_logging = is_there(ResourceKind::logging_configuration, "");
    const bool has_bucket = is_there(ResourceKind::bucket, bucket_of(spec, region));
    if (has_logging && is_there(ResourceKind::log_group, log_group_of(spec))) {
      checks.push_back(delivery.log_stream(region));
    }
    if (has_logging && has_bucket) {
      checks.push_back(delivery.archive_written(region));
    }
    if (has_bucket && !spec.reused.bucket.empty()) {
      for (Check& check : delivery.reused_bucket(region)) {
        checks.push_back(std::move(check));
      }
    }
  }
}

bool has_kind(const DesiredState& desired, ResourceKind kind) {
  return std::any_of(desired.resources.begin(), desired.resources.end(),
                     [kind](const Resource& one) { return one.address.kind == kind; });
}

}  // namespace

std::string_view name_of(CheckResult result) {
  constexpr std::array<std::string_view, 4> names = {"pass", "warn", "fail", "unknown"};
  return names.at(static_cast<std::size_t>(result));
}

std::vector<Check> verify(const StackSpec& spec, const Plan& plan, const ObservedState& observed,
                          aws::ServiceCalls& calls, const VerifyChoices& choices) {
  const DesiredState desired = desired_state(spec);
  std::vector<Check> checks = DocumentChecks(spec, choices, desired, observed).run();
  std::transform(plan.steps.begin(), plan.steps.end(), std::back_inserter(checks), check_of);
  const DeliveryChecks delivery(spec, choices, calls);
  ask_services(spec, desired, observed, delivery, checks);
  for (const std::string& region : spec.regions) {
    const Address bucket{ResourceKind::bucket, region, bucket_of(spec, region)};
    const Observed* const found = observed.find(bucket);
    if (choices.archive_age_hours_max > 0 && desired.find(bucket) != nullptr && found != nullptr &&
        found->ownership != Ownership::inaccessible) {
      checks.push_back(delivery.archive_age(region));
    }
    if (has_kind(desired, ResourceKind::alarm) || has_kind(desired, ResourceKind::dashboard)) {
      checks.push_back(delivery.metrics(region));
    }
  }
  std::stable_sort(checks.begin(), checks.end(), [](const Check& left, const Check& right) {
    return std::pair(left.id, left.subject) < std::pair(right.id, right.subject);
  });
  return checks;
}

Result<void> send_test_notification(const StackSpec& spec, const Address& alarm,
                                    aws::ServiceCalls& calls) {
  const DesiredState desired = desired_state(spec);
  const Resource* const known = desired.find(alarm);
  if (alarm.kind != ResourceKind::alarm || known == nullptr || !known->is_managed) {
    return fault(to_text(alarm), "is no alarm of this stack");
  }
  const aws::CallResult<aws::XmlElement> answer = calls.query(
      "cloudwatch", alarm.region, "SetAlarmState",
      {{"AlarmName", alarm.name},
       {"StateValue", "ALARM"},
       {"StateReason", "Test of the notification, asked for by bedrocklog; nothing is wrong"}});
  if (!answer) {
    return refused(alarm, answer.error());
  }
  return {};
}

}  // namespace bedrocklog::provision
