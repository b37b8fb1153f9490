// Not there yet.
#include "provision/resource_provider.h"

namespace bedrocklog::provision {
namespace {

class PendingProvider final : public ResourceProvider {
 public:
  Result<std::optional<Observed>> read(const Address& /*address*/) override {
    return std::optional<Observed>();
  }
  Result<void> create(const Address& address, const Json& /*target*/) override {
    return fault(to_text(address), "not built");
  }
  Result<void> update(const Address& address, const Json& /*target*/,
                      const Observed& /*observed*/) override {
    return fault(to_text(address), "not built");
  }
  Result<void> remove(const Address& /*address*/, const Observed& /*observed*/,
                      bool /*deletes_data*/) override {
    return {};
  }
  Result<void> release(const Address& /*address*/, const Observed& /*observed*/) override {
    return {};
  }
};

}  // namespace

std::unique_ptr<ResourceProvider> make_security_group_provider(aws::ServiceCalls& /*calls*/,
                                                               StackIdentity /*identity*/,
                                                               Waiter /*waiter*/) {
  return std::make_unique<PendingProvider>();
}

}  // namespace bedrocklog::provision
