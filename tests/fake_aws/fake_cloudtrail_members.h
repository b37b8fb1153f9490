// Members of CloudTrail's operations, as its service model has them.
#pragma once

#include <array>

#include "tests/fake_aws/fake_json_members.h"

namespace bedrocklog::fake_aws::cloudtrail {

inline constexpr std::array<Member, 2> tag = {
    {{"Key", MemberKind::text, true, 1, 128}, {"Value", MemberKind::text, false, 1, 256}}};

inline constexpr Member tags{"TagsList", MemberKind::structures, true, 0, tags_sent_max, {}, tag};

inline constexpr std::array<Member, 12> create = {
    {{"Name", MemberKind::text, true},
     {"S3BucketName", MemberKind::text, true},
     {"S3KeyPrefix"},
     {"SnsTopicName"},
     {"IncludeGlobalServiceEvents", MemberKind::boolean},
     {"IsMultiRegionTrail", MemberKind::boolean},
     {"EnableLogFileValidation", MemberKind::boolean},
     {"CloudWatchLogsLogGroupArn"},
     {"CloudWatchLogsRoleArn"},
     {"KmsKeyId"},
     {"IsOrganizationTrail", MemberKind::boolean},
     {"TagsList", MemberKind::structures, false, 0, tags_sent_max, {}, tag}}};

inline constexpr std::array<Member, 11> update = {
    {{"Name", MemberKind::text, true},
     {"S3BucketName"},
     {"S3KeyPrefix"},
     {"SnsTopicName"},
     {"IncludeGlobalServiceEvents", MemberKind::boolean},
     {"IsMultiRegionTrail", MemberKind::boolean},
     {"EnableLogFileValidation", MemberKind::boolean},
     {"CloudWatchLogsLogGroupArn"},
     {"CloudWatchLogsRoleArn"},
     {"KmsKeyId"},
     {"IsOrganizationTrail", MemberKind::boolean}}};

inline constexpr std::array<Member, 1> name = {{{"Name", MemberKind::text, true}}};
inline constexpr std::array<Member, 1> trail_name = {{{"TrailName", MemberKind::text, true}}};

inline constexpr std::array<Member, 2> describe = {
    {{"trailNameList", MemberKind::texts}, {"includeShadowTrails", MemberKind::boolean}}};

/// The texts of a list are looked at where they are used: patterns of lists are of their texts.
inline constexpr std::array<Member, 7> field_selector = {
    {{"Field", MemberKind::text, true, 1, 1000, R"([\w.]+)"},
     {"Equals", MemberKind::texts, false, 1, SIZE_MAX, ".{1,2048}"},
     {"StartsWith", MemberKind::texts, false, 1, SIZE_MAX, ".{1,2048}"},
     {"EndsWith", MemberKind::texts, false, 1, SIZE_MAX, ".{1,2048}"},
     {"NotEquals", MemberKind::texts, false, 1, SIZE_MAX, ".{1,2048}"},
     {"NotStartsWith", MemberKind::texts, false, 1, SIZE_MAX, ".{1,2048}"},
     {"NotEndsWith", MemberKind::texts, false, 1, SIZE_MAX, ".{1,2048}"}}};
inline constexpr std::array<Member, 2> advanced_selector = {
    {{"Name", MemberKind::text, false, 0, 1000},
     {"FieldSelectors", MemberKind::structures, true, 1, SIZE_MAX, {}, field_selector}}};
inline constexpr std::array<Member, 2> data_resource = {{{"Type"}, {"Values", MemberKind::texts}}};
inline constexpr std::array<Member, 4> basic_selector = {
    {{"ReadWriteType", MemberKind::text, false, 0, SIZE_MAX, "ReadOnly|WriteOnly|All"},
     {"IncludeManagementEvents", MemberKind::boolean},
     {"DataResources", MemberKind::structures, false, 0, SIZE_MAX, {}, data_resource},
     {"ExcludeManagementEventSources", MemberKind::texts}}};
inline constexpr std::array<Member, 3> selectors = {
    {{"TrailName", MemberKind::text, true},
     {"EventSelectors", MemberKind::structures, false, 0, SIZE_MAX, {}, basic_selector},
     {"AdvancedEventSelectors",
      MemberKind::structures,
      false,
      0,
      SIZE_MAX,
      {},
      advanced_selector}}};

inline constexpr std::array<Member, 2> insight = {
    {{"InsightType", MemberKind::text, false, 0, SIZE_MAX,
      "ApiCallRateInsight|ApiErrorRateInsight"},
     {"EventCategories", MemberKind::texts, false, 1, SIZE_MAX, "Management|Data"}}};
inline constexpr std::array<Member, 2> insights = {
    {{"TrailName", MemberKind::text, true},
     {"InsightSelectors", MemberKind::structures, true, 0, SIZE_MAX, {}, insight}}};

inline constexpr std::array<Member, 2> tagging = {{{"ResourceId", MemberKind::text, true}, tags}};
inline constexpr std::array<Member, 2> tag_lists = {
    {{"ResourceIdList", MemberKind::texts, true}, {"NextToken"}}};

}  // namespace bedrocklog::fake_aws::cloudtrail
