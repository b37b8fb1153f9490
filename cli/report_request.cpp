// Settings into typed options, one group of flags after the other.
#include "cli/report_request.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "analytics/report_key.h"
#include "cli/number_text.h"
#include "cli/output_file.h"

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

/// What the report says of its range and filter.
void describe_selection(ReportRequest& request) {
  request.spec.where_text = request.where_text;
  request.spec.range = request.scan.range;
  request.spec.zone_name = request.scan.zone.name();
  request.spec.deduplicated = request.scan.deduplicate;
}

Failed read_outputs(const Session& session, ReportRequest& request) {
  Result<OutputRequest> output = read_output_request(session, DocumentKinds::reports);
  if (!output) {
    return output.error();
  }
  request.output = std::move(*output);
  request.rejects_path = session.settings.text("rejects");
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
      std::all_of(request.output.files.begin(), request.output.files.end(),
                  [](const OutputFile& file) { return file.format == OutputFormat::json; });
  if (!is_json_only) {
    return refuse("output", "it is written as .json");
  }
  if (request.output.standard_output && request.output.standard_output != OutputFormat::json) {
    return refuse("format", "it is JSON");
  }
  return std::nullopt;
}

/// --fields names columns of a report that does not exist yet: asks an empty one of its shape.
Failed check_fields(const ReportRequest& request) {
  if (request.output.render.fields.empty()) {
    return std::nullopt;
  }
  analytics::Aggregate nothing;
  nothing.by = request.scan.by;
  const Result<std::string> rendered =
      render(analytics::build_report(nothing, analytics::PriceTable(), request.spec),
             OutputFormat::csv, request.output.render);
  return rendered ? std::nullopt : Failed(rendered.error());
}

Failed read_settings(const Session& session, ReportRequest& request) {
  const Settings& settings = session.settings;
  if (Failed failed = read_shape(settings, request)) {
    return failed;
  }
  describe_selection(request);
  if (Failed failed = read_outputs(session, request)) {
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

OrExit<ReportRequest> make_report_request(const Session& session) {
  OrExit<ScanRequest> scan = make_scan_request(session);
  if (!scan) {
    return scan.code();
  }
  ReportRequest request;
  static_cast<ScanRequest&>(request) = std::move(*scan);
  if (const Failed failed = read_settings(session, request)) {
    return stop_at_setting(session.settings, *failed);
  }
  if (const auto code = make_outputs_ready(request.output, request.generated_at)) {
    return *code;
  }
  if (!request.rejects_path.empty()) {
    if (const Failed failed = check_writable(request.rejects_path)) {
      return stop(Step::create_output, *failed);
    }
  }
  return request;
}

}  // namespace bedrocklog::cli
