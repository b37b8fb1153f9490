// Reads the usage types by which AWS names what it bills: in price lists and on bills.
//
// Three grammars are in use side by side, for example
//   USE1-NovaMicro-cache-read-input-token-count-custom-model         model in the name
//   USW2-moonshotai.kimi-k3-mantle-input-tokens-global-flex          model id in the name
//   USE1-MP:USE1_CacheWrite1hInputTokenCount_Global-Units            Marketplace, camel case
//   USE1-MP:USE1_cache_write_tokens_1h_global_standard-Units         Marketplace, snake case
// Marketplace names leave the model out; its bills also leave out what is before the underscore's
// region ("USE2_InputTokenCount-Units"). Every word must be understood: a name with an unknown one
// is nothing, since the words decide the price.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "analytics/price_table.h"

namespace bedrocklog::finance {

inline constexpr std::size_t usage_type_bytes_max = 256;

enum class UsageGrammar : std::uint8_t { model_name, mantle, marketplace };

struct UsageType {
  UsageGrammar grammar = UsageGrammar::model_name;
  std::string billing_region;  // "USE1", as written. Prices go by the region of the product, not by
                               // this.
  std::string model_token;     // "NovaMicro", as written; empty in Marketplace names.
  std::string meter;           // As in the price book: "input_tokens", "search_queries".
  std::string tier = "standard";  // As in the price book: "batch", "reserved:1-month".
  std::string attributes;         // As in the price book: "modality=speech"; empty as a rule.
  analytics::Scope scope = analytics::Scope::regional;
  bool is_long_context = false;  // The price of requests over a limit that the name does not tell.
  /// "5m", "1h", "30m" for cache writes; empty for other meters. Names without one mean 5m.
  std::string cache_ttl;

  friend bool operator==(const UsageType&, const UsageType&) = default;
};

/// Nothing for what no grammar covers, and for names over usage_type_bytes_max.
[[nodiscard]] std::optional<UsageType> parse_usage_type(std::string_view name);

}  // namespace bedrocklog::finance
