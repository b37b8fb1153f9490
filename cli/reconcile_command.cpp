// `bedrocklog reconcile`: what the logs say, and what the bill says.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analytics/finance/bill.h"
#include "analytics/finance/bill_reader.h"
#include "analytics/finance/charge.h"
#include "analytics/finance/discount.h"
#include "analytics/finance/exact_decimal.h"
#include "analytics/finance/model_names.h"
#include "analytics/finance/reconcile_report.h"
#include "analytics/finance/reconciliation.h"
#include "analytics/report.h"
#include "cli/command.h"
#include "cli/document_output.h"
#include "cli/input_text.h"
#include "cli/number_text.h"
#include "cli/price_book.h"
#include "cli/reconcile_writer.h"
#include "cli/report_conditions.h"
#include "cli/scan_request.h"
#include "cli/scan_run.h"
#include "cli/session.h"
#include "cli/shipped_data.h"
#include "ingest/byte_source.h"

namespace bedrocklog::cli {
namespace {

constexpr NumberRange settle_range = {0, 8'784};
constexpr NumberRange decimals_range = {0, 18};
constexpr NumberRange tolerance_range = {0, 1'000'000'000'000'000};
constexpr NumberRange rows_range = {0, 1'000'000'000};
constexpr std::uint64_t discounts_size_bytes_max = 64ULL << 20U;
constexpr analytics::Int128 tolerance_usd_limit =
    analytics::Int128{1'000'000'000} * 1'000'000'000 * 1'000'000'000;

/// What was asked for, checked, before anything is read.
struct ReconcileSettings {
  OutputRequest output;
  finance::ReconcileOptions options;
  std::vector<std::string> bills;
  std::size_t rows_max = 0;
};

Result<ReconcileSettings> read_settings(const Session& session) {
  const Settings& settings = session.settings;
  ReconcileSettings read;
  read.bills = settings.list("bill");
  if (read.bills.empty()) {
    return fault("--bill", "is needed: the CSV or CSV.gz files of a CUR or FOCUS export");
  }
  for (auto path = read.bills.begin(); path != read.bills.end(); ++path) {
    if (std::find(read.bills.begin(), path, *path) != path) {
      return fault("--bill", fmt::format("is given twice, and would count twice: {}", *path));
    }
  }
  const auto number = [&](std::string_view name, NumberRange range) {
    return parse_whole_number(settings.text(name), "--" + std::string(name), range);
  };
  const Result<std::uint64_t> settle = number("settle-hours", settle_range);
  const Result<std::uint64_t> decimals = number("bill-decimals", decimals_range);
  const Result<std::uint64_t> tokens = number("tolerance-tokens", tolerance_range);
  const Result<std::uint64_t> rows = number("rows", rows_range);
  for (const Result<std::uint64_t>* one : {&settle, &decimals, &tokens, &rows}) {
    if (!*one) {
      return pass_on(*one);
    }
  }
  const finance::ScaledDecimal usd =
      finance::parse_decimal(settings.text("tolerance-usd"), 18, tolerance_usd_limit);
  if (usd.fault != finance::DecimalFault::none || usd.value < 0) {
    return fault("--tolerance-usd",
                 "takes USD as a decimal number, 0 or more: " + settings.text("tolerance-usd"));
  }
  read.options.settle_hours = static_cast<std::int64_t>(*settle);
  read.options.bill_decimals = static_cast<unsigned>(*decimals);
  read.options.tolerance_tokens = static_cast<analytics::Int128>(*tokens);
  read.options.tolerance = {usd.value};
  read.rows_max = static_cast<std::size_t>(*rows);
  return read;
}

/// Of --discounts, or of the configuration; none without.
Result<finance::Discounts> read_discounts(const Session& session) {
  std::string path = session.settings.text("discounts");
  if (path.empty() && session.configuration.discounts_file) {
    path = session.configuration.discounts_file->values.front();
  }
  if (path.empty()) {
    return finance::Discounts();
  }
  const Result<std::string> text = read_text_file(path, discounts_size_bytes_max);
  return text ? finance::Discounts::parse(*text, path.substr(path.rfind('/') + 1))
              : Result<finance::Discounts>(pass_on(text));
}

/// What the files hold, added up.
struct ReadBill {
  finance::Bill bill;
  finance::BillAccount account;
};

OrExit<ReadBill> read_bills(const Session& session, const std::vector<std::string>& paths) {
  const Result<finance::ModelNames> names =
      finance::ModelNames::parse(shipped_models_csv(), "models.csv");
  if (!names) {
    return stop(Step::prices, names.error());
  }
  const OrExit<analytics::ModelMap> models = model_map_of(session);
  if (!models) {
    return models.code();
  }
  finance::BillAccount account;
  finance::BillCollector collector(*names, *models);
  for (const std::string& path : paths) {
    Result<std::unique_ptr<ingest::ByteSource>> source = ingest::open_file(path);
    if (!source) {
      return stop(Step::list_input, source.error());
    }
    const Result<void> done =
        finance::read_bill(std::move(*source), path, account,
                           [&](const finance::BillLineView& line) { return collector.take(line); });
    if (!done) {
      return stop(Step::prices, done.error());
    }
  }
  return ReadBill{std::move(collector.bill()), std::move(account)};
}

/// Everything that is known when the comparison is over.
struct Finished {
  const ReconcileSettings* settings = nullptr;
  const ReadBill* bill = nullptr;
  finance::Reconciliation result;
  analytics::Report base;
};

/// Nothing, or the code to end with: complete for a closed pipe.
std::optional<ExitCode> write_result(const Finished& finished, const Settings& settings) {
  const ReconcileDocument document = {&finished.result, &finished.bill->account, &finished.base,
                                      finished.settings->rows_max};
  const WrittenOutput written = write_documents(
      finished.settings->output, settings,
      [&](OutputFormat format, const RenderOptions& options, const AppendPiece& append) {
        return write_reconciliation(document, format, options, append);
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
  const OutputRequest& output = finished.settings->output;
  if (output.standard_output == OutputFormat::table) {
    tell_hidden_columns(differences_for_people(document), output.render, settings);
  }
  return std::nullopt;
}

ExitCode end_code(const Finished& finished, const Settings& settings) {
  const ExitCode logs = report_incomplete(finished.base.account, settings);
  ExitCode bill = ExitCode::complete;
  if (!finished.bill->account.complete()) {
    for (const std::string& defect : finance::defects_of(finished.bill->account)) {
      print_notice("bill incomplete: " + defect);
    }
    bill = settings.is_on("allow-partial") ? ExitCode::complete : ExitCode::incomplete;
  }
  if (logs != ExitCode::complete || bill != ExitCode::complete) {
    return ExitCode::incomplete;  // Differences of incomplete input prove little.
  }
  return finished.result.findings > 0 ? ExitCode::condition_met : ExitCode::complete;
}

std::string title_of(const finance::Reconciliation& result) {
  const auto usd = [](analytics::Attodollars amount) {
    constexpr analytics::Int128 usd_100 = analytics::Int128{100} * 1'000'000'000 * 1'000'000'000;
    const bool is_small = amount.value < usd_100 && amount.value > -usd_100;
    return analytics::to_decimal_rounded(amount.value, 18, is_small ? 4 : 2);
  };
  return fmt::format("Logs {} USD, bill {} USD, difference {} USD: {} row{} to look at",
                     usd(result.total.log_cost), usd(result.total.bill_cost),
                     usd(result.total.bill_cost - result.total.log_cost), result.findings,
                     result.findings == 1 ? "" : "s");
}

analytics::Report base_of(const ScannedUsage& scanned, const analytics::PriceTable& prices) {
  analytics::ReportSpec spec;
  spec.metrics.clear();
  spec.range = scanned.request.scan.range;
  spec.zone_name = scanned.request.scan.zone.name();
  spec.deduplicated = scanned.request.scan.deduplicate;
  spec.projects = false;
  return analytics::build_report(scanned.aggregate, prices, spec);
}

ExitCode reconcile_sources(const Session& session, const std::vector<std::string>& arguments) {
  Result<ReconcileSettings> settings = read_settings(session);
  if (!settings) {
    return stop_at_setting(session.settings, settings.error());
  }
  OrExit<ScanRequest> scan = make_scan_request(session);
  if (!scan) {
    return scan.code();
  }
  scan->scan.by = {{analytics::KeyKind::account, ""}};
  OrExit<OutputRequest> output = make_output_request(session, scan->generated_at);
  if (!output) {
    return output.code();
  }
  settings->output = std::move(*output);
  const OrExit<analytics::PriceTable> prices = load_price_book(session);
  if (!prices) {
    return prices.code();
  }
  const Result<finance::Discounts> discounts = read_discounts(session);
  if (!discounts) {
    return stop(Step::prices, discounts.error());
  }
  settings->options.discounts = &*discounts;
  OrExit<ReadBill> bill = read_bills(session, settings->bills);
  if (!bill) {
    return bill.code();
  }
  const OrExit<ScannedUsage> scanned = scan_usage(session, *prices, arguments, std::move(*scan));
  if (!scanned) {
    return scanned.code();
  }
  const Result<Now> now = now_of(session, scanned->request.scan.zone);
  if (!now) {
    return stop_at_setting(session.settings, now.error());
  }
  settings->options.now = now->is_given ? std::optional(now->at) : std::nullopt;
  settings->options.range = scanned->request.scan.range;
  const std::vector<finance::Charge> charges = finance::charges_of(scanned->aggregate, *prices);
  Result<finance::Reconciliation> result =
      finance::reconcile({&scanned->aggregate, charges}, bill->bill, *prices, settings->options);
  if (!result) {
    return stop(Step::prices, result.error());
  }
  Finished finished;
  finished.settings = &*settings;
  finished.bill = &*bill;
  finished.result = std::move(*result);
  finished.base = base_of(*scanned, *prices);
  finished.base.spec.title = title_of(finished.result);
  finished.base.notes =
      finance::notes_of(finished.result, bill->bill, bill->account, settings->options);
  if (const std::optional<ExitCode> code = write_result(finished, session.settings)) {
    return *code;
  }
  return end_code(finished, session.settings);
}

}  // namespace

ExitCode run_reconcile(const Invocation& invocation) {
  const OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  return reconcile_sources(*session, invocation.arguments);
}

}  // namespace bedrocklog::cli
