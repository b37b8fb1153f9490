// The invocation-logging configuration of a region: read, replaced whole, deleted.
#include <utility>

#include "provision/call_fault.h"
#include "provision/logging_singleton.h"
#include "provision/normal_form.h"
#include "provision/resource_provider.h"
#include "provision/settling.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;

constexpr const char* path = "/logging/modelinvocations";

class LoggingProvider final : public ResourceProvider {
 public:
  LoggingProvider(aws::ServiceCalls& calls, Waiter waiter)
      : calls_(&calls), waiter_(std::move(waiter)) {}

  Result<std::optional<Observed>> read(const Address& address) override {
    const CallResult<Json> answer = calls_->rest_json(
        "bedrock", address.region, "GetModelInvocationLoggingConfiguration", "GET", path, Json());
    if (!answer) {
      return refused(address, answer.error());
    }
    const auto found = answer->find("loggingConfig");
    if (found == answer->end() || !found->is_object() || found->empty()) {
      return std::optional<Observed>();
    }
    // It carries no mark: the plan tells by its destinations whose it is.
    return std::optional(Observed{normal_form(ResourceKind::logging_configuration, *found),
                                  Ownership::foreign, "", Json::object()});
  }

  Result<void> create(const Address& address, const Json& target) override {
    const Result<std::optional<Observed>> now = read(address);
    if (!now) {
      return pass_on(now);
    }
    if (*now && relation_of(target, &(*now)->properties) == LoggingRelation::foreign) {
      return came_meanwhile(address);
    }
    return put(address, target);
  }

  /// There is no version to compare and set by: looking just before is the best there is.
  Result<void> update(const Address& address, const Json& target,
                      const Observed& observed) override {
    const Result<std::optional<Observed>> now = read(address);
    if (!now) {
      return pass_on(now);
    }
    const Json found = *now ? (*now)->properties : Json::object();
    if (found == target) {
      return {};
    }
    if (found != observed.properties) {
      return fault(to_text(address), "has been changed by somebody since the plan; plan again");
    }
    return put(address, target);
  }

  Result<void> remove(const Address& address, const Observed& observed,
                      bool /*deletes_data*/) override {
    const Result<std::optional<Observed>> now = read(address);
    if (!now) {
      return pass_on(now);
    }
    if (!*now) {
      return {};
    }
    if ((*now)->properties != observed.properties) {
      return fault(to_text(address), "has been changed by somebody since the plan; plan again");
    }
    const CallResult<Json> gone =
        calls_->rest_json("bedrock", address.region, "DeleteModelInvocationLoggingConfiguration",
                          "DELETE", path, Json());
    if (!gone) {
      return refused(address, gone.error());
    }
    return {};
  }

  /// Our part is taken out by an update; there is no mark to take off.
  Result<void> release(const Address& /*address*/, const Observed& /*observed*/) override {
    return {};
  }

 private:
  Result<void> put(const Address& address, const Json& target) const {
    // Bedrock tries the role before it accepts; one that was made a moment ago needs a while.
    const CallResult<Json> answer = settled<Json>(
        waiter_, iam_settling_ms_max,
        [&] {
          return calls_->rest_json("bedrock", address.region,
                                   "PutModelInvocationLoggingConfiguration", "PUT", path,
                                   {{"loggingConfig", target}});
        },
        [](const aws::CallFailure& failure) { return is_role_not_settled(failure); });
    if (!answer) {
      return refused(address, answer.error());
    }
    return {};
  }

  aws::ServiceCalls* calls_;
  Waiter waiter_;
};

}  // namespace

std::unique_ptr<ResourceProvider> make_logging_provider(aws::ServiceCalls& calls,
                                                        StackIdentity /*identity*/, Waiter waiter) {
  return std::make_unique<LoggingProvider>(calls, std::move(waiter));
}

}  // namespace bedrocklog::provision
