// Unescapes JSON strings and reads decimal numbers with integers only.
#include "ingest/json_text.h"

#include <cstddef>
#include <optional>

namespace bedrocklog::ingest {
namespace {

constexpr std::uint32_t replacement_letter = 0xFFFD;
constexpr std::size_t hex_digits = 4;

constexpr bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

std::optional<std::uint32_t> parse_hex4(std::string_view text) {
  if (text.size() < hex_digits) {
    return std::nullopt;
  }
  std::uint32_t value = 0;
  for (const char letter : text.substr(0, hex_digits)) {
    std::uint32_t digit = 0;
    if (is_digit(letter)) {
      digit = static_cast<std::uint32_t>(letter - '0');
    } else if (letter >= 'a' && letter <= 'f') {
      digit = static_cast<std::uint32_t>(letter - 'a') + 10U;
    } else if (letter >= 'A' && letter <= 'F') {
      digit = static_cast<std::uint32_t>(letter - 'A') + 10U;
    } else {
      return std::nullopt;
    }
    value = value * 16U + digit;
  }
  return value;
}

void append_utf8(std::uint32_t code, std::string& into) {
  const auto put = [&into](std::uint32_t byte) { into.push_back(static_cast<char>(byte)); };
  if (code < 0x80U) {
    put(code);
  } else if (code < 0x800U) {
    put(0xC0U | (code >> 6U));
    put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000U) {
    put(0xE0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | (code >> 18U));
    put(0x80U | ((code >> 12U) & 0x3FU));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
}

/// `rest` starts behind the `\u`. Returns how much of it was used; 0 when it is no escape.
std::size_t append_unicode_escape(std::string_view rest, std::string& into) {
  const std::optional<std::uint32_t> first = parse_hex4(rest);
  if (!first) {
    return 0;
  }
  if (*first < 0xD800U || *first > 0xDFFFU) {
    append_utf8(*first, into);
    return hex_digits;
  }
  if (*first < 0xDC00U && rest.substr(hex_digits).starts_with("\\u")) {
    const std::optional<std::uint32_t> second = parse_hex4(rest.substr(hex_digits + 2));
    if (second && *second >= 0xDC00U && *second <= 0xDFFFU) {
      append_utf8(0x10000U + ((*first - 0xD800U) << 10U) + (*second - 0xDC00U), into);
      return hex_digits + 2 + hex_digits;
    }
  }
  append_utf8(replacement_letter, into);
  return hex_digits;
}

char simple_escape(char letter) {
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

/// Digits of a number without its trailing zeros, and the power of ten they stand at.
struct Mantissa {
  std::uint64_t value = 0;
  std::int64_t power = 0;
  bool lost = false;  // Further digits that did not fit were dropped.

  void add(char digit) {
    constexpr std::uint64_t room = 1'000'000'000'000'000'000ULL;
    ++zeros_;
    if (digit == '0') {
      return;
    }
    if (lost) {
      return;
    }
    for (; zeros_ > 0; --zeros_) {
      if (value >= room) {
        lost = true;
        return;
      }
      value *= 10U;
    }
    value += static_cast<std::uint64_t>(digit - '0');
  }

  void finish() { power += zeros_; }

 private:
  std::int64_t zeros_ = 0;  // Places seen since the last digit that is part of `value`.
};

ScaledNumber scaled(const Mantissa& mantissa, bool negative) {
  ScaledNumber result{.is_number = true,
                      .exact = !mantissa.lost,
                      .negative = negative && mantissa.value != 0,
                      .magnitude = mantissa.value};
  for (std::int64_t left = mantissa.power; left > 0 && result.magnitude != 0; --left) {
    if (__builtin_mul_overflow(result.magnitude, 10U, &result.magnitude)) {
      result.too_large = true;
      return result;
    }
  }
  std::uint64_t last = 0;  // Digit behind the kept ones, for rounding.
  bool below = mantissa.lost;
  for (std::int64_t left = mantissa.power; left < 0; ++left) {
    below = below || last != 0;
    last = result.magnitude % 10U;
    result.magnitude /= 10U;
    if (result.magnitude == 0 && last == 0) {
      break;  // Whatever is left of the power only adds zeros.
    }
  }
  result.exact = !below && last == 0;
  const bool up = last > 5 || (last == 5 && (below || result.magnitude % 2U == 1U));
  result.magnitude += up ? 1U : 0U;
  return result;
}

}  // namespace

bool unescape_json(std::string_view escaped, std::string& into) {
  while (true) {
    const std::size_t slash = escaped.find('\\');
    into.append(escaped.substr(0, slash));
    if (slash == std::string_view::npos) {
      return true;
    }
    escaped.remove_prefix(slash + 1);
    if (escaped.empty()) {
      return false;
    }
    const char letter = escaped.front();
    escaped.remove_prefix(1);
    if (letter == 'u') {
      const std::size_t used = append_unicode_escape(escaped, into);
      if (used == 0) {
        return false;
      }
      escaped.remove_prefix(used);
    } else if (const char plain = simple_escape(letter); plain != '\0') {
      into.push_back(plain);
    } else {
      return false;
    }
  }
}

ScaledNumber parse_decimal(std::string_view text, int scale) {
  std::size_t at = 0;
  const auto more_digits = [&] { return at < text.size() && is_digit(text[at]); };
  const auto take = [&](std::string_view letters) {
    const bool hit = at < text.size() && letters.find(text[at]) != std::string_view::npos;
    at += hit ? 1U : 0U;
    return hit;
  };
  const bool negative = take("-");
  Mantissa mantissa;
  if (!more_digits()) {
    return {};
  }
  for (; more_digits(); ++at) {
    mantissa.add(text[at]);
  }
  if (take(".")) {
    if (!more_digits()) {
      return {};
    }
    for (; more_digits(); ++at) {
      mantissa.add(text[at]);
      --mantissa.power;
    }
  }
  if (take("eE")) {
    constexpr std::int64_t exponent_max = 100'000;  // Beyond it nothing changes any more.
    const bool down = at < text.size() && text[at] == '-';
    (void)take("+-");
    std::int64_t exponent = 0;
    if (!more_digits()) {
      return {};
    }
    for (; more_digits(); ++at) {
      exponent = exponent < exponent_max ? exponent * 10 + (text[at] - '0') : exponent;
    }
    mantissa.power += down ? -exponent : exponent;
  }
  if (at != text.size()) {
    return {};
  }
  mantissa.finish();
  mantissa.power += scale;
  return scaled(mantissa, negative);
}

}  // namespace bedrocklog::ingest
