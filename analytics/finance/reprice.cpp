// Two price lookups per key and token class, then sums.
#include "analytics/finance/reprice.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "ingest/ensure.h"
#include "ingest/glob_match.h"

namespace bedrocklog::finance {
namespace {

using analytics::BilledTokens;
using analytics::Meter;
using analytics::meter_count;
using analytics::PriceKey;
using analytics::PriceTable;
using analytics::UnitPrice;

constexpr std::array all_meters = {Meter::input, Meter::output, Meter::cache_read,
                                   Meter::cache_write_5m, Meter::cache_write_1h};
constexpr std::int64_t whole_e2 = 10'000;

using Prices = std::array<std::optional<UnitPrice>, meter_count>;  // By Meter.
using Rows = std::array<const analytics::PriceRow*, meter_count>;  // By Meter; null: no price.

Rows rows_of(const PriceKey& key, const PriceTable& prices) {
  Rows rows{};
  for (const Meter meter : all_meters) {
    rows.at(static_cast<std::size_t>(meter)) = prices.find(key, meter);
  }
  return rows;
}

bool is_long(const analytics::PriceRow* row) {
  return row != nullptr && row->context_min_input_tokens > 0;
}

/// An ordinary row prices long requests of a tier or scope without rows of their own. Against a
/// long-context price of today it is taken for a gap of the book.
void drop_ordinary_rows_of_long_requests(const Rows& today, const PriceKey& key_then, Rows& then) {
  for (std::size_t meter = 0; meter < meter_count; ++meter) {
    if (key_then.context_limit > 0 && is_long(today.at(meter)) && !is_long(then.at(meter))) {
      then.at(meter) = nullptr;
    }
  }
}

Prices prices_of(const Rows& rows) {
  Prices found;
  for (std::size_t meter = 0; meter < meter_count; ++meter) {
    if (rows.at(meter) != nullptr) {
      found.at(meter) = rows.at(meter)->unit_price;
    }
  }
  return found;
}

bool is_cheaper(UnitPrice left, UnitPrice right) {
  return analytics::cost_of(1, left) < analytics::cost_of(1, right);
}

/// Where writing costs less than the input price (some models write free of charge), whether the
/// written tokens are billed as input besides is not known: the dearer of the two holds.
void guard_writes(Prices& prices) {
  const auto& input = prices.at(static_cast<std::size_t>(Meter::input));
  auto& write = prices.at(static_cast<std::size_t>(Meter::cache_write_5m));
  if (input && write && is_cheaper(*write, *input)) {
    write = input;
  }
}

struct Priced {
  Attodollars known;
  bool is_whole = true;  // Every class with tokens has a price.
};

Priced price(const BilledTokens& tokens, const Prices& prices) {
  Priced priced;
  for (const Meter meter : all_meters) {
    const auto& unit_price = prices.at(static_cast<std::size_t>(meter));
    if (unit_price) {
      priced.known += analytics::cost_of(tokens.of(meter), *unit_price);
    } else if (tokens.of(meter) > 0) {
      priced.is_whole = false;
    }
  }
  return priced;
}

std::uint64_t share_of(std::uint64_t tokens, std::uint32_t percent_e2) {
  const Int128 share = analytics::divide_half_even(Int128{tokens} * percent_e2, whole_e2);
  return static_cast<std::uint64_t>(share);
}

}  // namespace

struct Repricer::KeyPrices {
  Prices today, then;
  PriceKey key_then;
};

PriceKey changed(const PriceKey& key, const Alternative& alternative, const PriceTable& prices) {
  PriceKey then = key;
  for (const ModelChange& change : alternative.models) {
    if (ingest::glob_matches(change.from, key.model)) {
      then.model = change.to;
      then.scope = change.scope.value_or(key.scope);
      break;
    }
  }
  for (const RegionChange& change : alternative.regions) {
    if (ingest::glob_matches(change.from, key.region)) {
      then.region = change.to;
      break;
    }
  }
  then.scope = alternative.scope.value_or(then.scope);
  then.tier = alternative.tier.value_or(key.tier);
  if (then.model != key.model && key.context_limit > 0) {
    // More than the old limit is more than every limit up to it.
    then.context_limit = prices.context_limit(then.model, key.context_limit + 1);
  }
  return then;
}

BilledTokens changed(const BilledTokens& tokens, const Alternative& alternative) {
  if (!alternative.cache) {
    return tokens;
  }
  const CacheShare& share = *alternative.cache;
  ensure(share.hit_e2 <= whole_e2 && share.write_e2 <= whole_e2 - share.hit_e2);
  const std::uint64_t prompt = tokens.total() - tokens.output;
  BilledTokens then = tokens;
  then.cache_read = share_of(prompt, share.hit_e2);
  // Two shares that are both rounded up may be one token more than there are.
  then.cache_write_5m = std::min(share_of(prompt, share.write_e2), prompt - then.cache_read);
  then.cache_write_1h = 0;
  then.input = prompt - then.cache_read - then.cache_write_5m;
  return then;
}

void Comparison::add(const Comparison& other) {
  invocations += other.invocations;
  tokens += other.tokens;
  today += other.today;
  then += other.then;
  left_out_invocations += other.left_out_invocations;
  left_out_tokens += other.left_out_tokens;
  left_out_today += other.left_out_today;
}

Repricer::Repricer(const analytics::Aggregate& aggregate, const PriceTable& prices,
                   Alternative alternative)
    : alternative_(std::move(alternative)) {
  if (aggregate.names == nullptr) {
    return;
  }
  keys_.reserve(aggregate.names->price_keys().size());
  for (const analytics::ListedPriceKey* key : aggregate.names->price_keys()) {
    KeyPrices& found = keys_.emplace_back();
    found.key_then = changed(*key, alternative_, prices);
    const Rows today = rows_of(*key, prices);
    Rows then = rows_of(found.key_then, prices);
    drop_ordinary_rows_of_long_requests(today, found.key_then, then);
    found.today = prices_of(today);
    found.then = prices_of(then);
    if (alternative_.cache) {
      guard_writes(found.then);
    }
  }
}

Repricer::~Repricer() = default;
Repricer::Repricer(Repricer&&) noexcept = default;
Repricer& Repricer::operator=(Repricer&&) noexcept = default;

Comparison Repricer::compare(const analytics::BilledCell& cell) const {
  ensure(cell.key != nullptr && cell.key->number < keys_.size());
  const KeyPrices& prices = keys_[cell.key->number];
  const Priced today = price(cell.tokens, prices.today);
  const Priced then = price(changed(cell.tokens, alternative_), prices.then);
  Comparison result;
  if (today.is_whole && then.is_whole && !cell.key->covered) {
    result.invocations = cell.tokens.invocations;
    result.tokens = cell.tokens.total();
    result.today = today.known;
    result.then = then.known;
  } else {
    result.left_out_invocations = cell.tokens.invocations;
    result.left_out_tokens = cell.tokens.total();
    result.left_out_today = cell.key->covered ? Attodollars{} : today.known;
  }
  return result;
}

Comparison Repricer::compare(const analytics::BilledUsage& billed) const {
  Comparison sum;
  for (const analytics::BilledCell& cell : billed) {
    sum.add(compare(cell));
  }
  return sum;
}

const PriceKey& Repricer::key_then(const analytics::ListedPriceKey& key) const {
  ensure(key.number < keys_.size());
  return keys_[key.number].key_then;
}

std::vector<PriceGap> Repricer::gaps(const analytics::BilledUsage& billed) const {
  std::set<PriceGap> gaps;
  for (const auto& [key, tokens] : billed) {
    const KeyPrices& prices = keys_[key->number];
    if (key->covered || !price(tokens, prices.today).is_whole) {
      continue;
    }
    const BilledTokens then = changed(tokens, alternative_);
    for (const Meter meter : all_meters) {
      if (then.of(meter) > 0 && !prices.then.at(static_cast<std::size_t>(meter))) {
        const PriceKey& wanted = prices.key_then;
        gaps.insert({wanted.model, wanted.region, wanted.scope, wanted.tier, meter,
                     wanted.context_limit > 0});
      }
    }
  }
  return {gaps.begin(), gaps.end()};
}

}  // namespace bedrocklog::finance
