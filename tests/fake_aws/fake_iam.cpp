// IAM of the fake: roles with their inline and attached policies.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "ingest/aws/ascii_case.h"
#include "ingest/aws/uri_text.h"
#include "tests/fake_aws/fake_iam_members.h"
#include "tests/fake_aws/fake_members.h"
#include "tests/fake_aws/fake_policy.h"
#include "tests/fake_aws/fake_role.h"
#include "tests/fake_aws/fake_service.h"
#include "tests/fake_aws/fake_tags.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::size_t trust_size_max_bytes = 2'048;
constexpr std::size_t inline_size_max_bytes = 10'240;
constexpr std::size_t attached_max = 10;
constexpr std::int64_t page_size_default = 100;
constexpr std::int64_t session_seconds_max = 43'200;

using Role = FakeRole;
/// What the fake's IAM refuses as it answers.
using Refusal = std::optional<FakeAnswer>;

FakeAnswer malformed(const std::string& message) {
  return query_error(400, "MalformedPolicyDocument", message);
}

Refusal read_document(PolicyKind kind, const std::string& text, Json& into) {
  into = Json::parse(text, nullptr, false);
  if (into.is_discarded()) {
    return malformed("This policy contains invalid Json");
  }
  const std::string wrong = policy_fault(kind, into);
  return wrong.empty() ? Refusal() : malformed(wrong);
}

