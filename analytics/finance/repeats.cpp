// Bodies into hashes, hashes into sums. The record's own text is parsed once more, as bodies are no
// part of a RecordView.
#include "analytics/finance/repeats.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analytics/billed_usage.h"
#include "analytics/contribution.h"
#include "analytics/report_notes.h"
#include "analytics/text_hash.h"

namespace bedrocklog::finance {
namespace {

using analytics::BilledTokens;
using analytics::fold_product;
using analytics::Meter;
using analytics::PriceKey;
using analytics::PriceTable;
using analytics::RequestKey;
using nlohmann::json;

constexpr std::array all_meters = {Meter::input, Meter::output, Meter::cache_read,
                                   Meter::cache_write_5m, Meter::cache_write_1h};

struct KeyHash {
  std::size_t operator()(const RequestKey& key) const {
    return static_cast<std::size_t>(key.high);  // Every bit is as good as any other.
  }
};

/// 128 bits of `model` and `text` that nobody who writes logs can foresee.
RequestKey key_of(std::string_view model, std::string_view text) {
  const std::array<std::uint64_t, 4>& keys = analytics::process_keys().words;
  RequestKey key{keys[2] ^ text.size(), keys[3] ^ model.size()};
  const auto take = [&](std::uint64_t first, std::uint64_t second) {
    key.high = fold_product(first ^ keys[0], second ^ key.high);
    key.low = fold_product(second ^ keys[1], first ^ key.low);
  };
  analytics::for_words_of(model, take);
  analytics::for_words_of(text, take);
  return key;
}

BilledTokens billed_of(const ingest::TokenCounts& counts) {
  BilledTokens tokens;
  tokens.invocations = 1;
  tokens.input = counts.input.value_or(0);
  tokens.output = counts.output.value_or(0);
  tokens.cache_read = counts.cache_read.value_or(0);
  const std::uint64_t written = counts.cache_write.value_or(0);
  tokens.cache_write_1h = std::min(counts.cache_write_1h.value_or(0), written);
  tokens.cache_write_5m = written - tokens.cache_write_1h;
  return tokens;
}

std::uint64_t prompt_of(const BilledTokens& tokens) {
  return tokens.total() - tokens.output;
}

PriceKey price_key_of(const analytics::RecordFactsView& facts, const BilledTokens& tokens,
                      const PriceTable& prices) {
  const ingest::RecordView& record = *facts.record;
  PriceKey key;
  key.model = facts.model->canonical;
  key.region = record.region;
  key.scope = facts.model->scope;
  key.tier = analytics::tier_of(record);
  key.context_limit = prices.context_limit(key.model, prompt_of(tokens));
  const std::int64_t rest = record.at.value % day_ms;
  key.day = static_cast<std::int32_t>(record.at.value / day_ms - (rest < 0 ? 1 : 0));
  key.covered = facts.model->covered;
  return key;
}

/// Nothing when some class with tokens has no price.
std::optional<Attodollars> cost_of(const PriceKey& key, const BilledTokens& tokens,
                                   const PriceTable& prices) {
  Attodollars cost;
  for (const Meter meter : all_meters) {
    const std::uint64_t count = tokens.of(meter);
    if (count == 0 || key.covered) {
      continue;
    }
    const analytics::PriceRow* row = prices.find(key, meter);
    if (row == nullptr) {
      return std::nullopt;
    }
    cost += analytics::cost_of(count, row->unit_price);
  }
  return cost;
}

std::string dumped(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// The input body of a record, or null when it holds none.
const json* input_body(const json& record) {
  const auto input = record.is_object() ? record.find("input") : record.end();
  if (!record.is_object() || input == record.end() || !input->is_object()) {
    return nullptr;
  }
  const auto body = input->find("inputBodyJson");
  return body == input->end() || body->is_null() ? nullptr : &*body;
}

/// What a model reads first; empty when there is nothing of some length.
std::string head_of(const json& body) {
  if (!body.is_object()) {
    return "";
  }
  std::string head;
  for (const char* member : {"tools", "toolConfig", "system"}) {
    if (const auto found = body.find(member); found != body.end()) {
      head += dumped(*found);
    }
  }
  for (const char* member : {"messages", "prompt", "inputText"}) {
    const auto found = head.empty() ? body.find(member) : body.end();
    if (found != body.end()) {
      const std::string text = dumped(*found);
      head = text.size() > head_size_bytes ? text.substr(0, head_size_bytes) : "";
    }
  }
  return head;
}

struct HeadUse {
  UnixMillis last;
  std::uint64_t calls = 0;
  std::uint64_t tokens = 0;
  Attodollars cost, cost_cached;
};

/// The unit prices caching depends on.
struct CachePrices {
  analytics::UnitPrice input, read, write;
};

std::optional<CachePrices> cache_prices_of(const PriceKey& key, const PriceTable& prices) {
  const analytics::PriceRow* input = prices.find(key, Meter::input);
  const analytics::PriceRow* read = prices.find(key, Meter::cache_read);
  const analytics::PriceRow* write = prices.find(key, Meter::cache_write_5m);
  if (input == nullptr || read == nullptr || write == nullptr || key.covered) {
    return std::nullopt;
  }
  // As where caching is stated: a write is taken for no cheaper than input.
  const bool is_free =
      analytics::cost_of(1, write->unit_price) < analytics::cost_of(1, input->unit_price);
  return CachePrices{input->unit_price, read->unit_price,
                     is_free ? input->unit_price : write->unit_price};
}

}  // namespace

struct RepeatSearch::State {
  const PriceTable* prices = nullptr;
  bool deduplicate = true;
  RepeatFindings findings;
  std::unordered_set<RequestKey, KeyHash> requests, bodies;
  std::unordered_map<RequestKey, HeadUse, KeyHash> heads;

