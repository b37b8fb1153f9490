// Exact prices: a decimal becomes a whole number of 1e-18 USD per token, nothing is rounded.
#include "bench/price_oracle.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <utility>

#include <fmt/format.h>

#include "bench/civil_time.h"

namespace bedrocklog::bench {

namespace {

constexpr std::string_view header =
    "model,meter,tier,scope,context_min_input_tokens,attributes,regions,unit,currency,price,"
    "effective_from,effective_to,as_of,source";
constexpr std::size_t column_count = 14;
constexpr std::size_t fraction_digits = 18;

// Splits a line at commas; a field in quotes may hold commas and doubled quotes.
std::vector<std::string> split_csv(std::string_view line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (c == '"' && quoted && at + 1 < line.size() && line[at + 1] == '"') {
      cells.back() += c;
      ++at;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// "0.0035" USD as 1e-18 USD; nothing if it is no plain decimal or too fine.
std::optional<Attodollars> attodollars(std::string_view decimal) {
  Attodollars value = 0;
  std::size_t fraction = 0;
  bool after_point = false;
  for (const char c : decimal) {
    if (c == '.' && !after_point) {
      after_point = true;
      continue;
    }
    if (c < '0' || c > '9' || (after_point && ++fraction > fraction_digits)) {
      return std::nullopt;
    }
    value = value * 10 + (c - '0');
  }
  for (; fraction < fraction_digits; ++fraction) {
    value *= 10;
  }
  return decimal.empty() ? std::nullopt : std::optional(value);
}

// Tokens a price is for; 0 for units that are no tokens.
Attodollars tokens_per_unit(std::string_view unit) {
  return unit == "1M tokens" ? 1'000'000 : unit == "1K tokens" ? 1'000 : unit == "token" ? 1 : 0;
}

std::string_view tier_of(const CallFacts& call) {
  if (call.latency_optimized) {
    return "latency_optimized";
  }
  return call.service_tier.empty() || call.service_tier == "default" ? "standard"
                                                                     : call.service_tier;
}

bool names(const std::vector<std::string>& regions, std::string_view region) {
  return std::find(regions.begin(), regions.end(), region) != regions.end();
}

}  // namespace

std::optional<std::string> PriceOracle::read(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!file || !std::getline(file, line) || line != header) {
    return fmt::format("{}: no price book", path);
  }
  while (std::getline(file, line)) {
    if (const auto fault = add_row(split_csv(line))) {
      return fmt::format("{}: {}: {}", path, *fault, line);
    }
  }
  return std::nullopt;
}

std::optional<std::string> PriceOracle::add_row(const std::vector<std::string>& cells) {
  if (cells.size() != column_count) {
    return "wrong number of columns";
  }
  const std::string& attributes = cells[5];
  const Attodollars unit_tokens = tokens_per_unit(cells[7]);
  if (!attributes.empty() || unit_tokens == 0) {
    return std::nullopt;  // Never the price of a plain token.
  }
  const auto price = attodollars(cells[9]);
  if (!price || *price % unit_tokens != 0 || cells[8] != "USD") {
    return "not a price in USD";
  }
  Row row;
  row.regions = split_words(cells[6]);
  const std::string& context = cells[4];
  std::from_chars(context.data(), context.data() + context.size(), row.context_above);
  row.from = cells[10];
  row.to = cells[11];
  row.per_token = *price / unit_tokens;
  rows_by_key_[fmt::format("{}|{}|{}|{}", cells[0], cells[1], cells[2], cells[3])].push_back(
      std::move(row));
  return std::nullopt;
}

const PriceOracle::Row* PriceOracle::find(const Question& question) const {
  const auto found = rows_by_key_.find(question.key);
  if (found == rows_by_key_.end()) {
    return nullptr;
  }
  // Greatest of: long-request row, named Region, latest start.
  const auto rank = [&](const Row& row) {
    return std::tuple(row.context_above, names(row.regions, question.region), row.from);
  };
  const Row* best = nullptr;
  for (const Row& row : found->second) {
    const bool in_region = names(row.regions, question.region) || names(row.regions, "*");
    const bool in_time = row.from <= question.day && (row.to.empty() || question.day < row.to);
    const bool in_context = row.context_above == 0 || question.context_tokens > row.context_above;
    if (in_region && in_time && in_context && (best == nullptr || rank(*best) < rank(row))) {
      best = &row;
    }
  }
  return best;
}

CallCost PriceOracle::cost_of(const CallFacts& call) const {
  const std::uint64_t written = call.cache_write.value_or(0);
  const std::uint64_t written_1h = call.cache_write_1h.value_or(0);
  struct Part {
    TokenClass token_class;
    std::string_view meter;
    std::uint64_t tokens;
  };
  const std::array<Part, 5> parts = {
      Part{TokenClass::input, "input_tokens", call.input.value_or(0)},
      Part{TokenClass::output, "output_tokens", call.output.value_or(0)},
      Part{TokenClass::cache_read, "cache_read_tokens", call.cache_read.value_or(0)},
      Part{TokenClass::cache_write, "cache_write_5m_tokens", written - written_1h},
      Part{TokenClass::cache_write, "cache_write_1h_tokens", written_1h}};
  CallCost cost{};
  Question question;
  question.region = call.region;
  question.context_tokens = call.input.value_or(0) + call.cache_read.value_or(0) + written;
  question.day = day_text(call.at_s);
  for (const Part& part : parts) {
    ClassCost& target = cost.at(static_cast<std::size_t>(part.token_class));
    if (part.tokens == 0) {
      continue;
    }
    if (call.covered_by_provisioned) {
      target.priced_tokens += part.tokens;
      continue;
    }
    question.key = fmt::format("{}|{}|{}|{}", call.model_canonical, part.meter, tier_of(call),
                               call.scope_is_global ? "global" : "regional");
    if (const Row* row = find(question)) {
      target.cost += row->per_token * part.tokens;
      target.priced_tokens += part.tokens;
    } else {
      target.unpriced_tokens += part.tokens;
    }
  }
  return cost;
}

}  // namespace bedrocklog::bench
