// One call to a model whose record shows that delivery works: made by the admin with a client of
// their own, found again by a mark in its request metadata. This program calls no model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/diagnostics.h"
#include "cli/session.h"
#include "cli/stack_change.h"
#include "ingest/unix_millis.h"
#include "provision/verify.h"

namespace bedrocklog::cli {

/// Key of the request metadata.
inline constexpr std::string_view canary_key = "bedrocklog-canary";

struct Canary {
  std::string id;       // "20260304T101507Z-1f2e3d4c": when it was made up, and chance.
  UnixMillis made_at;   // The record is not older.
  bool is_new = false;  // Made up in this run: the call is still to be made.
  std::string model;    // To call; empty: nobody said one.
  unsigned wait_s = 0;  // To look for the record.
};

/// --canary, --canary-id, --canary-model, --wait and --now; nothing: not asked for. Ends with
/// usage.
[[nodiscard]] OrExit<std::optional<Canary>> canary_of(const Session& session);

/// The call as one line for a shell.
[[nodiscard]] std::string canary_call(const Canary& canary, const std::string& region);

/// Tells the calls to make, then looks for the record in log group and archive of each region until
/// the time is over. A check of each; those of a call that is still to be made are unknown.
[[nodiscard]] std::vector<provision::Check> check_canary(const StackChange& change,
                                                         const Canary& canary);

}  // namespace bedrocklog::cli
