// The JSON documents of the provision commands.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "provision/plan.h"
#include "provision/stack_spec.h"

namespace bedrocklog::cli {

/// {"schema":"bedrocklog.KIND/1","stack","account","partition","regions"}, to be added to.
[[nodiscard]] nlohmann::json provision_document(std::string_view kind,
                                                const provision::StackSpec& spec);

/// Members of a plan: "steps", "notices", "fingerprint", "result".
void add_plan(nlohmann::json& document, const provision::Plan& plan);

/// "none", "changes", "conflict".
[[nodiscard]] std::string_view result_of(const provision::Plan& plan);

/// Sorted, indented, safe to embed, ended by a newline.
[[nodiscard]] std::string document_text(const nlohmann::json& document);

}  // namespace bedrocklog::cli
