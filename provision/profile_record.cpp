// Records as saved queries, found by name.
#include "provision/profile_record.h"

#include <fmt/format.h>

namespace bedrocklog::provision {

Address profile_record(const StackSpec& spec, std::string_view profile) {
  return {ResourceKind::query_definition, spec.regions.front(),
          fmt::format("bedrocklog/{}/profile/{}", spec.stack, profile)};
}

void add_profile_record(Assembly& assembly, std::string_view profile) {
  const StackSpec& spec = assembly.spec();
  const Address record = profile_record(spec, profile);
  assembly.add(Component::iam, record,
               {{"Name", record.name},
                {"QueryString",
                 fmt::format("# Records that the stack {} has the profile {}. Do not delete.\n"
                             "fields @timestamp, modelId, operation | sort @timestamp desc "
                             "| limit 20",
                             spec.stack, profile)}});
}

bool is_profile_record(const Address& address) {
  return address.kind == ResourceKind::query_definition &&
         address.name.starts_with("bedrocklog/") &&
         address.name.find("/profile/") != std::string::npos;
}

Result<std::set<std::string>> recorded_profiles(const StackSpec& spec,
                                                const ProviderSet& providers) {
  std::set<std::string> found;
  ResourceProvider& queries = providers.of(ResourceKind::query_definition);
  for (const std::string_view profile : {observability_profile, secure_profile}) {
    const Result<std::optional<Observed>> record = queries.read(profile_record(spec, profile));
    if (!record) {
      return pass_on(record);
    }
    if (*record) {
      found.emplace(profile);
    }
  }
  return found;
}

}  // namespace bedrocklog::provision
