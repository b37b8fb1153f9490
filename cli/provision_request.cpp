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
#include "cli/provision_document.h"
#include "cli/s3_access.h"
#include "cli/spec_flags.h"
#include "ingest/aws/endpoint.h"

namespace bedrocklog::cli {
namespace {

using provision::Json;
using provision::StackSpec;

/// Variables that other tools know, too: defaults, weaker than any file.
struct SpecVariable {
  std::string_view variable;
  std::string_view member;
};
constexpr SpecVariable topic_variable{"SNS_TOPIC_ARN", "reused.topic_arn"};
constexpr std::array<SpecVariable, 2> spec_variables = {{{"ENVIRONMENT", "env"}, topic_variable}};

/// Stands in for an account that STS has not told yet, so that the rest can be checked.
constexpr const char* account_unknown = "000000000000";

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
    document[member_pointer(member)] = *value;
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
  const bool is_typed = flag_behind(settings, variable.member).has_value();
  return value && !is_typed && !request.is_saved &&
         provision::to_json(request.spec)[member_pointer(variable.member)] == *value;
}

/// What a variable decides is told: it may have been set for something else.
void tell_variables(const ProvisionRequest& request) {
  for (const SpecVariable& each : spec_variables) {
    const std::string value = value_of(request.session.environment, each.variable).value_or("");
    const bool is_built_in = provision::to_json(StackSpec())[member_pointer(each.member)] == value;
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
  if (typed_flag(settings, "region") != nullptr && typed_flag(settings, "regions") != nullptr) {
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
  drop_unfit_variables(request);
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

void drop_unfit_variables(ProvisionRequest& request) {
  StackSpec& spec = request.spec;
  const std::string topic = spec.reused.topic_arn;
  if (topic.empty() || !says_variable(request, topic_variable)) {
    return;
  }
  const bool fits =
      spec.regions.size() == 1 &&
      topic.find(fmt::format(":sns:{}:", spec.regions.front())) != topic.npos &&
      (spec.account.empty() || topic.find(fmt::format(":{}:", spec.account)) != topic.npos);
  if (!fits) {
    spec.reused.topic_arn.clear();
    print_notice(
        fmt::format("the topic of {} is not of this stack's one region and account: not "
                    "used; --use-topic names one",
                    topic_variable.variable));
  }
}

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
  for (const auto& [name, values] : invocation.flags) {
    // The account may be said again: it is held against the caller's.
    if (name != "account" && is_spec_flag(name)) {
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
