// Books claim by claim and region by region, as timelines of rows.
#include "analytics/finance/price_compare.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "analytics/finance/price_rows.h"
#include "analytics/money.h"
#include "analytics/price_book_rows.h"

namespace bedrocklog::finance {
namespace {

using analytics::Int128;
using analytics::PriceRow;

constexpr std::int32_t ever = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t never = std::numeric_limits<std::int32_t>::max();

struct LayeredRow {
  const PriceRow* row = nullptr;
  std::size_t layer = 0;
};

/// Rows of one claim.
using Claim = std::vector<LayeredRow>;
using Claims = std::map<std::string, Claim>;

struct Candidate {
  const PriceRow* row = nullptr;
  std::size_t layer = 0;
  bool is_named = false;  // Its region is, and not `*`.
  std::int32_t from = ever, to = never;
};

/// A row and the days on which it is the answer.
struct Stretch {
  const PriceRow* row = nullptr;
  std::size_t layer = 0;
  std::int32_t from = ever, to = never;
};

Claims claims_of(BookLayers layers) {
  Claims claims;
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    for (const PriceRow& row : layers[layer]->rows()) {
      claims[claim_of(row)].push_back({&row, layer});
    }
  }
  return claims;
}

std::set<std::string> regions_of(const Claim& claim) {
  std::set<std::string> regions;
  for (const LayeredRow& each : claim) {
    regions.insert(each.row->regions.begin(), each.row->regions.end());
  }
  return regions;
}

/// Rows that can answer for `region`, the strongest first: as PriceTable::find() looks.
std::vector<Candidate> candidates_of(const Claim& claim, const std::string& region) {
  std::vector<Candidate> candidates;
  for (const auto& [row, layer] : claim) {
    const auto names = [&](std::string_view text) {
      return std::find(row->regions.begin(), row->regions.end(), text) != row->regions.end();
    };
    const bool is_named = region != "*" && names(region);
    if (is_named || names("*")) {
      candidates.push_back({row, layer, is_named, row->effective_from.value_or(ever),
                            row->effective_to.value_or(never)});
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& left, const Candidate& right) {
                     return std::tuple(right.layer, right.is_named, right.from) <
                            std::tuple(left.layer, left.is_named, left.from);
                   });
  return candidates;
}

std::vector<Stretch> timeline_of(const std::vector<Candidate>& candidates) {
  std::set<std::int32_t> turns;
  for (const Candidate& each : candidates) {
    turns.insert({each.from, each.to});
  }
  std::vector<Stretch> timeline;
  for (auto turn = turns.begin(); turn != turns.end() && std::next(turn) != turns.end(); ++turn) {
    const auto found =
        std::find_if(candidates.begin(), candidates.end(),
                     [&](const Candidate& each) { return each.from <= *turn && *turn < each.to; });
    if (found == candidates.end()) {
      continue;
    }
    const std::int32_t to = *std::next(turn);
    if (!timeline.empty() && timeline.back().row == found->row && timeline.back().to == *turn) {
      timeline.back().to = to;
    } else {
      timeline.push_back({found->row, found->layer, *turn, to});
    }
  }
  return timeline;
}

/// Of one item, in USD x 10^16.
Int128 price_of_one(const PriceRow& row) {
  constexpr Int128 million = 1'000'000;
  return row.unit_price.mantissa_e10 * (million / row.unit_price.unit_quantity);
}

bool can_compare(const PriceRow& left, const PriceRow& right) {
  const auto tokens = [](const PriceRow& row) { return row.unit_price.unit_quantity != 1; };
  return left.unit == right.unit || (tokens(left) && tokens(right)) ||
         (analytics::token_meter_of(left) && analytics::token_meter_of(right));
}

bool same_price(const PriceRow& left, const PriceRow& right) {
  return can_compare(left, right) && price_of_one(left) == price_of_one(right);
}

std::string percent_of(const PriceRow& before, const PriceRow& after) {
  const Int128 old = price_of_one(before);
  if (!can_compare(before, after) || old == 0) {
    return "";
  }
  constexpr Int128 percent_e4 = 1'000'000;
  return analytics::to_decimal(
      analytics::divide_half_even((price_of_one(after) - old) * percent_e4, old), 4, 0);
}

/// Rows by price alone: changes that read alike belong together.
std::string price_text(const PriceRow* row) {
  return row == nullptr ? std::string() : row->price + '\0' + row->unit;
}

}  // namespace

