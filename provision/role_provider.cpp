// An IAM role with its inline policies and its permissions boundary.
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "ingest/aws/uri_text.h"
#include "provision/call_fault.h"
#include "provision/mark.h"
#include "provision/normal_form.h"
#include "provision/policy_statements.h"
#include "provision/resource_provider.h"
#include "provision/settling.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;
using aws::XmlElement;

/// Of lists that are read page by page: IAM's quota of policies of a role is far below.
constexpr unsigned pages_max = 100;

/// IAM answers with documents that are percent-encoded.
Json document_of(std::string_view encoded) {
  const std::optional<std::string> text = aws::percent_decoded(encoded);
  return parsed_policy(text ? std::string_view(*text) : encoded);
}

Json tags_of_answer(const XmlElement& role) {
  Json tags = Json::array();
  for (const XmlElement* const tag : role.members("Tags")) {
    tags.push_back(
        {{"Key", std::string(tag->text_of("Key"))}, {"Value", std::string(tag->text_of("Value"))}});
  }
  return tags;
}

/// Document of the inline policy of that name; null: there is none.
Json policy_named(const Json& properties, const std::string& name) {
  for (const Json& policy : properties.value("Policies", Json::array())) {
    if (policy.value("PolicyName", "") == name) {
      return policy.value("PolicyDocument", Json());
    }
  }
  return {};
}

class RoleProvider final : public ResourceProvider {
 public:
  RoleProvider(aws::ServiceCalls& calls, StackIdentity identity, Waiter waiter)
      : calls_(&calls), identity_(std::move(identity)), waiter_(std::move(waiter)) {}

  Result<std::optional<Observed>> read(const Address& address) override;
  Result<void> create(const Address& address, const Json& target) override;
  Result<void> update(const Address& address, const Json& target,
                      const Observed& observed) override;
  Result<void> remove(const Address& address, const Observed& observed, bool deletes_data) override;
  Result<void> release(const Address& address, const Observed& observed) override;

 private:
  CallResult<XmlElement> call(std::string_view action, const Json& members) const {
    return settled<XmlElement>(
        waiter_, iam_settling_ms_max,
        [&] { return calls_->query("iam", identity_.home_region, action, members); },
        [](const aws::CallFailure& failure) { return is_change_under_way(failure); });
  }

  /// A call whose answer says nothing; `gone` is no failure where something is taken away.
  Result<void> change(const Address& address, std::string_view action, const Json& members,
                      bool is_removal = false) const {
    // What was made a moment ago may not be known everywhere yet.
    const CallResult<XmlElement> answer = settled<XmlElement>(
        waiter_, iam_settling_ms_max, [&] { return call(action, members); },
        [&](const aws::CallFailure& failure) {
          return !is_removal && has_code(failure, {"NoSuchEntity"});
        });
    if (!answer && !(is_removal && has_code(answer.error(), {"NoSuchEntity"}))) {
      return refused(address, answer.error());
    }
    return {};
  }

  /// All entries of a list that comes in pages.
  Result<std::vector<std::string>> names(const Address& address, std::string_view action,
                                         std::string_view list, const char* member) const;
  Result<Json> inline_policies(const Address& address) const;
  Result<void> write_policies(const Address& address, const Json& target, const Json& found) const;

  aws::ServiceCalls* calls_;
  StackIdentity identity_;
  Waiter waiter_;
};

Result<std::vector<std::string>> RoleProvider::names(const Address& address,
                                                     std::string_view action, std::string_view list,
                                                     const char* member) const {
  std::vector<std::string> result;
  Json members = {{"RoleName", address.name}};
  for (unsigned page = 0; page < pages_max; ++page) {
    const CallResult<XmlElement> answer = call(action, members);
    if (!answer) {
      if (has_code(answer.error(), {"NoSuchEntity"})) {
        return result;
      }
      return refused(address, answer.error());
    }
    for (const XmlElement* const entry : answer->members(list)) {
      result.emplace_back(member == nullptr ? std::string_view(entry->text)
                                            : entry->text_of(member));
    }
    if (answer->text_of("IsTruncated") != "true" || answer->text_of("Marker").empty()) {
      return result;
    }
    members["Marker"] = std::string(answer->text_of("Marker"));
  }
  return fault(to_text(address), fmt::format("iam {}: the list does not end", action));
}

