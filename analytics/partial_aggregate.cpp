// Placing, adding and taking back records of one worker, and joining the workers' groups.
#include "analytics/partial_aggregate.h"

#include <algorithm>
#include <utility>

#include "analytics/text_hash.h"
#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

constexpr std::uint32_t elsewhere = UINT32_MAX;
constexpr std::uint32_t absent = KeyColumn::absent;
constexpr std::uint64_t minus_one = ~std::uint64_t{0};  // Counters wrap: + minus_one is - 1.
constexpr std::string_view throttling_code = "ThrottlingException";

tl::unexpected<Fault> too_many(const std::string& what) {
  return fault("--by", "more than " + what +
                           ": name fewer keys, narrow the records with --where, or raise "
                           "--max-groups");
}

tl::unexpected<Fault> texts_full() {
  return too_many(std::to_string(string_pool_bytes_max >> 20U) + " MiB of group names");
}

BilledTokens billed_by(const ingest::TokenCounts& tokens) {
  const std::uint64_t written = tokens.cache_write.value_or(0);
  BilledTokens billed;
  billed.invocations = 1;
  billed.input = tokens.input.value_or(0);
  billed.output = tokens.output.value_or(0);
  billed.cache_read = tokens.cache_read.value_or(0);
  billed.cache_write_1h = std::min(tokens.cache_write_1h.value_or(0), written);
  billed.cache_write_5m = written - billed.cache_write_1h;
  return billed;
}

std::int32_t day_of(UnixMillis at) {
  return static_cast<std::int32_t>(at.value / day_ms - (at.value % day_ms < 0 ? 1 : 0));
}

}  // namespace

tl::unexpected<Fault> too_many_tokens() {
  return fault("input", "more than " + std::to_string(tokens_total_max) + " tokens in all");
}

PartialAggregate::PartialAggregate(const PartialOptions& options)
    : options_(options), waiting_keys_(options.by.size() * waiting_max, absent) {
  ensure(options_.prices != nullptr);
  for (const Key& key : options_.by) {
    columns_.emplace_back(key, options_.zone);
  }
}

bool PartialAggregate::is_group(std::uint32_t group, std::span<const std::uint32_t> keys) const {
  const std::uint32_t* known = group_keys_.data() + group * keys.size();
  std::uint32_t differ = 0;
  for (std::size_t column = 0; column < keys.size(); ++column) {
    differ |= known[column] ^ keys[column];
  }
  return differ == 0;
}

const PartialAggregate::PricedModel& PartialAggregate::priced_model(const ModelFacts& facts) {
  PricedModel& model = priced_models_[facts.number % priced_models_count];
  if (facts.number == 0 || model.number != facts.number) {
    model.id = pool_.intern(facts.canonical);
    model.number = model.id == StringPool::full ? 0 : facts.number;
    model.context_limits = options_.prices->context_limits(facts.canonical);
  }
  return model;
}

std::uint32_t PartialAggregate::find_price(const RecordFactsView& facts) {
  const ingest::RecordView& record = *facts.record;
  const ingest::TokenCounts& tokens = record.tokens;
  const PricedModel& model = priced_model(*facts.model);
  PriceIds ids;
  ids.model = model.id;
  ids.region = regions_.intern(record.region, pool_);
  if (ids.model == StringPool::full || ids.region == StringPool::full) {
    return FlatIndex::none;
  }
  ids.scope = facts.model->scope;
  ids.tier = tier_of(record);
  ids.context_limit = exceeded_limit(
      model.context_limits,
      tokens.input.value_or(0) + tokens.cache_read.value_or(0) + tokens.cache_write.value_or(0));
  ids.day = day_of(record.at);
  ids.covered = facts.model->covered;
  const std::uint64_t texts = (std::uint64_t{ids.model} << 32U) | ids.region;
  const std::uint64_t rest = (ids.context_limit << 42U) ^
                             (static_cast<std::uint64_t>(ids.day) << 10U) ^
                             (static_cast<std::uint64_t>(ids.scope) << 8U) ^
                             (static_cast<std::uint64_t>(ids.tier) << 1U) ^ (ids.covered ? 1U : 0U);
  const auto next = static_cast<std::uint32_t>(prices_.size());
  const std::uint32_t known = price_index_.find_or_put(
      hash_of(texts, rest), next, [&](std::uint32_t at) { return prices_[at] == ids; });
  if (known != FlatIndex::none) {
    return known;
  }
  prices_.push_back(ids);
  return next;
}

std::uint32_t PartialAggregate::find_cell(const Waiting& waiting) {
  const auto next = static_cast<std::uint32_t>(cells_.size());
  const std::uint32_t known =
      cell_index_.find_or_put(waiting.cell_hash, next, [&](std::uint32_t at) {
        return cells_[at].group == waiting.group && cells_[at].price == waiting.price;
      });
  if (known != FlatIndex::none) {
    return known;
  }
  cells_.push_back(Cell{waiting.group, waiting.price, {}});
  return next;
}

