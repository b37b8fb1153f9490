// Who the configuration belongs to is told by where it delivers, since it carries no mark.
#include "provision/logging_singleton.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "provision/answer_members.h"

namespace bedrocklog::provision {
namespace {

constexpr const char* cloudwatch = "cloudWatchConfig";
constexpr const char* archive = "s3Config";
constexpr const char* large_data = "largeDataDeliveryS3Config";

std::string log_group_of(const Json& configuration) {
  return text_in(part_in(configuration, cloudwatch), "logGroupName");
}
std::string role_of(const Json& configuration) {
  return text_in(part_in(configuration, cloudwatch), "roleArn");
}
std::string bucket_of(const Json& configuration) {
  return text_in(part_in(configuration, archive), "bucketName");
}
std::string large_data_bucket_of(const Json& configuration) {
  return text_in(part_in(part_in(configuration, cloudwatch), large_data), "bucketName");
}

bool delivers(const Json& configuration) {
  return !log_group_of(configuration).empty() || !bucket_of(configuration).empty();
}

/// A destination that is there, is not the one we want, and never was ours.
bool is_other(const std::string& wanted, const std::string& found,
              const std::set<std::string>& former) {
  return !found.empty() && found != wanted && !former.contains(found);
}

Step step_for(Action action, const Resource& desired) {
  Step step;
  step.action = action;
  step.address = desired.address;
  return step;
}

/// Differences member by member, with those that `target` drops.
std::vector<PropertyChange> all_changes(const Json& target, const Json& observed) {
  std::vector<PropertyChange> changes =
      differences(ResourceKind::logging_configuration, target, observed);
  for (const auto& [name, value] : observed.items()) {
    if (!target.contains(name)) {
      changes.push_back({name, value, Json()});
    }
  }
  return changes;
}

Step plan_foreign(const Resource& desired, const Json& observed, LoggingChoice choice) {
  if (choice == LoggingChoice::refuse) {
    Step step = step_for(Action::conflict, desired);
    step.reason = fmt::format(
        "the account's one logging configuration in this region is not ours: {}; --logging merge "
        "adds the destination it lacks, --logging replace puts ours in its place",
        observed.dump(-1, ' ', false, Json::error_handler_t::replace));
    return step;
  }
  Json target = merged_logging(desired.properties, observed, choice);
  std::vector<PropertyChange> changes = all_changes(target, observed);
  if (changes.empty()) {
    Step step = step_for(Action::keep, desired);
    step.reason = "has destinations of its own for CloudWatch and S3; nothing of ours to add";
    return step;
  }
  Step step = step_for(Action::update, desired);
  step.changes = std::move(changes);
  step.target = std::move(target);
  step.reason = choice == LoggingChoice::merge ? "keeps the destinations of others"
                                               : "replaces a configuration that is not ours";
  return step;
}

}  // namespace

FormerDestinations former_destinations(const DesiredState& desired, const ObservedState& observed) {
  FormerDestinations former;
  for (const Address& address : desired.retired) {
    const Observed* const found = observed.find(address);
    if (found == nullptr || !is_ours(*found)) {
      continue;
    }
    if (address.kind == ResourceKind::bucket) {
      former.buckets.insert(address.name);
    } else if (address.kind == ResourceKind::log_group) {
      former.log_groups.insert(address.name);
    } else if (address.kind == ResourceKind::role) {
      former.role_arns.insert(text_in(found->details, "Arn"));
    }
  }
  return former;
}

LoggingRelation relation_of(const Json& desired, const Json* observed,
                            const FormerDestinations& former) {
  if (observed == nullptr || !delivers(*observed)) {
    return LoggingRelation::absent;
  }
  const bool is_foreign =
      is_other(log_group_of(desired), log_group_of(*observed), former.log_groups) ||
      is_other(role_of(desired), role_of(*observed), former.role_arns) ||
      is_other(bucket_of(desired), bucket_of(*observed), former.buckets) ||
      is_other(large_data_bucket_of(desired), large_data_bucket_of(*observed), former.buckets);
  return is_foreign ? LoggingRelation::foreign : LoggingRelation::ours;
}

Json merged_logging(const Json& desired, const Json& observed, LoggingChoice choice,
                    const FormerDestinations& former) {
  // Members we have never heard of stay: without them a PUT would switch off what is newer than we.
  Json result = observed.is_object() ? observed : Json::object();
  const bool keeps_theirs = choice == LoggingChoice::merge &&
                            relation_of(desired, &observed, former) == LoggingRelation::foreign;
  if (!keeps_theirs) {
    for (const auto& [name, value] : desired.items()) {
      result[name] = value;
    }
    return result;
  }
  if (log_group_of(observed).empty() && desired.contains(cloudwatch)) {
    result[cloudwatch] = desired[cloudwatch];
  }
  if (bucket_of(observed).empty() && desired.contains(archive)) {
    result[archive] = desired[archive];
  }
  return result;
}

Json stripped_logging(const Json& desired, const Json& observed, const FormerDestinations& former) {
  const auto is_our_bucket = [&](const std::string& name) {
    return name == bucket_of(desired) || former.buckets.contains(name);
  };
  const std::string group = log_group_of(observed);
  Json result = observed;
  if (group == log_group_of(desired) || former.log_groups.contains(group)) {
    result.erase(cloudwatch);
  } else if (is_our_bucket(large_data_bucket_of(observed)) && result.contains(cloudwatch)) {
    result[cloudwatch].erase(large_data);
  }
  if (is_our_bucket(bucket_of(observed))) {
    result.erase(archive);
  }
  return delivers(result) ? result : Json();
}

Step plan_logging(const Resource& desired, const Observed* observed, LoggingChoice choice,
                  const FormerDestinations& former) {
  const Json* const found = observed == nullptr ? nullptr : &observed->properties;
  switch (relation_of(desired.properties, found, former)) {
    case LoggingRelation::foreign:
      return plan_foreign(desired, *found, choice);
    case LoggingRelation::absent: {
      Step step = step_for(Action::create, desired);
      step.target = found == nullptr ? desired.properties
                                     : merged_logging(desired.properties, *found, choice, former);
      step.changes = all_changes(step.target, Json::object());
      return step;
    }
    case LoggingRelation::ours:
      break;
  }
  Step step = step_for(Action::none, desired);
  step.changes = differences(ResourceKind::logging_configuration, desired.properties, *found);
  if (!step.changes.empty()) {
    step.action = Action::update;
    step.target = merged_logging(desired.properties, *found, choice, former);
  }
  return step;
}

}  // namespace bedrocklog::provision
