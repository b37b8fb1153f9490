// Operations on guardrails: found by name, and waiting while Bedrock is busy with one.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/aws/service_calls.h"
#include "provision/resource_provider.h"

namespace bedrocklog::provision {

/// Borrows the calls.
class GuardrailCalls {
 public:
  GuardrailCalls(aws::ServiceCalls& calls, StackIdentity identity, Waiter waiter)
      : calls_(&calls), identity_(std::move(identity)), waiter_(std::move(waiter)) {}

  struct Operation {
    std::string name;    // "UpdateGuardrail".
    std::string method;  // "PUT".
    std::string path;
    Json body;  // Null: none.
  };

  [[nodiscard]] const StackIdentity& identity() const { return identity_; }
  [[nodiscard]] const Waiter& waiter() const { return waiter_; }

  /// As it is.
  [[nodiscard]] aws::CallResult<Json> send(const Address& address,
                                           const Operation& operation) const {
    return calls_->rest_json("bedrock", address.region, operation.name, operation.method,
                             operation.path, operation.body);
  }
  /// Again while Bedrock is busy with another change, or does not know yet what was made a moment
  /// ago. Gone already is no failure of a removal.
  [[nodiscard]] Result<Json> change(const Address& address, const Operation& operation,
                                    bool is_removal = false) const;

  /// Entries of ListGuardrails: all of the region, or with an id that guardrail's versions, the
  /// draft among them. A guardrail that is not there has none.
  [[nodiscard]] Result<std::vector<Json>> listed(const Address& address,
                                                 const std::string& id = {}) const;
  /// The id of the guardrail that the address names; "": none, or it is being deleted.
  [[nodiscard]] Result<std::string> id_of(const Address& address) const;
  /// Until nothing is under way in it. A guardrail that failed is a Fault with Bedrock's reasons.
  [[nodiscard]] Result<void> wait_until_ready(const Address& address, const std::string& id) const;

 private:
  aws::ServiceCalls* calls_;
  StackIdentity identity_;
  Waiter waiter_;
};

}  // namespace bedrocklog::provision
