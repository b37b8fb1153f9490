// One line of a bill in whatever form it came: what was used, by whom, when, and for how much.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "analytics/money.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::finance {

enum class BillForm : std::uint8_t {
  cur2,        // CUR 2.0 of Data Exports: line_item_usage_type; maps are JSON texts.
  legacy_cur,  // Cost and Usage Report: lineItem/UsageType, a column per attribute.
  focus,       // FOCUS 1.0 to 1.2: ChargeCategory, BilledCost.
};

/// What a line charges for. Only usage can be compared with logs.
enum class BillLineKind : std::uint8_t { usage, credit, refund, tax, discount, fee, other };
inline constexpr std::size_t bill_line_kind_count = 7;

/// As written for users: "CUR 2.0", "credit".
[[nodiscard]] std::string_view name_of(BillForm form);
[[nodiscard]] std::string_view name_of(BillLineKind kind);

/// Texts are those of the file, hostile; valid until the next line is read.
struct BillLineView {
  BillForm form = BillForm::cur2;
  BillLineKind kind = BillLineKind::usage;
  std::string_view kind_text;  // "Usage", "EdpDiscount".
  std::string_view account;    // The usage account, not the payer.
  std::string_view region;     // Empty where the bill names none.
  std::string_view product_name;
  std::string_view usage_type;
  std::string_view resource;  // ARN of an inference profile, if resources are in the bill.
  std::string_view unit;      // Of the quantity.
  std::optional<analytics::Int128> quantity_e18;    // Units x 10^18; nothing: the line has none.
  TimeRange used;                                   // End is begin + 1 hour where it is missing.
  std::optional<TimeRange> period;                  // Billing period.
  analytics::Attodollars cost;                      // Unblended or billed.
  std::optional<analytics::Attodollars> list_cost;  // At the public price, where the bill says it.
};

}  // namespace bedrocklog::finance
