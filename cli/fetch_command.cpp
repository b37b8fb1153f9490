// `bedrocklog fetch`: objects of buckets as files, for offline work.
#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/dry_run.h"
#include "cli/mirror.h"
#include "cli/progress.h"
#include "cli/scan_request.h"
#include "cli/session.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "ingest/ensure.h"
#include "ingest/s3_location.h"
#include "ingest/system_message.h"

namespace bedrocklog::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t failures_shown_max = 20;

struct Request {
  std::vector<std::string> locations;
  std::string folder;
  ingest::HourWindow window;
  aws::DownloadLimits limits;
  ProgressMode progress = ProgressMode::off;
};

std::optional<Fault> read_window(const Session& session, const analytics::Zone& zone,
                                 Request& request) {
  const Result<Now> now = now_of(session, zone);
  if (!now) {
    return now.error();
  }
  const Result<TimeRange> range = range_of(session.settings, zone, now->at);
  if (!range) {
    return range.error();
  }
  const Result<ingest::HourWindow> window = delivery_window_of(session.settings, *range);
  if (!window) {
    return window.error();
  }
  request.window = *window;
  const Result<ProgressMode> progress = parse_progress(
      session.settings.text("progress"), errors_are_terminal() && !session.settings.is_on("quiet"),
      session.settings.is_on("verbose"));
  if (!progress) {
    return progress.error();
  }
  request.progress = *progress;
  return std::nullopt;
}

OrExit<Request> make_request(const Session& session, std::vector<std::string> arguments) {
  Request request;
  request.folder = arguments.back();
  arguments.pop_back();
  if (request.folder.empty() || ingest::is_s3_location(request.folder)) {
    return stop(Step::command_line,
                {"DIR", fmt::format("is missing: the last argument is the folder to write to: {}",
                                    request.folder)});
  }
  OrExit<std::vector<std::string>> locations = locations_of(session, arguments, Step::command_line);
  if (!locations) {
    return locations.code();
  }
  request.locations = std::move(*locations);
  for (const std::string& location : request.locations) {
    if (!ingest::is_s3_location(location)) {
      return stop(Step::command_line,
                  {location, "is not in a bucket; fetch takes s3://BUCKET/..."});
    }
  }
  const OrExit<analytics::ScanOptions> options = scan_options_of(session);
  if (!options) {
    return options.code();
  }
  request.limits = options->downloads;
  if (const std::optional<Fault> failed = read_window(session, options->zone, request)) {
    return stop_at_setting(session.settings, *failed);
  }
  return request;
}

/// What of the manifest is still to be fetched.
ingest::Manifest to_fetch(const ingest::Manifest& manifest, const MirrorPlan& plan) {
  ingest::Manifest wanted;
  wanted.unreadable = manifest.unreadable;
  for (const MirrorFile& file : plan.files) {
    wanted.objects.push_back(manifest.objects[file.object]);
  }
  return wanted;
}

void print_failures(const std::vector<Fault>& failures) {
  for (std::size_t at = 0; at < std::min(failures.size(), failures_shown_max); ++at) {
    print_fault(failures[at]);
  }
  if (failures.size() > failures_shown_max) {
    print_notice(fmt::format("and {} more failed", failures.size() - failures_shown_max));
  }
}

ExitCode fetch(const Session& session, const Request& request, const ingest::Manifest& manifest,
               const MirrorPlan& plan) {
  ensure(session.s3->client() != nullptr);
  std::error_code error;
  fs::create_directories(request.folder, error);
  if (error) {
    return stop(Step::create_output, {request.folder, ingest::system_message(error.value())});
  }
  analytics::ScanControl control;
  ExitCode interrupted = ExitCode::complete;
  MirrorOutcome outcome;
  {
    const InterruptGuard guard(control);
    const ProgressDisplay display(request.progress, to_fetch(manifest, plan), control);
    outcome = run_mirror(plan, manifest, *session.s3->client(), request.limits, control);
    interrupted = guard.code();
  }
  std::vector<Fault> failures = plan.refused;
  failures.insert(failures.end(), outcome.failures.begin(), outcome.failures.end());
  for (const ingest::UnreadableObject& object : manifest.unreadable) {
    failures.push_back({object.name, object.message});
  }
  print_failures(failures);
  report_s3_requests(session);
  if (!session.settings.is_on("quiet")) {
    print_notice(fmt::format("fetched {} objects, {} bytes; {} were there already, {} failed",
                             outcome.fetched, outcome.fetched_bytes, plan.present,
                             failures.size()));
  }
  if (interrupted != ExitCode::complete) {
    print_notice("INCOMPLETE: interrupted; the same command goes on from here");
    return interrupted;
  }
  if (outcome.stopped) {
    return stop(Step::write_output, *outcome.stopped);
  }
  return failures.empty() ? ExitCode::complete : ExitCode::incomplete;
}

}  // namespace

ExitCode run_fetch(const Invocation& invocation) {
  const OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  const OrExit<Request> request = make_request(*session, invocation.arguments);
  if (!request) {
    return request.code();
  }
  const OrExit<ingest::Manifest> manifest =
      list_input(*session, request->locations, request->window);
  if (!manifest) {
    return manifest.code();
  }
  const MirrorPlan plan = plan_mirror(*manifest, request->folder);
  if (session->settings.is_on("dry-run")) {
    return print_plan(*session, to_fetch(*manifest, plan));
  }
  return fetch(*session, *request, *manifest, plan);
}

}  // namespace bedrocklog::cli
