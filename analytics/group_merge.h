// Groups of several workers joined under common names, and put in order once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/flat_index.h"
#include "analytics/group_names.h"
#include "ingest/fault.h"

namespace bedrocklog::analytics {

/// Price keys and error codes summed over all groups.
inline constexpr std::size_t details_max = 8'000'000;
[[nodiscard]] tl::unexpected<Fault> too_many_groups(std::size_t groups_max);
[[nodiscard]] tl::unexpected<Fault> too_many_details();

/// Part of the groups of a merge, told by the hash of their keys. One thread at a time.
class GroupShare {
 public:
  /// Of groups with `width` keys each.
  explicit GroupShare(std::size_t width) : width_(width) {}

  /// Room for `groups` in all; a guess too large costs address space, not memory.
  void reserve(std::size_t groups) { groups_.reserve(groups); }

  [[nodiscard]] std::size_t size() const { return groups_.size(); }

  /// Position of the group with `keys`, whose hash is `hash`. Makes it when new.
  [[nodiscard]] std::uint32_t find(std::span<const KeyText* const> keys, std::uint64_t hash);
  /// Valid until the next find().
  [[nodiscard]] GroupTotals& totals(std::uint32_t group) { return groups_[group].totals; }

 private:
  friend class GroupMerge;

  /// Makes sums final and drops what is empty in them; says how many details there were.
  [[nodiscard]] std::size_t settle();
  [[nodiscard]] std::span<const KeyText* const> keys_of(std::uint32_t group) const {
    return std::span(keys_).subspan(group * width_, width_);
  }

  std::size_t width_;
  std::vector<const KeyText*> keys_;  // `width_` per group.
  std::vector<Group> groups_;         // Whose keys are set at last.
  FlatIndex index_;
};

/// Not for threads, but each share is for one.
class GroupMerge {
 public:
  /// Of groups with `width` keys each.
  explicit GroupMerge(std::size_t width, std::size_t shares = 1);

  [[nodiscard]] GroupNames& names() { return *names_; }
  [[nodiscard]] std::size_t shares() const { return shares_.size(); }
  [[nodiscard]] GroupShare& share(std::size_t number) { return shares_[number]; }

  /// Of texts of names(), or null where absent.
  [[nodiscard]] static std::uint64_t hash_of_keys(std::span<const KeyText* const> keys);
  /// The share in which a group must be looked for.
  [[nodiscard]] std::size_t share_of(std::uint64_t hash) const {
    return (hash & UINT32_MAX) * shares_.size() >> 32U;  // The index goes by the upper half.
  }

  /// The sums of the group with `keys`, texts of names() or null where absent. Makes it when new.
  /// Valid until the next call.
  [[nodiscard]] GroupTotals& totals_of(std::span<const KeyText* const> keys);

  /// Gives all groups, sorted, and their names to `into`; drops what duplicates have emptied. Fails
  /// when there are too many groups, those included. Works on up to `workers` threads, with the
  /// same outcome. Call once, at last.
  [[nodiscard]] Result<void> finish(std::size_t groups_max, Aggregate& into,
                                    std::size_t workers = 1);

 private:
  /// Where a group is and, as far as it fits, where it comes.
  struct Placed {
    std::uint64_t head = 0;
    std::uint32_t group = 0;
    std::uint32_t share = 0;
  };
  /// Of groups with calls; first those of one share, then of all.
  [[nodiscard]] std::vector<Placed> ordered_share(std::uint32_t number) const;
  [[nodiscard]] std::vector<Placed> ordered(const std::vector<std::vector<Placed>>& shares) const;
  [[nodiscard]] std::size_t keys_in_head() const;
  [[nodiscard]] bool comes_first(const Placed& left, const Placed& right) const;
  void arrange(const std::vector<Placed>& order, std::size_t workers, Aggregate& into);

  std::size_t width_;
  std::shared_ptr<GroupNames> names_;
  std::vector<GroupShare> shares_;
};

}  // namespace bedrocklog::analytics
