// Ranges that overlap, models that a role cannot reach, principals of others.
#include "provision/secure_notices.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/address_range.h"
#include "provision/secure_parts.h"

namespace bedrocklog::provision {
namespace {

/// A model or profile by its ARN: "arn:PARTITION:bedrock:REGION:ACCOUNT:KIND/ID".
struct ModelArn {
  std::string region;
  std::string kind;
  std::string id;
};

ModelArn read_model_arn(std::string_view arn) {
  std::vector<std::string> parts;
  for (int part = 0; part < 5; ++part) {
    const std::size_t colon = arn.find(':');
    parts.emplace_back(arn.substr(0, colon));
    arn.remove_prefix(colon == std::string_view::npos ? arn.size() : colon + 1);
  }
  const std::size_t slash = arn.find('/');
  return {parts[3], std::string(arn.substr(0, slash)),
          slash == std::string_view::npos ? "" : std::string(arn.substr(slash + 1))};
}

/// Whether a pattern of a policy says this id: with a wildcard at the end, or none.
bool says(std::string_view pattern, std::string_view id) {
  return pattern.ends_with('*') ? id.starts_with(pattern.substr(0, pattern.size() - 1))
                                : pattern == id;
}

class Notices {
 public:
  explicit Notices(const StackSpec& spec) : spec_(&spec), settings_(&spec.secure) {}

  std::vector<Notice> run() {
    if (!settings_->network.vpc_id.empty()) {
      look_at_ranges();
      look_at_endpoints();
    }
    look_at_models();
    look_at_principals();
    if (!spec_->tags.empty()) {
      note("tags",
           "AWS keeps no tags of: logging configuration, bucket and topic policies, "
           "subscriptions, metric filters, saved queries, anomaly detectors, key aliases, "
           "guardrail versions");
    }
    return std::move(notices_);
  }

 private:
  void note(const char* subject, std::string text) {
    notices_.push_back({subject, std::move(text)});
  }

  void look_at_ranges() {
    for (const std::string& management : settings_->network.management_cidrs) {
      const std::optional<AddressRange> left = read_address_range(management);
      for (const std::string& runtime : settings_->network.runtime_cidrs) {
        const std::optional<AddressRange> right = read_address_range(runtime);
        if (left && right && is_canonical(*left) && is_canonical(*right) &&
            overlaps(*left, *right)) {
          note("network", fmt::format("who calls models can reach the endpoints that set Bedrock "
                                      "up: {} (management_cidrs) overlaps {} (runtime_cidrs)",
                                      management, runtime));
        }
      }
    }
  }

  void look_at_endpoints() {
    const AccessSettings& access = settings_->access;
    if (access.admin_principals.empty()) {
      note("network",
           "only reads pass the endpoint of bedrock: name who may change logging and guardrails "
           "from inside of the VPC (secure.access.admin_principals)");
    }
    const std::vector<std::string> regions = model_regions_of(*spec_);
    const std::string& home = spec_->regions.front();
    if (std::find(regions.begin(), regions.end(), home) == regions.end()) {
      note("network", fmt::format("the endpoint of bedrock-runtime asks in {}, which is none of "
                                  "the regions for models: {}",
                                  home, fmt::join(regions, ", ")));
    }
  }

  /// A cross-region profile is allowed when it is and the model is, in every region it may go to.
  void look_at_models() {
    if (settings_->access.foundation_models.empty()) {
      return;
    }
    std::vector<ModelArn> profiles;
    std::vector<ModelArn> models;
    for (const std::string& arn : settings_->access.foundation_models) {
      ModelArn one = read_model_arn(arn);
      if (one.kind == "inference-profile") {
        profiles.push_back(std::move(one));
      } else if (one.kind == "foundation-model") {
        models.push_back(std::move(one));
      }
    }
    for (const ModelArn& profile : profiles) {
      look_at_profile(profile, models);
    }
    if (profiles.empty() && !models.empty()) {
      note("access",
           "calls through cross-region inference profiles will be denied: foundation_models has "
           "models only; such a call needs the profile's ARN and the model's in every region it "
           "may go to");
    }
  }

  void look_at_profile(const ModelArn& profile, const std::vector<ModelArn>& models) {
    const std::string model_id = profile.id.substr(profile.id.find('.') + 1);
    std::set<std::string> regions;
    for (const ModelArn& model : models) {
      if (says(model.id, model_id)) {
        regions.insert(model.region);
      }
    }
    const bool is_anywhere = regions.contains("*");
    if (!is_anywhere && regions.size() < 2) {
      note("access",
           fmt::format("calls through the profile {} will be denied where they go to another "
                       "region: foundation_models has its model {} in {}; add it for every "
                       "region it may go to",
                       profile.id, model_id,
                       regions.empty() ? std::string("no region") : *regions.begin()));
    }
    const std::vector<std::string> allowed = model_regions_of(*spec_);
    if (allowed.size() < 2) {
      note("access", fmt::format("calls through the profile {} will be denied where they go to "
                                 "another region than {} (allowed_model_regions)",
                                 profile.id, allowed.front()));
    }
  }

  void look_at_principals() {
    for (const std::string& principal : settings_->access.trusted_principals) {
      if (principal.find(spec_->account) == std::string::npos) {
        note("access", fmt::format("{} is of another account and may take the role {} without an "
                                   "external id",
                                   principal, settings_->access.role));
      }
    }
  }

  const StackSpec* spec_;
  const SecureSettings* settings_;
  std::vector<Notice> notices_;
};

}  // namespace

std::vector<Notice> secure_notices(const StackSpec& spec) {
  return has_profile(spec, secure_profile) ? Notices(spec).run() : std::vector<Notice>();
}

}  // namespace bedrocklog::provision
