// The price book: which unit price applies to a token class of a call.
//
// Rules and their sources are in data/README.md. There is no fallback between scopes or tiers and
// no guess: what has no row is unpriced, and the report shows it as such.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/money.h"
#include "ingest/fault.h"

namespace bedrocklog::analytics {

enum class Meter : std::uint8_t { input, output, cache_read, cache_write_5m, cache_write_1h };
inline constexpr std::size_t meter_count = 5;
enum class Scope : std::uint8_t { regional, global };
enum class Tier : std::uint8_t { standard, priority, flex, latency_optimized, batch, reserved };

/// As in the price book: "input_tokens", "cache_write_5m_tokens", "regional", "latency_optimized".
[[nodiscard]] std::string_view name_of(Meter meter);
[[nodiscard]] std::string_view name_of(Scope scope);
[[nodiscard]] std::string_view name_of(Tier tier);

/// The first of `limits`, which fall, that is less than `request_tokens`; 0 if none is.
[[nodiscard]] inline std::uint64_t exceeded_limit(std::span<const std::uint64_t> limits,
                                                  std::uint64_t request_tokens) {
  for (const std::uint64_t limit : limits) {
    if (limit < request_tokens) {
      return limit;
    }
  }
  return 0;
}

/// Everything a unit price depends on, but the meter.
struct PriceKey {
  std::string model;   // Canonical model id.
  std::string region;  // Source region; empty when the record names none.
  Scope scope = Scope::regional;
  Tier tier = Tier::standard;
  std::uint64_t context_limit = 0;  // Long-context limit the request exceeded, in tokens; 0: none.
  std::int32_t day = 0;             // UTC days since 1970-01-01.
  bool covered = false;             // Provisioned capacity: tokens cost nothing.
  friend auto operator<=>(const PriceKey&, const PriceKey&) = default;
};

struct PriceRow {
  std::string model, meter, tier, scope;       // As written.
  std::uint64_t context_min_input_tokens = 0;  // 0: ordinary row.
  std::string attributes;                      // Non-empty rows never price tokens.
  std::vector<std::string> regions;            // "*" is every region.
  std::string unit, currency, price;           // As written; price keeps its digits.
  UnitPrice unit_price;
  std::optional<std::int32_t> effective_from;  // UTC day, inclusive; nothing: since ever.
  std::optional<std::int32_t> effective_to;    // UTC day, exclusive; nothing: still.
  std::string as_of, source;
  std::string sku, rate_code, usage_type, offer;  // Of the price list; empty elsewhere.
};

class PriceTable {
 public:
  /// Parses a price book in CSV (columns by name; unknown columns are refused, `context_min_input_
  /// tokens`, `attributes`, `effective_*`, `as_of`, `source`, `sku`, `rate_code`, `usage_type` and
  /// `offer` may be missing). Refuses a row
  /// whose price, unit, currency (USD only) or date is unusable, and two rows that claim the same
  /// (model, meter, tier, scope, context, region, date): `book_name`:line in the Fault.
  /// With `sha256`, that of a book known to be good, rows of the same claim are not searched for.
  [[nodiscard]] static Result<PriceTable> parse(std::string_view csv, const std::string& book_name,
                                                std::string_view sha256 = {});

  /// A book of rows that were checked already, none of the same claim. `sha256` stands for where
  /// they come from.
  [[nodiscard]] static PriceTable of_rows(std::vector<PriceRow> rows, std::string name,
                                          std::string sha256);

  PriceTable();
  ~PriceTable();
  PriceTable(PriceTable&&) noexcept;
  PriceTable& operator=(PriceTable&&) noexcept;
  PriceTable(const PriceTable&) = delete;
  PriceTable& operator=(const PriceTable&) = delete;

  /// Puts `over` on top: for a (model, meter, tier, scope, context) that it prices for a region and
  /// day, it wins; everything else stays.
  void overlay(PriceTable over);

  /// The row that prices `meter` under `key`, or null. Valid as long as the table.
  [[nodiscard]] const PriceRow* find(const PriceKey& key, Meter meter) const;

  /// All long-context limits of `model`, largest first; valid until the table is changed or gone.
  [[nodiscard]] std::span<const std::uint64_t> context_limits(std::string_view model) const;
  /// Largest long-context limit of `model` that `request_tokens` exceeds, over all its rows; 0 if
  /// none.
  [[nodiscard]] std::uint64_t context_limit(std::string_view model,
                                            std::uint64_t request_tokens) const;

  [[nodiscard]] std::span<const PriceRow> rows() const;
  [[nodiscard]] bool knows(std::string_view model) const;

  [[nodiscard]] const std::string& name() const;    // "shipped" or "shipped+my.csv".
  [[nodiscard]] const std::string& sha256() const;  // Of the book's bytes; of all, when overlaid.
  [[nodiscard]] const std::string& as_of() const;   // Latest as_of of its rows, "" if none.

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bedrocklog::analytics
