// A plan that was saved to be looked at, and applied later.
//
// The file holds the spec and the plan made from it. It is not trusted for what to do: on apply
// the plan is made again from the spec and what is there now, and must be the same.
#pragma once

#include <string>
#include <string_view>

#include "ingest/fault.h"
#include "provision/plan.h"

namespace bedrocklog::provision {

enum class PlanPurpose : std::uint8_t { apply, destroy };

struct SavedPlan {
  PlanPurpose purpose = PlanPurpose::apply;
  DestroyChoices destroy;
  StackSpec spec;
  Json plan;  // to_json(Plan).
};

/// JSON text with sorted members, ended by a newline.
[[nodiscard]] std::string to_text(const SavedPlan& saved);
/// `subject` is the file's name, for messages.
[[nodiscard]] Result<SavedPlan> read_saved_plan(std::string_view text, const std::string& subject);
/// A Fault that says what moved when `now` is not what was saved.
[[nodiscard]] Result<void> same_plan(const SavedPlan& saved, const Plan& now,
                                     const std::string& subject);

}  // namespace bedrocklog::provision
