// What the guardrail operations of Bedrock may be sent, as its service model has it.
#pragma once

#include <array>

#include "tests/fake_aws/fake_json_members.h"

namespace bedrocklog::fake_aws::guardrails {

inline constexpr std::string_view block_actions = "BLOCK|NONE";
inline constexpr std::string_view pii_actions = "BLOCK|ANONYMIZE|NONE";
inline constexpr std::string_view strengths = "NONE|LOW|MEDIUM|HIGH";
inline constexpr std::string_view tag_pattern = R"([a-zA-Z0-9\s._:/=+@-]*)";
inline constexpr std::string_view pii_types =
    "ADDRESS|AGE|AWS_ACCESS_KEY|AWS_SECRET_KEY|CA_HEALTH_NUMBER|CA_SOCIAL_INSURANCE_NUMBER|"
    "CREDIT_DEBIT_CARD_CVV|CREDIT_DEBIT_CARD_EXPIRY|CREDIT_DEBIT_CARD_NUMBER|DRIVER_ID|EMAIL|"
    "INTERNATIONAL_BANK_ACCOUNT_NUMBER|IP_ADDRESS|LICENSE_PLATE|MAC_ADDRESS|NAME|PASSWORD|PHONE|"
    "PIN|SWIFT_CODE|UK_NATIONAL_HEALTH_SERVICE_NUMBER|UK_NATIONAL_INSURANCE_NUMBER|"
    "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER|URL|USERNAME|US_BANK_ACCOUNT_NUMBER|"
    "US_BANK_ROUTING_NUMBER|US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER|US_PASSPORT_NUMBER|"
    "US_SOCIAL_SECURITY_NUMBER|VEHICLE_IDENTIFICATION_NUMBER";
inline constexpr std::string_view key_pattern =
    "(arn:aws(-[^:]+)?:kms:[a-zA-Z0-9-]*:[0-9]{12}:((key/[a-zA-Z0-9-]{36})|(alias/"
    "[a-zA-Z0-9-_/]+)))|([a-zA-Z0-9-]{36})|(alias/[a-zA-Z0-9-_/]+)";
inline constexpr std::string_view token_pattern = "[a-zA-Z0-9]([-a-zA-Z0-9]{0,254}[a-zA-Z0-9])?";

inline constexpr Member text_of(std::string_view name, bool is_required, std::string_view pattern) {
  return {name, MemberKind::text, is_required, 0, SIZE_MAX, pattern};
}
inline constexpr Member structure_of(std::string_view name, bool is_required,
                                     std::span<const Member> inner) {
  return {name, MemberKind::structure, is_required, 0, SIZE_MAX, {}, inner};
}
inline constexpr Member list_of(std::string_view name, std::size_t size_min, std::size_t size_max,
                                std::span<const Member> inner) {
  return {name, MemberKind::structures, size_min > 0, size_min, size_max, {}, inner};
}
inline constexpr Member optional_list_of(std::string_view name, std::size_t size_max,
                                         std::span<const Member> inner) {
  return {name, MemberKind::structures, false, 1, size_max, {}, inner};
}
inline constexpr Member input_enabled{"inputEnabled", MemberKind::boolean};
inline constexpr Member output_enabled{"outputEnabled", MemberKind::boolean};
inline constexpr Member input_block = text_of("inputAction", false, block_actions);
inline constexpr Member output_block = text_of("outputAction", false, block_actions);

inline constexpr std::array<Member, 1> tier = {{text_of("tierName", true, "CLASSIC|STANDARD")}};

inline constexpr std::array<Member, 9> content_filter = {
    {text_of("type", true, "SEXUAL|VIOLENCE|HATE|INSULTS|MISCONDUCT|PROMPT_ATTACK"),
     text_of("inputStrength", true, strengths),
     text_of("outputStrength", true, strengths),
     {"inputModalities", MemberKind::texts, false, 1, 2, "TEXT|IMAGE"},
     {"outputModalities", MemberKind::texts, false, 1, 2, "TEXT|IMAGE"},
     input_block,
     output_block,
     input_enabled,
     output_enabled}};
inline constexpr std::array<Member, 2> content_policy = {
    {list_of("filtersConfig", 1, 6, content_filter), structure_of("tierConfig", false, tier)}};

inline constexpr std::array<Member, 6> pii_entity = {
    {text_of("type", true, pii_types), text_of("action", true, pii_actions),
     text_of("inputAction", false, pii_actions), text_of("outputAction", false, pii_actions),
     input_enabled, output_enabled}};
inline constexpr std::array<Member, 8> regex = {{{"name", MemberKind::text, true, 1, 100},
                                                 {"description", MemberKind::text, false, 1, 1000},
                                                 {"pattern", MemberKind::text, true, 1, 500},
                                                 text_of("action", true, pii_actions),
                                                 text_of("inputAction", false, pii_actions),
                                                 text_of("outputAction", false, pii_actions),
                                                 input_enabled,
                                                 output_enabled}};
inline constexpr std::array<Member, 2> sensitive_policy = {
    {optional_list_of("piiEntitiesConfig", SIZE_MAX, pii_entity),
     optional_list_of("regexesConfig", 10, regex)}};

inline constexpr std::array<Member, 5> word = {{{"text", MemberKind::text, true, 1, 100},
                                                input_block,
                                                output_block,
                                                input_enabled,
                                                output_enabled}};
inline constexpr std::array<Member, 5> managed_words = {
    {text_of("type", true, "PROFANITY"), input_block, output_block, input_enabled, output_enabled}};
inline constexpr std::array<Member, 2> word_policy = {
    {optional_list_of("wordsConfig", 10'000, word),
     {"managedWordListsConfig", MemberKind::structures, false, 0, SIZE_MAX, {}, managed_words}}};

inline constexpr std::array<Member, 8> topic = {
    {{"name", MemberKind::text, true, 1, 100, "[0-9a-zA-Z\\-_ !?.]+"},
     {"definition", MemberKind::text, true, 1, 200},
     {"examples", MemberKind::texts, false, 0, 5, ".{1,100}"},
     text_of("type", true, "DENY"),
     input_block,
     output_block,
     input_enabled,
     output_enabled}};
inline constexpr std::array<Member, 2> topic_policy = {
    {list_of("topicsConfig", 1, 30, topic), structure_of("tierConfig", false, tier)}};

inline constexpr std::array<Member, 1> cross_region = {
    {{"guardrailProfileIdentifier", MemberKind::text, true, 15, 2048}}};

inline constexpr std::array<Member, 2> tag = {
    {{"key", MemberKind::text, true, 1, 128, tag_pattern},
     {"value", MemberKind::text, true, 0, 256, tag_pattern}}};

inline constexpr Member name{"name", MemberKind::text, true, 1, 50, "[0-9a-zA-Z\\-_]+"};
inline constexpr Member description{"description", MemberKind::text, false, 1, 200};
inline constexpr Member input_message{"blockedInputMessaging", MemberKind::text, true, 1, 500};
inline constexpr Member output_message{"blockedOutputsMessaging", MemberKind::text, true, 1, 500};
inline constexpr Member key{"kmsKeyId", MemberKind::text, false, 1, 2048, key_pattern};
inline constexpr Member token{"clientRequestToken", MemberKind::text, false, 1, 256, token_pattern};

inline constexpr std::array<Member, 12> create = {
    {name,
     description,
     structure_of("topicPolicyConfig", false, topic_policy),
     structure_of("contentPolicyConfig", false, content_policy),
     structure_of("wordPolicyConfig", false, word_policy),
     structure_of("sensitiveInformationPolicyConfig", false, sensitive_policy),
     structure_of("crossRegionConfig", false, cross_region),
     input_message,
     output_message,
     key,
     {"tags", MemberKind::structures, false, 0, tags_sent_max, {}, tag},
     token}};
inline constexpr std::array<Member, 10> update = {
    {name, description, structure_of("topicPolicyConfig", false, topic_policy),
     structure_of("contentPolicyConfig", false, content_policy),
     structure_of("wordPolicyConfig", false, word_policy),
     structure_of("sensitiveInformationPolicyConfig", false, sensitive_policy),
     structure_of("crossRegionConfig", false, cross_region), input_message, output_message, key}};
inline constexpr std::array<Member, 2> create_version = {{description, token}};

inline constexpr Member arn{"resourceARN", MemberKind::text, true, 20, 1011};
inline constexpr std::array<Member, 2> tagging = {
    {arn, {"tags", MemberKind::structures, true, 0, tags_sent_max, {}, tag}}};
inline constexpr std::array<Member, 2> untagging = {
    {arn, {"tagKeys", MemberKind::texts, true, 0, tags_sent_max, tag_pattern}}};
inline constexpr std::array<Member, 1> tag_list = {{arn}};

}  // namespace bedrocklog::fake_aws::guardrails
