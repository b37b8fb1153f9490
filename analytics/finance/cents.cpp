// The method of largest remainders.
#include "analytics/finance/cents.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "ingest/ensure.h"

namespace bedrocklog::finance {
namespace {

using analytics::Int128;

struct Remainder {
  Int128 size = 0;
  std::size_t position = 0;
};

Int128 power_of_ten(unsigned exponent) {
  Int128 power = 1;
  for (unsigned at = 0; at < exponent; ++at) {
    ensure(!__builtin_mul_overflow(power, Int128{10}, &power));
  }
  return power;
}

}  // namespace

Int128 round_to_add_up(std::span<std::optional<Int128>> amounts, unsigned scale,
                       unsigned decimals) {
  ensure(decimals <= scale);
  const Int128 unit = power_of_ten(scale - decimals);
  std::vector<Remainder> remainders;
  Int128 exact = 0;
  Int128 rounded_down = 0;
  for (std::size_t at = 0; at < amounts.size(); ++at) {
    std::optional<Int128>& one = amounts[at];
    if (!one) {
      continue;
    }
    Int128& amount = *one;
    ensure(!__builtin_add_overflow(exact, amount, &exact));
    const Int128 rest = (amount % unit + unit) % unit;
    amount = (amount - rest) / unit;
    rounded_down += amount;
    if (rest > 0) {
      remainders.push_back({rest, at});
    }
  }
  const Int128 sum = analytics::divide_half_even(exact, unit);
  const auto missing = static_cast<std::size_t>(sum - rounded_down);
  ensure(sum >= rounded_down && missing <= remainders.size());
  std::stable_sort(
      remainders.begin(), remainders.end(),
      [](const Remainder& left, const Remainder& right) { return left.size > right.size; });
  for (std::size_t at = 0; at < missing; ++at) {
    std::optional<Int128>& amount = amounts[remainders[at].position];
    amount = amount.value_or(0) + 1;
  }
  return sum;
}

}  // namespace bedrocklog::finance
