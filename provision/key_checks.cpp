// DescribeKey, GetKeyRotationStatus, GetKeyPolicy.
#include "provision/key_checks.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ingest/aws/endpoint.h"
#include "provision/assembly.h"
#include "provision/check_outcome.h"
#include "provision/policy_checks.h"
#include "provision/policy_statements.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;

class KeyChecks {
 public:
  KeyChecks(const StackSpec& spec, const DesiredState& desired, aws::ServiceCalls& calls)
      : spec_(&spec), desired_(&desired), calls_(&calls) {}

  /// `key` is an id or an ARN.
  [[nodiscard]] std::vector<Check> of(const std::string& region, const std::string& key,
                                      const std::string& subject) const {
    return {usable(region, key, subject), rotates(region, key, subject),
            serves(region, key, subject)};
  }

 private:
  [[nodiscard]] Check usable(const std::string& region, const std::string& key,
                             const std::string& subject) const {
    const Check check{"key-usable", subject, CheckResult::unknown, ""};
    const CallResult<Json> answer = calls_->json("kms", region, "DescribeKey", {{"KeyId", key}});
    if (!answer) {
      return unasked(check, "kms", "DescribeKey", answer.error());
    }
    const std::string state = text_at(*answer, "/KeyMetadata/KeyState");
    return state == "Enabled"
               ? concluded(check, CheckResult::pass, "enabled")
               : concluded(check, CheckResult::fail,
                           fmt::format("is {}: what it encrypts can be neither written nor read",
                                       state.empty() ? "in no known state" : state));
  }

  [[nodiscard]] Check rotates(const std::string& region, const std::string& key,
                              const std::string& subject) const {
    const Check check{"key-rotates", subject, CheckResult::unknown, ""};
    const CallResult<Json> answer =
        calls_->json("kms", region, "GetKeyRotationStatus", {{"KeyId", key}});
    if (!answer) {
      return unasked(check, "kms", "GetKeyRotationStatus", answer.error());
    }
    const bool is_on = answer->value("KeyRotationEnabled", Json()) == Json(true);
    return is_on ? concluded(check, CheckResult::pass, "its material is renewed every year")
                 : concluded(check, CheckResult::fail, "rotation is off; apply switches it on");
  }

  [[nodiscard]] Check serves(const std::string& region, const std::string& key,
                             const std::string& subject) const {
    const Check check{"key-policy-serves", subject, CheckResult::unknown, ""};
    const CallResult<Json> answer =
        calls_->json("kms", region, "GetKeyPolicy", {{"KeyId", key}, {"PolicyName", "default"}});
    if (!answer) {
      return unasked(check, "kms", "GetKeyPolicy", answer.error());
    }
    const Json policy = parsed_policy(text_at(*answer, "/Policy"));
    std::vector<std::string> unserved;
    for (const std::string& service : services_in(region)) {
      if (!lets_service(policy, service, "kms:GenerateDataKey")) {
        unserved.push_back(service);
      }
    }
    return judged(check, CheckResult::fail,
                  unserved.empty()
                      ? std::string()
                      : fmt::format("its policy does not let {} use it: they deliver nothing to "
                                    "what it encrypts",
                                    fmt::join(unserved, ", ")));
  }

  /// Whose work in the region needs the key.
  [[nodiscard]] std::vector<std::string> services_in(const std::string& region) const {
    const auto has = [&](ResourceKind kind) {
      return std::any_of(
          desired_->resources.begin(), desired_->resources.end(), [&](const Resource& one) {
            return one.address.kind == kind && one.is_managed && one.address.region == region;
          });
    };
    std::vector<std::string> services;
    if (has(ResourceKind::bucket) && spec_->bucket_kms_key.empty() &&
        spec_->reused.bucket.empty()) {
      services.emplace_back("bedrock.amazonaws.com");
    }
    if (has(ResourceKind::log_group) && spec_->log_group_kms_key.empty()) {
      services.push_back(fmt::format("logs.{}.{}", region, aws::partition_of(region).dns_suffix));
    }
    if (has(ResourceKind::topic)) {
      services.emplace_back("cloudwatch.amazonaws.com");
    }
    if (has(ResourceKind::event_rule)) {
      services.emplace_back("events.amazonaws.com");
    }
    if (has(ResourceKind::trail)) {
      services.emplace_back("cloudtrail.amazonaws.com");
    }
    return services;
  }

  const StackSpec* spec_;
  const DesiredState* desired_;
  aws::ServiceCalls* calls_;
};

}  // namespace

std::vector<Check> key_checks(const StackSpec& spec, const DesiredState& desired,
                              const ObservedState& observed, aws::ServiceCalls& calls) {
  std::vector<Check> checks;
  if (!has_profile(spec, secure_profile)) {
    return checks;
  }
  const KeyChecks asked(spec, desired, calls);
  for (const std::string& region : spec.regions) {
    const Address address = stack_key(spec, region);
    std::string key = spec.secure.use_key;
    std::string subject = key;
    if (key.empty()) {
      const Observed* const found = observed.find(address);
      if (found == nullptr) {
        continue;
      }
      key = text_at(found->details, "/KeyId");
      subject = to_text(address);
    }
    for (Check& check : asked.of(region, key, subject)) {
      checks.push_back(std::move(check));
    }
  }
  return checks;
}

}  // namespace bedrocklog::provision