  /// False for a record of a call that was counted, or that cannot be remembered.
  bool is_new_call(const ingest::RecordView& record) {
    if (!deduplicate || record.request_id.empty()) {
      return true;
    }
    const RequestKey key = analytics::request_key_of(record);
    if (requests.contains(key)) {
      return false;
    }
    if (requests.size() == remembered_max) {
      ++findings.not_looked_at;
      return false;
    }
    requests.insert(key);
    return true;
  }

  void add_body(const RequestKey& key, const PriceKey& price_key, const BilledTokens& tokens) {
    if (!bodies.contains(key)) {
      if (bodies.size() < remembered_max) {
        bodies.insert(key);
      } else {
        ++findings.not_looked_at;
      }
      return;
    }
    const std::optional<Attodollars> cost = cost_of(price_key, tokens, *prices);
    if (!cost) {
      ++findings.repeats_unpriced;
      return;
    }
    ++findings.repeats;
    findings.repeat_tokens += tokens.total();
    findings.repeat_cost += *cost;
  }

  void add_head(const RequestKey& key, UnixMillis at, std::uint64_t tokens,
                const CachePrices& cache) {
    auto found = heads.find(key);
    const bool is_first = found == heads.end();
    if (is_first) {
      if (heads.size() == remembered_max) {
        return;
      }
      found = heads.try_emplace(key).first;
    }
    HeadUse& use = found->second;
    const bool is_hit = !is_first && std::abs(at.value - use.last.value) <= cache_lifetime_ms;
    use.last = is_first ? at : std::max(use.last, at);
    ++use.calls;
    use.tokens += tokens;
    use.cost += analytics::cost_of(tokens, cache.input);
    use.cost_cached += analytics::cost_of(tokens, is_hit ? cache.read : cache.write);
  }

  void look_at(const analytics::RecordFactsView& facts, const BilledTokens& tokens,
               const json& body) {
    const PriceKey price_key = price_key_of(facts, tokens, *prices);
    const std::string text = dumped(body);
    add_body(key_of(price_key.model, text), price_key, tokens);
    const bool is_cached = tokens.cache_read > 0 || tokens.total() > tokens.input + tokens.output;
    const std::string head = is_cached ? "" : head_of(body);
    const std::uint64_t head_tokens = head_tokens_of(head.size(), text.size(), tokens.input);
    if (head_tokens >= cache_tokens_min) {
      if (const auto cache = cache_prices_of(price_key, *prices)) {
        add_head(key_of(price_key.model, head), facts.record->at, head_tokens, *cache);
      }
    }
  }

