// Policies of the table of rights, for the things that a stack has.
#include "provision/permissions.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "provision/assembly.h"
#include "provision/call_rights.h"
#include "provision/core_profile.h"
#include "provision/desired_state.h"
#include "provision/mark.h"
#include "provision/outputs.h"

namespace bedrocklog::provision {
namespace {

/// By which a right to things whose ids AWS makes up is held to ours.
enum class TagTest : std::uint8_t { none, of_request, of_resource, at_creation };

struct ScopeRow {
  RightScope scope;
  ResourceKind kind;
  std::string_view sid;
  TagTest test = TagTest::none;
};

/// In the order of the statements. Those without a resource are not here.
constexpr std::array scope_rows = {
    ScopeRow{RightScope::bucket, ResourceKind::bucket, "Buckets"},
    ScopeRow{RightScope::objects, ResourceKind::bucket, "Objects"},
    ScopeRow{RightScope::log_group, ResourceKind::log_group, "LogGroups"},
    ScopeRow{RightScope::log_groups, ResourceKind::log_group, "LogGroupList"},
    ScopeRow{RightScope::filtered_group, ResourceKind::metric_filter, "MetricFilters"},
    ScopeRow{RightScope::role, ResourceKind::role, "Role"},
    ScopeRow{RightScope::topic, ResourceKind::topic, "Topics"},
    ScopeRow{RightScope::subscribed, ResourceKind::subscription, "Subscriptions"},
    ScopeRow{RightScope::alarm, ResourceKind::alarm, "Alarms"},
    ScopeRow{RightScope::alarms, ResourceKind::alarm, "AlarmList"},
    ScopeRow{RightScope::composite, ResourceKind::composite_alarm, "CompositeAlarms"},
    ScopeRow{RightScope::dashboard, ResourceKind::dashboard, "Dashboards"},
    ScopeRow{RightScope::keys, ResourceKind::key, "Keys"},
    ScopeRow{RightScope::new_key, ResourceKind::key, "NewKeys", TagTest::of_request},
    ScopeRow{RightScope::own_key, ResourceKind::key, "OwnKeys", TagTest::of_resource},
    ScopeRow{RightScope::alias, ResourceKind::key_alias, "KeyAliases"},
    ScopeRow{RightScope::trail, ResourceKind::trail, "Trails"},
    ScopeRow{RightScope::rule, ResourceKind::event_rule, "EventRules"},
    ScopeRow{RightScope::budget, ResourceKind::budget, "Budgets"},
    ScopeRow{RightScope::vpc, ResourceKind::security_group, "Vpc"},
    ScopeRow{RightScope::endpoint_parts, ResourceKind::vpc_endpoint, "EndpointParts"},
    ScopeRow{RightScope::new_group, ResourceKind::security_group, "NewGroups", TagTest::of_request},
    ScopeRow{RightScope::own_group, ResourceKind::security_group, "OwnGroups",
             TagTest::of_resource},
    ScopeRow{RightScope::new_endpoint, ResourceKind::vpc_endpoint, "NewEndpoints",
             TagTest::of_request},
    ScopeRow{RightScope::own_endpoint, ResourceKind::vpc_endpoint, "OwnEndpoints",
             TagTest::of_resource},
    ScopeRow{RightScope::new_network_tags, ResourceKind::security_group, "NetworkTags",
             TagTest::at_creation},
    ScopeRow{RightScope::guardrails, ResourceKind::guardrail, "Guardrails"},
    ScopeRow{RightScope::new_guardrail, ResourceKind::guardrail, "NewGuardrails",
             TagTest::of_request},
    ScopeRow{RightScope::own_guardrail, ResourceKind::guardrail, "OwnGuardrails",
             TagTest::of_resource},
    ScopeRow{RightScope::guardrail_key, ResourceKind::guardrail, "GuardrailKeys",
             TagTest::of_resource},
};

struct UnlimitedRow {
  RightScope scope;
  ResourceKind kind;
};

constexpr std::array unlimited_rows = {
    UnlimitedRow{RightScope::unlimited_logging, ResourceKind::logging_configuration},
    UnlimitedRow{RightScope::unlimited_subscription, ResourceKind::subscription},
    UnlimitedRow{RightScope::unlimited_metrics, ResourceKind::alarm},
    UnlimitedRow{RightScope::unlimited_query, ResourceKind::query_definition},
    UnlimitedRow{RightScope::unlimited_detector, ResourceKind::anomaly_detector},
    UnlimitedRow{RightScope::unlimited_composite, ResourceKind::composite_alarm},
    UnlimitedRow{RightScope::unlimited_key, ResourceKind::key},
    UnlimitedRow{RightScope::unlimited_trail, ResourceKind::trail},
    UnlimitedRow{RightScope::unlimited_network, ResourceKind::vpc_endpoint},
    UnlimitedRow{RightScope::unlimited_guardrail, ResourceKind::guardrail},
};

constexpr std::array<std::string_view, 7> mode_names = {
    "plan", "apply", "destroy", "read-archive", "finance-reader", "canary", "admin"};

/// ARNs of what a scope has of one address.
std::vector<std::string> arns_of(const StackSpec& spec, RightScope scope, const Address& address) {
  const auto regional = [&](std::string_view service, std::string_view rest) {
    return fmt::format("arn:{}:{}:{}:{}:{}", spec.partition, service, address.region, spec.account,
                       rest);
  };
  const NetworkSettings& network = spec.secure.network;
  const std::string own = arn_of(spec, address);
  switch (scope) {
    case RightScope::bucket:
    case RightScope::role:
    case RightScope::topic:
    case RightScope::alarm:
    case RightScope::composite:
    case RightScope::dashboard:
    case RightScope::alias:
    case RightScope::trail:
    case RightScope::rule:
    case RightScope::budget:
      return {own};
    case RightScope::objects:
      return {own + "/*"};
    case RightScope::log_group:
      return {own, own + ":*"};
    case RightScope::log_groups:
      return {regional("logs", "log-group:*")};
    case RightScope::filtered_group: {
      const std::string group = "log-group:" + address.name.substr(0, address.name.find(':'));
      return {regional("logs", group), regional("logs", group + ":*")};
    }
    case RightScope::subscribed:
      return {regional("sns", address.name.substr(0, address.name.find('/')))};
    case RightScope::alarms:
      return {regional("cloudwatch", "alarm:*")};
    case RightScope::keys:
    case RightScope::new_key:
    case RightScope::own_key:
    case RightScope::guardrail_key:
      return {regional("kms", "key/*")};
    case RightScope::vpc:
      return {regional("ec2", "vpc/" + network.vpc_id)};
    case RightScope::endpoint_parts: {
      std::vector<std::string> arns = {regional("ec2", "vpc/" + network.vpc_id),
                                       regional("ec2", "security-group/*")};
      for (const std::string& subnet : network.subnet_ids) {
        arns.push_back(regional("ec2", "subnet/" + subnet));
      }
      return arns;
    }
    case RightScope::new_group:
    case RightScope::own_group:
      return {regional("ec2", "security-group/*")};
    case RightScope::new_endpoint:
    case RightScope::own_endpoint:
      return {regional("ec2", "vpc-endpoint/*")};
    case RightScope::new_network_tags:
      return {regional("ec2", "security-group/*"), regional("ec2", "vpc-endpoint/*")};
    case RightScope::guardrails:
    case RightScope::new_guardrail:
    case RightScope::own_guardrail:
      return {regional("bedrock", "guardrail/*")};
    default:
      return {};
  }
}

/// What another covers that ends in "*" says nothing more. It stands behind that one in the order.
void drop_covered(std::set<std::string>& arns) {
  std::string cover;
  for (auto arn = arns.begin(); arn != arns.end();) {
    const bool is_covered = !cover.empty() && arn->starts_with(cover);
    if (!is_covered && arn->ends_with('*')) {
      cover = arn->substr(0, arn->size() - 1);
    }
    arn = is_covered ? arns.erase(arn) : std::next(arn);
  }
  // "NAME" comes before "NAME*".
  std::erase_if(arns, [&](const std::string& arn) { return arns.contains(arn + '*'); });
}

Json statement(std::string sid, const std::set<std::string>& actions,
               const std::set<std::string>& resources) {
  return {
      {"Sid", std::move(sid)}, {"Effect", "Allow"}, {"Action", actions}, {"Resource", resources}};
}

Json condition_of(const StackSpec& spec, TagTest test) {
  const auto tag = [&](std::string_view source) {
    return Json{{"StringEquals", {{fmt::format("{}/{}", source, stack_tag), spec.stack}}}};
  };
  switch (test) {
    case TagTest::of_request:
      return tag("aws:RequestTag");
    case TagTest::of_resource:
      return tag("aws:ResourceTag");
    case TagTest::at_creation:
      return {{"StringEquals",
               {{"ec2:CreateAction", Json::array({"CreateSecurityGroup", "CreateVpcEndpoint"})}}}};
    case TagTest::none:
      break;
  }
  return {};
}

/// Statements of a stack's documents, one per scope.
class PolicyWriter {
 public:
  PolicyWriter(const StackSpec& spec, const std::set<std::string>& recorded)
      : spec_(&spec), desired_(desired_state(spec, recorded)) {}

