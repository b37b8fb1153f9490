// The stack as Terraform in its JSON syntax: one object per resource and setting, with the argument
// names of the provider hashicorp/aws (its resource pages).
#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ingest/ensure.h"
#include "provision/assembly.h"
#include "provision/policy_statements.h"
#include "provision/reference.h"
#include "provision/stack_export.h"
#include "provision/terraform_arguments.h"

namespace bedrocklog::provision {
namespace {

constexpr int indent = 2;

/// Terraform reads texts as templates.
Json without_templates(const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const bool is_mark =
          (text[at] == '$' || text[at] == '%') && at + 1 < text.size() && text[at + 1] == '{';
      result.append(is_mark ? 2 : 1, text[at]);
    }
    return result;
  }
  if (!value.is_structured()) {
    return value;
  }
  Json result = value.is_array() ? Json::array() : Json::object();
  for (const auto& [name, inner] : value.items()) {
    if (value.is_array()) {
      result.push_back(without_templates(inner));
    } else {
      result[name] = without_templates(inner);
    }
  }
  return result;
}

/// Letters, digits and _.
std::string identifier(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool is_plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    result += is_plain ? c : '_';
  }
  return result;
}

/// Takes members that are there under Terraform's names.
Json renamed(const Json& from, std::initializer_list<std::pair<const char*, const char*>> names) {
  Json result = Json::object();
  for (const auto& [member, argument] : names) {
    if (const auto found = from.find(member); found != from.end()) {
      result[argument] = *found;
    }
  }
  return result;
}

// Around what becomes an expression of Terraform; no text of AWS has these characters.
constexpr std::string_view expression_begin = "\xEE\x80\x80";
constexpr std::string_view expression_end = "\xEE\x80\x81";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// Marks become "${" and "}".
Json with_expressions(const Json& value) {
  if (value.is_string()) {
    return replaced(replaced(value.get<std::string>(), expression_begin, "${"), expression_end,
                    "}");
  }
  Json result = value;
  if (value.is_structured()) {
    for (Json& inner : result) {
      inner = with_expressions(inner);
    }
  }
  return result;
}

/// What Terraform calls an attribute of Fn::GetAtt.
std::string_view attribute_name(ResourceKind kind, std::string_view attribute) {
  struct Row {
    ResourceKind kind;
    std::string_view attribute;
    std::string_view name;
  };
  constexpr std::array rows = {
      Row{ResourceKind::key, "KeyId", "key_id"},
      Row{ResourceKind::security_group, "GroupId", "id"},
      Row{ResourceKind::vpc_endpoint, "Id", "id"},
      Row{ResourceKind::guardrail, "GuardrailId", "guardrail_id"},
      Row{ResourceKind::guardrail, "GuardrailArn", "guardrail_arn"},
  };
  for (const Row& row : rows) {
    if (row.kind == kind && row.attribute == attribute) {
      return row.name;
    }
  }
  return "arn";
}

class TerraformWriter {
 public:
  TerraformWriter(const StackSpec& spec, const DesiredState& desired, const ObservedState* observed)
      : spec_(&spec), desired_(&desired), observed_(observed) {}

  std::string write() {
    for (const Resource& resource : desired_->resources) {
      if (resource.is_managed) {
        add(resource);
      }
    }
    Json document = {
        {"terraform",
         {{"required_version", ">= 1.5.0"},  // The first with import blocks.
          {"required_providers",
           {{"aws", {{"source", "hashicorp/aws"}, {"version", ">= 5.83.0, < 7.0.0"}}}}}}},
        {"provider", {{"aws", providers()}}},
        {"resource", std::move(resources_)}};
    if (!left_out_.empty()) {
      document["//"] = fmt::format(
          "The provider has no resource for {}; alarms with a band have CloudWatch learn the "
          "metric "
          "by themselves.",
          fmt::join(left_out_, ", "));
    }
    if (!imports_.empty()) {
      document["import"] = std::move(imports_);
    }
    return document.dump(indent) + '\n';
  }

 private:
  [[nodiscard]] Json providers() const {
    Json list = Json::array();
    for (const std::string& region : spec_->regions) {
      Json provider = {{"region", region}, {"allowed_account_ids", {spec_->account}}};
      if (!list.empty()) {
        provider["alias"] = identifier(region);
      }
      list.push_back(std::move(provider));
    }
    return list;
  }

  /// By region alone what a stack of profile core has one of, so that its names stay.
  [[nodiscard]] std::string name_for(const Address& address) const {
    std::string name = identifier(address.region.empty() ? "global" : address.region);
    return is_the_one(address) ? name : name + '_' + identifier(address.name);
  }

