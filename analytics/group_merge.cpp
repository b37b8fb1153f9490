// Groups are told apart by addresses of texts and ordered by ranks: texts are compared once each.
#include "analytics/group_merge.h"

#include <algorithm>
#include <string>
#include <utility>

#include "analytics/text_hash.h"
#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

/// Groups in the order of their keys, by the first two without a look at the group.
struct Placed {
  std::uint64_t head = 0;
  std::uint32_t group = 0;
};

/// Absent comes first.
std::uint64_t place_of_key(const KeyText* key) {
  return key == nullptr ? 0 : std::uint64_t{key->rank} + 1;
}

}  // namespace

tl::unexpected<Fault> too_many_groups(std::size_t groups_max) {
  return fault("--by", "more than " + std::to_string(groups_max) +
                           " groups: name fewer keys, narrow the records with --where, or raise "
                           "--max-groups");
}

tl::unexpected<Fault> too_many_details() {
  return fault("--by", "more than " + std::to_string(details_max) +
                           " price keys and error codes over all groups: name fewer keys or "
                           "narrow the records with --where");
}

GroupMerge::GroupMerge(std::size_t width) : width_(width), names_(std::make_shared<GroupNames>()) {}

std::uint32_t GroupMerge::find(std::span<const KeyText* const> keys) {
  ensure(keys.size() == width_);
  const HashKeys& random = process_keys();
  std::uint64_t hash = random.words[0];
  for (const KeyText* key : keys) {
    // Not the rank: that may be given anew at last, and is no number of an absent text.
    hash = fold_product(reinterpret_cast<std::uintptr_t>(key) ^ random.words[1], hash);
  }
  const auto next = static_cast<std::uint32_t>(groups_.size());
  const std::uint32_t known = index_.find_or_put(hash, next, [&](std::uint32_t at) {
    return std::equal(keys.begin(), keys.end(),
                      keys_.begin() + static_cast<std::ptrdiff_t>(at * width_));
  });
  if (known != FlatIndex::none) {
    return known;
  }
  keys_.insert(keys_.end(), keys.begin(), keys.end());
  groups_.emplace_back();
  return next;
}

std::vector<std::uint32_t> GroupMerge::ordered() const {
  std::vector<Placed> placed;
  placed.reserve(groups_.size());
  for (std::uint32_t group = 0; group < groups_.size(); ++group) {
    if (groups_[group].totals.invocations > 0) {
      const KeyText* const* keys = keys_.data() + group * width_;
      const std::uint64_t first = width_ > 0 ? place_of_key(keys[0]) : 0;
      placed.push_back({first << 32U | (width_ > 1 ? place_of_key(keys[1]) : 0), group});
    }
  }
  std::sort(placed.begin(), placed.end(), [&](const Placed& left, const Placed& right) {
    if (left.head != right.head) {
      return left.head < right.head;
    }
    for (std::size_t key = 2; key < width_; ++key) {
      const std::uint64_t one = place_of_key(keys_[left.group * width_ + key]);
      const std::uint64_t other = place_of_key(keys_[right.group * width_ + key]);
      if (one != other) {
        return one < other;
      }
    }
    return false;
  });
  std::vector<std::uint32_t> order;
  order.reserve(placed.size());
  for (const Placed& next : placed) {
    order.push_back(next.group);
  }
  return order;
}

void GroupMerge::arrange(std::vector<std::uint32_t> order) {
  const std::size_t kept = order.size();
  std::vector<const KeyText*>& keys = names_->group_keys_;
  keys.reserve(kept * width_);
  for (const std::uint32_t group : order) {
    const auto first = keys_.begin() + static_cast<std::ptrdiff_t>(group * width_);
    keys.insert(keys.end(), first, first + static_cast<std::ptrdiff_t>(width_));
  }
  keys_ = {};
  for (std::uint32_t group = 0; kept < groups_.size() && group < groups_.size(); ++group) {
    if (groups_[group].totals.invocations == 0) {
      order.push_back(group);
    }
  }
  // Along the cycles: a second array of groups would double the memory.
  for (std::uint32_t start = 0; start < order.size(); ++start) {
    if (order[start] == start) {
      continue;
    }
    Group held = std::move(groups_[start]);
    std::uint32_t at = start;
    while (order[at] != start) {
      const std::uint32_t from = std::exchange(order[at], at);
      groups_[at] = std::move(groups_[from]);
      at = from;
    }
    groups_[at] = std::move(held);
    order[at] = at;
  }
  groups_.erase(groups_.begin() + static_cast<std::ptrdiff_t>(kept), groups_.end());
  for (std::size_t at = 0; at < kept; ++at) {
    groups_[at].keys = GroupKeys(keys.data() + at * width_, width_);
  }
}

Result<void> GroupMerge::finish(std::size_t groups_max, Aggregate& into) {
  if (groups_.size() > groups_max) {
    return too_many_groups(groups_max);
  }
  index_ = FlatIndex();
  names_->order();
  std::size_t details = 0;
  for (Group& group : groups_) {
    GroupTotals& totals = group.totals;
    totals.billed.settle();
    details += totals.billed.size() + totals.error_codes.size();
    totals.billed.drop_empty();
    totals.error_codes.drop_empty();
    totals.latency.settle();
    totals.first_byte.settle();
  }
  if (details > details_max) {
    return too_many_details();
  }
  arrange(ordered());
  into.groups = std::move(groups_);
  into.names = std::move(names_);
  return {};
}

}  // namespace bedrocklog::analytics