  [[nodiscard]] Json statements(bool writes, bool removes) const {
    Json result = Json::array();
    add(result, "BedrocklogRead", false,
        [](const CallRight& row) { return (row.use & right_reads) != 0; });
    if (writes) {
      add(result, "BedrocklogWrite", true, [](const CallRight& row) {
        return (row.use & right_writes) != 0 ||
               ((row.use & right_removes) != 0 && !is_about_data(row.scope));
      });
    }
    if (removes) {
      add(result, "BedrocklogRemove", true,
          [](const CallRight& row) { return (row.use & right_removes) != 0; });
    }
    if (writes || removes) {
      add_passed_roles(result);
    }
    return result;
  }

 private:
  template <class Wanted>
  void add(Json& statements, std::string_view sid, bool only_managed, const Wanted& wanted) const {
    const auto actions_for = [&](RightScope scope) {
      std::set<std::string> actions;
      for (const CallRight& row : call_rights()) {
        if (row.scope == scope && wanted(row)) {
          add_actions(row, actions);
        }
      }
      return actions;
    };
    for (const ScopeRow& row : scope_rows) {
      const std::set<std::string> actions = actions_for(row.scope);
      const std::set<std::string> resources = arns_for(row, only_managed);
      if (actions.empty() || resources.empty()) {
        continue;
      }
      Json one = statement(fmt::format("{}{}", sid, row.sid), actions, resources);
      if (Json condition = condition_of(*spec_, row.test);
          !condition.is_null() && !may_adopt(row.kind)) {
        one["Condition"] = std::move(condition);
      }
      statements.push_back(std::move(one));
    }
    std::set<std::string> rest;
    for (const UnlimitedRow& row : unlimited_rows) {
      if (has(row.kind, only_managed) || is_always_asked(row.scope, only_managed)) {
        rest.merge(actions_for(row.scope));
      }
    }
    if (!rest.empty()) {
      statements.push_back(statement(fmt::format("{}WithoutResource", sid), rest, {"*"}));
    }
  }

