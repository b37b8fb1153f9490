// The comparison of logs with a bill: tokens first, then money, every difference with its cause.
//
// Each token and each cent of both sides is in one row, so the differences of the rows together
// are the whole difference: checked with ensure().
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/finance/bill.h"
#include "analytics/finance/charge.h"
#include "analytics/finance/difference.h"
#include "analytics/finance/discount.h"
#include "analytics/money.h"
#include "analytics/price_table.h"
#include "ingest/fault.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::finance {

struct ReconcileOptions {
  const Discounts* discounts = nullptr;  // That the bill has in its prices; null: none.
  TimeRange range = {};  // That the logs were asked for. A day that is in it in part is outside.
  std::int64_t settle_hours = 72;
  std::optional<UnixMillis> now = std::nullopt;  // Nothing: the end of the bill's latest line.
  unsigned bill_decimals = 10;  // Of money per line, half a unit may be rounded; 18: none.
  analytics::Int128 tolerance_tokens = 0;
  analytics::Attodollars tolerance = {};
};

/// Both sides of some rows.
struct BothSides {
  std::uint64_t rows = 0;
  std::uint64_t bill_lines = 0;
  analytics::Int128 log_tokens = 0;
  analytics::Int128 bill_tokens_e12 = 0;
  analytics::Attodollars log_cost;
  analytics::Attodollars bill_cost;
  std::uint64_t unpriced_rows = 0;  // Whose tokens in the logs have no price, or not all.

  void add(const Difference& row);
};

struct CauseSum {
  Bucket bucket = Bucket::agrees;
  Cause cause = Cause::none;
  BothSides sides;
};

struct Reconciliation {
  std::vector<Difference> rows;               // Largest difference of money first, then of tokens.
  std::vector<CauseSum> causes;               // By bucket and cause; only those that are there.
  BothSides total;                            // == all charges of the logs, == the whole bill.
  std::uint64_t findings = 0;                 // Rows that differ beyond the tolerance.
  std::optional<std::int32_t> settled_until;  // First UTC day left out as too recent.
  std::vector<TimeRange> periods;             // Of the bill; joined where they touch.
};

/// What the logs have: `aggregate` is grouped by account alone, `charges` are its charges_of().
struct LoggedUsage {
  const analytics::Aggregate* aggregate = nullptr;
  std::span<const Charge> charges;
};

/// Requires an aggregate by account. Keeps names in `bill`. Fails when two discounts apply to the
/// same usage.
[[nodiscard]] Result<Reconciliation> reconcile(const LoggedUsage& logs, Bill& bill,
                                               const analytics::PriceTable& prices,
                                               const ReconcileOptions& options);

}  // namespace bedrocklog::finance
