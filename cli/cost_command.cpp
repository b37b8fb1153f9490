// `bedrocklog cost`: what was used, priced row by row as a bill is.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analytics/calendar.h"
#include "analytics/finance/cost_report.h"
#include "analytics/workers.h"
#include "cli/command.h"
#include "cli/cost_ledger.h"
#include "cli/cost_request.h"
#include "cli/output_format.h"
#include "cli/price_book.h"
#include "cli/report_conditions.h"
#include "cli/scan_request.h"
#include "cli/scan_run.h"
#include "cli/session.h"

namespace bedrocklog::cli {
namespace {

using analytics::Aggregate;

std::int64_t month_begin_ms(std::int64_t at_ms, std::int64_t months) {
  const CivilDate date = civil_from_days(at_ms / day_ms);
  return days_from_civil(analytics::first_of_month(date, months)) * day_ms;
}

/// The hours of the range; of an open end, the whole days in which records were seen, or, as months
/// are closed whole, their months.
finance::HourSpan capacity_hours(const TimeRange& range, const Aggregate& aggregate,
                                 bool is_monthly) {
  const TimeRange everything;
  const auto floor_to = [](std::int64_t value, std::int64_t unit) {
    return value / unit - (value % unit < 0 ? 1 : 0);
  };
  const auto ceil_to = [&](std::int64_t value, std::int64_t unit) {
    return floor_to(value + unit - 1, unit);
  };
  constexpr std::int64_t hours_per_day = day_ms / hour_ms;
  finance::HourSpan span;
  if (const auto& seen = aggregate.account.seen) {
    span.begin = floor_to(seen->begin.value, day_ms) * hours_per_day;
    span.end = ceil_to(seen->end.value, day_ms) * hours_per_day;
    if (is_monthly) {
      span.begin = month_begin_ms(seen->begin.value, 0) / hour_ms;
      span.end = month_begin_ms(seen->end.value - 1, 1) / hour_ms;
    }
  }
  if (range.begin != everything.begin) {
    span.begin = floor_to(range.begin.value, hour_ms);
  }
  if (range.end != everything.end) {
    span.end = ceil_to(range.end.value, hour_ms);
  }
  return span;
}

analytics::ReportSpec spec_of(const CostSettings& settings, const ScanRequest& scan) {
  analytics::ReportSpec spec;
  spec.title = settings.title;
  spec.where_text = scan.where_text;
  spec.range = scan.scan.range;
  spec.zone_name = scan.scan.zone.name();
  spec.deduplicated = scan.scan.deduplicate;
  return spec;
}

/// Nothing, or the code to end with: complete for a closed pipe.
std::optional<ExitCode> write_report(const analytics::Report& report, const OutputRequest& output,
                                     const Settings& settings) {
  const WrittenOutput written =
      write_documents(output, settings,
                      [&](OutputFormat format, const RenderOptions& options,
                          const AppendPiece& append) -> std::optional<Fault> {
                        const Result<void> done = render_in_pieces(report, format, options, append);
                        return done ? std::nullopt : std::optional(done.error());
                      });
  if (written.unfit) {
    return stop_at_setting(settings, *written.unfit);
  }
  if (written.ended) {
    return written.ended;
  }
  if (written.is_closed) {
    return ExitCode::complete;
  }
  if (output.standard_output == OutputFormat::table) {
    tell_hidden_columns(report, output.render, settings);
  }
  return std::nullopt;
}

ExitCode cost_of_sources(const Session& session, const std::vector<std::string>& arguments) {
  OrExit<CostSettings> settings = make_cost_settings(session);
  if (!settings) {
    return settings.code();
  }
  const OrExit<analytics::PriceTable> prices = load_price_book(session);
  if (!prices) {
    return prices.code();
  }
  OrExit<ScannedUsage> scanned = scan_usage(session, *prices, arguments, settings->scan_by);
  if (!scanned) {
    return scanned.code();
  }
  const Aggregate& aggregate = scanned->aggregate;
  settings->cost.capacity_hours =
      capacity_hours(scanned->request.scan.range, aggregate, !settings->ledger_path.empty());
  Result<finance::CostTable> table = finance::cost_table(aggregate, *prices, settings->cost);
  if (!table) {
    return stop(Step::prices, table.error());
  }
  const analytics::ReportSpec spec = spec_of(*settings, scanned->request);
  std::optional<LedgerRun> ledger;
  if (!settings->ledger_path.empty()) {
    OrExit<LedgerRun> run = book_in_ledger(*settings, std::move(*table), spec, *prices);
    if (!run) {
      return run.code();
    }
    table = std::move(run->booked.table);
    ledger = std::move(*run);
  }
  const Result<analytics::Report> report = finance::cost_report(
      aggregate, *prices, spec, std::move(*table), settings->cost, settings->view);
  if (!report) {
    return stop_at_setting(session.settings, report.error());
  }
  settings->output.render.workers = analytics::worker_count(scanned->request.scan.jobs);
  settings->output.render.generated_at = scanned->request.generated_at;
  if (const std::optional<ExitCode> code =
          write_report(*report, settings->output, session.settings)) {
    return *code;
  }
  if (ledger) {
    if (const std::optional<ExitCode> code =
            write_ledger(*settings, std::move(*ledger), aggregate.account, session.settings)) {
      return *code;
    }
  }
  return report_end(*report, aggregate, *prices, settings->fail_if, session.settings);
}

}  // namespace

ExitCode run_cost(const Invocation& invocation) {
  const OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  return cost_of_sources(*session, invocation.arguments);
}

}  // namespace bedrocklog::cli
