// Ways to Bedrock that stay inside of a VPC: interface endpoints, who may reach them by address
// (security groups), and who may do what through them (endpoint policies).
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "provision/endpoint_offer.h"
#include "provision/reference.h"
#include "provision/secure_parts.h"

namespace bedrocklog::provision {
namespace {

constexpr unsigned https_port = 443;

/// An endpoint policy grants nothing: it says what of that which IAM grants may pass.
class EndpointPolicy {
 public:
  explicit EndpointPolicy(const StackSpec& spec) : spec_(&spec) {}

  /// For principals of this account only; with more conditions.
  EndpointPolicy& allow(const char* sid, Json actions, Json resources,
                        const Json& more = Json::object()) {
    Json condition = {{"StringEquals", {{"aws:PrincipalAccount", spec_->account}}}};
    condition.update(more, true);
    statements_.push_back({{"Sid", sid},
                           {"Effect", "Allow"},
                           {"Principal", "*"},
                           {"Action", std::move(actions)},
                           {"Resource", std::move(resources)},
                           {"Condition", std::move(condition)}});
    return *this;
  }

  /// Calls by which somebody without an identity yet becomes a role of this account.
  EndpointPolicy& allow_federation() {
    statements_.push_back(
        {{"Sid", "Federation"},
         {"Effect", "Allow"},
         {"Principal", "*"},
         {"Action", {"sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"}},
         {"Resource", fmt::format("arn:{}:iam::{}:role/*", spec_->partition, spec_->account)}});
    return *this;
  }

  [[nodiscard]] Json document() const {
    return {{"Version", policy_version}, {"Statement", statements_}};
  }

