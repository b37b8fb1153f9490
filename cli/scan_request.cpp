// Settings of a scan into options, and the scan of commands that only want sums.
#include "cli/scan_request.h"

#include <utility>

#include "analytics/time_spec.h"
#include "cli/dry_run.h"
#include "cli/record_filter.h"
#include "cli/scan_run.h"
#include "cli/terminal.h"

namespace bedrocklog::cli {
namespace {

std::optional<Fault> read_selection(const Session& session, ScanRequest& request) {
  const Settings& settings = session.settings;
  Result<RecordFilter> filter = record_filter(settings);
  if (!filter) {
    return filter.error();
  }
  request.scan.where = std::move(filter->condition);
  request.where_text = std::move(filter->text);
  const Result<Now> now = now_of(session, request.scan.zone);
  if (!now) {
    return now.error();
  }
  const Result<TimeRange> range = range_of(settings, request.scan.zone, now->at);
  if (!range) {
    return range.error();
  }
  request.scan.range = *range;
  const Result<ingest::HourWindow> window = delivery_window_of(settings, *range);
  if (!window) {
    return window.error();
  }
  request.window = *window;
  if (now->is_given) {
    request.generated_at = to_rfc3339(now->at);
  }
  const Result<ProgressMode> progress =
      parse_progress(settings.text("progress"), errors_are_terminal() && !settings.is_on("quiet"),
                     settings.is_on("verbose"));
  if (!progress) {
    return progress.error();
  }
  request.progress = *progress;
  return std::nullopt;
}

}  // namespace

Result<TimeRange> range_of(const Settings& settings, const analytics::Zone& zone, UnixMillis now) {
  analytics::TimeSpec spec;
  spec.since = settings.text("since");
  spec.until = settings.text("until");
  spec.month = settings.text("month");
  spec.week = settings.text("week");
  spec.quarter = settings.text("quarter");
  spec.day = settings.text("day");
  spec.hours = settings.text("hours");
  Result<TimeRange> range = analytics::resolve_range(spec, zone, now);
  if (!range && range.error().subject == "HOURS") {
    return fault("--hours", range.error().message);  // The setting, wherever its value stands.
  }
  return range;
}

OrExit<ScanRequest> make_scan_request(const Session& session) {
  OrExit<analytics::ScanOptions> scan = scan_options_of(session);
  if (!scan) {
    return scan.code();
  }
  ScanRequest request;
  request.scan = std::move(*scan);
  if (const std::optional<Fault> failed = read_selection(session, request)) {
    return stop_at_setting(session.settings, *failed);
  }
  return request;
}

OrExit<ScannedUsage> scan_usage(const Session& session, const analytics::PriceTable& prices,
                                const std::vector<std::string>& arguments,
                                std::vector<analytics::Key> by) {
  OrExit<ScanRequest> request = make_scan_request(session);
  if (!request) {
    return request.code();
  }
  request->scan.by = std::move(by);
  return scan_usage(session, prices, arguments, std::move(*request));
}

OrExit<ScannedUsage> scan_usage(const Session& session, const analytics::PriceTable& prices,
                                const std::vector<std::string>& arguments, ScanRequest request) {
  const OrExit<std::vector<std::string>> locations =
      locations_of(session, arguments, Step::command_line);
  if (!locations) {
    return locations.code();
  }
  request.scan.prices = &prices;
  const OrExit<ingest::Manifest> manifest = list_input(session, *locations, request.window);
  if (!manifest) {
    return manifest.code();
  }
  if (session.settings.is_on("dry-run")) {
    return print_plan(session, *manifest);
  }
  request.scan.s3 = session.s3->client();
  OrExit<ScanRun> run = run_scan(*manifest, request.scan, request.progress);
  if (!run) {
    return run.code();
  }
  if (run->interrupted != ExitCode::complete) {
    print_notice("INCOMPLETE: interrupted; nothing was written");
    return run->interrupted;
  }
  report_s3_requests(session);
  return ScannedUsage{std::move(run->outcome.aggregate), std::move(request)};
}

}  // namespace bedrocklog::cli
