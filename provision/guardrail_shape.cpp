// The table of policies and their parts.
#include "provision/guardrail_shape.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "provision/answer_members.h"

namespace bedrocklog::provision {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 4> texts = {
    {{"Name", "name"},
     {"Description", "description"},
     {"BlockedInputMessaging", "blockedInputMessaging"},
     {"BlockedOutputsMessaging", "blockedOutputsMessaging"}}};

/// One part of one policy: under its names in properties, as sent, as shown.
struct Part {
  const char* property;
  const char* property_part;
  const char* sent;
  const char* sent_part;
  const char* shown;
  const char* shown_part;
};
constexpr std::array<Part, 12> parts = {
    {{"ContentPolicyConfig", "FiltersConfig", "contentPolicyConfig", "filtersConfig",
      "contentPolicy", "filters"},
     {"ContentPolicyConfig", "ContentFiltersTierConfig", "contentPolicyConfig", "tierConfig",
      "contentPolicy", "tier"},
     {"SensitiveInformationPolicyConfig", "PiiEntitiesConfig", "sensitiveInformationPolicyConfig",
      "piiEntitiesConfig", "sensitiveInformationPolicy", "piiEntities"},
     {"SensitiveInformationPolicyConfig", "RegexesConfig", "sensitiveInformationPolicyConfig",
      "regexesConfig", "sensitiveInformationPolicy", "regexes"},
     {"WordPolicyConfig", "WordsConfig", "wordPolicyConfig", "wordsConfig", "wordPolicy", "words"},
     {"WordPolicyConfig", "ManagedWordListsConfig", "wordPolicyConfig", "managedWordListsConfig",
      "wordPolicy", "managedWordLists"},
     {"TopicPolicyConfig", "TopicsConfig", "topicPolicyConfig", "topicsConfig", "topicPolicy",
      "topics"},
     {"TopicPolicyConfig", "TopicsTierConfig", "topicPolicyConfig", "tierConfig", "topicPolicy",
      "tier"},
     {"ContextualGroundingPolicyConfig", "FiltersConfig", "contextualGroundingPolicyConfig",
      "filtersConfig", "contextualGroundingPolicy", "filters"},
     {"AutomatedReasoningPolicyConfig", "Policies", "automatedReasoningPolicyConfig", "policies",
      "automatedReasoningPolicy", "policies"},
     {"AutomatedReasoningPolicyConfig", "ConfidenceThreshold", "automatedReasoningPolicyConfig",
      "confidenceThreshold", "automatedReasoningPolicy", "confidenceThreshold"},
     {"CrossRegionConfig", "GuardrailProfileArn", "crossRegionConfig", "guardrailProfileIdentifier",
      "crossRegionDetails", "guardrailProfileArn"}}};

/// Members below a part have the same names but for their first letter.
Json with_first_letters(const Json& value, bool are_upper) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& entry : value) {
      list.push_back(with_first_letters(entry, are_upper));
    }
    return list;
  }
  if (!value.is_object()) {
    return value;
  }
  Json object = Json::object();
  for (const auto& [name, inner] : value.items()) {
    std::string turned = name;
    constexpr char case_bit = 'a' - 'A';
    const char first = turned.empty() ? '\0' : turned.front();
    const bool is_letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
    if (is_letter) {
      turned.front() = static_cast<char>(are_upper ? first & ~case_bit : first | case_bit);
    }
    object[turned] = with_first_letters(inner, are_upper);
  }
  return object;
}

/// The part, or null.
Json part_of(const Json& object, const char* policy, const char* part) {
  Json found = Json::object();
  copy_member(part_in(object, policy), part, found, "part");
  return found.value("part", Json());
}

}  // namespace

Json guardrail_properties_of(const Json& shown) {
  Json properties = Json::object();
  for (const auto& [property, member] : texts) {
    copy_member(shown, member, properties, property);
  }
  copy_member(shown, "kmsKeyArn", properties, "KmsKeyArn");
  for (const Part& part : parts) {
    const Json found = part_of(shown, part.shown, part.shown_part);
    if (!found.is_null()) {
      properties[part.property][part.property_part] = with_first_letters(found, true);
    }
  }
  return properties;
}

Json guardrail_members_of(const Json& properties) {
  Json members = Json::object();
  for (const auto& [property, member] : texts) {
    copy_member(properties, property, members, member);
  }
  copy_member(properties, "KmsKeyArn", members, "kmsKeyId");
  for (const Part& part : parts) {
    const Json found = part_of(properties, part.property, part.property_part);
    if (!found.is_null()) {
      members[part.sent][part.sent_part] = with_first_letters(found, false);
    }
  }
  return members;
}

}  // namespace bedrocklog::provision
