// What becomes of each resource when a stack is applied.
#include "provision/plan.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/logging_singleton.h"
#include "provision/mark.h"
#include "provision/profile_record.h"
#include "provision/reference.h"
#include "provision/retention.h"
#include "provision/secure_notices.h"
#include "provision/trail_selectors.h"
#include "provision/usage_alarms.h"

namespace bedrocklog::provision {
namespace {

constexpr std::array<std::string_view, 10> action_names = {
    "none",    "create", "update",   "adopt",   "remove",
    "release", "keep",   "conflict", "blocked", "unsupported"};

/// Below it the archive is deleted before a year of it was there to be reported.
constexpr unsigned archive_days_of_a_year = 365;

Step step_for(Action action, const Address& address, std::string reason = {}) {
  Step step;
  step.action = action;
  step.address = address;
  step.reason = std::move(reason);
  return step;
}

Step creation_of(const Resource& resource) {
  Step step = step_for(Action::create, resource.address);
  step.target = resource.properties;
  step.changes = differences(resource.address.kind, resource.properties, Json::object());
  return step;
}

bool is_named_for_adoption(const StackSpec& spec, const Address& address) {
  return spec.adopts_all ||
         spec.adopts.contains(fmt::format("{}:{}", name_of(address.kind), address.name));
}

/// How others use a thing of theirs without giving it to us.
std::string_view reuse_flag_of(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::bucket:
      return "--use-bucket";
    case ResourceKind::log_group:
      return "--use-log-group";
    case ResourceKind::topic:
      return "--use-topic";
    case ResourceKind::trail:
      return "--use-trail";
    case ResourceKind::key:
      return "--use-key";
    default:
      return {};
  }
}

std::string conflict_reason(const Address& address, const Observed& observed) {
  if (observed.ownership == Ownership::inaccessible) {
    return "the name is taken in another account; give another name, or use a bucket of yours "
           "with --use-bucket";
  }
  const std::string whose = observed.ownership == Ownership::other_stack
                                ? fmt::format("belongs to the stack \"{}\"", observed.owner)
                                : "is there and does not carry our mark";
  const std::string_view reuse = reuse_flag_of(address.kind);
  return fmt::format("{}; --adopt {}:{} takes it over{}", whose, name_of(address.kind),
                     address.name,
                     reuse.empty() ? std::string(", or give another name")
                                   : fmt::format(", {} uses it as it is", reuse));
}

/// Of a thing that is there and may be changed.
Step change_of(const StackSpec& spec, const Resource& resource, const Observed& observed,
               bool is_adoption) {
  Step step = step_for(is_adoption ? Action::adopt : Action::none, resource.address);
  step.target = resource.properties;
  if (is_adoption && step.target.contains("Tags")) {
    Tags tags = tags_of(step.target);
    tags[std::string(adopted_tag)] = "true";
    step.target["Tags"] = to_json(tags);
  }
  step.changes = differences(resource.address.kind, step.target, observed.properties);
  if (observed.details.value("PendingConfirmation", false)) {
    step.changes.clear();  // Nothing can be read or written of it before its owner confirms.
  }
  if (!spec.allows_shorter_retention) {
    if (std::optional<std::string> shorter = shortening_of(
            resource.address.kind, resource.properties, observed.properties, is_adoption)) {
      return step_for(Action::conflict, resource.address, std::move(*shorter));
    }
  }
  if (!is_adoption && !step.changes.empty()) {
    step.action = Action::update;
  }
  if (step.action == Action::none) {
    step.target = Json();
  }
  return step;
}

/// Members that hold what another thing of the stack gave: the key of a group.
constexpr std::array<std::string_view, 2> borrowed_members = {"KmsKeyId", "KmsMasterKeyId"};

/// ARNs of what is ours and no longer part of the stack.
std::set<std::string> retired_arns(const DesiredState& desired, const ObservedState& observed) {
  std::set<std::string> arns;
  for (const Address& address : desired.retired) {
    const Observed* const found = observed.find(address);
    if (found != nullptr && is_ours(*found)) {
      arns.insert(found->details.value("Arn", ""));
    }
  }
  arns.erase("");
  return arns;
}

/// Takes out of a thing what it has of a retired one and is not wanted with.
void give_back(const Resource& resource, const Observed* observed,
               const std::set<std::string>& arns, Step& step) {
  if (observed == nullptr || (step.action != Action::none && step.action != Action::update)) {
    return;
  }
  for (const std::string_view borrowed : borrowed_members) {
    const std::string member(borrowed);
    const Json held = observed->properties.value(member, Json());
    if (resource.properties.contains(member) || !held.is_string() ||
        !arns.contains(held.get<std::string>())) {
      continue;
    }
    if (step.action == Action::none) {
      step.action = Action::update;
      step.target = resource.properties;
    }
    step.target[member] = nullptr;  // A provider takes it off.
    step.changes.push_back({member, held, Json()});
  }
}

/// A thing that does what we want whoever made it.
bool serves_anybody(ResourceKind kind) {
  return kind == ResourceKind::anomaly_detector;
}

Step step_of(const StackSpec& spec, const Resource& resource, const Observed* observed,
             const FormerDestinations& former) {
  const Address& address = resource.address;
  if (!resource.is_managed) {
    return observed == nullptr || observed->ownership == Ownership::inaccessible
               ? step_for(Action::conflict, address,
                          "is needed and not there; create it, set up its component first "
                          "(--only), or name another")
               : step_for(Action::keep, address, "used as it is");
  }
  if (address.kind == ResourceKind::logging_configuration) {
    return plan_logging(resource, observed, spec.logging, former);
  }
  if (observed == nullptr) {
    return creation_of(resource);
  }
  switch (observed->ownership) {
    case Ownership::ours:
    case Ownership::adopted:
      return change_of(spec, resource, *observed, false);
    case Ownership::foreign:
      if (serves_anybody(address.kind)) {
        return step_for(Action::keep, address, "somebody else's, and serves as it is");
      }
      if (is_named_for_adoption(spec, address)) {
        return change_of(spec, resource, *observed, true);
      }
      break;
    case Ownership::other_stack:
      // Not by "all": two stacks would take it from each other, turn by turn.
      if (spec.adopts.contains(fmt::format("{}:{}", name_of(address.kind), address.name))) {
        return change_of(spec, resource, *observed, true);
      }
      break;
    case Ownership::inaccessible:
      break;
  }
  return step_for(Action::conflict, address, conflict_reason(address, *observed));
}

Step retirement_of(const Address& address, const Observed& observed) {
  if (observed.ownership == Ownership::adopted) {
    return step_for(Action::release, address, "no longer part of the stack");
  }
  if (holds_data(address.kind)) {
    return step_for(Action::keep, address, "no longer part of the stack; it holds data and stays");
  }
  return step_for(Action::remove, address, "no longer part of the stack");
}

/// A step that needs what a conflict keeps from being there.
void block_dependents(const DesiredState& desired, std::vector<Step>& steps) {
  std::set<Address> stuck;
  for (Step& step : steps) {
    if (step.action == Action::conflict) {
      stuck.insert(step.address);
      continue;
    }
    const Resource* const resource = desired.find(step.address);
    if (resource == nullptr || !is_change(step.action)) {
      continue;
    }
    const auto cause = std::find_if(resource->depends_on.begin(), resource->depends_on.end(),
                                    [&](const Address& needed) { return stuck.contains(needed); });
    if (cause != resource->depends_on.end()) {
      step = step_for(Action::blocked, step.address,
                      fmt::format("needs {}, which is in conflict", to_text(*cause)));
      stuck.insert(step.address);
    }
  }
}

/// Profile records are made before everything else: a run that is killed behind them leaves nothing
/// that the next one does not look for.
std::vector<Address> new_records(const std::vector<Step>& steps) {
  std::vector<Address> records;
  for (const Step& step : steps) {
    if (is_change(step.action) && is_profile_record(step.address)) {
      records.push_back(step.address);
    }
  }
  return records;
}

void note_waits(const DesiredState& desired, std::vector<Step>& steps) {
  const std::vector<Address> records = new_records(steps);
  std::set<Address> changing;
  for (Step& step : steps) {
    if (!is_change(step.action)) {
      continue;
    }
    changing.insert(step.address);
    if (!is_profile_record(step.address)) {
      step.waits_for = records;
    }
    if (const Resource* const resource = desired.find(step.address)) {
      std::copy_if(resource->depends_on.begin(), resource->depends_on.end(),
                   std::back_inserter(step.waits_for),
                   [&](const Address& needed) { return changing.contains(needed); });
    }
  }
}

/// One by one, when all else is done: what is taken away may be named by what is still to change.
void add_retirements(const DesiredState& desired, const ObservedState& observed,
                     std::vector<Step>& steps) {
  std::vector<Address> before;
  for (const Step& step : steps) {
    if (is_change(step.action)) {
      before.push_back(step.address);
    }
  }
  for (const Address& address : retired_addresses(desired, observed)) {
    const Observed* const found = observed.find(address);
    if (found == nullptr || !is_ours(*found)) {
      continue;
    }
    Step step = retirement_of(address, *found);
    if (is_change(step.action)) {
      step.waits_for = before;
      before = {address};
    }
    steps.push_back(std::move(step));
  }
}

/// What CloudTrail has refused of this trail is not asked for again.
Json with_accepted_events(const Resource& trail, const Observed& observed,
                          std::vector<Notice>& notices) {
  const std::vector<std::string> events = refused_events(observed.properties);
  Json accepted = without_events(trail.properties, events);
  if (accepted != trail.properties) {
    notices.push_back(
        {to_text(trail.address),
         fmt::format("CloudTrail does not log these events here, and they are left out: {}; to "
                     "have one tried again, take the tag \"{}EVENTS\" off the trail",
                     fmt::join(events, ", "), refused_tag_prefix)});
  }
  return accepted;
}

std::vector<Notice> notices_of(const StackSpec& spec, const DesiredState& desired) {
  std::vector<Notice> notices;
  const auto alarms =
      std::count_if(desired.resources.begin(), desired.resources.end(),
                    [](const Resource& one) { return one.address.kind == ResourceKind::alarm; });
  if (alarms > 0) {
    notices.push_back({"cost", fmt::format("{} alarm{} and the logs themselves are charged by AWS",
                                           alarms, alarms == 1 ? "" : "s")});
  }
  const SumAlarmNames sum = sum_alarm_names(spec.names).front();
  const bool is_in_parts =
      std::any_of(desired.resources.begin(), desired.resources.end(), [&](const Resource& one) {
        return one.address.kind == ResourceKind::alarm && one.address.name == sum.parts.front();
      });
  if (is_in_parts) {
    notices.push_back({"alarms",
                       "an alarm takes one Metrics Insights query: tokens and errors are watched "
                       "in two alarms each, both by the limit of the sum"});
  }
  const bool has_bucket =
      std::any_of(desired.resources.begin(), desired.resources.end(), [](const Resource& one) {
        return one.address.kind == ResourceKind::bucket && one.is_managed;
      });
  if (has_bucket && spec.archive_days < archive_days_of_a_year) {
    notices.push_back({"archive", fmt::format("logs are deleted after {} days: no report reaches "
                                              "further back (archive_days)",
                                              spec.archive_days)});
  }
  std::vector<Notice> more = secure_notices(spec);
  std::move(more.begin(), more.end(), std::back_inserter(notices));
  return notices;
}

}  // namespace