  [[nodiscard]] bool is_the_one(const Address& address) const {
    switch (address.kind) {
      case ResourceKind::bucket:
      case ResourceKind::bucket_policy:
        return address.name == bucket_of(*spec_, address.region);
      case ResourceKind::log_group:
        return address.name == log_group_of(*spec_);
      case ResourceKind::role:
        return address.name == role_of(*spec_);
      case ResourceKind::topic:
      case ResourceKind::topic_policy:
        return arn_of_topic(*spec_, address) == topic_arn_of(*spec_, address.region);
      case ResourceKind::dashboard:
        return address.name == spec_->names.dashboard;
      default:
        return address.name.empty();
    }
  }

  [[nodiscard]] const Observed* found(const Address& address) const {
    return observed_ == nullptr ? nullptr : observed_->find(address);
  }

  void add(const Resource& resource) {
    switch (resource.address.kind) {
      case ResourceKind::bucket:
        add_bucket(resource);
        return;
      case ResourceKind::role:
        add_role(resource);
        return;
      case ResourceKind::bucket_policy:
        emit(resource, {"aws_s3_bucket_policy",
                        "",
                        {{"bucket", resource.address.name}, {"policy", policy_of(resource)}},
                        resource.address.name});
        return;
      case ResourceKind::topic_policy: {
        const auto topic = resource.properties["TopicArn"].get<std::string>();
        emit(
            resource,
            {"aws_sns_topic_policy", "", {{"arn", topic}, {"policy", policy_of(resource)}}, topic});
        return;
      }
      case ResourceKind::subscription:
        emit(resource, subscription(resource));
        return;
      default:
        add_blocks(resource);
    }
  }

  void add_blocks(const Resource& resource) {
    const Observed* const there = found(resource.address);
    std::vector<TerraformBlock> blocks =
        terraform_blocks(*spec_, resource, there == nullptr ? Json() : there->details);
    if (blocks.empty()) {
      left_out_.push_back(to_text(resource.address));
    }
    std::set<std::string> first;
    for (TerraformBlock& block : blocks) {
      emit(resource, std::move(block), first);
      first.insert(references_.at(resource.address).front());
    }
  }

  [[nodiscard]] TerraformBlock subscription(const Resource& resource) const {
    const Json& own = resource.properties;
    Json arguments = renamed(
        own, {{"TopicArn", "topic_arn"}, {"Protocol", "protocol"}, {"Endpoint", "endpoint"}});
    if (own.contains("RedrivePolicy")) {
      arguments["redrive_policy"] = own["RedrivePolicy"].dump();
    }
    // A pending one has no ARN, and so nothing to import it by.
    const Observed* const there = found(resource.address);
    return {"aws_sns_topic_subscription", "", std::move(arguments),
            there == nullptr ? "" : there->details.value("Arn", "")};
  }

  /// Terraform writes a policy whole: what others have in it goes along.
  [[nodiscard]] std::string policy_of(const Resource& resource) const {
    const Json& ours = resource.properties["PolicyDocument"];
    const Observed* const there = found(resource.address);
    return there == nullptr
               ? ours.dump()
               : with_our_statements(there->properties.value("PolicyDocument", Json()), ours)
                     .dump();
  }

  void add_bucket(const Resource& resource) {
    const Json& own = resource.properties;
    const std::string& bucket = resource.address.name;
    emit(resource, {"aws_s3_bucket",
                    "",
                    {{"bucket", bucket},
                     {"tags", terraform_tags(own)},
                     {"lifecycle", {{"prevent_destroy", true}}}},
                    bucket});
    const std::string self = "aws_s3_bucket." + name_for(resource.address);
    const Observed* const there = found(resource.address);
    // What a bucket has not yet is made, and cannot be imported.
    const auto setting = [&](const char* type, const char* property, Json arguments) {
      arguments["bucket"] = bucket;
      const bool is_there = there != nullptr && there->properties.contains(property);
      emit(resource, {type, "", std::move(arguments), is_there ? bucket : ""}, {self});
    };
    setting("aws_s3_bucket_public_access_block", "PublicAccessBlockConfiguration",
            renamed(own["PublicAccessBlockConfiguration"],
                    {{"BlockPublicAcls", "block_public_acls"},
                     {"BlockPublicPolicy", "block_public_policy"},
                     {"IgnorePublicAcls", "ignore_public_acls"},
                     {"RestrictPublicBuckets", "restrict_public_buckets"}}));
    setting("aws_s3_bucket_ownership_controls", "OwnershipControls",
            {{"rule", renamed(own["OwnershipControls"]["Rules"][0],
                              {{"ObjectOwnership", "object_ownership"}})}});
    setting("aws_s3_bucket_server_side_encryption_configuration", "BucketEncryption",
            {{"rule", terraform_encryption(own)}});
    setting("aws_s3_bucket_versioning", "VersioningConfiguration",
            {{"versioning_configuration",
              renamed(own["VersioningConfiguration"], {{"Status", "status"}})}});
    setting("aws_s3_bucket_lifecycle_configuration", "LifecycleConfiguration",
            {{"rule", terraform_lifecycle(own)}});
  }

