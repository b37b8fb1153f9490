// Requests that were sent before, and prompts that begin alike: what caching could save.
//
// Bodies are hashed to 128 bits with keys of this process and forgotten; no text is kept or shown.
// Of a request the model and the whole input body count. The head of a prompt is what every model
// reads first: its system prompt and tools or, without them, the first bytes of what was said.
//
// Thread safety: none. Feed it from one thread, in the order of reading.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "analytics/finance/ratio.h"
#include "analytics/finance/strategies.h"
#include "analytics/price_table.h"
#include "analytics/record_facts.h"

namespace bedrocklog::finance {

/// Shorter prompts are not cached by the service; most models start at this many tokens, some only
/// at more.
inline constexpr std::uint64_t cache_tokens_min = 1'024;
/// Lifetime of a cache write at the price that is assumed.
inline constexpr std::int64_t cache_lifetime_ms = 5 * minute_ms;
/// Head of a prompt that has neither system prompt nor tools.
inline constexpr std::size_t head_size_bytes = 8'192;
/// Requests, bodies and heads remembered, each; calls beyond are counted and not looked at.
inline constexpr std::size_t remembered_max = 1'000'000;

struct RepeatFindings {
  std::uint64_t calls = 0;          // With tokens and without error.
  std::uint64_t without_body = 0;   // Of these: body too large, stored elsewhere or not logged.
  std::uint64_t not_looked_at = 0;  // remembered_max was reached.

  std::uint64_t repeats = 0;  // Calls whose model and body were there before, priced.
  std::uint64_t repeat_tokens = 0;
  Attodollars repeat_cost;
  std::uint64_t repeats_unpriced = 0;  // Repeats in which some token class has no price.

  std::uint64_t heads = 0;        // Heads whose caching would save.
  std::uint64_t head_calls = 0;   // Calls that begin with one of them.
  std::uint64_t head_tokens = 0;  // Of the heads in these calls: an estimate by bytes.
  Attodollars head_cost;          // As input.
  Attodollars head_cost_cached;   // First uses written, later ones within the lifetime read.
};

class RepeatSearch {
 public:
  /// `prices` outlives this. Without `deduplicate` a call logged twice is a repeat.
  RepeatSearch(const analytics::PriceTable& prices, bool deduplicate);
  ~RepeatSearch();
  RepeatSearch(const RepeatSearch&) = delete;
  RepeatSearch& operator=(const RepeatSearch&) = delete;
  RepeatSearch(RepeatSearch&&) noexcept;
  RepeatSearch& operator=(RepeatSearch&&) noexcept;

  void add(const analytics::RecordFactsView& facts);

  /// Call once, after the last add().
  [[nodiscard]] RepeatFindings finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// As rows of the table of strategies: none for what was not found.
[[nodiscard]] std::vector<StrategyRow> rows_of(const RepeatFindings& findings);
/// What these rows measure and assume, and what could not be looked at.
[[nodiscard]] std::vector<std::string> notes_of(const RepeatFindings& findings);

}  // namespace bedrocklog::finance