  /// The share of the tokens that the head has of the bytes.
  static std::uint64_t head_tokens_of(std::size_t head_bytes, std::size_t body_bytes,
                                      std::uint64_t tokens) {
    const Int128 product = Int128{head_bytes} * tokens;
    return body_bytes == 0 ? 0 : static_cast<std::uint64_t>(product / body_bytes);
  }
};

RepeatSearch::RepeatSearch(const PriceTable& prices, bool deduplicate)
    : state_(std::make_unique<State>()) {
  state_->prices = &prices;
  state_->deduplicate = deduplicate;
}

RepeatSearch::~RepeatSearch() = default;
RepeatSearch::RepeatSearch(RepeatSearch&&) noexcept = default;
RepeatSearch& RepeatSearch::operator=(RepeatSearch&&) noexcept = default;

void RepeatSearch::add(const analytics::RecordFactsView& facts) {
  const ingest::RecordView& record = *facts.record;
  const BilledTokens tokens = billed_of(record.tokens);
  if (tokens.total() == 0 || !record.error_code.empty() || !state_->is_new_call(record)) {
    return;
  }
  ++state_->findings.calls;
  const json parsed = json::parse(record.json, nullptr, false);
  const json* body = parsed.is_discarded() ? nullptr : input_body(parsed);
  if (body == nullptr) {
    ++state_->findings.without_body;
    return;
  }
  state_->look_at(facts, tokens, *body);
}

RepeatFindings RepeatSearch::finish() {
  RepeatFindings findings = state_->findings;
  // Sums of integers: the order of the map does not matter.
  for (const auto& [key, use] : state_->heads) {
    if (use.cost_cached < use.cost) {
      ++findings.heads;
      findings.head_calls += use.calls;
      findings.head_tokens += use.tokens;
      findings.head_cost += use.cost;
      findings.head_cost_cached += use.cost_cached;
    }
  }
  return findings;
}

std::vector<StrategyRow> rows_of(const RepeatFindings& findings) {
  std::vector<StrategyRow> rows;
  if (findings.repeats > 0) {
    rows.push_back({"caching results", "repeated requests", "answered from a cache", "measured",
                    findings.repeats, findings.repeat_tokens, findings.repeat_cost, Attodollars{},
                    std::nullopt});
  }
  if (findings.heads > 0) {
    rows.push_back(
        {"prompt caching",
         fmt::format("{} shared prompt head{}", findings.heads, findings.heads == 1 ? "" : "s"),
         "written once, then read", "estimate", findings.head_calls, findings.head_tokens,
         findings.head_cost, findings.head_cost_cached, std::nullopt});
  }
  return rows;
}

std::vector<std::string> notes_of(const RepeatFindings& findings) {
  using analytics::with_separators;
  std::vector<std::string> notes;
  notes.push_back(fmt::format(
      "caching results: calls whose model and whole input body are those of an earlier call; "
      "assumed: the earlier answer would have done; {} more repeats have no price",
      with_separators(findings.repeats_unpriced)));
  notes.push_back(fmt::format(
      "prompt caching: calls without caching that share system prompt and tools, else the first {} "
      "bytes; tokens of a head are estimated as its share of the bytes of the body, heads of less "
      "than {} tokens are passed over; a use within {} minutes of another is read, any other "
      "written; models that cache only longer prompts would save less",
      with_separators(static_cast<Int128>(head_size_bytes)), with_separators(cache_tokens_min),
      cache_lifetime_ms / minute_ms));
  notes.push_back(fmt::format(
      "bodies: {} of {} calls have none in the log (over 100 KB, stored apart or switched off) and "
      "were not looked at",
      with_separators(findings.without_body), with_separators(findings.calls)));
  if (findings.not_looked_at > 0) {
    notes.push_back(
        fmt::format("bodies: {} calls came after {} others were remembered; "
                    "repeats among them are not found",
                    with_separators(findings.not_looked_at),
                    with_separators(static_cast<Int128>(remembered_max))));
  }
  return notes;
}

}  // namespace bedrocklog::finance
