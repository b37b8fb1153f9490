// The newest version of a guardrail that we made. A version never changes: another description is
// another version, and older ones stay for callers who pin them.
#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "provision/answer_members.h"
#include "provision/call_fault.h"
#include "provision/guardrail_calls.h"
#include "provision/normal_form.h"
#include "provision/resource_provider.h"
#include "provision/settling.h"

namespace bedrocklog::provision {
namespace {

struct Version {
  unsigned number = 0;
  std::string description;
};

class GuardrailVersionProvider final : public ResourceProvider {
 public:
  explicit GuardrailVersionProvider(GuardrailCalls calls) : calls_(std::move(calls)) {}

  Result<std::optional<Observed>> read(const Address& address) override;
  Result<void> create(const Address& address, const Json& target) override;
  Result<void> update(const Address& address, const Json& target,
                      const Observed& /*observed*/) override {
    return create(address, target);
  }
  Result<void> remove(const Address& address, const Observed& observed, bool deletes_data) override;
  /// Never adopted: a version of others is not seen.
  Result<void> release(const Address& /*address*/, const Observed& /*observed*/) override {
    return {};
  }

 private:
  /// Ours, the newest first.
  [[nodiscard]] Result<std::vector<Version>> ours(const Address& address,
                                                  const std::string& id) const;
  GuardrailCalls calls_;
};

Result<std::vector<Version>> GuardrailVersionProvider::ours(const Address& address,
                                                            const std::string& id) const {
  const Result<std::vector<Json>> all = calls_.listed(address, id);
  if (!all) {
    return pass_on(all);
  }
  const std::string mark = "bedrocklog " + calls_.identity().stack + ' ';
  std::vector<Version> found;
  for (const Json& entry : *all) {
    const std::string number = text_in(entry, "version");
    Version version{0, text_in(entry, "description")};
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), version.number);
    const bool is_number = error == std::errc{} && end == number.data() + number.size();
    if (is_number && version.description.starts_with(mark)) {
      found.push_back(std::move(version));
    }
  }
  std::sort(found.begin(), found.end(),
            [](const Version& left, const Version& right) { return left.number > right.number; });
  return found;
}

Result<std::optional<Observed>> GuardrailVersionProvider::read(const Address& address) {
  const Result<std::string> id = calls_.id_of(address);
  if (!id) {
    return pass_on(id);
  }
  const Result<std::vector<Version>> versions =
      id->empty() ? std::vector<Version>() : ours(address, *id);
  if (!versions) {
    return pass_on(versions);
  }
  if (versions->empty()) {
    return std::optional<Observed>();
  }
  const Version& newest = versions->front();
  const Json properties = {{"GuardrailIdentifier", *id}, {"Description", newest.description}};
  return std::optional(
      Observed{normal_form(ResourceKind::guardrail_version, properties), Ownership::ours,
               calls_.identity().stack,
               Json{{"Version", std::to_string(newest.number)}, {"GuardrailId", *id}}});
}

Result<void> GuardrailVersionProvider::create(const Address& address, const Json& target) {
  const std::string id = text_in(target, "GuardrailIdentifier");
  const std::string description = text_in(target, "Description");
  // A picture is taken of what is settled.
  const Result<void> ready = calls_.wait_until_ready(address, id);
  if (!ready) {
    return pass_on(ready);
  }
  const Result<std::vector<Version>> before = ours(address, id);
  if (!before) {
    return pass_on(before);
  }
  if (!before->empty() && before->front().description == description) {
    return {};  // Of a run that was cut.
  }
  // The token makes one version of a request that is sent twice; with the version before, since an
  // earlier description may come again.
  const std::string digest = description.substr(description.rfind(' ') + 1);
  const unsigned newest = before->empty() ? 0 : before->front().number;
  const Result<Json> made = calls_.change(
      address, {"CreateGuardrailVersion",
                "POST",
                "/guardrails/" + id,
                {{"description", description},
                 {"clientRequestToken", fmt::format("bedrocklog-{}-{}", digest, newest)}}});
  if (!made) {
    return pass_on(made);
  }
  const Result<std::optional<Observed>> seen =
      seen_soon(calls_.waiter(), [&]() -> Result<std::optional<Observed>> {
        Result<std::optional<Observed>> found = read(address);
        const bool is_other = found && *found && (*found)->properties["Description"] != description;
        return is_other ? std::optional<Observed>() : std::move(found);
      });
  if (!seen) {
    return pass_on(seen);
  }
  if (!*seen) {
    return fault(to_text(address), "was made and is not there");
  }
  return calls_.wait_until_ready(address, id);
}

Result<void> GuardrailVersionProvider::remove(const Address& address, const Observed& observed,
                                              bool /*deletes_data*/) {
  const std::string id = text_in(observed.details, "GuardrailId");
  const Result<std::vector<Version>> versions = ours(address, id);
  if (!versions) {
    return pass_on(versions);
  }
  for (const Version& version : *versions) {
    const Result<Json> gone = calls_.change(
        address,
        {"DeleteGuardrail", "DELETE",
         fmt::format("/guardrails/{}?guardrailVersion={}", id, version.number), Json()},
        true);
    if (!gone) {
      return pass_on(gone);
    }
  }
  return {};
}

}  // namespace

std::unique_ptr<ResourceProvider> make_guardrail_version_provider(aws::ServiceCalls& calls,
                                                                  StackIdentity identity,
                                                                  Waiter waiter) {
  return std::make_unique<GuardrailVersionProvider>(
      GuardrailCalls(calls, std::move(identity), std::move(waiter)));
}

}  // namespace bedrocklog::provision
