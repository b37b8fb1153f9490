// `bedrocklog optimize`: where the archive says money could be saved.
#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analytics/csv_table.h"
#include "analytics/finance/repeats.h"
#include "analytics/finance/strategies.h"
#include "analytics/record_stream.h"
#include "analytics/zone.h"
#include "cli/alternative.h"
#include "cli/command.h"
#include "cli/document_output.h"
#include "cli/dry_run.h"
#include "cli/number_text.h"
#include "cli/price_book.h"
#include "cli/scan_request.h"
#include "cli/scan_run.h"
#include "cli/session.h"
#include "cli/shipped_data.h"
#include "cli/terminal.h"

namespace bedrocklog::cli {
namespace {

constexpr NumberRange tokens_range = {1, 1'000'000'000};
constexpr NumberRange rows_range = {1, 10'000};

struct OptimizeRequest {
  ScanRequest scan;
  OutputRequest output;
  finance::StrategyOptions options;
  bool with_bodies = false;
};

/// Those of --small-model; without it the models that the shipped list calls active and the price
/// book knows.
OrExit<std::vector<std::string>> candidates_of(const Settings& settings,
                                               const analytics::PriceTable& prices) {
  std::vector<std::string> named = settings.list("small-model");
  for (std::string& model : named) {
    model = analytics::facts_of_model(model, {}).canonical;
    if (!prices.knows(model)) {
      return stop_at_setting(settings, {"--small-model", "the price book has no model " + model});
    }
  }
  if (!named.empty()) {
    return named;
  }
  const Result<analytics::CsvTable> models =
      analytics::parse_csv(shipped_models_csv(), "models.csv");
  if (!models) {
    return stop(Step::prices, models.error());
  }
  constexpr std::size_t id_at = 0;
  constexpr std::size_t lifecycle_at = 3;
  std::vector<std::string> active;
  for (const analytics::CsvRow& row : models->rows) {
    if (row.fields[lifecycle_at] == "ACTIVE" && prices.knows(row.fields[id_at])) {
      active.push_back(row.fields[id_at]);
    }
  }
  return active;
}

/// Reads the thresholds and offers; nothing, or what is wrong with one.
std::optional<Fault> read_options(const Settings& settings, finance::StrategyOptions& options) {
  const auto number = [&](const char* flag, NumberRange range, std::uint64_t& into) {
    const Result<std::uint64_t> value =
        parse_whole_number(settings.text(flag), fmt::format("--{}", flag), range);
    into = value.value_or(0);
    return value ? std::optional<Fault>() : std::optional(value.error());
  };
  std::uint64_t rows = 0;
  for (const std::optional<Fault>& failed :
       {number("small-input", tokens_range, options.small_input_max),
        number("small-output", tokens_range, options.small_output_max),
        number("top", rows_range, rows)}) {
    if (failed) {
      return failed;
    }
  }
  options.callers_max = static_cast<std::size_t>(rows);
  if (const std::string trim = settings.text("trim"); !trim.empty()) {
    constexpr std::uint32_t percent_max = 100;
    const Result<std::uint32_t> percent = finance::parse_percent_e2(trim, percent_max);
    if (!percent) {
      return Fault{"--trim", percent.error().message};
    }
    options.trim_e2 = *percent;
  }
  Result<std::vector<finance::CapacityOffer>> offers = read_capacity_offers(settings);
  if (!offers) {
    return offers.error();
  }
  options.offers = std::move(*offers);
  return std::nullopt;
}

/// The key that callers are told apart by.
Result<analytics::Key> caller_key_of(const Settings& settings) {
  const Result<analytics::Key> key = analytics::parse_key(settings.text("callers"));
  if (!key) {
    return fault("--callers", key.error().message);
  }
  if (analytics::is_time_key(key->kind) || key->kind == analytics::KeyKind::group) {
    return fault("--callers", "takes a key that names callers: user, role, team, tag:KEY, account");
  }
  return *key;
}

/// The scan's one group is that of small calls, so nothing else can be told by groups.
std::optional<Fault> groups_fault(const Session& session, const analytics::Key& caller,
                                  const std::string& where_text) {
  if (session.configuration.groups.empty()) {
    return std::nullopt;
  }
  bool asks = caller.kind == analytics::KeyKind::team;
  const Result<analytics::Expression> where =
      analytics::Expression::parse(where_text.empty() ? "not error exists" : where_text, "--where",
                                   [&asks](std::string_view name) {
                                     asks = asks || name == "group" || name == "team";
                                     return analytics::resolve_record_field(name);
                                   });
  return where && asks ? std::optional(Fault{
                             "optimize",
                             "cannot tell group and team apart where [groups] are configured, "
                             "as it groups calls by size; use other callers and filters"})
                       : std::nullopt;
}

/// Small calls as the one group of the scan. Cache tokens belong to the prompt as well; a record
/// that does not tell them has none.
Result<analytics::GroupRule> small_calls_rule(const finance::StrategyOptions& options) {
  const std::string text = fmt::format(
      "not error exists and input < {0} and not (cache_read >= {0}) and not (cache_write >= {0}) "
      "and output < {1}",
      options.small_input_max, options.small_output_max);
  Result<analytics::Expression> condition =
      analytics::Expression::parse(text, "--small-input", analytics::resolve_record_field);
  if (!condition) {
    return pass_on(condition);
  }
  return analytics::GroupRule{finance::small_calls_group, std::move(*condition)};
}

OrExit<OptimizeRequest> read_request(const Session& session) {
  const Settings& settings = session.settings;
  OrExit<ScanRequest> scan = make_scan_request(session);
  if (!scan) {
    return scan.code();
  }
  OptimizeRequest request;
  request.scan = std::move(*scan);
  if (const std::optional<Fault> failed = read_options(settings, request.options)) {
    return stop_at_setting(settings, *failed);
  }
  const Result<analytics::Key> caller = caller_key_of(settings);
  if (!caller) {
    return stop_at_setting(settings, caller.error());
  }
  if (const std::optional<Fault> failed = groups_fault(session, *caller, request.scan.where_text)) {
    return stop(Step::command_line, *failed);
  }
  Result<analytics::GroupRule> small = small_calls_rule(request.options);
  if (!small) {
    return stop_at_setting(settings, small.error());
  }
  request.options.caller_key = name_of(*caller);
  request.options.zone_name = request.scan.scan.zone.name();
  request.scan.scan.by = finance::strategy_keys(*caller);
  request.scan.scan.groups = {std::move(*small)};
  request.with_bodies = settings.is_on("bodies");
  OrExit<OutputRequest> output = make_output_request(session, request.scan.generated_at);
  if (!output) {
    return output.code();
  }
  request.output = std::move(*output);
  return request;
}

/// Reads the input a second time, for its bodies.
OrExit<finance::RepeatFindings> search_repeats(const ingest::Manifest& manifest,
                                               const OptimizeRequest& request,
                                               const analytics::PriceTable& prices) {
  finance::RepeatSearch search(prices, request.scan.scan.deduplicate);
  const Result<analytics::InputAccount> account = analytics::for_each_record(
      manifest, request.scan.scan,
      [&](const analytics::RecordFactsView& facts, const ingest::RecordOrigin& /*origin*/) {
        search.add(facts);
        return true;
      });
  if (!account) {
    return stop(Step::list_input, account.error());
  }
  return search.finish();
}

void append(std::vector<finance::StrategyRow>& rows, std::vector<finance::StrategyRow> more) {
  rows.insert(rows.end(), std::make_move_iterator(more.begin()),
              std::make_move_iterator(more.end()));
}

ExitCode report_on(const Session& session, const OptimizeRequest& request,
                   const analytics::Aggregate& aggregate, const analytics::PriceTable& prices,
                   const std::optional<finance::RepeatFindings>& repeats) {
  const finance::StrategyOptions& options = request.options;
  const analytics::ScanOptions& scan = request.scan.scan;
  std::vector<finance::StrategyRow> rows = finance::right_sizing(aggregate, prices, options);
  append(rows, finance::long_prompts(aggregate, prices, options));
  append(rows, finance::batch_jobs(aggregate, prices, options));
  if (repeats) {
    append(rows, finance::rows_of(*repeats));
  }
  append(rows, finance::schedule(aggregate, prices));
  append(rows, finance::reserved_capacity(aggregate, prices, options, scan.range));
  finance::FigureTable table = finance::strategy_table(rows, options);
  const std::vector<std::string> about_bodies =
      repeats ? finance::notes_of(*repeats)
              : std::vector<std::string>{
                    "caching results and prompt caching: not looked at; "
                    "--bodies reads the input a second time for them"};
  table.notes.insert(table.notes.end(), about_bodies.begin(), about_bodies.end());
  const analytics::Report report =
      finance::report_of(table, aggregate, prices,
                         {scan.range, scan.zone.name(), request.scan.where_text, scan.deduplicate});
  if (const std::optional<ExitCode> code =
          write_report_documents(session, request.output, report)) {
    return *code;
  }
  return report_incomplete(aggregate.account, session.settings);
}

ExitCode optimize(const Session& session, const std::vector<std::string>& locations,
                  OptimizeRequest& request, const analytics::PriceTable& prices) {
  if (request.with_bodies &&
      std::find(locations.begin(), locations.end(), "-") != locations.end()) {
    return stop(Step::command_line,
                {"--bodies", "reads the input twice, which standard input does not allow"});
  }
  const OrExit<ingest::Manifest> manifest = list_input(session, locations, request.scan.window);
  if (!manifest) {
    return manifest.code();
  }
  if (session.settings.is_on("dry-run")) {
    return print_plan(session, *manifest, request.with_bodies ? 2 : 1);
  }
  request.scan.scan.prices = &prices;
  request.scan.scan.s3 = session.s3->client();
  const OrExit<ScanRun> run = run_scan(*manifest, request.scan.scan, request.scan.progress);
  if (!run) {
    return run.code();
  }
  if (run->interrupted != ExitCode::complete) {
    print_notice("INCOMPLETE: interrupted; nothing was written");
    return run->interrupted;
  }
  std::optional<finance::RepeatFindings> repeats;
  if (request.with_bodies) {
    const OrExit<finance::RepeatFindings> found = search_repeats(*manifest, request, prices);
    if (!found) {
      return found.code();
    }
    repeats = *found;
  }
  report_s3_requests(session);
  return report_on(session, request, run->outcome.aggregate, prices, repeats);
}

}  // namespace

ExitCode run_optimize(const Invocation& invocation) {
  const OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  const OrExit<std::vector<std::string>> locations =
      locations_of(*session, invocation.arguments, Step::command_line);
  if (!locations) {
    return locations.code();
  }
  OrExit<OptimizeRequest> request = read_request(*session);
  if (!request) {
    return request.code();
  }
  const OrExit<analytics::PriceTable> prices = load_price_book(*session);
  if (!prices) {
    return prices.code();
  }
  OrExit<std::vector<std::string>> candidates = candidates_of(session->settings, *prices);
  if (!candidates) {
    return candidates.code();
  }
  request->options.candidates = std::move(*candidates);
  return optimize(*session, *locations, *request, *prices);
}

}  // namespace bedrocklog::cli
