// One heading for all of them.
#include "cli/provision_json.h"

#include <fmt/format.h>

#include "cli/json_text.h"

namespace bedrocklog::cli {

nlohmann::json provision_document(std::string_view kind, const provision::StackSpec& spec) {
  return {{"schema", fmt::format("bedrocklog.{}/1", kind)},
          {"stack", spec.stack},
          {"account", spec.account},
          {"partition", spec.partition},
          {"regions", spec.regions}};
}

void add_plan(nlohmann::json& document, const provision::Plan& plan) {
  document.update(provision::to_json(plan));
  document["result"] = result_of(plan);
}

std::string_view result_of(const provision::Plan& plan) {
  return plan.has_conflicts() ? "conflict" : plan.has_changes() ? "changes" : "none";
}

std::string document_text(const nlohmann::json& document) {
  return inert_json(document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace)) + "\n";
}

}  // namespace bedrocklog::cli
