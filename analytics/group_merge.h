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

/// Not for threads.
class GroupMerge {
 public:
  /// Of groups with `width` keys each.
  explicit GroupMerge(std::size_t width);

  [[nodiscard]] GroupNames& names() { return *names_; }

  /// Room for `groups` more; a guess too large costs address space, not memory.
  void reserve_more(std::size_t groups) { groups_.reserve(groups_.size() + groups); }

  [[nodiscard]] std::size_t size() const { return groups_.size(); }

  /// Position of the group with `keys`, texts of names() or null where absent. Makes it when new.
  [[nodiscard]] std::uint32_t find(std::span<const KeyText* const> keys);
  /// Valid until the next find().
  [[nodiscard]] GroupTotals& totals(std::uint32_t group) { return groups_[group].totals; }

  /// Gives all groups, sorted, and their names to `into`; drops what duplicates have emptied. Fails
  /// when there are too many groups, those included. Call once, at last.
  [[nodiscard]] Result<void> finish(std::size_t groups_max, Aggregate& into);

 private:
  [[nodiscard]] std::vector<std::uint32_t> ordered() const;
  void arrange(std::vector<std::uint32_t> order);

  std::size_t width_;
  std::shared_ptr<GroupNames> names_;
  std::vector<const KeyText*> keys_;  // `width_` per group.
  std::vector<Group> groups_;
  FlatIndex index_;
};

}  // namespace bedrocklog::analytics
