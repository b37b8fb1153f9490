// What the operations of KMS may be sent.
#pragma once

#include <array>

#include "tests/fake_aws/fake_members.h"

namespace bedrocklog::fake_aws::kms {

inline constexpr Member key_id{"KeyId", MemberKind::text, true, 1, 2048};
inline constexpr Member some_key_id{"KeyId", MemberKind::text, false, 1, 2048};
inline constexpr Member alias_name{"AliasName", MemberKind::text, true, 1, 256, "[a-zA-Z0-9:/_-]+"};
inline constexpr Member target{"TargetKeyId", MemberKind::text, true, 1, 2048};
inline constexpr Member limit{"Limit", MemberKind::whole};
inline constexpr Member marker{"Marker", MemberKind::text, false, 1, 1024};
inline constexpr Member description{"Description", MemberKind::text, false, 0, 8192};
inline constexpr Member bypass{"BypassPolicyLockoutSafetyCheck", MemberKind::boolean};
inline constexpr std::array<Member, 2> kms_tag_members = {
    {{"TagKey", MemberKind::text, true, 1, 128}, {"TagValue", MemberKind::text, true, 0, 256}}};
inline constexpr Member tag_list{"Tags", MemberKind::structures, false, 0, SIZE_MAX,
                                 "",     kms_tag_members};

inline constexpr std::array<Member, 11> create_members = {
    {{"Policy", MemberKind::text, false, 1, 131'072},
     description,
     {"KeyUsage", MemberKind::text, false, 0, SIZE_MAX, "ENCRYPT_DECRYPT"},
     {"CustomerMasterKeySpec"},
     {"KeySpec", MemberKind::text, false, 0, SIZE_MAX, "SYMMETRIC_DEFAULT|RSA_(2048|3072|4096)"},
     {"Origin", MemberKind::text, false, 0, SIZE_MAX, "AWS_KMS"},
     {"CustomKeyStoreId"},
     bypass,
     tag_list,
     {"MultiRegion", MemberKind::boolean},
     {"XksKeyId"}}};
inline constexpr std::array<Member, 2> describe_members = {
    {key_id, {"GrantTokens", MemberKind::texts, false, 0, 10}}};
inline constexpr Member policy_name{"PolicyName", MemberKind::text, false, 1, 128, "default"};
inline constexpr std::array<Member, 2> get_policy_members = {{key_id, policy_name}};
inline constexpr std::array<Member, 4> put_policy_members = {
    {key_id, policy_name, {"Policy", MemberKind::text, true, 1, 131'072}, bypass}};
inline constexpr std::array<Member, 1> one_key_members = {{key_id}};
inline constexpr std::array<Member, 2> rotation_members = {
    {key_id, {"RotationPeriodInDays", MemberKind::whole}}};
inline constexpr std::array<Member, 2> describing_members = {
    {key_id, {"Description", MemberKind::text, true, 0, 8192}}};
inline constexpr std::array<Member, 3> list_alias_members = {{some_key_id, limit, marker}};
inline constexpr std::array<Member, 2> alias_members = {{alias_name, target}};
inline constexpr std::array<Member, 1> one_alias_members = {{alias_name}};
inline constexpr std::array<Member, 2> list_members = {{limit, marker}};
inline constexpr std::array<Member, 3> list_tag_members = {{key_id, limit, marker}};
inline constexpr std::array<Member, 2> tag_members_of_call = {
    {key_id, {"Tags", MemberKind::structures, true, 0, SIZE_MAX, "", kms_tag_members}}};
inline constexpr std::array<Member, 2> untag_members = {
    {key_id, {"TagKeys", MemberKind::texts, true}}};
inline constexpr std::array<Member, 2> deletion_members = {
    {key_id, {"PendingWindowInDays", MemberKind::whole}}};

}  // namespace bedrocklog::fake_aws::kms
