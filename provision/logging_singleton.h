// The invocation-logging configuration: one per account and region, without tags, replaced whole by
// every PUT. What to do with one that somebody else made is decided here and nowhere else.
#pragma once

#include <set>
#include <string>

#include "provision/plan.h"

namespace bedrocklog::provision {

/// How the configuration in place relates to the one we want.
enum class LoggingRelation : std::uint8_t {
  absent,
  ours,     // Every destination and the role are ours; flags may differ.
  foreign,  // It names a destination that is not ours.
};
/// What is ours beside what is wanted now: where other profiles of the stack put the logs.
struct FormerDestinations {
  std::set<std::string> buckets;
  std::set<std::string> log_groups;
  std::set<std::string> role_arns;
};
/// Retired things that carry our mark.
[[nodiscard]] FormerDestinations former_destinations(const DesiredState& desired,
                                                     const ObservedState& observed);

[[nodiscard]] LoggingRelation relation_of(const Json& desired, const Json* observed,
                                          const FormerDestinations& former = {});

/// The configuration to write over `observed`: our members, and every member that we do not know
/// or manage as it is. With merge foreign destinations stay and only missing ones are added.
[[nodiscard]] Json merged_logging(const Json& desired, const Json& observed, LoggingChoice choice,
                                  const FormerDestinations& former = {});

/// What is left of `observed` without our destinations; null when none is left, and the whole
/// configuration is to be deleted.
[[nodiscard]] Json stripped_logging(const Json& desired, const Json& observed,
                                    const FormerDestinations& former = {});

/// The step for the singleton. With LoggingChoice::refuse a foreign one is a conflict whose reason
/// prints it and names the flags.
[[nodiscard]] Step plan_logging(const Resource& desired, const Observed* observed,
                                LoggingChoice choice, const FormerDestinations& former = {});

}  // namespace bedrocklog::provision