Result<Json> RoleProvider::inline_policies(const Address& address) const {
  const Result<std::vector<std::string>> policy_names =
      names(address, "ListRolePolicies", "PolicyNames", nullptr);
  if (!policy_names) {
    return pass_on(policy_names);
  }
  Json policies = Json::array();
  for (const std::string& name : *policy_names) {
    const CallResult<XmlElement> answer =
        call("GetRolePolicy", {{"RoleName", address.name}, {"PolicyName", name}});
    if (!answer) {
      // Taken away between the list and this.
      if (has_code(answer.error(), {"NoSuchEntity"})) {
        continue;
      }
      return refused(address, answer.error());
    }
    policies.push_back(
        {{"PolicyName", name}, {"PolicyDocument", document_of(answer->text_of("PolicyDocument"))}});
  }
  return policies;
}

Result<std::optional<Observed>> RoleProvider::read(const Address& address) {
  const CallResult<XmlElement> answer = call("GetRole", {{"RoleName", address.name}});
  if (!answer) {
    if (has_code(answer.error(), {"NoSuchEntity"})) {
      return std::optional<Observed>();
    }
    return refused(address, answer.error());
  }
  const XmlElement* const role = answer->child("Role");
  if (role == nullptr) {
    return fault(to_text(address), "iam GetRole: answered without a role", FaultCause::unavailable);
  }
  Result<Json> policies = inline_policies(address);
  if (!policies) {
    return pass_on(policies);
  }
  Json properties = {
      {"RoleName", std::string(role->text_of("RoleName"))},
      {"AssumeRolePolicyDocument", document_of(role->text_of("AssumeRolePolicyDocument"))},
      {"Policies", std::move(*policies)},
      {"Tags", tags_of_answer(*role)}};
  if (role->child("Description") != nullptr) {
    properties["Description"] = std::string(role->text_of("Description"));
  }
  if (const XmlElement* const boundary = role->child("PermissionsBoundary")) {
    properties["PermissionsBoundary"] = std::string(boundary->text_of("PermissionsBoundaryArn"));
  }
  properties = normal_form(ResourceKind::role, properties);
  const Mark mark = mark_of(tags_of(properties), identity_.stack);
  Json details = {{"Arn", std::string(role->text_of("Arn"))}};
  return std::optional(
      Observed{std::move(properties), mark.ownership, mark.owner, std::move(details)});
}

Result<void> RoleProvider::create(const Address& address, const Json& target) {
  const CallResult<XmlElement> made = call(
      "CreateRole", {{"RoleName", address.name},
                     {"Path", "/"},
                     {"AssumeRolePolicyDocument", target.at("AssumeRolePolicyDocument").dump()},
                     {"Description", target.value("Description", Json())},
                     {"PermissionsBoundary", target.value("PermissionsBoundary", Json())},
                     {"Tags", target.value("Tags", Json::array())}});
  if (made) {
    return write_policies(address, target, Json::object());
  }
  if (!has_code(made.error(), {"EntityAlreadyExists"})) {
    return refused(address, made.error());
  }
  // Of a run that was cut, or whose answer was lost.
  return update_when_seen(waiter_, address, target);
}

Result<void> RoleProvider::write_policies(const Address& address, const Json& target,
                                          const Json& found) const {
  for (const Json& policy : target.value("Policies", Json::array())) {
    const std::string name = policy.at("PolicyName").get<std::string>();
    const Json& document = policy.at("PolicyDocument");
    if (policy_named(found, name) == document) {
      continue;
    }
    const Result<void> written = change(
        address, "PutRolePolicy",
        {{"RoleName", address.name}, {"PolicyName", name}, {"PolicyDocument", document.dump()}});
    if (!written) {
      return pass_on(written);
    }
  }
  // Ours of before, under a name that is no longer wanted.
  for (const Json& policy : found.value("Policies", Json::array())) {
    const std::string name = policy.value("PolicyName", "");
    if (!name.starts_with(sid_prefix) || !policy_named(target, name).is_null()) {
      continue;
    }
    const Result<void> gone = change(address, "DeleteRolePolicy",
                                     {{"RoleName", address.name}, {"PolicyName", name}}, true);
    if (!gone) {
      return pass_on(gone);
    }
  }
  return {};
}

