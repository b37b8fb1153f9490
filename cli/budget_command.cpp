// `bedrocklog budget`: planned against used, with an exit code for cron.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analytics/finance/budget_report.h"
#include "cli/budget_file.h"
#include "cli/command.h"
#include "cli/cost_request.h"
#include "cli/document_output.h"
#include "cli/input_text.h"
#include "cli/price_book.h"
#include "cli/scan_request.h"
#include "cli/scan_run.h"
#include "cli/session.h"

namespace bedrocklog::cli {
namespace {

/// Everything that is known before anything is read.
struct BudgetRequest {
  BudgetFile file;
  finance::BudgetAlarm alarm;
  finance::Discounts discounts;
  OutputRequest output;
  UnixMillis now;
  TimeRange asked;
};

OrExit<BudgetFile> budget_file_of(const Session& session) {
  std::string path = session.settings.text("budget");
  if (path.empty() && session.configuration.budget_file) {
    path = session.configuration.budget_file->values.front();
  }
  if (path.empty()) {
    return stop(Step::command_line,
                {"--budget",
                 "is missing; name a budget file, or set file under [budgets] in "
                 "bedrocklog.toml"});
  }
  Result<BudgetFile> file = load_budget_file(path);
  if (!file) {
    return stop(Step::configuration, file.error());
  }
  return std::move(*file);
}

OrExit<finance::Discounts> discounts_of(const Session& session) {
  std::string path = session.settings.text("discounts");
  if (path.empty() && session.configuration.discounts_file) {
    path = session.configuration.discounts_file->values.front();
  }
  if (path.empty()) {
    return finance::Discounts();
  }
  const Result<std::string> text = read_text_file(path, finance_file_size_bytes_max);
  if (!text) {
    return stop(Step::configuration, text.error());
  }
  Result<finance::Discounts> discounts =
      finance::Discounts::parse(*text, path.substr(path.rfind('/') + 1));
  if (!discounts) {
    return stop(Step::configuration, discounts.error());
  }
  return std::move(*discounts);
}

/// Grouped by account, too, where a discount asks for it.
void add_account_key(const finance::Discounts& discounts, std::vector<analytics::Key>& by) {
  const analytics::Key account{analytics::KeyKind::account, ""};
  if (discounts.needs_account() && std::find(by.begin(), by.end(), account) == by.end()) {
    by.push_back(account);
  }
}

OrExit<BudgetRequest> read_request(const Session& session) {
  OrExit<BudgetFile> file = budget_file_of(session);
  if (!file) {
    return file.code();
  }
  BudgetRequest request;
  request.file = std::move(*file);
  OrExit<finance::Discounts> discounts = discounts_of(session);
  if (!discounts) {
    return discounts.code();
  }
  request.discounts = std::move(*discounts);
  add_account_key(request.discounts, request.file.by);
  const Result<finance::BudgetAlarm> alarm =
      finance::parse_budget_alarm(session.settings.text("fail-at"));
  if (!alarm) {
    return stop_at_setting(session.settings, alarm.error());
  }
  request.alarm = *alarm;
  return request;
}

/// The range whose UTC dates are the local dates of `range`: `--month` of any zone means the month
/// of that name.
TimeRange in_calendar_of(const analytics::Zone& zone, TimeRange range) {
  for (UnixMillis* end : {&range.begin, &range.end}) {
    if (*end != TimeRange{}.begin && *end != TimeRange{}.end) {
      end->value += zone.offset_at(*end).offset_ms;
    }
  }
  return range;
}

/// The scan of whole periods, whatever part of them was asked for.
OrExit<ScanRequest> scan_request_of(const Session& session, BudgetRequest& request) {
  OrExit<ScanRequest> scan = make_scan_request(session);
  if (!scan) {
    return scan.code();
  }
  const Result<Now> now = now_of(session, scan->scan.zone);
  if (!now) {
    return stop_at_setting(session.settings, now.error());
  }
  request.now = now->at;
  request.asked = in_calendar_of(scan->scan.zone, scan->scan.range);
  scan->scan.range = finance::range_to_read(request.file.budgets, request.asked, request.now);
  const Result<ingest::HourWindow> window = delivery_window_of(session.settings, scan->scan.range);
  if (!window) {
    return stop_at_setting(session.settings, window.error());
  }
  scan->window = *window;
  scan->scan.by = request.file.by;
  OrExit<OutputRequest> output = make_output_request(session, scan->generated_at);
  if (!output) {
    return output.code();
  }
  request.output = std::move(*output);
  return scan;
}

/// What was seen of the time that was read.
std::optional<TimeRange> seen_of(const ScannedUsage& scanned) {
  std::optional<TimeRange> seen = scanned.aggregate.account.seen;
  if (seen) {
    seen->begin = std::max(seen->begin, scanned.request.scan.range.begin);
    seen->end = std::min(seen->end, scanned.request.scan.range.end);
  }
  return seen && seen->begin < seen->end ? seen : std::nullopt;
}

ExitCode report_on(const Session& session, const BudgetRequest& request,
                   const ScannedUsage& scanned, const analytics::PriceTable& prices) {
  const std::vector<finance::Budget>& budgets = request.file.budgets;
  const Result<finance::BudgetUse> use =
      finance::use_of_budgets(budgets, scanned.aggregate, prices, request.discounts);
  if (!use) {
    return stop(Step::configuration, use.error());
  }
  const finance::BudgetPeriods periods{request.asked, seen_of(scanned), request.now};
  const Result<std::vector<finance::BudgetLine>> lines =
      finance::budget_lines(budgets, *use, periods);
  if (!lines) {
    return stop_at_setting(session.settings, lines.error());
  }
  const analytics::ScanOptions& scan = scanned.request.scan;
  const analytics::Report report = finance::report_of(
      finance::budget_table({&budgets, &*lines, &*use, &request.discounts, periods}),
      scanned.aggregate, prices, {scan.range, scan.zone.name(), "", scan.deduplicate});
  if (const std::optional<ExitCode> code =
          write_report_documents(session, request.output, report)) {
    return *code;
  }
  if (lines->empty() && !session.settings.is_on("quiet")) {
    print_notice("no period is shown: no record was seen and no time was asked for");
  }
  const ExitCode incomplete = report_incomplete(scanned.aggregate.account, session.settings);
  const std::vector<std::string> alarms = finance::alarms_of(budgets, *lines, request.alarm);
  for (const std::string& alarm : alarms) {
    print_notice(alarm);
  }
  if (incomplete != ExitCode::complete) {
    return incomplete;  // A condition over incomplete figures proves little.
  }
  return alarms.empty() ? ExitCode::complete : ExitCode::condition_met;
}

}  // namespace

ExitCode run_budget(const Invocation& invocation) {
  const OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  OrExit<BudgetRequest> request = read_request(*session);
  if (!request) {
    return request.code();
  }
  const OrExit<analytics::PriceTable> prices = load_price_book(*session);
  if (!prices) {
    return prices.code();
  }
  OrExit<ScanRequest> scan = scan_request_of(*session, *request);
  if (!scan) {
    return scan.code();
  }
  const OrExit<ScannedUsage> scanned =
      scan_usage(*session, *prices, invocation.arguments, std::move(*scan));
  if (!scanned) {
    return scanned.code();
  }
  return report_on(*session, *request, *scanned, *prices);
}

}  // namespace bedrocklog::cli
