// The price book's index: two hash lookups, then the first fitting row of a short sorted list.
#include "analytics/price_table.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "analytics/price_book_rows.h"
#include "ingest/aws/digest.h"

namespace bedrocklog::analytics {
namespace {

constexpr std::array<std::string_view, meter_count> meter_names = {
    "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_5m_tokens",
    "cache_write_1h_tokens"};
constexpr std::array<std::string_view, 2> scope_names = {"regional", "global"};
constexpr std::array<std::string_view, 6> tier_names = {
    "standard", "priority", "flex", "latency_optimized", "batch", "reserved"};

// Lets the maps be asked with a string_view.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
template <class Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

// A row as one region sees it.
struct Candidate {
  std::uint64_t context = 0;
  std::uint32_t layer = 0;  // Books put on top have higher ones.
  bool any_region = false;  // Through `*`, not by name.
  std::int32_t from = std::numeric_limits<std::int32_t>::min();
  std::int32_t to = std::numeric_limits<std::int32_t>::max();
  Tier tier = Tier::standard;
  Scope scope = Scope::regional;
  std::size_t row = 0;
};

// The order in which rows win: long-request rows, upper books, named regions, latest start. `row`
// only makes it total.
bool wins(const Candidate& left, const Candidate& right) {
  return std::tuple(right.context, right.layer, left.any_region, right.from, left.row) <
         std::tuple(left.context, left.layer, right.any_region, left.from, right.row);
}

using Candidates = std::array<std::vector<Candidate>, meter_count>;

struct ModelPrices {
  TextMap<Candidates> by_region;              // Each list includes the `*` rows.
  Candidates any_region;                      // For all other regions.
  std::vector<std::uint64_t> context_limits;  // Largest first.
};

template <std::size_t size>
std::optional<std::size_t> position_of(const std::array<std::string_view, size>& names,
                                       std::string_view name) {
  const auto* found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::nullopt
                              : std::optional(static_cast<std::size_t>(found - names.begin()));
}

void sort_all(Candidates& candidates) {
  for (std::vector<Candidate>& of_meter : candidates) {
    std::sort(of_meter.begin(), of_meter.end(), wins);
  }
}

}  // namespace

std::string_view name_of(Meter meter) {
  return meter_names.at(static_cast<std::size_t>(meter));
}

std::string_view name_of(Scope scope) {
  return scope_names.at(static_cast<std::size_t>(scope));
}

std::string_view name_of(Tier tier) {
  return tier_names.at(static_cast<std::size_t>(tier));
}

struct PriceTable::State {
  std::vector<PriceRow> rows;
  std::vector<std::uint32_t> layers;  // Of each row.
  TextMap<ModelPrices> models;
  std::string name, sha256, as_of;

  void add_to_index(std::size_t at);
  void rebuild_index();
};

void PriceTable::State::add_to_index(std::size_t at) {
  const PriceRow& row = rows[at];
  ModelPrices& model = models[row.model];
  const std::optional<Meter> meter = token_meter_of(row);
  const std::optional<std::size_t> tier = position_of(tier_names, row.tier);
  const std::optional<std::size_t> scope = position_of(scope_names, row.scope);
  if (!meter || !tier || !scope) {
    return;
  }
  Candidate candidate;
  candidate.context = row.context_min_input_tokens;
  candidate.layer = layers[at];
  candidate.from = row.effective_from.value_or(candidate.from);
  candidate.to = row.effective_to.value_or(candidate.to);
  candidate.tier = static_cast<Tier>(*tier);
  candidate.scope = static_cast<Scope>(*scope);
  candidate.row = at;
  for (const std::string& region : row.regions) {
    candidate.any_region = region == "*";
    Candidates& list = candidate.any_region ? model.any_region : model.by_region[region];
    list.at(static_cast<std::size_t>(*meter)).push_back(candidate);
  }
  if (row.context_min_input_tokens > 0) {
    model.context_limits.push_back(row.context_min_input_tokens);
  }
}

void PriceTable::State::rebuild_index() {
  models.clear();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    add_to_index(i);
  }
  for (auto& [model_name, model] : models) {
    sort_all(model.any_region);
    for (auto& [region, candidates] : model.by_region) {
      for (std::size_t meter = 0; meter < meter_count; ++meter) {
        const std::vector<Candidate>& any = model.any_region.at(meter);
        candidates.at(meter).insert(candidates.at(meter).end(), any.begin(), any.end());
      }
      sort_all(candidates);
    }
    std::vector<std::uint64_t>& limits = model.context_limits;
    std::sort(limits.begin(), limits.end(), std::greater<>{});
    limits.erase(std::unique(limits.begin(), limits.end()), limits.end());
  }
}

