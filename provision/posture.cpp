// Each promise, thing by thing; the finding names those that break it.
#include "provision/posture.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/check_outcome.h"
#include "provision/policy_checks.h"

namespace bedrocklog::provision {
namespace {

constexpr std::array<std::string_view, 8> ids = {
    "customer-managed-key", "invocation-logging",        "guardrail-filters-high",
    "pii-masked",           "confused-deputy-prevented", "permissions-boundaries",
    "vpc-isolation",        "secure-transport"};
constexpr std::size_t things_shown_max = 5;

/// What is wrong with one thing; empty: nothing.
using Flaw = std::function<std::string(const Resource& resource, const Observed& found)>;

std::string key_flaw(const Resource& resource, const Observed& found) {
  return has_customer_key(resource.address.kind, found.properties) ? "" : "has no key of yours";
}

std::string filter_flaw(const Resource& /*resource*/, const Observed& found) {
  const Json policy = found.properties.value("ContentPolicyConfig", Json::object());
  const Json filters = policy.is_object() ? policy.value("FiltersConfig", Json()) : Json();
  if (!filters.is_array() || filters.empty()) {
    return "has no content filters";
  }
  std::vector<std::string> weak;
  for (const Json& filter : filters) {
    const std::string type = text_at(filter, "/Type");
    // Attacks come in and do not go out: AWS takes no other strength there.
    const std::string output = type == "PROMPT_ATTACK" ? "NONE" : "HIGH";
    if (text_at(filter, "/InputStrength") != "HIGH" ||
        text_at(filter, "/OutputStrength") != output) {
      weak.push_back(type);
    }
  }
  return weak.empty() ? "" : fmt::format("filters below HIGH: {}", fmt::join(weak, ", "));
}

std::string pii_flaw(const Resource& /*resource*/, const Observed& found) {
  const Json policy = found.properties.value("SensitiveInformationPolicyConfig", Json::object());
  const Json entities = policy.is_object() ? policy.value("PiiEntitiesConfig", Json()) : Json();
  if (!entities.is_array() || entities.empty()) {
    return "masks no kind of personal data";
  }
  std::vector<std::string> bare;
  for (const Json& entity : entities) {
    if (text_at(entity, "/Action") == "NONE") {
      bare.push_back(text_at(entity, "/Type"));
    }
  }
  return bare.empty() ? ""
                      : fmt::format("only detects, and does not mask: {}", fmt::join(bare, ", "));
}

std::string logging_flaw(const Resource& /*resource*/, const Observed& found) {
  if (!found.properties.contains("s3Config") && !found.properties.contains("cloudWatchConfig")) {
    return "delivers nowhere";
  }
  return found.properties.value("textDataDeliveryEnabled", Json(true)) == Json(false)
             ? "does not deliver texts"
             : "";
}

class Posture {
 public:
  Posture(const StackSpec& spec, const DesiredState& desired, const ObservedState& observed)
      : spec_(&spec), desired_(&desired), observed_(&observed) {}

  [[nodiscard]] std::vector<Check> checks() const {
    return {over("customer-managed-key",
                 {ResourceKind::bucket, ResourceKind::log_group, ResourceKind::topic,
                  ResourceKind::trail, ResourceKind::guardrail},
                 key_flaw),
            over("invocation-logging", {ResourceKind::logging_configuration}, logging_flaw),
            over("guardrail-filters-high", {ResourceKind::guardrail}, filter_flaw),
            over("pii-masked", {ResourceKind::guardrail}, pii_flaw),
            over("confused-deputy-prevented", {ResourceKind::role, ResourceKind::bucket_policy},
                 [this](const Resource& resource, const Observed& found) {
                   const char* const document = resource.address.kind == ResourceKind::role
                                                    ? "AssumeRolePolicyDocument"
                                                    : "PolicyDocument";
                   return deputy_flaw(*spec_, found.properties.value(document, Json()));
                 }),
            boundaries(),
            isolation(),
            over("secure-transport", {ResourceKind::bucket_policy},
                 [this](const Resource& resource, const Observed& found) {
                   const Json policy = found.properties.value("PolicyDocument", Json());
                   std::string flaw = transport_flaw(*spec_, resource.address.name, policy);
                   return flaw.empty() ? old_transport_flaw(*spec_, resource.address.name, policy)
                                       : flaw;
                 })};
  }

