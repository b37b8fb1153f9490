// The alias of a KMS key: ours when its key is.
#include <string>
#include <utility>

#include "provision/answer_members.h"
#include "provision/call_fault.h"
#include "provision/key_calls.h"
#include "provision/normal_form.h"
#include "provision/settling.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;

class KeyAliasProvider final : public ResourceProvider {
 public:
  explicit KeyAliasProvider(KeyCalls calls) : calls_(std::move(calls)) {}

  Result<std::optional<Observed>> read(const Address& address) override;
  Result<void> create(const Address& address, const Json& target) override;
  Result<void> update(const Address& address, const Json& target,
                      const Observed& observed) override {
    return differences(ResourceKind::key_alias, target, observed.properties).empty()
               ? Result<void>()
               : result_of(address, write(address, "UpdateAlias", target));
  }
  Result<void> remove(const Address& address, const Observed& /*observed*/,
                      bool /*deletes_data*/) override {
    const CallResult<Json> answer =
        calls_.call(address, "DeleteAlias", {{"AliasName", address.name}});
    return !answer && has_code(answer.error(), {"NotFoundException"}) ? Result<void>()
                                                                      : result_of(address, answer);
  }
  /// It was there with the key that was adopted, and stays with it.
  Result<void> release(const Address& /*address*/, const Observed& /*observed*/) override {
    return {};
  }

 private:
  static Result<void> result_of(const Address& address, const CallResult<Json>& answer) {
    return answer ? Result<void>() : Result<void>(refused(address, answer.error()));
  }
  CallResult<Json> write(const Address& address, std::string_view operation,
                         const Json& target) const {
    return calls_.change(
        address, operation,
        {{"AliasName", address.name}, {"TargetKeyId", target.value("TargetKeyId", Json())}});
  }

  KeyCalls calls_;
};

Result<std::optional<Observed>> KeyAliasProvider::read(const Address& address) {
  const Result<std::optional<Json>> asked = calls_.metadata(address, address.name);
  if (!asked) {
    return pass_on(asked);
  }
  const std::optional<Json>& key = *asked;
  if (!key) {
    return std::optional<Observed>();
  }
  const std::string id = text_in(*key, "KeyId");
  const Result<std::optional<Tags>> tags = calls_.tags(address, id);
  if (!tags) {
    return pass_on(tags);
  }
  const std::optional<Tags>& told = *tags;
  const Mark mark = told ? mark_of(*told, calls_.identity().stack) : Mark();
  const Json properties = {{"AliasName", address.name}, {"TargetKeyId", id}};
  return std::optional(Observed{normal_form(ResourceKind::key_alias, properties),
                                mark.ownership,
                                mark.owner,
                                {{"KeyState", text_in(*key, "KeyState")}}});
}

Result<void> KeyAliasProvider::create(const Address& address, const Json& target) {
  const CallResult<Json> made = write(address, "CreateAlias", target);
  if (made || !has_code(made.error(), {"AlreadyExistsException"})) {
    return result_of(address, made);
  }
  return update_when_seen(calls_.waiter(), address, target);
}

}  // namespace

std::unique_ptr<ResourceProvider> make_key_alias_provider(aws::ServiceCalls& calls,
                                                          StackIdentity identity, Waiter waiter) {
  return std::make_unique<KeyAliasProvider>(
      KeyCalls(calls, std::move(identity), std::move(waiter)));
}

}  // namespace bedrocklog::provision
