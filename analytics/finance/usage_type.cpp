// Splits a usage type into words and takes them off table by table; what is left over refuses it.
#include "analytics/finance/usage_type.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

namespace bedrocklog::finance {
namespace {

using Words = std::span<const std::string_view>;

/// A run of words, in lower case and with blanks between, and what it says.
struct MeterPhrase {
  // NOLINTNEXTLINE(bugprone-easily-swappable-parameters): a row of a table.
  constexpr MeterPhrase(std::string_view phrase, std::string_view meter_name,
                        std::string_view ttl = {}, std::string_view tier_name = {},
                        std::string_view conditions = {})
      : words(phrase), meter(meter_name), cache_ttl(ttl), tier(tier_name), attributes(conditions) {}
  std::string_view words, meter, cache_ttl;
  std::string_view tier;  // Empty: told by variants.
  std::string_view attributes;
};

// Longer phrases stand before those they begin with.
constexpr std::array model_name_meters = {
    MeterPhrase{"text input tokens", "input_tokens"},
    MeterPhrase{"text output tokens", "output_tokens"},
    MeterPhrase{"speech input tokens", "input_tokens", "", "", "modality=speech"},
    MeterPhrase{"speech output tokens", "output_tokens", "", "", "modality=speech"},
    MeterPhrase{"input tokens", "input_tokens"},
    MeterPhrase{"output tokens", "output_tokens"},
    MeterPhrase{"cache read input token count", "cache_read_tokens"},
    MeterPhrase{"cache write input token count 1 hour", "cache_write_1h_tokens", "1h"},
    MeterPhrase{"cache write input token count", "cache_write_5m_tokens", "5m"},
    MeterPhrase{"input image token count", "input_image_tokens"},
    MeterPhrase{"input audio token count", "input_audio_tokens"},
    MeterPhrase{"input video token count", "input_video_tokens"},
    MeterPhrase{"output image token count", "output_image_tokens"},
    MeterPhrase{"search units", "search_queries"},
    MeterPhrase{"searchunits", "search_queries"},
};

// Priced by themselves, without variants.
constexpr std::array capacity_meters = {
    MeterPhrase{"customization storage", "custom_model_months", "", "customization"},
    MeterPhrase{"customization training", "training_tokens", "", "customization"},
    MeterPhrase{"provisionedthroughput nocommit modelunits", "provisioned_throughput_hours", "",
                "provisioned:no-commitment"},
    MeterPhrase{"provisionedthroughput 1month modelunits", "provisioned_throughput_hours", "",
                "provisioned:1-month"},
    MeterPhrase{"provisionedthroughput 6months modelunits", "provisioned_throughput_hours", "",
                "provisioned:6-month"},
};

// The only names without a model.
constexpr std::array modelless_meters = {
    MeterPhrase{"guardrail automatedreasoningpolicyunitsconsumed",
                "guardrail_automated_reasoning_units", "", "standard"},
};

constexpr std::array mantle_meters = {
    MeterPhrase{"input tokens", "input_tokens"},
    MeterPhrase{"output tokens", "output_tokens"},
    MeterPhrase{"cache read tokens", "cache_read_tokens"},
    MeterPhrase{"cache write tokens 30m", "cache_write_30m_tokens", "30m"},
    MeterPhrase{"cache write tokens 1h", "cache_write_1h_tokens", "1h"},
    MeterPhrase{"cache write tokens", "cache_write_5m_tokens", "5m"},
};

constexpr std::array marketplace_meters = {
    MeterPhrase{"inputtokencount", "input_tokens"},
    MeterPhrase{"outputtokencount", "output_tokens"},
    MeterPhrase{"cachereadinputtokencount", "cache_read_tokens"},
    MeterPhrase{"cachewriteinputtokencount", "cache_write_5m_tokens", "5m"},
    MeterPhrase{"cachewrite1hinputtokencount", "cache_write_1h_tokens", "1h"},
    MeterPhrase{"millionbatchinputtokens", "input_tokens", "", "batch"},
    MeterPhrase{"millionbatchoutputtokens", "output_tokens", "", "batch"},
    MeterPhrase{"input tokens", "input_tokens"},
    MeterPhrase{"output tokens", "output_tokens"},
    MeterPhrase{"cache read tokens", "cache_read_tokens"},
    MeterPhrase{"cache write tokens 1h", "cache_write_1h_tokens", "1h"},
    MeterPhrase{"cache write tokens", "cache_write_5m_tokens", "5m"},
};

constexpr std::array marketplace_capacity_meters = {
    MeterPhrase{"provisionedthroughput nocommit modelunits usage", "provisioned_throughput_hours",
                "", "provisioned:no-commitment"},
    MeterPhrase{"provisionedthroughput 1monthcommit modelunits usage",
                "provisioned_throughput_hours", "", "provisioned:1-month"},
    MeterPhrase{"provisionedthroughput 6monthscommit modelunits usage",
                "provisioned_throughput_hours", "", "provisioned:6-month"},
};

constexpr std::array reserved_meters = {
    MeterPhrase{"reserved 1month inputtpm", "reserved_input_tpm_hours", "", "reserved:1-month"},
    MeterPhrase{"reserved 1month outputtpm", "reserved_output_tpm_hours", "", "reserved:1-month"},
    MeterPhrase{"reserved 3month inputtpm", "reserved_input_tpm_hours", "", "reserved:3-month"},
    MeterPhrase{"reserved 3month outputtpm", "reserved_output_tpm_hours", "", "reserved:3-month"},
};

enum class VariantKind : std::uint8_t { tier, global, geographic, long_context };

struct VariantPhrase {
  constexpr VariantPhrase(std::string_view phrase, VariantKind what,
                          std::string_view tier_name = {})
      : words(phrase), kind(what), tier(tier_name) {}
  std::string_view words;
  VariantKind kind;
  std::string_view tier;
};

constexpr std::array model_name_variants = {
    VariantPhrase{"batch", VariantKind::tier, "batch"},
    VariantPhrase{"flex", VariantKind::tier, "flex"},
    VariantPhrase{"priority", VariantKind::tier, "priority"},
    VariantPhrase{"latency optimized", VariantKind::tier, "latency_optimized"},
    VariantPhrase{"custom model", VariantKind::tier, "custom-model"},
    VariantPhrase{"cross region global", VariantKind::global},
};

constexpr std::array mantle_variants = {
    VariantPhrase{"standard", VariantKind::tier, "standard"},
    VariantPhrase{"flex", VariantKind::tier, "flex"},
    VariantPhrase{"priority", VariantKind::tier, "priority"},
    VariantPhrase{"global", VariantKind::global},
};

constexpr std::array marketplace_variants = {
    VariantPhrase{"standard", VariantKind::tier, "standard"},
    VariantPhrase{"batch", VariantKind::tier, "batch"},
    VariantPhrase{"flex", VariantKind::tier, "flex"},
    VariantPhrase{"priority", VariantKind::tier, "priority"},
    VariantPhrase{"latencyoptimized", VariantKind::tier, "latency_optimized"},
    VariantPhrase{"latency optimized", VariantKind::tier, "latency_optimized"},
    VariantPhrase{"global", VariantKind::global},
    VariantPhrase{"lctx", VariantKind::long_context},
    VariantPhrase{"long ctx", VariantKind::long_context},
};

constexpr std::array reserved_variants = {
    VariantPhrase{"geo", VariantKind::geographic},
    VariantPhrase{"global", VariantKind::global},
};

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char left, char right) { return to_lower(left) == right; });
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> words;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

