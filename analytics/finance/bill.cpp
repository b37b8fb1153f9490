// From lines to sums: usage type, product name and resource together tell what a line is for.
#include "analytics/finance/bill.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "analytics/finance/exact_decimal.h"
#include "analytics/finance/usage_type.h"

namespace bedrocklog::finance {
namespace {

using analytics::Int128;
using analytics::Meter;
using analytics::Tier;

constexpr std::size_t meanings_kept_max = 65'536;
constexpr std::string_view edition = " (Amazon Bedrock Edition)";
/// Tokens of one line: below it sums of 10^10 lines fit.
constexpr Int128 line_tokens_e12_max = Int128{10'000'000'000'000'000} * bill_token_unit;

std::optional<Meter> meter_of(std::string_view name) {
  for (std::size_t at = 0; at < analytics::meter_count; ++at) {
    if (name_of(static_cast<Meter>(at)) == name) {
      return static_cast<Meter>(at);
    }
  }
  return std::nullopt;
}

std::optional<Tier> tier_of(std::string_view name) {
  for (const Tier tier : {Tier::standard, Tier::priority, Tier::flex, Tier::latency_optimized,
                          Tier::batch, Tier::reserved}) {
    if (name_of(tier) == name) {
      return tier;
    }
  }
  return std::nullopt;
}

Cause cause_of(BillLineKind kind) {
  switch (kind) {
    case BillLineKind::credit:
      return Cause::credit;
    case BillLineKind::refund:
      return Cause::refund;
    case BillLineKind::tax:
      return Cause::tax;
    case BillLineKind::discount:
      return Cause::discount_line;
    case BillLineKind::fee:
      return Cause::fee;
    case BillLineKind::usage:
    case BillLineKind::other:
      break;
  }
  return Cause::other_line;
}

std::int32_t day_of(UnixMillis at) {
  const std::int64_t day = at.value / day_ms - (at.value % day_ms < 0 ? 1 : 0);
  return static_cast<std::int32_t>(day);
}

/// Whether all of the line is of the UTC day it begins on.
bool is_within_a_day(const TimeRange& used) {
  return used.end.value <= (static_cast<std::int64_t>(day_of(used.begin)) + 1) * day_ms;
}

}  // namespace

std::string_view Names::keep(std::string_view text) {
  const auto found = texts_.find(text);
  return found != texts_.end() ? *found : *texts_.emplace(text).first;
}

std::optional<unsigned> power_of_token_unit(std::string_view unit) {
  struct Named {
    std::string_view text;
    unsigned power;
  };
  constexpr auto units = std::to_array<Named>({
      {"token", 0},
      {"tokens", 0},
      {"1ktokens", 3},
      {"1000tokens", 3},
      {"ktokens", 3},
      {"thousandtokens", 3},
      {"1mtokens", 6},
      {"1000000tokens", 6},
      {"mtokens", 6},
      {"milliontokens", 6},
  });
  std::string core;
  for (const char c : unit) {
    if (c != ' ' && c != ',') {
      core += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  const auto* found =
      std::find_if(units.begin(), units.end(), [&](const Named& one) { return one.text == core; });
  return found == units.end() ? std::nullopt : std::optional(found->power);
}

std::string_view BillCollector::one_model_of(std::string_view name) {
  if (name.ends_with(edition)) {
    name.remove_suffix(edition.size());
  }
  const std::span<const std::string> models = names_->models_of(name);
  return models.size() == 1 ? bill_.names.keep(models.front()) : std::string_view();
}

std::string_view BillCollector::model_of_resource(std::string_view resource) {
  if (resource.empty()) {
    return {};
  }
  const analytics::ModelFacts facts = analytics::facts_of_model(resource, *models_);
  const bool is_opaque = facts.canonical.starts_with("arn:") || facts.covered;
  return is_opaque ? std::string_view() : bill_.names.keep(facts.canonical);
}

BillCollector::Meaning BillCollector::make_meaning(const BillLineView& line) {
  Meaning meaning;
  const std::optional<UsageType> usage = parse_usage_type(line.usage_type);
  if (!usage) {
    meaning.bucket = Bucket::unknown_bill_line;
    meaning.cause = Cause::unknown_usage_type;
    return meaning;
  }
  meaning.region_code = bill_.names.keep(usage->billing_region);
  meaning.scope = usage->scope;
  meaning.is_long_context = usage->is_long_context;
  meaning.is_mantle = usage->grammar == UsageGrammar::mantle;
  meaning.units_are_millions = usage->grammar == UsageGrammar::marketplace;
  meaning.unit_power = meaning.units_are_millions ? 6 : 3;
  meaning.model = one_model_of(usage->model_token);
  if (meaning.model.empty()) {
    meaning.model = one_model_of(line.product_name);
  }
  const std::optional<Meter> meter = meter_of(usage->meter);
  const std::optional<Tier> tier = tier_of(usage->tier);
  meaning.meter = meter.value_or(Meter::input);
  meaning.tier = tier.value_or(Tier::standard);
  const auto not_comparable = [&](Cause cause) {
    meaning.bucket = Bucket::not_comparable;
    meaning.cause = cause;
  };
  if (usage->tier == "custom-model") {
    not_comparable(Cause::custom_model);
  } else if (!tier) {
    not_comparable(Cause::capacity);
  } else if (!meter || !usage->attributes.empty()) {
    not_comparable(Cause::other_meter);
  }
  return meaning;
}

const BillCollector::Meaning& BillCollector::meaning_of_line(const BillLineView& line) {
  meaning_key_.assign(line.usage_type);
  meaning_key_ += '\0';
  meaning_key_ += line.product_name;
  const auto found = meanings_.find(meaning_key_);
  if (found != meanings_.end()) {
    return found->second;
  }
  if (meanings_.size() == meanings_kept_max) {
    meanings_.clear();
  }
  return meanings_.emplace(meaning_key_, make_meaning(line)).first->second;
}

std::string_view BillCollector::region_of(const BillLineView& line, const Meaning& meaning) {
  if (!line.region.empty()) {
    return bill_.names.keep(line.region);
  }
  const std::string_view region = region_of_billing_code(meaning.region_code);
  bill_.regions_by_code += region.empty() ? 0U : 1U;
  return region;
}

std::optional<Int128> BillCollector::tokens_of(const BillLineView& line, const Meaning& meaning) {
  if (!line.quantity_e18) {
    return std::nullopt;
  }
  std::optional<unsigned> power = power_of_token_unit(line.unit);
  if (!power && meaning.units_are_millions && (line.unit == "Units" || line.unit == "Unit")) {
    power = meaning.unit_power;
  }
  if (!power && line.unit.empty()) {
    power = meaning.unit_power;
    ++bill_.units_assumed;
  }
  if (!power) {
    return std::nullopt;
  }
  // x 10^power / 10^6: from 10^-18 units to 10^-12 tokens.
  const Int128 step = power_of_ten(6 - *power);
  const Int128 tokens_e12 = *line.quantity_e18 / step;
  const bool fits = *line.quantity_e18 % step == 0 && tokens_e12 < line_tokens_e12_max &&
                    tokens_e12 > -line_tokens_e12_max;
  return fits ? std::optional(tokens_e12) : std::nullopt;
}

void BillCollector::leave_over(const BillLineView& line, const Meaning& meaning,
                               std::optional<Int128> tokens_e12) {
  LeftOverKey key;
  key.bucket = meaning.bucket;
  key.cause = meaning.cause;
  key.account = bill_.names.keep(line.account);
  if (line.kind == BillLineKind::usage) {
    key.region = region_of(line, meaning);
    key.model = meaning.model;
    key.what = bill_.names.keep(line.usage_type);
    key.day = day_of(line.used.begin);
  } else {
    key.what = bill_.names.keep(line.kind_text);
  }
  LeftOverSum& sum = bill_.left_over[key];
  sum.cost += line.cost;
  sum.tokens_e12 += tokens_e12.value_or(0);
  sum.has_tokens = sum.has_tokens || tokens_e12.has_value();
  ++sum.lines;
}

void BillCollector::note_times(const BillLineView& line) {
  if (line.period) {
    bill_.periods_ms.emplace(line.period->begin.value, line.period->end.value);
  }
  if (line.kind == BillLineKind::usage && is_within_a_day(line.used) &&
      (!bill_.latest_end || *bill_.latest_end < line.used.end)) {
    bill_.latest_end = line.used.end;
  }
}

Result<void> BillCollector::take(const BillLineView& line) {
  if (bill_.usage.size() + bill_.left_over.size() >= bill_sums_max) {
    return fault("--bill", "has more than 5,000,000 different sums; give one month at a time");
  }
  bill_.total += line.cost;
  note_times(line);
  if (line.kind != BillLineKind::usage) {
    Meaning meaning;
    meaning.bucket = Bucket::other_charges;
    meaning.cause = cause_of(line.kind);
    leave_over(line, meaning, std::nullopt);
    return {};
  }
  Meaning meaning = meaning_of_line(line);
  if (meaning.bucket != Bucket::agrees) {
    leave_over(line, meaning, std::nullopt);
    return {};
  }
  if (meaning.model.empty()) {
    meaning.model = model_of_resource(line.resource);
  }
  const std::optional<Int128> tokens_e12 = tokens_of(line, meaning);
  if (meaning.model.empty()) {
    meaning.bucket = Bucket::unknown_bill_line;
    meaning.cause = Cause::unknown_model;
  } else if (!is_within_a_day(line.used)) {
    meaning.bucket = Bucket::not_comparable;
    meaning.cause = Cause::long_line;
  } else if (!tokens_e12) {
    meaning.bucket = Bucket::not_comparable;
    meaning.cause = Cause::other_unit;
  }
  if (meaning.bucket != Bucket::agrees) {
    leave_over(line, meaning, tokens_e12);
    return {};
  }
  BilledUsageSum& sum = bill_.usage[{bill_.names.keep(line.account), region_of(line, meaning),
                                     meaning.model, day_of(line.used.begin), meaning.meter,
                                     meaning.tier, meaning.scope, meaning.is_long_context}];
  sum.tokens_e12 += *tokens_e12;
  sum.cost += line.cost;
  sum.list_cost += line.list_cost.value_or(analytics::Attodollars{});
  sum.lines_with_list_cost += line.list_cost ? 1U : 0U;
  sum.mantle_lines += meaning.is_mantle ? 1U : 0U;
  ++sum.lines;
  return {};
}

}  // namespace bedrocklog::finance
