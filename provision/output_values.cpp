// The named values of a stack.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "provision/assembly.h"
#include "provision/check_outcome.h"
#include "provision/outputs.h"
#include "provision/posture.h"

namespace bedrocklog::provision {
namespace {

Json text_or_null(std::string text) {
  return text.empty() ? Json() : Json(std::move(text));
}

class OutputValues {
 public:
  OutputValues(const StackSpec& spec, const DesiredState& desired, const ObservedState& observed)
      : spec_(&spec), desired_(&desired), observed_(&observed) {
    for (const Output& output : outputs_of(spec, desired, observed)) {
      arns_[output.address] = output.arn;
    }
  }

  [[nodiscard]] Json document() const {
    Json regions = Json::object();
    for (const std::string& region : spec_->regions) {
      regions[region] = of_region(region);
    }
    return {{"regions", std::move(regions)},
            {"roles", roles()},
            {"network", network()},
            {"encryption", encryption()},
            {"compliance", compliance()}};
  }

 private:
  /// Calls `visit(resource, observed)` for each of the kind that is there; of global kinds the
  /// region is empty.
  template <class Visit>
  void for_each(ResourceKind kind, const std::string& region, const Visit& visit) const {
    for (const Resource& one : desired_->resources) {
      const Observed* const found = observed_->find(one.address);
      if (one.address.kind == kind && one.address.region == region && found != nullptr) {
        visit(one, *found);
      }
    }
  }

  [[nodiscard]] Json arn(const Address& address) const {
    const auto found = arns_.find(to_text(address));
    return observed_->find(address) == nullptr || found == arns_.end()
               ? Json()
               : text_or_null(found->second);
  }

  [[nodiscard]] Json arns_by_name(ResourceKind kind, const std::string& region) const {
    Json result = Json::object();
    for_each(kind, region, [&](const Resource& one, const Observed& /*found*/) {
      result[one.address.name] = arn(one.address);
    });
    return result;
  }

  [[nodiscard]] Json of_region(const std::string& region) const {
    const Address key = stack_key(*spec_, region);
    const Address alias{ResourceKind::key_alias, region, "alias/" + key.name};
    const Address bucket{ResourceKind::bucket, region, bucket_of(*spec_, region)};
    const Address group{ResourceKind::log_group, region, log_group_of(*spec_)};
    const auto name_of_found = [&](const Address& address) {
      return observed_->find(address) == nullptr ? Json() : Json(address.name);
    };
    const bool is_given = has_profile(*spec_, secure_profile) && !spec_->secure.use_key.empty();
    return {{"kms_key_arn", is_given ? Json(spec_->secure.use_key) : arn(key)},
            {"kms_key_alias", name_of_found(alias)},
            {"archive_bucket_name", name_of_found(bucket)},
            {"archive_bucket_arn", arn(bucket)},
            {"log_group_name", name_of_found(group)},
            {"log_group_arn", arn(group)},
            {"trail_arn", trail(region)},
            {"buckets", arns_by_name(ResourceKind::bucket, region)},
            {"log_groups", arns_by_name(ResourceKind::log_group, region)},
            {"topics", arns_by_name(ResourceKind::topic, region)},
            {"vpc_endpoints", endpoints(region)},
            {"security_groups", groups(region)},
            {"guardrail", guardrail(region)}};
  }

  [[nodiscard]] Json trail(const std::string& region) const {
    if (!has_profile(*spec_, observability_profile) || region != spec_->regions.front()) {
      return {};
    }
    const std::string& given = spec_->observability.use_trail;
    return given.empty() ? arn({ResourceKind::trail, region, spec_->observability.trail})
                         : Json(given);
  }

  [[nodiscard]] Json endpoints(const std::string& region) const {
    Json result = Json::object();
    for_each(ResourceKind::vpc_endpoint, region, [&](const Resource& one, const Observed& found) {
      result[one.address.name] = {{"id", text_or_null(text_at(found.details, "/Id"))},
                                  {"dns_entries", found.details.value("DnsEntries", Json::array())},
                                  {"state", text_or_null(text_at(found.details, "/State"))}};
    });
    return result;
  }

  [[nodiscard]] Json groups(const std::string& region) const {
    Json result = Json::object();
    for_each(ResourceKind::security_group, region, [&](const Resource& one, const Observed& found) {
      result[one.address.name] = text_or_null(text_at(found.details, "/GroupId"));
    });
    return result;
  }

  [[nodiscard]] Json guardrail(const std::string& region) const {
    Json result;
    for_each(ResourceKind::guardrail, region, [&](const Resource& one, const Observed& found) {
      const Observed* const version =
          observed_->find({ResourceKind::guardrail_version, region, one.address.name});
      result = {
          {"name", one.address.name},
          {"id", text_or_null(text_at(found.details, "/GuardrailId"))},
          {"arn", text_or_null(text_at(found.details, "/GuardrailArn"))},
          {"version",
           version == nullptr ? Json() : text_or_null(text_at(version->details, "/Version"))}};
    });
    return result;
  }

  [[nodiscard]] Json roles() const {
    Json result = Json::object();
    for_each(ResourceKind::role, "", [&](const Resource& one, const Observed& found) {
      Json policies = Json::array();
      for (const Json& policy : found.properties.value("Policies", Json::array())) {
        policies.push_back(text_at(policy, "/PolicyName"));
      }
      result[one.address.name] = {{"arn", arn(one.address)}, {"policies", std::move(policies)}};
    });
    return result;
  }

  [[nodiscard]] Json network() const {
    const NetworkSettings& network = spec_->secure.network;
    if (!has_profile(*spec_, secure_profile) || network.vpc_id.empty()) {
      return {};
    }
    std::size_t endpoints = 0;
    for_each(ResourceKind::vpc_endpoint, spec_->regions.front(),
             [&](const Resource& /*one*/, const Observed& /*found*/) { ++endpoints; });
    return {{"vpc_id", network.vpc_id},
            {"subnet_ids", network.subnet_ids},
            {"management_cidrs", network.management_cidrs},
            {"runtime_cidrs", network.runtime_cidrs},
            {"private_dns", network.has_private_dns},
            {"endpoints", endpoints}};
  }

  [[nodiscard]] Json encryption() const {
    Json result = Json::object();
    for (const ResourceKind kind :
         {ResourceKind::bucket, ResourceKind::log_group, ResourceKind::topic, ResourceKind::trail,
          ResourceKind::guardrail}) {
      std::size_t there = 0;
      std::size_t encrypted = 0;
      for (const Resource& one : desired_->resources) {
        const Observed* const found = observed_->find(one.address);
        if (one.address.kind == kind && one.is_managed && found != nullptr) {
          ++there;
          encrypted += has_customer_key(one.address.kind, found->properties) ? 1U : 0U;
        }
      }
      result[std::string(name_of(kind))] = there == 0 ? Json() : Json(there == encrypted);
    }
    return result;
  }

  [[nodiscard]] Json compliance() const {
    Json result = Json::object();
    for (const Check& check : posture_of(*spec_, *desired_, *observed_)) {
      std::string name = check.id;
      std::replace(name.begin(), name.end(), '-', '_');
      result[name] = check.result == CheckResult::pass;
    }
    return result;
  }

  const StackSpec* spec_;
  const DesiredState* desired_;
  const ObservedState* observed_;
  std::map<std::string, std::string> arns_;
};

}  // namespace

Json values_of(const StackSpec& spec, const DesiredState& desired, const ObservedState& observed) {
  return OutputValues(spec, desired, observed).document();
}

}  // namespace bedrocklog::provision
