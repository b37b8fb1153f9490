// What stands around the figures in words: title and range above them, the account of the input
// below. One source for the table and for Markdown.
//
// Every line is free of control characters: names from logs went through printable().
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analytics/report.h"

namespace bedrocklog::cli {

/// Damaged and unreadable objects, and gaps, shown by name in text formats; JSON has all of them.
inline constexpr std::size_t account_samples_shown_max = 5;
/// Models without a price shown in text formats. Each is money that is missing from the total.
inline constexpr std::size_t unpriced_shown_max = 20;

enum class LineTone : std::uint8_t {
  plain,
  gap,  // Something is missing from the figures.
  note
};

struct AccountLine {
  LineTone tone = LineTone::plain;
  std::string text;
};

/// Title; range in UTC and, if the report has another zone, in that; what is grouped and filtered.
[[nodiscard]] std::vector<std::string> heading_lines(const analytics::Report& report);

/// Objects, records, rejects with their places, gaps, prices, unpriced usage, projection, notes.
[[nodiscard]] std::vector<AccountLine> account_lines(const analytics::Report& report);

/// Objects of the account that have at least one damage.
[[nodiscard]] std::size_t damaged_objects(const analytics::InputAccount& account);

/// The first `reject_samples_shown_max` of each kind, in the account's order.
[[nodiscard]] std::vector<analytics::RejectSample> shown_rejects(
    const analytics::InputAccount& account);

}  // namespace bedrocklog::cli