std::vector<Address> retired_addresses(const DesiredState& desired, const ObservedState& observed) {
  std::vector<Address> retired;
  for (const auto& [address, found] : observed.found) {
    const bool is_listed =
        std::find(desired.retired.begin(), desired.retired.end(), address) != desired.retired.end();
    if (!is_listed && desired.find(address) == nullptr) {
      retired.push_back(address);
    }
  }
  retired.insert(retired.end(), desired.retired.begin(), desired.retired.end());
  // No alarm goes that one of them names.
  std::stable_partition(retired.begin(), retired.end(), [](const Address& one) {
    return one.kind == ResourceKind::composite_alarm;
  });
  return retired;
}

std::string_view name_of(Action action) {
  return action_names.at(static_cast<std::size_t>(action));
}

bool is_change(Action action) {
  switch (action) {
    case Action::create:
    case Action::update:
    case Action::adopt:
    case Action::remove:
    case Action::release:
      return true;
    case Action::none:
    case Action::keep:
    case Action::conflict:
    case Action::blocked:
    case Action::unsupported:
      break;
  }
  return false;
}

bool Plan::has_changes() const {
  return std::any_of(steps.begin(), steps.end(),
                     [](const Step& step) { return is_change(step.action); });
}

bool Plan::has_conflicts() const {
  return std::any_of(steps.begin(), steps.end(),
                     [](const Step& step) { return step.action == Action::conflict; });
}

