// What is there in AWS, as far as the stack is concerned.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "ingest/fault.h"
#include "provision/resource.h"

namespace bedrocklog::provision {

enum class Ownership : std::uint8_t {
  ours,          // Carries the mark of this stack.
  adopted,       // The same, and was there before us: destroy takes our part off and leaves it.
  other_stack,   // Carries the mark of another stack of ours.
  foreign,       // No mark, or nobody can be asked for it.
  inaccessible,  // It exists, and belongs to another account (a bucket name that is taken).
};

struct Observed {
  /// In the form of Resource::properties, normalised (normal_form.h). Also members that we do not
  /// manage, where AWS tells them.
  Json properties;
  Ownership ownership = Ownership::foreign;
  std::string owner;  // Stack named by the mark; empty without one.
  /// What is no property: {"Arn":..}, {"PendingConfirmation":true}, {"StoredBytes":..}.
  Json details = Json::object();
};

/// May be changed by this stack.
[[nodiscard]] inline bool is_ours(const Observed& observed) {
  return observed.ownership == Ownership::ours || observed.ownership == Ownership::adopted;
}

/// What has no entry is not there.
struct ObservedState {
  std::map<Address, Observed> found;

  [[nodiscard]] const Observed* find(const Address& address) const;
};

/// Digest of all that was seen, for plans that are saved. Details do not count.
[[nodiscard]] std::string fingerprint_of(const ObservedState& state);

}  // namespace bedrocklog::provision
