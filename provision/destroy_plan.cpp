// What becomes of each thing when a stack is taken away.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "provision/logging_singleton.h"
#include "provision/plan.h"
#include "provision/profile_record.h"

namespace bedrocklog::provision {
namespace {

Step step_for(Action action, const Address& address, std::string reason = {}) {
  Step step;
  step.action = action;
  step.address = address;
  step.reason = std::move(reason);
  return step;
}

/// The thing whose part this one is: policies and subscriptions have no mark of their own.
std::optional<Address> whole_of(const Address& address) {
  switch (address.kind) {
    case ResourceKind::bucket_policy:
      return Address{ResourceKind::bucket, address.region, address.name};
    case ResourceKind::topic_policy:
      return Address{ResourceKind::topic, address.region, address.name};
    case ResourceKind::guardrail_version:
      return Address{ResourceKind::guardrail, address.region, address.name};
    case ResourceKind::subscription:
      return Address{ResourceKind::topic, address.region,
                     address.name.substr(0, address.name.find('/'))};
    default:
      return std::nullopt;
  }
}

Step removal_of(const Address& address, const Observed& observed, const DestroyChoices& choices) {
  switch (observed.ownership) {
    case Ownership::ours:
      if (holds_data(address.kind) && !choices.delete_data) {
        return step_for(Action::keep, address, "holds data; --delete-data removes it");
      }
      return step_for(Action::remove, address);
    case Ownership::adopted:
      return step_for(Action::release, address,
                      "was there before the stack: our mark is taken off, the rest stays");
    case Ownership::other_stack:
    case Ownership::foreign:
    case Ownership::inaccessible:
      break;
  }
  return step_for(Action::keep, address, "not ours");
}

/// Of a part, by what becomes of the whole.
Step part_removal_of(const Address& address, const Step& whole) {
  switch (whole.action) {
    case Action::remove:
      return step_for(Action::none, address);  // Goes with it.
    case Action::release:
      // Whose a subscription was before is not known: it stays.
      return address.kind == ResourceKind::subscription
                 ? step_for(Action::keep, address, "of a topic that was there before the stack")
                 : step_for(Action::release, address, whole.reason);
    default:
      return step_for(Action::keep, address, whole.reason);
  }
}

Step logging_removal_of(const Resource& desired, const Observed& observed,
                        const DestroyChoices& choices, const FormerDestinations& former) {
  const Address& address = desired.address;
  const Json left = stripped_logging(desired.properties, observed.properties, former);
  if (left == observed.properties) {
    return step_for(Action::keep, address, "delivers to others only");
  }
  Json target = left;
  std::string reason = "stops delivery";
  if (const auto before = choices.restored_logging.find(address.region);
      before != choices.restored_logging.end()) {
    target = before->second;
    reason = "puts back the configuration that was saved";
  } else if (!left.is_null()) {
    reason = "takes our destinations out and keeps those of others";
  }
  Step step =
      step_for(target.is_null() ? Action::remove : Action::update, address, std::move(reason));
  if (!target.is_null()) {
    step.changes = differences(ResourceKind::logging_configuration, target, observed.properties);
    for (const auto& [name, value] : observed.properties.items()) {
      if (!target.contains(name)) {
        step.changes.push_back({name, value, Json()});
      }
    }
    step.target = std::move(target);
  }
  return step;
}

const Step* step_at(const std::vector<Step>& steps, const Address& address) {
  const auto found = std::find_if(steps.begin(), steps.end(),
                                  [&](const Step& step) { return step.address == address; });
  return found == steps.end() ? nullptr : &*found;
}

/// In the order of dependence, wholes in front of their parts.
std::vector<Step> removals(const DesiredState& desired, const ObservedState& observed,
                           const DestroyChoices& choices) {
  const FormerDestinations former = former_destinations(desired, observed);
  std::vector<Step> steps;
  const auto add = [&](const Address& address, const Resource* resource) {
    const Observed* const found = observed.find(address);
    if (found == nullptr) {
      return;
    }
    const std::optional<Address> whole = whole_of(address);
    const Step* const whole_step = whole ? step_at(steps, *whole) : nullptr;
    if (resource != nullptr && !resource->is_managed) {
      steps.push_back(step_for(Action::keep, address, "used, never ours"));
    } else if (address.kind == ResourceKind::logging_configuration && resource != nullptr) {
      steps.push_back(logging_removal_of(*resource, *found, choices, former));
    } else if (whole_step != nullptr) {
      steps.push_back(part_removal_of(address, *whole_step));
    } else if (!whole) {
      steps.push_back(removal_of(address, *found, choices));
    }
  };
  for (const Resource& resource : desired.resources) {
    add(resource.address, &resource);
  }
  // In the order of dependence, too: they are listed in that of removal.
  const std::vector<Address> retired = retired_addresses(desired, observed);
  for (auto address = retired.rbegin(); address != retired.rend(); ++address) {
    add(*address, nullptr);
  }
  return steps;
}

/// Whatever is removed waits until nothing is written any more, and for what needs it; alarms wait
/// for composites, which may still name what they no longer should; what is no longer part of the
/// stack goes one by one; profile records go last, so that a run that is killed leaves nothing that
/// the next one does not look for.
void note_waits(const DesiredState& desired, std::vector<Step>& steps) {
  std::vector<Address> deliveries;
  std::vector<Address> composites;
  std::vector<Address> all;
  const Address* last_retired = nullptr;
  for (Step& step : steps) {
    if (!is_change(step.action)) {
      continue;
    }
    if (is_profile_record(step.address)) {
      step.waits_for = all;
    } else if (step.address.kind == ResourceKind::logging_configuration) {
      deliveries.push_back(step.address);
    } else {
      step.waits_for = deliveries;
      if (step.address.kind == ResourceKind::composite_alarm) {
        composites.push_back(step.address);
      } else if (step.address.kind == ResourceKind::alarm) {
        step.waits_for.insert(step.waits_for.end(), composites.begin(), composites.end());
      }
      if (last_retired != nullptr) {
        step.waits_for.push_back(*last_retired);
      }
      if (desired.find(step.address) == nullptr) {
        last_retired = &step.address;
      }
    }
    all.push_back(step.address);
    for (const Resource& resource : desired.resources) {
      const bool needs_it = std::find(resource.depends_on.begin(), resource.depends_on.end(),
                                      step.address) != resource.depends_on.end();
      const Step* const dependent = needs_it ? step_at(steps, resource.address) : nullptr;
      const bool is_delivery = resource.address.kind == ResourceKind::logging_configuration;
      if (dependent != nullptr && is_change(dependent->action) && !is_delivery) {
        step.waits_for.push_back(resource.address);
      }
    }
  }
}

}  // namespace

Plan make_destroy_plan(const StackSpec& /*spec*/, const DesiredState& desired,
                       const ObservedState& observed, const DestroyChoices& choices) {
  Plan plan;
  plan.fingerprint = fingerprint_of(observed);
  plan.steps = removals(desired, observed, choices);
  std::reverse(plan.steps.begin(), plan.steps.end());
  std::stable_partition(plan.steps.begin(), plan.steps.end(), [](const Step& step) {
    return step.address.kind == ResourceKind::composite_alarm;
  });
  // First of all nothing is written any more.
  std::stable_partition(plan.steps.begin(), plan.steps.end(), [](const Step& step) {
    return step.address.kind == ResourceKind::logging_configuration;
  });
  std::stable_partition(plan.steps.begin(), plan.steps.end(),
                        [](const Step& step) { return !is_profile_record(step.address); });
  note_waits(desired, plan.steps);
  return plan;
}

}  // namespace bedrocklog::provision
