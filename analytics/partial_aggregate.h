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

/// Memory comes in lines of so many bytes; more or less elsewhere, which only costs time.
inline constexpr std::size_t memory_line_bytes = 64;

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

  /// The same in steps, for up to `waiting_max` records at a time: where there are many groups
  /// each step waits for memory, and records wait for it together. Each step wants `turn`, below
  /// waiting_max, and the one before it to be done with all of them; only the first one wants the
  /// record itself.
  static constexpr std::uint32_t waiting_max = 32;
  [[nodiscard]] Result<void> note(const RecordFactsView& facts, std::uint32_t turn,
                                  Contribution& into);
  void fetch_group(std::uint32_t turn) const;
  void find_group(std::uint32_t turn);
  void fetch_cells(std::uint32_t turn) const;
  [[nodiscard]] Result<void> find_cells(std::uint32_t turn, Contribution& into);

  /// Requires a contribution of this object's place() or find_cells().
  void add(const Contribution& contribution);
  /// Undoes one add().
  void take_back(const Contribution& contribution);

  /// Adds texts and price keys to the names of `merge`, one worker at a time. Call it before
  /// pour_into(), which then refers to them.
  void name_for(GroupMerge& merge);
  /// Adds all groups of a share of `merge`. Call once for each share, which may be at the same
  /// time: sums are moved out where that is possible.
  void pour_into(GroupMerge& merge, std::size_t share);

  [[nodiscard]] std::size_t groups() const { return sums_.size(); }

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
  /// Sums of one group: what each record changes is in the first two lines of memory.
  struct alignas(memory_line_bytes) GroupSums {
    GroupTotals totals;  // error_codes and billed are filled at last.
  };
  struct alignas(memory_line_bytes) Cell {
    std::uint32_t group = 0;
    std::uint32_t price = 0;
    BilledTokens tokens;
  };
  /// A record between note() and find_cells(); its key texts are in waiting_keys_.
  struct Waiting {
    std::uint64_t hash = 0;       // Of its keys.
    std::uint64_t cell_hash = 0;  // Of its group and price key.
    std::uint32_t price = 0;
    std::uint32_t code = 0;  // Text; absent: no error.
    std::uint32_t group = 0;
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

  /// Key texts of the record whose turn it is.
  [[nodiscard]] std::span<std::uint32_t> keys_of(std::uint32_t turn) {
    return std::span(waiting_keys_).subspan(turn * columns_.size(), columns_.size());
  }
  [[nodiscard]] bool is_group(std::uint32_t group, std::span<const std::uint32_t> keys) const;
  /// Valid until the next call; its `id` may be StringPool::full.
  [[nodiscard]] const PricedModel& priced_model(const ModelFacts& facts);
  [[nodiscard]] std::uint32_t find_price(const RecordFactsView& facts);
  [[nodiscard]] std::uint32_t find_cell(const Waiting& waiting);
  [[nodiscard]] std::uint32_t find_error(std::uint32_t group, std::uint32_t code);
  void count(const Contribution& contribution, std::uint64_t step);  // step: 1 or -1, wrapped.
  /// Positions in the share of groups that belong there, whose sums are moved; else `elsewhere`.
  [[nodiscard]] std::vector<std::uint32_t> pour_groups(GroupMerge& merge, std::size_t share);
  [[nodiscard]] PriceKey price_key(const PriceIds& ids) const;

  PartialOptions options_;
  std::vector<KeyColumn> columns_;
  StringPool pool_;
  RecentTexts regions_;
  std::array<PricedModel, priced_models_count> priced_models_;
  std::array<Waiting, waiting_max> waiting_;
  std::vector<std::uint32_t> waiting_keys_;  // By turn, columns_.size() each.

  std::vector<std::uint32_t> group_keys_;  // by.size() ids per group.
  BlockArray<GroupSums> sums_;             // By group.
  FlatIndex group_index_;
  std::vector<PriceIds> prices_;
  FlatIndex price_index_;
  BlockArray<Cell> cells_;
  FlatIndex cell_index_;
  std::vector<ErrorCell> errors_;
  FlatIndex error_index_;
  std::uint64_t tokens_added_ = 0;

  // By id of a text that is a key, and by price key: what they are called in a merge.
  std::vector<const KeyText*> key_names_;
  std::vector<const ListedPriceKey*> price_names_;
};

}  // namespace bedrocklog::analytics
