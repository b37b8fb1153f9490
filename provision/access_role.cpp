// The role that applications call models with: who may take it, and which models, regions and
// guardrails it is good for.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "provision/secure_parts.h"

namespace bedrocklog::provision {
namespace {

/// The guardrail without its version: "arn:..:guardrail/ID".
std::string unversioned(const std::string& guardrail_arn) {
  const std::size_t id = guardrail_arn.rfind('/');
  return guardrail_arn.substr(0, guardrail_arn.find(':', id));
}

Json invoke_condition(const StackSpec& spec) {
  Json condition = {{"StringEquals", {{"aws:RequestedRegion", model_regions_of(spec)}}}};
  const std::string& guardrail = spec.secure.access.guardrail_arn;
  if (guardrail.empty()) {
    return condition;
  }
  const std::string any = unversioned(guardrail);
  // One that names a version means that version; else the draft and every version do.
  if (any == guardrail) {
    condition["StringLike"] = {{"bedrock:GuardrailIdentifier", {guardrail, guardrail + ":*"}}};
  } else {
    condition["StringEquals"]["bedrock:GuardrailIdentifier"] = guardrail;
  }
  return condition;
}

Json guardrail_arns(const StackSpec& spec) {
  if (const std::string& given = spec.secure.access.guardrail_arn; !given.empty()) {
    return Json::array({unversioned(given)});
  }
  Json arns = Json::array();
  for (const std::string& region : spec.regions) {
    arns.push_back(
        fmt::format("arn:{}:bedrock:{}:{}:guardrail/*", spec.partition, region, spec.account));
  }
  return arns;
}

/// A guardrail's text is under the stack's key.
Json decryption(const StackSpec& spec) {
  Json statement = {{"Sid", "DecryptGuardrail"}, {"Effect", "Allow"}, {"Action", "kms:Decrypt"}};
  if (!spec.secure.use_key.empty()) {
    statement["Resource"] = spec.secure.use_key;
    return statement;
  }
  for (const std::string& region : spec.regions) {
    statement["Resource"].push_back(
        fmt::format("arn:{}:kms:{}:{}:key/*", spec.partition, region, spec.account));
  }
  statement["Condition"] = {
      {"ForAnyValue:StringEquals",
       {{"kms:ResourceAliases", "alias/" + stack_key(spec, spec.regions.front()).name}}}};
  return statement;
}

Json trust(const StackSpec& spec) {
  return {
      {"Version", policy_version},
      {"Statement", Json::array({{{"Sid", "BedrocklogCallersAssume"},
                                  {"Effect", "Allow"},
                                  {"Principal", {{"AWS", spec.secure.access.trusted_principals}}},
                                  {"Action", "sts:AssumeRole"}}})}};
}

Json permissions(const StackSpec& spec) {
  Json statements = Json::array();
  statements.push_back(
      {{"Sid", "InvokeModels"},
       {"Effect", "Allow"},
       {"Action", {"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"}},
       {"Resource", invocable_models(spec)},
       {"Condition", invoke_condition(spec)}});
  statements.push_back({{"Sid", "ApplyGuardrail"},
                        {"Effect", "Allow"},
                        {"Action", "bedrock:ApplyGuardrail"},
                        {"Resource", guardrail_arns(spec)}});
  if (spec.secure.switches.guardrail) {
    statements.push_back(decryption(spec));
  }
  return {{"Version", policy_version}, {"Statement", std::move(statements)}};
}

}  // namespace

std::vector<std::string> model_regions_of(const StackSpec& spec) {
  const std::vector<std::string>& given = spec.secure.access.allowed_model_regions;
  return given.empty() ? spec.regions : given;
}

Json invocable_models(const StackSpec& spec) {
  if (!spec.secure.access.foundation_models.empty()) {
    return spec.secure.access.foundation_models;
  }
  const auto of_account = [&](const char* kind) {
    return fmt::format("arn:{}:bedrock:*:{}:{}/*", spec.partition, spec.account, kind);
  };
  return {fmt::format("arn:{}:bedrock:*::foundation-model/*", spec.partition),
          of_account("application-inference-profile"), of_account("inference-profile")};
}

Json admin_arns(const StackSpec& spec) {
  Json arns = Json::array();
  for (const std::string& principal : spec.secure.access.admin_principals) {
    constexpr std::string_view root = "root";
    if (!principal.starts_with("arn:")) {
      arns.push_back(fmt::format("arn:{}:iam::{}:*", spec.partition, principal));
    } else if (principal.ends_with(":root")) {
      arns.push_back(principal.substr(0, principal.size() - root.size()) + '*');
    } else {
      arns.push_back(principal);
    }
  }
  return arns;
}

void add_access_role(Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  const AccessSettings& access = spec.secure.access;
  if (access.trusted_principals.empty()) {
    return;
  }
  add_role(assembly, {access.role, "Lets applications call models on Amazon Bedrock", trust(spec),
                      "BedrocklogModelAccess", permissions(spec)});
}

}  // namespace bedrocklog::provision
