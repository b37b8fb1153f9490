// The form of a saved plan, and whether what it says still holds.
#include "provision/plan_file.h"

#include <algorithm>

#include <fmt/format.h>

namespace bedrocklog::provision {
namespace {

constexpr const char* format_name = "bedrocklog-plan-1";

std::string_view name_of(PlanPurpose purpose) {
  return purpose == PlanPurpose::apply ? "apply" : "destroy";
}

std::string address_of(const Json& step) {
  const auto address = step.is_object() ? step.find("address") : step.end();
  return address != step.end() && address->is_string() ? address->get<std::string>() : "a step";
}

/// The first step that is not the same in both, for the message.
std::string first_difference(const Json& saved, const Json& now) {
  const Json none = Json::array();
  const auto found = saved.find("steps");
  const Json& saved_steps = found != saved.end() && found->is_array() ? *found : none;
  const Json& now_steps = now["steps"];
  for (std::size_t index = 0; index < std::max(saved_steps.size(), now_steps.size()); ++index) {
    if (index >= now_steps.size()) {
      return address_of(saved_steps[index]);
    }
    if (index >= saved_steps.size() || saved_steps[index] != now_steps[index]) {
      return address_of(now_steps[index]);
    }
  }
  return "something the plan does not change";
}

}  // namespace

std::string to_text(const SavedPlan& saved) {
  const Json document = {
      {"format", format_name},
      {"purpose", name_of(saved.purpose)},
      {"delete_data", saved.destroy.delete_data},
      {"restored_logging", saved.destroy.restored_logging},
      {"spec", to_json(saved.spec)},
      {"plan", saved.plan},
  };
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<SavedPlan> read_saved_plan(std::string_view text, const std::string& subject) {
  const Json document = Json::parse(text, nullptr, false);
  const auto is_text = [&](const char* name, std::string_view wanted) {
    return document.contains(name) && document[name] == wanted;
  };
  if (!document.is_object() || !is_text("format", format_name)) {
    return fault(subject, "no saved plan; `bedrocklog provision plan --out FILE` writes one");
  }
  const bool is_destroy = is_text("purpose", "destroy");
  if ((!is_destroy && !is_text("purpose", "apply")) || !document.contains("spec") ||
      !document.contains("plan") || !document["plan"].is_object()) {
    return fault(subject, "a saved plan that lacks purpose, spec or plan; make it again");
  }
  SavedPlan saved;
  saved.purpose = is_destroy ? PlanPurpose::destroy : PlanPurpose::apply;
  saved.destroy.delete_data = document.contains("delete_data") && document["delete_data"] == true;
  if (const auto before = document.find("restored_logging");
      before != document.end() && before->is_object()) {
    for (const auto& [region, configuration] : before->items()) {
      saved.destroy.restored_logging[region] = configuration;
    }
  }
  if (const std::vector<Fault> faults = read_spec(document["spec"], saved.spec); !faults.empty()) {
    return fault(subject, fmt::format("spec of a saved plan: {}: {}", faults.front().subject,
                                      faults.front().message));
  }
  saved.plan = document["plan"];
  return saved;
}

Result<void> same_plan(const SavedPlan& saved, const Plan& now, const std::string& subject) {
  const Json made_now = to_json(now);
  if (saved.plan == made_now) {
    return {};
  }
  return fault(subject,
               fmt::format("the world has moved since the plan was saved ({}); nothing was "
                           "changed: make the plan again and look at it",
                           first_difference(saved.plan, made_now)));
}

}  // namespace bedrocklog::provision
