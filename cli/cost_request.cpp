// Settings and files of `cost` into typed options.
#include "cli/cost_request.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "analytics/calendar.h"
#include "analytics/finance/ledger.h"
#include "analytics/report_key.h"
#include "cli/allocation.h"
#include "cli/input_text.h"
#include "cli/number_text.h"
#include "cli/output_file.h"

namespace bedrocklog::cli {
namespace {

using Failed = std::optional<Fault>;

constexpr NumberRange top_range = {1, 1'000'000'000};

std::string file_name_of(const std::string& path) {
  return path.substr(path.find_last_of('/') + 1);
}

/// The file of a flag, else of the configuration; empty: none.
std::string path_of(const Session& session, std::string_view flag,
                    const std::optional<ConfiguredValue>& configured) {
  const std::string path = session.settings.text(flag);
  return path.empty() && configured ? configured->values.front() : path;
}

Failed read_calendar(const Settings& settings, CostSettings& request) {
  const Result<finance::PeriodKind> kind = finance::parse_period_kind(settings.text("period"));
  if (!kind) {
    return kind.error();
  }
  const Result<unsigned> start = finance::parse_fiscal_start(settings.text("fiscal-start"));
  if (!start) {
    return start.error();
  }
  request.cost.calendar = finance::PeriodCalendar(*kind, *start);
  return std::nullopt;
}

Failed read_keys(const Settings& settings, CostSettings& request) {
  if (const std::string by = settings.text("by"); !by.empty()) {
    Result<std::vector<analytics::Key>> keys = analytics::parse_keys(by);
    if (!keys) {
      return Fault{"--by", keys.error().message};
    }
    request.scan_by = std::move(*keys);
  }
  request.cost.shown_keys = request.scan_by.size();
  std::string title = settings.text("period");
  for (const analytics::Key& key : request.scan_by) {
    title += ", " + analytics::name_of(key);
  }
  request.title = settings.text("title");
  if (request.title.empty()) {
    request.title = "Cost by " + title;
  }
  return std::nullopt;
}

Failed read_detail(const Settings& settings, CostSettings& request) {
  const std::string detail = settings.text("detail");
  if (detail == "class") {
    request.cost.detail = finance::CostDetail::token_class;
  } else if (detail == "model") {
    request.cost.detail = finance::CostDetail::model;
  } else if (detail == "period") {
    request.cost.detail = finance::CostDetail::period;
  } else {
    return Fault{"--detail", fmt::format("takes class, model or period: {}", detail)};
  }
  return std::nullopt;
}

Failed read_currency(const Settings& settings, CostSettings& request) {
  const std::string code = settings.text("display-currency");
  const std::string rate = settings.text("rate");
  const std::string date = settings.text("rate-date");
  if (code.empty()) {
    return rate.empty() && date.empty() ? std::nullopt
                                        : Failed(Fault{rate.empty() ? "--rate-date" : "--rate",
                                                       "needs --display-currency, such as EUR"});
  }
  if (rate.empty()) {
    return Fault{"--display-currency",
                 fmt::format("needs --rate: {} for one USD, such as 0.92", code)};
  }
  if (!date.empty() && !analytics::parse_date(date)) {
    return Fault{"--rate-date", fmt::format("takes a date such as 2026-03-31: {}", date)};
  }
  Result<finance::DisplayCurrency> currency = finance::parse_display_currency(code, rate, date);
  if (!currency) {
    return currency.error();
  }
  request.view.currency = std::move(*currency);
  return std::nullopt;
}

Failed read_view(const Settings& settings, CostSettings& request) {
  const Result<std::optional<unsigned>> decimals = finance::parse_rounding(settings.text("round"));
  if (!decimals) {
    return decimals.error();
  }
  request.view.decimals = *decimals;
  if (const std::string top = settings.text("top"); !top.empty()) {
    const Result<std::uint64_t> rows = parse_whole_number(top, "--top", top_range);
    if (!rows) {
      return rows.error();
    }
    request.view.top = *rows;
  }
  request.view.with_change = settings.is_on("change");
  if (request.view.with_change &&
      (request.cost.detail == finance::CostDetail::token_class || request.view.top)) {
    return Fault{"--change", "goes with --detail model or period, and without --top"};
  }
  return read_currency(settings, request);
}

Failed read_ledger_settings(const Session& session, CostSettings& request) {
  const Settings& settings = session.settings;
  request.ledger_path = settings.text("ledger");
  const std::string close = settings.text("close");
  if (!close.empty()) {
    request.close = close;
  }
  if (request.ledger_path.empty()) {
    return request.close ? Failed(Fault{"--close", "needs --ledger FILE"}) : std::nullopt;
  }
  const bool is_monthly = request.cost.calendar.kind() == finance::PeriodKind::month;
  if (!is_monthly || request.cost.detail != finance::CostDetail::token_class) {
    return Fault{"--ledger", "goes with --period month and --detail class"};
  }
  if (!request.close) {
    return std::nullopt;
  }
  const std::optional<CivilDate> month = analytics::parse_month(*request.close);
  if (!month) {
    return Fault{"--close", fmt::format("takes a month such as 2026-03: {}", *request.close)};
  }
  const Result<Now> now = now_of(session, *analytics::Zone::named("UTC"));
  if (!now) {
    return now.error();
  }
  const CivilDate next = analytics::first_of_month(*month, 1);
  if (now->at.value < days_from_civil(next) * day_ms) {
    return Fault{"--close", fmt::format("{} is not over", *request.close)};
  }
  return check_writable(request.ledger_path);
}

Failed read_discounts(const Session& session, CostSettings& request) {
  const std::string path = path_of(session, "discounts", session.configuration.discounts_file);
  if (path.empty()) {
    return std::nullopt;
  }
  const Result<std::string> text = read_text_file(path, finance_file_size_bytes_max);
  if (!text) {
    return text.error();
  }
  Result<finance::Discounts> discounts = finance::Discounts::parse(*text, file_name_of(path));
  if (!discounts) {
    return discounts.error();
  }
  request.discounts = std::make_shared<finance::Discounts>(std::move(*discounts));
  request.cost.discounts = request.discounts.get();
  return std::nullopt;
}

Failed read_provisioned(const Session& session, CostSettings& request) {
  const std::string path = path_of(session, "provisioned", session.configuration.provisioned_file);
  if (path.empty()) {
    return std::nullopt;
  }
  const Result<std::string> text = read_text_file(path, finance_file_size_bytes_max);
  if (!text) {
    return text.error();
  }
  Result<std::vector<finance::Capacity>> capacities =
      finance::parse_provisioned(*text, file_name_of(path));
  if (!capacities) {
    return capacities.error();
  }
  request.cost.capacities = std::move(*capacities);
  return std::nullopt;
}

/// Discounts by account ask for it in every group, shown or not.
void add_account_key(CostSettings& request) {
  const auto is_account = [](const analytics::Key& key) {
    return key.kind == analytics::KeyKind::account;
  };
  auto found = std::find_if(request.scan_by.begin(), request.scan_by.end(), is_account);
  const bool is_wanted = request.discounts != nullptr && request.discounts->needs_account();
  if (found == request.scan_by.end() && is_wanted) {
    request.scan_by.push_back({analytics::KeyKind::account, ""});
    found = request.scan_by.end() - 1;
  }
  if (found != request.scan_by.end()) {
    request.cost.account_key = static_cast<std::size_t>(found - request.scan_by.begin());
  }
}

/// FOCUS rows need keys of their own, behind those that are shown.
Failed read_focus(const Settings& settings, CostSettings& request) {
  if (!wants_focus(request.output)) {
    return std::nullopt;
  }
  const Result<finance::FocusVersion> version =
      finance::parse_focus_version(settings.text("focus-version"));
  if (!version) {
    return version.error();
  }
  const std::string period = settings.text("focus-period");
  if (period != "day" && period != "hour") {
    return Fault{"--focus-period", fmt::format("takes day or hour: {}", period)};
  }
  const std::vector<analytics::Key> shown(
      request.scan_by.begin(),
      request.scan_by.begin() + static_cast<std::ptrdiff_t>(request.cost.shown_keys));
  const Result<std::vector<analytics::Key>> keys = finance::focus_keys(shown, period == "hour");
  if (!keys) {
    return keys.error();
  }
  for (const analytics::Key& key : *keys) {
    if (std::find(request.scan_by.begin(), request.scan_by.end(), key) == request.scan_by.end()) {
      request.scan_by.push_back(key);
    }
  }
  request.focus = finance::FocusOptions{*version, request.accounts.get(), request.discounts.get()};
  return std::nullopt;
}

/// --fields and --sort name columns of a report that does not exist yet: asks an empty one.
Failed check_columns(const Settings& settings, CostSettings& request) {
  analytics::Aggregate nothing;
  nothing.by = request.scan_by;
  const analytics::PriceTable no_prices;
  Result<finance::CostTable> table = finance::cost_table(nothing, no_prices, request.cost);
  if (!table) {
    return table.error();
  }
  if (!request.ledger_path.empty()) {
    table->columns.insert(table->columns.begin() + 1, finance::entry_column());
  }
  charge_back(request.chargeback, *table);
  if (Failed unfit = check_split(request.chargeback, *table)) {
    return unfit;
  }
  const Result<analytics::Report> report = finance::cost_report(
      {&nothing, &no_prices}, {}, std::move(*table), request.cost, request.view);
  if (!report) {
    return report.error();
  }
  if (const std::string sort = settings.text("sort"); !sort.empty()) {
    Result<std::vector<analytics::SortKey>> keys = finance::parse_cost_sort(sort, *report);
    if (!keys) {
      return keys.error();
    }
    request.view.sort = std::move(*keys);
  }
  const Result<std::string> rendered = render(*report, OutputFormat::csv, request.output.render);
  return rendered ? std::nullopt : Failed(rendered.error());
}

Failed read_settings(const Session& session, CostSettings& request) {
  const Settings& settings = session.settings;
  Failed failed = read_calendar(settings, request);
  failed = failed ? failed : read_keys(settings, request);
  failed = failed ? failed : read_detail(settings, request);
  failed = failed ? failed : read_view(settings, request);
  if (failed) {
    return failed;
  }
  failed = read_ledger_settings(session, request);
  if (failed) {
    return failed;
  }
  Result<OutputRequest> output = read_output_request(session, DocumentKinds::reports_and_focus);
  if (!output) {
    return output.error();
  }
  request.output = std::move(*output);
  if (const std::string text = settings.text("fail-if"); !text.empty()) {
    Result<TotalsCondition> condition = parse_totals_condition(text);
    if (!condition) {
      return condition.error();
    }
    request.fail_if = std::move(*condition);
  }
  return std::nullopt;
}

}  // namespace

OrExit<CostSettings> make_cost_settings(const Session& session) {
  CostSettings request;
  if (const Failed failed = read_settings(session, request)) {
    return stop_at_setting(session.settings, *failed);
  }
  Failed failed = read_discounts(session, request);
  failed = failed ? failed : read_provisioned(session, request);
  if (failed) {
    return stop(Step::prices, *failed);
  }
  OrExit<finance::AccountNames> accounts = account_names_of(session);
  if (!accounts) {
    return accounts.code();
  }
  request.accounts = std::make_shared<finance::AccountNames>(std::move(*accounts));
  request.cost.account_names = request.accounts.get();
  OrExit<ChargebackRequest> chargeback = make_chargeback_request(session, request.scan_by);
  if (!chargeback) {
    return chargeback.code();
  }
  request.chargeback = std::move(*chargeback);
  if (const Failed unfit = read_focus(session.settings, request)) {
    return stop_at_setting(session.settings, *unfit);
  }
  add_account_key(request);
  if (const Failed unfit = check_columns(session.settings, request)) {
    return stop_at_setting(session.settings, *unfit);
  }
  return request;
}

}  // namespace bedrocklog::cli
