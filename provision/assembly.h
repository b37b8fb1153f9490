// Puts a desired state together, profile by profile.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/resource.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {

/// Version of every policy document.
inline constexpr const char* policy_version = "2012-10-17";

/// Collects resources. What another resource needs is added before it.
class Assembly {
 public:
  /// `spec` outlives it.
  explicit Assembly(const StackSpec& spec) : spec_(&spec) {}

  [[nodiscard]] const StackSpec& spec() const { return *spec_; }

  /// What is added from now on is of this profile.
  void begin(std::string_view profile) { profile_ = profile; }

  /// Properties in any form. What they refer to (reference.h) is needed, too. One that is there
  /// already (two profiles want it) stays as it was added first.
  void add(Component component, Address address, const Json& properties,
           std::vector<Address> needs = {});
  /// The same with the user's tags, our mark, and the profile it is of.
  void add_tagged(Component component, Address address, Json properties,
                  std::vector<Address> needs = {});
  /// Somebody else's, used and never changed. Two profiles may use it.
  void add_reused(Component component, Address address);
  void add_family(Family family) { state_.families.push_back(std::move(family)); }
  void add_unsupported(Address address, std::string reason);
  [[nodiscard]] bool has(const Address& address) const { return state_.find(address) != nullptr; }

  /// ARN of the key that encrypts what is in the region, or a reference to it; null: none.
  /// `given` is the ARN of the configuration for this one thing and wins.
  [[nodiscard]] Json key_of(std::string_view region, const std::string& given = {}) const;

  [[nodiscard]] DesiredState take() { return std::move(state_); }

 private:
  const StackSpec* spec_;
  std::string profile_;
  DesiredState state_;
};

// The parts, each in a file of its own, in the order in which desired_state() adds them.

/// secure: the key with its alias in every region. secure_key.cpp.
void add_encryption(Assembly& assembly);
/// All profiles: role, bucket, log group, logging configuration. logging_plane.cpp.
void add_logging_plane(Assembly& assembly);
/// core_profile.cpp.
void add_core(Assembly& assembly);
/// observability and secure: alarms L1 to L3. They ring at the topic of the one and at the critical
/// topic of the other: every profile adds its topics first. delivery_alarms.cpp.
void add_delivery_alarms(Assembly& assembly);
/// observability_profile.cpp.
void add_observability(Assembly& assembly);
/// secure_profile.cpp.
void add_secure(Assembly& assembly);
/// secure: composite alarms over the alarms that are there by then. health_composites.cpp.
void add_health_composites(Assembly& assembly);

/// "bedrocklog-STACK" of the region.
[[nodiscard]] Address stack_key(const StackSpec& spec, std::string_view region);
/// Topic of observability: "bedrock-monitoring-alerts-ENV".
[[nodiscard]] Address monitoring_topic(const StackSpec& spec, std::string_view region);
/// Topic of secure: `alert_class` is "critical", "performance" or "cost":
/// "bedrock-CLASS-alerts".
[[nodiscard]] Address class_topic(std::string_view region, std::string_view alert_class);
[[nodiscard]] std::string arn_of_topic(const StackSpec& spec, const Address& topic);

/// A topic encrypted with the stack's key if there is one, its policy (alarms of account and region
/// publish; with `services` also those, as "events.amazonaws.com") and its subscriptions. Gives
/// what an alarm must wait for.
std::vector<Address> add_topic(Assembly& assembly, const Address& topic,
                               const std::vector<std::string>& services,
                               const std::vector<Subscriber>& subscribers);

/// `topic_arn` is that of `topic`, which may be somebody else's.
void add_subscriptions(Assembly& assembly, const Address& topic, const std::string& topic_arn,
                       const std::vector<Subscriber>& subscribers);

/// Bucket of ours: encrypted, versioned, private, TLS only; objects below `prefix` expire after
/// `days`, or stay where it is 0. `statements` are added to its policy.
void add_bucket(Assembly& assembly, const Address& bucket, const std::string& prefix, unsigned days,
                const std::vector<Json>& statements);

/// These statements, and denials without TLS and, with profile secure, below TLS 1.2.
[[nodiscard]] Json bucket_policy(const StackSpec& spec, const std::string& bucket,
                                 const std::vector<Json>& statements);

/// Log group with the stack's retention and key.
void add_log_group(Assembly& assembly, const Address& log_group);

/// What a role is made of. The inline policy's name begins with "Bedrocklog".
struct RoleDraft {
  std::string name;
  std::string description;
  Json trust;
  std::string policy_name;
  Json permissions;
};
/// With the permissions boundary of the configuration.
void add_role(Assembly& assembly, const RoleDraft& role);

/// {"StringEquals": {aws:SourceAccount}, "ArnLike": {aws:SourceArn: sources}}: who a service acts
/// for, so that nobody else's request can use our right.
[[nodiscard]] Json source_condition(const StackSpec& spec, const Json& sources);

}  // namespace bedrocklog::provision
