// Columns of figures: read off the rows, then rounded and converted.
#include "analytics/finance/cost_figures.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "analytics/finance/cents.h"

namespace bedrocklog::finance {
namespace {

using analytics::Column;
using analytics::Figure;
using analytics::Int128;
using analytics::Unit;

constexpr unsigned money_scale = 18;
constexpr unsigned cents = 2;  // Money is written with two decimals at least.
constexpr unsigned price_scale = 10;

enum class RowPart : std::uint8_t { row, sum };  // A sum is a total or `other`.

using ReadFigure = Figure (*)(const CostRow& row, RowPart part);

struct Definition {
  Column about;
  ReadFigure read = nullptr;
};

Column figure_column(std::string name, Unit unit, unsigned scale, unsigned decimals_min) {
  Column column;
  column.name = std::move(name);
  column.unit = unit;
  column.scale = scale;
  column.decimals_min = decimals_min;
  return column;
}

Figure known(const CostRow& row, Int128 value) {
  return row.is_cost_known() ? Figure(value) : std::nullopt;
}

Definition quantity() {
  return {figure_column("quantity", Unit::count, 0, 0),
          [](const CostRow& row, RowPart part) -> Figure {
            // Tokens and hours are no sum.
            return part == RowPart::sum && row.is_hours ? std::nullopt : Figure(row.quantity);
          }};
}

Definition list_cost() {
  return {figure_column("list_cost", Unit::usd, money_scale, cents),
          [](const CostRow& row, RowPart) { return known(row, row.list.value); }};
}

Definition net_cost() {
  return {figure_column("net_cost", Unit::usd, net_scale, cents),
          [](const CostRow& row, RowPart) { return known(row, row.net.value); }};
}

std::vector<Definition> class_definitions() {
  return {quantity(),
          {figure_column("unit_price", Unit::usd_per_unit, price_scale, cents),
           [](const CostRow& row, RowPart) -> Figure {
             return row.name.price_mantissa_e10 ? Figure(*row.name.price_mantissa_e10)
                                                : std::nullopt;
           }},
          list_cost(),
          {figure_column("discount_bp", Unit::count, 0, 0),
           [](const CostRow& row, RowPart) -> Figure {
             return row.name.basis_points ? Figure(*row.name.basis_points) : std::nullopt;
           }},
          net_cost()};
}

std::vector<Definition> coarse_definitions() {
  return {{figure_column("invocations", Unit::count, 0, 0),
           [](const CostRow& row, RowPart) -> Figure { return row.invocations; }},
          quantity(),
          {figure_column("unpriced_tokens", Unit::tokens, 0, 0),
           [](const CostRow& row, RowPart) -> Figure { return row.unpriced_tokens; }},
          list_cost(),
          net_cost()};
}

std::vector<Definition> capacity_definitions() {
  return {{figure_column("on_demand_value", Unit::usd, money_scale, cents),
           [](const CostRow& row, RowPart) -> Figure {
             return row.on_demand_value ? Figure(row.on_demand_value->value) : std::nullopt;
           }},
          {figure_column("saving", Unit::usd, money_scale, cents),
           [](const CostRow& row, RowPart) -> Figure {
             return row.saving ? Figure(row.saving->value) : std::nullopt;
           }}};
}

class Figures {
 public:
  Figures(const CostTable& table, std::span<const CostRow* const> order,
          const std::optional<CostRow>& other)
      : order_(order), other_(other), sum_(table.total()) {}

  void add(const std::vector<Definition>& definitions) {
    for (const Definition& one : definitions) {
      FigureColumn column{one.about, {}, one.read(sum_, RowPart::sum)};
      column.rows.reserve(order_.size() + 1);
      for (const CostRow* row : order_) {
        column.rows.push_back(one.read(*row, RowPart::row));
      }
      if (other_) {
        column.rows.push_back(one.read(*other_, RowPart::sum));
      }
      columns_.push_back(std::move(column));
    }
  }

  [[nodiscard]] FigureColumn& column(std::string_view name) {
    return *std::find_if(columns_.begin(), columns_.end(),
                         [&](const FigureColumn& one) { return one.about.name == name; });
  }

  std::optional<Fault> add_currency(const DisplayCurrency& currency);
  void round(unsigned decimals);
  void add_change(const PeriodCalendar& calendar);
  std::vector<FigureColumn> take() { return std::move(columns_); }