  /// Every plan looks for records of profiles; with observability also for trails of others.
  [[nodiscard]] bool is_always_asked(RightScope scope, bool is_change) const {
    return !is_change &&
           (scope == RightScope::unlimited_query ||
            (scope == RightScope::unlimited_trail && has_profile(*spec_, observability_profile)));
  }

  /// What is adopted has no tag of ours before.
  [[nodiscard]] bool may_adopt(ResourceKind kind) const {
    return spec_->adopts_all ||
           std::any_of(spec_->adopts.begin(), spec_->adopts.end(), [&](const std::string& one) {
             return one.starts_with(fmt::format("{}:", name_of(kind)));
           });
  }

  [[nodiscard]] bool has(ResourceKind kind, bool only_managed) const {
    return std::any_of(desired_.resources.begin(), desired_.resources.end(),
                       [&](const Resource& one) {
                         return one.address.kind == kind && (one.is_managed || !only_managed);
                       }) ||
           std::any_of(desired_.retired.begin(), desired_.retired.end(),
                       [kind](const Address& one) { return one.kind == kind; });
  }

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
    for (const Family& family : desired_.families) {
      if (family.kind == row.kind) {
        add_address({family.kind, family.region, family.prefix + '*'});
      }
    }
    drop_covered(arns);
    return arns;
  }

  void add_passed_roles(Json& statements) const {
    std::set<std::string> to_bedrock;
    std::set<std::string> to_trails;
    for (const Resource& one : desired_.resources) {
      if (one.address.kind == ResourceKind::logging_configuration) {
        to_bedrock.insert(role_arn_of(*spec_));
      }
      if (one.address.kind == ResourceKind::trail && one.is_managed) {
        const Json role = one.properties.value("CloudWatchLogsRoleArn", Json());
        if (role.is_string()) {
          to_trails.insert(role.get<std::string>());
        }
      }
    }
    const auto add_service = [&](const char* sid, const char* service,
                                 const std::set<std::string>& roles) {
      if (!roles.empty()) {
        Json pass = statement(sid, {"iam:PassRole"}, roles);
        pass["Condition"] = {{"StringEquals", {{"iam:PassedToService", service}}}};
        statements.push_back(std::move(pass));
      }
    };
    add_service("BedrocklogPassRole", "bedrock.amazonaws.com", to_bedrock);
    add_service("BedrocklogPassRoleToTrail", "cloudtrail.amazonaws.com", to_trails);
  }

