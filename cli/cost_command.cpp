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
#include "cli/focus_csv.h"
#include "cli/output_format.h"
#include "cli/price_book.h"
#include "cli/report_conditions.h"
#include "cli/scan_request.h"
#include "cli/scan_run.h"
#include "cli/session.h"
#include "cli/statements.h"
#include "ingest/ensure.h"

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

/// What the documents are made of.
struct Costs {
  const Aggregate* aggregate = nullptr;
  const analytics::PriceTable* prices = nullptr;
  const analytics::Report* report = nullptr;
  const CostSettings* settings = nullptr;
  finance::FocusGap gap;  // Of FOCUS rows, when some were written.
};

std::optional<Fault> write_focus(Costs& costs, const RenderOptions& options,
                                 const AppendPiece& append) {
  const Result<finance::FocusGap> gap = write_focus_csv(
      *costs.aggregate, *costs.prices, costs.settings->focus.value_or(finance::FocusOptions{}),
      options.csv.raw, append);
  if (!gap) {
    return gap.error();
  }
  costs.gap = *gap;
  return std::nullopt;
}

/// Rows that FOCUS has no place for, said whatever --quiet says: a file that looks whole is not.
ExitCode tell_gap(const Costs& costs, ExitCode code) {
  const finance::FocusGap& gap = costs.gap;
  if (costs.settings->focus && !costs.settings->cost.capacities.empty()) {
    print_notice("focus-csv is without the hours of --provisioned: it has rows of usage alone");
  }
  if (gap.charges == 0) {
    return code;
  }
  print_notice(fmt::format(
      "focus-csv is without {} rows, {} tokens that have no price, first {}: ListCost may not be "
      "empty; add --prices FILE",
      gap.charges, gap.tokens, gap.first));
  return code == ExitCode::complete ? ExitCode::condition_met : code;
}

/// Nothing, or the code to end with: complete for a closed pipe.
std::optional<ExitCode> write_costs(Costs& costs, const Settings& settings) {
  const analytics::Report& report = *costs.report;
  const OutputRequest& output = costs.settings->output;
  const WrittenOutput written =
      write_documents(output, settings,
                      [&](OutputFormat format, const RenderOptions& options,
                          const AppendPiece& append) -> std::optional<Fault> {
                        if (format == OutputFormat::focus_csv) {
                          return write_focus(costs, options, append);
                        }
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

std::vector<finance::Statement> statements_of(const ChargebackRequest& request,
                                              const finance::CostTable& table) {
  if (!request.statements) {
    return {};
  }
  const std::optional<std::size_t> column = table.column(request.statements->split_by);
  ensure(column.has_value());  // Settings without it were refused.
  return finance::statements_by(table, column.value_or(0));
}

/// Nothing, or the code to end with.
std::optional<ExitCode> split_costs(const Costs& costs,
                                    const std::vector<finance::Statement>& statements,
                                    const Settings& settings) {
  const std::optional<StatementRequest>& request = costs.settings->chargeback.statements;
  if (!request) {
    return std::nullopt;
  }
  const analytics::ReportSpec& whole = costs.report->spec;
  RenderOptions options = costs.settings->output.render;
  options.table = {.color = false, .unicode = options.table.unicode, .width = 0};
  const auto make_report = [&](const finance::Statement& statement) {
    analytics::ReportSpec spec = whole;
    spec.title += fmt::format(": {} {}", request->split_by, statement.value.value_or("(none)"));
    finance::CostTable table = statement.table;
    table.notes.emplace_back(
        "one statement of several: the account of the input and what has no "
        "price are those of all of them");
    return finance::cost_report({costs.aggregate, costs.prices}, std::move(spec), std::move(table),
                                costs.settings->cost, costs.settings->view);
  };
  if (const std::optional<StatementFailure> failed =
          write_statements(*request, statements, options, make_report)) {
    return failed->is_output ? stop(Step::write_output, failed->fault)
                             : stop_at_setting(settings, failed->fault);
  }
  if (settings.is_on("verbose")) {
    print_notice(fmt::format("wrote {} statements into {}", statements.size(), request->folder));
  }
  return std::nullopt;
}

ExitCode cost_of_sources(const Session& session, const std::vector<std::string>& arguments) {
  OrExit<CostSettings> settings = make_cost_settings(session);
  if (!settings) {
    return settings.code();
  }
  OrExit<ScanRequest> scan = make_scan_request(session);
  if (!scan) {
    return scan.code();
  }
  scan->scan.by = settings->scan_by;
  if (const auto code = make_outputs_ready(settings->output, scan->generated_at)) {
    return *code;
  }
  const OrExit<analytics::PriceTable> prices = load_price_book(session);
  if (!prices) {
    return prices.code();
  }
  OrExit<ScannedUsage> scanned = scan_usage(session, *prices, arguments, std::move(*scan));
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
  charge_back(settings->chargeback, *table);
  const std::vector<finance::Statement> statements = statements_of(settings->chargeback, *table);
  const Result<analytics::Report> report = finance::cost_report(
      {&aggregate, &*prices}, spec, std::move(*table), settings->cost, settings->view);
  if (!report) {
    return stop_at_setting(session.settings, report.error());
  }
  settings->output.render.workers = analytics::worker_count(scanned->request.scan.jobs);
  Costs costs{&aggregate, &*prices, &*report, &*settings, {}};
  if (const std::optional<ExitCode> code = split_costs(costs, statements, session.settings)) {
    return *code;
  }
  if (const std::optional<ExitCode> code = write_costs(costs, session.settings)) {
    return *code;
  }
  if (ledger) {
    if (const std::optional<ExitCode> code =
            write_ledger(*settings, std::move(*ledger), aggregate.account, session.settings)) {
      return *code;
    }
  }
  return tell_gap(costs,
                  report_end(*report, aggregate, *prices, settings->fail_if, session.settings));
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
