// Sums and the order of cost rows.
#include "analytics/finance/cost_table.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace bedrocklog::finance {

std::uint32_t CostTexts::number_of(std::string_view text) {
  const auto found = numbers_.find(text);
  if (found != numbers_.end()) {
    return found->second;
  }
  const auto number = static_cast<std::uint32_t>(texts_.size());
  texts_.push_back(numbers_.emplace(text, number).first->first);
  return number;
}

std::uint32_t CostTexts::number_or_absent(const std::optional<std::string_view>& text) {
  return text ? number_of(*text) : absent;
}

void CostRow::add(const CostRow& other) {
  is_hours = is_hours || other.is_hours;
  quantity += other.quantity;
  invocations += other.invocations;
  unpriced_tokens += other.unpriced_tokens;
  has_price = has_price || other.has_price;
  list += other.list;
  net += other.net;
  if (other.on_demand_value && other.saving) {
    add_value(*other.on_demand_value, *other.saving);
  }
}

void CostRow::add_value(analytics::Attodollars value, analytics::Attodollars saved) {
  on_demand_value = on_demand_value.value_or(analytics::Attodollars{}) + value;
  saving = saving.value_or(analytics::Attodollars{}) + saved;
}

std::optional<std::size_t> CostTable::column(std::string_view name) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const TextColumn& one) { return one.name == name; });
  return found == columns.end() ? std::nullopt
                                : std::optional(static_cast<std::size_t>(found - columns.begin()));
}

std::string_view CostTable::text(const CostRow& row, std::size_t column) const {
  const std::uint32_t number = row.name.texts.at(column);
  return number == CostTexts::absent ? std::string_view() : (*texts)[number];
}

CostRow CostTable::total() const {
  CostRow sum;
  for (const CostRow& row : rows) {
    sum.add(row);
  }
  return sum;
}

void CostTable::sort() {
  const std::vector<std::string_view>& all = texts->all();
  std::vector<std::uint32_t> by_text(all.size());
  for (std::uint32_t number = 0; number < by_text.size(); ++number) {
    by_text[number] = number;
  }
  std::sort(by_text.begin(), by_text.end(),
            [&](std::uint32_t left, std::uint32_t right) { return all[left] < all[right]; });
  std::vector<std::uint32_t> ranks(all.size());
  for (std::uint32_t rank = 0; rank < by_text.size(); ++rank) {
    ranks[by_text[rank]] = rank + 1;
  }
  const auto rank_of = [&](std::uint32_t number) {
    return number == CostTexts::absent ? 0 : ranks[number];
  };
  const std::optional<std::size_t> classes = column("class");
  const auto before = [&](const CostRow& left, const CostRow& right) {
    for (std::size_t at = 0; at < columns.size(); ++at) {
      if (at == classes && left.class_order != right.class_order) {
        return left.class_order < right.class_order;
      }
      const std::uint32_t left_rank = rank_of(left.name.texts[at]);
      const std::uint32_t right_rank = rank_of(right.name.texts[at]);
      if (left_rank != right_rank) {
        return left_rank < right_rank;
      }
    }
    return std::tie(left.name.price_mantissa_e10, left.name.price_quantity,
                    left.name.basis_points) < std::tie(right.name.price_mantissa_e10,
                                                       right.name.price_quantity,
                                                       right.name.basis_points);
  };
  std::sort(rows.begin(), rows.end(), before);
}

CostRow& CostRows::row(const CostName& name, const Period& period) {
  const auto [found, is_new] = positions_.emplace(name, rows_.size());
  if (is_new) {
    CostRow& row = rows_.emplace_back();
    row.name = name;
    row.period = period;
  }
  return rows_[found->second];
}

std::vector<CostRow> CostRows::take() {
  positions_.clear();
  return std::move(rows_);
}

}  // namespace bedrocklog::finance
