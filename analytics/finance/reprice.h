// The same usage under other prices: another model, region, scope, tier, or with prompt caching.
//
// A cell (what was used under one price key) is compared when every token class in it has a price
// today and under the alternative. Otherwise it is left out of both sides and shown as a gap: a
// comparison of part of a call would flatter one side. So would an ordinary price of the
// alternative for a request that pays a long-context price today, where the model has long-context
// prices.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/finance/ratio.h"
#include "analytics/price_table.h"

namespace bedrocklog::finance {

struct ModelChange {
  std::string from;                       // Glob over canonical model ids.
  std::string to;                         // Canonical model id.
  std::optional<analytics::Scope> scope;  // Of the profile that `to` was named by.
};

struct RegionChange {
  std::string from;  // Glob.
  std::string to;
};

/// Shares of the prompt tokens (input, cache reads and cache writes), percent x 100. What is
/// neither is input. Requires hit + write <= 10'000.
struct CacheShare {
  std::uint32_t hit_e2 = 0;    // Read from the cache.
  std::uint32_t write_e2 = 0;  // Written to it, at the 5-minute price or, where that is lower than
                               // the input price, at that.
};

/// Nothing changes by default. Of several changes the first that matches holds.
struct Alternative {
  std::vector<ModelChange> models;
  std::vector<RegionChange> regions;
  std::optional<analytics::Scope> scope;
  std::optional<analytics::Tier> tier;
  std::optional<CacheShare> cache;
};

/// The key under the alternative. The long-context limit becomes the largest of the new model that
/// is not above the one the request exceeded.
[[nodiscard]] analytics::PriceKey changed(const analytics::PriceKey& key,
                                          const Alternative& alternative,
                                          const analytics::PriceTable& prices);

/// How the tokens would be billed: with a CacheShare the prompt is shared out anew, in whole tokens
/// (half to even), else as they are.
[[nodiscard]] analytics::BilledTokens changed(const analytics::BilledTokens& tokens,
                                              const Alternative& alternative);

/// One or more cells, before and after.
struct Comparison {
  std::uint64_t invocations = 0;  // Compared; the figures down to `then` are of these.
  std::uint64_t tokens = 0;
  Attodollars today;
  Attodollars then;
  std::uint64_t left_out_invocations = 0;
  std::uint64_t left_out_tokens = 0;
  Attodollars left_out_today;  // Of their tokens that have a price today.

  void add(const Comparison& other);
  friend bool operator==(const Comparison&, const Comparison&) = default;
};

/// A price that the alternative needs and the book has not.
struct PriceGap {
  std::string model, region;
  analytics::Scope scope = analytics::Scope::regional;
  analytics::Tier tier = analytics::Tier::standard;
  analytics::Meter meter = analytics::Meter::input;
  bool is_long = false;  // Of long-context requests.
  friend auto operator<=>(const PriceGap&, const PriceGap&) = default;
};

/// Prices cells of one aggregate under one alternative; looks every price up once. Both arguments
/// outlive it.
class Repricer {
 public:
  Repricer(const analytics::Aggregate& aggregate, const analytics::PriceTable& prices,
           Alternative alternative);
  ~Repricer();
  Repricer(Repricer&&) noexcept;
  Repricer& operator=(Repricer&&) noexcept;
  Repricer(const Repricer&) = delete;
  Repricer& operator=(const Repricer&) = delete;

  /// Requires a cell of the aggregate's price keys. Provisioned capacity is left out: its tokens
  /// cost nothing today.
  [[nodiscard]] Comparison compare(const analytics::BilledCell& cell) const;
  [[nodiscard]] Comparison compare(const analytics::BilledUsage& billed) const;

  /// The key under the alternative.
  [[nodiscard]] const analytics::PriceKey& key_then(const analytics::ListedPriceKey& key) const;

  /// What of `billed` has a price today and none under the alternative, sorted, each once.
  [[nodiscard]] std::vector<PriceGap> gaps(const analytics::BilledUsage& billed) const;

 private:
  struct KeyPrices;
  std::vector<KeyPrices> keys_;  // By number of the key.
  Alternative alternative_;
};

}  // namespace bedrocklog::finance
