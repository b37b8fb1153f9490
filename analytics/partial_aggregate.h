// The sums of one worker: groups found by the numbers of their key texts, without allocation per
// record once its groups, price keys and error codes are known.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/block_array.h"
#include "analytics/contribution.h"
#include "analytics/flat_index.h"
#include "analytics/group_merge.h"
#include "analytics/key_column.h"
#include "analytics/record_facts.h"
#include "analytics/report_key.h"
#include "analytics/string_pool.h"
#include "analytics/zone.h"
#include "ingest/fault.h"

namespace bedrocklog::analytics {

/// Sum of all tokens of a scan, so that no counter can pass 64 bits.
inline constexpr std::uint64_t tokens_total_max = 1ULL << 62U;
[[nodiscard]] tl::unexpected<Fault> too_many_tokens();

struct PartialOptions {
  std::vector<Key> by;
  Zone zone;
  const PriceTable* prices = nullptr;  // Outlives the partial.
  std::size_t groups_max = 0;
};

/// Not for threads. Results of workers are joined by pour_into().
class PartialAggregate {
 public:
  explicit PartialAggregate(const PartialOptions& options);

  /// Finds or makes the group, price key and error code of a record that counts, and says what it
  /// adds; adds nothing yet. Requires a new Contribution in `into`. Fails when there are too many
  /// groups; the remedy is in the message.
  [[nodiscard]] Result<void> place(const RecordFactsView& facts, Contribution& into);

  /// Requires a contribution of this object's place().
  void add(const Contribution& contribution);
  /// Undoes one add().
  void take_back(const Contribution& contribution);

  /// Adds all groups to `merge`. Call once: sums are moved out where that is possible.
  void pour_into(GroupMerge& merge);

  /// Of all that was ever added.
  [[nodiscard]] std::uint64_t tokens_added() const { return tokens_added_; }

 private:
  struct PriceIds {
    std::uint32_t model = 0;
    std::uint32_t region = 0;
    Scope scope = Scope::regional;
    Tier tier = Tier::standard;
    std::uint64_t context_limit = 0;
    std::int32_t day = 0;
    bool covered = false;
    friend bool operator==(const PriceIds&, const PriceIds&) = default;
  };
  struct Cell {
    std::uint32_t group = 0;
    std::uint32_t price = 0;
    BilledTokens tokens;
  };
  struct ErrorCell {
    std::uint32_t group = 0;
    std::uint32_t code = 0;  // Text.
    std::uint64_t count = 0;
  };

  /// What prices depend on of a model; found by the number of its facts.
  struct PricedModel {
    std::uint64_t number = 0;  // 0: free.
    std::uint32_t id = 0;      // Text: canonical model.
    std::span<const std::uint64_t> context_limits;
  };
  static constexpr std::size_t priced_models_count = 64;  // A power of two.

  [[nodiscard]] bool is_group(std::uint32_t group) const;  // Whether key_ids_ are its keys.
  [[nodiscard]] std::uint64_t hash_of_keys() const;        // Of key_ids_.
  [[nodiscard]] std::uint32_t find_group(std::uint64_t hash);
  /// Valid until the next call; its `id` may be StringPool::full.
  [[nodiscard]] const PricedModel& priced_model(const ModelFacts& facts);
  [[nodiscard]] std::uint32_t find_price(const RecordFactsView& facts);
  [[nodiscard]] std::uint32_t find_cell(std::uint32_t group, std::uint32_t price);
  [[nodiscard]] std::uint32_t find_error(std::uint32_t group, std::uint32_t code);
  void count(const Contribution& contribution, std::uint64_t step);  // step: 1 or -1, wrapped.
  /// Positions in `merge` of all groups, whose sums are moved there; `cells` of each are to come.
  [[nodiscard]] std::vector<std::uint32_t> pour_groups(GroupMerge& merge,
                                                       const std::vector<std::uint32_t>& cells);
  [[nodiscard]] PriceKey price_key(const PriceIds& ids) const;

  PartialOptions options_;
  std::vector<KeyColumn> columns_;
  StringPool pool_;
  RecentTexts regions_;
  std::array<PricedModel, priced_models_count> priced_models_;
  std::vector<std::uint32_t> key_ids_;  // Of the record at hand.

  std::vector<std::uint32_t> group_keys_;  // by.size() ids per group.
  BlockArray<GroupTotals> totals_;         // By group; error_codes and billed are filled at last.
  FlatIndex group_index_;
  std::vector<PriceIds> prices_;
  FlatIndex price_index_;
  BlockArray<Cell> cells_;
  FlatIndex cell_index_;
  std::vector<ErrorCell> errors_;
  FlatIndex error_index_;
  std::vector<std::uint32_t> last_cells_;  // By group: where its next record probably goes.
  std::uint64_t tokens_added_ = 0;
};

}  // namespace bedrocklog::analytics
