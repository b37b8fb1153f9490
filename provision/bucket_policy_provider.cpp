// The bucket policy: one document for all who have a say, of which ours are some statements.
#include <utility>

#include "provision/bucket_calls.h"
#include "provision/call_fault.h"
#include "provision/normal_form.h"
#include "provision/policy_statements.h"
#include "provision/resource_provider.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;
using aws::HttpResponse;

class BucketPolicyProvider final : public ResourceProvider {
 public:
  BucketPolicyProvider(aws::ServiceCalls& calls, const StackIdentity& identity, Waiter waiter)
      : calls_(calls, identity.account, std::move(waiter)) {}

  Result<std::optional<Observed>> read(const Address& address) override {
    const Result<std::optional<Json>> policy = read_policy(address);
    if (!policy) {
      return refused_to_read(address, policy.error());
    }
    if (!*policy) {
      return std::optional<Observed>();
    }
    // Whose the bucket is, the bucket's own step tells.
    Observed observed;
    observed.ownership = Ownership::ours;
    observed.properties = normal_form(ResourceKind::bucket_policy,
                                      {{"Bucket", address.name}, {"PolicyDocument", **policy}});
    return std::optional(std::move(observed));
  }

  Result<void> create(const Address& address, const Json& target) override {
    return write(address, target.at("PolicyDocument"));
  }
  Result<void> update(const Address& address, const Json& target, const Observed&) override {
    return write(address, target.at("PolicyDocument"));
  }
  Result<void> remove(const Address& address, const Observed&, bool) override {
    return write(address, Json());
  }
  Result<void> release(const Address& address, const Observed&) override {
    return write(address, Json());
  }

 private:
  Result<std::optional<Json>> read_policy(const Address& address) const {
    const CallResult<HttpResponse> answer = calls_.get(address, "GetBucketPolicy", "policy");
    if (answer) {
      return std::optional(parsed_policy(answer->body));
    }
    if (has_code(answer.error(), {"NoSuchBucketPolicy", "NoSuchBucket"})) {
      return std::optional<Json>();
    }
    return refused(address, answer.error());
  }

  /// A bucket that is not to be seen at all is no fault here: its own step says so.
  Result<std::optional<Observed>> refused_to_read(const Address& address,
                                                  const Fault& failure) const {
    const Result<BucketHead> head = head_bucket(calls_, address);
    if (!head || head->access != BucketAccess::refused) {
      return tl::unexpected(failure);
    }
    Observed taken;
    taken.ownership = Ownership::inaccessible;
    taken.properties = {{"Bucket", address.name}};
    return std::optional(std::move(taken));
  }

  /// Read again just before: what others wrote since the plan stays.
  Result<void> write(const Address& address, const Json& ours) const {
    const Result<std::optional<Json>> current = read_policy(address);
    if (!current) {
      return pass_on(current);
    }
    if (!*current && ours.is_null()) {
      return {};
    }
    const Json merged = with_our_statements(current->value_or(Json::object()), ours);
    const CallResult<HttpResponse> written =
        has_statements(merged) ? calls_.put(address, "PutBucketPolicy", "policy", merged.dump())
                               : calls_.drop(address, "DeleteBucketPolicy", "policy");
    if (!written) {
      return refused(address, written.error());
    }
    return {};
  }

  BucketCalls calls_;
};

}  // namespace

std::unique_ptr<ResourceProvider> make_bucket_policy_provider(aws::ServiceCalls& calls,
                                                              StackIdentity identity,
                                                              Waiter waiter) {
  return std::make_unique<BucketPolicyProvider>(calls, identity, std::move(waiter));
}

}  // namespace bedrocklog::provision
