// `bedrocklog provision suggest`: the configuration of a stack that fits the logs of the past.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/number_text.h"
#include "cli/output_file.h"
#include "cli/price_book.h"
#include "cli/scan_request.h"
#include "cli/scan_run.h"
#include "cli/session.h"
#include "cli/suggestion.h"

namespace bedrocklog::cli {
namespace {

constexpr NumberRange top_range = {1, 50};

std::optional<ExitCode> check_request(const Settings& settings,
                                      const std::vector<std::string>& sources) {
  if (std::find(sources.begin(), sources.end(), "-") != sources.end()) {
    return stop(Step::command_line,
                {"--from", "cannot be standard input: the logs are read twice"});
  }
  if (const std::string path = settings.text("out"); !path.empty()) {
    if (const std::optional<Fault> failed = check_writable(path)) {
      return stop(Step::create_output, *failed);
    }
  }
  return std::nullopt;
}

ExitCode write_suggestion(const Settings& settings, const std::string& text) {
  const std::string path = settings.text("out");
  if (path.empty()) {
    return print_result(text);
  }
  if (const std::optional<Fault> failed = write_file(path, text)) {
    return stop(Step::write_output, *failed);
  }
  if (!settings.is_on("quiet")) {
    print_notice("wrote " + path);
  }
  return ExitCode::complete;
}

}  // namespace

ExitCode run_provision_suggest(const Invocation& invocation) {
  const OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  const Settings& settings = session->settings;
  const std::vector<std::string> sources = settings.list("from");
  if (const std::optional<ExitCode> code = check_request(settings, sources)) {
    return *code;
  }
  const Result<std::uint64_t> top = parse_whole_number(settings.text("top"), "--top", top_range);
  if (!top) {
    return stop_at_setting(settings, top.error());
  }
  const OrExit<analytics::PriceTable> prices = load_price_book(*session);
  if (!prices) {
    return prices.code();
  }
  const OrExit<ScannedUsage> usage = scan_usage(*session, *prices, sources, suggestion_keys());
  if (!usage) {
    return usage.code();
  }
  if (usage->aggregate.groups.empty()) {
    return stop(Step::list_input, {"--from", "holds no record to measure"});
  }
  const OrExit<ScannedUsage> teams = scan_usage(*session, *prices, sources, team_tag_keys());
  if (!teams) {
    return teams.code();
  }
  const ExitCode written =
      write_suggestion(settings, suggestion_text({&usage->aggregate, &teams->aggregate, &*prices,
                                                  static_cast<std::size_t>(*top)}));
  return written == ExitCode::complete ? report_incomplete(usage->aggregate.account, settings)
                                       : written;
}

}  // namespace bedrocklog::cli
