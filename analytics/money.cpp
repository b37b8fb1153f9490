// Checked arithmetic on 128-bit amounts, and the decimal texts they come from and go to.
#include "analytics/money.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <system_error>

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

constexpr std::uint64_t e19 = 10'000'000'000'000'000'000ULL;  // The most that fits 64 bits.
constexpr std::size_t e19_zeros = 19;
constexpr std::size_t digits_max = 39;

// Digits of `value` behind zeros, `size` bytes in all.
void write_padded(char* into, std::uint64_t value, std::size_t size) {
  std::array<char, e19_zeros + 1> digits{};
  const auto [end, status] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  const auto count = static_cast<std::size_t>(end - digits.data());
  ensure(status == std::errc{} && count <= size);
  std::memset(into, '0', size - count);
  std::memcpy(into + size - count, digits.data(), count);
}

// All digits of `value`; gives their end.
char* write_digits(char* into, UInt128 value) {
  if (value >> 64U == 0) {
    const auto low = static_cast<std::uint64_t>(value);
    return std::to_chars(into, into + digits_max, low).ptr;
  }
  // Less than 2^128 / 10^19, hence of 64 bits or, from 2^64 x 10^19 on, one more step.
  char* const end = write_digits(into, value / e19);
  write_padded(end, static_cast<std::uint64_t>(value % e19), e19_zeros);
  return end + e19_zeros;
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

char* write_decimal(char* into, Int128 value, unsigned scale, unsigned decimals_min) {
  ensure(scale <= scale_max && decimals_min <= scale_max);
  if (value < 0) {
    *into++ = '-';
  }
  if (scale == 0 && decimals_min == 0) {
    return write_digits(into, magnitude(value));
  }
  std::array<char, digits_max + scale_max + 2> buffer{};
  char* const first = buffer.data() + scale_max + 1;
  const char* end = write_digits(first, magnitude(value));
  char* begin = first;
  if (const auto count = static_cast<std::size_t>(end - first); count <= scale) {
    begin -= scale + 1 - count;  // At least one digit stands before the point.
    std::memset(begin, '0', scale + 1 - count);
  }
  std::size_t decimals = scale;
  while (decimals > decimals_min && end[-1] == '0') {
    --end;
    --decimals;
  }
  const auto whole = static_cast<std::size_t>(end - begin) - decimals;
  std::memcpy(into, begin, whole);
  into += whole;
  if (decimals > 0 || decimals_min > 0) {
    *into++ = '.';
    std::memcpy(into, begin + whole, decimals);
    into += decimals;
  }
  if (decimals < decimals_min) {
    std::memset(into, '0', decimals_min - decimals);
    into += decimals_min - decimals;
  }
  return into;
}

std::string to_decimal(Int128 value, unsigned scale, unsigned decimals_min) {
  std::array<char, decimal_bytes_max> text{};
  const char* end = write_decimal(text.data(), value, scale, decimals_min);
  return {text.data(), static_cast<std::size_t>(end - text.data())};
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
