// Which parts a stack has, and what it has under other settings.
#include "provision/desired_state.h"

#include <algorithm>
#include <utility>

#include "ingest/ensure.h"
#include "provision/assembly.h"
#include "provision/profile_record.h"

namespace bedrocklog::provision {
namespace {

/// The profile that says where logs go.
std::string_view plane_profile(const StackSpec& spec) {
  return has_profile(spec, core_profile) || has_profile(spec, secure_profile)
             ? core_profile
             : observability_profile;
}

/// Key first, since it encrypts the rest; topics of all profiles before what rings at several.
DesiredState assembled(const StackSpec& spec) {
  Assembly assembly(spec);
  const bool is_observed = has_profile(spec, observability_profile);
  const bool is_secure = has_profile(spec, secure_profile);
  for (const std::string_view profile : {observability_profile, secure_profile}) {
    if (has_profile(spec, profile)) {
      add_profile_record(assembly, profile);
    }
  }
  if (is_secure) {
    assembly.begin(secure_profile);
    add_encryption(assembly);
  }
  assembly.begin(plane_profile(spec));
  add_logging_plane(assembly);
  if (has_profile(spec, core_profile)) {
    assembly.begin(core_profile);
    add_core(assembly);
  }
  if (is_observed) {
    assembly.begin(observability_profile);
    add_observability(assembly);
  }
  if (is_secure) {
    assembly.begin(secure_profile);
    add_secure(assembly);
  }
  if (is_observed || is_secure) {
    assembly.begin(is_secure ? secure_profile : observability_profile);
    add_delivery_alarms(assembly);
  }
  if (is_secure) {
    add_health_composites(assembly);
  }
  return assembly.take();
}

/// With everything that settings can switch off, and nothing of others in its place.
StackSpec with_all_options(StackSpec spec) {
  spec.reused = {};
  spec.observability.use_trail.clear();
  spec.observability.has_insights = true;
  spec.observability.has_report_bucket = true;
  if (spec.observability.budget.monthly_usd.empty()) {
    spec.observability.budget.monthly_usd = "1";
  }
  spec.secure.use_key.clear();
  spec.secure.switches = {};
  if (spec.secure.access.trusted_principals.empty()) {
    spec.secure.access.trusted_principals = {spec.account};
  }
  spec.secure.network.general_services = {"logs", "monitoring", "sns", "sts", "kms"};
  spec.secure.network.unoffered.clear();
  // Endpoints and groups are found by their mark: the names of VPC and subnets do not matter.
  if (spec.secure.network.vpc_id.empty()) {
    spec.secure.network.vpc_id = "vpc-00000000";
    spec.secure.network.subnet_ids = {"subnet-00000000"};
    spec.secure.network.management_cidrs = {"10.0.0.0/16"};
  }
  return spec;
}

/// The stack under other settings of the same profiles, and under the profiles that it had.
std::vector<StackSpec> other_stacks(const StackSpec& spec, const std::set<std::string>& recorded) {
  const StackSpec options = with_all_options(spec);
  std::set<std::string> all = spec.profiles;
  all.insert(recorded.begin(), recorded.end());
  // Core leaves no record: its kinds are read at any rate.
  all.emplace(core_profile);
  // The places of logs differ between observability alone and the others.
  std::vector<std::set<std::string>> combinations = {all};
  if (all.contains(std::string(observability_profile))) {
    combinations.push_back({std::string(observability_profile)});
  }
  std::vector<StackSpec> others;
  for (const std::set<std::string>& profiles : combinations) {
    // What CloudWatch can be asked decides about the names of alarms, and may change.
    for (const AlarmSource source :
         {AlarmSource::all_models_series, AlarmSource::metrics_insights}) {
      others.push_back(options);
      others.back().profiles = profiles;
      others.back().alarm_source = source;
    }
  }
  return others;
}

/// What those have and this one has not: from the last to the first, and their families.
void note_retired(const StackSpec& spec, const std::set<std::string>& recorded,
                  DesiredState& desired) {
  std::vector<Address> retired;
  std::set<Address> seen;
  for (const StackSpec& other : other_stacks(spec, recorded)) {
    const DesiredState state = assembled(other);
    for (const Family& family : state.families) {
      if (std::find(desired.families.begin(), desired.families.end(), family) ==
          desired.families.end()) {
        desired.families.push_back(family);
      }
    }
    for (auto one = state.resources.rbegin(); one != state.resources.rend(); ++one) {
      // The logging configuration is there once, whatever names it: never retired, only changed.
      const bool is_singleton = one->address.kind == ResourceKind::logging_configuration;
      const bool is_subscription = one->address.kind == ResourceKind::subscription;
      if (!is_singleton && !is_subscription && desired.find(one->address) == nullptr &&
          seen.insert(one->address).second) {
        retired.push_back(one->address);
      }
    }
  }
  // What others depend on goes last, whichever combination it came from.
  const auto rank_of = [](const Address& one) {
    return one.kind == ResourceKind::composite_alarm ? 0
           : one.kind == ResourceKind::alarm         ? 1
           : is_profile_record(one)                  ? 3
                                                     : 2;
  };
  std::stable_sort(retired.begin(), retired.end(), [&](const Address& left, const Address& right) {
    return rank_of(left) < rank_of(right);
  });
  desired.retired = std::move(retired);
}

/// With --only: the components named, and what they need of the others, which must be there.
void keep_selected(const StackSpec& spec, DesiredState& state) {
  if (spec.only.empty()) {
    return;
  }
  const auto is_selected = [&](const Resource& one) {
    return spec.only.contains(one.component) || is_profile_record(one.address);
  };
  std::vector<Address> needed;
  for (const Resource& resource : state.resources) {
    if (is_selected(resource)) {
      needed.insert(needed.end(), resource.depends_on.begin(), resource.depends_on.end());
    }
  }
  std::erase_if(state.resources, [&](const Resource& one) {
    return !is_selected(one) &&
           std::find(needed.begin(), needed.end(), one.address) == needed.end();
  });
  for (Resource& resource : state.resources) {
    if (!is_selected(resource)) {
      resource.is_managed = false;
      resource.depends_on.clear();
    }
  }
  std::erase_if(state.unsupported, [&](const Unsupported& one) {
    const bool is_alarm = one.address.kind == ResourceKind::alarm ||
                          one.address.kind == ResourceKind::composite_alarm;
    return !spec.only.contains(Component::alerting) && is_alarm;
  });
  state.retired.clear();
  state.families.clear();
}

}  // namespace

DesiredState desired_state(const StackSpec& spec, const std::set<std::string>& recorded) {
  ensure(!spec.regions.empty() && !spec.profiles.empty());
  DesiredState state = assembled(spec);
  note_retired(spec, recorded, state);
  keep_selected(spec, state);
  return state;
}

}  // namespace bedrocklog::provision
