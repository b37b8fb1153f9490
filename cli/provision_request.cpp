// Flags become a document of the form configuration has, so that one reader checks both.
#include "cli/provision_request.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "cli/account_list.h"
#include "cli/list_text.h"
#include "cli/provision_document.h"
#include "cli/s3_access.h"
#include "ingest/aws/endpoint.h"

namespace bedrocklog::cli {
namespace {

using provision::Json;
using provision::StackSpec;

/// Which flag says which member of the spec.
struct SpecFlag {
  std::string_view flag;
  std::string_view member;  // "thresholds.tokens_per_hour".
};
constexpr auto spec_flags = std::to_array<SpecFlag>({
    {"stack", "stack"},
    {"env", "env"},
    {"stack-profile", "profiles"},
    {"account", "account"},
    {"regions", "regions"},
    {"region", "regions"},
    {"only", "only"},
    {"tag", "tags"},
    {"use-bucket", "reused.bucket"},
    {"use-log-group", "reused.log_group"},
    {"use-topic", "reused.topic_arn"},
    {"adopt", "adopts"},
    {"logging", "logging"},
    {"allow-shorten", "allows_shorter_retention"},
    {"retention-days", "log_retention_days"},
    {"archive-days", "archive_days"},
    {"key-prefix", "key_prefix"},
    {"tokens-per-hour", "thresholds.tokens_per_hour"},
    {"errors-per-5-minutes", "thresholds.errors_per_5_minutes"},
    {"invocations-per-hour", "thresholds.invocations_per_hour"},
    {"latency-ms", "thresholds.latency_mean_ms"},
    {"alarm-source", "alarm_source"},
    {"alert-email", "subscribers"},
    {"subscribe", "subscribers"},
    {"dlq-arn", "dlq_arn"},
    {"critical-email", "secure.critical_subscribers"},
    {"performance-email", "secure.performance_subscribers"},
    {"cost-email", "secure.cost_subscribers"},
    {"use-trail", "observability.use_trail"},
    {"trail-days", "observability.trail_days"},
    {"with-report-bucket", "observability.has_report_bucket"},
    {"models", "observability.models"},
    {"team-key", "observability.team_key"},
    {"monthly-budget", "observability.budget.monthly_usd"},
    {"use-key", "secure.use_key"},
    {"vpc-id", "secure.network.vpc_id"},
    {"subnet-ids", "secure.network.subnet_ids"},
    {"management-cidrs", "secure.network.management_cidrs"},
    {"runtime-cidrs", "secure.network.runtime_cidrs"},
    {"trust", "secure.access.trusted_principals"},
    {"boundary", "secure.access.permissions_boundary_arn"},
});

/// Variables that other tools know, too: defaults, weaker than any file.
struct SpecVariable {
  std::string_view variable;
  std::string_view member;
};
constexpr auto spec_variables = std::to_array<SpecVariable>({
    {"ENVIRONMENT", "env"},
    {"SNS_TOPIC_ARN", "reused.topic_arn"},
});

/// Stands in for an account that STS has not told yet, so that the rest can be checked.
constexpr const char* account_unknown = "000000000000";

/// Typed, not a default from elsewhere.
const Setting* flag_of(const Settings& settings, std::string_view name) {
  const Setting* const setting = settings.find(name);
  return setting != nullptr && setting->origin == Origin::flag ? setting : nullptr;
}

Json::json_pointer pointer_to(std::string_view member) {
  std::string path = "/";
  for (const char letter : member) {
    path += letter == '.' ? '/' : letter;
  }
  return Json::json_pointer(path);
}

/// KEY=VALUE of --tag, PROTOCOL:ENDPOINT of --subscribe.
Result<std::pair<std::string, std::string>> split_pair(const std::string& text,
                                                       const std::string& flag, char separator,
                                                       std::string_view form) {
  const std::size_t at = text.find(separator);
  if (at == std::string::npos || at == 0) {
    return fault(flag, fmt::format("takes {}: {}", form, text));
  }
  return std::pair(text.substr(0, at), text.substr(at + 1));
}

Json emails_of(const Settings& settings, std::string_view flag) {
  Json result = Json::array();
  for (const std::string& address : settings.list(flag)) {
    result.push_back({{"protocol", "email"}, {"endpoint", address}});
  }
  return result;
}

Result<Json> subscribers_of(const Settings& settings) {
  Json result = emails_of(settings, "alert-email");
  for (const std::string& text : settings.list("subscribe")) {
    const auto pair = split_pair(text, "--subscribe", ':', "PROTOCOL:ENDPOINT");
    if (!pair) {
      return pass_on(pair);
    }
    result.push_back({{"protocol", pair->first}, {"endpoint", pair->second}});
  }
  return result;
}

Result<Json> tags_of(const Settings& settings) {
  Json result = Json::object();
  for (const std::string& text : settings.list("tag")) {
    const auto pair = split_pair(text, "--tag", '=', "KEY=VALUE");
    if (!pair) {
      return pass_on(pair);
    }
    if (result.contains(pair->first)) {
      return fault("--tag", fmt::format("is given twice for the key {}", pair->first));
    }
    result[pair->first] = pair->second;
  }
  return result;
}

Json models_of(const std::string& list) {
  Json result = Json::array();
  for (const std::string& id : split_list(list)) {
    result.push_back({{"model_id", id}});
  }
  return result;
}

constexpr bool is_list_flag(std::string_view name) {
  return name == "regions" || name == "only" || name == "stack-profile" || name == "subnet-ids" ||
         name == "management-cidrs" || name == "runtime-cidrs";
}

/// Flags whose text is the member's value as it stands, or a list of such.
Json plain_value(std::string_view name, const Setting& setting) {
  const std::string& text = setting.values.front();
  if (is_list_flag(name)) {
    return split_list(text);
  }
  if (name == "region" || name == "trust") {
    return setting.values;
  }
  if (name == "models") {
    return models_of(text);
  }
  if (name == "allow-shorten" || name == "with-report-bucket") {
    return true;
  }
  std::string value = text;
  if (name == "alarm-source") {
    std::replace(value.begin(), value.end(), '-', '_');
  }
  return value;
}

/// What was typed about the spec, in the form of a configuration.
Result<Json> document_of_flags(const Settings& settings) {
  Json document = Json::object();
  for (const auto& [name, member] : spec_flags) {
    const Setting* const setting = flag_of(settings, name);
    if (setting == nullptr) {
      continue;
    }
    Json& value = document[pointer_to(member)];
    if (name == "adopt") {
      value = Json::array();
      for (const std::string& text : setting->values) {
        if (text == "all") {
          document["adopts_all"] = true;
        } else {
          value.push_back(text);
        }
      }
    } else if (name.ends_with("-email") && name != "alert-email") {
      value = emails_of(settings, name);
    } else if (member == "subscribers" || name == "tag") {
      Result<Json> list = name == "tag" ? tags_of(settings) : subscribers_of(settings);
      if (!list) {
        return pass_on(list);
      }
      value = std::move(*list);
    } else {
      value = plain_value(name, *setting);
    }
  }
  return document;
}

/// The flag that says what the fault is about, if one was typed.
std::optional<std::string_view> flag_behind(const Settings& settings, std::string_view subject) {
  const auto found = std::find_if(spec_flags.begin(), spec_flags.end(), [&](const SpecFlag& each) {
    return flag_of(settings, each.flag) != nullptr &&
           (subject.starts_with(each.member) || each.member.starts_with(subject));
  });
  return found == spec_flags.end() ? std::nullopt : std::optional(found->flag);
}

std::optional<ExitCode> read_document(const ProvisionDocument& found, const std::string& path,
                                      StackSpec& spec) {
  const std::vector<Fault> faults = provision::read_spec(found.document, spec);
  for (const Fault& each : faults) {
    print_fault({path, fmt::format("{}: {}", each.subject, each.message), each.cause});
  }
  return faults.empty() ? std::nullopt : std::optional(exit_code_of(Step::configuration));
}

/// Into a spec that nobody has said anything about yet.
std::optional<ExitCode> read_variables(ProvisionRequest& request) {
  for (const auto& [variable, member] : spec_variables) {
    const std::optional<std::string> value = value_of(request.session.environment, variable);
    if (!value) {
      continue;
    }
    Json document = Json::object();
    document[pointer_to(member)] = *value;
    const std::vector<Fault> faults = provision::read_spec(document, request.spec);
    if (!faults.empty()) {
      return stop(Step::configuration, {std::string(variable), faults.front().message});
    }
  }
  return std::nullopt;
}

/// Whether the spec has what the variable says: then it may be what is wrong, or surprising.
bool says_variable(const ProvisionRequest& request, const SpecVariable& variable) {
  const std::optional<std::string> value = value_of(request.session.environment, variable.variable);
  const Settings& settings = request.session.settings;
  const bool is_typed =
      std::any_of(spec_flags.begin(), spec_flags.end(), [&](const SpecFlag& each) {
        return each.member == variable.member && flag_of(settings, each.flag) != nullptr;
      });
  return value && !is_typed && !request.is_saved &&
         provision::to_json(request.spec)[pointer_to(variable.member)] == *value;
}

/// What a variable decides is told: it may have been set for something else.
void tell_variables(const ProvisionRequest& request) {
  for (const SpecVariable& each : spec_variables) {
    const std::string value = value_of(request.session.environment, each.variable).value_or("");
    const bool is_built_in = provision::to_json(StackSpec())[pointer_to(each.member)] == value;
    if (says_variable(request, each) && !is_built_in && !request.session.settings.is_on("quiet")) {
      print_notice(fmt::format("{} is {} by the variable {}", each.member, value, each.variable));
    }
  }
}

/// The session and, from --config and the configuration files, what they say about the stack.
OrExit<ProvisionRequest> open_request(const Invocation& invocation) {
  ProvisionRequest request;
  Invocation shared = invocation;
  std::optional<ProvisionDocument> named;
  if (const auto given = invocation.flags.find("config"); given != invocation.flags.end()) {
    request.document_path = given->second.front();
    std::error_code ignored;
    if (!std::filesystem::exists(request.document_path, ignored)) {
      return stop(
          Step::configuration_missing,
          {request.document_path, fmt::format("{} (from --config)", configuration_file_missing)});
    }
    Result<std::optional<ProvisionDocument>> loaded =
        load_provision_document(request.document_path, false);
    if (!loaded) {
      return stop(Step::configuration, loaded.error());
    }
    named = std::move(*loaded);
    if (!named || !named->is_configuration) {
      shared.flags.erase("config");
    }
  }
  OrExit<Session> session = open_session(shared);
  if (!session) {
    return session.code();
  }
  request.session = std::move(*session);
  if (const std::optional<ExitCode> code = read_variables(request)) {
    return *code;
  }
  // Weakest first: each only changes what it names.
  const std::vector<ConfigurationFile>& files = request.session.files;
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    if (!file->exists || file->path == request.document_path) {
      continue;
    }
    const Result<std::optional<ProvisionDocument>> loaded =
        load_provision_document(file->path, true);
    if (!loaded) {
      return stop(Step::configuration, loaded.error());
    }
    const std::optional<ProvisionDocument>& found = *loaded;
    if (found) {
      if (const auto code = read_document(*found, file->path, request.spec)) {
        return *code;
      }
    }
  }
  if (named) {
    if (const auto code = read_document(*named, request.document_path, request.spec)) {
      return *code;
    }
  }
  return request;
}

std::optional<ExitCode> add_flags(ProvisionRequest& request) {
  const Settings& settings = request.session.settings;
  if (flag_of(settings, "region") != nullptr && flag_of(settings, "regions") != nullptr) {
    return stop(Step::command_line, {"--regions", "and --region say the same; give one of them"});
  }
  const Result<Json> document = document_of_flags(settings);
  if (!document) {
    return stop(Step::command_line, document.error());
  }
  const std::vector<Fault> faults = provision::read_spec(*document, request.spec);
  return faults.empty() ? std::nullopt : std::optional(stop_at_spec(request, faults));
}

/// --assume-role: an ARN, or a name in the account that is named.
std::optional<ExitCode> add_role(ProvisionRequest& request) {
  const std::vector<std::string> roles = request.session.settings.list("assume-role");
  if (roles.empty()) {
    return std::nullopt;
  }
  const std::string& role = roles.front();
  const std::string flag = request.session.settings.text("account");
  const std::string& account = flag.empty() ? request.spec.account : flag;
  if (roles.size() > 1) {
    return stop(Step::command_line, {"--assume-role", "is given twice; this takes one account"});
  }
  if (role.starts_with("arn:")) {
    request.aws.assume_role_arn = role;
  } else if (!account.empty() && is_role_name(role)) {
    request.aws.assume_role_arn =
        fmt::format("arn:{}:iam::{}:role/{}", request.spec.partition, account, role);
  } else {
    return stop(Step::command_line,
                {"--assume-role",
                 fmt::format("takes the ARN of a role, or with --account its name: {}", role)});
  }
  return std::nullopt;
}

/// AWS settings, and from them the region when the spec has none.
std::optional<ExitCode> add_aws(ProvisionRequest& request) {
  OrExit<aws::AwsSettings> resolved =
      aws_settings_of(request.session.settings, request.session.environment);
  if (!resolved) {
    return resolved.code();
  }
  request.aws = std::move(*resolved);
  request.aws.no_sign_request = false;  // A default for public buckets; here all is signed.
  StackSpec& spec = request.spec;
  if (spec.regions.empty() && !request.aws.region.empty()) {
    spec.regions = {request.aws.region};
  }
  if (spec.regions.empty()) {
    return stop(Step::configuration_missing,
                {"region", "is missing; give --region or --regions, or set AWS_REGION"});
  }
  // The region of global services and of STS is of the partition the stack is in.
  request.aws.region = spec.regions.front();
  spec.partition = aws::partition_of(spec.regions.front()).name;
  return add_role(request);
}

std::vector<Fault> faults_without_account(StackSpec spec) {
  const bool is_known = !spec.account.empty();
  if (!is_known) {
    spec.account = account_unknown;
  }
  std::vector<Fault> faults = provision::faults_of(spec);
  if (!is_known) {
    // Compared with the account: asked again when it is known.
    std::erase_if(faults, [](const Fault& each) { return each.subject == "reused.topic_arn"; });
  }
  return faults;
}

}  // namespace

