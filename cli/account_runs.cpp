// Each account gets the command line it would have had on its own.
#include "cli/account_runs.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/account_list.h"
#include "cli/input_text.h"
#include "cli/listing.h"
#include "cli/provision_json.h"

namespace bedrocklog::cli {
namespace {

struct AccountOutcome {
  AccountEntry entry;
  StackOutput output;
  ExitCode code = ExitCode::complete;
  bool is_reached = false;
};

std::vector<std::string> values_of(const Invocation& invocation, std::string_view flag) {
  const auto found = invocation.flags.find(flag);
  return found == invocation.flags.end() ? std::vector<std::string>() : found->second;
}

OrExit<std::vector<AccountEntry>> entries_of_file(const Invocation& invocation,
                                                  const std::string& path) {
  const std::vector<std::string> roles = values_of(invocation, "assume-role");
  if (roles.size() > 1 || (!roles.empty() && !is_role_name(roles.front()))) {
    return stop(Step::command_line,
                {"--assume-role",
                 "beside --accounts takes the name of the role to assume in each "
                 "account that names none"});
  }
  const Result<std::string> text = read_text_file(path, account_file_size_bytes_max);
  if (!text) {
    return stop(Step::list_input, text.error());
  }
  std::vector<AccountEntry> entries;
  const std::vector<Fault> faults =
      read_account_list(*text, path, roles.empty() ? "" : roles.front(), entries);
  for (const Fault& each : faults) {
    print_fault(each);
  }
  if (!faults.empty()) {
    return exit_code_of(Step::configuration);
  }
  return entries;
}

/// Nothing to go over: the caller's one account.
OrExit<std::vector<AccountEntry>> entries_of(const Invocation& invocation) {
  std::vector<AccountEntry> entries;
  const std::vector<std::string> files = values_of(invocation, "accounts");
  const std::vector<std::string> roles = values_of(invocation, "assume-role");
  const bool is_for_many = !files.empty() || roles.size() > 1;
  if (is_for_many && invocation.flags.contains("account")) {
    return stop(Step::command_line, {"--account", "names one account where several are wanted"});
  }
  if (!files.empty()) {
    return entries_of_file(invocation, files.front());
  }
  if (roles.size() < 2) {
    return entries;
  }
  for (const std::string& role : roles) {
    Result<AccountEntry> entry = entry_of_role(role, "--assume-role");
    if (!entry) {
      return stop(Step::command_line, entry.error());
    }
    const bool is_twice =
        std::any_of(entries.begin(), entries.end(),
                    [&](const AccountEntry& each) { return each.account == entry->account; });
    if (is_twice) {
      return stop(Step::command_line,
                  {"--assume-role", "is given twice for the account " + entry->account});
    }
    entries.push_back(std::move(*entry));
  }
  return entries;
}

/// The command line for one account.
Invocation invocation_for(const Invocation& invocation, const AccountEntry& entry) {
  Invocation own = invocation;
  own.flags.erase("accounts");
  own.flags.erase("assume-role");
  own.flags["account"] = {entry.account};
  if (!entry.role.empty()) {
    own.flags["assume-role"] = {entry.role};
  }
  if (!own.arguments.empty() && own.command->name == "provision apply") {
    // A saved plan of each account; it has settled the rest.
    own.arguments.front() =
        (std::filesystem::path(own.arguments.front()) / plan_file_name(entry.account, entry.stack))
            .string();
    return own;
  }
  if (own.flags.contains("out-dir")) {
    own.flags["out"] = {(std::filesystem::path(own.flags["out-dir"].front()) /
                         plan_file_name(entry.account, entry.stack))
                            .string()};
    own.flags.erase("out-dir");
  }
  if (!entry.regions.empty()) {
    own.flags.erase("region");
    own.flags["regions"] = {fmt::format("{}", fmt::join(entry.regions, ","))};
  }
  if (!entry.env.empty()) {
    own.flags["env"] = {entry.env};
  }
  if (!entry.stack.empty()) {
    own.flags["stack"] = {entry.stack};
  }
  return own;
}

/// What would mean the same thing for every account. Makes the folder of their plans.
std::optional<ExitCode> check_flags(const Invocation& invocation) {
  for (const char* flag : {"out", "restore", "restore-logging", "save"}) {
    if (invocation.flags.contains(flag)) {
      return stop(Step::command_line,
                  {fmt::format("--{}", flag),
                   std::string_view(flag) == "out"
                       ? "is one file for several accounts; --out-dir saves a plan of each"
                       : "is one file for several accounts; run the command for each of them"});
    }
  }
  std::error_code error;
  for (const std::string& folder : values_of(invocation, "out-dir")) {
    std::filesystem::create_directories(folder, error);
    if (error) {
      return stop(Step::create_output,
                  {folder, fmt::format("cannot be created: {}", error.message())});
    }
  }
  const bool is_plan_of_all =
      !invocation.arguments.empty() && invocation.command->name == "provision apply";
  if (is_plan_of_all && !std::filesystem::is_directory(invocation.arguments.front(), error)) {
    return stop(Step::command_line,
                {invocation.arguments.front(),
                 "is one plan for several accounts; name the folder that plan --out-dir wrote"});
  }
  return std::nullopt;
}

bool is_signal(ExitCode code) {
  return code == ExitCode::interrupted || code == ExitCode::terminated;
}

std::string result_text(const AccountOutcome& outcome) {
  return !outcome.is_reached             ? "not reached"
         : outcome.output.result.empty() ? "failed"
                                         : outcome.output.result;
}

ExitCode print_table(const std::vector<AccountOutcome>& outcomes) {
  Listing listing;
  listing.columns = {{"account"},
                     {"regions"},
                     {"result"},
                     {"changes", ColumnKind::count},
                     {"conflicts", ColumnKind::count},
                     {"exit", ColumnKind::count}};
  for (const AccountOutcome& each : outcomes) {
    const bool is_planned = !each.output.result.empty();
    listing.rows.push_back({each.entry.stack.empty() ? each.entry.account
                                                     : each.entry.account + '/' + each.entry.stack,
                            fmt::format("{}", fmt::join(each.output.regions, " ")),
                            result_text(each),
                            is_planned ? std::to_string(each.output.changes) : "",
                            is_planned ? std::to_string(each.output.conflicts) : "",
                            each.is_reached ? std::to_string(static_cast<int>(each.code)) : ""});
  }
  const Result<std::string> text = render_listing(listing, "table");
  return text ? print_result("\n" + *text) : stop(Step::command_line, text.error());
}

nlohmann::json document_of(const Invocation& invocation, ExitCode worst,
                           const std::vector<AccountOutcome>& outcomes) {
  nlohmann::json accounts = nlohmann::json::array();
  for (const AccountOutcome& each : outcomes) {
    const bool is_planned = !each.output.result.empty();
    accounts.push_back(
        {{"account", each.entry.account},
         {"role", each.entry.role.empty() ? nlohmann::json() : nlohmann::json(each.entry.role)},
         {"regions", each.output.regions},
         {"result", result_text(each)},
         {"changes", is_planned ? nlohmann::json(each.output.changes) : nlohmann::json()},
         {"conflicts", is_planned ? nlohmann::json(each.output.conflicts) : nlohmann::json()},
         {"exit", each.is_reached ? nlohmann::json(static_cast<int>(each.code)) : nlohmann::json()},
         {"document", each.output.document}});
  }
  return {{"schema", "bedrocklog.provision-accounts/1"},
          {"command", invocation.command->name},
          {"accounts", std::move(accounts)},
          {"exit", static_cast<int>(worst)}};
}

}  // namespace

std::string plan_file_name(const std::string& account, const std::string& stack) {
  return stack.empty() ? account + ".plan" : fmt::format("{}-{}.plan", account, stack);
}

ExitCode run_over_accounts(const Invocation& invocation, StackCommand command) {
  const bool is_json = invocation.flags.contains("json");
  const OrExit<std::vector<AccountEntry>> entries = entries_of(invocation);
  if (!entries) {
    return entries.code();
  }
  if (entries->empty()) {
    StackOutput output;
    output.is_json = is_json;
    const ExitCode code = command(invocation, output);
    return print_document(output, code);
  }
  if (const std::optional<ExitCode> code = check_flags(invocation)) {
    return *code;
  }
  ExitCode worst = ExitCode::complete;
  std::vector<AccountOutcome> outcomes;
  for (const AccountEntry& entry : *entries) {
    AccountOutcome& outcome = outcomes.emplace_back();
    outcome.entry = entry;
    outcome.output.is_json = is_json;
    outcome.output.account = entry.account;
    if (is_signal(worst)) {
      continue;
    }
    if (!invocation.flags.contains("quiet")) {
      print_notice(fmt::format("account {} ({} of {}){}{}", entry.account, outcomes.size(),
                               entries->size(), entry.role.empty() ? "" : ", role ", entry.role));
    }
    outcome.is_reached = true;
    outcome.code = command(invocation_for(invocation, entry), outcome.output);
    worst = std::max(worst, outcome.code);  // In the order of the codes, failures are behind.
  }
  const ExitCode printed =
      is_json ? print_result(document_text(document_of(invocation, worst, outcomes)))
              : print_table(outcomes);
  return worst == ExitCode::complete ? printed : worst;
}

}  // namespace bedrocklog::cli
