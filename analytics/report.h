// From sums to a table of exact integers: metrics, prices, order, top-N and totals.
//
// Cells are integers or text; only the writers in cli/ know decimals, so the formats cannot
// disagree.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/expression.h"
#include "analytics/money.h"
#include "analytics/price_table.h"
#include "analytics/report_key.h"
#include "analytics/report_rows.h"
#include "ingest/fault.h"

namespace bedrocklog::analytics {

enum class Unit : std::uint8_t {
  text,
  count,
  tokens,
  bytes,
  milliseconds,
  percent,
  tokens_per_second,
  usd,
  usd_per_unit,        // A unit price: never rounded.
  displayed_currency,  // Money converted for display.
};

/// Of a Column that every table shows.
inline constexpr std::uint32_t always_shown = UINT32_MAX;

struct Column {
  std::string name;  // As in --by and --metrics; stable: CSV header and JSON key.
  Unit unit = Unit::text;
  unsigned scale = 0;         // A cell is value x 10^scale (18 for usd, 1 for mean, 2 for percent).
  unsigned decimals_min = 0;  // Fewest decimals to print (2 for usd; = scale for the others).
  bool is_key = false;
  bool is_attribute = false;  // A key that says more of a row and that nobody grouped by.
  /// A table that is too wide leaves out the least first; of the same, the last.
  std::uint32_t importance = always_shown;
};

/// Lets tables leave out the columns of these names, the first first.
void let_go(std::vector<Column>& columns, std::span<const std::string_view> first_to_go);

/// Of a metric. Nothing: unknown, never 0.
using Figure = std::optional<Int128>;

/// A metric asked for by name; see metric_names().
struct Metric {
  std::string name;
  std::uint32_t percent_milli = 0;  // pNN, ttft_pNN: p99.9 is 99'900.
};

/// "invocations,cost,p99.9". Unknown names suggest the nearest; pNN takes 0 < NN <= 100 with up to
/// three decimals.
[[nodiscard]] Result<std::vector<Metric>> parse_metrics(std::string_view list);
[[nodiscard]] std::vector<std::string> metric_names();
/// What a report shows when nothing is asked for.
[[nodiscard]] std::vector<Metric> default_metrics();

struct SortKey {
  std::string column;  // A key or metric name of the report.
  bool descending = false;
};

/// "cost:desc,model:asc"; without direction metrics sort descending, keys ascending. Checked
/// against `by` and `metrics`.
[[nodiscard]] Result<std::vector<SortKey>> parse_sort(std::string_view list,
                                                      const std::vector<Key>& by,
                                                      const std::vector<Metric>& metrics);

/// Fields of `--having`: every metric of the report (as numbers) and every key (as text).
[[nodiscard]] Result<Expression> parse_having(std::string_view text, const std::vector<Key>& by,
                                              const std::vector<Metric>& metrics);

struct ReportSpec {
  std::string title;
  std::vector<Metric> metrics = default_metrics();
  std::vector<SortKey> sort;  // Empty: by keys when the first is a time, else cost descending.
  std::optional<std::uint64_t> top;  // Rows shown before the `other` row.
  Expression having;                 // Rows that fail it are folded into `other` too.
  TimeRange range;                   // As asked for; unbounded ends allowed.
  std::string zone_name = "UTC";
  std::string where_text, having_text;  // Echoed.
  bool deduplicated = true;
  bool projects = true;  // With monthly projections.
};

/// Usage without a price. A model may be priced for some token classes and not for others.
struct UnpricedUsage {
  std::string model, region;
  Scope scope = Scope::regional;
  Tier tier = Tier::standard;
  std::uint64_t invocations = 0;  // Calls under this price key, whatever classes they used.
  BilledTokens tokens;            // Only the classes without price.
};

struct PriceInfo {
  std::string name, sha256, as_of;
};

/// Value of the period x 730.5 / hours of the period; 730.5 h is the mean month (365.25 x 24 / 12).
struct Projection {
  TimeRange period;
  std::int64_t hours_milli = 0;  // Length of the period in 1/1000 h.
  std::uint64_t monthly_invocations = 0;
  std::optional<Attodollars> monthly_cost;
  /// The same from the last 7 full UTC days of a period of at least 14 days.
  std::optional<std::uint64_t> trend_invocations;
  std::optional<Attodollars> trend_cost;
};

struct Report {
  ReportSpec spec;
  std::vector<Key> by;  // Of a report whose keys are of another kind: empty.
  std::vector<Column> columns;
  ReportRows rows;        // Without the total.
  ReportRows total_rows;  // The total alone.
  bool has_total = true;  // False: rows do not add up, and every figure of the total is unknown.
  InputAccount account;
  std::vector<TimeRange> missing_hours;
  PriceInfo prices;
  std::vector<UnpricedUsage> unpriced;    // Sorted by model, region, scope, tier.
  std::uint64_t covered_invocations = 0;  // Calls on provisioned capacity, cost 0 here.
  std::uint64_t cache_write_unsplit = 0;  // Tokens priced as 5-minute writes by assumption.
  std::optional<Projection> projection;   // Nothing when there is no record or no length.
  std::vector<std::string> notes;         // One-line statements the figures need, in order.

  /// Valid as long as the report is not moved.
  [[nodiscard]] Row total() const { return total_rows.front(); }
};

/// Names of what its rows are by: of the key columns that are no attributes.
[[nodiscard]] std::vector<std::string> dimensions_of(const Report& report);

/// Cost of one group, by token class. A class with tokens and no price adds to `unpriced_tokens`.
struct Cost {
  Attodollars input, output, cache_read, cache_write;
  std::uint64_t unpriced_tokens = 0;
  bool any_priced = false;  // False with unpriced tokens: the cost is unknown, not 0.
  [[nodiscard]] Attodollars total() const { return input + output + cache_read + cache_write; }
};
[[nodiscard]] Cost price(const GroupTotals& totals, const PriceTable& prices);

/// Checks the account's identity and that the groups sum to the totals (ensure), then shapes, on up
/// to `workers` threads. The report is the same for any number of them.
[[nodiscard]] Report build_report(const Aggregate& aggregate, const PriceTable& prices,
                                  const ReportSpec& spec, std::size_t workers = 1);

}  // namespace bedrocklog::analytics
