// `bedrocklog whatif`: measured usage at other prices.
#include <optional>
#include <utility>
#include <vector>

#include "analytics/finance/whatif.h"
#include "cli/alternative.h"
#include "cli/command.h"
#include "cli/document_output.h"
#include "cli/price_book.h"
#include "cli/scan_request.h"
#include "cli/scan_run.h"
#include "cli/session.h"

namespace bedrocklog::cli {
namespace {

/// Either an alternative or offers of capacity.
struct WhatifRequest {
  ScanRequest scan;
  OutputRequest output;
  finance::Alternative alternative;
  std::vector<finance::CapacityOffer> offers;
};

Result<bool> asks_for_capacity(const Settings& settings) {
  const bool has_offers = !settings.list("provisioned").empty();
  if (names_alternative(settings) == has_offers) {
    return fault("whatif", has_offers
                               ? "--provisioned stands alone: it compares with on demand as it is"
                               : "needs an alternative, such as --to-model MODEL, --to-scope "
                                 "global, --batch, --cache-hit 60 or --provisioned");
  }
  return has_offers;
}

OrExit<WhatifRequest> read_request(const Session& session, const analytics::PriceTable& prices) {
  const Settings& settings = session.settings;
  const Result<bool> is_capacity = asks_for_capacity(settings);
  if (!is_capacity) {
    return stop(Step::command_line, is_capacity.error());
  }
  OrExit<ScanRequest> scan = make_scan_request(session);
  if (!scan) {
    return scan.code();
  }
  WhatifRequest request;
  request.scan = std::move(*scan);
  if (*is_capacity) {
    Result<std::vector<finance::CapacityOffer>> offers = read_capacity_offers(settings);
    if (!offers) {
      return stop_at_setting(settings, offers.error());
    }
    request.offers = std::move(*offers);
    request.scan.scan.by = {{analytics::KeyKind::hour, ""}};
  } else {
    Result<finance::Alternative> alternative =
        read_alternative(settings, prices, request.scan.scan.models);
    if (!alternative) {
      return stop_at_setting(settings, alternative.error());
    }
    request.alternative = std::move(*alternative);
  }
  OrExit<OutputRequest> output = make_output_request(session, request.scan.generated_at);
  if (!output) {
    return output.code();
  }
  request.output = std::move(*output);
  return request;
}

}  // namespace

ExitCode run_whatif(const Invocation& invocation) {
  const OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  const OrExit<analytics::PriceTable> prices = load_price_book(*session);
  if (!prices) {
    return prices.code();
  }
  OrExit<WhatifRequest> request = read_request(*session, *prices);
  if (!request) {
    return request.code();
  }
  const OrExit<ScannedUsage> scanned =
      scan_usage(*session, *prices, invocation.arguments, std::move(request->scan));
  if (!scanned) {
    return scanned.code();
  }
  const ScanRequest& scan = scanned->request;
  const analytics::Aggregate& aggregate = scanned->aggregate;
  const finance::FigureTable table =
      request->offers.empty()
          ? finance::whatif_table(aggregate, *prices, request->alternative)
          : finance::capacity_table(aggregate, *prices, request->offers, scan.scan.range);
  const analytics::Report report = finance::report_of(
      table, aggregate, *prices,
      {scan.scan.range, scan.scan.zone.name(), scan.where_text, scan.scan.deduplicate});
  if (const std::optional<ExitCode> code =
          write_report_documents(*session, request->output, report)) {
    return *code;
  }
  return report_incomplete(aggregate.account, session->settings);
}

}  // namespace bedrocklog::cli