  const StackSpec* spec_;
  DesiredState desired_;
};

/// Decryption of what the stack's own key encrypts, whose id is not known: by its alias.
Json decryption_by_alias(const StackSpec& spec) {
  std::set<std::string> keys;
  for (const std::string& region : spec.regions) {
    keys.insert(fmt::format("arn:{}:kms:{}:{}:key/*", spec.partition, region, spec.account));
  }
  Json result =
      statement("BedrocklogDecryptWithStackKey", {"kms:Decrypt", "kms:DescribeKey"}, keys);
  result["Condition"] = {
      {"ForAnyValue:StringEquals",
       {{"kms:ResourceAliases",
         Json::array({"alias/" + stack_key(spec, spec.regions.front()).name})}}}};
  return result;
}

Json archive_statements(const StackSpec& spec) {
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
  } else if (has_profile(spec, secure_profile)) {
    statements.push_back(
        spec.secure.use_key.empty()
            ? decryption_by_alias(spec)
            : statement("BedrocklogDecryptArchive", {"kms:Decrypt"}, {spec.secure.use_key}));
  }
  return statements;
}

/// Where a canary's record is looked for.
Json search_statement(const StackSpec& spec) {
  std::set<std::string> groups;
  for (const std::string& region : spec.regions) {
    const Address group{ResourceKind::log_group, region, log_group_of(spec)};
    for (std::string& arn : arns_of(spec, RightScope::log_group, group)) {
      groups.insert(std::move(arn));
    }
  }
  return statement("BedrocklogSearchLogGroup", {"logs:FilterLogEvents"}, groups);
}

/// Reports, and what AWS itself says about money.
Json finance_statements(const StackSpec& spec) {
  Json statements = Json::array();
  if (has_profile(spec, observability_profile) && spec.observability.has_report_bucket) {
    const std::string bucket = fmt::format("arn:{}:s3:::bedrock-monitoring-reports-{}-{}",
                                           spec.partition, spec.env, spec.account);
    statements.push_back(statement("BedrocklogListReports", {"s3:ListBucket"}, {bucket}));
    statements.push_back(statement("BedrocklogReadReports", {"s3:GetObject"}, {bucket + "/*"}));
  }
  statements.push_back(
      statement("BedrocklogReadAllBudgets", {"budgets:ViewBudget"},
                {fmt::format("arn:{}:budgets::{}:budget/*", spec.partition, spec.account)}));
  statements.push_back(
      statement("BedrocklogReadCostsWithoutResource",
                {"ce:GetCostAndUsage", "ce:GetCostForecast", "ce:GetDimensionValues", "ce:GetTags",
                 "ce:ListCostAllocationTags"},
                {"*"}));
  return statements;
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
  std::set<std::string> actions;
  bool is_known = false;
  for (const CallRight& row : call_rights()) {
    if (row.service == service && row.operation == operation) {
      is_known = true;
      add_actions(row, actions);
    }
  }
  if (!is_known) {
    return std::nullopt;
  }
  return std::vector<std::string>(actions.begin(), actions.end());
}

Json permission_policy(const StackSpec& spec, PermissionMode mode,
                       const std::set<std::string>& recorded) {
  Json statements = Json::array();
  const auto append = [&](Json more) {
    for (Json& one : more) {
      statements.push_back(std::move(one));
    }
  };
  const bool is_admin = mode == PermissionMode::admin;
  const bool is_finance = mode == PermissionMode::finance_reader;
  const bool is_canary = mode == PermissionMode::canary;
  if (!is_finance && mode != PermissionMode::read_archive) {
    append(PolicyWriter(spec, recorded)
               .statements(is_admin || mode == PermissionMode::apply,
                           is_admin || mode == PermissionMode::destroy));
  }
  if (is_admin || is_finance || is_canary || mode == PermissionMode::read_archive) {
    append(archive_statements(spec));
  }
  if (is_admin || is_canary) {
    statements.push_back(search_statement(spec));
  }
  if (is_admin || is_finance) {
    append(finance_statements(spec));
  }
  return {{"Version", policy_version}, {"Statement", std::move(statements)}};
}

}  // namespace bedrocklog::provision