Refusal read_tags(const Json& list, FakeTags& into) {
  std::set<std::string> keys;
  for (const Json& tag : list) {
    const std::string key = text_member(tag, "Key");
    const std::string value = text_member(tag, "Value");
    if (const std::string wrong = tag_fault(key, value); !wrong.empty()) {
      return query_error(400, "InvalidInput", wrong);
    }
    if (!keys.insert(aws::lower_case(key)).second) {
      return query_error(
          400, "InvalidInput",
          "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    }
    into[key] = value;
  }
  if (into.size() > tags_max) {
    return query_error(409, "LimitExceeded", "The number of tags has reached the maximum limit.");
  }
  return std::nullopt;
}

/// A page of a list: its members, and where the next one begins.
FakeAnswer page_answer(const FakeCall& call, const std::string& list,
                       const std::vector<std::pair<std::string, std::string>>& entries) {
  const std::int64_t size = whole_member(call.json, "MaxItems", page_size_default);
  if (size < 1 || size > 1'000) {
    return query_error(400, "ValidationError", "MaxItems is out of range");
  }
  const std::string after = text_member(call.json, "Marker");
  std::string xml;
  std::string last;
  bool is_truncated = false;
  for (std::int64_t count = 0; const auto& [name, entry] : entries) {
    if (name <= after) {
      continue;
    }
    if (count++ == size) {
      is_truncated = true;
      break;
    }
    xml += "<member>" + entry + "</member>";
    last = name;
  }
  xml = '<' + list + '>' + xml + "</" + list + '>' +
        xml_element("IsTruncated", is_truncated ? "true" : "false");
  return query_answer(call.operation, is_truncated ? xml + xml_element("Marker", last) : xml);
}

/// All statements of the role's own policies in one document.
Json inline_policies(const Role& role) {
  Json together = {{"Version", "2012-10-17"}, {"Statement", Json::array()}};
  for (const auto& [name, document] : role.policies) {
    for (const Json& statement : policy_statements(document)) {
      together["Statement"].push_back(statement);
    }
  }
  return together;
}

class FakeIam : public FakeService {
 public:
  explicit FakeIam(FakeWorld& world) : world_(world) {
    world_.role_may_write_log_group = [this](const std::string& role, const std::string& group) {
      return may_write(role, group);
    };
    world_.role_trusts = [this](const std::string& role, const PolicyQuestion& question) {
      const Role* const found = usable_role(role);
      return found != nullptr && policy_allows(PolicyKind::trust, found->trust, question);
    };
    world_.role_allows = [this](const std::string& role, const PolicyQuestion& question) {
      const Role* const found = usable_role(role);
      return found != nullptr &&
             policy_allows(PolicyKind::identity, inline_policies(*found), question);
    };
    world_.has_role = [this](const std::string& arn) {
      return std::any_of(roles_.begin(), roles_.end(), [&](const auto& entry) {
        return arn_of(entry.second.path, entry.second.name) == arn &&
               world_.requests >= entry.second.usable_from;
      });
    };
  }

  FakeAnswer handle(const FakeCall& call) override;
  FakeAnswer describe(const FakeCall& call) const override;
  Json snapshot() const override;
  void restore(const Json& snapshot) override;

 private:
  struct Operation {
    std::span<const Member> members;
    FakeAnswer (FakeIam::*run)(const FakeCall&, Role&);
    bool is_change = false;
  };
  static const std::map<std::string, Operation>& operations();

  FakeAnswer create(const FakeCall& call);
  FakeAnswer get(const FakeCall& call, Role& role);
  FakeAnswer put_trust(const FakeCall& call, Role& role);
  FakeAnswer update(const FakeCall& call, Role& role);
  FakeAnswer tag(const FakeCall& call, Role& role);
  FakeAnswer untag(const FakeCall& call, Role& role);
  FakeAnswer list_tags(const FakeCall& call, Role& role);
  FakeAnswer put_policy(const FakeCall& call, Role& role);
  FakeAnswer get_policy(const FakeCall& call, Role& role);
  FakeAnswer list_policies(const FakeCall& call, Role& role);
  FakeAnswer delete_policy(const FakeCall& call, Role& role);
  FakeAnswer put_boundary(const FakeCall& call, Role& role);
  FakeAnswer drop_boundary(const FakeCall& call, Role& role);
  FakeAnswer attach(const FakeCall& call, Role& role);
  FakeAnswer list_attached(const FakeCall& call, Role& role);
  FakeAnswer detach(const FakeCall& call, Role& role);
  FakeAnswer remove(const FakeCall& call, Role& role);

  [[nodiscard]] bool may_write(const std::string& role_arn, const std::string& group_arn) const;
  /// Null: it is not there, or services do not know it yet.
  [[nodiscard]] const Role* usable_role(const std::string& role_arn) const;
  [[nodiscard]] std::string arn_of(const std::string& path, const std::string& name) const {
    return "arn:" + world_.partition + ":iam::" + world_.account + ":role" + path + name;
  }
  /// Of this account, or one that AWS manages.
  [[nodiscard]] bool is_policy_arn(const std::string& arn) const {
    const std::string start = "arn:" + world_.partition + ":iam::";
    return arn.starts_with(start + "aws:policy/") ||
           arn.starts_with(start + world_.account + ":policy/");
  }
  /// Bedrock learns of it later.
  void changed(Role& role) const { role.usable_from = world_.requests + world_.iam_lag_requests; }

  FakeWorld& world_;
  std::map<std::string, Role> roles_;  // By name in lower case: names differ by more than case.
};

const std::map<std::string, FakeIam::Operation>& FakeIam::operations() {
  static const std::map<std::string, Operation> all = {
      {"CreateRole", {iam::create_members, nullptr, true}},
      {"GetRole", {iam::name_members, &FakeIam::get}},
      {"UpdateAssumeRolePolicy", {iam::trust_members, &FakeIam::put_trust, true}},
      {"UpdateRole", {iam::update_members, &FakeIam::update, true}},
      {"TagRole", {iam::tagging_members, &FakeIam::tag, true}},
      {"UntagRole", {iam::untagging_members, &FakeIam::untag, true}},
      {"ListRoleTags", {iam::list_members, &FakeIam::list_tags}},
      {"PutRolePolicy", {iam::put_policy_members, &FakeIam::put_policy, true}},
      {"GetRolePolicy", {iam::policy_members, &FakeIam::get_policy}},
      {"ListRolePolicies", {iam::list_members, &FakeIam::list_policies}},
      {"DeleteRolePolicy", {iam::policy_members, &FakeIam::delete_policy, true}},
      {"PutRolePermissionsBoundary", {iam::boundary_members, &FakeIam::put_boundary, true}},
      {"DeleteRolePermissionsBoundary", {iam::name_members, &FakeIam::drop_boundary, true}},
      {"AttachRolePolicy", {iam::attach_members, &FakeIam::attach, true}},
      {"ListAttachedRolePolicies", {iam::attached_list_members, &FakeIam::list_attached}},
      {"DetachRolePolicy", {iam::attach_members, &FakeIam::detach, true}},
      {"DeleteRole", {iam::name_members, &FakeIam::remove, true}},
  };
  return all;
}

FakeAnswer FakeIam::describe(const FakeCall& call) const {
  FakeAnswer answer;
  answer.operation = call.operation;
  const auto found = operations().find(call.operation);
  answer.is_change = found != operations().end() && found->second.is_change;
  const std::string name = text_member(call.json, "RoleName");
  if (!name.empty()) {
    const auto role = roles_.find(aws::lower_case(name));
    answer.resource = role == roles_.end() ? arn_of(text_member(call.json, "Path", "/"), name)
                                           : arn_of(role->second.path, role->second.name);
  }
  return answer;
}

FakeAnswer FakeIam::handle(const FakeCall& call) {
  const auto operation = operations().find(call.operation);
  if (operation == operations().end()) {
    return unknown_operation(call);
  }
  if (auto refused = members_refusal(call, operation->second.members)) {
    return *refused;
  }
  if (!is_latin(text_member(call.json, "Description"))) {
    return query_error(400, "ValidationError",
                       "Value at 'description' failed to satisfy constraint: Member must satisfy "
                       "regular expression pattern: "
                       "[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*");
  }
  const std::int64_t seconds = whole_member(call.json, "MaxSessionDuration", session_seconds_min);
  if (seconds < session_seconds_min || seconds > session_seconds_max) {
    return query_error(400, "ValidationError", "MaxSessionDuration is out of range");
  }
  const std::string boundary = text_member(call.json, "PermissionsBoundary");
  if (!boundary.empty() && !is_policy_arn(boundary)) {
    return query_error(400, "InvalidInput", "ARN " + boundary + " is not valid.");
  }
  if (operation->second.run == nullptr) {
    return create(call);
  }
  const std::string name = text_member(call.json, "RoleName");
  const auto role = roles_.find(aws::lower_case(name));
  const bool is_read = !operation->second.is_change;
  if (role == roles_.end() || (is_read && world_.requests < role->second.seen_from)) {
    return query_error(404, "NoSuchEntity", "The role with name " + name + " cannot be found.");
  }
  return (this->*operation->second.run)(call, role->second);
}

FakeAnswer FakeIam::create(const FakeCall& call) {
  Role role;
  role.name = text_member(call.json, "RoleName");
  role.path = text_member(call.json, "Path", "/");
  const std::string trust = text_member(call.json, "AssumeRolePolicyDocument");
  if (auto refused = read_document(PolicyKind::trust, trust, role.trust)) {
    return *refused;
  }
  if (policy_size_bytes(trust) > trust_size_max_bytes) {
    return query_error(409, "LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048");
  }
  if (auto refused = read_tags(call.json.value("Tags", Json::array()), role.tags)) {
    return *refused;
  }
  if (call.json.contains("Description")) {
    role.description = text_member(call.json, "Description");
  }
  role.session_seconds = whole_member(call.json, "MaxSessionDuration", session_seconds_min);
  role.boundary = text_member(call.json, "PermissionsBoundary");
  const std::string key = aws::lower_case(role.name);
  if (roles_.contains(key)) {
    return query_error(409, "EntityAlreadyExists",
                       "Role with name " + role.name + " already exists.");
  }
  role.seen_from = world_.requests + world_.read_lag_requests;
  changed(role);
  const Role& made = roles_[key] = std::move(role);
  return query_answer(call.operation, role_xml(made, arn_of(made.path, made.name)));
}

FakeAnswer FakeIam::get(const FakeCall& call, Role& role) {
  return query_answer(call.operation, role_xml(role, arn_of(role.path, role.name)));
}

FakeAnswer FakeIam::put_trust(const FakeCall& call, Role& role) {
  const std::string text = text_member(call.json, "PolicyDocument");
  Json trust;
  if (auto refused = read_document(PolicyKind::trust, text, trust)) {
    return *refused;
  }
  if (policy_size_bytes(text) > trust_size_max_bytes) {
    return query_error(409, "LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048");
  }
  role.trust = std::move(trust);
  changed(role);
  return query_answer(call.operation, "");
}

FakeAnswer FakeIam::update(const FakeCall& call, Role& role) {
  if (call.json.contains("Description")) {
    role.description = text_member(call.json, "Description");
  }
  role.session_seconds = whole_member(call.json, "MaxSessionDuration", role.session_seconds);
  return query_answer(call.operation, "");
}

FakeAnswer FakeIam::tag(const FakeCall& call, Role& role) {
  FakeTags tags = role.tags;
  if (auto refused = read_tags(call.json["Tags"], tags)) {
    return *refused;
  }
  role.tags = std::move(tags);
  return query_answer(call.operation, "");
}

FakeAnswer FakeIam::untag(const FakeCall& call, Role& role) {
  for (const std::string& key : policy_texts(call.json["TagKeys"])) {
    role.tags.erase(key);
  }
  return query_answer(call.operation, "");
}

FakeAnswer FakeIam::list_tags(const FakeCall& call, Role& role) {
  std::vector<std::pair<std::string, std::string>> entries;
  for (const auto& [key, value] : role.tags) {
    entries.emplace_back(key, xml_element("Key", key) + xml_element("Value", value));
  }
  return page_answer(call, "Tags", entries);
}

FakeAnswer FakeIam::put_policy(const FakeCall& call, Role& role) {
  Json document;
  if (auto refused =
          read_document(PolicyKind::identity, text_member(call.json, "PolicyDocument"), document)) {
    return *refused;
  }
  std::map<std::string, Json> policies = role.policies;
  policies[text_member(call.json, "PolicyName")] = std::move(document);
  std::size_t size_bytes = 0;
  for (const auto& [name, policy] : policies) {
    size_bytes += policy_size_bytes(policy.dump());
  }
  if (size_bytes > inline_size_max_bytes) {
    return query_error(409, "LimitExceeded",
                       "Maximum policy size of 10240 bytes exceeded for role " + role.name);
  }
  role.policies = std::move(policies);
  changed(role);
  return query_answer(call.operation, "");
}

FakeAnswer no_policy(const FakeCall& call) {
  return query_error(
      404, "NoSuchEntity",
      "The role policy with name " + text_member(call.json, "PolicyName") + " cannot be found.");
}

FakeAnswer FakeIam::get_policy(const FakeCall& call, Role& role) {
  const auto policy = role.policies.find(text_member(call.json, "PolicyName"));
  if (policy == role.policies.end()) {
    return no_policy(call);
  }
  return query_answer(
      call.operation,
      xml_element("RoleName", role.name) + xml_element("PolicyName", policy->first) +
          xml_element("PolicyDocument", aws::percent_encoded(policy->second.dump())));
}

FakeAnswer FakeIam::list_policies(const FakeCall& call, Role& role) {
  std::vector<std::pair<std::string, std::string>> entries;
  for (const auto& [name, document] : role.policies) {
    entries.emplace_back(name, xml_text(name));
  }
  return page_answer(call, "PolicyNames", entries);
}

FakeAnswer FakeIam::delete_policy(const FakeCall& call, Role& role) {
  if (role.policies.erase(text_member(call.json, "PolicyName")) == 0) {
    return no_policy(call);
  }
  changed(role);
  return query_answer(call.operation, "");
}

FakeAnswer FakeIam::put_boundary(const FakeCall& call, Role& role) {
  role.boundary = text_member(call.json, "PermissionsBoundary");
  changed(role);
  return query_answer(call.operation, "");
}

FakeAnswer FakeIam::drop_boundary(const FakeCall& call, Role& role) {
  if (role.boundary.empty()) {
    return query_error(404, "NoSuchEntity", "The role has no permissions boundary.");
  }
  role.boundary.clear();
  changed(role);
  return query_answer(call.operation, "");
}

FakeAnswer FakeIam::attach(const FakeCall& call, Role& role) {
  const std::string arn = text_member(call.json, "PolicyArn");
  // Policies of AWS are there, all of them; policies of the account the fake does not keep.
  if (!arn.starts_with("arn:" + world_.partition + ":iam::aws:policy/")) {
    return query_error(404, "NoSuchEntity",
                       "Policy " + arn + " does not exist or is not attachable.");
  }
  if (role.attached.size() >= attached_max && !role.attached.contains(arn)) {
    return query_error(409, "LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 10");
  }
  role.attached.insert(arn);
  changed(role);
  return query_answer(call.operation, "");
}

FakeAnswer FakeIam::list_attached(const FakeCall& call, Role& role) {
  std::vector<std::pair<std::string, std::string>> entries;
  for (const std::string& arn : role.attached) {
    entries.emplace_back(arn, xml_element("PolicyName", arn.substr(arn.rfind('/') + 1)) +
                                  xml_element("PolicyArn", arn));
  }
  return page_answer(call, "AttachedPolicies", entries);
}

FakeAnswer FakeIam::detach(const FakeCall& call, Role& role) {
  const std::string arn = text_member(call.json, "PolicyArn");
  if (role.attached.erase(arn) == 0) {
    return query_error(404, "NoSuchEntity", "Policy " + arn + " was not found.");
  }
  changed(role);
  return query_answer(call.operation, "");
}

FakeAnswer FakeIam::remove(const FakeCall& call, Role& role) {
  if (!role.attached.empty()) {
    return query_error(409, "DeleteConflict",
                       "Cannot delete entity, must detach all policies first.");
  }
  if (!role.policies.empty()) {
    return query_error(409, "DeleteConflict", "Cannot delete entity, must delete policies first.");
  }
  roles_.erase(aws::lower_case(role.name));
  return query_answer(call.operation, "");
}

const Role* FakeIam::usable_role(const std::string& role_arn) const {
  const auto found = std::find_if(roles_.begin(), roles_.end(), [&](const auto& entry) {
    return arn_of(entry.second.path, entry.second.name) == role_arn;
  });
  return found == roles_.end() || world_.requests < found->second.usable_from ? nullptr
                                                                              : &found->second;
}

bool FakeIam::may_write(const std::string& role_arn, const std::string& group_arn) const {
  // arn:aws:logs:REGION:...
  const std::size_t start = group_arn.find(":logs:") + 6;
  const std::string region = group_arn.substr(start, group_arn.find(':', start) - start);
  PolicyQuestion question;
  question.service = "bedrock.amazonaws.com";
  question.action = "sts:AssumeRole";
  question.conditions = {{"aws:sourceaccount", world_.account},
                         {"aws:sourcearn", "arn:" + world_.partition + ":bedrock:" + region + ':' +
                                               world_.account + ":model-invocation-logging"}};
  if (!world_.role_trusts(role_arn, question)) {
    return false;
  }
  question.resource = group_arn + ":log-stream:aws/bedrock/modelinvocations";
  question.conditions.clear();
  const std::array<const char*, 2> actions = {"logs:CreateLogStream", "logs:PutLogEvents"};
  return std::all_of(actions.begin(), actions.end(), [&](const char* action) {
    question.action = action;
    return world_.role_allows(role_arn, question);
  });
}

Json FakeIam::snapshot() const {
  Json roles = Json::object();
  for (const auto& [key, role] : roles_) {
    roles[role.name] = role_json(role);
  }
  return {{"Roles", std::move(roles)}};
}

void FakeIam::restore(const Json& snapshot) {
  roles_.clear();
  const Json roles = snapshot.value("Roles", Json::object());
  for (const auto& [name, entry] : roles.items()) {
    roles_[aws::lower_case(name)] = role_of(name, entry);
  }
}

}  // namespace

std::unique_ptr<FakeService> make_fake_iam(FakeWorld& world) {
  return std::make_unique<FakeIam>(world);
}

}  // namespace bedrocklog::fake_aws
