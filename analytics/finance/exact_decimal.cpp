// Digits are read once; what the exponent and trailing zeros amount to is settled at the end.
#include "analytics/finance/exact_decimal.h"

#include <algorithm>

#include "ingest/ensure.h"

namespace bedrocklog::finance {
namespace {

using analytics::Int128;

constexpr std::size_t decimal_text_bytes_max = 128;
constexpr int exponent_max = 99;
constexpr int digits_max = 36;  // Of the mantissa, zeros at its ends left out.
constexpr unsigned power_max = 38;

/// A number as digits and a power of ten.
struct Digits {
  Int128 mantissa = 0;
  int exponent = 0;
  int pending_zeros = 0;  // Read, but only digits if another one follows.
  int digits = 0;
  bool has_any = false;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// False when there are more digits than can be kept.
bool add_digit(Digits& number, char digit) {
  number.has_any = true;
  if (digit == '0') {
    number.pending_zeros += number.mantissa == 0 ? 0 : 1;
    return true;
  }
  number.digits += number.pending_zeros + 1;
  if (number.digits > digits_max) {
    return false;
  }
  number.mantissa *= power_of_ten(static_cast<unsigned>(number.pending_zeros) + 1);
  number.mantissa += digit - '0';
  number.pending_zeros = 0;
  return true;
}

/// Reads "123.45"; false when there are too many digits. `text` keeps what follows.
bool read_digits(std::string_view& text, Digits& number) {
  bool is_fraction = false;
  int decimals = 0;
  while (!text.empty() && (is_digit(text.front()) || (text.front() == '.' && !is_fraction))) {
    if (text.front() == '.') {
      is_fraction = true;
    } else {
      decimals += is_fraction ? 1 : 0;
      if (!add_digit(number, text.front())) {
        return false;
      }
    }
    text.remove_prefix(1);
  }
  number.exponent = number.pending_zeros - decimals;
  return true;
}

/// Reads "E-10" or nothing; false for another text behind the number.
bool read_exponent(std::string_view text, Digits& number) {
  if (text.empty()) {
    return true;
  }
  if (text.front() != 'e' && text.front() != 'E') {
    return false;
  }
  text.remove_prefix(1);
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  int exponent = 0;
  for (const char c : text) {
    if (!is_digit(c) || exponent > exponent_max) {
      return false;
    }
    exponent = exponent * 10 + (c - '0');
  }
  number.exponent += is_negative ? -exponent : exponent;
  return !text.empty();
}

Int128 magnitude(Int128 value) {
  return value < 0 ? -value : value;
}

}  // namespace

Int128 power_of_ten(unsigned exponent) {
  ensure(exponent <= power_max);
  Int128 power = 1;
  for (unsigned i = 0; i < exponent; ++i) {
    power *= 10;
  }
  return power;
}

ScaledDecimal parse_decimal(std::string_view text, unsigned scale, Int128 limit) {
  if (text.size() > decimal_text_bytes_max) {
    return {0, DecimalFault::malformed};
  }
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  Digits number;
  if (!read_digits(text, number)) {
    return {0, DecimalFault::too_many_decimals};
  }
  if (!number.has_any || !read_exponent(text, number)) {
    return {0, DecimalFault::malformed};
  }
  if (number.mantissa == 0) {
    return {};
  }
  const int zeros = number.exponent + static_cast<int>(scale);
  if (zeros < 0) {
    return {0, DecimalFault::too_many_decimals};
  }
  Int128 value = number.mantissa;
  for (int i = 0; i < zeros; ++i) {
    if (value >= limit || __builtin_mul_overflow(value, Int128{10}, &value)) {
      return {0, DecimalFault::too_large};
    }
  }
  if (value >= limit) {
    return {0, DecimalFault::too_large};
  }
  return {is_negative ? -value : value, DecimalFault::none};
}

Int128 common_divisor(Int128 left, Int128 right) {
  left = magnitude(left);
  right = magnitude(right);
  while (right != 0) {
    const Int128 rest = left % right;
    left = right;
    right = rest;
  }
  return left;
}

ExactQuotient divide_exactly(Int128 numerator, Int128 denominator, unsigned scale) {
  ensure(denominator > 0);
  const Int128 divisor = std::max(common_divisor(numerator, denominator), Int128{1});
  numerator /= divisor;
  denominator /= divisor;
  const Int128 power = power_of_ten(scale);
  const Int128 shared = common_divisor(power, denominator);
  ExactQuotient quotient;
  quotient.is_exact =
      denominator == shared && !__builtin_mul_overflow(numerator, power / shared, &quotient.value);
  return quotient;
}

}  // namespace bedrocklog::finance
