// A cause holds when the figures of the bill follow from it exactly, but for its rounding.
#include "analytics/finance/difference_reasoning.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "analytics/finance/exact_decimal.h"
#include "ingest/ensure.h"

namespace bedrocklog::finance {
namespace {

using analytics::Attodollars;
using analytics::Int128;
using analytics::Scope;
using analytics::Tier;

constexpr std::int64_t basis_points = 10'000;
constexpr Int128 priced_tokens_max = 1'000'000'000'000'000'000;
constexpr Int128 short_term_max = 1'000'000;  // Of a ratio that is worth reading as a fraction.

Int128 magnitude(Int128 value) {
  return value < 0 ? -value : value;
}

/// left x p == right x q, but for `slack` on the left.
bool is_in_ratio(Int128 left, Int128 right, Int128 p, Int128 q, Int128 slack) {
  Int128 scaled_left = 0;
  Int128 scaled_right = 0;
  Int128 difference = 0;
  return !__builtin_mul_overflow(left, p, &scaled_left) &&
         !__builtin_mul_overflow(right, q, &scaled_right) &&
         !__builtin_sub_overflow(scaled_left, scaled_right, &difference) &&
         magnitude(difference) <= slack * p;
}

/// What the bill's side of a match over several cells says.
std::string bill_side(std::span<const UsageCell> cells, const Match& match) {
  std::string text;
  for (const std::size_t at : match.cells) {
    const UsageCell& cell = cells[at];
    if (cell.has_bill) {
      text += fmt::format("{}{} {}", text.empty() ? "bill: " : ", ", name_of(cell.key.meter),
                          price_class_of(cell.key));
      if (match.by == MatchedBy::region) {
        text += fmt::format(" in {}", cell.key.region);
      } else if (match.by == MatchedBy::model) {
        text += fmt::format(" of {}", cell.key.model);
      }
    }
  }
  return text;
}

}  // namespace

std::string ratio_text(Int128 numerator, Int128 denominator) {
  ensure(denominator > 0);
  const Int128 divisor = std::max(common_divisor(numerator, denominator), Int128{1});
  const Int128 over = numerator / divisor;
  const Int128 under = denominator / divisor;
  if (magnitude(over) < short_term_max && under < short_term_max) {
    return analytics::to_decimal(over, 0, 0) + '/' + analytics::to_decimal(under, 0, 0);
  }
  Int128 scaled = 0;
  if (__builtin_mul_overflow(over, Int128{1'000'000}, &scaled)) {
    return "over 10^20";
  }
  return analytics::to_decimal(analytics::divide_half_even(scaled, under), 6, 6) + " (rounded)";
}

std::string price_class_of(const UsageKey& key) {
  return fmt::format("{} {}{}", name_of(key.tier), name_of(key.scope),
                     key.is_long_context ? " long" : "");
}

Result<Attodollars> net_cost(const Discounts* discounts, const UsageKey& key, Attodollars list) {
  if (discounts == nullptr || discounts->empty()) {
    return list;
  }
  const std::optional<std::string_view> account =
      key.account.empty() ? std::nullopt : std::optional(key.account);
  const Result<const DiscountRule*> rule = discounts->find(account, key.model, key.day);
  if (!rule) {
    return pass_on(rule);
  }
  if (*rule == nullptr) {
    return list;
  }
  constexpr Int128 finer = 10'000;  // Net amounts have four decimals more.
  const NetDollars net = net_of(list, (*rule)->basis_points);
  return Attodollars{analytics::divide_half_even(net.value, finer)};
}

bool MatchSums::is_billed(Attodollars amount) const {
  return magnitude(bill_cost.value - amount.value) <= rounding;
}

void Reasoning::Presence::add(const UsageKey& key) {
  accounts.insert(key.account);
  days.emplace(key.account, key.day);
  models.emplace(key.account, key.model);
  regions.emplace(key.account, key.region);
}

Reasoning::Reasoning(std::span<const UsageCell> cells, std::span<const Match> matches,
                     const AgreedPrices& prices, Int128 rounding_per_line)
    : cells_(cells), prices_(prices), rounding_per_line_(rounding_per_line) {
  for (const UsageCell& cell : cells) {
    if (cell.has_log) {
      logged_.add(cell.key);
    }
    if (cell.has_bill) {
      billed_.add(cell.key);
    }
  }
  find_doubles(matches);
  find_discounts(matches);
}

std::optional<Reasoning::KeyCost> Reasoning::cost_of(const UsageKey& key, Int128 tokens_e12) const {
  analytics::PriceKey price_key;
  price_key.model = key.model;
  price_key.region = key.region;
  price_key.scope = key.scope;
  price_key.tier = key.tier;
  price_key.day = key.day;
  const std::span<const std::uint64_t> limits = prices_.book->context_limits(key.model);
  price_key.context_limit = key.is_long_context && !limits.empty() ? limits.front() : 0;
  const analytics::PriceRow* row = prices_.book->find(price_key, key.meter);
  const bool is_whole = tokens_e12 >= 0 && tokens_e12 % bill_token_unit == 0 &&
                        tokens_e12 / bill_token_unit <= priced_tokens_max;
  if (row == nullptr || !is_whole) {
    return std::nullopt;
  }
  KeyCost cost;
  cost.list =
      analytics::cost_of(static_cast<std::uint64_t>(tokens_e12 / bill_token_unit), row->unit_price);
  const Result<Attodollars> net = net_cost(prices_.discounts, key, cost.list);
  if (!net) {
    return std::nullopt;
  }
  cost.net = *net;
  return cost;
}

MatchSums Reasoning::sums_of(const Match& match) const {
  MatchSums sums;
  sums.match = &match;
  KeyCost expected;
  Attodollars list_cost;
  bool is_expected_known = true;
  bool is_list_known = true;
  for (const std::size_t at : match.cells) {
    const UsageCell& cell = cells_[at];
    sums.has_log = sums.has_log || cell.has_log;
    sums.has_bill = sums.has_bill || cell.has_bill;
    sums.is_unpriced = sums.is_unpriced || cell.is_unpriced;
    sums.log_tokens += cell.log_tokens;
    sums.log_cost += cell.log_cost;
    sums.bill_tokens_e12 += cell.bill.tokens_e12;
    sums.bill_cost += cell.bill.cost;
    sums.lines += cell.bill.lines;
    list_cost += cell.bill.list_cost;
    is_list_known = is_list_known && cell.bill.lines_with_list_cost == cell.bill.lines;
    if (cell.has_bill) {
      const KeyCost cost = cost_of(cell.key, cell.bill.tokens_e12).value_or(KeyCost{{-1}, {}});
      is_expected_known = is_expected_known && cost.list.value >= 0;
      expected.list += cost.list;
      expected.net += cost.net;
    }
  }
  sums.rounding = rounding_per_line_ * static_cast<Int128>(sums.lines);
  if (is_expected_known && sums.has_bill) {
    sums.expected = expected.net;
    sums.expected_list = expected.list;
  }
  if (is_list_known && sums.has_bill) {
    sums.bill_list_cost = list_cost;
  }
  return sums;
}

// One number that is twice the other may be chance; all that differ on a day of an account are not.
void Reasoning::find_doubles(std::span<const Match> matches) {
  struct Counts {
    std::size_t all = 0, log_twice = 0, bill_twice = 0;
  };
  std::map<AccountDay, Counts> days;
  for (const Match& match : matches) {
    const UsageCell& cell = cells_[match.cells.front()];
    if (match.by != MatchedBy::nothing || !cell.has_log || !cell.has_bill) {
      continue;
    }
    Counts& counts = days[{cell.key.account, cell.key.day}];
    ++counts.all;
    counts.log_twice += cell.log_tokens_e12() == 2 * cell.bill.tokens_e12 ? 1U : 0U;
    counts.bill_twice += cell.bill.tokens_e12 == 2 * cell.log_tokens_e12() ? 1U : 0U;
  }
  for (const auto& [day, counts] : days) {
    if (counts.all >= 2 && counts.log_twice == counts.all) {
      doubles_[day] = Cause::logs_twice;
    } else if (counts.all >= 2 && counts.bill_twice == counts.all) {
      doubles_[day] = Cause::bill_twice;
    }
  }
}

// A discount is one whole number of basis points below the list price for at least two models,
// with no model of the account at list price.
void Reasoning::find_discounts(std::span<const Match> matches) {
  using Models = std::set<std::string_view>;
  std::map<std::string_view, std::map<std::int64_t, Models>> models_at;
  for (const Match& match : matches) {
    const MatchSums sums = sums_of(match);
    if (match.by == MatchedBy::nothing || !sums.expected || sums.expected->value <= 0 ||
        sums.bill_cost.value < 0) {
      continue;
    }
    const UsageKey& key = cells_[match.cells.front()].key;
    Int128 scaled = 0;
    if (__builtin_mul_overflow(sums.bill_cost.value, Int128{basis_points}, &scaled)) {
      continue;
    }
    const Int128 paid = analytics::divide_half_even(scaled, sums.expected->value);
    if (paid <= basis_points && is_in_ratio(sums.bill_cost.value, sums.expected->value,
                                            basis_points, paid, sums.rounding)) {
      models_at[key.account][static_cast<std::int64_t>(paid)].insert(key.model);
    }
  }
  for (const auto& [account, rates] : models_at) {
    const auto most = std::max_element(
        rates.begin(), rates.end(),
        [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
    if (!rates.contains(basis_points) && most->second.size() >= 2) {
      discounts_[account] = most->first;
    }
  }
}

bool Reasoning::has_account_discount(const MatchSums& sums) const {
  const auto found = discounts_.find(cells_[sums.match->cells.front()].key.account);
  return found != discounts_.end() && sums.expected &&
         is_in_ratio(sums.bill_cost.value, sums.expected->value, basis_points, found->second,
                     sums.rounding);
}

Verdict Reasoning::judge(const MatchSums& sums) const {
  if (sums.match->by == MatchedBy::nothing) {
    return sums.has_log && sums.has_bill ? judge_tokens(sums) : judge_one_side(sums);
  }
  return judge_money(sums);
}

Verdict Reasoning::judge_one_side(const MatchSums& sums) const {
  const UsageKey& key = cells_[sums.match->cells.front()].key;
  const Presence& other = sums.has_log ? billed_ : logged_;
  const bool has_account = other.accounts.contains(key.account);
  const bool has_day = other.days.contains({key.account, key.day});
  const bool has_model = other.models.contains({key.account, key.model});
  if (sums.has_log) {
    if (key.model.starts_with("arn:")) {
      return {Bucket::log_without_bill, Cause::opaque_model, ""};
    }
    return {Bucket::log_without_bill,
            !has_account ? Cause::account_not_billed
            : !has_day   ? Cause::day_not_billed
            : !has_model ? Cause::model_not_billed
                         : Cause::line_not_billed,
            ""};
  }
  const BilledUsageSum& bill = cells_[sums.match->cells.front()].bill;
  Verdict verdict{Bucket::bill_without_log, Cause::line_not_logged, ""};
  if (key.tier == Tier::batch) {
    verdict.cause = Cause::batch;
  } else if (!has_account) {
    verdict.cause = Cause::account_not_logged;
  } else if (!other.regions.contains({key.account, key.region})) {
    verdict.cause = Cause::region_not_logged;
  } else if (!has_day) {
    verdict.cause = Cause::day_not_logged;
  } else if (bill.mantle_lines == bill.lines) {
    verdict.cause = Cause::unlogged_endpoint;
  } else if (!has_model) {
    verdict.cause = Cause::model_not_logged;
  }
  if (sums.expected && !sums.is_billed(*sums.expected)) {
    verdict.detail = fmt::format("bill {} of the book's price",
                                 sums.expected->value > 0
                                     ? ratio_text(sums.bill_cost.value, sums.expected->value)
                                     : "is more than the 0");
  }
  return verdict;
}

Verdict Reasoning::judge_tokens(const MatchSums& sums) const {
  const Int128 log_e12 = sums.log_tokens * bill_token_unit;
  Verdict verdict{Bucket::tokens_differ, Cause::none, ""};
  const UsageKey& key = cells_[sums.match->cells.front()].key;
  const auto doubled = doubles_.find({key.account, key.day});
  if (doubled != doubles_.end()) {
    verdict.cause = doubled->second;
  } else {
    verdict.cause = sums.bill_tokens_e12 > log_e12 ? Cause::logs_missing : Cause::bill_late;
  }
  if (sums.bill_tokens_e12 > 0) {
    verdict.detail =
        fmt::format("logs have {} of the bill's tokens", ratio_text(log_e12, sums.bill_tokens_e12));
  }
  if (sums.bill_tokens_e12 % bill_token_unit != 0) {
    verdict.detail += "; the bill's quantity is no whole number of tokens";
  }
  if (sums.is_unpriced) {
    verdict.detail += "; no price in the book";
  } else if (sums.expected && !sums.is_billed(*sums.expected)) {
    verdict.detail += "; the rate differs, too";
  }
  return verdict;
}

/// Of a match over several cells: what is not the same on both sides.
Cause Reasoning::moved_class(const Match& match) const {
  switch (match.by) {
    case MatchedBy::cache_ttl:
      return Cause::cache_ttl;
    case MatchedBy::region:
      return Cause::region;
    case MatchedBy::day:
      return Cause::day;
    case MatchedBy::model:
      return Cause::opaque_model;
    case MatchedBy::key:
    case MatchedBy::nothing:
      return Cause::none;
    case MatchedBy::price_class:
      break;
  }
  std::array<std::set<Tier>, 2> tiers;
  std::array<std::set<Scope>, 2> scopes;
  for (const std::size_t at : match.cells) {
    const UsageCell& cell = cells_[at];
    for (const bool is_bill : {false, true}) {
      if (is_bill ? cell.has_bill : cell.has_log) {
        tiers.at(is_bill ? 1 : 0).insert(cell.key.tier);
        scopes.at(is_bill ? 1 : 0).insert(cell.key.scope);
      }
    }
  }
  if (tiers[0] != tiers[1]) {
    return Cause::tier;
  }
  return scopes[0] != scopes[1] ? Cause::scope : Cause::context;
}

Verdict Reasoning::judge_money(const MatchSums& sums) const {
  const Match& match = *sums.match;
  const Cause moved = moved_class(match);
  const std::string detail = match.cells.size() > 1 ? bill_side(cells_, match) : "";
  if (moved == Cause::opaque_model) {
    return {Bucket::not_comparable, moved, detail};
  }
  if (sums.is_unpriced) {
    return {Bucket::not_comparable, Cause::unpriced, detail};
  }
  if (sums.is_billed(sums.log_cost)) {
    const bool is_exact = sums.bill_cost == sums.log_cost;
    return {moved == Cause::none ? Bucket::agrees : Bucket::agrees_by_sum,
            moved != Cause::none ? moved
            : is_exact           ? Cause::none
                                 : Cause::rounding,
            detail};
  }
  if (moved != Cause::none && sums.expected && sums.is_billed(*sums.expected)) {
    return {moved == Cause::cache_ttl ? Bucket::agrees_by_sum : Bucket::rate_differs, moved,
            detail};
  }
  Verdict verdict = judge_rate(sums);
  verdict.detail = detail.empty() ? verdict.detail : detail + "; " + verdict.detail;
  return verdict;
}

/// Another price of the book for the same tokens, or the ratio of two that always stand so.
Cause Reasoning::other_price(const MatchSums& sums, std::string& detail) const {
  const UsageCell& cell = cells_[sums.match->cells.front()];
  const auto fits = [&](UsageKey key) {
    const std::optional<KeyCost> cost = cost_of(key, sums.bill_tokens_e12);
    if (!cost || !sums.is_billed(cost->net)) {
      return false;
    }
    detail = fmt::format("the bill has the book's price of {}", price_class_of(key));
    return true;
  };
  UsageKey key = cell.key;
  key.scope = key.scope == Scope::regional ? Scope::global : Scope::regional;
  if (fits(key)) {
    return Cause::scope;
  }
  for (const Tier tier :
       {Tier::standard, Tier::batch, Tier::flex, Tier::priority, Tier::latency_optimized}) {
    key = cell.key;
    key.tier = tier;
    if (tier != cell.key.tier && fits(key)) {
      return Cause::tier;
    }
  }
  key = cell.key;
  key.is_long_context = !key.is_long_context;
  if (!prices_.book->context_limits(key.model).empty() && fits(key)) {
    return Cause::context;
  }
  const auto is_ratio = [&](Int128 p, Int128 q) {
    return is_in_ratio(sums.bill_cost.value, sums.log_cost.value, q, p, sums.rounding);
  };
  if (is_ratio(10, 11) || is_ratio(11, 10)) {
    detail = "regional prices are 11/10 of global ones as a rule";
    return Cause::scope;
  }
  if (is_ratio(1, 2)) {
    detail = "batch and flex are half the standard price as a rule";
    return Cause::tier;
  }
  return Cause::stale_price;
}

Verdict Reasoning::judge_rate(const MatchSums& sums) const {
  Verdict verdict{Bucket::rate_differs, Cause::stale_price, ""};
  const Attodollars book = sums.expected.value_or(sums.log_cost);
  if (sums.bill_list_cost && sums.expected_list && *sums.bill_list_cost != sums.bill_cost &&
      magnitude(sums.bill_list_cost->value - sums.expected_list->value) <= sums.rounding) {
    verdict.cause = Cause::discount;
    verdict.detail = "the bill's own list cost is the book's";
  } else if (has_account_discount(sums)) {
    verdict.cause = Cause::discount;
  } else if (sums.match->cells.size() == 1) {
    verdict.cause = other_price(sums, verdict.detail);
  }
  if (book.value > 0) {
    verdict.detail +=
        fmt::format("{}bill {} of the book's price", verdict.detail.empty() ? "" : "; ",
                    ratio_text(sums.bill_cost.value, book.value));
  }
  return verdict;
}

}  // namespace bedrocklog::finance
