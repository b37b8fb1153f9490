// The settings of profiles as documents: read, written, and what may be wrong with them.
#pragma once

#include <vector>

#include "ingest/fault.h"
#include "provision/document_members.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {

// Members are those of the structures, in snake_case; a list that is given replaces the one before.
// Each read_ takes what the to_json() beside it gives.

void read_observability(Members& members, ObservabilitySettings& settings);
[[nodiscard]] Json to_json(const ObservabilitySettings& settings);
/// Subjects begin with "observability.", or are "env". Nothing is wrong with settings of a profile
/// that is not asked for.
[[nodiscard]] std::vector<Fault> observability_faults(const StackSpec& spec);

void read_secure(Members& members, SecureSettings& settings);
[[nodiscard]] Json to_json(const SecureSettings& settings);
/// Subjects begin with "secure.".
[[nodiscard]] std::vector<Fault> secure_faults(const StackSpec& spec);

/// [{"protocol","endpoint"}].
void read_subscribers(Members& members, const char* name, std::vector<Subscriber>& subscribers);
[[nodiscard]] Json to_json(const std::vector<Subscriber>& subscribers);

}  // namespace bedrocklog::provision
