// `bedrocklog models`: ids this build knows, or ids seen in logs.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analytics/csv_table.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/price_book.h"
#include "cli/scan_request.h"
#include "cli/scan_run.h"
#include "cli/session.h"
#include "cli/shipped_data.h"

namespace bedrocklog::cli {
namespace {

std::string yes_no(bool value) {
  return value ? "yes" : "no";
}

ExitCode list_shipped(const Session& session, const analytics::PriceTable& prices) {
  const Result<analytics::CsvTable> models =
      analytics::parse_csv(shipped_models_csv(), "models.csv");
  if (!models) {
    return stop(Step::prices, models.error());
  }
  Listing listing;
  listing.columns = {{"model"}, {"name"}, {"provider"}, {"lifecycle"}, {"priced"}};
  for (const analytics::CsvRow& row : models->rows) {
    listing.rows.push_back({row.fields[0], row.fields[1], row.fields[2], row.fields[3],
                            yes_no(prices.knows(row.fields[0]))});
  }
  return print_listing(listing, session.settings);
}

/// One row per model and profile, most used first.
Listing seen_models(const analytics::Aggregate& aggregate, const analytics::PriceTable& prices) {
  std::vector<const analytics::Group*> groups;
  groups.reserve(aggregate.groups.size());
  for (const analytics::Group& group : aggregate.groups) {
    groups.push_back(&group);
  }
  std::stable_sort(groups.begin(), groups.end(), [](const auto* left, const auto* right) {
    return left->totals.invocations > right->totals.invocations;
  });
  Listing listing;
  listing.columns = {
      {"model"}, {"family"}, {"provider"}, {"profile"}, {"invocations", ColumnKind::count},
      {"priced"}};
  for (const analytics::Group* group : groups) {
    std::vector<std::string> row;
    row.reserve(group->keys.size() + 2);
    for (std::size_t key = 0; key < group->keys.size(); ++key) {
      row.emplace_back(group->keys[key].value_or(""));
    }
    const std::string model = row.front();
    row.push_back(std::to_string(group->totals.invocations));
    row.push_back(yes_no(prices.knows(model)));
    listing.rows.push_back(std::move(row));
  }
  return listing;
}

ExitCode list_seen(const Session& session, const analytics::PriceTable& prices,
                   const std::vector<std::string>& arguments) {
  using analytics::KeyKind;
  const OrExit<ScannedUsage> scanned = scan_usage(session, prices, arguments,
                                                  {{KeyKind::model, ""},
                                                   {KeyKind::family, ""},
                                                   {KeyKind::provider, ""},
                                                   {KeyKind::profile, ""}});
  if (!scanned) {
    return scanned.code();
  }
  const analytics::Aggregate& aggregate = scanned->aggregate;
  const ExitCode printed = print_listing(seen_models(aggregate, prices), session.settings);
  return printed == ExitCode::complete ? report_incomplete(aggregate.account, session.settings)
                                       : printed;
}

}  // namespace

ExitCode run_models(const Invocation& invocation) {
  const OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  const OrExit<analytics::PriceTable> prices = load_price_book(*session);
  if (!prices) {
    return prices.code();
  }
  // A default source alone does not turn the list of known models into a scan.
  if (invocation.arguments.empty() && !invocation.flags.contains("source")) {
    return list_shipped(*session, *prices);
  }
  return list_seen(*session, *prices, invocation.arguments);
}

}  // namespace bedrocklog::cli
