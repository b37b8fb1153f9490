// `bedrocklog prices check`: which usage of an archive has which price, and how sure that is.
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analytics/finance/price_check.h"
#include "analytics/finance/price_rows.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/price_book.h"
#include "cli/scan_request.h"
#include "cli/scan_run.h"
#include "cli/session.h"

namespace bedrocklog::cli {
namespace {

using finance::CheckedTotal;
using finance::CheckedUsage;

std::string money_text(const std::optional<analytics::Attodollars>& amount) {
  return amount ? analytics::to_decimal(*amount) : "";
}

std::vector<std::string> line_of(const CheckedUsage& usage) {
  std::vector<std::string> line = {
      std::string(name_of(usage.how)),
      usage.model,
      usage.region,
      std::string(name_of(usage.scope)),
      std::string(name_of(usage.tier)),
      usage.context_limit == 0 ? "" : std::to_string(usage.context_limit),
      std::string(name_of(usage.meter)),
      std::to_string(usage.tokens)};
  const analytics::PriceRow* row = usage.row;
  const std::vector<std::string> price = row == nullptr
                                             ? std::vector<std::string>(2)
                                             : std::vector<std::string>{row->price, row->unit};
  line.insert(line.end(), price.begin(), price.end());
  line.push_back(money_text(usage.cost));
  line.push_back(money_text(usage.difference));
  if (row == nullptr) {
    line.resize(line.size() + 4);
  } else {
    line.insert(line.end(),
                {row->source, row->sku, row->as_of, finance::date_text(row->effective_from)});
  }
  return line;
}

std::vector<std::string> total_of(const std::string& what, const CheckedTotal& total,
                                  bool has_difference) {
  std::vector<std::string> line(16);
  line[0] = what;
  line[7] = std::to_string(total.tokens);
  line[10] = analytics::to_decimal(total.cost);
  if (has_difference) {
    line[11] = analytics::to_decimal(total.difference);
  }
  return line;
}

Listing listing_of(const finance::PriceCheck& check) {
  Listing listing;
  listing.columns = {{"what"},
                     {"model"},
                     {"region"},
                     {"scope"},
                     {"tier"},
                     {"context", ColumnKind::count},
                     {"meter"},
                     {"tokens", ColumnKind::count},
                     {"price", ColumnKind::decimal},
                     {"unit"},
                     {"cost", ColumnKind::decimal},
                     {"difference", ColumnKind::decimal},
                     {"source"},
                     {"sku"},
                     {"as_of"},
                     {"holds_since"}};
  for (const CheckedUsage& usage : check.usage) {
    listing.rows.push_back(line_of(usage));
  }
  listing.rows.push_back(total_of("total priced", check.priced, false));
  listing.rows.push_back(total_of("total by prices of unknown start", check.undated, false));
  listing.rows.push_back(total_of("total if 1-hour writes", check.written_1h, true));
  listing.rows.push_back(total_of("total if priority", check.priority, true));
  listing.rows.push_back(total_of("total if flex", check.flex, true));
  return listing;
}

void tell(const finance::PriceCheck& check, const Settings& settings) {
  if (settings.is_on("quiet")) {
    return;
  }
  print_notice(fmt::format(
      "assumed: the {} cache write tokens whose life the logs do not tell were written for 5 "
      "minutes, and calls whose service tier they do not tell are standard; lines \"if ...\" price "
      "all tokens counted so the other way, where the book has a price",
      check.writes_of_unknown_life));
  if (check.unpriced_tokens > 0) {
    print_notice(
        fmt::format("{} tokens have no price; add them to a file for --prices, or import "
                    "a price list with bedrocklog prices import",
                    check.unpriced_tokens));
  }
}

}  // namespace

ExitCode run_prices_check(const Invocation& invocation) {
  const OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  const OrExit<analytics::PriceTable> prices = load_price_book(*session);
  if (!prices) {
    return prices.code();
  }
  const OrExit<ScannedUsage> scanned =
      scan_usage(*session, *prices, invocation.arguments, {{analytics::KeyKind::model, ""}});
  if (!scanned) {
    return scanned.code();
  }
  const finance::PriceCheck check = finance::check_prices(scanned->aggregate, *prices);
  const ExitCode printed = print_listing(listing_of(check), session->settings);
  if (printed != ExitCode::complete) {
    return printed;
  }
  tell(check, session->settings);
  const ExitCode ended = report_incomplete(scanned->aggregate.account, session->settings);
  return ended == ExitCode::complete && check.unpriced_tokens > 0 ? ExitCode::condition_met : ended;
}

}  // namespace bedrocklog::cli
