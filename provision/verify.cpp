// All checks: what the plan says, what the documents read so far say, and what services are asked.
#include "provision/verify.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/call_fault.h"
#include "provision/core_profile.h"
#include "provision/delivery_checks.h"
#include "provision/desired_state.h"
#include "provision/document_checks.h"
#include "provision/key_checks.h"
#include "provision/known_metrics.h"
#include "provision/network_checks.h"
#include "provision/posture.h"
#include "provision/trail_checks.h"
#include "provision/widget_checks.h"

namespace bedrocklog::provision {
namespace {

constexpr std::size_t paths_shown_max = 5;

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
  std::vector<Check> checks = document_checks(spec, choices, desired, observed);
  KnownMetrics metrics(calls);
  const auto append = [&checks](std::vector<Check> more) {
    std::move(more.begin(), more.end(), std::back_inserter(checks));
  };
  append(logging_types(spec, desired, observed));
  if (has_profile(spec, secure_profile)) {
    append(posture_of(spec, desired, observed));
  }
  append(trail_checks(spec, observed, calls));
  append(key_checks(spec, desired, observed, calls));
  append(dns_checks(spec, calls));
  append(widget_checks(spec, desired, observed, metrics));
  append(guardrail_use_checks(desired, observed, metrics));
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
