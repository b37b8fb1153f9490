// Settings into typed options, one group of flags after the other.
#include "cli/report_request.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "analytics/report_key.h"
#include "analytics/time_spec.h"
#include "cli/command.h"
#include "cli/list_text.h"
#include "cli/number_text.h"
#include "cli/output_file.h"
#include "cli/record_filter.h"
#include "cli/terminal.h"

namespace bedrocklog::cli {
namespace {

constexpr NumberRange top_range = {1, 1'000'000'000};

using Failed = std::optional<Fault>;

std::string title_of(const Settings& settings, const std::vector<analytics::Key>& by) {
  std::string title = settings.text("title");
  if (!title.empty()) {
    return title;
  }
  std::string keys;
  for (const analytics::Key& key : by) {
    keys += (keys.empty() ? "" : ", ") + analytics::name_of(key);
  }
  return fmt::format("Usage by {}", keys);
}

Failed read_shape(const Settings& settings, ReportRequest& request) {
  Result<std::vector<analytics::Key>> by = analytics::parse_keys(settings.text("by"));
  if (!by) {
    return Fault{"--by", by.error().message};
  }
  request.scan.by = std::move(*by);
  analytics::ReportSpec& spec = request.spec;
  if (const std::string metrics = settings.text("metrics"); !metrics.empty()) {
    Result<std::vector<analytics::Metric>> parsed = analytics::parse_metrics(metrics);
    if (!parsed) {
      return Fault{"--metrics", parsed.error().message};
    }
    spec.metrics = std::move(*parsed);
  }
  if (const std::string sort = settings.text("sort"); !sort.empty()) {
    Result<std::vector<analytics::SortKey>> parsed =
        analytics::parse_sort(sort, request.scan.by, spec.metrics);
    if (!parsed) {
      return Fault{"--sort", parsed.error().message};
    }
    spec.sort = std::move(*parsed);
  }
  if (const std::string top = settings.text("top"); !top.empty()) {
    const Result<std::uint64_t> rows = parse_whole_number(top, "--top", top_range);
    if (!rows) {
      return rows.error();
    }
    spec.top = *rows;
  }
  spec.having_text = settings.text("having");
  if (!spec.having_text.empty()) {
    Result<analytics::Expression> having =
        analytics::parse_having(spec.having_text, request.scan.by, spec.metrics);
    if (!having) {
      return having.error();
    }
    spec.having = std::move(*having);
  }
  spec.title = title_of(settings, request.scan.by);
  return std::nullopt;
}

Failed read_selection(const Session& session, ReportRequest& request) {
  const Settings& settings = session.settings;
  Result<RecordFilter> filter = record_filter(settings);
  if (!filter) {
    return filter.error();
  }
  request.scan.where = std::move(filter->condition);
  request.spec.where_text = std::move(filter->text);
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
  request.spec.range = *range;
  request.spec.zone_name = request.scan.zone.name();
  request.spec.deduplicated = request.scan.deduplicate;
  if (now->is_given) {
    request.render.generated_at = to_rfc3339(now->at);
  }
  return std::nullopt;
}

Failed read_csv_style(const Settings& settings, CsvStyle& style) {
  const std::string delimiter = settings.text("csv-delimiter");
  if (delimiter == "tab" || delimiter == "\\t") {
    style.delimiter = '\t';
  } else if (delimiter.size() == 1 && delimiter[0] > ' ' && delimiter[0] <= '~' &&
             delimiter[0] != '"') {
    style.delimiter = delimiter[0];
  } else {
    return Fault{"--csv-delimiter",
                 fmt::format("takes one printable character other than \", or tab: {}", delimiter)};
  }
  style.byte_order_mark = settings.is_on("csv-bom");
  style.raw = settings.is_on("csv-raw");
  style.total_row = settings.is_on("total-row");
  return std::nullopt;
}

Failed read_style(const Session& session, ReportRequest& request) {
  const Settings& settings = session.settings;
  Result<TableStyle> table = table_style(settings, session.environment, output_is_terminal());
  if (!table) {
    return table.error();
  }
  request.render.table = *table;
  if (Failed failed = read_csv_style(settings, request.render.csv)) {
    return failed;
  }
  request.render.fields = split_list(settings.text("fields"));
  request.render.tool_version = BEDROCKLOG_VERSION;
  const Result<ProgressMode> progress =
      parse_progress(settings.text("progress"), errors_are_terminal() && !settings.is_on("quiet"),
                     settings.is_on("verbose"));
  if (!progress) {
    return progress.error();
  }
  request.progress = *progress;
  return std::nullopt;
}

/// With -o files alone standard output stays empty; `-o -` puts it back in.
Failed read_outputs(const Settings& settings, ReportRequest& request) {
  const std::string format_text = settings.text("format");
  std::optional<OutputFormat> format;
  if (!format_text.empty()) {
    const Result<OutputFormat> parsed = parse_format(format_text);
    if (!parsed) {
      return Fault{"--format", parsed.error().message};
    }
    format = *parsed;
  }
  const std::vector<std::string> paths = settings.list("output");
  if (paths.empty() || std::find(paths.begin(), paths.end(), "-") != paths.end()) {
    request.standard_output = format.value_or(OutputFormat::table);
  }
  for (const std::string& path : paths) {
    if (path == "-") {
      continue;
    }
    if (std::any_of(request.files.begin(), request.files.end(),
                    [&](const OutputFile& file) { return file.path == path; })) {
      return Fault{"--output", fmt::format("is given twice: {}", path)};
    }
    Result<OutputFormat> by_ending = format_of_file(path);
    if (!by_ending && format) {
      by_ending = *format;  // --format speaks for endings that say nothing.
    }
    if (!by_ending) {
      return Fault{"--output", by_ending.error().message};
    }
    request.files.push_back({path, *by_ending});
  }
  request.rejects_path = settings.text("rejects");
  if (!request.rejects_path.empty()) {
    request.scan.rejects_kept_max = rejects_written_max;
  }
  return std::nullopt;
}

/// The usage report has one shape: JSON, by model, everything in it.
Failed check_usage(const Settings& settings, ReportRequest& request) {
  request.is_usage = settings.text("kind") == "usage";
  if (!request.is_usage) {
    return std::nullopt;
  }
  const auto refuse = [](std::string_view flag, std::string_view why) {
    return Fault{fmt::format("--{}", flag), fmt::format("does not go with --kind usage: {}", why)};
  };
  if (settings.text("by") != "model") {
    return refuse("by", "it is always by model");
  }
  for (const char* flag : {"metrics", "sort", "top", "having", "fields"}) {
    if (settings.find(flag) != nullptr) {
      return refuse(flag, "its members are fixed");
    }
  }
  const bool is_json_only =
      std::all_of(request.files.begin(), request.files.end(),
                  [](const OutputFile& file) { return file.format == OutputFormat::json; });
  if (!is_json_only) {
    return refuse("output", "it is written as .json");
  }
  if (request.standard_output && request.standard_output != OutputFormat::json) {
    return refuse("format", "it is JSON");
  }
  return std::nullopt;
}

/// --fields names columns of a report that does not exist yet: asks an empty one of its shape.
Failed check_fields(const ReportRequest& request) {
  if (request.render.fields.empty()) {
    return std::nullopt;
  }
  analytics::Aggregate nothing;
  nothing.by = request.scan.by;
  const Result<std::string> rendered =
      render(analytics::build_report(nothing, analytics::PriceTable(), request.spec),
             OutputFormat::csv, request.render);
  return rendered ? std::nullopt : Failed(rendered.error());
}

Failed read_settings(const Session& session, ReportRequest& request) {
  const Settings& settings = session.settings;
  if (Failed failed = read_shape(settings, request)) {
    return failed;
  }
  if (Failed failed = read_selection(session, request)) {
    return failed;
  }
  if (Failed failed = read_style(session, request)) {
    return failed;
  }
  if (Failed failed = read_outputs(settings, request)) {
    return failed;
  }
  if (Failed failed = check_fields(request)) {
    return failed;
  }
  if (const std::string text = settings.text("fail-if"); !text.empty()) {
    Result<TotalsCondition> condition = parse_totals_condition(text);
    if (!condition) {
      return condition.error();
    }
    request.fail_if = std::move(*condition);
  }
  return check_usage(settings, request);
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

OrExit<ReportRequest> make_report_request(const Session& session) {
  OrExit<analytics::ScanOptions> scan = scan_options_of(session);
  if (!scan) {
    return scan.code();
  }
  ReportRequest request;
  request.scan = std::move(*scan);
  if (const Failed failed = read_settings(session, request)) {
    return stop_at_setting(session.settings, *failed);
  }
  std::vector<std::string> paths;
  paths.reserve(request.files.size() + 1);
  for (const OutputFile& file : request.files) {
    paths.push_back(file.path);
  }
  if (!request.rejects_path.empty()) {
    paths.push_back(request.rejects_path);
  }
  for (const std::string& path : paths) {
    if (const Failed failed = check_writable(path)) {
      return stop(Step::create_output, *failed);
    }
  }
  return request;
}

}  // namespace bedrocklog::cli
