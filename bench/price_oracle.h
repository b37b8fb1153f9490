// What a call costs, worked out apart from the engine: own reading of prices.csv, own lookup.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bench/call_facts.h"

namespace bedrocklog::bench {

/// Signed, in 1e-18 USD.
__extension__ using Attodollars = __int128;

enum class TokenClass : std::uint8_t { input, output, cache_read, cache_write };
inline constexpr std::size_t token_class_count = 4;

/// Price of one token class of one call.
struct ClassCost {
  Attodollars cost = 0;
  std::uint64_t priced_tokens = 0;
  std::uint64_t unpriced_tokens = 0;
};

using CallCost = std::array<ClassCost, token_class_count>;

class PriceOracle {
 public:
  /// Reads a price book. Returns a message when it cannot be used, nothing when all is well.
  [[nodiscard]] std::optional<std::string> read(const std::string& path);

  [[nodiscard]] CallCost cost_of(const CallFacts& call) const;

 private:
  struct Row {
    std::vector<std::string> regions;
    std::uint64_t context_above = 0;  // 0: the ordinary price.
    std::string from;                 // "YYYY-MM-DD", empty is open.
    std::string to;
    Attodollars per_token = 0;
  };
  struct Question {
    std::string key;
    std::string_view region;
    std::uint64_t context_tokens = 0;
    std::string day;
  };

  [[nodiscard]] std::optional<std::string> add_row(const std::vector<std::string>& cells);
  [[nodiscard]] const Row* find(const Question& question) const;

  std::unordered_map<std::string, std::vector<Row>> rows_by_key_;
};

}  // namespace bedrocklog::bench
