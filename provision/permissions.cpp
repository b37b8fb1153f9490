// One table: which call needs which right, on what, and which commands make it (Service
// Authorization Reference of each service).
#include "provision/permissions.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "provision/core_profile.h"
#include "provision/desired_state.h"

namespace bedrocklog::provision {
namespace {

/// What a right is limited to.
enum class Scope : std::uint8_t {
  nothing,      // The call needs no right.
  unlimited,    // The service knows no resource for it.
  bucket,       // The bucket itself.
  objects,      // All objects of the bucket: emptying it.
  log_group,    // With and without what is in it: CloudWatch Logs asks for either.
  log_groups,   // All of account and region: a list.
  role,         //
  topic,        //
  subscribed,   // Topics that the stack subscribes to.
  alarm,        //
  alarms,       // All of account and region: a list.
  dashboard,    //
  passed_role,  // The role, given to Bedrock only.
};

constexpr unsigned reads = 1;     // plan, and so all of them.
constexpr unsigned writes = 2;    // apply.
constexpr unsigned removes = 4;   // destroy.
constexpr unsigned analyses = 8;  // read_archive.

struct CallRow {
  std::string_view service;
  std::string_view operation;
  Scope scope;
  unsigned use;
  /// Without "SERVICE:" in front, blank separated; empty: as the operation is called.
  std::string_view actions = "";
};

constexpr std::array call_rows = {
    CallRow{"sts", "GetCallerIdentity", Scope::nothing, reads},
    CallRow{"s3", "HeadBucket", Scope::bucket, reads, "ListBucket"},
    CallRow{"s3", "ListObjectsV2", Scope::bucket, reads, "ListBucket"},
    CallRow{"s3", "GetObject", Scope::objects, analyses},
    CallRow{"s3", "GetPublicAccessBlock", Scope::bucket, reads, "GetBucketPublicAccessBlock"},
    CallRow{"s3", "GetBucketOwnershipControls", Scope::bucket, reads},
    CallRow{"s3", "GetBucketEncryption", Scope::bucket, reads, "GetEncryptionConfiguration"},
    CallRow{"s3", "GetBucketVersioning", Scope::bucket, reads},
    CallRow{"s3", "GetBucketLifecycleConfiguration", Scope::bucket, reads,
            "GetLifecycleConfiguration"},
    CallRow{"s3", "GetBucketTagging", Scope::bucket, reads},
    CallRow{"s3", "GetBucketPolicy", Scope::bucket, reads},
    CallRow{"s3", "CreateBucket", Scope::bucket, writes, "CreateBucket TagResource"},
    CallRow{"s3", "PutPublicAccessBlock", Scope::bucket, writes, "PutBucketPublicAccessBlock"},
    CallRow{"s3", "PutBucketOwnershipControls", Scope::bucket, writes},
    CallRow{"s3", "PutBucketEncryption", Scope::bucket, writes, "PutEncryptionConfiguration"},
    CallRow{"s3", "PutBucketVersioning", Scope::bucket, writes},
    CallRow{"s3", "PutBucketLifecycleConfiguration", Scope::bucket, writes | removes,
            "PutLifecycleConfiguration"},
    CallRow{"s3", "DeleteBucketLifecycle", Scope::bucket, writes | removes,
            "PutLifecycleConfiguration"},
    CallRow{"s3", "PutBucketTagging", Scope::bucket, writes | removes},
    CallRow{"s3", "DeleteBucketTagging", Scope::bucket, removes, "PutBucketTagging"},
    CallRow{"s3", "PutBucketPolicy", Scope::bucket, writes | removes},
    CallRow{"s3", "DeleteBucketPolicy", Scope::bucket, removes},
    CallRow{"s3", "ListObjectVersions", Scope::bucket, removes, "ListBucketVersions"},
    CallRow{"s3", "ListMultipartUploads", Scope::bucket, removes, "ListBucketMultipartUploads"},
    CallRow{"s3", "DeleteObjects", Scope::objects, removes, "DeleteObject DeleteObjectVersion"},
    CallRow{"s3", "AbortMultipartUpload", Scope::objects, removes},
    CallRow{"s3", "DeleteBucket", Scope::bucket, removes},
    CallRow{"logs", "DescribeLogGroups", Scope::log_groups, reads},
    CallRow{"logs", "DescribeLogStreams", Scope::log_group, reads},
    CallRow{"logs", "ListTagsForResource", Scope::log_group, reads},
    CallRow{"logs", "CreateLogGroup", Scope::log_group, writes, "CreateLogGroup TagResource"},
    CallRow{"logs", "PutRetentionPolicy", Scope::log_group, writes},
    CallRow{"logs", "AssociateKmsKey", Scope::log_group, writes},
    CallRow{"logs", "TagResource", Scope::log_group, writes},
    CallRow{"logs", "UntagResource", Scope::log_group, removes},
    CallRow{"logs", "DeleteLogGroup", Scope::log_group, removes},
    CallRow{"iam", "GetRole", Scope::role, reads},
    CallRow{"iam", "ListRolePolicies", Scope::role, reads},
    CallRow{"iam", "GetRolePolicy", Scope::role, reads},
    CallRow{"iam", "ListAttachedRolePolicies", Scope::role, removes},
    CallRow{"iam", "CreateRole", Scope::role, writes, "CreateRole TagRole"},
    CallRow{"iam", "PutRolePolicy", Scope::role, writes},
    CallRow{"iam", "UpdateAssumeRolePolicy", Scope::role, writes},
    CallRow{"iam", "UpdateRole", Scope::role, writes},
    CallRow{"iam", "TagRole", Scope::role, writes},
    // apply takes away inline policies of ours that are no longer wanted.
    CallRow{"iam", "DeleteRolePolicy", Scope::role, writes | removes},
    CallRow{"iam", "DetachRolePolicy", Scope::role, removes},
    CallRow{"iam", "UntagRole", Scope::role, removes},
    CallRow{"iam", "DeleteRole", Scope::role, removes},
    CallRow{"bedrock", "GetModelInvocationLoggingConfiguration", Scope::unlimited, reads},
    // destroy writes what is left of a configuration that others share.
    CallRow{"bedrock", "PutModelInvocationLoggingConfiguration", Scope::unlimited,
            writes | removes},
    CallRow{"bedrock", "DeleteModelInvocationLoggingConfiguration", Scope::unlimited, removes},
    CallRow{"sns", "GetTopicAttributes", Scope::topic, reads},
    CallRow{"sns", "ListTagsForResource", Scope::topic, reads},
    CallRow{"sns", "ListSubscriptionsByTopic", Scope::topic, reads},
    CallRow{"sns", "GetSubscriptionAttributes", Scope::unlimited, reads},
    CallRow{"sns", "CreateTopic", Scope::topic, writes, "CreateTopic TagResource"},
    CallRow{"sns", "SetTopicAttributes", Scope::topic, writes | removes},
    CallRow{"sns", "TagResource", Scope::topic, writes},
    CallRow{"sns", "Subscribe", Scope::subscribed, writes},
    CallRow{"sns", "SetSubscriptionAttributes", Scope::unlimited, writes},
    CallRow{"sns", "Unsubscribe", Scope::unlimited, removes},
    CallRow{"sns", "UntagResource", Scope::topic, removes},
    CallRow{"sns", "DeleteTopic", Scope::topic, removes},
    CallRow{"cloudwatch", "DescribeAlarms", Scope::alarms, reads},
    CallRow{"cloudwatch", "ListTagsForResource", Scope::alarm, reads},
    CallRow{"cloudwatch", "ListMetrics", Scope::unlimited, reads},
    CallRow{"cloudwatch", "GetDashboard", Scope::dashboard, reads},
    CallRow{"cloudwatch", "PutMetricAlarm", Scope::alarm, writes, "PutMetricAlarm TagResource"},
    CallRow{"cloudwatch", "SetAlarmState", Scope::alarm, writes},
    CallRow{"cloudwatch", "TagResource", Scope::alarm, writes},
    CallRow{"cloudwatch", "PutDashboard", Scope::dashboard, writes},
    CallRow{"cloudwatch", "UntagResource", Scope::alarm, removes},
    CallRow{"cloudwatch", "DeleteAlarms", Scope::alarm, removes},
    CallRow{"cloudwatch", "DeleteDashboards", Scope::dashboard, removes},
};

struct ScopeRow {
  Scope scope;
  ResourceKind kind;
  std::string_view sid;
};

/// In the order of the statements. Those of no kind are not here.
constexpr std::array scope_rows = {
    ScopeRow{Scope::bucket, ResourceKind::bucket, "Buckets"},
    ScopeRow{Scope::objects, ResourceKind::bucket, "Objects"},
    ScopeRow{Scope::log_group, ResourceKind::log_group, "LogGroups"},
    ScopeRow{Scope::log_groups, ResourceKind::log_group, "LogGroupList"},
    ScopeRow{Scope::role, ResourceKind::role, "Role"},
    ScopeRow{Scope::passed_role, ResourceKind::role, "PassRole"},
    ScopeRow{Scope::topic, ResourceKind::topic, "Topics"},
    ScopeRow{Scope::subscribed, ResourceKind::subscription, "Subscriptions"},
    ScopeRow{Scope::alarm, ResourceKind::alarm, "Alarms"},
    ScopeRow{Scope::alarms, ResourceKind::alarm, "AlarmList"},
    ScopeRow{Scope::dashboard, ResourceKind::dashboard, "Dashboards"},
};

constexpr std::array<std::string_view, 4> mode_names = {"plan", "apply", "destroy", "read-archive"};

unsigned use_of(PermissionMode mode) {
  switch (mode) {
    case PermissionMode::plan:
      return reads;
    case PermissionMode::apply:
      return writes;
    case PermissionMode::destroy:
      return removes;
    case PermissionMode::read_archive:
      return analyses;
  }
  return 0;
}

void add_actions(const CallRow& row, std::set<std::string>& into) {
  if (row.scope == Scope::nothing) {
    return;
  }
  std::string_view rest = row.actions.empty() ? row.operation : row.actions;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    into.insert(fmt::format("{}:{}", row.service, rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

/// ARNs of what a scope has of one address.
std::vector<std::string> arns_of(const StackSpec& spec, Scope scope, const Address& address) {
  const auto regional = [&](std::string_view service, std::string_view rest) {
    return fmt::format("arn:{}:{}:{}:{}:{}", spec.partition, service, address.region, spec.account,
                       rest);
  };
  const std::string bucket = fmt::format("arn:{}:s3:::{}", spec.partition, address.name);
  const std::string before_slash = address.name.substr(0, address.name.find('/'));
  switch (scope) {
    case Scope::bucket:
      return {bucket};
    case Scope::objects:
      return {bucket + "/*"};
    case Scope::log_group:
      return {regional("logs", "log-group:" + address.name),
              regional("logs", "log-group:" + address.name + ":*")};
    case Scope::log_groups:
      return {regional("logs", "log-group:*")};
    case Scope::role:
    case Scope::passed_role:
      return {role_arn_of(spec)};
    case Scope::topic:
      return {regional("sns", address.name)};
    case Scope::subscribed:
      return {regional("sns", before_slash)};
    case Scope::alarm:
      return {regional("cloudwatch", "alarm:" + address.name)};
    case Scope::alarms:
      return {regional("cloudwatch", "alarm:*")};
    case Scope::dashboard:
      return {fmt::format("arn:{}:cloudwatch::{}:dashboard/{}", spec.partition, spec.account,
                          address.name)};
    case Scope::nothing:
    case Scope::unlimited:
      break;
  }
  return {};
}

Json statement(std::string sid, const std::set<std::string>& actions,
               const std::set<std::string>& resources) {
  return {
      {"Sid", std::move(sid)}, {"Effect", "Allow"}, {"Action", actions}, {"Resource", resources}};
}

/// Statements of a stack's documents, one per scope.
class PolicyWriter {
 public:
  explicit PolicyWriter(const StackSpec& spec) : spec_(&spec), desired_(desired_state(spec)) {}

  Json write(unsigned use) const {
    Json statements = Json::array();
    add(statements, "BedrocklogRead", reads, false);
    if (use != reads) {
      add(statements, use == writes ? "BedrocklogWrite" : "BedrocklogRemove", use, true);
    }
    if (has_logging() && use != reads) {
      Json pass = statement("BedrocklogPassRole", {"iam:PassRole"}, {role_arn_of(*spec_)});
      pass["Condition"] = {{"StringEquals", {{"iam:PassedToService", "bedrock.amazonaws.com"}}}};
      statements.push_back(std::move(pass));
    }
    return {{"Version", "2012-10-17"}, {"Statement", std::move(statements)}};
  }

 private:
  void add(Json& statements, std::string_view sid, unsigned use, bool only_managed) const {
    for (const ScopeRow& row : scope_rows) {
      const std::set<std::string> actions = actions_for(row.scope, use);
      const std::set<std::string> resources = arns_for(row, only_managed);
      if (!actions.empty() && !resources.empty()) {
        statements.push_back(statement(fmt::format("{}{}", sid, row.sid), actions, resources));
      }
    }
    const std::set<std::string> rest = actions_for(Scope::unlimited, use);
    if (!rest.empty()) {
      statements.push_back(statement(fmt::format("{}WithoutResource", sid), rest, {"*"}));
    }
  }

  /// Of kinds that the stack has.
  [[nodiscard]] std::set<std::string> actions_for(Scope scope, unsigned use) const {
    std::set<std::string> actions;
    for (const CallRow& row : call_rows) {
      if (row.scope == scope && (row.use & use) != 0 && is_needed(row)) {
        add_actions(row, actions);
      }
    }
    return actions;
  }

  /// Calls without a resource go by what they are about.
  [[nodiscard]] bool is_needed(const CallRow& row) const {
    if (row.scope != Scope::unlimited) {
      return true;
    }
    if (row.service == "bedrock") {
      return has(ResourceKind::logging_configuration);
    }
    return row.service == "sns" ? has(ResourceKind::subscription) : has(ResourceKind::alarm);
  }

  [[nodiscard]] bool has(ResourceKind kind) const {
    return std::any_of(desired_.resources.begin(), desired_.resources.end(),
                       [kind](const Resource& one) { return one.address.kind == kind; });
  }
  [[nodiscard]] bool has_logging() const { return has(ResourceKind::logging_configuration); }

  [[nodiscard]] std::set<std::string> arns_for(const ScopeRow& row, bool only_managed) const {
    std::set<std::string> arns;
    const auto add_address = [&](const Address& address) {
      for (std::string& arn : arns_of(*spec_, row.scope, address)) {
        arns.insert(std::move(arn));
      }
    };
    for (const Resource& one : desired_.resources) {
      if (one.address.kind == row.kind && (one.is_managed || !only_managed)) {
        add_address(one.address);
      }
    }
    for (const Address& address : desired_.retired) {
      if (address.kind == row.kind) {
        add_address(address);
      }
    }
    return arns;
  }

  const StackSpec* spec_;
  DesiredState desired_;
};

Json archive_reader_policy(const StackSpec& spec) {
  const std::string prefix = archive_prefix(spec);
  std::set<std::string> buckets;
  std::set<std::string> objects;
  for (const std::string& region : spec.regions) {
    const std::string arn = fmt::format("arn:{}:s3:::{}", spec.partition, bucket_of(spec, region));
    buckets.insert(arn);
    objects.insert(fmt::format("{}/{}*", arn, prefix));
  }
  Json list = statement("BedrocklogListArchive", {"s3:ListBucket"}, buckets);
  list["Condition"] = {
      {"StringLike", {{"s3:prefix", {prefix.substr(0, prefix.size() - 1), prefix + '*'}}}}};
  Json statements = {std::move(list),
                     statement("BedrocklogReadArchive", {"s3:GetObject"}, objects)};
  if (!spec.bucket_kms_key.empty()) {
    statements.push_back(
        statement("BedrocklogDecryptArchive", {"kms:Decrypt"}, {spec.bucket_kms_key}));
  }
  return {{"Version", "2012-10-17"}, {"Statement", std::move(statements)}};
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// `pattern` with * and ?, over the whole text.
bool matches(std::string_view pattern, std::string_view text, bool ignores_case) {
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry_at = 0;
  while (at < text.size()) {
    const char wanted = in_pattern < pattern.size() ? pattern[in_pattern] : '\0';
    const bool is_same = ignores_case ? lower(wanted) == lower(text[at]) : wanted == text[at];
    if (in_pattern < pattern.size() && wanted == '*') {
      star = in_pattern++;
      retry_at = at;
    } else if (in_pattern < pattern.size() && (wanted == '?' || is_same)) {
      ++in_pattern;
      ++at;
    } else if (star != std::string_view::npos) {
      in_pattern = star + 1;
      at = ++retry_at;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

bool matches_any(const Json& patterns, std::string_view text, bool ignores_case) {
  if (patterns.is_string()) {
    return matches(patterns.get_ref<const std::string&>(), text, ignores_case);
  }
  return patterns.is_array() &&
         std::any_of(patterns.begin(), patterns.end(), [&](const Json& pattern) {
           return pattern.is_string() &&
                  matches(pattern.get_ref<const std::string&>(), text, ignores_case);
         });
}

}  // namespace

std::optional<PermissionMode> permission_mode_named(std::string_view name) {
  const auto* const found = std::find(mode_names.begin(), mode_names.end(), name);
  if (found == mode_names.end()) {
    return std::nullopt;
  }
  return static_cast<PermissionMode>(found - mode_names.begin());
}

const std::vector<std::string_view>& permission_mode_names() {
  static const std::vector<std::string_view> names(mode_names.begin(), mode_names.end());
  return names;
}

std::optional<std::vector<std::string>> actions_of(std::string_view service,
                                                   std::string_view operation) {
  const auto* const row = std::find_if(call_rows.begin(), call_rows.end(), [&](const CallRow& one) {
    return one.service == service && one.operation == operation;
  });
  if (row == call_rows.end()) {
    return std::nullopt;
  }
  std::set<std::string> actions;
  add_actions(*row, actions);
  return std::vector<std::string>(actions.begin(), actions.end());
}

Json permission_policy(const StackSpec& spec, PermissionMode mode) {
  return mode == PermissionMode::read_archive ? archive_reader_policy(spec)
                                              : PolicyWriter(spec).write(use_of(mode));
}

bool allows(const Json& policy, std::string_view action, std::string_view resource) {
  const auto statements = policy.is_object() ? policy.find("Statement") : policy.end();
  if (statements == policy.end() || !statements->is_array()) {
    return false;
  }
  return std::any_of(statements->begin(), statements->end(), [&](const Json& one) {
    return one.is_object() && one.value("Effect", "") == "Allow" &&
           matches_any(one.value("Action", Json()), action, true) &&
           matches_any(one.value("Resource", Json()), resource, false);
  });
}

}  // namespace bedrocklog::provision
