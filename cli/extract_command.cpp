// `bedrocklog extract`: matching records as NDJSON, one after another.
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analytics/record_stream.h"
#include "cli/command.h"
#include "cli/dry_run.h"
#include "cli/list_text.h"
#include "cli/number_text.h"
#include "cli/output_file.h"
#include "cli/record_filter.h"
#include "cli/record_json.h"
#include "cli/scan_request.h"
#include "cli/scan_run.h"
#include "cli/session.h"

namespace bedrocklog::cli {
namespace {

constexpr std::size_t piece_bytes = 256U << 10U;
constexpr NumberRange limit_range = {1, 1'000'000'000'000};

struct ExtractRequest {
  analytics::ScanOptions options;
  RecordMembers members;
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
  ingest::HourWindow window;
  std::string path;  // Empty: standard output.
};

std::optional<Fault> read_settings(const Session& session, ExtractRequest& request) {
  const Settings& settings = session.settings;
  Result<RecordFilter> filter = record_filter(settings);
  if (!filter) {
    return filter.error();
  }
  request.options.where = std::move(filter->condition);
  const Result<Now> now = now_of(session, request.options.zone);
  if (!now) {
    return now.error();
  }
  const Result<TimeRange> range = range_of(settings, request.options.zone, now->at);
  if (!range) {
    return range.error();
  }
  request.options.range = *range;
  const Result<ingest::HourWindow> window = delivery_window_of(settings, *range);
  if (!window) {
    return window.error();
  }
  request.window = *window;
  Result<RecordMembers> members = RecordMembers::chosen(split_list(settings.text("fields")));
  if (!members) {
    return members.error();
  }
  request.members = std::move(*members);
  if (settings.is_on("with-bodies")) {
    request.members.add_record();
  }
  if (const std::string limit = settings.text("limit"); !limit.empty()) {
    const Result<std::uint64_t> count = parse_whole_number(limit, "--limit", limit_range);
    if (!count) {
      return count.error();
    }
    request.limit = *count;
  }
  return std::nullopt;
}

OrExit<ExtractRequest> make_request(const Session& session) {
  OrExit<analytics::ScanOptions> options = scan_options_of(session);
  if (!options) {
    return options.code();
  }
  ExtractRequest request;
  request.options = std::move(*options);
  if (const std::optional<Fault> failed = read_settings(session, request)) {
    return stop_at_setting(session.settings, *failed);
  }
  const std::string path = session.settings.text("output");
  request.path = path == "-" ? "" : path;
  if (!request.path.empty()) {
    if (const std::optional<Fault> failed = check_writable(request.path)) {
      return stop(Step::create_output, *failed);
    }
  }
  return request;
}

/// Reads all records into `append` in pieces.
Result<analytics::InputAccount> extract_into(const ingest::Manifest& manifest,
                                             const ExtractRequest& request,
                                             const AppendPiece& append) {
  std::string piece;
  std::uint64_t records = 0;
  bool is_open = true;
  Result<analytics::InputAccount> account = analytics::for_each_record(
      manifest, request.options,
      [&](const analytics::RecordFactsView& facts, const ingest::RecordOrigin& /*origin*/) {
        piece += request.members.line_of(facts);
        if (piece.size() >= piece_bytes) {
          is_open = append(piece);
          piece.clear();
        }
        return is_open && ++records < request.limit;
      });
  if (account && is_open) {
    (void)append(piece);  // Who owns `append` remembers a failure.
  }
  return account;
}

OrExit<analytics::InputAccount> extract_to_file(const ingest::Manifest& manifest,
                                                const ExtractRequest& request) {
  analytics::InputAccount account;
  const std::optional<Fault> failed =
      write_file_in_pieces(request.path, [&](const AppendPiece& append) -> std::optional<Fault> {
        Result<analytics::InputAccount> read = extract_into(manifest, request, append);
        if (!read) {
          return read.error();
        }
        account = std::move(*read);
        return std::nullopt;
      });
  if (failed) {
    return stop(Step::write_output, *failed);
  }
  return account;
}

/// Ends with complete when the reader closed the pipe.
OrExit<analytics::InputAccount> extract_to_output(const ingest::Manifest& manifest,
                                                  const ExtractRequest& request) {
  std::optional<Fault> failed;
  bool is_closed = false;
  Result<analytics::InputAccount> account =
      extract_into(manifest, request, [&](std::string_view piece) {
        const Result<bool> written = write_standard_output(piece);
        if (!written) {
          failed = written.error();
        }
        is_closed = written && !*written;
        return written && *written;
      });
  if (failed) {
    return stop(Step::write_output, *failed);
  }
  if (is_closed) {
    return ExitCode::complete;
  }
  if (!account) {
    return stop(Step::list_input, account.error());
  }
  return std::move(*account);
}

}  // namespace

ExitCode run_extract(const Invocation& invocation) {
  const OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  const OrExit<std::vector<std::string>> locations =
      locations_of(*session, invocation.arguments, Step::command_line);
  if (!locations) {
    return locations.code();
  }
  OrExit<ExtractRequest> request = make_request(*session);
  if (!request) {
    return request.code();
  }
  const OrExit<ingest::Manifest> manifest = list_input(*session, *locations, request->window);
  if (!manifest) {
    return manifest.code();
  }
  if (session->settings.is_on("dry-run")) {
    return print_plan(*session, *manifest);
  }
  request->options.s3 = session->s3->client();
  const OrExit<analytics::InputAccount> account = request->path.empty()
                                                      ? extract_to_output(*manifest, *request)
                                                      : extract_to_file(*manifest, *request);
  report_s3_requests(*session);
  return account ? report_incomplete(*account, session->settings) : account.code();
}

}  // namespace bedrocklog::cli
