// Discounts that no log and no price list knows: private pricing, by account, model and date.
//
// A rate is in basis points and applies to the total of a row, so net amounts have up to 22
// decimals and are never rounded. One rule applies to a charge, never a sum of rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/finance/charge.h"
#include "analytics/money.h"
#include "ingest/fault.h"

namespace bedrocklog::finance {

inline constexpr std::uint32_t basis_points_whole = 10'000;
inline constexpr std::size_t discount_rules_max = 10'000;

/// US dollars x 10^22: a list amount less a discount. Range 1.7e16 USD; additions are checked by
/// ensure().
struct NetDollars {
  analytics::Int128 value = 0;
  friend auto operator<=>(const NetDollars&, const NetDollars&) = default;
};
inline constexpr unsigned net_scale = 22;

NetDollars operator+(NetDollars left, NetDollars right);
NetDollars operator-(NetDollars left, NetDollars right);
NetDollars& operator+=(NetDollars& left, NetDollars right);

/// "0.00", "12.3456": exact digits, at least two.
[[nodiscard]] inline std::string to_decimal(NetDollars amount) {
  return analytics::to_decimal(amount.value, net_scale, 2);
}

/// `list` less `basis_points` / 10,000 of it, exact. Requires basis_points <= 10'000.
[[nodiscard]] NetDollars net_of(analytics::Attodollars list, std::uint32_t basis_points);

/// The unit price less the discount, in USD x 10^14 per unit: what FOCUS calls contracted.
[[nodiscard]] std::int64_t net_unit_price_e14(analytics::UnitPrice price,
                                              std::uint32_t basis_points);

struct DiscountRule {
  std::string account = "*";  // Glob over account ids.
  std::string model = "*";    // Glob over canonical model ids.
  std::uint32_t basis_points = 0;
  std::optional<std::int32_t> from;  // UTC day, inclusive; nothing: since ever.
  std::optional<std::int32_t> to;    // UTC day, exclusive; nothing: still.
  std::string place;                 // "discounts.toml:12".
};

class Discounts {
 public:
  Discounts() = default;  // None: every charge at list price.

  /// TOML: `[[discount]]` tables with `percent` ("12.5", at most two decimals) or `basis_points`,
  /// and optionally `account`, `model` (globs), `from`, `to` (dates, `to` is not inside). CSV: the
  /// same names as columns. Which of the two it is follows from the name's ending. Faults name
  /// `file`:line.
  [[nodiscard]] static Result<Discounts> parse(std::string_view text, const std::string& file);

  /// `name` is for notes. Faults: two rules of the same account, model and dates.
  [[nodiscard]] static Result<Discounts> of(std::vector<DiscountRule> rules, std::string name);

  [[nodiscard]] bool empty() const { return rules_.empty(); }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::vector<DiscountRule>& rules() const { return rules_; }
  /// Some rule asks for the account: without accounts in the groups it cannot be answered.
  [[nodiscard]] bool needs_account() const;

  /// The most specific rule that matches, null for none. An account or model that is named beats a
  /// pattern, and that beats "*": first by account, then by model; last, a rule with dates beats
  /// one without. Two of the same rank are a Fault that names both. An unknown account matches "*"
  /// alone.
  [[nodiscard]] Result<const DiscountRule*> find(std::optional<std::string_view> account,
                                                 std::string_view model, std::int32_t day) const;

 private:
  std::string name_;
  std::vector<DiscountRule> rules_;
};

/// What a charge costs after its discount.
struct NetCharge {
  std::optional<NetDollars> cost;      // Nothing: no price.
  std::uint32_t basis_points = 0;      // 0 on provisioned capacity and without a price.
  const DiscountRule* rule = nullptr;  // Null: none applies. Lives as long as the discounts.
};
[[nodiscard]] Result<NetCharge> net_charge(const Charge& charge,
                                           std::optional<std::string_view> account,
                                           const Discounts& discounts);

}  // namespace bedrocklog::finance
