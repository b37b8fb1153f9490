// Checked arithmetic on 128-bit amounts, and the decimal texts they come from and go to.
#include "analytics/money.h"

#include <array>
#include <cstddef>

#include "analytics/in_quotes.h"
#include "ingest/ensure.h"

namespace bedrocklog::analytics {
namespace {

__extension__ using UInt128 = unsigned __int128;

constexpr unsigned price_decimals = 10;
constexpr std::int64_t mantissa_e10_max = 1'000'000'000'000'000'000;  // 10^8 USD.
constexpr std::size_t price_size_bytes_max = 64;
constexpr unsigned scale_max = 30;
constexpr Int128 attodollars_per_e10 = 100'000'000;  // 10^18 / 10^10.

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

Int128 power_of_ten(unsigned exponent) {
  Int128 power = 1;
  for (unsigned i = 0; i < exponent; ++i) {
    power *= 10;
  }
  return power;
}

// The magnitude of the least Int128 has no Int128 of its own.
UInt128 magnitude(Int128 value) {
  return value < 0 ? UInt128{0} - static_cast<UInt128>(value) : static_cast<UInt128>(value);
}

// All digits of `value`, at least `digits_min`.
std::string digits_of(UInt128 value, std::size_t digits_min) {
  std::array<char, 64> buffer{};
  std::size_t begin = buffer.size();
  while (value != 0 || buffer.size() - begin < digits_min) {
    buffer[--begin] = static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  }
  return {buffer.data() + begin, buffer.size() - begin};
}

}  // namespace

Attodollars operator+(Attodollars left, Attodollars right) {
  Attodollars sum;
  ensure(!__builtin_add_overflow(left.value, right.value, &sum.value));
  return sum;
}

Attodollars operator-(Attodollars left, Attodollars right) {
  Attodollars difference;
  ensure(!__builtin_sub_overflow(left.value, right.value, &difference.value));
  return difference;
}

Attodollars& operator+=(Attodollars& left, Attodollars right) {
  left = left + right;
  return left;
}

Result<UnitPrice> parse_unit_price(std::string_view decimal, std::uint32_t unit_quantity) {
  ensure(unit_quantity == 1 || unit_quantity == 1'000 || unit_quantity == 1'000'000);
  const auto refused = [&](const char* why) {
    return fault("price", in_quotes(decimal) + " is not a price: " + why +
                              "; write plain US dollars such as 3 or 0.0000350000");
  };
  if (decimal.empty() || decimal.size() > price_size_bytes_max) {
    return refused(decimal.empty() ? "it is empty" : "it is too long");
  }
  const std::size_t point = decimal.find('.');
  const std::string_view whole = decimal.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view{} : decimal.substr(point + 1);
  if (whole.empty() || (point != std::string_view::npos && fraction.empty())) {
    return refused("digits are needed on both sides of the point");
  }
  Int128 mantissa = 0;
  for (const char c : whole) {
    if (!is_digit(c)) {
      return refused("only digits and one point are allowed");
    }
    mantissa = mantissa * 10 + (c - '0');
    if (mantissa > mantissa_e10_max) {
      return refused("it is over 100000000");
    }
  }
  for (std::size_t i = 0; i < fraction.size(); ++i) {
    if (!is_digit(fraction[i])) {
      return refused("only digits and one point are allowed");
    }
    if (i >= price_decimals && fraction[i] != '0') {
      return refused("it has more than 10 decimals");
    }
  }
  for (std::size_t i = 0; i < price_decimals; ++i) {
    mantissa = mantissa * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  }
  if (mantissa > mantissa_e10_max) {
    return refused("it is over 100000000");
  }
  return UnitPrice{static_cast<std::int64_t>(mantissa), unit_quantity};
}

Attodollars cost_of(std::uint64_t quantity, UnitPrice price) {
  const Int128 per_item = price.mantissa_e10 * (attodollars_per_e10 / price.unit_quantity);
  Attodollars cost;
  ensure(!__builtin_mul_overflow(static_cast<Int128>(quantity), per_item, &cost.value));
  return cost;
}

std::string to_decimal(Int128 value, unsigned scale, unsigned decimals_min) {
  ensure(scale <= scale_max);
  std::string text = digits_of(magnitude(value), scale + std::size_t{1});
  std::size_t decimals = scale;
  while (decimals > decimals_min && text.back() == '0') {
    text.pop_back();
    --decimals;
  }
  if (decimals > 0) {
    text.insert(text.size() - decimals, 1, '.');
  }
  if (decimals < decimals_min) {
    if (decimals == 0) {
      text += '.';
    }
    text.append(decimals_min - decimals, '0');
  }
  if (value < 0) {
    text.insert(0, 1, '-');
  }
  return text;
}

std::string to_decimal_rounded(Int128 value, unsigned scale, unsigned decimals) {
  ensure(scale <= scale_max && decimals <= scale);
  return to_decimal(divide_half_even(value, power_of_ten(scale - decimals)), decimals, decimals);
}

Int128 divide_half_even(Int128 numerator, Int128 denominator) {
  ensure(denominator > 0);
  const Int128 quotient = numerator / denominator;
  const UInt128 rest = magnitude(numerator % denominator);
  const UInt128 rest_to_next = static_cast<UInt128>(denominator) - rest;
  const bool is_odd = quotient % 2 != 0;
  if (rest > rest_to_next || (rest == rest_to_next && is_odd)) {
    return numerator < 0 ? quotient - 1 : quotient + 1;
  }
  return quotient;
}

}  // namespace bedrocklog::analytics
