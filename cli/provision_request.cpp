// Flags become a document of the form configuration has, so that one reader checks both.
#include "cli/provision_request.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

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

Result<Json> subscribers_of(const Settings& settings) {
  Json result = Json::array();
  for (const std::string& address : settings.list("alert-email")) {
    result.push_back({{"protocol", "email"}, {"endpoint", address}});
  }
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

/// What was typed about the spec, in the form of a configuration.
Result<Json> document_of_flags(const Settings& settings) {
  Json document = Json::object();
  for (const auto& [name, member] : spec_flags) {
    const Setting* const setting = flag_of(settings, name);
    if (setting == nullptr) {
      continue;
    }
    Json& value = document[pointer_to(member)];
    if (name == "regions" || name == "only" || name == "stack-profile") {
      value = split_list(setting->values.front());
    } else if (name == "region") {
      value = setting->values;
    } else if (name == "adopt") {
      value = Json::array();
      for (const std::string& text : setting->values) {
        if (text == "all") {
          document["adopts_all"] = true;
        } else {
          value.push_back(text);
        }
      }
    } else if (name == "allow-shorten") {
      value = true;
    } else if (name == "alarm-source") {
      std::string text = setting->values.front();
      std::replace(text.begin(), text.end(), '-', '_');
      value = text;
    } else if (member == "subscribers" || name == "tag") {
      Result<Json> list = name == "tag" ? tags_of(settings) : subscribers_of(settings);
      if (!list) {
        return pass_on(list);
      }
      value = std::move(*list);
    } else {
      value = setting->values.front();
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

/// AWS settings, and from them the region when the spec has none.
std::optional<ExitCode> add_aws(ProvisionRequest& request) {
  OrExit<aws::AwsSettings> resolved =
      aws_settings_of(request.session.settings, request.session.environment);
  if (!resolved) {
    return resolved.code();
  }
  request.aws = std::move(*resolved);
  request.aws.no_sign_request = false;  // A default for public buckets; here all is signed.
  request.aws.assume_role_arn = request.session.settings.text("assume-role");
  if (!request.aws.assume_role_arn.empty() && !request.aws.assume_role_arn.starts_with("arn:")) {
    return stop(Step::command_line, {"--assume-role", fmt::format("takes the ARN of a role: {}",
                                                                  request.aws.assume_role_arn)});
  }
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
  return std::nullopt;
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
    if (flag) {
      print_fault({fmt::format("--{}", *flag), each.message, each.cause});
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
  if (const std::optional<ExitCode> code = add_aws(request)) {
    return *code;
  }
  if (const std::vector<Fault> faults = provision::faults_of(request.spec); !faults.empty()) {
    return stop_at_spec(request, faults);
  }
  return request;
}

}  // namespace bedrocklog::cli
