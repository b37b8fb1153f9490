// Comparisons per model, and the words that keep them honest.
#include "analytics/finance/whatif.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "analytics/in_quotes.h"
#include "analytics/report_notes.h"

namespace bedrocklog::finance {
namespace {

using analytics::BilledUsage;
using analytics::in_quotes;
using analytics::Tier;
using Notes = std::vector<std::string>;

struct ModelPair {
  std::string today, then;
  friend auto operator<=>(const ModelPair&, const ModelPair&) = default;
};

BilledUsage billed_of(const analytics::Aggregate& aggregate) {
  BilledUsage all;
  for (const analytics::Group& group : aggregate.groups) {
    for (const auto& [key, tokens] : group.totals.billed) {
      all.append(*key, tokens);
    }
  }
  all.settle();
  return all;
}

std::vector<analytics::Figure> figures_of(const Comparison& one) {
  const Attodollars difference = one.then - one.today;
  return {
      one.invocations,          one.tokens,          one.today.value,
      one.then.value,           difference.value,    percent_e2(difference.value, one.today.value),
      one.left_out_invocations, one.left_out_tokens, one.left_out_today.value};
}

std::string gap_text(const PriceGap& gap) {
  return fmt::format("{} of {} in {}, {}, {}{}", name_of(gap.meter), in_quotes(gap.model),
                     gap.region.empty() ? "no region" : in_quotes(gap.region), name_of(gap.scope),
                     name_of(gap.tier), gap.is_long ? ", long requests" : "");
}

void add_gap_notes(const std::vector<PriceGap>& gaps, const Comparison& total, Notes& notes) {
  if (total.left_out_tokens > 0) {
    notes.push_back(fmt::format(
        "left out of both sides: {} tokens of {} calls, of which {} USD are known today; they have "
        "no price today or under the alternative, or run on provisioned capacity",
        analytics::with_separators(total.left_out_tokens),
        analytics::with_separators(total.left_out_invocations), to_decimal(total.left_out_today)));
  }
  for (std::size_t at = 0; at < std::min(gaps.size(), gaps_named_max); ++at) {
    notes.push_back("no price under the alternative: " + gap_text(gaps[at]));
  }
  if (gaps.size() > gaps_named_max) {
    notes.push_back(fmt::format("no price under the alternative: {} kinds of usage more",
                                gaps.size() - gaps_named_max));
  }
}

void add_changes(const Alternative& alternative, Notes& notes) {
  std::vector<std::string> changes;
  changes.reserve(alternative.models.size() + alternative.regions.size() + 3);
  for (const ModelChange& change : alternative.models) {
    changes.push_back(
        fmt::format("model {} becomes {}", in_quotes(change.from), in_quotes(change.to)));
  }
  for (const RegionChange& change : alternative.regions) {
    changes.push_back(
        fmt::format("region {} becomes {}", in_quotes(change.from), in_quotes(change.to)));
  }
  if (alternative.scope) {
    changes.push_back(fmt::format("scope becomes {}", name_of(*alternative.scope)));
  }
  if (alternative.tier) {
    changes.push_back(fmt::format("tier becomes {}", name_of(*alternative.tier)));
  }
  if (alternative.cache) {
    changes.push_back(
        fmt::format("{} % of prompt tokens are read from the cache and {} % written to it",
                    analytics::to_decimal(alternative.cache->hit_e2, 2, 0),
                    analytics::to_decimal(alternative.cache->write_e2, 2, 0)));
  }
  notes.push_back(fmt::format("alternative: {}", fmt::join(changes, "; ")));
}

void add_model_notes(const Alternative& alternative, Notes& notes) {
  if (!alternative.models.empty()) {
    notes.emplace_back(
        "assumed: the other model counts the same tokens for the same text and answers as long; "
        "its tokenizer may count more or fewer");
    notes.emplace_back(
        "assumed: a request is long for the other model where it was for the first; requests that "
        "only pass a lower limit of the other model are priced as ordinary ones");
    notes.emplace_back(
        "not judged: quality of answers, and whether the other model can do the task");
  }
  if (!alternative.regions.empty()) {
    notes.emplace_back(
        "not judged: latency, quotas, and whether data may be processed in the other region");
  }
  if (alternative.scope == analytics::Scope::global) {
    notes.emplace_back(
        "not judged: whether data may leave its geography; a global profile sends calls to any "
        "region");
  }
}

void add_tier_notes(const Alternative& alternative, Notes& notes) {
  if (alternative.tier == Tier::batch) {
    notes.emplace_back(
        "assumed: every compared call can wait for a batch job; which of them wait for an answer "
        "the logs do not tell");
    notes.emplace_back(
        "not judged: whether the model takes batch jobs of this size in this region");
  } else if (alternative.tier == Tier::flex) {
    notes.emplace_back("assumed: every compared call tolerates the slower flex tier");
  } else if (alternative.tier) {
    notes.emplace_back("not judged: what the service tier does to latency and quotas");
  }
}

void add_cache_notes(const Alternative& alternative, Notes& notes) {
  if (!alternative.cache) {
    return;
  }
  notes.emplace_back(
      "assumed: the stated shares hold for every model and day; they are not measured. Prompts "
      "must share prefixes above the model's minimum size within the lifetime of the cache");
  notes.emplace_back(
      "assumed: all writes live 5 minutes; where the price of writes is below that of input they "
      "are priced as input, as whether such tokens are billed as input besides is unverified");
}

std::optional<FigureRow> total_row(const Comparison& total) {
  return FigureRow{{}, figures_of(total)};
}

}  // namespace

FigureTable whatif_table(const analytics::Aggregate& aggregate, const analytics::PriceTable& prices,
                         const Alternative& alternative) {
  const BilledUsage billed = billed_of(aggregate);
  const Repricer repricer(aggregate, prices, alternative);
  std::map<ModelPair, Comparison> by_model;
  Comparison total;
  for (const analytics::BilledCell& cell : billed) {
    const Comparison one = repricer.compare(cell);
    by_model[{cell.key->model, repricer.key_then(*cell.key).model}].add(one);
    total.add(one);
  }
  FigureTable table;
  table.title = "What if";
  const bool changes_models = !alternative.models.empty();
  table.keys = {"model"};
  if (changes_models) {
    table.attributes = {"model_then"};
  }
  table.figures = {count_column("invocations"),
                   tokens_column("tokens"),
                   usd_column("cost"),
                   usd_column("cost_then"),
                   usd_column("difference"),
                   percent_column("change"),
                   count_column("left_out_invocations"),
                   tokens_column("left_out_tokens"),
                   usd_column("left_out_cost")};
  table.first_to_go = {"left_out_invocations", "left_out_cost", "tokens",     "left_out_tokens",
                       "model_then",           "change",        "difference", "cost_then"};
  for (const auto& [models, comparison] : by_model) {
    FigureRow& row = table.rows.emplace_back(FigureRow{{models.today}, figures_of(comparison)});
    if (changes_models) {
      row.keys.emplace_back(models.then);
    }
  }
  constexpr std::size_t cost_at = 2;
  std::stable_sort(table.rows.begin(), table.rows.end(),
                   [](const FigureRow& left, const FigureRow& right) {
                     return *left.figures[cost_at] > *right.figures[cost_at];
                   });
  table.total = total_row(total);
  add_changes(alternative, table.notes);
  add_gap_notes(repricer.gaps(billed), total, table.notes);
  table.notes.emplace_back(
      "measured: calls, tokens, models, regions and days of the logs; both sides are list prices "
      "of the day of each call; difference is cost_then - cost, negative where it saves");
  add_model_notes(alternative, table.notes);
  add_tier_notes(alternative, table.notes);
  add_cache_notes(alternative, table.notes);
  return table;
}

}  // namespace bedrocklog::finance
