// `bedrocklog provision permissions` and `export`: the stack on paper. AWS is asked only for what
// the flags do not tell.
#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/command.h"
#include "cli/output_file.h"
#include "cli/provision_json.h"
#include "cli/provision_request.h"
#include "cli/provision_target.h"
#include "provision/desired_state.h"
#include "provision/permissions.h"
#include "provision/stack_export.h"

namespace bedrocklog::cli {
namespace {

/// json is the older name of configuration.
constexpr std::array<std::string_view, 5> export_formats = {"cloudformation", "terraform",
                                                            "configuration", "runbook", "json"};

/// The request with its account: as it was said, else as STS says.
OrExit<ProvisionRequest> request_with_account(const Invocation& invocation) {
  OrExit<ProvisionRequest> request = read_provision_request(invocation);
  if (!request) {
    return request;
  }
  const std::optional<ExitCode> code = settle_account(*request);
  return code ? OrExit<ProvisionRequest>(*code) : std::move(request);
}

/// What is there, for import blocks.
OrExit<provision::ObservedState> observed_of(ProvisionRequest& request) {
  const OrExit<ProvisionTarget> target = open_provision_target(request);
  if (!target) {
    return target.code();
  }
  OrExit<StackView> view = view_stack(request, *target);
  if (!view) {
    return view.code();
  }
  return std::move(view->observed);
}

OrExit<std::vector<provision::ExportedFile>> exported_files(ProvisionRequest& request,
                                                            const std::string& format) {
  const bool imports = request.session.settings.is_on("import");
  const bool has_state = request.session.settings.is_on("with-state");
  if (imports && format != "terraform") {
    return stop(Step::command_line, {"--import", "belongs to --format terraform"});
  }
  if (has_state && format != "runbook") {
    return stop(Step::command_line, {"--with-state", "belongs to --format runbook"});
  }
  if (format == "json" || format == "configuration") {
    return std::vector<provision::ExportedFile>{
        {"bedrocklog-stack.json", document_text(provision::to_configuration(request.spec))}};
  }
  std::optional<provision::ObservedState> observed;
  if (imports || has_state) {
    OrExit<provision::ObservedState> found = observed_of(request);
    if (!found) {
      return found.code();
    }
    observed = std::move(*found);
  }
  const provision::DesiredState desired = provision::desired_state(request.spec);
  const provision::ObservedState* const state = observed ? &*observed : nullptr;
  if (format == "runbook") {
    return provision::to_runbook(request.spec, desired, state);
  }
  return format == "terraform" ? provision::to_terraform(request.spec, desired, state)
                               : provision::to_cloudformation(request.spec, desired);
}

ExitCode write_files(const std::vector<provision::ExportedFile>& files, const std::string& folder,
                     bool is_quiet) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return stop(Step::create_output,
                {folder, fmt::format("cannot be created: {}", error.message())});
  }
  for (const provision::ExportedFile& file : files) {
    const std::string path = (std::filesystem::path(folder) / file.name).string();
    if (const std::optional<Fault> failed = write_file(path, file.text)) {
      return stop(Step::write_output, *failed);
    }
    if (!is_quiet) {
      print_notice(fmt::format("wrote {}", path));
    }
  }
  return ExitCode::complete;
}

}  // namespace

ExitCode run_provision_permissions(const Invocation& invocation) {
  const auto given = invocation.flags.find("mode");
  const std::string name = given == invocation.flags.end() ? "apply" : given->second.front();
  const std::optional<provision::PermissionMode> mode = provision::permission_mode_named(name);
  if (!mode) {
    return stop(Step::command_line,
                {"--mode", fmt::format("takes one of {}: {}",
                                       fmt::join(provision::permission_mode_names(), ", "), name)});
  }
  const OrExit<ProvisionRequest> request = request_with_account(invocation);
  if (!request) {
    return request.code();
  }
  const nlohmann::json policy = provision::permission_policy(request->spec, *mode);
  const std::vector<nlohmann::json> parts = provision::policy_parts(policy);
  const Settings& settings = request->session.settings;
  if (const std::string folder = settings.text("output-dir"); !folder.empty()) {
    std::vector<provision::ExportedFile> files;
    files.reserve(parts.size());
    for (const nlohmann::json& part : parts) {
      files.push_back(
          {fmt::format("bedrocklog-{}-{}.json", name, files.size() + 1), document_text(part)});
    }
    return write_files(files, folder, settings.is_on("quiet"));
  }
  if (parts.size() > 1 && !settings.is_on("quiet")) {
    print_notice(
        fmt::format("more than the {} characters of a managed policy: --output-dir DIR "
                    "writes it as {} policies",
                    provision::managed_policy_characters_max, parts.size()));
  }
  return print_result(document_text(policy));
}

ExitCode run_provision_export(const Invocation& invocation) {
  const auto given = invocation.flags.find("format");
  const std::string format =
      given == invocation.flags.end() ? "cloudformation" : given->second.front();
  if (std::find(export_formats.begin(), export_formats.end(), format) == export_formats.end()) {
    return stop(
        Step::command_line,
        {"--format", fmt::format("takes one of {}: {}", fmt::join(export_formats, ", "), format)});
  }
  OrExit<ProvisionRequest> request = request_with_account(invocation);
  if (!request) {
    return request.code();
  }
  const OrExit<std::vector<provision::ExportedFile>> files = exported_files(*request, format);
  if (!files) {
    return files.code();
  }
  const Settings& settings = request->session.settings;
  if (const std::string folder = settings.text("output-dir"); !folder.empty()) {
    return write_files(*files, folder, settings.is_on("quiet"));
  }
  if (files->size() != 1) {
    std::vector<std::string> names;
    for (const provision::ExportedFile& file : *files) {
      names.push_back(file.name);
    }
    return stop(Step::command_line, {"--output-dir", fmt::format("is needed for several files: {}",
                                                                 fmt::join(names, ", "))});
  }
  return print_result(files->front().text);
}

}  // namespace bedrocklog::cli
