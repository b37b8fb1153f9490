// Views and plans of the one part.
#include "cli/logging_part.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/delivery_checks.h"
#include "provision/desired_state.h"
#include "provision/normal_form.h"
#include "provision/observe.h"
#include "provision/profile_record.h"

namespace bedrocklog::cli {
namespace {

using provision::Action;
using provision::Address;
using provision::DesiredState;
using provision::LoggingChoice;
using provision::LoggingRelation;
using provision::Plan;
using provision::Resource;
using provision::ResourceKind;

constexpr ResourceKind configuration_kind = ResourceKind::logging_configuration;

bool is_destination(const Address& address) {
  return address.kind == ResourceKind::bucket || address.kind == ResourceKind::log_group ||
         address.kind == ResourceKind::role;
}

/// Of the whole stack the resources that `is_wanted` names. Where other profiles of the stack put
/// logs is looked at, too: a configuration that names it is ours.
template <class IsWanted>
OrExit<StackView> look_at_part(const ProvisionRequest& request, const ProvisionTarget& target,
                               const IsWanted& is_wanted) {
  const Result<std::set<std::string>> recorded =
      provision::recorded_profiles(request.spec, *target.providers);
  if (!recorded) {
    return stop(Step::cloud, recorded.error());
  }
  StackView view;
  view.desired = provision::desired_state(request.spec, *recorded);
  const std::set<Address> wanted = is_wanted(view.desired);
  std::erase_if(view.desired.resources,
                [&](const Resource& one) { return !wanted.contains(one.address); });
  std::erase_if(view.desired.retired, [](const Address& one) { return !is_destination(one); });
  view.desired.families.clear();
  view.desired.unsupported.clear();
  Result<provision::ObservedState> observed = provision::observe(view.desired, *target.providers);
  if (!observed) {
    return stop(Step::cloud, observed.error());
  }
  view.observed = std::move(*observed);
  return view;
}

std::set<Address> configurations_of(const DesiredState& desired) {
  std::set<Address> result;
  for (const Resource& one : desired.resources) {
    if (one.address.kind == configuration_kind) {
      result.insert(one.address);
    }
  }
  return result;
}

/// With what they need, and what that needs; records of profiles, so that what is made here is
/// found again under other settings.
std::set<Address> with_needs(const DesiredState& desired) {
  std::set<Address> result = configurations_of(desired);
  // What is needed stands in front of what needs it.
  for (auto one = desired.resources.rbegin(); one != desired.resources.rend(); ++one) {
    if (result.contains(one->address) || provision::is_profile_record(one->address)) {
      result.insert(one->address);
      result.insert(one->depends_on.begin(), one->depends_on.end());
    }
  }
  for (const Resource& one : desired.resources) {
    // A policy is a part of its bucket, and says who may write there.
    const bool is_policy = one.address.kind == ResourceKind::bucket_policy;
    if (is_policy &&
        result.contains({ResourceKind::bucket, one.address.region, one.address.name})) {
      result.insert(one.address);
    }
  }
  return result;
}

OrExit<StackView> look_at_configurations(const ProvisionRequest& request,
                                         const ProvisionTarget& target) {
  return look_at_part(request, target, configurations_of);
}

OrExit<StackView> look_with_needs(const ProvisionRequest& request, const ProvisionTarget& target) {
  return look_at_part(request, target, with_needs);
}

/// Destinations of other profiles were looked at, and are left alone.
void keep_part(const StackChange& change, Plan& plan) {
  std::erase_if(plan.steps, [&](const provision::Step& step) {
    return change.view.desired.find(step.address) == nullptr;
  });
}

Plan nothing_to_do(const StackChange& change) {
  Plan plan;
  plan.fingerprint = fingerprint_of(change.view.observed);
  return plan;
}

Plan plan_with_needs(const StackChange& change) {
  Plan plan = provision::make_plan(change.request.spec, change.view.desired, change.view.observed);
  keep_part(change, plan);
  return plan;
}

Plan plan_taken_out(const StackChange& change) {
  const LoggingChoice choice = change.request.spec.logging;
  Plan plan = provision::make_destroy_plan(change.request.spec, change.view.desired,
                                           change.view.observed, {});
  keep_part(change, plan);
  for (provision::Step& step : plan.steps) {
    if (step.action != Action::keep || choice == LoggingChoice::merge) {
      continue;
    }
    const bool is_replaced = choice == LoggingChoice::replace;
    step.action = is_replaced ? Action::remove : Action::conflict;
    step.reason = is_replaced ? "not ours; saved first"
                              : "is not ours: " + step.reason +
                                    "; --logging replace removes it, --logging merge leaves it";
  }
  return plan;
}

const provision::Json* properties_of(const StackChange& change, const Address& address) {
  const provision::Observed* const found = change.view.observed.find(address);
  return found == nullptr ? nullptr : &found->properties;
}

provision::Step step_back(const StackChange& change, const Resource& resource,
                          const provision::Json& saved) {
  const provision::Json* const found = properties_of(change, resource.address);
  const LoggingRelation relation = provision::relation_of(
      resource.properties, found,
      provision::former_destinations(change.view.desired, change.view.observed));
  provision::Step step;
  step.address = resource.address;
  if (found != nullptr && *found == saved) {
    return step;
  }
  if (relation == LoggingRelation::foreign &&
      change.request.spec.logging != LoggingChoice::replace) {
    step.action = Action::conflict;
    step.reason = fmt::format(
        "the configuration in place is not ours: {}; --logging replace puts the saved one there",
        found->dump(-1, ' ', false, provision::Json::error_handler_t::replace));
    return step;
  }
  step.action = found == nullptr ? Action::create : Action::update;
  step.reason = "puts back the configuration that was saved";
  step.changes = provision::differences(configuration_kind, saved,
                                        found == nullptr ? provision::Json::object() : *found);
  step.target = saved;
  return step;
}

Plan plan_put_back(const StackChange& change, const std::map<std::string, provision::Json>& saved) {
  Plan plan = nothing_to_do(change);
  for (const Resource& resource : change.view.desired.resources) {
    if (const auto one = saved.find(resource.address.region); one != saved.end()) {
      plan.steps.push_back(step_back(change, resource, one->second));
    }
  }
  return plan;
}

provision::Check owner_check(const RegionLogging& logging) {
  using provision::CheckResult;
  provision::Check check{"logging-configured",
                         to_text(Address{configuration_kind, logging.region, ""}),
                         CheckResult::pass, "as it should be"};
  if (logging.relation == LoggingRelation::absent) {
    check.result = CheckResult::fail;
    check.finding = "logging is not set up here; `provision logging enable` does it";
  } else if (logging.relation == LoggingRelation::foreign) {
    check.result = CheckResult::warn;
    check.finding = "delivers to places that are not ours; see --logging";
  } else if (!logging.differences.empty()) {
    check.result = CheckResult::fail;
    check.finding = fmt::format("differs in {}", fmt::join(logging.differences, ", "));
  }
  return check;
}

}  // namespace

std::vector<RegionLogging> logging_of(const StackChange& change) {
  const provision::FormerDestinations former =
      provision::former_destinations(change.view.desired, change.view.observed);
  std::vector<RegionLogging> result;
  for (const Resource& resource : change.view.desired.resources) {
    if (resource.address.kind != configuration_kind) {
      continue;
    }
    RegionLogging logging{resource.address.region, LoggingRelation::absent, {}, {}};
    if (const provision::Json* const found = properties_of(change, resource.address)) {
      logging.configuration = *found;
      logging.relation = provision::relation_of(resource.properties, found, former);
      for (const provision::PropertyChange& each :
           provision::differences(configuration_kind, resource.properties, *found)) {
        logging.differences.push_back(each.path);
      }
    }
    result.push_back(std::move(logging));
  }
  return result;
}

std::string_view owner_of(const RegionLogging& logging) {
  switch (logging.relation) {
    case LoggingRelation::ours:
      return "ours";
    case LoggingRelation::foreign:
      return "foreign";
    case LoggingRelation::absent:
      break;
  }
  return "none";
}

StackScope logging_seen() {
  return {look_at_configurations, nothing_to_do};
}

StackScope logging_with_needs() {
  return {look_with_needs, plan_with_needs};
}

StackScope logging_taken_out() {
  return {look_at_configurations, plan_taken_out};
}

StackScope logging_put_back(std::map<std::string, provision::Json> saved) {
  for (auto& [region, configuration] : saved) {
    configuration = provision::normal_form(configuration_kind, configuration);
  }
  return {look_at_configurations, [saved = std::move(saved)](const StackChange& change) {
            return plan_put_back(change, saved);
          }};
}

std::vector<provision::Check> check_delivery(const StackChange& change,
                                             const provision::VerifyChoices& choices) {
  const provision::StackSpec& spec = change.request.spec;
  const provision::DeliveryChecks delivery(spec, choices, *change.target.calls);
  std::vector<provision::Check> checks;
  for (const RegionLogging& logging : logging_of(change)) {
    checks.push_back(owner_check(logging));
    if (logging.relation != LoggingRelation::ours) {
      continue;  // Nothing is delivered to where we would look.
    }
    checks.push_back(delivery.log_stream(logging.region));
    checks.push_back(delivery.archive_written(logging.region));
    if (choices.archive_age_hours_max > 0) {
      checks.push_back(delivery.archive_age(logging.region));
    }
    if (!spec.reused.bucket.empty()) {
      for (provision::Check& check : delivery.reused_bucket(logging.region)) {
        checks.push_back(std::move(check));
      }
    }
  }
  return checks;
}

}  // namespace bedrocklog::cli
