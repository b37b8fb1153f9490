// Provisioned throughput against the on-demand cost of the same hours.
#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "analytics/finance/whatif.h"
#include "analytics/in_quotes.h"
#include "analytics/projection.h"
#include "ingest/ensure.h"
#include "ingest/glob_match.h"

namespace bedrocklog::finance {
namespace {

using analytics::Figure;

constexpr std::uint64_t minutes_per_hour = 60;
// Far above any quota; keeps products within 64 bits.
constexpr std::uint64_t tokens_per_minute_max = 1'000'000'000'000;
// Likewise; keeps units x price within 128 bits.
constexpr std::string_view unit_price_max = "100000";

struct HourUse {
  Attodollars cost;
  std::uint64_t tokens = 0;
};

struct ModelUse {
  Comparison sum;  // `then` is not looked at.
  std::map<std::string, HourUse, std::less<>> hours;
};

/// The first offer for a model; null for none.
const CapacityOffer* offer_for(const std::vector<CapacityOffer>& offers, const std::string& model) {
  const auto found = std::find_if(offers.begin(), offers.end(), [&](const CapacityOffer& offer) {
    return ingest::glob_matches(offer.model, model);
  });
  return found == offers.end() ? nullptr : &*found;
}

std::map<std::string, ModelUse> use_by_model(const analytics::Aggregate& aggregate,
                                             const analytics::PriceTable& prices,
                                             const std::vector<CapacityOffer>& offers,
                                             const HourOf& hour_of) {
  const Repricer today(aggregate, prices, {});
  std::map<std::string, ModelUse> models;
  for (const analytics::Group& group : aggregate.groups) {
    for (const analytics::BilledCell& cell : group.totals.billed) {
      if (offer_for(offers, cell.key->model) == nullptr) {
        continue;
      }
      const Comparison one = today.compare(cell);
      ModelUse& use = models[cell.key->model];
      use.sum.add(one);
      HourUse& hour = use.hours[hour_of(group, cell)];
      hour.tokens += one.tokens;
      hour.cost += one.today;
    }
  }
  return models;
}

std::uint64_t peak_of(const ModelUse& use) {
  std::uint64_t peak = 0;
  for (const auto& [hour, one] : use.hours) {
    peak = std::max(peak, one.tokens);
  }
  return peak;
}

/// Whole tokens per hour and unit from which a unit is cheaper, at the mean price of a token.
Figure break_even_tokens(const ModelUse& use, const CapacityOffer& offer) {
  Int128 product = 0;
  if (use.sum.today.value <= 0 ||
      __builtin_mul_overflow(offer.usd_per_unit_hour.value, Int128{use.sum.tokens}, &product)) {
    return std::nullopt;
  }
  return (product + use.sum.today.value - 1) / use.sum.today.value;
}

CapacityUse capacity_use(const std::string& model, const ModelUse& use, const CapacityOffer& offer,
                         std::int64_t period_ms) {
  const std::uint64_t unit_tokens_per_hour = offer.tokens_per_minute * minutes_per_hour;
  CapacityUse result;
  result.model = model;
  result.sum = use.sum;
  result.peak_tokens_per_hour = peak_of(use);
  result.units = (result.peak_tokens_per_hour + unit_tokens_per_hour - 1) / unit_tokens_per_hour;
  const Int128 usd_per_hour = offer.usd_per_unit_hour.value * result.units;
  result.cost_then = times(usd_per_hour, {period_ms, hour_ms});
  result.paying_hours = static_cast<std::uint64_t>(std::count_if(
      use.hours.begin(), use.hours.end(),
      [&](const auto& hour) { return result.units > 0 && hour.second.cost.value > usd_per_hour; }));
  const Figure capacity = times(Int128{unit_tokens_per_hour} * result.units, {period_ms, hour_ms});
  result.utilisation_e2 = capacity ? percent_e2(use.sum.tokens, *capacity) : std::nullopt;
  result.break_even_tokens = break_even_tokens(use, offer);
  return result;
}

FigureRow row_of(const CapacityUse& use) {
  const Int128 today = use.sum.today.value;
  const Figure difference = use.cost_then ? Figure(*use.cost_then - today) : std::nullopt;
  return {{use.model},
          {use.sum.invocations, use.sum.tokens, today, use.cost_then, difference,
           difference ? percent_e2(*difference, today) : std::nullopt, use.units,
           use.peak_tokens_per_hour, use.utilisation_e2, use.paying_hours, use.break_even_tokens,
           use.sum.left_out_tokens}};
}

void add_notes(std::int64_t period_ms, const std::vector<CapacityOffer>& offers,
               FigureTable& table) {
  for (const CapacityOffer& offer : offers) {
    table.notes.push_back(
        fmt::format("given: for {}, {} USD per unit and hour, {} tokens per minute and unit",
                    analytics::in_quotes(offer.model), to_decimal(offer.usd_per_unit_hour),
                    offer.tokens_per_minute));
  }
  table.notes.push_back(fmt::format(
      "measured: calls, tokens and on-demand cost at list prices by UTC hour over {} h; cost_then "
      "is units x price x these hours",
      analytics::to_decimal(analytics::divide_half_even(Int128{period_ms} * 1'000, hour_ms), 3,
                            0)));
  table.notes.emplace_back(
      "units carry the busiest hour at an even rate: minutes above it would be throttled, so more "
      "units may be needed; paying_hours are those whose on-demand cost is above that of the "
      "units");
  table.notes.emplace_back(
      "assumed: a token of a prompt and one of an answer take the same capacity, and every call of "
      "the model could run on it; inference profiles cannot");
  table.notes.emplace_back(
      "break_even_tokens: tokens per hour from which one unit costs less than on demand, at the "
      "mean price of the measured tokens");
}

}  // namespace

Result<CapacityOffer> parse_capacity_offer(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  const std::size_t slash = equals == std::string_view::npos ? equals : text.find('/', equals);
  constexpr std::size_t digits_max = 13;
  const std::string_view tokens =
      slash == std::string_view::npos ? std::string_view() : text.substr(slash + 1);
  const bool is_count = !tokens.empty() && tokens.size() <= digits_max &&
                        tokens.find_first_not_of("0123456789") == std::string_view::npos;
  CapacityOffer offer;
  for (const char digit : is_count ? tokens : std::string_view()) {
    offer.tokens_per_minute =
        offer.tokens_per_minute * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  if (offer.tokens_per_minute == 0 || offer.tokens_per_minute > tokens_per_minute_max ||
      equals == 0) {
    return fault("--provisioned",
                 fmt::format("takes MODEL=USD_PER_UNIT_HOUR/TOKENS_PER_MINUTE, such as "
                             "'*haiku*=39.60/50000': {}",
                             analytics::in_quotes(text)));
  }
  const Result<Attodollars> price = parse_amount(text.substr(equals + 1, slash - equals - 1));
  if (!price) {
    return fault("--provisioned", "the price of a unit " + price.error().message);
  }
  if (*price > *parse_amount(unit_price_max)) {
    return fault("--provisioned",
                 fmt::format("the price of a unit is at most {} USD per hour", unit_price_max));
  }
  offer.model = text.substr(0, equals);
  offer.usd_per_unit_hour = *price;
  return offer;
}

std::vector<CapacityUse> capacity_uses(const analytics::Aggregate& aggregate,
                                       const analytics::PriceTable& prices,
                                       const std::vector<CapacityOffer>& offers,
                                       std::int64_t period_ms, const HourOf& hour_of) {
  std::vector<CapacityUse> uses;
  for (const auto& [model, use] : use_by_model(aggregate, prices, offers, hour_of)) {
    uses.push_back(capacity_use(model, use, *offer_for(offers, model), period_ms));
  }
  return uses;
}

FigureTable capacity_table(const analytics::Aggregate& aggregate,
                           const analytics::PriceTable& prices,
                           const std::vector<CapacityOffer>& offers, const TimeRange& range) {
  FigureTable table;
  table.title = "Provisioned throughput against on demand";
  table.keys = {"model"};
  table.figures = {count_column("invocations"),
                   tokens_column("tokens"),
                   usd_column("cost"),
                   usd_column("cost_then"),
                   usd_column("difference"),
                   percent_column("change"),
                   count_column("units"),
                   tokens_column("peak_tokens_per_hour"),
                   percent_column("utilisation"),
                   count_column("paying_hours"),
                   tokens_column("break_even_tokens"),
                   tokens_column("left_out_tokens")};
  table.first_to_go = {
      "break_even_tokens", "paying_hours", "utilisation", "peak_tokens_per_hour", "tokens",
      "left_out_tokens",   "units",        "change",      "difference",           "cost_then"};
  const std::optional<TimeRange> period = analytics::closed_period(range, aggregate.account);
  const std::int64_t period_ms = period ? period->end.value - period->begin.value : 0;
  const HourOf hour_of = [](const analytics::Group& group, const analytics::BilledCell& /*cell*/) {
    ensure(group.keys.size() == 1);
    return std::string(group.keys[0].value_or(""));
  };
  if (period_ms > 0) {
    for (const CapacityUse& use : capacity_uses(aggregate, prices, offers, period_ms, hour_of)) {
      table.rows.push_back(row_of(use));
    }
  }
  add_notes(period_ms, offers, table);
  return table;
}

}  // namespace bedrocklog::finance
