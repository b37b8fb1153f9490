// What IAM's operations may be sent.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "tests/fake_aws/fake_members.h"

namespace bedrocklog::fake_aws::iam {

inline constexpr std::string_view name_pattern = "[\\w+=,.@-]+";
inline constexpr std::string_view path_pattern = "/|(/[!-~]+/)";

inline constexpr Member role_name{"RoleName", MemberKind::text, true, 1, 64, name_pattern};
inline constexpr Member policy_name{"PolicyName", MemberKind::text, true, 1, 128, name_pattern};
inline constexpr Member policy_arn{"PolicyArn", MemberKind::text, true, 20, 2048};
inline constexpr Member policy_document{"PolicyDocument", MemberKind::text, true, 1, 131'072};
inline constexpr Member description{"Description", MemberKind::text, false, 0, 1000};
inline constexpr Member marker{"Marker", MemberKind::text, false, 1, 320};
inline constexpr Member page_size{"MaxItems", MemberKind::whole};

inline constexpr std::array<Member, 7> create_members = {{
    role_name,
    {"AssumeRolePolicyDocument", MemberKind::text, true, 1, 131'072},
    {"Path", MemberKind::text, false, 1, 512, path_pattern},
    description,
    {"MaxSessionDuration", MemberKind::whole},
    {"PermissionsBoundary", MemberKind::text, false, 20, 2048},
    {"Tags", MemberKind::structures, false, 0, tags_max, "", tag_members},
}};
inline constexpr std::array<Member, 1> name_members = {{role_name}};
inline constexpr std::array<Member, 2> trust_members = {{role_name, policy_document}};
inline constexpr std::array<Member, 3> update_members = {
    {role_name, description, {"MaxSessionDuration", MemberKind::whole}}};
inline constexpr std::array<Member, 2> tagging_members = {
    {role_name, {"Tags", MemberKind::structures, true, 0, tags_max, "", tag_members}}};
inline constexpr std::array<Member, 2> untagging_members = {
    {role_name, {"TagKeys", MemberKind::texts, true, 0, tags_max}}};
inline constexpr std::array<Member, 3> list_members = {{role_name, marker, page_size}};
inline constexpr std::array<Member, 4> attached_list_members = {
    {role_name, marker, page_size, {"PathPrefix", MemberKind::text, false, 1, 512}}};
inline constexpr std::array<Member, 3> put_policy_members = {
    {role_name, policy_name, policy_document}};
inline constexpr std::array<Member, 2> policy_members = {{role_name, policy_name}};
inline constexpr std::array<Member, 2> boundary_members = {
    {role_name, {"PermissionsBoundary", MemberKind::text, true, 20, 2048}}};
inline constexpr std::array<Member, 2> attach_members = {{role_name, policy_arn}};

}  // namespace bedrocklog::fake_aws::iam
