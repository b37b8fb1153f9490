// Accounting periods of UTC days, the days that AWS bills by.
//
// A fiscal year is named after the calendar year in which it ends (with `--fiscal-start october`
// FY2026 is October 2025 to September 2026; with january it is the calendar year). Its quarters and
// months are counted from its start: FY2026-Q1, FY2026-M01.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/fault.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::finance {

enum class PeriodKind : std::uint8_t {
  day,
  month,
  quarter,
  year,
  total,
  fiscal_month,
  fiscal_quarter,
  fiscal_year,
};

/// "fiscal-month" and so on; an unknown name is a Fault on --period with all names.
[[nodiscard]] Result<PeriodKind> parse_period_kind(std::string_view name);
[[nodiscard]] std::vector<std::string> period_kind_names();

/// 1 to 12 of "october", "oct" or "10"; a Fault on --fiscal-start.
[[nodiscard]] Result<unsigned> parse_fiscal_start(std::string_view month);

/// Half-open, in UTC days since 1970-01-01; whole time for PeriodKind::total.
struct Period {
  std::int32_t begin = 0;
  std::int32_t end = 0;
  friend auto operator<=>(const Period&, const Period&) = default;
};

class PeriodCalendar {
 public:
  /// Requires 1 <= fiscal_start_month <= 12.
  explicit PeriodCalendar(PeriodKind kind = PeriodKind::month, unsigned fiscal_start_month = 1);

  [[nodiscard]] Period of_day(std::int32_t day) const;
  /// "2026-03-01", "2026-03", "2026-Q1", "2026", "total", "FY2026-M06", "FY2026-Q2", "FY2026".
  /// Labels of one calendar sort as their periods do.
  [[nodiscard]] std::string label_of(const Period& period) const;
  /// The one that ends where `period` begins. `total` has none and gives itself.
  [[nodiscard]] Period before(const Period& period) const;

  [[nodiscard]] PeriodKind kind() const { return kind_; }
  [[nodiscard]] bool is_fiscal() const;
  [[nodiscard]] unsigned fiscal_start_month() const { return fiscal_start_month_; }

 private:
  [[nodiscard]] Period months_from(CivilDate first, int months) const;

  PeriodKind kind_;
  unsigned fiscal_start_month_;
};

}  // namespace bedrocklog::finance
