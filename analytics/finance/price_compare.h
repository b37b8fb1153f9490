// Several price books side by side: as one book, where they contradict each other, what changed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analytics/price_table.h"

namespace bedrocklog::finance {

/// Books from the weakest to the strongest, none of them overlaid. Borrowed.
using BookLayers = std::span<const analytics::PriceTable* const>;

/// One book without layers that answers every lookup as `layers` laid over each other do. Rows have
/// their dates spelled out where another row follows; sorted as price book files are.
[[nodiscard]] std::vector<analytics::PriceRow> flattened(BookLayers layers);

/// Two books that price the same for the same regions and days, but not alike.
struct PriceConflict {
  analytics::PriceRow winner, loser;
  std::string winner_book, loser_book;
  std::vector<std::string> regions;  // Sorted; "*": those that no row names.
};

/// Every price of `layers` that is not used since a stronger book has another one; sorted by what
/// they price. Equal prices are no conflict, whatever unit they are written in.
[[nodiscard]] std::vector<PriceConflict> conflicts_in(BookLayers layers);

enum class PriceChangeKind : std::uint8_t { added, removed, changed };

struct PriceChange {
  PriceChangeKind kind = PriceChangeKind::changed;
  std::optional<analytics::PriceRow> before, after;
  std::vector<std::string> regions;
  /// (after - before) / before in percent, rounded half to even to 4 decimals; empty when that says
  /// nothing: before 0, or units that cannot be compared.
  std::string percent;
};

/// What `after` prices on `day` otherwise than `before` on `day_before`. Both flat: of one book, or
/// flattened(). Sorted by what they price.
struct DatedRows {
  std::span<const analytics::PriceRow> rows;
  std::int32_t day = 0;
};
[[nodiscard]] std::vector<PriceChange> changes_between(const DatedRows& before,
                                                       const DatedRows& after);

}  // namespace bedrocklog::finance
