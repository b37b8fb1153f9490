// From what should be and what is to what is to be done: a pure function, and the only way to
// changes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "provision/normal_form.h"
#include "provision/observed_state.h"
#include "provision/resource.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {

enum class Action : std::uint8_t {
  none,  // As it should be.
  create,
  update,  // In place.
  adopt,   // Foreign, named by --adopt: marked, and updated where it differs.
  remove,
  release,      // Adopted once: our part is taken off, the thing stays.
  keep,         // Data that destroy leaves, or what --use-... names.
  conflict,     // There, not ours, and not named by any flag. Never changed.
  blocked,      // Depends on a conflict.
  unsupported,  // AWS has no such thing; the reason says what takes its place.
};
[[nodiscard]] std::string_view name_of(Action action);
/// Whether apply would send something for it.
[[nodiscard]] bool is_change(Action action);

struct Step {
  Action action = Action::none;
  Address address;
  std::vector<PropertyChange> changes;  // Of create: all properties; of remove: none.
  std::string reason;  // Why, where the action does not say it; the remedy of a conflict.
  Json target;         // Properties to write, complete (create, update, adopt).
  std::vector<Address> waits_for;  // Steps that must be done before.
};

/// Things that do not stop a plan but that an admin should know: "archive is deleted after 90
/// days", "bucket policy of a bucket not managed does not let Bedrock write".
struct Notice {
  std::string subject;
  std::string text;
};

struct Plan {
  std::vector<Step> steps;  // In an order that may be carried out one by one.
  std::vector<Notice> notices;
  std::string fingerprint;  // Of the observed state it was made from.

  [[nodiscard]] bool has_changes() const;
  [[nodiscard]] bool has_conflicts() const;
};

/// Everything to be taken away if it is ours, in that order: members of families that were found
/// and are not wanted, then what the desired state names.
[[nodiscard]] std::vector<Address> retired_addresses(const DesiredState& desired,
                                                     const ObservedState& observed);

/// What apply does. Same arguments, same plan, byte for byte.
[[nodiscard]] Plan make_plan(const StackSpec& spec, const DesiredState& desired,
                             const ObservedState& observed);

struct DestroyChoices {
  bool delete_data = false;
  /// Logging configurations to put in place of ours, by region: what `--logging replace` saved.
  std::map<std::string, Json> restored_logging;
};
/// Removes what carries our mark, against the order of dependence, the logging configuration first.
[[nodiscard]] Plan make_destroy_plan(const StackSpec& spec, const DesiredState& desired,
                                     const ObservedState& observed, const DestroyChoices& choices);

/// Steps without Action::none, with their values; sorted members; for --json and plan files.
[[nodiscard]] Json to_json(const Plan& plan);

}  // namespace bedrocklog::provision