 private:
  const StackSpec* spec_;
  Json statements_ = Json::array();
};

/// Regions in which a model may answer; a cross-region profile asks in several.
Json requested_regions(const StackSpec& spec) {
  return {{"StringEquals", {{"aws:RequestedRegion", model_regions_of(spec)}}}};
}

Json management_policy(const StackSpec& spec) {
  EndpointPolicy policy(spec);
  policy.allow("Read", {"bedrock:Get*", "bedrock:List*"}, "*");
  if (!spec.secure.access.admin_principals.empty()) {
    policy.allow("Administer",
                 {"bedrock:PutModelInvocationLoggingConfiguration",
                  "bedrock:DeleteModelInvocationLoggingConfiguration", "bedrock:CreateGuardrail",
                  "bedrock:CreateGuardrailVersion", "bedrock:UpdateGuardrail",
                  "bedrock:DeleteGuardrail", "bedrock:TagResource", "bedrock:UntagResource"},
                 "*", {{"ArnLike", {{"aws:PrincipalArn", admin_arns(spec)}}}});
  }
  return policy.document();
}

Json runtime_policy(const StackSpec& spec) {
  return EndpointPolicy(spec)
      .allow("Invoke", {"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"},
             invocable_models(spec), requested_regions(spec))
      .allow("ApplyGuardrail", "bedrock:ApplyGuardrail",
             fmt::format("arn:{}:bedrock:*:{}:guardrail/*", spec.partition, spec.account))
      .document();
}

Json agent_build_policy(const StackSpec& spec) {
  return EndpointPolicy(spec)
      .allow("Read", {"bedrock:Get*", "bedrock:List*"}, "*")
      .allow("Administer",
             {"bedrock:AssociateAgent*",
              "bedrock:CreateAgent*",
              "bedrock:CreateDataSource",
              "bedrock:CreateFlow*",
              "bedrock:CreateKnowledgeBase",
              "bedrock:CreatePrompt*",
              "bedrock:DeleteAgent*",
              "bedrock:DeleteDataSource",
              "bedrock:DeleteFlow*",
              "bedrock:DeleteKnowledgeBase*",
              "bedrock:DeletePrompt",
              "bedrock:DisassociateAgent*",
              "bedrock:IngestKnowledgeBaseDocuments",
              "bedrock:PrepareAgent",
              "bedrock:PrepareFlow",
              "bedrock:StartIngestionJob",
              "bedrock:StopIngestionJob",
              "bedrock:TagResource",
              "bedrock:UntagResource",
              "bedrock:UpdateAgent*",
              "bedrock:UpdateDataSource",
              "bedrock:UpdateFlow*",
              "bedrock:UpdateKnowledgeBase",
              "bedrock:UpdatePrompt",
              "bedrock:ValidateFlowDefinition"},
             "*")
      .document();
}

Json agent_runtime_policy(const StackSpec& spec) {
  return EndpointPolicy(spec)
      .allow("Invoke", {"bedrock:InvokeAgent", "bedrock:Retrieve", "bedrock:RetrieveAndGenerate"},
             "*")
      .document();
}

Json general_policy(const StackSpec& spec, const std::string& service) {
  EndpointPolicy policy(spec);
  const std::string prefix = service == "monitoring" ? "cloudwatch" : service;
  policy.allow("Account", prefix + ":*", "*");
  if (service == "sts") {
    policy.allow_federation();
  }
  return policy.document();
}

/// "bedrocklog-STACK-runtime": HTTPS from these ranges.
Address add_group(Assembly& assembly, std::string_view use, const char* description,
                  const std::vector<std::string>& ranges) {
  const StackSpec& spec = assembly.spec();
  Address group{ResourceKind::security_group, spec.regions.front(),
                fmt::format("bedrocklog-{}-{}", spec.stack, use)};
  Json rules = Json::array();
  for (const std::string& range : ranges) {
    rules.push_back({{"IpProtocol", "tcp"},
                     {"FromPort", https_port},
                     {"ToPort", https_port},
                     {"CidrIp", range}});
  }
  assembly.add_tagged(Component::network, group,
                      {{"GroupName", group.name},
                       {"GroupDescription", description},
                       {"VpcId", spec.secure.network.vpc_id},
                       {"SecurityGroupIngress", std::move(rules)},
                       // An endpoint answers; it has nowhere to go.
                       {"SecurityGroupEgress", Json::array()}});
  return group;
}

void add_endpoint(Assembly& assembly, const std::string& service, const Address& group,
                  Json policy) {
  const StackSpec& spec = assembly.spec();
  const NetworkSettings& network = spec.secure.network;
  const std::string& region = spec.regions.front();
  const Address endpoint{ResourceKind::vpc_endpoint, region, service};
  const std::vector<std::string> subnets = subnets_of(network, service);
  if (subnets.empty()) {
    assembly.add_unsupported(endpoint, "none of the given subnets is in a zone that offers it");
    return;
  }
  assembly.add_tagged(Component::network, endpoint,
                      {{"VpcId", network.vpc_id},
                       {"ServiceName", fmt::format("com.amazonaws.{}.{}", region, service)},
                       {"VpcEndpointType", "Interface"},
                       {"SubnetIds", subnets},
                       {"SecurityGroupIds", Json::array({reference_to(group, "GroupId")})},
                       {"PrivateDnsEnabled", network.has_private_dns},
                       {"PolicyDocument", std::move(policy)}});
}

}  // namespace

void add_private_endpoints(Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  const NetworkSettings& network = spec.secure.network;
  if (network.vpc_id.empty()) {
    return;
  }
  const Address management =
      add_group(assembly, "management", "HTTPS to the endpoints that set Bedrock up",
                network.management_cidrs);
  add_endpoint(assembly, "bedrock", management, management_policy(spec));
  add_endpoint(assembly, "bedrock-agent", management, agent_build_policy(spec));
  const Address runtime = add_group(assembly, "runtime", "HTTPS to the endpoints that call models",
                                    network.runtime_cidrs);
  add_endpoint(assembly, "bedrock-runtime", runtime, runtime_policy(spec));
  add_endpoint(assembly, "bedrock-agent-runtime", runtime, agent_runtime_policy(spec));
  if (network.general_services.empty()) {
    return;
  }
  const Address general = add_group(assembly, "general", "HTTPS to the endpoints of other services",
                                    {network.vpc_cidr});
  for (const std::string& service : network.general_services) {
    add_endpoint(assembly, service, general, general_policy(spec, service));
  }
}

}  // namespace bedrocklog::provision
