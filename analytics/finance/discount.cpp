// Which rule applies, and exact amounts less a rate.
#include "analytics/finance/discount.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "ingest/ensure.h"
#include "ingest/glob_match.h"

namespace bedrocklog::finance {
namespace {

using analytics::Int128;

constexpr std::string_view anything = "*";

bool is_pattern(std::string_view glob) {
  return glob.find_first_of("*?[\\") != std::string_view::npos;
}

// 0: any; 1: a pattern; 2: one name.
int specificity_of(std::string_view glob) {
  if (glob == anything) {
    return 0;
  }
  return is_pattern(glob) ? 1 : 2;
}

auto rank_of(const DiscountRule& rule) {
  return std::tuple(specificity_of(rule.account), specificity_of(rule.model), rule.from || rule.to);
}

bool matches(const DiscountRule& rule, std::optional<std::string_view> account,
             std::string_view model, std::int32_t day) {
  const bool account_fits =
      rule.account == anything || (account && ingest::glob_matches(rule.account, *account));
  return account_fits && (!rule.from || *rule.from <= day) && (!rule.to || day < *rule.to) &&
         ingest::glob_matches(rule.model, model);
}

bool dates_meet(const DiscountRule& left, const DiscountRule& right) {
  constexpr std::int32_t least = std::numeric_limits<std::int32_t>::min();
  constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
  return std::max(left.from.value_or(least), right.from.value_or(least)) <
         std::min(left.to.value_or(most), right.to.value_or(most));
}

std::string described(const DiscountRule& rule) {
  return fmt::format("account {}, model {}", rule.account, rule.model);
}

}  // namespace

NetDollars operator+(NetDollars left, NetDollars right) {
  NetDollars sum;
  ensure(!__builtin_add_overflow(left.value, right.value, &sum.value));
  return sum;
}

NetDollars operator-(NetDollars left, NetDollars right) {
  NetDollars difference;
  ensure(!__builtin_sub_overflow(left.value, right.value, &difference.value));
  return difference;
}

NetDollars& operator+=(NetDollars& left, NetDollars right) {
  left = left + right;
  return left;
}

NetDollars net_of(analytics::Attodollars list, std::uint32_t basis_points) {
  ensure(basis_points <= basis_points_whole);
  NetDollars net;
  ensure(
      !__builtin_mul_overflow(list.value, Int128{basis_points_whole - basis_points}, &net.value));
  return net;
}

std::int64_t net_unit_price_e14(analytics::UnitPrice price, std::uint32_t basis_points) {
  ensure(basis_points <= basis_points_whole);
  std::int64_t net = 0;
  ensure(!__builtin_mul_overflow(price.mantissa_e10,
                                 std::int64_t{basis_points_whole} - basis_points, &net));
  return net;
}

Result<Discounts> Discounts::of(std::vector<DiscountRule> rules, std::string name) {
  for (std::size_t later = 1; later < rules.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      const DiscountRule& left = rules[earlier];
      const DiscountRule& right = rules[later];
      if (left.account == right.account && left.model == right.model &&
          rank_of(left) == rank_of(right) && dates_meet(left, right)) {
        return fault(right.place,
                     fmt::format("its dates overlap those of {} for the same usage: {}; end one "
                                 "where the other begins",
                                 left.place, described(right)));
      }
    }
  }
  Discounts discounts;
  discounts.name_ = std::move(name);
  discounts.rules_ = std::move(rules);
  return discounts;
}

bool Discounts::needs_account() const {
  return std::any_of(rules_.begin(), rules_.end(),
                     [](const DiscountRule& rule) { return rule.account != anything; });
}

Result<const DiscountRule*> Discounts::find(std::optional<std::string_view> account,
                                            std::string_view model, std::int32_t day) const {
  const DiscountRule* best = nullptr;
  const DiscountRule* rival = nullptr;  // Of the same rank as the best.
  for (const DiscountRule& rule : rules_) {
    if (!matches(rule, account, model, day)) {
      continue;
    }
    if (best == nullptr || rank_of(rule) > rank_of(*best)) {
      best = &rule;
      rival = nullptr;
    } else if (rank_of(rule) == rank_of(*best)) {
      rival = rival == nullptr ? &rule : rival;
    }
  }
  if (rival != nullptr) {
    return fault(rival->place,
                 fmt::format("applies to the same usage as {}, and neither is more specific: {} "
                             "and {}; account {}, model {}",
                             best->place, described(*best), described(*rival),
                             account.value_or("unknown"), model));
  }
  return best;
}

Result<NetCharge> net_charge(const Charge& charge, std::optional<std::string_view> account,
                             const Discounts& discounts) {
  NetCharge net;
  if (!charge.list_cost) {
    return net;
  }
  if (charge.row != nullptr && !discounts.empty()) {
    const Result<const DiscountRule*> rule =
        discounts.find(account, charge.key->model, charge.key->day);
    if (!rule) {
      return pass_on(rule);
    }
    net.rule = *rule;
    net.basis_points = *rule == nullptr ? 0 : (*rule)->basis_points;
  }
  net.cost = net_of(*charge.list_cost, net.basis_points);
  return net;
}

}  // namespace bedrocklog::finance
