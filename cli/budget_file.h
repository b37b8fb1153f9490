// Budget files: what users plan to spend, in TOML.
//
//   [[budget]]
//   name = "search"
//   amount = "1500.00"              USD for each period, as text: exact
//   period = "monthly"              or quarterly, yearly; calendar, UTC
//   account = "1111*"               any key of --by that is no time; a text or an array of texts,
//   model = ["*sonnet*", "*opus*"]  each with * and ?
//   tag = { team = "search" }
//   where = 'operation = "Converse"'
//   warn_at = [80, 100]             percent
//   amounts = { "2026-03" = "2000" }
//
// A call is in the scope of a budget when all of these hold; without any, every call is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/finance/budget.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

inline constexpr std::uint64_t budget_file_size_bytes_max = 4ULL << 20U;
inline constexpr std::size_t budgets_max = 1'000;

struct BudgetFile {
  std::vector<finance::Budget> budgets;  // In file order, at least one.
  std::vector<analytics::Key> by;        // What a scan must group by.
};

/// Faults name `file`:line: bad TOML, unknown keys with the nearest known one, amounts that are not
/// exact, a budget without name or amount, a name used twice, a scope that is no condition.
[[nodiscard]] Result<BudgetFile> parse_budget_file(std::string_view text, const std::string& file);

/// Reads and parses.
[[nodiscard]] Result<BudgetFile> load_budget_file(const std::string& path);

}  // namespace bedrocklog::cli
