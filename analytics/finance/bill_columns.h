// The three forms of bills: which columns they have, and where a file has them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "analytics/finance/bill_line.h"
#include "ingest/fault.h"

namespace bedrocklog::finance {

enum class BillField : std::uint8_t {
  account,
  used_begin,
  used_end,
  line_type,
  product_code,
  product_name,
  product_map,  // CUR 2.0: attributes as JSON text.
  usage_type,
  region,
  quantity,
  unit,
  other_quantity,  // FOCUS: PricingQuantity, where nothing was consumed.
  other_unit,
  cost,
  list_cost,
  currency,
  resource,
  period_begin,
  period_end,
};
inline constexpr std::size_t bill_field_count = 19;

struct BillColumns {
  static constexpr std::size_t absent = SIZE_MAX;
  BillForm form = BillForm::cur2;
  std::size_t count = 0;                           // Of the header.
  std::array<std::size_t, bill_field_count> at{};  // By BillField.

  [[nodiscard]] bool has(BillField field) const {
    return at[static_cast<std::size_t>(field)] != absent;
  }
  /// Empty for a column that the file does not have. Requires a row of `count` fields.
  [[nodiscard]] std::string_view text(std::span<const std::string_view> row,
                                      BillField field) const {
    const std::size_t index = at[static_cast<std::size_t>(field)];
    return index == absent ? std::string_view() : row[index];
  }
};

/// Tells the form by the header and finds the columns by name. Fails with `place` as the subject
/// for a header of no known form, for columns that are missing (all of them, and how to get them)
/// and for a column that is there twice.
[[nodiscard]] Result<BillColumns> find_bill_columns(std::span<const std::string_view> header,
                                                    const std::string& place);

}  // namespace bedrocklog::finance