Result<void> RoleProvider::update(const Address& address, const Json& target,
                                  const Observed& observed) {
  const Json& found = observed.properties;
  const auto is_other = [&](const char* member) {
    return target.contains(member) &&
           !differences(ResourceKind::role, {{member, target[member]}}, found).empty();
  };
  struct Write {
    const char* member;
    const char* action;
    Json members;
  };
  const Json boundary = target.value("PermissionsBoundary", Json());  // Null: to be without.
  const std::vector<Write> writes = {
      {"PermissionsBoundary",
       boundary.is_null() ? "DeleteRolePermissionsBoundary" : "PutRolePermissionsBoundary",
       {{"RoleName", address.name}, {"PermissionsBoundary", boundary}}},
      {"Tags", "TagRole", {{"RoleName", address.name}, {"Tags", target.value("Tags", Json())}}},
      {"AssumeRolePolicyDocument",
       "UpdateAssumeRolePolicy",
       {{"RoleName", address.name},
        {"PolicyDocument", target.value("AssumeRolePolicyDocument", Json()).dump()}}},
      {"Description",
       "UpdateRole",
       {{"RoleName", address.name}, {"Description", target.value("Description", Json())}}}};
  for (const Write& write : writes) {
    if (is_other(write.member)) {
      // A boundary that is gone already is as good.
      const bool is_removal = boundary.is_null() && write.member == writes.front().member;
      const Result<void> written = change(address, write.action, write.members, is_removal);
      if (!written) {
        return pass_on(written);
      }
    }
  }
  return write_policies(address, target, found);
}

Result<void> RoleProvider::remove(const Address& address, const Observed& /*observed*/,
                                  bool /*deletes_data*/) {
  // A role goes only when it is bare, also of what others put on ours.
  const Result<std::vector<std::string>> policies =
      names(address, "ListRolePolicies", "PolicyNames", nullptr);
  const Result<std::vector<std::string>> attached =
      names(address, "ListAttachedRolePolicies", "AttachedPolicies", "PolicyArn");
  for (const auto* const list : {&policies, &attached}) {
    if (!*list) {
      return pass_on(*list);
    }
  }
  for (const std::string& name : *policies) {
    const Result<void> gone = change(address, "DeleteRolePolicy",
                                     {{"RoleName", address.name}, {"PolicyName", name}}, true);
    if (!gone) {
      return pass_on(gone);
    }
  }
  for (const std::string& arn : *attached) {
    const Result<void> gone =
        change(address, "DetachRolePolicy", {{"RoleName", address.name}, {"PolicyArn", arn}}, true);
    if (!gone) {
      return pass_on(gone);
    }
  }
  return change(address, "DeleteRole", {{"RoleName", address.name}}, true);
}

Result<void> RoleProvider::release(const Address& address, const Observed& observed) {
  const Result<void> policies = write_policies(address, Json::object(), observed.properties);
  if (!policies) {
    return pass_on(policies);
  }
  const std::vector<std::string> keys = our_tag_keys(observed.properties);
  return keys.empty()
             ? Result<void>()
             : change(address, "UntagRole", {{"RoleName", address.name}, {"TagKeys", keys}}, true);
}

}  // namespace

std::unique_ptr<ResourceProvider> make_role_provider(aws::ServiceCalls& calls,
                                                     StackIdentity identity, Waiter waiter) {
  return std::make_unique<RoleProvider>(calls, std::move(identity), std::move(waiter));
}

}  // namespace bedrocklog::provision
