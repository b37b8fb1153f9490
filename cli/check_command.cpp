// `bedrocklog check`: the quality of the logs.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analytics/payload_check.h"
#include "analytics/price_table.h"
#include "analytics/record_stream.h"
#include "cli/check_report.h"
#include "cli/command.h"
#include "cli/dry_run.h"
#include "cli/output_file.h"
#include "cli/progress.h"
#include "cli/report_request.h"
#include "cli/scan_run.h"
#include "cli/session.h"
#include "cli/terminal.h"

namespace bedrocklog::cli {
namespace {

/// Everything asked for, checked.
struct CheckRequest {
  analytics::ScanOptions scan;
  ProgressMode progress = ProgressMode::off;
  std::string rejects_path;
  bool as_json = false;
  bool with_payloads = false;
};

OrExit<CheckRequest> make_request(const Session& session,
                                  const std::vector<std::string>& locations) {
  const Settings& settings = session.settings;
  OrExit<analytics::ScanOptions> scan = scan_options_of(session);
  if (!scan) {
    return scan.code();
  }
  CheckRequest request;
  request.scan = std::move(*scan);
  const std::string format = settings.text("format");
  if (format != "table" && format != "json") {
    return stop_at_setting(settings, {"--format", "takes table or json: " + format});
  }
  request.as_json = format == "json";
  const Result<ProgressMode> progress =
      parse_progress(settings.text("progress"), errors_are_terminal() && !settings.is_on("quiet"),
                     settings.is_on("verbose"));
  if (!progress) {
    return stop_at_setting(settings, progress.error());
  }
  request.progress = *progress;
  request.with_payloads = settings.is_on("payloads");
  if (request.with_payloads &&
      std::find(locations.begin(), locations.end(), "-") != locations.end()) {
    return stop(Step::command_line,
                {"--payloads", "reads the input twice, which standard input does not allow"});
  }
  request.rejects_path = settings.text("rejects");
  if (!request.rejects_path.empty()) {
    request.scan.rejects_kept_max = rejects_written_max;
    if (const std::optional<Fault> failed = check_writable(request.rejects_path)) {
      return stop(Step::create_output, *failed);
    }
  }
  return request;
}

OrExit<analytics::PayloadReport> look_at_payloads(const ingest::Manifest& manifest,
                                                  const analytics::ScanOptions& options) {
  analytics::PayloadCheck payloads;
  const Result<analytics::InputAccount> account = analytics::for_each_record(
      manifest, options,
      [&](const analytics::RecordFactsView& facts, const ingest::RecordOrigin& origin) {
        payloads.add(facts, origin);
        return true;
      });
  if (!account) {
    return stop(Step::list_input, account.error());
  }
  return payloads.finish();
}

ExitCode write_check(const CheckRequest& request, const CheckReport& report) {
  if (!request.rejects_path.empty()) {
    const std::string places = rejects_csv(report.account);
    if (const std::optional<Fault> failed = write_file(request.rejects_path, places)) {
      return stop(Step::write_output, *failed);
    }
  }
  const ExitCode printed = print_result(request.as_json ? check_json(report) : check_text(report));
  if (printed != ExitCode::complete) {
    return printed;
  }
  return has_defects(report) ? ExitCode::condition_met : ExitCode::complete;
}

}  // namespace

ExitCode run_check(const Invocation& invocation) {
  const OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  const OrExit<std::vector<std::string>> locations =
      locations_of(*session, invocation.arguments, Step::command_line);
  if (!locations) {
    return locations.code();
  }
  OrExit<CheckRequest> request = make_request(*session, *locations);
  if (!request) {
    return request.code();
  }
  const OrExit<ingest::Manifest> manifest = list_input(*session, *locations);
  if (!manifest) {
    return manifest.code();
  }
  if (session->settings.is_on("dry-run")) {
    return print_plan(*session, *manifest, request->with_payloads ? 2 : 1);
  }
  request->scan.s3 = session->s3->client();
  const analytics::PriceTable no_prices;  // Nothing is priced here.
  request->scan.prices = &no_prices;
  request->scan.by = {{analytics::KeyKind::status, ""}};  // Fewest groups.
  OrExit<ScanRun> run = run_scan(*manifest, request->scan, request->progress);
  if (!run) {
    return run.code();
  }
  if (run->interrupted != ExitCode::complete) {
    print_notice("INCOMPLETE: interrupted; nothing was written");
    return run->interrupted;
  }
  CheckReport report;
  report.account = std::move(run->outcome.aggregate.account);
  report.missing_hours = analytics::missing_hours(report.account, TimeRange{});
  report.is_deduplicated = request->scan.deduplicate;
  if (request->with_payloads) {
    OrExit<analytics::PayloadReport> payloads = look_at_payloads(*manifest, request->scan);
    if (!payloads) {
      return payloads.code();
    }
    report.payloads = std::move(*payloads);
  }
  report_s3_requests(*session);
  return write_check(*request, report);
}

}  // namespace bedrocklog::cli
