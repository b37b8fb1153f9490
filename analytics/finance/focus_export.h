// Usage as rows of the FinOps Open Cost and Usage Specification (FOCUS): one row for each day or
// hour, account, Region, model id, operation, set of tags and token class.
//
// Every figure is exact: ListUnitPrice x PricingQuantity is ListCost to the last digit, and the
// same with the contracted price. BilledCost is our estimate, as x_Estimated says in every row.
// Usage without a price has no row, since ListCost may neither be null nor a made-up 0; what is
// left out is counted. Tokens on provisioned capacity have rows at price 0 (Committed).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/finance/account_names.h"
#include "analytics/finance/discount.h"
#include "analytics/price_table.h"
#include "analytics/report_key.h"
#include "ingest/fault.h"

namespace bedrocklog::finance {

/// 1.3 has ServiceProviderName and HostProviderName beside the provider columns of 1.2, which it
/// deprecates but still demands; 1.4 has the new ones alone.
enum class FocusVersion : std::uint8_t { v1_2, v1_3, v1_4 };

/// "1.2", "1.3" or "1.4"; the Fault names --focus-version.
[[nodiscard]] Result<FocusVersion> parse_focus_version(std::string_view text);

/// The keys to scan by: account, model_id, operation, the hour if `by_hour`, and of `by` the tags
/// (they become Tags) and the team (x_Team). Keys that rows have anyway are taken; any other is a
/// Fault on --by.
[[nodiscard]] Result<std::vector<analytics::Key>> focus_keys(const std::vector<analytics::Key>& by,
                                                             bool by_hour);

struct FocusOptions {
  FocusVersion version = FocusVersion::v1_2;
  const AccountNames* accounts = nullptr;  // Null: none.
  const Discounts* discounts = nullptr;    // Null: none.
};

struct FocusCell {
  enum class Kind : std::uint8_t { null, text, bare };  // bare: number, time or truth value.
  Kind kind = Kind::null;
  std::string text;
};

/// Tokens that have no price and so no row.
struct FocusGap {
  std::uint64_t tokens = 0;
  std::uint64_t charges = 0;  // Rows that are missing.
  std::string first;          // "MODEL in REGION" of one of them.
};

/// Column names, in order. `with_team`: the aggregate is grouped by team.
[[nodiscard]] std::vector<std::string> focus_columns(FocusVersion version, bool with_team);

/// Takes the cells of one row, one for each column. False: no more is wanted.
using TakeFocusRow = std::function<bool(const std::vector<FocusCell>& row)>;

/// Hands out all rows, in the order of groups, days, price keys and token classes. Requires an
/// aggregate scanned by focus_keys(). Fails where two discounts claim the same usage.
[[nodiscard]] Result<FocusGap> make_focus_rows(const analytics::Aggregate& aggregate,
                                               const analytics::PriceTable& prices,
                                               const FocusOptions& options,
                                               const TakeFocusRow& take);

}  // namespace bedrocklog::finance
