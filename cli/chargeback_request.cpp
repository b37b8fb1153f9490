// Flags of chargeback, checked against one another.
#include "cli/chargeback_request.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "analytics/finance/chargeback.h"
#include "cli/allocation.h"
#include "cli/folder_output.h"
#include "cli/input_text.h"
#include "cli/list_text.h"

namespace bedrocklog::cli {
namespace {

using Failed = std::optional<Fault>;

Failed read_sharing(const Session& session, const std::vector<analytics::Key>& shown,
                    ChargebackRequest& request) {
  const Settings& settings = session.settings;
  const std::string text = settings.text("split-shared");
  for (const std::string_view flag : {"shares", "shared-teams"}) {
    if (text.empty() && !settings.text(flag).empty()) {
      return Fault{fmt::format("--{}", flag), "needs --split-shared"};
    }
  }
  if (text.empty()) {
    return std::nullopt;
  }
  const Result<finance::SharedSplit> split = finance::parse_shared_split(text);
  if (!split) {
    return split.error();
  }
  const bool has_team = std::any_of(shown.begin(), shown.end(), [](const analytics::Key& key) {
    return key.kind == analytics::KeyKind::team;
  });
  if (!has_team) {
    return Fault{"--split-shared", "needs the key team in --by, and --teams FILE to fill it"};
  }
  const bool is_fixed = *split == finance::SharedSplit::fixed;
  if (is_fixed == settings.text("shares").empty()) {
    return Fault{"--split-shared", is_fixed ? "fixed needs --shares FILE with team and basis_points"
                                            : "takes --shares with fixed alone: " + text};
  }
  request.sharing.emplace();
  request.sharing->split = *split;
  request.sharing->shared_teams = split_list(settings.text("shared-teams"));
  return std::nullopt;
}

/// A bad file, which is no wrong setting.
Failed read_shares(const Settings& settings, finance::SharedCostRule& rule) {
  const std::string path = settings.text("shares");
  if (path.empty()) {
    return std::nullopt;
  }
  const Result<std::string> text = read_text_file(path, allocation_size_bytes_max);
  if (!text) {
    return text.error();
  }
  Result<finance::FixedShares> shares = finance::parse_fixed_shares(*text, path);
  if (!shares) {
    return shares.error();
  }
  std::vector<std::string> givers = rule.shared_teams;
  givers.emplace_back(finance::unallocated);
  for (const std::string& giver : givers) {
    if (shares->contains(giver)) {
      return Fault{path, fmt::format("gives a share to {}, whose cost is shared out", giver)};
    }
  }
  rule.shares = *std::move(shares);
  return std::nullopt;
}

Failed read_statements(const Settings& settings, ChargebackRequest& request) {
  const std::string split_by = settings.text("split-by");
  const std::string folder = settings.text("output-dir");
  if (split_by.empty() != folder.empty()) {
    return folder.empty() ? Fault{"--split-by", "needs --output-dir DIR"}
                          : Fault{"--output-dir", "needs --split-by, such as team"};
  }
  if (split_by.empty()) {
    return std::nullopt;
  }
  StatementRequest statements{split_by, folder, OutputFormat::csv};
  if (const std::string format = settings.text("format"); !format.empty()) {
    const Result<OutputFormat> parsed = parse_format(format);
    if (!parsed) {
      return parsed.error();
    }
    if (*parsed == OutputFormat::focus_csv) {
      return Fault{"--split-by",
                   "statements are no FOCUS rows; leave --format focus-csv out, and "
                   "name that file with -o FILE.focus.csv"};
    }
    statements.format = *parsed;
  }
  request.statements = std::move(statements);
  return std::nullopt;
}

}  // namespace

OrExit<ChargebackRequest> make_chargeback_request(const Session& session,
                                                  const std::vector<analytics::Key>& shown) {
  ChargebackRequest request;
  Failed failed = read_sharing(session, shown, request);
  failed = failed ? failed : read_statements(session.settings, request);
  if (failed) {
    return stop_at_setting(session.settings, *failed);
  }
  if (request.sharing) {
    if (const Failed unfit = read_shares(session.settings, *request.sharing)) {
      return stop(Step::prices, *unfit);
    }
  }
  if (request.statements) {
    if (const Failed unfit = check_folder(request.statements->folder)) {
      return stop(Step::create_output, *unfit);
    }
  }
  return request;
}

void charge_back(const ChargebackRequest& request, finance::CostTable& table) {
  finance::name_unallocated(table);
  if (request.sharing) {
    finance::share_cost(table, *request.sharing);
  }
}

Failed check_split(const ChargebackRequest& request, const finance::CostTable& table) {
  if (!request.statements || table.column(request.statements->split_by)) {
    return std::nullopt;
  }
  std::vector<std::string> names;
  names.reserve(table.columns.size());
  for (const finance::TextColumn& column : table.columns) {
    names.push_back(column.name);
  }
  return Fault{"--split-by", fmt::format("the report has no column {}; put it into --by, or take "
                                         "one of {}",
                                         request.statements->split_by, fmt::join(names, ", "))};
}

}  // namespace bedrocklog::cli