std::vector<PriceRow> flattened(BookLayers layers) {
  std::vector<PriceRow> rows;
  for (const auto& [claim, rivals] : claims_of(layers)) {
    using Place = std::tuple<std::size_t, std::int32_t, std::int32_t>;  // Rival, days.
    std::map<Place, std::vector<std::string>> regions_by_place;
    for (const std::string& region : regions_of(rivals)) {
      for (const Stretch& each : timeline_of(candidates_of(rivals, region))) {
        const auto rival = std::find_if(rivals.begin(), rivals.end(),
                                        [&](const LayeredRow& row) { return row.row == each.row; });
        regions_by_place[{static_cast<std::size_t>(rival - rivals.begin()), each.from, each.to}]
            .push_back(region);
      }
    }
    for (auto& [place, regions] : regions_by_place) {
      const auto& [rival, from, to] = place;
      PriceRow row = *rivals[rival].row;
      const auto given = [&](const std::string& region) {
        return std::find(row.regions.begin(), row.regions.end(), region) - row.regions.begin();
      };
      std::stable_sort(regions.begin(), regions.end(),
                       [&](const std::string& left, const std::string& right) {
                         return given(left) < given(right);
                       });
      row.regions = std::move(regions);
      row.effective_from = from == ever ? std::nullopt : std::optional(from);
      row.effective_to = to == never ? std::nullopt : std::optional(to);
      rows.push_back(std::move(row));
    }
  }
  sort_rows(rows);
  return rows;
}

std::vector<PriceConflict> conflicts_in(BookLayers layers) {
  std::vector<PriceConflict> conflicts;
  for (const auto& [claim, rivals] : claims_of(layers)) {
    // By the books and what they say.
    std::map<std::tuple<std::size_t, std::size_t, std::string, std::string>, PriceConflict> found;
    for (const std::string& region : regions_of(rivals)) {
      const std::vector<Candidate> candidates = candidates_of(rivals, region);
      const std::vector<Stretch> winners = timeline_of(candidates);
      for (std::size_t layer = 0; layer + 1 < layers.size(); ++layer) {
        std::vector<Candidate> own = candidates;
        std::erase_if(own, [&](const Candidate& each) { return each.layer != layer; });
        for (const Stretch& loser : timeline_of(own)) {
          for (const Stretch& winner : winners) {
            const bool meet = winner.from < loser.to && loser.from < winner.to;
            if (!meet || winner.layer == layer || same_price(*winner.row, *loser.row)) {
              continue;
            }
            PriceConflict& conflict =
                found[{winner.layer, layer, price_text(winner.row), price_text(loser.row)}];
            if (conflict.regions.empty()) {
              conflict = {
                  *winner.row, *loser.row, layers[winner.layer]->name(), layers[layer]->name(), {}};
            }
            if (conflict.regions.empty() || conflict.regions.back() != region) {
              conflict.regions.push_back(region);
            }
          }
        }
      }
    }
    for (auto& [key, conflict] : found) {
      conflicts.push_back(std::move(conflict));
    }
  }
  return conflicts;
}

std::vector<PriceChange> changes_between(const DatedRows& before, const DatedRows& after) {
  std::map<std::string, std::pair<Claim, Claim>> claims;
  for (const PriceRow& row : before.rows) {
    claims[claim_of(row)].first.push_back({&row, 0});
  }
  for (const PriceRow& row : after.rows) {
    claims[claim_of(row)].second.push_back({&row, 0});
  }
  const auto row_on = [](const Claim& claim, const std::string& region, std::int32_t day) {
    for (const Candidate& each : candidates_of(claim, region)) {
      if (each.from <= day && day < each.to) {
        return each.row;
      }
    }
    return static_cast<const PriceRow*>(nullptr);
  };
  std::vector<PriceChange> changes;
  for (const auto& [name, sides] : claims) {
    std::set<std::string> regions = regions_of(sides.first);
    regions.merge(regions_of(sides.second));
    std::map<std::pair<std::string, std::string>, PriceChange> found;
    for (const std::string& region : regions) {
      const PriceRow* old = row_on(sides.first, region, before.day);
      const PriceRow* now = row_on(sides.second, region, after.day);
      if (old == now || (old != nullptr && now != nullptr && same_price(*old, *now))) {
        continue;
      }
      PriceChange& change = found[{price_text(old), price_text(now)}];
      if (change.regions.empty()) {
        change.kind = old == nullptr   ? PriceChangeKind::added
                      : now == nullptr ? PriceChangeKind::removed
                                       : PriceChangeKind::changed;
        change.before = old == nullptr ? std::nullopt : std::optional(*old);
        change.after = now == nullptr ? std::nullopt : std::optional(*now);
        change.percent = old == nullptr || now == nullptr ? "" : percent_of(*old, *now);
      }
      change.regions.push_back(region);
    }
    for (auto& [prices, change] : found) {
      changes.push_back(std::move(change));
    }
  }
  return changes;
}

}  // namespace bedrocklog::finance
