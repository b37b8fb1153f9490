// `bedrocklog report`: one scan, all outputs.
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analytics/elapsed_time.h"
#include "analytics/report.h"
#include "analytics/time_spec.h"
#include "analytics/usage_report.h"
#include "analytics/workers.h"
#include "cli/command.h"
#include "cli/dry_run.h"
#include "cli/number_text.h"
#include "cli/output_file.h"
#include "cli/price_book.h"
#include "cli/report_conditions.h"
#include "cli/report_request.h"
#include "cli/scan_run.h"
#include "cli/session.h"
#include "cli/terminal.h"

namespace bedrocklog::cli {
namespace {

/// What the arguments of `report` mean.
struct Subject {
  NamedReport named;  // @NAME.
  bool has_hours = false;
  std::vector<std::string> sources;
};

/// Takes @NAME and HOURS off the front; HOURS becomes --hours. // F055, F089
Result<Subject> read_arguments(Invocation& invocation) {
  Subject subject;
  subject.sources = invocation.arguments;
  const auto take_front = [&subject] {
    std::string front = subject.sources.front();
    subject.sources.erase(subject.sources.begin());
    return front;
  };
  const auto take_hours = [&]() -> std::optional<Fault> {
    if (subject.sources.empty() || subject.has_hours || !is_integer(subject.sources.front())) {
      return std::nullopt;
    }
    const std::string text = take_front();
    const Result<int> hours = analytics::parse_hours(text);
    if (!hours) {
      return Fault{"HOURS", hours.error().message};
    }
    if (!invocation.flags.emplace("hours", std::vector{text}).second) {
      return Fault{"--hours", "is given twice; give HOURS once"};
    }
    subject.has_hours = true;
    return std::nullopt;
  };
  if (const std::optional<Fault> failed = take_hours()) {
    return tl::unexpected(*failed);
  }
  if (!subject.sources.empty() && subject.sources.front().starts_with('@')) {
    subject.named.name = take_front().substr(1);
    if (subject.named.name.empty()) {
      return fault("@", "needs the name of a report: @daily");
    }
  }
  if (const std::optional<Fault> failed = take_hours()) {
    return tl::unexpected(*failed);
  }
  return subject;
}

/// Everything that is known when the scan is over.
struct Finished {
  const ReportRequest* request = nullptr;
  const Settings* settings = nullptr;
  const analytics::PriceTable* prices = nullptr;
  analytics::Report report;
  analytics::Aggregate aggregate;
};

/// Hands the document to `append` piece by piece.
std::optional<Fault> render_document(const Finished& finished, OutputFormat format,
                                     const RenderOptions& options, const AppendPiece& append) {
  if (!finished.request->is_usage) {
    const Result<void> done = render_in_pieces(finished.report, format, options, append);
    return done ? std::nullopt : std::optional(done.error());
  }
  const std::optional<analytics::UsageReport> usage = analytics::build_usage_report(
      finished.aggregate, *finished.prices, finished.request->spec.range);
  if (!usage) {
    return Fault{"--kind usage",
                 "has no period: no record was counted; name one, for example "
                 "with --month or --since and --until"};
  }
  (void)append(render_usage_json(*usage));
  return std::nullopt;
}

/// Only the usage report can fail for want of data; all else is a setting.
ExitCode stop_rendering(const Finished& finished, const Fault& fault) {
  return finished.request->is_usage ? stop(Step::list_input, fault)
                                    : stop_at_setting(*finished.settings, fault);
}

/// Nothing, or the code to end with.
std::optional<ExitCode> write_rejects(const Finished& finished) {
  const std::string& path = finished.request->rejects_path;
  if (path.empty()) {
    return std::nullopt;
  }
  const std::string text = rejects_csv(finished.report.account);
  if (const std::optional<Fault> failed = write_file(path, text)) {
    return stop(Step::write_output, *failed);
  }
  tell_written(*finished.settings, path, text.size());
  return std::nullopt;
}

/// Nothing, or the code to end with: complete for a closed pipe.
std::optional<ExitCode> write_report(const Finished& finished, const OutputRequest& output) {
  const WrittenOutput written = write_documents(
      output, *finished.settings,
      [&](OutputFormat format, const RenderOptions& options, const AppendPiece& append) {
        return render_document(finished, format, options, append);
      });
  if (written.unfit) {
    return stop_rendering(finished, *written.unfit);
  }
  if (written.ended) {
    return written.ended;
  }
  if (written.is_closed) {
    return ExitCode::complete;
  }
  if (output.standard_output == OutputFormat::table && !finished.request->is_usage) {
    tell_hidden_columns(finished.report, output.render, *finished.settings);
  }
  return std::nullopt;
}

/// A terminal is shown what there is; nothing else is written.
ExitCode finish_interrupted(Finished& finished, std::size_t objects, ExitCode code) {
  const std::string mark = fmt::format("INCOMPLETE: interrupted after {} of {} objects",
                                       finished.report.account.objects_read, objects);
  const bool is_table = finished.request->output.standard_output == OutputFormat::table &&
                        !finished.request->is_usage && output_is_terminal();
  if (is_table) {
    finished.report.spec.title = fmt::format("{} - {}", mark, finished.report.spec.title);
    finished.report.notes.insert(finished.report.notes.begin(), mark);
    OutputRequest screen = finished.request->output;
    screen.files.clear();
    (void)write_report(finished, screen);  // The signal decides the code, whatever becomes of this.
  }
  print_notice(mark + (is_table ? "; no file was written" : "; nothing was written"));
  return code;
}

ExitCode finish(const Finished& finished) {
  if (const std::optional<ExitCode> code = write_rejects(finished)) {
    return *code;
  }
  if (const std::optional<ExitCode> code = write_report(finished, finished.request->output)) {
    return *code;
  }
  const analytics::InputAccount& account = finished.report.account;
  const bool is_quiet = finished.settings->is_on("quiet");
  if (!finished.request->rejects_path.empty() &&
      account.rejects.size() < account.rejected_total() && !is_quiet) {
    print_notice(fmt::format("--rejects holds the first {} of {} places", account.rejects.size(),
                             account.rejected_total()));
  }
  return report_end(finished.report, finished.aggregate, *finished.prices,
                    finished.request->fail_if, *finished.settings);
}

ExitCode report_on(const Session& session, const std::vector<std::string>& locations) {
  OrExit<ReportRequest> request = make_report_request(session);
  if (!request) {
    return request.code();
  }
  const OrExit<analytics::PriceTable> prices = load_price_book(session);
  if (!prices) {
    return prices.code();
  }
  request->scan.prices = &*prices;
  RunTimings timings;
  const auto list_start = std::chrono::steady_clock::now();
  const OrExit<ingest::Manifest> manifest = list_input(session, locations, request->window);
  if (!manifest) {
    return manifest.code();
  }
  timings.list_ns = analytics::nanoseconds_since(list_start);
  if (session.settings.is_on("dry-run")) {
    return print_plan(session, *manifest);
  }
  request->scan.s3 = session.s3->client();
  request->scan.measures_workers = session.settings.is_on("timings");
  OrExit<ScanRun> run = run_scan(*manifest, request->scan, request->progress);
  if (!run) {
    return run.code();
  }
  const std::size_t workers = analytics::worker_count(request->scan.jobs);
  request->output.render.workers = workers;
  timings.scan = &run->outcome.timings;
  const auto render_start = std::chrono::steady_clock::now();
  Finished finished;
  finished.request = &*request;
  finished.settings = &session.settings;
  finished.prices = &*prices;
  finished.aggregate = std::move(run->outcome.aggregate);
  finished.report = analytics::build_report(finished.aggregate, *prices, request->spec, workers);
  report_s3_requests(session);
  const ExitCode code =
      run->interrupted == ExitCode::complete
          ? finish(finished)
          : finish_interrupted(finished, manifest->objects.size(), run->interrupted);
  if (session.settings.is_on("timings")) {
    timings.render_ns = analytics::nanoseconds_since(render_start);
    print_timings(timings);
  }
  return code;
}

}  // namespace

ExitCode run_report(const Invocation& invocation) {
  Invocation with_hours = invocation;
  const Result<Subject> subject = read_arguments(with_hours);
  if (!subject) {
    return stop(Step::command_line, subject.error());
  }
  const OrExit<Session> session = open_session(with_hours, subject->named);
  if (!session) {
    return session.code();
  }
  const OrExit<std::vector<std::string>> locations =
      locations_of(*session, subject->sources,
                   subject->has_hours ? Step::configuration_missing : Step::command_line);
  if (!locations) {
    return locations.code();
  }
  return report_on(*session, *locations);
}

}  // namespace bedrocklog::cli
