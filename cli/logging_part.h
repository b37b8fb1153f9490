// The logging configuration alone, as a part of a stack: what `provision logging` looks at and
// changes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/stack_change.h"
#include "provision/logging_singleton.h"
#include "provision/verify.h"

namespace bedrocklog::cli {

/// The configuration of one region, and whose it is.
struct RegionLogging {
  std::string region;
  provision::LoggingRelation relation = provision::LoggingRelation::absent;
  std::vector<std::string> differences;  // Of ours: members that are not as they should be.
  provision::Json configuration;         // Null: none.
};
/// In the order of the spec. Requires a view of this part.
[[nodiscard]] std::vector<RegionLogging> logging_of(const StackChange& change);
/// "ours", "foreign", "none".
[[nodiscard]] std::string_view owner_of(const RegionLogging& logging);

/// Only the configurations; the plan changes nothing.
[[nodiscard]] StackScope logging_seen();
/// The configurations with all that they need: role, bucket, log group, key.
[[nodiscard]] StackScope logging_with_needs();
/// Our destinations taken out; with --logging replace those of others, too.
[[nodiscard]] StackScope logging_taken_out();
/// These put in place of ours, or of none.
[[nodiscard]] StackScope logging_put_back(std::map<std::string, provision::Json> saved);

/// Whether it is there, is ours, and delivers.
[[nodiscard]] std::vector<provision::Check> check_delivery(const StackChange& change,
                                                           const provision::VerifyChoices& choices);

}  // namespace bedrocklog::cli
