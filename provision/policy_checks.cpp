// Statement by statement, with the little of IAM's evaluation that these questions need.
#include "provision/policy_checks.h"

#include <algorithm>

#include <fmt/format.h>

#include "provision/core_profile.h"
#include "provision/normal_form.h"
#include "provision/permissions.h"

namespace bedrocklog::provision {
namespace {

constexpr const char* bedrock_service = "bedrock.amazonaws.com";

Json statements_of(const Json& policy) {
  const Json normal = normal_policy(policy);
  const auto found = normal.is_object() ? normal.find("Statement") : normal.end();
  return found != normal.end() && found->is_array() ? *found : Json::array();
}

bool has_effect(const Json& statement, const char* effect) {
  return statement.is_object() && statement.value("Effect", "") == effect;
}

/// Whether the statement, whatever its effect, is about the action on the resource.
bool covers(const Json& statement, std::string_view action, std::string_view resource) {
  Json as_allow = statement;
  as_allow["Effect"] = "Allow";
  return allows({{"Statement", Json::array({std::move(as_allow)})}}, action, resource);
}

/// Whether one of the patterns (* and ?) matches.
bool matches_one(const Json& patterns, std::string_view text) {
  return covers({{"Action", "*"}, {"Resource", patterns}}, "any", text);
}

Json principal_of(const Json& statement) {
  return statement.value("Principal", Json::object());
}

bool names_everybody(const Json& statement) {
  return principal_of(statement) == Json{{"AWS", Json::array({"*"})}};
}

bool names_service(const Json& statement, std::string_view service) {
  const Json principal = principal_of(statement);
  if (!principal.is_object() || !principal.contains("Service")) {
    return false;
  }
  const Json& services = principal["Service"];
  return std::find(services.begin(), services.end(), service) != services.end();
}

bool names_bedrock(const Json& statement) {
  return names_service(statement, bedrock_service);
}

/// Values of a condition key, whatever its letters' case; null: it has no such condition.
Json condition_values(const Json& statement, std::string_view test_prefix, std::string_view key) {
  const auto lower = [](std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
  };
  const Json conditions = statement.value("Condition", Json::object());
  if (!conditions.is_object()) {
    return {};
  }
  for (const auto& [test, keys] : conditions.items()) {
    if (!test.starts_with(test_prefix) || !keys.is_object()) {
      continue;
    }
    for (const auto& [name, values] : keys.items()) {
      if (lower(name) == lower(key)) {
        return values;
      }
    }
  }
  return {};
}

Json account_condition(const Json& statement) {
  return condition_values(statement, "String", "aws:SourceAccount");
}

Json source_condition(const Json& statement) {
  const Json by_arn = condition_values(statement, "Arn", "aws:SourceArn");
  return by_arn.is_null() ? condition_values(statement, "String", "aws:SourceArn") : by_arn;
}

/// An ARN of Bedrock in that region, as a request carries one.
std::string some_source(const StackSpec& spec, std::string_view region) {
  return fmt::format("arn:{}:bedrock:{}:{}:call", spec.partition, region, spec.account);
}

/// Whether the conditions, if there are any, let Bedrock of this account and region through.
bool lets_source_through(const Json& statement, const StackSpec& spec, std::string_view region) {
  const Json account = account_condition(statement);
  const Json source = source_condition(statement);
  return (account.is_null() || matches_one(account, spec.account)) &&
         (source.is_null() || matches_one(source, some_source(spec, region)));
}

std::string bucket_arn(const StackSpec& spec, std::string_view region) {
  return fmt::format("arn:{}:s3:::{}", spec.partition, bucket_of(spec, region));
}

/// CloudTrail names no source when it takes a role to write a log group: a condition would shut it
/// out. Whoever makes a trail must be allowed to pass the role, and roles pass within an account.
bool is_trail_delivery(const Json& statement) {
  return principal_of(statement) == Json{{"Service", Json::array({"cloudtrail.amazonaws.com"})}} &&
         statement.value("Action", Json()) == Json::array({"sts:AssumeRole"});
}

/// Whether everybody is denied everything on bucket and objects where `is_condition` says so.
template <class IsCondition>
bool is_denied(const StackSpec& spec, const std::string& bucket, const Json& bucket_policy,
               const IsCondition& is_condition) {
  const std::string arn = fmt::format("arn:{}:s3:::{}", spec.partition, bucket);
  const Json statements = statements_of(bucket_policy);
  return std::any_of(statements.begin(), statements.end(), [&](const Json& statement) {
    return has_effect(statement, "Deny") && names_everybody(statement) &&
           covers(statement, "s3:GetObject", arn + "/any") &&
           covers(statement, "s3:ListBucket", arn) && is_condition(statement);
  });
}

}  // namespace

std::string trust_flaw(const StackSpec& spec, const Json& trust_policy) {
  bool is_trusted = false;
  for (const Json& statement : statements_of(trust_policy)) {
    if (!has_effect(statement, "Allow")) {
      continue;
    }
    if (principal_of(statement) != Json{{"Service", Json::array({bedrock_service})}}) {
      return "lets others than Bedrock assume the role: " + principal_of(statement).dump();
    }
    if (account_condition(statement) != Json::array({spec.account})) {
      return "does not ask for aws:SourceAccount of this account: Bedrock could be made to use the "
             "role for others";
    }
    if (source_condition(statement).is_null()) {
      return "does not ask for aws:SourceArn";
    }
    is_trusted = true;
    for (const std::string& region : spec.regions) {
      if (!lets_source_through(statement, spec, region)) {
        return fmt::format("does not let Bedrock in {} assume the role", region);
      }
    }
  }
  return is_trusted ? "" : "lets nobody assume the role";
}

std::string delivery_flaw(const StackSpec& spec, std::string_view region,
                          const Json& bucket_policy) {
  const std::string object = fmt::format("{}/{}{}/2026/01/01/00/x.json.gz",
                                         bucket_arn(spec, region), archive_prefix(spec), region);
  bool is_allowed = false;
  for (const Json& statement : statements_of(bucket_policy)) {
    if (!covers(statement, "s3:PutObject", object) ||
        !(names_bedrock(statement) || names_everybody(statement))) {
      continue;
    }
    const bool is_conditional = statement.contains("Condition");
    if (has_effect(statement, "Deny") && !is_conditional) {
      return fmt::format("the statement \"{}\" denies Bedrock to write the archive",
                         statement.value("Sid", ""));
    }
    is_allowed = is_allowed ||
                 (has_effect(statement, "Allow") && lets_source_through(statement, spec, region));
  }
  return is_allowed ? ""
                    : "does not let Bedrock write the archive; it needs this statement: " +
                          archive_bucket_policy(spec, region)["Statement"][0].dump();
}

std::string transport_flaw(const StackSpec& spec, const std::string& bucket,
                           const Json& bucket_policy) {
  return is_denied(spec, bucket, bucket_policy,
                   [](const Json& statement) {
                     return condition_values(statement, "Bool", "aws:SecureTransport") ==
                            Json::array({"false"});
                   })
             ? ""
             : "takes requests without TLS; deny s3:* where aws:SecureTransport is false";
}

std::string old_transport_flaw(const StackSpec& spec, const std::string& bucket,
                               const Json& bucket_policy) {
  return is_denied(spec, bucket, bucket_policy,
                   [](const Json& statement) {
                     return condition_values(statement, "NumericLessThan", "s3:TlsVersion") ==
                            Json::array({"1.2"});
                   })
             ? ""
             : "takes requests with TLS below 1.2; deny s3:* where s3:TlsVersion is less than 1.2";
}

std::string deputy_flaw(const StackSpec& spec, const Json& policy) {
  for (const Json& statement : statements_of(policy)) {
    const Json principal = principal_of(statement);
    if (!has_effect(statement, "Allow") || !principal.is_object() ||
        !principal.contains("Service")) {
      continue;
    }
    if (is_trail_delivery(statement)) {
      continue;
    }
    const Json account = account_condition(statement);
    const Json source = source_condition(statement);
    const bool is_of_account = account == Json::array({spec.account});
    const bool is_of_source =
        source.is_array() && !source.empty() &&
        std::all_of(source.begin(), source.end(), [&](const Json& one) {
          return one.is_string() && one.get_ref<const std::string&>().find(
                                        ':' + spec.account + ':') != std::string::npos;
        });
    if (!is_of_account && !is_of_source) {
      return fmt::format(
          "the statement \"{}\" lets {} act for any account; ask for aws:SourceAccount of this one",
          statement.value("Sid", ""), principal["Service"].dump());
    }
  }
  return {};
}

bool lets_service(const Json& policy, std::string_view service, std::string_view action) {
  const Json statements = statements_of(policy);
  return std::any_of(statements.begin(), statements.end(), [&](const Json& statement) {
    return has_effect(statement, "Allow") && names_service(statement, service) &&
           covers(statement, action, "*");
  });
}

}  // namespace bedrocklog::provision
