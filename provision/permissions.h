// The least an identity must be allowed, as IAM policy documents.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "provision/stack_spec.h"

namespace bedrocklog::provision {

enum class PermissionMode : std::uint8_t {
  plan,
  apply,
  destroy,
  read_archive,
  finance_reader,
  canary,
  admin,
};
[[nodiscard]] std::optional<PermissionMode> permission_mode_named(std::string_view name);
[[nodiscard]] const std::vector<std::string_view>& permission_mode_names();

/// The IAM actions that an API call needs, by its name in the service model: of "s3",
/// "GetBucketEncryption" it is s3:GetEncryptionConfiguration. Also those that a service asks for
/// beside it (tags at creation, the key of a guardrail). Empty: it needs none. Nothing: no call of
/// ours.
[[nodiscard]] std::optional<std::vector<std::string>> actions_of(std::string_view service,
                                                                 std::string_view operation);

/// Limited to the stack's ARNs wherever the service allows it; where AWS makes the id up, to things
/// with the stack's tag (unless --adopt names the kind: what is adopted has none before).
/// Statements whose Sid ends in WithoutResource hold what it does not; no other has "*" alone as
/// its resource.
/// - plan: what plan, verify and outputs read.
/// - apply: that, and what makes and changes the stack, and what takes away things that hold no
///   data: other settings retire them, and a failed run is undone. Buckets, log groups and keys
///   that a failed run made stay unless the rights of destroy are there beside it.
/// - destroy: what is read, and what takes the stack away, its data included.
/// - read_archive: listing and reading the logs, nothing else.
/// - finance_reader: that, the reports bucket, and what AWS says about costs and budgets.
/// - canary: that of plan and read_archive, and searching the log group, prompts included, for the
///   record of a canary.
/// - admin: all of these.
/// `recorded` are further profiles that the stack had (profile_record.h), whose things apply and
/// destroy take away. KMS learns of a new key's tags only after minutes, so that an encrypted
/// guardrail may be refused until then: apply again.
[[nodiscard]] Json permission_policy(const StackSpec& spec, PermissionMode mode,
                                     const std::set<std::string>& recorded = {});

/// What IAM takes in one managed policy, white space not counted (IAM and AWS STS quotas).
inline constexpr std::size_t managed_policy_characters_max = 6'144;

/// The same rights in as few documents as its statements fill in their order, each within the
/// limit; a statement that is too long alone is given for a part of its resources at a time. At
/// least one document.
[[nodiscard]] std::vector<Json> policy_parts(
    const Json& policy, std::size_t characters_max = managed_policy_characters_max);

/// Whether `policy` allows the action on the resource: the small part of IAM's evaluation that
/// these documents need (Allow, Action and Resource with * and ?; conditions count as met).
[[nodiscard]] bool allows(const Json& policy, std::string_view action, std::string_view resource);

/// Whether the policy lets an API call through. `resource` is the ARN that it is about, "*": none.
/// Of calls that are about several things at once (an endpoint and its subnets, a guardrail and its
/// key) rights to the others count on whatever resource they are given. False for no call of ours.
[[nodiscard]] bool allows_call(const Json& policy, std::string_view service,
                               std::string_view operation, std::string_view resource);

}  // namespace bedrocklog::provision