 private:
  std::span<const CostRow* const> order_;
  const std::optional<CostRow>& other_;
  CostRow sum_;
  std::vector<FigureColumn> columns_;
};

// Zeros that all amounts end in are given up first: room for larger ones.
std::optional<Fault> Figures::add_currency(const DisplayCurrency& currency) {
  const FigureColumn& net = column("net_cost");
  Int128 divisor = 1;
  unsigned scale = net_scale + rate_decimals_max;
  const auto all_end_in_zeros = [&](Int128 by) {
    return std::all_of(net.rows.begin(), net.rows.end(),
                       [by](const Figure& one) { return one.value_or(0) % by == 0; });
  };
  constexpr unsigned scale_least = rate_decimals_max + cents;
  while (scale > scale_least && all_end_in_zeros(divisor * 10)) {
    divisor *= 10;
    --scale;
  }
  bool fits = true;
  const auto converted = [&](const Figure& amount) -> Figure {
    if (!amount) {
      return std::nullopt;
    }
    Int128 product = 0;
    fits = !__builtin_mul_overflow(*amount / divisor, Int128{currency.rate_e6}, &product) && fits;
    return product;
  };
  FigureColumn column{
      figure_column(column_name(currency), Unit::displayed_currency, scale, cents), {}, {}};
  for (const Figure& amount : net.rows) {
    column.rows.push_back(converted(amount));
  }
  column.total = converted(net.total);
  column.about.importance = 0;  // Net cost once more.
  if (!fits) {
    return Fault{"--rate", fmt::format("the amounts are too large to be shown in {} with all their "
                                       "digits; use fewer decimals",
                                       currency.code)};
  }
  columns_.push_back(std::move(column));
  return std::nullopt;
}

void Figures::round(unsigned decimals) {
  for (FigureColumn& column : columns_) {
    const bool is_money =
        column.about.unit == Unit::usd || column.about.unit == Unit::displayed_currency;
    if (!is_money) {
      continue;
    }
    const Int128 sum = round_to_add_up(column.rows, column.about.scale, decimals);
    column.total = column.total ? Figure(sum) : std::nullopt;
    column.about.scale = decimals;
    column.about.decimals_min = decimals;
  }
}

void Figures::add_change(const PeriodCalendar& calendar) {
  const FigureColumn& net = column("net_cost");
  std::map<std::pair<std::vector<std::uint32_t>, Period>, Figure> known_before;
  std::set<Period> periods;
  const auto name_without_period = [](const CostRow& row) {
    return std::vector<std::uint32_t>(row.name.texts.begin() + 1, row.name.texts.end());
  };
  for (std::size_t at = 0; at < order_.size(); ++at) {
    periods.insert(order_[at]->period);
    known_before.emplace(std::pair(name_without_period(*order_[at]), order_[at]->period),
                         net.rows[at]);
  }
  FigureColumn before{net.about, {}, {}};
  before.about.name = "net_cost_before";
  FigureColumn change{net.about, {}, {}};
  change.about.name = "net_cost_change";
  change.about.importance = 0;
  for (std::size_t at = 0; at < order_.size(); ++at) {
    const Period earlier = calendar.before(order_[at]->period);
    Figure was;
    if (earlier != order_[at]->period && periods.contains(earlier)) {
      const auto found = known_before.find({name_without_period(*order_[at]), earlier});
      was = found == known_before.end() ? Figure(0) : found->second;
    }
    before.rows.push_back(was);
    const Figure& now = net.rows[at];
    change.rows.push_back(was && now ? Figure(*now - *was) : std::nullopt);
  }
  columns_.push_back(std::move(before));
  columns_.push_back(std::move(change));
}

}  // namespace

Result<std::vector<FigureColumn>> cost_figures(const CostTable& table,
                                               std::span<const CostRow* const> order,
                                               const std::optional<CostRow>& other,
                                               const PeriodCalendar& calendar,
                                               const CostView& view) {
  Figures figures(table, order, other);
  figures.add(table.detail == CostDetail::token_class ? class_definitions() : coarse_definitions());
  if (table.has_capacity) {
    figures.add(capacity_definitions());
  }
  if (view.currency) {
    if (const std::optional<Fault> failed = figures.add_currency(*view.currency)) {
      return tl::unexpected(*failed);
    }
  }
  if (view.decimals) {
    figures.round(*view.decimals);
  }
  if (view.with_change) {
    figures.add_change(calendar);
  }
  return figures.take();
}

}  // namespace bedrocklog::finance
