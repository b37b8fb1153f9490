// Groups are told apart by addresses of texts and ordered by ranks: texts are compared once each.
// A share has its groups alone, so shares are joined, made final and sorted side by side.
#include "analytics/group_merge.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <string>
#include <utility>

#include "analytics/text_hash.h"
#include "analytics/workers.h"
#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

constexpr unsigned head_bits = 64;
constexpr std::size_t groups_per_stretch = 2'048;

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

std::uint32_t GroupShare::find(std::span<const KeyText* const> keys, std::uint64_t hash) {
  ensure(keys.size() == width_);
  const auto next = static_cast<std::uint32_t>(groups_.size());
  const std::uint32_t known = index_.find_or_put(hash, next, [&](std::uint32_t at) {
    return std::equal(keys.begin(), keys.end(), keys_of(at).begin());
  });
  if (known != FlatIndex::none) {
    return known;
  }
  keys_.insert(keys_.end(), keys.begin(), keys.end());
  groups_.emplace_back();
  return next;
}

std::size_t GroupShare::settle() {
  index_ = FlatIndex();
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
  return details;
}

GroupMerge::GroupMerge(std::size_t width, std::size_t shares)
    : width_(width), names_(std::make_shared<GroupNames>()), shares_(shares, GroupShare(width)) {
  ensure(shares > 0);
}

std::uint64_t GroupMerge::hash_of_keys(std::span<const KeyText* const> keys) {
  const HashKeys& random = process_keys();
  std::uint64_t hash = random.words[0];
  for (const KeyText* key : keys) {
    // Not the rank: that may be given anew at last, and is no number of an absent text.
    hash = fold_product(reinterpret_cast<std::uintptr_t>(key) ^ random.words[1], hash);
  }
  return hash;
}

GroupTotals& GroupMerge::totals_of(std::span<const KeyText* const> keys) {
  const std::uint64_t hash = hash_of_keys(keys);
  GroupShare& share = shares_[share_of(hash)];
  return share.totals(share.find(keys, hash));
}

std::size_t GroupMerge::keys_in_head() const {
  // Ranks go up to the number of texts, because absent takes one.
  const auto bits = static_cast<std::size_t>(std::bit_width(names_->texts_count()));
  return bits == 0 ? width_ : std::min(width_, head_bits / bits);
}

bool GroupMerge::comes_first(const Placed& left, const Placed& right) const {
  if (left.head != right.head) {
    return left.head < right.head;
  }
  const std::span<const KeyText* const> one = shares_[left.share].keys_of(left.group);
  const std::span<const KeyText* const> other = shares_[right.share].keys_of(right.group);
  for (std::size_t key = keys_in_head(); key < width_; ++key) {
    if (one[key] != other[key]) {
      return place_of_key(one[key]) < place_of_key(other[key]);
    }
  }
  return false;
}

std::vector<GroupMerge::Placed> GroupMerge::ordered_share(std::uint32_t number) const {
  const GroupShare& share = shares_[number];
  const std::size_t in_head = keys_in_head();
  const auto bits = static_cast<unsigned>(std::bit_width(names_->texts_count()));
  std::vector<Placed> placed;
  placed.reserve(share.groups_.size());
  for (std::uint32_t group = 0; group < share.groups_.size(); ++group) {
    if (share.groups_[group].totals.invocations > 0) {
      Placed place{0, group, number};
      for (const KeyText* key : share.keys_of(group).first(in_head)) {
        place.head = place.head << bits | place_of_key(key);
      }
      placed.push_back(place);
    }
  }
  std::sort(placed.begin(), placed.end(),
            [this](const Placed& left, const Placed& right) { return comes_first(left, right); });
  return placed;
}

std::vector<GroupMerge::Placed> GroupMerge::ordered(
    const std::vector<std::vector<Placed>>& shares) const {
  std::vector<Placed> placed;
  std::vector<std::size_t> ends{0};
  for (const std::vector<Placed>& share : shares) {
    placed.insert(placed.end(), share.begin(), share.end());
    ends.push_back(placed.size());
  }
  const auto at = [&](std::size_t run) {
    return placed.begin() + static_cast<std::ptrdiff_t>(ends[std::min(run, shares.size())]);
  };
  for (std::size_t step = 1; step < shares.size(); step *= 2) {
    for (std::size_t run = 0; run + step < shares.size(); run += 2 * step) {
      std::inplace_merge(
          at(run), at(run + step), at(run + 2 * step),
          [this](const Placed& left, const Placed& right) { return comes_first(left, right); });
    }
  }
  return placed;
}

void GroupMerge::arrange(const std::vector<Placed>& order, std::size_t workers, Aggregate& into) {
  std::vector<const KeyText*>& keys = names_->group_keys_;
  keys.resize(order.size() * width_);
  into.groups.resize(order.size());
  share_stretches(workers, order.size(), groups_per_stretch,
                  [&](std::size_t /*worker*/, std::size_t begin, std::size_t end) {
                    for (std::size_t at = begin; at < end; ++at) {
                      GroupShare& share = shares_[order[at].share];
                      const std::uint32_t from = order[at].group;
                      const KeyText** own = keys.data() + at * width_;
                      std::ranges::copy(share.keys_of(from), own);
                      into.groups[at] = {GroupKeys(own, width_),
                                         std::move(share.groups_[from].totals)};
                    }
                  });
}

Result<void> GroupMerge::finish(std::size_t groups_max, Aggregate& into, std::size_t workers) {
  std::size_t groups = 0;
  for (const GroupShare& share : shares_) {
    groups += share.size();
  }
  if (groups > groups_max) {
    return too_many_groups(groups_max);
  }
  names_->order();
  std::vector<std::size_t> details(shares_.size());
  std::vector<std::vector<Placed>> placed(shares_.size());
  share_items(std::min(workers, shares_.size()), shares_.size(),
              [&](std::size_t /*worker*/, std::size_t number) {
                details[number] = shares_[number].settle();
                placed[number] = ordered_share(static_cast<std::uint32_t>(number));
              });
  if (std::accumulate(details.begin(), details.end(), std::size_t{0}) > details_max) {
    return too_many_details();
  }
  arrange(ordered(placed), workers, into);
  into.names = std::move(names_);
  return {};
}

}  // namespace bedrocklog::analytics
