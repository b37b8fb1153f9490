// What was used under each price key, as sorted arrays: a report by user and day has hundreds of
// thousands of groups with two or three price keys each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analytics/price_table.h"

namespace bedrocklog::analytics {

/// Tokens that one price key bills, with the calls that spent them.
struct BilledTokens {
  std::uint64_t invocations = 0;
  std::uint64_t input = 0;
  std::uint64_t output = 0;
  std::uint64_t cache_read = 0;
  std::uint64_t cache_write_5m = 0;  // All cache writes not known to be 1-hour ones.
  std::uint64_t cache_write_1h = 0;

  [[nodiscard]] std::uint64_t of(Meter meter) const;
  [[nodiscard]] std::uint64_t total() const {
    return input + output + cache_read + cache_write_5m + cache_write_1h;
  }
  void add(const BilledTokens& other) {
    invocations += other.invocations;
    input += other.input;
    output += other.output;
    cache_read += other.cache_read;
    cache_write_5m += other.cache_write_5m;
    cache_write_1h += other.cache_write_1h;
  }
  void take_back(const BilledTokens& other);  // Requires that it was added.
  [[nodiscard]] bool empty() const { return invocations == 0 && total() == 0; }
};

/// A price key of one aggregate, kept once by its GroupNames.
struct ListedPriceKey : PriceKey {
  std::uint32_t number = 0;  // Position in the order of all price keys of the aggregate.
};

struct BilledCell {
  const ListedPriceKey* key = nullptr;
  BilledTokens tokens;
};

/// Cells in the order of their keys' numbers, each key once. All keys that meet in one of these
/// must be of the same GroupNames, and outlive it.
class BilledUsage {
 public:
  void add(const ListedPriceKey& key, const BilledTokens& tokens);
  void merge(const BilledUsage& other);

  /// Adds a cell without looking for its key: settle() before anything else is asked.
  void append(const ListedPriceKey& key, const BilledTokens& tokens) {
    cells_.push_back({&key, tokens});
  }
  /// Room for `cells` more.
  void reserve_more(std::size_t cells) { cells_.reserve(cells_.size() + cells); }
  /// Puts cells in order and joins those of one key. Wanted after append() and when keys were
  /// numbered anew.
  void settle();
  void drop_empty();

  void clear() { cells_.clear(); }
  [[nodiscard]] std::size_t size() const { return cells_.size(); }
  [[nodiscard]] auto begin() const { return cells_.begin(); }
  [[nodiscard]] auto end() const { return cells_.end(); }

 private:
  std::vector<BilledCell> cells_;
};

}  // namespace bedrocklog::analytics
