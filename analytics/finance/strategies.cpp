// Sums of callers, models and hours, re-priced.
#include "analytics/finance/strategies.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "analytics/finance/reprice.h"
#include "analytics/projection.h"
#include "ingest/ensure.h"
#include "ingest/model_id.h"

namespace bedrocklog::finance {
namespace {

using analytics::Aggregate;
using analytics::BilledCell;
using analytics::BilledTokens;
using analytics::BilledUsage;
using analytics::Group;
using analytics::PriceTable;

constexpr std::size_t caller_at = 0;
constexpr std::size_t size_at = 1;
constexpr std::size_t hour_at = 2;
constexpr std::size_t keys_count = 3;
constexpr std::int64_t whole_e2 = 10'000;

bool is_small(const Group& group) {
  ensure(group.keys.size() == keys_count);
  return group.keys[size_at] == small_calls_group;
}

std::string text_of(const Group& group, std::size_t key) {
  ensure(group.keys.size() == keys_count);
  return std::string(group.keys[key].value_or("(none)"));
}

struct CallerUse {
  BilledUsage billed;
  BilledTokens tokens;
  std::map<std::pair<std::int32_t, std::string>, std::uint64_t> calls_by_hour;
};

std::map<std::string, CallerUse> use_by_caller(const Aggregate& aggregate) {
  std::map<std::string, CallerUse> callers;
  for (const Group& group : aggregate.groups) {
    CallerUse& use = callers[text_of(group, caller_at)];
    for (const auto& [key, tokens] : group.totals.billed) {
      use.billed.append(*key, tokens);
      use.tokens.add(tokens);
      use.calls_by_hour[{key->day, text_of(group, hour_at)}] += tokens.invocations;
    }
  }
  for (auto& [caller, use] : callers) {
    use.billed.settle();
  }
  return callers;
}

std::uint64_t prompt_tokens(const BilledTokens& tokens) {
  return tokens.total() - tokens.output;
}

bool has_long_prompts(const CallerUse& use) {
  const std::uint64_t prompt = prompt_tokens(use.tokens);
  return use.tokens.invocations > 0 &&
         prompt / long_prompt_ratio_min >= std::max<std::uint64_t>(use.tokens.output, 1) &&
         prompt / long_prompt_tokens_min >= use.tokens.invocations;
}

/// Prompt tokens alone: the answer would be the same.
BilledUsage prompts_of(const BilledUsage& billed) {
  BilledUsage prompts;
  for (const auto& [key, tokens] : billed) {
    BilledTokens prompt = tokens;
    prompt.output = 0;
    prompts.append(*key, prompt);
  }
  prompts.settle();
  return prompts;
}

bool looks_like_a_job(const CallerUse& use) {
  const std::uint64_t calls = use.tokens.invocations;
  const std::uint64_t hours = use.calls_by_hour.size();
  std::uint64_t peak = 0;
  for (const auto& [hour, count] : use.calls_by_hour) {
    peak = std::max(peak, count);
  }
  return calls >= batch_calls_min && calls / batch_calls_per_hour_min >= hours &&
         peak / batch_peak_factor_max <= calls / hours;
}

std::optional<Attodollars> known(const Comparison& one, Attodollars amount) {
  return one.tokens == 0 && one.left_out_tokens > 0 ? std::nullopt : std::optional(amount);
}

StrategyRow row_of(std::string strategy, std::string subject, const Comparison& one) {
  StrategyRow row;
  row.strategy = std::move(strategy);
  row.subject = std::move(subject);
  row.basis = "measured";
  row.invocations = one.invocations;
  row.tokens = one.tokens;
  row.today = known(one, one.today);
  return row;
}

/// Dearest first, at most so many.
void keep_dearest(std::vector<StrategyRow>& rows, std::size_t rows_max) {
  std::stable_sort(rows.begin(), rows.end(), [](const StrategyRow& left, const StrategyRow& right) {
    return left.today.value_or(Attodollars{-1}) > right.today.value_or(Attodollars{-1});
  });
  rows.resize(std::min(rows.size(), rows_max));
}

struct Candidate {
  std::string model;
  Repricer repricer;
};

std::vector<Candidate> candidates_of(const Aggregate& aggregate, const PriceTable& prices,
                                     const StrategyOptions& options) {
  std::vector<Candidate> candidates;
  for (const std::string& model : options.candidates) {
    Alternative alternative;
    alternative.models.push_back({"*", model, std::nullopt});
    candidates.push_back({model, Repricer(aggregate, prices, std::move(alternative))});
  }
  return candidates;
}

/// The cheapest candidate that prices all that has a price today; nothing when none is cheaper.
std::optional<StrategyRow> smaller_model(const std::string& model, const BilledUsage& small,
                                         const Repricer& as_is,
                                         const std::vector<Candidate>& candidates) {
  const Comparison today = as_is.compare(small);
  std::optional<StrategyRow> best;
  for (const Candidate& candidate : candidates) {
    if (ingest::provider_of(candidate.model) != ingest::provider_of(model)) {
      continue;
    }
    const Comparison one = candidate.repricer.compare(small);
    const bool is_whole = one.tokens == today.tokens && one.tokens > 0;
    if (is_whole && one.then < one.today &&
        (!best || one.then < best->then_cost.value_or(one.today))) {
      best = row_of("right-sizing", model, one);
      best->then = candidate.model;
      best->then_cost = one.then;
    }
  }
  return best;
}

}  // namespace

std::vector<analytics::Key> strategy_keys(const analytics::Key& caller) {
  using analytics::KeyKind;
  return {caller, {KeyKind::group, ""}, {KeyKind::hour_of_day, ""}};
}

std::vector<StrategyRow> right_sizing(const Aggregate& aggregate, const PriceTable& prices,
                                      const StrategyOptions& options) {
  std::map<std::string, BilledUsage> small_by_model;
  for (const Group& group : aggregate.groups) {
    for (const auto& [key, tokens] : group.totals.billed) {
      if (is_small(group)) {
        small_by_model[key->model].append(*key, tokens);
      }
    }
  }
  const std::vector<Candidate> candidates = candidates_of(aggregate, prices, options);
  const Repricer as_is(aggregate, prices, {});
  std::vector<StrategyRow> rows;
  for (auto& [model, small] : small_by_model) {
    small.settle();
    if (std::optional<StrategyRow> row = smaller_model(model, small, as_is, candidates)) {
      rows.push_back(std::move(*row));
    }
  }
  keep_dearest(rows, rows.size());
  return rows;
}

std::vector<StrategyRow> long_prompts(const Aggregate& aggregate, const PriceTable& prices,
                                      const StrategyOptions& options) {
  const Repricer as_is(aggregate, prices, {});
  std::vector<StrategyRow> rows;
  for (const auto& [caller, use] : use_by_caller(aggregate)) {
    if (!has_long_prompts(use)) {
      continue;
    }
    StrategyRow& row = rows.emplace_back(
        row_of("prompt optimisation", caller, as_is.compare(prompts_of(use.billed))));
    if (options.trim_e2 && row.today) {
      row.then = fmt::format("prompts {} % shorter", analytics::to_decimal(*options.trim_e2, 2, 0));
      row.basis = "stated";
      const std::optional<Int128> left =
          times(row.today->value, {whole_e2 - *options.trim_e2, whole_e2});
      row.then_cost = left ? std::optional(Attodollars{*left}) : std::nullopt;
    }
  }
  keep_dearest(rows, options.callers_max);
  return rows;
}

std::vector<StrategyRow> batch_jobs(const Aggregate& aggregate, const PriceTable& prices,
                                    const StrategyOptions& options) {
  Alternative batch;
  batch.tier = analytics::Tier::batch;
  const Repricer repricer(aggregate, prices, batch);
  std::vector<StrategyRow> rows;
  for (const auto& [caller, use] : use_by_caller(aggregate)) {
    if (!looks_like_a_job(use)) {
      continue;
    }
    const Comparison one = repricer.compare(use.billed);
    if (one.tokens > 0) {
      StrategyRow& row = rows.emplace_back(row_of("batch", caller, one));
      row.then = "batch";
      row.then_cost = one.then;
    }
  }
  keep_dearest(rows, options.callers_max);
  return rows;
}

std::vector<StrategyRow> schedule(const Aggregate& aggregate, const PriceTable& prices) {
  struct HourSum {
    BilledUsage billed;
    std::uint64_t invocations = 0;
    std::uint64_t throttles = 0;
  };
  std::map<std::string, HourSum> hours;
  std::uint64_t calls = 0;
  for (const Group& group : aggregate.groups) {
    HourSum& hour = hours[text_of(group, hour_at)];
    hour.invocations += group.totals.invocations;
    hour.throttles += group.totals.throttles;
    calls += group.totals.invocations;
    for (const auto& [key, tokens] : group.totals.billed) {
      hour.billed.append(*key, tokens);
    }
  }
  constexpr std::uint64_t hours_per_day = 24;
  const Repricer as_is(aggregate, prices, {});
  std::vector<StrategyRow> rows;
  for (const bool is_peak : {true, false}) {
    StrategyRow row;
    row.throttles = 0;
    Comparison sum;
    std::vector<std::string> names;
    for (auto& [name, hour] : hours) {
      if ((hour.invocations * hours_per_day > calls) == is_peak) {
        hour.billed.settle();
        sum.add(as_is.compare(hour.billed));
        *row.throttles += hour.throttles;
        row.invocations += hour.invocations;
        names.push_back(name);
      }
    }
    if (!names.empty()) {
      const std::uint64_t throttles = *row.throttles;
      const std::uint64_t invocations = row.invocations;
      row = row_of(
          "schedule",
          fmt::format("{} hours: {}", is_peak ? "peak" : "off-peak", fmt::join(names, " ")), sum);
      row.invocations = invocations;
      row.throttles = throttles;
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

std::vector<StrategyRow> reserved_capacity(const Aggregate& aggregate, const PriceTable& prices,
                                           const StrategyOptions& options, const TimeRange& range) {
  const std::optional<TimeRange> period = analytics::closed_period(range, aggregate.account);
  std::vector<StrategyRow> rows;
  if (!period || options.offers.empty()) {
    return rows;
  }
  const HourOf hour_of = [](const Group& group, const BilledCell& cell) {
    return fmt::format("{} {}", cell.key->day, text_of(group, hour_at));
  };
  for (const CapacityUse& use : capacity_uses(aggregate, prices, options.offers,
                                              period->end.value - period->begin.value, hour_of)) {
    StrategyRow& row = rows.emplace_back(row_of("reserved capacity", use.model, use.sum));
    row.then = fmt::format("{} unit{}, pays in {} hours", use.units, use.units == 1 ? "" : "s",
                           use.paying_hours);
    row.basis = "stated";
    row.then_cost = use.cost_then ? std::optional(Attodollars{*use.cost_then}) : std::nullopt;
  }
  return rows;
}

}  // namespace bedrocklog::finance
