// Why tokens or money of a match differ: each cause is tested against the figures, not guessed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analytics/finance/difference.h"
#include "analytics/finance/discount.h"
#include "analytics/finance/usage_matching.h"
#include "analytics/price_table.h"
#include "ingest/fault.h"

namespace bedrocklog::finance {

/// A match with both sides added up, and what the book says of the bill's own keys.
struct MatchSums {
  const Match* match = nullptr;
  analytics::Int128 log_tokens = 0;
  analytics::Int128 bill_tokens_e12 = 0;
  analytics::Attodollars log_cost, bill_cost;
  std::optional<analytics::Attodollars> bill_list_cost;  // Nothing: not all lines tell it.
  /// Bill's tokens at the agreed price of the bill's keys; nothing: no price.
  std::optional<analytics::Attodollars> expected;
  std::optional<analytics::Attodollars> expected_list;  // The same at list price.
  analytics::Int128 rounding = 0;                       // Attodollars the lines may have lost.
  std::uint64_t lines = 0;
  bool has_log = false;
  bool has_bill = false;
  bool is_unpriced = false;  // On the side of the logs.

  [[nodiscard]] bool tokens_agree() const {
    return log_tokens * bill_token_unit == bill_tokens_e12;
  }
  /// Whether the bill's money is `amount`, but for the rounding of its lines.
  [[nodiscard]] bool is_billed(analytics::Attodollars amount) const;
};

/// What usage is to cost: the price book, less discounts that are known.
struct AgreedPrices {
  const analytics::PriceTable* book = nullptr;
  const Discounts* discounts = nullptr;  // Null: none.
};

/// `list` less the discount of the key's account, model and day, rounded half to even to 10^-18
/// USD. Fails when two discounts apply. `discounts` may be null.
[[nodiscard]] Result<analytics::Attodollars> net_cost(const Discounts* discounts,
                                                      const UsageKey& key,
                                                      analytics::Attodollars list);

struct Verdict {
  Bucket bucket = Bucket::agrees;
  Cause cause = Cause::none;
  std::string detail;
};

class Reasoning {
 public:
  /// Looks over everything once: which accounts, days and models either side has, and which
  /// accounts have one rate for all models. All must outlive it; `rounding_per_line` in
  /// attodollars.
  Reasoning(std::span<const UsageCell> cells, std::span<const Match> matches,
            const AgreedPrices& prices, analytics::Int128 rounding_per_line);

  [[nodiscard]] MatchSums sums_of(const Match& match) const;
  [[nodiscard]] Verdict judge(const MatchSums& sums) const;

 private:
  using AccountDay = std::pair<std::string_view, std::int32_t>;
  using TwoNames = std::pair<std::string_view, std::string_view>;
  struct Presence {
    std::set<std::string_view> accounts;
    std::set<AccountDay> days;
    std::set<TwoNames> models, regions;
    void add(const UsageKey& key);
  };

  void find_discounts(std::span<const Match> matches);
  void find_doubles(std::span<const Match> matches);
  struct KeyCost {
    analytics::Attodollars list, net;
  };
  [[nodiscard]] std::optional<KeyCost> cost_of(const UsageKey& key,
                                               analytics::Int128 tokens_e12) const;
  [[nodiscard]] Verdict judge_one_side(const MatchSums& sums) const;
  [[nodiscard]] Verdict judge_tokens(const MatchSums& sums) const;
  [[nodiscard]] Verdict judge_money(const MatchSums& sums) const;
  [[nodiscard]] Verdict judge_rate(const MatchSums& sums) const;
  [[nodiscard]] Cause moved_class(const Match& match) const;
  [[nodiscard]] Cause other_price(const MatchSums& sums, std::string& detail) const;
  [[nodiscard]] bool has_account_discount(const MatchSums& sums) const;

  std::span<const UsageCell> cells_;
  AgreedPrices prices_;
  analytics::Int128 rounding_per_line_;
  Presence logged_, billed_;
  std::map<AccountDay, Cause> doubles_;  // Days of which one side has everything twice.
  std::map<std::string_view, std::int64_t> discounts_;  // Account to what is paid, basis points.
};

/// "10/11" for 10 and 11, 20 and 22; "0.123457 (rounded)" for terms of many digits. Requires
/// denominator > 0.
[[nodiscard]] std::string ratio_text(analytics::Int128 numerator, analytics::Int128 denominator);

/// "standard regional", "batch global long".
[[nodiscard]] std::string price_class_of(const UsageKey& key);

}  // namespace bedrocklog::finance