  void add_role(const Resource& resource) {
    const Json& own = resource.properties;
    const std::string& role = resource.address.name;
    Json arguments = renamed(own, {{"RoleName", "name"}, {"Description", "description"}});
    if (own.contains("PermissionsBoundary")) {
      arguments["permissions_boundary"] = own["PermissionsBoundary"];
    }
    arguments["assume_role_policy"] = own["AssumeRolePolicyDocument"].dump();
    arguments["tags"] = terraform_tags(own);
    emit(resource, {"aws_iam_role", "", std::move(arguments), role});
    for (const Json& policy : own["Policies"]) {
      const auto name = policy["PolicyName"].get<std::string>();
      emit(resource,
           {"aws_iam_role_policy",
            identifier(name),
            {{"name", name}, {"role", role}, {"policy", policy["PolicyDocument"].dump()}},
            has_inline_policy(resource.address, name) ? fmt::format("{}:{}", role, name) : ""},
           {"aws_iam_role." + name_for(resource.address)});
    }
  }

  [[nodiscard]] bool has_inline_policy(const Address& role, const std::string& name) const {
    const Observed* const there = found(role);
    const Json policies =
        there == nullptr ? Json::array() : there->properties.value("Policies", Json::array());
    return std::any_of(policies.begin(), policies.end(),
                       [&](const Json& policy) { return policy.value("PolicyName", "") == name; });
  }

  void emit(const Resource& resource, TerraformBlock block, std::set<std::string> needs = {}) {
    // An inline policy is known by its own name, as its role's is in it.
    std::string name = name_for(resource.address);
    if (!block.part.empty()) {
      name = resource.address.kind == ResourceKind::role ? block.part : name + '_' + block.part;
    }
    Json& of_type = resources_[block.type];
    for (unsigned number = 2; of_type.contains(name); ++number) {
      name = fmt::format("{}_{}", name, number);
    }
    const std::string reference = fmt::format("{}.{}", block.type, name);
    for (const Address& address : resource.depends_on) {
      if (const auto known = references_.find(address); known != references_.end()) {
        needs.insert(known->second.begin(), known->second.end());
      }
    }
    Json arguments = with_expressions(without_templates(with_marks(resource, block.arguments)));
    if (!needs.empty()) {
      arguments["depends_on"] = needs;
    }
    const std::string& region = resource.address.region;
    if (!region.empty() && region != spec_->regions.front()) {
      arguments["provider"] = "aws." + identifier(region);
    }
    of_type[name] = std::move(arguments);
    references_[resource.address].push_back(reference);
    if (found(resource.address) != nullptr && !block.import_id.empty()) {
      imports_.push_back({{"to", reference}, {"id", without_templates(block.import_id)}});
    }
  }

  /// References to other resources as marked expressions, as values and inside of texts of JSON.
  [[nodiscard]] Json with_marks(const Resource& resource, const Json& value) const {
    if (const std::optional<Reference> reference = read_reference(value)) {
      return expression_of(*reference);
    }
    if (value.is_string()) {
      std::string text = value.get<std::string>();
      for (const Reference& reference : references_in(resource.properties)) {
        text =
            replaced(std::move(text), reference_to(reference.address, reference.attribute).dump(),
                     '"' + expression_of(reference) + '"');
      }
      return text;
    }
    Json result = value;
    if (value.is_structured()) {
      for (Json& inner : result) {
        inner = with_marks(resource, inner);
      }
    }
    return result;
  }

  [[nodiscard]] std::string expression_of(const Reference& reference) const {
    const auto known = references_.find(reference.address);
    // What it refers to is emitted before it.
    ensure(known != references_.end());
    return fmt::format("{}{}.{}{}", expression_begin, known->second.front(),
                       attribute_name(reference.address.kind, reference.attribute), expression_end);
  }

  const StackSpec* spec_;
  const DesiredState* desired_;
  const ObservedState* observed_;
  std::vector<std::string> left_out_;
  Json resources_ = Json::object();
  Json imports_ = Json::array();
  std::map<Address, std::vector<std::string>> references_;
};

}  // namespace

std::vector<ExportedFile> to_terraform(const StackSpec& spec, const DesiredState& desired,
                                       const ObservedState* observed) {
  return {{"main.tf.json", TerraformWriter(spec, desired, observed).write()}};
}

}  // namespace bedrocklog::provision
