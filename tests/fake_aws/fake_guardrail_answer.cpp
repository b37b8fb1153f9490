// Names and defaults of guardrail policies in answers.
#include "tests/fake_aws/fake_guardrail_answer.h"

#include <array>
#include <set>
#include <string_view>

#include "tests/fake_aws/fake_members.h"

namespace bedrocklog::fake_aws {
namespace {

struct ShownList {
  const char* policy;  // In answers; "Config" behind it in requests.
  const char* list;
  const char* shown;
};
constexpr std::array<ShownList, 6> shown_lists = {
    {{"contentPolicy", "filtersConfig", "filters"},
     {"sensitiveInformationPolicy", "piiEntitiesConfig", "piiEntities"},
     {"sensitiveInformationPolicy", "regexesConfig", "regexes"},
     {"wordPolicy", "wordsConfig", "words"},
     {"wordPolicy", "managedWordListsConfig", "managedWordLists"},
     {"topicPolicy", "topicsConfig", "topics"}}};

/// What an entry has where nothing was said.
Json with_defaults(const Json& entry, std::string_view list) {
  Json full = entry;
  const auto fill = [&](const char* member, const Json& value) {
    if (!full.contains(member)) {
      full[member] = value;
    }
  };
  const Json action = entry.value("action", "BLOCK");
  fill("inputAction", action);
  fill("outputAction", action);
  fill("inputEnabled", true);
  fill("outputEnabled", true);
  if (list == "filtersConfig") {
    fill("inputModalities", Json::array({"TEXT"}));
    fill("outputModalities", Json::array({"TEXT"}));
  }
  return full;
}

std::string repeated_type(const Json& config, const char* policy, const char* list) {
  std::set<std::string> seen;
  for (const Json& entry : config.value(policy, Json::object()).value(list, Json::array())) {
    if (!seen.insert(text_member(entry, "type")).second) {
      return "The type " + text_member(entry, "type") + " is there twice.";
    }
  }
  return {};
}

}  // namespace

std::string guardrail_fault(const Json& config) {
  const Json content = config.value("contentPolicyConfig", Json::object());
  for (const Json& filter : content.value("filtersConfig", Json::array())) {
    if (filter["type"] == "PROMPT_ATTACK" && filter["outputStrength"] != "NONE") {
      return "The output strength of the PROMPT_ATTACK filter must be NONE.";
    }
  }
  for (const char* const policy : {"contentPolicyConfig", "topicPolicyConfig"}) {
    const Json tier = config.value(policy, Json::object()).value("tierConfig", Json::object());
    if (text_member(tier, "tierName") == "STANDARD" && !config.contains("crossRegionConfig")) {
      return "The STANDARD tier needs a cross-Region guardrail profile.";
    }
  }
  const std::string wrong = repeated_type(config, "contentPolicyConfig", "filtersConfig");
  return wrong.empty()
             ? repeated_type(config, "sensitiveInformationPolicyConfig", "piiEntitiesConfig")
             : wrong;
}

Json shown_guardrail(const Json& config) {
  Json shown = Json::object();
  for (const char* const member :
       {"description", "blockedInputMessaging", "blockedOutputsMessaging"}) {
    if (config.contains(member)) {
      shown[member] = config[member];
    }
  }
  for (const ShownList& row : shown_lists) {
    const Json policy = config.value(std::string(row.policy) + "Config", Json::object());
    if (policy.contains(row.list)) {
      Json& list = shown[row.policy][row.shown] = Json::array();
      for (const Json& entry : policy[row.list]) {
        list.push_back(with_defaults(entry, row.list));
      }
    }
    const std::string_view name = row.policy;
    if (!policy.empty() && (name == "contentPolicy" || name == "topicPolicy")) {
      shown[row.policy]["tier"] = policy.value("tierConfig", Json{{"tierName", "CLASSIC"}});
    }
  }
  if (config.contains("crossRegionConfig")) {
    const std::string profile =
        text_member(config["crossRegionConfig"], "guardrailProfileIdentifier");
    shown["crossRegionDetails"] = {{"guardrailProfileId", profile.substr(profile.rfind('/') + 1)},
                                   {"guardrailProfileArn", profile}};
  }
  if (config.contains("kmsKeyId")) {
    shown["kmsKeyArn"] = config["kmsKeyId"];
  }
  return shown;
}

}  // namespace bedrocklog::fake_aws