std::uint32_t PartialAggregate::find_error(std::uint32_t group, std::uint32_t code) {
  const std::uint64_t hash = hash_of(group, code);
  std::uint32_t at = error_index_.find(hash, [&](std::uint32_t position) {
    return errors_[position].group == group && errors_[position].code == code;
  });
  if (at == FlatIndex::none) {
    at = static_cast<std::uint32_t>(errors_.size());
    error_index_.put(hash, at);
    errors_.push_back(ErrorCell{group, code, 0});
  }
  return at;
}

Result<void> PartialAggregate::note(const RecordFactsView& facts, std::uint32_t turn,
                                    Contribution& into) {
  const ingest::RecordView& record = *facts.record;
  Waiting& waiting = waiting_[turn];
  const HashKeys& random = process_keys();
  const std::span<std::uint32_t> keys = keys_of(turn);
  waiting.hash = random.words[0];
  for (std::size_t column = 0; column < keys.size(); ++column) {
    keys[column] = columns_[column].id_of(facts, pool_);
    if (keys[column] == StringPool::full) {
      return texts_full();
    }
    waiting.hash = fold_product(keys[column] ^ random.words[1], waiting.hash);
  }
  group_index_.prefetch(waiting.hash);
  waiting.price = find_price(facts);
  if (waiting.price == FlatIndex::none) {
    return texts_full();
  }
  waiting.code = absent;
  if (!record.error_code.empty()) {
    waiting.code = pool_.intern(record.error_code);
    if (waiting.code == StringPool::full) {
      return texts_full();
    }
  }
  into.guardrail = record.guardrail_intervened;
  into.tokens = record.tokens;
  into.images = record.images;
  into.latency_ms = record.latency_ms;
  into.first_byte_ms = record.first_byte_ms;
  into.size_bytes = facts.size_bytes;
  return {};
}

void PartialAggregate::fetch_group(std::uint32_t turn) const {
  // Most probably its group; what is fetched in vain does no harm.
  const std::uint32_t group = group_index_.first(waiting_[turn].hash);
  if (group == FlatIndex::none) {
    return;
  }
  __builtin_prefetch(group_keys_.data() + group * columns_.size());
  const char* sums = reinterpret_cast<const char*>(&sums_[group]);
  for (std::size_t at = 0; at < sizeof(GroupSums); at += memory_line_bytes) {
    __builtin_prefetch(sums + at, 1);
  }
}

void PartialAggregate::find_group(std::uint32_t turn) {
  const std::span<const std::uint32_t> keys = keys_of(turn);
  Waiting& waiting = waiting_[turn];
  const auto next = static_cast<std::uint32_t>(sums_.size());
  waiting.group = group_index_.find_or_put(waiting.hash, next,
                                           [&](std::uint32_t at) { return is_group(at, keys); });
  if (waiting.group == FlatIndex::none) {
    group_keys_.insert(group_keys_.end(), keys.begin(), keys.end());
    sums_.push_back({});
    waiting.group = next;
  }
  waiting.cell_hash = hash_of(waiting.group, waiting.price);
  cell_index_.prefetch(waiting.cell_hash);
}

void PartialAggregate::fetch_cells(std::uint32_t turn) const {
  const Waiting& waiting = waiting_[turn];
  const std::uint32_t cell = cell_index_.first(waiting.cell_hash);
  if (cell != FlatIndex::none) {
    __builtin_prefetch(&cells_[cell], 1);
  }
  const GroupTotals& totals = sums_[waiting.group].totals;
  totals.latency.prefetch();
  totals.first_byte.prefetch();
}

Result<void> PartialAggregate::find_cells(std::uint32_t turn, Contribution& into) {
  if (sums_.size() > options_.groups_max) {
    return too_many_groups(options_.groups_max);
  }
  const Waiting& waiting = waiting_[turn];
  into.cell = find_cell(waiting);
  if (waiting.code != absent) {
    into.error = find_error(waiting.group, waiting.code);
  }
  if (cells_.size() + errors_.size() > details_max) {
    return too_many_details();
  }
  if (tokens_added_ > tokens_total_max) {
    return too_many_tokens();
  }
  return {};
}

Result<void> PartialAggregate::place(const RecordFactsView& facts, Contribution& into) {
  if (const Result<void> noted = note(facts, 0, into); !noted) {
    return noted;
  }
  find_group(0);
  return find_cells(0, into);
}