/// How many of `words` the phrase takes off their front; 0 when they begin otherwise.
std::size_t words_taken(Words words, std::string_view phrase) {
  std::size_t count = 0;
  while (!phrase.empty()) {
    const std::size_t end = std::min(phrase.find(' '), phrase.size());
    if (count == words.size() || !equals_ignoring_case(words[count], phrase.substr(0, end))) {
      return 0;
    }
    ++count;
    phrase.remove_prefix(std::min(end + 1, phrase.size()));
  }
  return count;
}

/// Takes the first phrase that `words` begin with.
const MeterPhrase* take_meter(Words& words, std::span<const MeterPhrase> phrases) {
  for (const MeterPhrase& phrase : phrases) {
    if (const std::size_t taken = words_taken(words, phrase.words); taken > 0) {
      words = words.subspan(taken);
      return &phrase;
    }
  }
  return nullptr;
}

void set_meter(UsageType& usage, const MeterPhrase& phrase) {
  usage.meter = phrase.meter;
  usage.cache_ttl = phrase.cache_ttl;
  usage.attributes = phrase.attributes;
  if (!phrase.tier.empty()) {
    usage.tier = phrase.tier;
  }
}

/// What the words behind a meter said.
struct Variants {
  bool tier = false, scope = false, context = false;
};

