// `bedrocklog prices list|show`.
#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analytics/calendar.h"
#include "analytics/finance/price_rows.h"
#include "analytics/record_facts.h"
#include "analytics/report_key.h"
#include "analytics/time_spec.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/price_book.h"
#include "cli/session.h"
#include "ingest/glob_match.h"

namespace bedrocklog::cli {
namespace {

/// The UTC day of --as-of; nothing when it is not given.
Result<std::optional<std::int32_t>> day_of(const std::string& text) {
  if (text.empty()) {
    return std::optional<std::int32_t>{};
  }
  const Result<UnixMillis> at = analytics::parse_instant(text, analytics::Zone());
  if (!at || at->value < 0) {
    return fault("--as-of", fmt::format("takes a date such as 2026-03-01: {}", text));
  }
  return std::optional<std::int32_t>(static_cast<std::int32_t>(at->value / day_ms));
}

/// All regions; for a table just the first and how many more, or rows get hundreds of columns.
std::string regions_text(const analytics::PriceRow& row, const Settings& settings) {
  constexpr std::size_t shown_max = 2;
  if (settings.text("format") != "table" || row.regions.size() <= shown_max) {
    return fmt::format("{}", fmt::join(row.regions, " "));
  }
  return fmt::format("{} +{}", row.regions.front(), row.regions.size() - 1);
}

bool holds_in(const analytics::PriceRow& row, const std::string& region) {
  return region.empty() ||
         std::any_of(row.regions.begin(), row.regions.end(),
                     [&](const std::string& listed) { return listed == region || listed == "*"; });
}

bool holds_on(const analytics::PriceRow& row, std::optional<std::int32_t> day) {
  return !day || (row.effective_from.value_or(std::numeric_limits<std::int32_t>::min()) <= *day &&
                  *day < row.effective_to.value_or(std::numeric_limits<std::int32_t>::max()));
}

std::string limit_text(std::uint64_t limit) {
  return limit == 0 ? "" : std::to_string(limit);
}

Listing list_rows(const analytics::PriceTable& prices, const Settings& settings,
                  std::optional<std::int32_t> day) {
  Listing listing;
  listing.columns = {{"model"},
                     {"meter"},
                     {"tier"},
                     {"scope"},
                     {"context", ColumnKind::count},
                     {"attributes"},
                     {"price", ColumnKind::decimal},
                     {"unit"},
                     {"effective_from"},
                     {"effective_to"},
                     {"as_of"},
                     {"source"},
                     {"regions"}};
  const std::string model = settings.text("model");
  const std::string region = settings.text("region");
  for (const analytics::PriceRow& row : prices.rows()) {
    const bool is_wanted = (model.empty() || ingest::glob_matches(model, row.model)) &&
                           holds_in(row, region) && holds_on(row, day);
    if (is_wanted) {
      listing.rows.push_back({row.model, row.meter, row.tier, row.scope,
                              limit_text(row.context_min_input_tokens), row.attributes, row.price,
                              row.unit, finance::date_text(row.effective_from),
                              finance::date_text(row.effective_to), row.as_of, row.source,
                              regions_text(row, settings)});
    }
  }
  return listing;
}

/// Long-context limits the book knows for a model, 0 (ordinary) first.
std::set<std::uint64_t> limits_of(const analytics::PriceTable& prices, const std::string& model) {
  std::set<std::uint64_t> limits = {0};
  for (const analytics::PriceRow& row : prices.rows()) {
    if (row.model == model) {
      limits.insert(row.context_min_input_tokens);
    }
  }
  return limits;
}

Listing rows_that_price(const analytics::PriceTable& prices, const analytics::PriceKey& asked,
                        const Settings& settings) {
  using analytics::Meter;
  using analytics::Tier;
  constexpr std::array meters = {Meter::input, Meter::output, Meter::cache_read,
                                 Meter::cache_write_5m, Meter::cache_write_1h};
  constexpr std::array tiers = {Tier::standard, Tier::priority, Tier::flex,
                                Tier::latency_optimized};
  Listing listing;
  listing.columns = {{"meter"},
                     {"tier"},
                     {"scope"},
                     {"context", ColumnKind::count},
                     {"price", ColumnKind::decimal},
                     {"unit"},
                     {"regions"},
                     {"as_of"},
                     {"source"}};
  analytics::PriceKey key = asked;
  for (const Tier tier : tiers) {
    for (const std::uint64_t limit : limits_of(prices, asked.model)) {
      for (const Meter meter : meters) {
        key.tier = tier;
        key.context_limit = limit;
        const analytics::PriceRow* row = prices.find(key, meter);
        // An ordinary row also prices long requests that have no row of their own: once is enough.
        if (row != nullptr && row->context_min_input_tokens == limit) {
          listing.rows.push_back({row->meter, row->tier, row->scope, limit_text(limit), row->price,
                                  row->unit, regions_text(*row, settings), row->as_of,
                                  row->source});
        }
      }
    }
  }
  return listing;
}

Fault no_price(const analytics::PriceTable& prices, const analytics::PriceKey& key) {
  if (!prices.knows(key.model)) {
    std::set<std::string> known;
    for (const analytics::PriceRow& row : prices.rows()) {
      known.insert(row.model);
    }
    const auto nearest =
        analytics::nearest_name(key.model, std::vector<std::string>(known.begin(), known.end()));
    return {key.model, nearest ? fmt::format("is not in the price book; did you mean {}?", *nearest)
                               : "is not in the price book; see bedrocklog prices list"};
  }
  return {key.model,
          fmt::format("has no {} token price in {} on {}; see bedrocklog prices list "
                      "--model '{}'",
                      name_of(key.scope), key.region, analytics::date_text(key.day), key.model)};
}

struct PricesStart {
  Session session;
  analytics::PriceTable prices;
  std::optional<std::int32_t> day;
};

OrExit<PricesStart> start(const Invocation& invocation) {
  OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  OrExit<analytics::PriceTable> prices = load_price_book(*session);
  if (!prices) {
    return prices.code();
  }
  const auto day = day_of(session->settings.text("as-of"));
  if (!day) {
    return stop_at_setting(session->settings, day.error());
  }
  return PricesStart{std::move(*session), std::move(*prices), *day};
}

}  // namespace

ExitCode run_prices_list(const Invocation& invocation) {
  const OrExit<PricesStart> begun = start(invocation);
  if (!begun) {
    return begun.code();
  }
  const Settings& settings = begun->session.settings;
  const Listing listing = list_rows(begun->prices, settings, begun->day);
  if (listing.rows.empty()) {
    return stop(Step::list_input, {"price book",
                                   "has no such row; loosen --model, --region, "
                                   "--as-of"});
  }
  return print_listing(listing, settings);
}

ExitCode run_prices_show(const Invocation& invocation) {
  const OrExit<PricesStart> begun = start(invocation);
  if (!begun) {
    return begun.code();
  }
  const OrExit<analytics::ModelMap> map = model_map_of(begun->session);
  if (!map) {
    return map.code();
  }
  const analytics::ModelFacts facts = analytics::facts_of_model(invocation.arguments.front(), *map);
  if (facts.covered) {
    return print_result(
        fmt::format("{}: provisioned capacity, billed by the hour; its tokens cost nothing\n",
                    facts.canonical));
  }
  analytics::PriceKey key;
  key.model = facts.canonical;
  key.region = begun->session.settings.text("region");
  key.scope = facts.scope;
  key.day = begun->day.value_or(0);
  if (!begun->day) {
    const auto own_day = day_of(begun->prices.as_of());
    key.day = own_day ? own_day->value_or(0) : 0;
  }
  const Listing listing = rows_that_price(begun->prices, key, begun->session.settings);
  if (listing.rows.empty()) {
    return stop(Step::list_input, no_price(begun->prices, key));
  }
  return print_listing(listing, begun->session.settings);
}

}  // namespace bedrocklog::cli
