// Adding up tokens. Everything here commutes, so any order of merging gives the same.
#include "analytics/billed_usage.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

// Cells of a merged usage that are looked up one by one rather than passed over by a full merge.
constexpr std::size_t lookup_share = 16;

void subtract(std::uint64_t& from, std::uint64_t amount) {
  ensure(from >= amount);
  from -= amount;
}

bool comes_first(const BilledCell& left, const BilledCell& right) {
  return left.key->number < right.key->number;
}

/// Joins neighbours of one key.
void join_equal(std::vector<BilledCell>& cells) {
  auto last = cells.begin();
  for (auto next = last; next != cells.end(); ++next) {
    if (next == last) {
      continue;
    }
    if (next->key == last->key) {
      last->tokens.add(next->tokens);
    } else {
      *++last = *next;
    }
  }
  cells.erase(cells.empty() ? last : last + 1, cells.end());
}

}  // namespace

std::uint64_t BilledTokens::of(Meter meter) const {
  switch (meter) {
    case Meter::input:
      return input;
    case Meter::output:
      return output;
    case Meter::cache_read:
      return cache_read;
    case Meter::cache_write_5m:
      return cache_write_5m;
    case Meter::cache_write_1h:
      return cache_write_1h;
  }
  ensure(false);
  return 0;
}

void BilledTokens::take_back(const BilledTokens& other) {
  subtract(invocations, other.invocations);
  subtract(input, other.input);
  subtract(output, other.output);
  subtract(cache_read, other.cache_read);
  subtract(cache_write_5m, other.cache_write_5m);
  subtract(cache_write_1h, other.cache_write_1h);
}

void BilledUsage::add(const ListedPriceKey& key, const BilledTokens& tokens) {
  const BilledCell cell{&key, tokens};
  const auto place = std::lower_bound(cells_.begin(), cells_.end(), cell, comes_first);
  if (place != cells_.end() && place->key == &key) {
    place->tokens.add(tokens);
  } else {
    cells_.insert(place, cell);
  }
}

void BilledUsage::merge(const BilledUsage& other) {
  if (other.size() * lookup_share < size()) {
    for (const auto& [key, tokens] : other) {
      add(*key, tokens);
    }
    return;
  }
  std::vector<BilledCell> merged;
  merged.reserve(size() + other.size());
  std::merge(begin(), end(), other.begin(), other.end(), std::back_inserter(merged), comes_first);
  join_equal(merged);
  cells_ = std::move(merged);
}

void BilledUsage::drop_empty() {
  std::erase_if(cells_, [](const BilledCell& cell) { return cell.tokens.empty(); });
}

void BilledUsage::settle() {
  if (!std::is_sorted(cells_.begin(), cells_.end(), comes_first)) {
    std::sort(cells_.begin(), cells_.end(), comes_first);
  }
  join_equal(cells_);
}

}  // namespace bedrocklog::analytics
