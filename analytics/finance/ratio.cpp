// Products are taken apart into whole denominators and a rest, so that none needs more than 128
// bits on the way.
#include "analytics/finance/ratio.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "analytics/in_quotes.h"
#include "ingest/ensure.h"

namespace bedrocklog::finance {
namespace {

constexpr std::size_t amount_decimals_max = 18;
constexpr std::size_t percent_decimals_max = 2;
constexpr std::size_t whole_digits_max = 13;
constexpr std::int64_t fraction_part_max = std::int64_t{1} << 62;
constexpr Int128 hundred_percent_e2 = 10'000;

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char letter) { return '0' <= letter && letter <= '9'; });
}

/// The value x 10^decimals of digits with at most so many decimals; nothing for other texts.
std::optional<Int128> parse_scaled(std::string_view text, std::size_t decimals) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view rest =
      point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  const bool is_broken = point != std::string_view::npos && rest.empty();
  if (whole.empty() || whole.size() > whole_digits_max || is_broken || rest.size() > decimals ||
      !is_digits(whole) || !is_digits(rest)) {
    return std::nullopt;
  }
  Int128 value = 0;
  for (const char digit : whole) {
    value = value * 10 + (digit - '0');
  }
  for (std::size_t at = 0; at < decimals; ++at) {
    value = value * 10 + (at < rest.size() ? rest[at] - '0' : 0);
  }
  return value;
}

void ensure_usable(Fraction fraction) {
  ensure(0 <= fraction.numerator && fraction.numerator <= fraction_part_max);
  ensure(0 < fraction.denominator && fraction.denominator <= fraction_part_max);
}

/// whole denominators of `value` x numerator + `rest`.
std::optional<Int128> joined(Int128 value, Fraction fraction, Int128 rest) {
  Int128 result = 0;
  if (__builtin_mul_overflow(value / fraction.denominator, Int128{fraction.numerator}, &result) ||
      __builtin_add_overflow(result, rest, &result)) {
    return std::nullopt;
  }
  return result;
}

}  // namespace

Result<Attodollars> parse_amount(std::string_view text) {
  constexpr Int128 usd = Int128{1'000'000'000} * 1'000'000'000;
  const std::optional<Int128> value = parse_scaled(text, amount_decimals_max);
  if (!value || *value > Int128{amount_usd_max} * usd) {
    return fault("amount", fmt::format("takes USD as digits with up to {} decimals, at most 10^12, "
                                       "such as 1500.00: {}",
                                       amount_decimals_max, analytics::in_quotes(text)));
  }
  return Attodollars{*value};
}

Result<std::uint32_t> parse_percent_e2(std::string_view text, std::uint32_t percent_max) {
  const std::optional<Int128> value = parse_scaled(text, percent_decimals_max);
  if (!value || *value > Int128{percent_max} * 100) {
    return fault("percent",
                 fmt::format("takes a percentage from 0 to {} with up to {} decimals: {}",
                             percent_max, percent_decimals_max, analytics::in_quotes(text)));
  }
  return static_cast<std::uint32_t>(*value);
}

std::optional<Int128> times(Int128 value, Fraction fraction) {
  ensure_usable(fraction);
  // Rounding the rest alone breaks ties by the rest's own quotient; the whole part decides whether
  // that is the even neighbour, so ties are looked at once more.
  const Int128 product = value % fraction.denominator * fraction.numerator;
  Int128 rest = product / fraction.denominator;
  const Int128 left_over = product % fraction.denominator;
  std::optional<Int128> result = joined(value, fraction, rest);
  if (!result || left_over == 0) {
    return result;
  }
  const Int128 twice = 2 * (left_over < 0 ? -left_over : left_over);
  const bool is_tie = twice == fraction.denominator;
  if (twice > fraction.denominator || (is_tie && *result % 2 != 0)) {
    *result += left_over < 0 ? -1 : 1;
  }
  return result;
}

std::optional<Int128> floor_times(Int128 value, Fraction fraction) {
  ensure_usable(fraction);
  const Int128 product = value % fraction.denominator * fraction.numerator;
  const Int128 rest = product / fraction.denominator - (product % fraction.denominator < 0 ? 1 : 0);
  return joined(value, fraction, rest);
}

std::optional<Int128> percent_e2(Int128 part, Int128 whole) {
  Int128 product = 0;
  if (whole <= 0 || __builtin_mul_overflow(part, hundred_percent_e2, &product)) {
    return std::nullopt;
  }
  return analytics::divide_half_even(product, whole);
}

}  // namespace bedrocklog::finance
