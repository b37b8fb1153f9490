// Products of two amounts have up to 256 bits, so they are divided bit by bit.
#include "analytics/finance/shared_cost.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "analytics/finance/rule_rows.h"
#include "ingest/ensure.h"

namespace bedrocklog::finance {
namespace {

using analytics::Int128;
__extension__ using UInt128 = unsigned __int128;

struct Quotient {
  UInt128 whole = 0;
  UInt128 rest = 0;
};

struct Ratio {
  UInt128 weight = 0;
  UInt128 sum = 1;
};

/// amount x weight / sum. Requires weight <= sum, and both below 2^127.
Quotient share_of(UInt128 amount, const Ratio& ratio) {
  const UInt128 sum = ratio.sum;
  Quotient quotient;
  const auto settle = [&quotient, sum] {
    if (quotient.rest >= sum) {
      quotient.rest -= sum;
      ++quotient.whole;
    }
  };
  constexpr unsigned bits = 128;
  for (unsigned bit = bits; bit-- > 0;) {
    quotient.whole *= 2;
    quotient.rest *= 2;
    settle();
    if (((amount >> bit) & 1U) != 0) {
      quotient.rest += ratio.weight;
      settle();
    }
  }
  return quotient;
}

/// Not negative, and not all 0.
std::vector<UInt128> usable(std::span<const Int128> weights) {
  std::vector<UInt128> positive;
  positive.reserve(weights.size());
  for (const Int128 weight : weights) {
    positive.push_back(weight > 0 ? static_cast<UInt128>(weight) : 0);
  }
  const bool is_any =
      std::any_of(positive.begin(), positive.end(), [](UInt128 weight) { return weight > 0; });
  if (!is_any) {
    std::fill(positive.begin(), positive.end(), UInt128{1});
  }
  return positive;
}

UInt128 sum_of(const std::vector<UInt128>& weights) {
  constexpr UInt128 sum_max = UInt128{1} << 127U;
  UInt128 sum = 0;
  for (const UInt128 weight : weights) {
    sum += weight;
    ensure(sum < sum_max);
  }
  return sum;
}

}  // namespace

std::vector<Int128> split_by(Int128 pot, std::span<const Int128> weights) {
  if (weights.empty()) {
    return {};
  }
  const std::vector<UInt128> ratio = usable(weights);
  const UInt128 sum = sum_of(ratio);
  const UInt128 amount =
      pot < 0 ? UInt128{0} - static_cast<UInt128>(pot) : static_cast<UInt128>(pot);
  std::vector<Int128> parts(ratio.size());
  std::vector<std::pair<UInt128, std::size_t>> rests;
  UInt128 left = amount;
  for (std::size_t at = 0; at < ratio.size(); ++at) {
    const Quotient share = share_of(amount, {ratio[at], sum});
    parts[at] = static_cast<Int128>(share.whole);
    left -= share.whole;
    rests.emplace_back(share.rest, at);
  }
  std::stable_sort(rests.begin(), rests.end(), [](const auto& first, const auto& second) {
    return first.first > second.first;
  });
  ensure(left <= rests.size());
  for (std::size_t at = 0; at < static_cast<std::size_t>(left); ++at) {
    ++parts[rests[at].second];
  }
  if (pot < 0) {
    std::transform(parts.begin(), parts.end(), parts.begin(), [](Int128 part) { return -part; });
  }
  return parts;
}

Result<SharedSplit> parse_shared_split(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, SharedSplit>, 3> known = {
      {{"proportional", SharedSplit::proportional},
       {"even", SharedSplit::even},
       {"fixed", SharedSplit::fixed}}};
  for (const auto& [name, split] : known) {
    if (text == name) {
      return split;
    }
  }
  return fault("--split-shared", fmt::format("takes proportional, even or fixed: {}", text));
}

Result<FixedShares> parse_fixed_shares(std::string_view text, const std::string& file) {
  const RuleColumns columns = {"share", {"team", "basis_points"}, false};
  const Result<std::vector<RuleRow>> rows = read_rule_rows(text, file, columns);
  if (!rows) {
    return pass_on(rows);
  }
  FixedShares shares;
  std::uint64_t sum = 0;
  for (const RuleRow& row : *rows) {
    const std::string_view digits = row.of("basis_points");
    std::uint32_t points = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), points);
    if (error != std::errc() || end != digits.data() + digits.size() ||
        points > basis_points_whole) {
      return fault(row.place, fmt::format("basis_points takes a whole number from 0 to 10000, "
                                          "hundredths of a percent: {}",
                                          digits.empty() ? "(empty)" : digits));
    }
    if (row.of("team").empty()) {
      return fault(row.place, "names no team");
    }
    if (!shares.emplace(std::string(row.of("team")), points).second) {
      return fault(row.place, fmt::format("gives team {} a second share", row.of("team")));
    }
    sum += points;
  }
  if (sum != basis_points_whole) {
    return fault(file, fmt::format("the shares must add up to 10000 basis points: {}", sum));
  }
  return shares;
}

}  // namespace bedrocklog::finance