/// Takes all of `words`; nothing when one is unknown or two say the same kind of thing.
std::optional<Variants> take_variants(UsageType& usage, Words words,
                                      std::span<const VariantPhrase> phrases) {
  Variants seen;
  const auto first_time = [](bool& flag) { return !std::exchange(flag, true); };
  while (!words.empty()) {
    std::size_t taken = 0;
    const auto phrase = std::find_if(phrases.begin(), phrases.end(), [&](const auto& candidate) {
      taken = words_taken(words, candidate.words);
      return taken > 0;
    });
    if (phrase == phrases.end()) {
      return std::nullopt;
    }
    words = words.subspan(taken);
    bool fits = false;
    switch (phrase->kind) {
      case VariantKind::tier:
        fits = first_time(seen.tier);
        usage.tier = phrase->tier;
        break;
      case VariantKind::global:
        fits = first_time(seen.scope);
        usage.scope = analytics::Scope::global;
        break;
      case VariantKind::geographic:
        fits = first_time(seen.scope);
        break;
      case VariantKind::long_context:
        fits = first_time(seen.context);
        usage.is_long_context = true;
        break;
    }
    if (!fits) {
      return std::nullopt;
    }
  }
  return seen;
}

/// "USE1", "EU", "APN1".
bool is_billing_region(std::string_view text) {
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto* letters_end = std::find_if_not(text.begin(), text.end(), is_upper);
  const auto letters = static_cast<std::size_t>(letters_end - text.begin());
  return letters >= 2 && letters <= 4 && text.size() - letters <= 2 &&
         std::all_of(letters_end, text.end(), is_digit);
}

std::string joined(Words words) {
  std::string text;
  for (const std::string_view word : words) {
    text += text.empty() ? "" : "-";
    text += word;
  }
  return text;
}

std::optional<UsageType> parse_marketplace(std::string_view region, std::string_view body) {
  constexpr std::string_view ending = "-Units";
  if (!body.ends_with(ending)) {
    return std::nullopt;
  }
  body.remove_suffix(ending.size());
  const std::vector<std::string_view> all = split(body, '_');
  Words words(all);
  UsageType usage;
  usage.grammar = UsageGrammar::marketplace;
  usage.billing_region = region;
  if (const MeterPhrase* reserved = take_meter(words, reserved_meters)) {
    set_meter(usage, *reserved);
    const std::optional<Variants> variants = take_variants(usage, words, reserved_variants);
    return variants && variants->scope ? std::optional(usage) : std::nullopt;
  }
  if (const MeterPhrase* capacity = take_meter(words, marketplace_capacity_meters)) {
    set_meter(usage, *capacity);
    return words.empty() ? std::optional(usage) : std::nullopt;
  }
  const MeterPhrase* meter = take_meter(words, marketplace_meters);
  if (meter == nullptr) {
    return std::nullopt;
  }
  set_meter(usage, *meter);
  const std::optional<Variants> variants = take_variants(usage, words, marketplace_variants);
  const bool fits = variants && (meter->tier.empty() || !variants->tier);
  return fits ? std::optional(usage) : std::nullopt;
}

