// Bills made up from usage, in each of the three forms and with usage types of each grammar.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/finance/bill.h"
#include "analytics/finance/bill_reader.h"
#include "analytics/finance/model_names.h"
#include "analytics/price_table.h"
#include "tests/analytics/sample_calls.h"

namespace bedrocklog::finance::sample {

/// 2026-03-01, the first day of the bill.
inline constexpr std::int32_t march = analytics::sample::first_day;

/// Models of the sample book, one per grammar of usage types.
inline constexpr std::string_view nova = "amazon.nova-micro-v1:0";         // Model name.
inline constexpr std::string_view sonnet = "anthropic.claude-sonnet-4-6";  // Camel case.
inline constexpr std::string_view opus = "anthropic.claude-opus-4-7";      // Snake case.
inline constexpr std::string_view grok = "xai.grok-4.3";                   // Mantle.
inline constexpr std::string_view unpriced = "amazon.nova-lite-v1:0";      // In no book row.

/// Prices of the first four: all token classes, standard at both scopes; nova also flex and batch.
[[nodiscard]] const analytics::PriceTable& book();

[[nodiscard]] const ModelNames& names();

/// One line of a bill, as texts.
struct Line {
  std::string account = "111111111111";
  std::int32_t day = march;
  std::string type = "Usage";
  std::string code = "AmazonBedrock";
  std::string product = "Amazon Bedrock";
  std::string usage_type;
  std::string region = "us-east-1";
  std::string quantity, unit, cost, list_cost, resource;
};

/// The line that bills `tokens` of `key` at the price of the book (0 without one).
[[nodiscard]] Line line_of(const UsageKey& key, std::uint64_t tokens);

/// A line for each charge of an aggregate by account.
[[nodiscard]] std::vector<Line> lines_of(const analytics::Aggregate& aggregate);

/// Exact product of a number of tokens and USD per million.
[[nodiscard]] std::string cost_text(std::uint64_t tokens, std::string_view usd_per_million);

/// CSV of an export, its billing period March 2026.
[[nodiscard]] std::string as_cur2(const std::vector<Line>& lines);
[[nodiscard]] std::string as_legacy(const std::vector<Line>& lines);
[[nodiscard]] std::string as_focus(const std::vector<Line>& lines);
[[nodiscard]] std::string as_form(BillForm form, const std::vector<Line>& lines);

[[nodiscard]] std::string packed(const std::string& plain);  // gzip.

struct Read {
  Result<void> done;
  BillAccount account;
  Bill bill;
};
[[nodiscard]] Read read(const std::string& csv, const analytics::ModelMap& models = {});

}  // namespace bedrocklog::finance::sample