PriceTable::PriceTable() : state_(std::make_unique<State>()) {}
PriceTable::~PriceTable() = default;
PriceTable::PriceTable(PriceTable&&) noexcept = default;
PriceTable& PriceTable::operator=(PriceTable&&) noexcept = default;

Result<PriceTable> PriceTable::parse(std::string_view csv, const std::string& book_name,
                                     std::string_view sha256) {
  Result<std::vector<PriceRow>> rows = parse_price_rows(csv, book_name, !sha256.empty());
  if (!rows) {
    return pass_on(rows);
  }
  return of_rows(std::move(*rows), book_name,
                 sha256.empty() ? aws::sha256_hex(csv) : std::string(sha256));
}

PriceTable PriceTable::of_rows(std::vector<PriceRow> rows, std::string name, std::string sha256) {
  PriceTable table;
  State& state = *table.state_;
  state.rows = std::move(rows);
  state.layers.assign(state.rows.size(), 0);
  state.name = std::move(name);
  state.sha256 = std::move(sha256);
  for (const PriceRow& row : state.rows) {
    state.as_of = std::max(state.as_of, row.as_of);
  }
  state.rebuild_index();
  return table;
}

void PriceTable::overlay(PriceTable over) {
  State& upper = *over.state_;
  State& lower = *state_;
  const std::uint32_t layer =
      lower.layers.empty() ? 0 : *std::max_element(lower.layers.begin(), lower.layers.end()) + 1;
  for (std::size_t i = 0; i < upper.rows.size(); ++i) {
    lower.rows.push_back(std::move(upper.rows[i]));
    lower.layers.push_back(layer + upper.layers[i]);
  }
  if (lower.sha256.empty()) {
    lower.name = upper.name;
    lower.sha256 = upper.sha256;
  } else if (!upper.sha256.empty()) {
    lower.name += '+' + upper.name;
    lower.sha256 = aws::sha256_hex(lower.sha256 + upper.sha256);
  }
  lower.as_of = std::max(lower.as_of, upper.as_of);
  lower.rebuild_index();
}

const PriceRow* PriceTable::find(const PriceKey& key, Meter meter) const {
  const auto model = state_->models.find(key.model);
  if (model == state_->models.end()) {
    return nullptr;
  }
  const auto region = model->second.by_region.find(key.region);
  const Candidates& candidates =
      region == model->second.by_region.end() ? model->second.any_region : region->second;
  for (const Candidate& candidate : candidates.at(static_cast<std::size_t>(meter))) {
    if (candidate.tier == key.tier && candidate.scope == key.scope &&
        candidate.context <= key.context_limit && candidate.from <= key.day &&
        key.day < candidate.to) {
      return &state_->rows[candidate.row];
    }
  }
  return nullptr;
}

std::span<const std::uint64_t> PriceTable::context_limits(std::string_view model) const {
  const auto found = state_->models.find(model);
  return found == state_->models.end() ? std::span<const std::uint64_t>()
                                       : found->second.context_limits;
}

std::uint64_t PriceTable::context_limit(std::string_view model,
                                        std::uint64_t request_tokens) const {
  return exceeded_limit(context_limits(model), request_tokens);
}

std::span<const PriceRow> PriceTable::rows() const {
  return state_->rows;
}

bool PriceTable::knows(std::string_view model) const {
  return state_->models.contains(model);
}

const std::string& PriceTable::name() const {
  return state_->name;
}

const std::string& PriceTable::sha256() const {
  return state_->sha256;
}

const std::string& PriceTable::as_of() const {
  return state_->as_of;
}

}  // namespace bedrocklog::analytics
