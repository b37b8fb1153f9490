// Months that finance has closed: their rows are kept as they were, and what comes to light later
// becomes adjustments in the month that is open.
//
// For every closed month: its rows, adjustments booked in later closings and adjustments that are
// still open add up to what the logs hold now, row by row and to the last digit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/finance/cost_table.h"
#include "analytics/finance/period.h"
#include "analytics/report.h"
#include "ingest/fault.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::finance {

inline constexpr std::uint64_t ledger_size_bytes_max = 256ULL << 20U;

/// Texts are those behind the period.
struct LedgerRow {
  std::string original;  // Month of the usage: "2026-03".
  std::vector<std::optional<std::string>> texts;
  CostRow sums;  // Without texts; price and discount are in its name.
};

struct Closing {
  std::string month;  // In which the rows are booked.
  std::string prices_name, prices_sha256;
  std::vector<LedgerRow> rows;
  std::string sha256;  // Of the rest of the closing, as it is written.
};

/// What rows of different runs must have in common to be compared.
struct LedgerTerms {
  std::vector<std::string> columns;  // Of texts, behind the period.
  std::string where;
  bool deduplicated = true;
  friend bool operator==(const LedgerTerms&, const LedgerTerms&) = default;
};

struct Ledger {
  LedgerTerms terms;
  std::vector<Closing> closings;  // By month, ascending.

  [[nodiscard]] const Closing* find(std::string_view month) const;
};

/// Faults name `file`: no ledger, another schema, a closing that does not fit its digest.
[[nodiscard]] Result<Ledger> parse_ledger(std::string_view text, const std::string& file);

/// `bedrocklog.ledger/1`, see data/schema/ledger-1.schema.json.
[[nodiscard]] std::string ledger_text(const Ledger& ledger);

[[nodiscard]] LedgerTerms terms_of(const CostTable& table, const analytics::ReportSpec& spec);

struct LedgerUse {
  TimeRange range;                   // That the rows were counted in.
  std::optional<std::string> close;  // A month that is to be closed; none: rows only.
  analytics::PriceInfo prices;
};

/// Of a table with a ledger, behind the period: open, closed, adjustment of MONTH.
[[nodiscard]] inline TextColumn entry_column() {
  return {"entry", true};
}

/// What a run with a ledger shows, and the closing it would add.
struct BookedCost {
  CostTable table;  // With entry_column().
  std::optional<Closing> closing;
  bool is_closed_alike = false;  // The month to close is closed, with the same figures.
};

/// `table` has months as periods and token classes as detail. Faults: terms that differ, a closed
/// month that the range cuts; when a month is to be closed: one outside the range or before a
/// closed one, one that is closed with other figures, and closed months that have lost usage, as
/// their logs are not among the sources.
[[nodiscard]] Result<BookedCost> book(CostTable table, const Ledger& ledger, const LedgerUse& use);

}  // namespace bedrocklog::finance