Plan make_plan(const StackSpec& spec, const DesiredState& desired, const ObservedState& observed) {
  Plan plan;
  plan.fingerprint = fingerprint_of(observed);
  plan.notices = notices_of(spec, desired);
  const FormerDestinations former = former_destinations(desired, observed);
  const std::set<std::string> arns = retired_arns(desired, observed);
  for (const Resource& resource : desired.resources) {
    Resource known = resource;
    known.properties = normal_form(known.address.kind, resolved(known.properties, observed));
    const Observed* const found = observed.find(resource.address);
    if (found != nullptr && resource.address.kind == ResourceKind::trail && resource.is_managed) {
      known.properties = with_accepted_events(known, *found, plan.notices);
    }
    plan.steps.push_back(step_of(spec, known, found, former));
    give_back(known, found, arns, plan.steps.back());
  }
  block_dependents(desired, plan.steps);
  note_waits(desired, plan.steps);
  add_retirements(desired, observed, plan.steps);
  for (const Unsupported& one : desired.unsupported) {
    plan.steps.push_back(step_for(Action::unsupported, one.address, one.reason));
  }
  return plan;
}

Json to_json(const Plan& plan) {
  Json steps = Json::array();
  for (const Step& step : plan.steps) {
    if (step.action == Action::none) {
      continue;
    }
    Json changes = Json::array();
    for (const PropertyChange& change : step.changes) {
      changes.push_back(
          {{"path", change.path}, {"before", change.before}, {"after", change.after}});
    }
    Json waits = Json::array();
    for (const Address& address : step.waits_for) {
      waits.push_back(to_text(address));
    }
    steps.push_back({{"action", name_of(step.action)},
                     {"address", to_text(step.address)},
                     {"changes", std::move(changes)},
                     {"reason", step.reason},
                     {"waits_for", std::move(waits)}});
  }
  Json notices = Json::array();
  for (const Notice& notice : plan.notices) {
    notices.push_back({{"subject", notice.subject}, {"text", notice.text}});
  }
  return {{"steps", std::move(steps)},
          {"notices", std::move(notices)},
          {"fingerprint", plan.fingerprint}};
}

}  // namespace bedrocklog::provision