ExitCode stop_at_spec(const ProvisionRequest& request, const std::vector<Fault>& faults) {
  ExitCode code = ExitCode::complete;
  for (const Fault& each : faults) {
    const auto flag = flag_behind(request.session.settings, each.subject);
    Step step = Step::command_line;
    const auto variable =
        std::find_if(spec_variables.begin(), spec_variables.end(), [&](const SpecVariable& one) {
          return each.subject == one.member && says_variable(request, one);
        });
    if (flag) {
      print_fault({fmt::format("--{}", *flag), each.message, each.cause});
    } else if (variable != spec_variables.end()) {
      step = Step::configuration;
      print_fault({std::string(variable->variable), each.message, each.cause});
    } else if (!request.document_path.empty()) {
      step = Step::configuration;
      print_fault({request.document_path, fmt::format("{}: {}", each.subject, each.message)});
    } else {
      step = Step::configuration;
      print_fault(each);
    }
    code = code == ExitCode::complete ? exit_code_of(step) : code;
  }
  return code;
}

OrExit<ProvisionRequest> read_provision_request(const Invocation& invocation) {
  OrExit<ProvisionRequest> request = open_request(invocation);
  if (!request) {
    return request;
  }
  for (const auto& add : {add_flags, add_aws}) {
    if (const std::optional<ExitCode> code = add(*request)) {
      return *code;
    }
  }
  if (const std::vector<Fault> faults = faults_without_account(request->spec); !faults.empty()) {
    return stop_at_spec(*request, faults);
  }
  tell_variables(*request);
  return request;
}

OrExit<ProvisionRequest> read_provision_request(const Invocation& invocation, StackSpec saved,
                                                const std::string& plan_path) {
  for (const auto& [name, member] : spec_flags) {
    // The account may be said again: it is held against the caller's.
    if (name != "account" && invocation.flags.contains(name)) {
      return stop(Step::command_line,
                  {fmt::format("--{}", name),
                   fmt::format("is settled in {}; make a new plan to change it", plan_path)});
    }
  }
  if (invocation.flags.contains("config")) {
    return stop(
        Step::command_line,
        {"--config", fmt::format("is settled in {}; make a new plan to change it", plan_path)});
  }
  OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  ProvisionRequest request;
  request.session = std::move(*session);
  request.spec = std::move(saved);
  request.document_path = plan_path;
  request.is_saved = true;
  if (const std::optional<ExitCode> code = add_aws(request)) {
    return *code;
  }
  if (const std::vector<Fault> faults = provision::faults_of(request.spec); !faults.empty()) {
    return stop_at_spec(request, faults);
  }
  return request;
}

}  // namespace bedrocklog::cli
