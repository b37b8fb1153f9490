// Reading everything a stack names.
#include "provision/observe.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "provision/concurrency.h"

namespace bedrocklog::provision {
namespace {

constexpr unsigned reads_at_once_max = 8;

}  // namespace

Result<ObservedState> observe(const DesiredState& desired, const ProviderSet& providers) {
  std::vector<Address> wanted = desired.retired;
  for (const Resource& resource : desired.resources) {
    wanted.push_back(resource.address);
  }
  for (const Family& family : desired.families) {
    const Result<std::vector<Address>> members = providers.of(family.kind).list(family);
    if (!members) {
      return pass_on(members);
    }
    wanted.insert(wanted.end(), members->begin(), members->end());
  }
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  std::vector<Result<std::optional<Observed>>> found(wanted.size());
  at_once(wanted.size(), reads_at_once_max, [&](std::size_t index) {
    found[index] = providers.of(wanted[index].kind).read(wanted[index]);
  });
  ObservedState state;
  for (std::size_t index = 0; index < wanted.size(); ++index) {
    if (!found[index]) {
      return pass_on(found[index]);
    }
    if (std::optional<Observed>& one = *found[index]; one.has_value()) {
      state.found.emplace(wanted[index], std::move(*one));
    }
  }
  return state;
}

}  // namespace bedrocklog::provision