 private:
  /// Over all managed things of these kinds.
  [[nodiscard]] Check over(const char* id, std::initializer_list<ResourceKind> kinds,
                           const Flaw& flaw_of) const {
    std::vector<std::string> flaws;
    std::size_t looked_at = 0;
    for (const Resource& resource : desired_->resources) {
      if (!resource.is_managed ||
          std::find(kinds.begin(), kinds.end(), resource.address.kind) == kinds.end()) {
        continue;
      }
      ++looked_at;
      const Observed* const found = observed_->find(resource.address);
      const std::string flaw = found == nullptr ? "is not there" : flaw_of(resource, *found);
      if (!flaw.empty()) {
        flaws.push_back(fmt::format("{} {}", to_text(resource.address), flaw));
      }
    }
    const Check check{id, "stack", CheckResult::unknown, ""};
    if (looked_at == 0) {
      return concluded(check, CheckResult::warn, "the stack has nothing of the kind");
    }
    if (flaws.empty()) {
      return concluded(check, CheckResult::pass, fmt::format("{} of {}", looked_at, looked_at));
    }
    const std::size_t broken = flaws.size();
    flaws.resize(std::min(flaws.size(), things_shown_max));
    return concluded(check, CheckResult::fail,
                     fmt::format("{} of {} do not: {}{}", broken, looked_at, fmt::join(flaws, "; "),
                                 broken > flaws.size() ? "; ..." : ""));
  }

  [[nodiscard]] Check boundaries() const {
    const std::string& wanted = spec_->secure.access.permissions_boundary_arn;
    if (wanted.empty()) {
      return {"permissions-boundaries", "stack", CheckResult::warn,
              "none is asked for (permissions_boundary_arn)"};
    }
    return over("permissions-boundaries", {ResourceKind::role},
                [&wanted](const Resource& /*resource*/, const Observed& found) {
                  return text_at(found.properties, "/PermissionsBoundary") == wanted
                             ? ""
                             : "has another boundary, or none";
                });
  }

  [[nodiscard]] Check isolation() const {
    const NetworkSettings& network = spec_->secure.network;
    if (network.vpc_id.empty()) {
      return {"vpc-isolation", "stack", CheckResult::warn,
              "no VPC is given (secure.network.vpc_id): calls to Bedrock take the way to the "
              "internet"};
    }
    Check check = over(
        "vpc-isolation", {ResourceKind::vpc_endpoint},
        [&network](const Resource& /*resource*/, const Observed& found) {
          std::string state = found.details.value("State", "available");
          std::transform(state.begin(), state.end(), state.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
          });
          if (state != "available") {
            return fmt::format("is {}", state);
          }
          const bool is_private = found.properties.value("PrivateDnsEnabled", Json()) == Json(true);
          return network.has_private_dns && !is_private ? std::string("has no private names")
                                                        : std::string();
        });
    if (check.result == CheckResult::pass) {
      check.finding +=
          "; whether the subnets have a way to the internet beside them, their route "
          "tables say";
    }
    return check;
  }

  const StackSpec* spec_;
  const DesiredState* desired_;
  const ObservedState* observed_;
};

}  // namespace

const std::vector<std::string_view>& posture_ids() {
  static const std::vector<std::string_view> all(ids.begin(), ids.end());
  return all;
}

bool has_customer_key(ResourceKind kind, const Json& properties) {
  std::string key;
  switch (kind) {
    case ResourceKind::bucket: {
      const std::string rule =
          "/BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault";
      if (text_at(properties, rule + "/SSEAlgorithm") != "AES256") {
        key = text_at(properties, rule + "/KMSMasterKeyID");
      }
      break;
    }
    case ResourceKind::log_group:
      key = text_at(properties, "/KmsKeyId");
      break;
    case ResourceKind::topic:
      key = text_at(properties, "/KmsMasterKeyId");
      break;
    case ResourceKind::trail:
      key = text_at(properties, "/KMSKeyId");
      break;
    case ResourceKind::guardrail:
      key = text_at(properties, "/KmsKeyArn");
      break;
    default:
      return true;
  }
  // "alias/aws/sns" is AWS' key, not a customer's.
  return !key.empty() && key.find("alias/aws/") == std::string::npos;
}

std::vector<Check> posture_of(const StackSpec& spec, const DesiredState& desired,
                              const ObservedState& observed) {
  return Posture(spec, desired, observed).checks();
}

}  // namespace bedrocklog::provision
