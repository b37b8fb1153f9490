// Profile secure: in every region one key for all that the stack encrypts there, and who may use
// it. A service has a statement only where the stack gives it something to encrypt.
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "ingest/aws/endpoint.h"
#include "provision/assembly.h"
#include "provision/observability_profile.h"
#include "provision/reference.h"

namespace bedrocklog::provision {
namespace {

Json service(std::string_view name) {
  return {{"Service", name}};
}

/// In a key policy every resource is the key itself.
Json statement(const char* sid, Json principal, Json actions, Json condition = nullptr) {
  Json result = {{"Sid", sid},
                 {"Effect", "Allow"},
                 {"Principal", std::move(principal)},
                 {"Action", std::move(actions)},
                 {"Resource", "*"}};
  if (!condition.is_null()) {
    result["Condition"] = std::move(condition);
  }
  return result;
}

Json notification_actions() {
  return {"kms:Decrypt", "kms:GenerateDataKey*"};
}

/// Collects the statements of the key of one region.
class KeyPolicy {
 public:
  KeyPolicy(const StackSpec& spec, std::string_view region) : spec_(&spec), region_(region) {}

  Json document() {
    // Without it nobody could ever change the key again, not even the account itself.
    add(statement("Root", account(), "kms:*"));
    add_storage();
    add_notifications();
    const bool is_trail_encrypted = has_profile(*spec_, observability_profile) &&
                                    has_trail(*spec_) && spec_->bucket_kms_key.empty();
    if (is_trail_encrypted && region_ == spec_->regions.front()) {
      add_trail();
    }
    add_people();
    return {{"Version", policy_version}, {"Statement", std::move(statements_)}};
  }

 private:
  void add(Json one) { statements_.push_back(std::move(one)); }

  [[nodiscard]] Json account() const {
    return {{"AWS", fmt::format("arn:{}:iam::{}:root", spec_->partition, spec_->account)}};
  }

  void add_storage() {
    if (spec_->reused.bucket.empty() && spec_->bucket_kms_key.empty()) {
      const std::string source =
          fmt::format("arn:{}:bedrock:{}:{}:*", spec_->partition, region_, spec_->account);
      add(statement("BedrockToS3", service("bedrock.amazonaws.com"), "kms:GenerateDataKey",
                    source_condition(*spec_, source)));
    }
    const Json groups = log_groups();
    if (!groups.empty()) {
      const std::string name =
          fmt::format("logs.{}.{}", region_, aws::partition_of(region_).dns_suffix);
      add(statement(
          "Logs", service(name),
          {"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"},
          {{"ArnLike", {{"kms:EncryptionContext:aws:logs:arn", groups}}}}));
    }
  }

  /// ARNs of those that this key encrypts.
  [[nodiscard]] Json log_groups() const {
    Json groups = Json::array();
    if (!spec_->log_group_kms_key.empty()) {
      return groups;
    }
    const auto add_group = [&](const std::string& name) {
      groups.push_back(fmt::format("arn:{}:logs:{}:{}:log-group:{}", spec_->partition, region_,
                                   spec_->account, name));
    };
    if (spec_->reused.log_group.empty()) {
      add_group(log_group_of(*spec_));
    }
    if (has_profile(*spec_, observability_profile)) {
      for (const char* const use : {"application-logs", "security-events", "cloudtrail-logs"}) {
        add_group(environment_log_group(*spec_, region_, use).name);
      }
    }
    return groups;
  }

  /// Without these an alarm rings at an encrypted topic and nobody hears.
  void add_notifications() {
    const std::string alarms =
        fmt::format("arn:{}:cloudwatch:{}:{}:alarm:*", spec_->partition, region_, spec_->account);
    add(statement("AlarmsToSns", service("cloudwatch.amazonaws.com"), notification_actions(),
                  source_condition(*spec_, alarms)));
    // EventBridge names no source in its requests: a condition would refuse them all.
    add(statement("EventsToSns", service("events.amazonaws.com"), notification_actions()));
    if (has_profile(*spec_, observability_profile) &&
        !spec_->observability.budget.monthly_usd.empty()) {
      add(statement("BudgetsToSns", service("budgets.amazonaws.com"), notification_actions(),
                    {{"StringEquals", {{"aws:SourceAccount", spec_->account}}}}));
    }
  }

  void add_trail() {
    const std::string trail = fmt::format("arn:{}:cloudtrail:{}:{}:trail/{}", spec_->partition,
                                          region_, spec_->account, spec_->observability.trail);
    const std::string trails =
        fmt::format("arn:{}:cloudtrail:*:{}:trail/*", spec_->partition, spec_->account);
    add(statement("Trail", service("cloudtrail.amazonaws.com"), "kms:GenerateDataKey*",
                  {{"StringEquals", {{"aws:SourceArn", trail}}},
                   {"StringLike", {{"kms:EncryptionContext:aws:cloudtrail:arn", trails}}}}));
    add(statement("TrailDescribe", service("cloudtrail.amazonaws.com"), "kms:DescribeKey",
                  {{"StringEquals", {{"aws:SourceArn", trail}}}}));
  }

  void add_people() {
    const AccessSettings& access = spec_->secure.access;
    if (spec_->secure.switches.guardrail) {
      add(statement(
          "GuardrailAdmin",
          access.admin_principals.empty() ? account() : Json{{"AWS", access.admin_principals}},
          {"kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:CreateGrant"}));
      if (!access.trusted_principals.empty()) {
        // Named by a condition, as KMS refuses principals that are not there yet.
        add(statement(
            "GuardrailUse", account(), "kms:Decrypt",
            {{"ArnEquals",
              {{"aws:PrincipalArn", fmt::format("arn:{}:iam::{}:role/{}", spec_->partition,
                                                spec_->account, access.role)}}}}));
      }
    }
    if (!access.reader_principals.empty()) {
      add(statement("Readers", {{"AWS", access.reader_principals}},
                    {"kms:Decrypt", "kms:DescribeKey"}));
    }
  }

  const StackSpec* spec_;
  std::string region_;
  Json statements_ = Json::array();
};

}  // namespace

void add_encryption(Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  if (!spec.secure.use_key.empty()) {
    return;
  }
  for (const std::string& region : spec.regions) {
    const Address key = stack_key(spec, region);
    assembly.add_tagged(
        Component::encryption, key,
        {{"Description", fmt::format("Encrypts what bedrocklog's stack {} keeps", spec.stack)},
         {"EnableKeyRotation", true},
         {"PendingWindowInDays", spec.secure.key_deletion_days},
         {"KeyPolicy", KeyPolicy(spec, region).document()}});
    const std::string alias = "alias/" + key.name;
    assembly.add(Component::encryption, {ResourceKind::key_alias, region, alias},
                 {{"AliasName", alias}, {"TargetKeyId", reference_to(key, "KeyId")}});
  }
}

}  // namespace bedrocklog::provision