void PartialAggregate::count(const Contribution& contribution, std::uint64_t step) {
  const ingest::TokenCounts& tokens = contribution.tokens;
  GroupTotals& totals = sums_[cells_[contribution.cell].group].totals;
  totals.invocations += step;
  totals.bytes += step * contribution.size_bytes;
  if (contribution.images) {  // Few have any, and these counters are in memory of their own.
    totals.images += step * *contribution.images;
  }
  if (contribution.guardrail) {
    totals.guardrail += step;
  }
  if (contribution.error) {
    ErrorCell& error = errors_[*contribution.error];
    error.count += step;
    totals.errors += step;
    totals.throttles += pool_.text(error.code) == throttling_code ? step : 0;
  }
  if (contribution.latency_ms && tokens.output) {
    totals.output_timed += step * *tokens.output;
    totals.latency_timed_ms += step * *contribution.latency_ms;
  }
  if (tokens.cache_write && !tokens.cache_write_1h) {
    totals.cache_write_unsplit += step * *tokens.cache_write;
  }
}

void PartialAggregate::add(const Contribution& contribution) {
  Cell& cell = cells_[contribution.cell];
  const BilledTokens billed = billed_by(contribution.tokens);
  cell.tokens.add(billed);
  tokens_added_ += billed.total();
  count(contribution, 1);
  GroupTotals& totals = sums_[cell.group].totals;
  if (contribution.latency_ms) {
    totals.latency.add(*contribution.latency_ms);
  }
  if (contribution.first_byte_ms) {
    totals.first_byte.add(*contribution.first_byte_ms);
  }
}

void PartialAggregate::take_back(const Contribution& contribution) {
  Cell& cell = cells_[contribution.cell];
  cell.tokens.take_back(billed_by(contribution.tokens));  // Ensures that it was added.
  count(contribution, minus_one);
  GroupTotals& totals = sums_[cell.group].totals;
  if (contribution.latency_ms) {
    totals.latency.take_back(*contribution.latency_ms);
  }
  if (contribution.first_byte_ms) {
    totals.first_byte.take_back(*contribution.first_byte_ms);
  }
}

PriceKey PartialAggregate::price_key(const PriceIds& ids) const {
  return PriceKey{std::string(pool_.text(ids.model)),
                  std::string(pool_.text(ids.region)),
                  ids.scope,
                  ids.tier,
                  ids.context_limit,
                  ids.day,
                  ids.covered};
}

void PartialAggregate::name_for(GroupMerge& merge) {
  key_names_.resize(pool_.size());
  for (const std::uint32_t id : group_keys_) {
    if (id != absent && key_names_[id] == nullptr) {
      key_names_[id] = merge.names().text(pool_.text(id));
    }
  }
  price_names_.reserve(prices_.size());
  for (const PriceIds& ids : prices_) {
    price_names_.push_back(merge.names().price_key(price_key(ids)));
  }
}

std::vector<std::uint32_t> PartialAggregate::pour_groups(GroupMerge& merge, std::size_t share) {
  const std::size_t width = columns_.size();
  GroupShare& into = merge.share(share);
  std::vector<const KeyText*> keys(width);
  std::vector<std::uint32_t> places(sums_.size(), elsewhere);
  for (std::uint32_t group = 0; group < sums_.size(); ++group) {
    for (std::size_t column = 0; column < width; ++column) {
      const std::uint32_t id = group_keys_[group * width + column];
      keys[column] = id == absent ? nullptr : key_names_[id];
    }
    const std::uint64_t hash = GroupMerge::hash_of_keys(keys);
    if (merge.share_of(hash) != share) {
      continue;
    }
    const std::size_t known = into.size();
    const std::uint32_t place = into.find(keys, hash);
    GroupTotals& totals = into.totals(place);
    if (place == known) {
      totals = std::move(sums_[group].totals);
    } else {
      totals.merge(sums_[group].totals);
      sums_[group].totals = GroupTotals();
    }
    places[group] = place;
  }
  return places;
}

void PartialAggregate::pour_into(GroupMerge& merge, std::size_t share) {
  const std::vector<std::uint32_t> places = pour_groups(merge, share);
  std::vector<std::uint32_t> cells(sums_.size());
  for (std::size_t at = 0; at < cells_.size(); ++at) {
    ++cells[cells_[at].group];
  }
  for (std::uint32_t group = 0; group < places.size(); ++group) {
    if (places[group] != elsewhere) {
      merge.share(share).totals(places[group]).billed.reserve_more(cells[group]);
    }
  }
  for (std::size_t at = 0; at < cells_.size(); ++at) {
    const Cell& cell = cells_[at];
    if (const std::uint32_t place = places[cell.group]; place != elsewhere) {
      merge.share(share).totals(place).billed.append(*price_names_[cell.price], cell.tokens);
    }
  }
  for (const ErrorCell& error : errors_) {
    if (const std::uint32_t place = places[error.group]; place != elsewhere) {
      merge.share(share).totals(place).error_codes.add(pool_.text(error.code), error.count);
    }
  }
}

}  // namespace bedrocklog::analytics