std::optional<UsageType> parse_mantle(std::string_view region, Words words, std::size_t mantle) {
  UsageType usage;
  usage.grammar = UsageGrammar::mantle;
  usage.billing_region = region;
  usage.model_token = joined(words.first(mantle));
  words = words.subspan(mantle + 1);
  const MeterPhrase* meter = take_meter(words, mantle_meters);
  if (meter == nullptr || usage.model_token.empty()) {
    return std::nullopt;
  }
  set_meter(usage, *meter);
  const std::optional<Variants> variants = take_variants(usage, words, mantle_variants);
  return variants && variants->tier ? std::optional(usage) : std::nullopt;
}

/// `words` from the meter on.
std::optional<UsageType> parse_meter_and_variants(Words words) {
  UsageType usage;
  if (const MeterPhrase* capacity = take_meter(words, capacity_meters)) {
    set_meter(usage, *capacity);
    return words.empty() ? std::optional(usage) : std::nullopt;
  }
  const MeterPhrase* meter = take_meter(words, model_name_meters);
  if (meter == nullptr) {
    return std::nullopt;
  }
  set_meter(usage, *meter);
  return take_variants(usage, words, model_name_variants) ? std::optional(usage) : std::nullopt;
}

/// `words` behind the region.
std::optional<UsageType> parse_model_name(std::string_view region, Words words) {
  if (Words rest = words; const MeterPhrase* meter = take_meter(rest, modelless_meters)) {
    UsageType usage;
    usage.billing_region = region;
    set_meter(usage, *meter);
    return rest.empty() ? std::optional(usage) : std::nullopt;
  }
  for (std::size_t model_words = 1; model_words < words.size(); ++model_words) {
    if (auto usage = parse_meter_and_variants(words.subspan(model_words))) {
      usage->billing_region = region;
      usage->model_token = joined(words.first(model_words));
      return usage->model_token.empty() ? std::nullopt : usage;
    }
  }
  return std::nullopt;
}

bool is_plain(std::string_view name) {
  return name.size() <= usage_type_bytes_max &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

std::optional<UsageType> parse_usage_type(std::string_view name) {
  if (!is_plain(name)) {
    return std::nullopt;
  }
  constexpr std::string_view seller = "MP:";
  std::string_view body = name;
  const std::size_t dash = name.find('-');
  const bool is_sold = dash != std::string_view::npos && name.substr(dash + 1).starts_with(seller);
  if (is_sold) {
    body.remove_prefix(dash + 1 + seller.size());
  }
  const std::size_t underscore = body.find('_');
  const std::string_view inner = body.substr(0, std::min(underscore, body.size()));
  if (underscore != std::string_view::npos && is_billing_region(inner)) {
    // Both regions are the same one; otherwise this is nothing we know.
    return is_sold && name.substr(0, dash) != inner
               ? std::nullopt
               : parse_marketplace(inner, body.substr(underscore + 1));
  }
  if (is_sold || dash == std::string_view::npos || !is_billing_region(name.substr(0, dash))) {
    return std::nullopt;
  }
  const std::vector<std::string_view> words = split(name.substr(dash + 1), '-');
  if (std::find(words.begin(), words.end(), std::string_view{}) != words.end()) {
    return std::nullopt;
  }
  const auto mantle = std::find_if(words.begin(), words.end(), [](std::string_view word) {
    return equals_ignoring_case(word, "mantle");
  });
  return mantle == words.end() ? parse_model_name(name.substr(0, dash), words)
                               : parse_mantle(name.substr(0, dash), words,
                                              static_cast<std::size_t>(mantle - words.begin()));
}

}  // namespace bedrocklog::finance
