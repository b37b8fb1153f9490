// Rows of a cost report before they are shaped: texts that name a row, exact sums behind them.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/finance/discount.h"
#include "analytics/finance/period.h"
#include "analytics/money.h"

namespace bedrocklog::finance {

/// Texts by number, each kept once.
class CostTexts {
 public:
  static constexpr std::uint32_t absent = std::numeric_limits<std::uint32_t>::max();

  [[nodiscard]] std::uint32_t number_of(std::string_view text);
  [[nodiscard]] std::uint32_t number_or_absent(const std::optional<std::string_view>& text);
  /// Requires a number of this. Valid as long as this.
  [[nodiscard]] std::string_view operator[](std::uint32_t number) const { return texts_[number]; }
  [[nodiscard]] const std::vector<std::string_view>& all() const { return texts_; }

 private:
  std::map<std::string, std::uint32_t, std::less<>> numbers_;  // Nodes stay where they are.
  std::vector<std::string_view> texts_;
};

/// What keeps rows apart. Two charges of the same name are one row.
struct CostName {
  std::vector<std::uint32_t> texts;  // By text column; the period is the first.
  // Where a row has one price; else absent.
  std::optional<std::int64_t> price_mantissa_e10;
  std::uint32_t price_quantity = 1;
  std::optional<std::uint32_t> basis_points;
  friend auto operator<=>(const CostName&, const CostName&) = default;
};

/// Hours of provisioned capacity stand behind all token classes.
inline constexpr unsigned hours_class_order = 100;

struct CostRow {
  CostName name;
  Period period;
  unsigned class_order = 0;  // Orders token classes, which are not sorted by name.
  bool is_hours = false;     // Quantity counts hours of model units, not tokens.
  analytics::Int128 quantity = 0;
  analytics::Int128 invocations = 0;
  analytics::Int128 unpriced_tokens = 0;
  bool has_price = false;  // Part of it at least.
  analytics::Attodollars list;
  NetDollars net;
  /// Of provisioned capacity: what its tokens would have cost on demand, and that less what the
  /// capacity cost. Negative: waste. Nothing: unknown, or no capacity.
  std::optional<analytics::Attodollars> on_demand_value, saving;

  /// False: there are tokens and none of them has a price.
  [[nodiscard]] bool is_cost_known() const { return has_price || unpriced_tokens == 0; }
  /// Adds sums, not names.
  void add(const CostRow& other);
  /// Adds to `on_demand_value` and `saving`, which are known from then on.
  void add_value(analytics::Attodollars value, analytics::Attodollars saved);
};

struct TextColumn {
  std::string name;
  bool is_attribute = false;  // Says more of a row; nobody groups by it.
};

enum class CostDetail : std::uint8_t { token_class, model, period };

struct CostTable {
  CostDetail detail = CostDetail::token_class;
  std::vector<TextColumn> columns;  // The first is the period.
  std::shared_ptr<CostTexts> texts = std::make_shared<CostTexts>();
  std::vector<CostRow> rows;  // Sorted by texts (absent first), token class, price, discount.
  std::string discounts_name;
  bool assumes_seller = false;         // Some seller follows from the maker's name alone.
  bool has_capacity = false;           // Provisioned capacity was configured.
  analytics::Int128 loose_tokens = 0;  // On provisioned capacity that nobody configured.
  std::vector<std::string> notes;      // What the rows need said, besides the above.

  [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const;
  /// "" for an absent text.
  [[nodiscard]] std::string_view text(const CostRow& row, std::size_t column) const;
  [[nodiscard]] CostRow total() const;
  void sort();
};

/// Rows while they are added up.
class CostRows {
 public:
  /// The row of this name, made if there is none. Valid until the next call.
  [[nodiscard]] CostRow& row(const CostName& name, const Period& period);
  [[nodiscard]] std::vector<CostRow> take();

 private:
  std::map<CostName, std::size_t> positions_;
  std::vector<CostRow> rows_;
};

}  // namespace bedrocklog::finance
