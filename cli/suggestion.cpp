// Sums by hour and model into values with reasons.
#include "cli/suggestion.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analytics/latency_histogram.h"
#include "analytics/money.h"
#include "ingest/aws/endpoint.h"
#include "ingest/unix_millis.h"
#include "provision/value_rules.h"

namespace bedrocklog::cli {
namespace {

using analytics::Key;
using analytics::KeyKind;
using analytics::LatencyHistogram;
using analytics::Meter;
using analytics::PriceKey;

constexpr std::uint32_t p99_milli = 99'000;
constexpr std::uint32_t p95_milli = 95'000;
constexpr std::uint64_t sla_step_ms = 100;
constexpr std::uint64_t slots_of_an_hour = 12;  // Of 5 minutes.
constexpr std::uint64_t latency_percent = 150;
constexpr std::uint64_t percent = 100;
constexpr std::uint64_t permille = 1'000;
constexpr std::uint64_t error_permille_min = 10;
constexpr unsigned million = 1'000'000;
constexpr unsigned mantissa_scale = 10;
constexpr std::size_t model_id_size_max = 200;
/// A dashboard has room for so many series of each token class.
constexpr std::size_t models_times_regions_max = 100;

/// Spellings in use, the plainest first: it wins where two are used as often.
constexpr std::array<std::string_view, 22> team_tags = {
    "team",         "Team",        "team_name",   "team-name",   "teamName",      "department",
    "Department",   "dept",        "cost-center", "cost_center", "costCenter",    "CostCenter",
    "costcenter",   "cost-centre", "cost_centre", "costCentre",  "business-unit", "business_unit",
    "businessUnit", "project",     "Project",     "owner"};

std::uint64_t divided_up(std::uint64_t value, std::uint64_t by) {
  return value / by + (value % by == 0 ? 0 : 1);
}

struct ModelUse {
  std::uint64_t invocations = 0;
  LatencyHistogram latency;
  std::map<PriceKey, std::uint64_t> calls;  // By what prices them.
};

struct HourUse {
  std::uint64_t invocations = 0;
  std::uint64_t tokens = 0;  // Input and output, as the metrics of the alarm count them.
  std::uint64_t errors = 0;
};

/// All that the values are made of.
struct Measured {
  std::map<std::string, ModelUse> models;  // By ModelId as CloudWatch has it.
  std::map<std::string, HourUse> hours;
  std::map<std::string, std::uint64_t> regions;  // Calls.
  std::uint64_t invocations = 0;
  std::uint64_t errors = 0;
  LatencyHistogram latency;
};

/// Profiles and models are logged as ARNs, too; the dimension has what stands behind the slash.
std::string metric_id(std::string_view logged) {
  const std::size_t slash = logged.rfind('/');
  return std::string(slash == std::string_view::npos ? logged : logged.substr(slash + 1));
}

Measured measure(const analytics::Aggregate& usage) {
  Measured result;
  for (const analytics::Group& group : usage.groups) {
    const analytics::GroupTotals& totals = group.totals;
    HourUse& hour = result.hours[std::string(group.keys[1].value_or(""))];
    hour.invocations += totals.invocations;
    hour.errors += totals.errors;
    const auto& model_id = group.keys[0];
    ModelUse* const model = model_id ? &result.models[metric_id(*model_id)] : nullptr;
    for (const analytics::BilledCell& cell : totals.billed) {
      hour.tokens += cell.tokens.input + cell.tokens.output;
      if (!cell.key->region.empty()) {
        result.regions[cell.key->region] += cell.tokens.invocations;
      }
      if (model != nullptr) {
        model->calls[*cell.key] += cell.tokens.invocations;
      }
    }
    if (model != nullptr) {
      model->invocations += totals.invocations;
      model->latency.merge(totals.latency);
    }
    result.invocations += totals.invocations;
    result.errors += totals.errors;
    result.latency.merge(totals.latency);
  }
  return result;
}

template <class Of>
std::uint64_t hourly_p99(const Measured& measured, const Of& of) {
  std::vector<std::uint64_t> values;
  values.reserve(measured.hours.size());
  for (const auto& [name, hour] : measured.hours) {
    values.push_back(of(hour));
  }
  std::sort(values.begin(), values.end());
  return values[LatencyHistogram::rank_of(values.size(), p99_milli) - 1];
}

/// "1200 of 1500 calls (80.0 %)": how much of what there is a latency speaks for.
std::string coverage(std::uint64_t timed, std::uint64_t all) {
  const std::uint64_t share = all == 0 ? 0 : timed * permille / all;
  return fmt::format("{} of {} calls have a latency ({}.{} %)", timed, all, share / 10, share % 10);
}

std::uint64_t raised_latency(std::uint64_t latency_ms) {
  return std::max<std::uint64_t>(divided_up(latency_ms * latency_percent, percent), 1);
}

/// The text of the file, value by value.
class SuggestionWriter {
 public:
  explicit SuggestionWriter(const SuggestionInput& input)
      : input_(&input), measured_(measure(*input.usage)) {}

  std::string write() {
    add_head();
    add_thresholds();
    add_observability();
    add_models();
    return std::move(text_);
  }

 private:
  void comment(std::string_view words) { text_ += fmt::format("# {}\n", words); }
  void value(std::string_view name, std::uint64_t number) {
    text_ += fmt::format("{} = {}\n", name, number);
  }
  void value(std::string_view name, std::string_view text) {
    text_ += fmt::format("{} = \"{}\"\n", name, text);
  }

  void add_head() {
    const analytics::InputAccount& account = input_->usage->account;
    comment("A stack proposed from logs. Look at each value, then:");
    comment("  bedrocklog provision plan --config THIS_FILE");
    if (account.seen) {
      comment(fmt::format("Records from {} to {}, {} calls in {} hours with calls.",
                          to_rfc3339(account.seen->begin),
                          to_rfc3339({account.seen->end.value - 1}), measured_.invocations,
                          measured_.hours.size()));
    }
    if (!account.complete()) {
      comment("INCOMPLETE: some objects or records could not be used.");
    }
    text_ += "\n[provision]\n";
    value_list("profiles", {"core", "observability"});
    const std::vector<std::string> regions = regions_by_calls();
    if (regions.empty()) {
      comment("No record names a region: give --region.");
    } else {
      comment("Where the calls were made, most of them first: that region gets what is global.");
      value_list("regions", regions);
    }
  }

  void value_list(std::string_view name, const std::vector<std::string>& texts) {
    text_ += fmt::format("{} = [\"{}\"]\n", name, fmt::join(texts, "\", \""));
  }

  /// Of one partition: a stack is in one.
  [[nodiscard]] std::vector<std::string> regions_by_calls() const {
    std::vector<std::pair<std::uint64_t, std::string>> ranked;
    for (const auto& [region, calls] : measured_.regions) {
      if (provision::is_region(region)) {
        ranked.emplace_back(calls, region);
      }
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& left, const auto& right) { return left.first > right.first; });
    std::vector<std::string> regions;
    for (const auto& [calls, region] : ranked) {
      if (regions.empty() ||
          aws::partition_of(region).name == aws::partition_of(regions.front()).name) {
        regions.push_back(region);
      }
    }
    return regions;
  }

  void add_thresholds() {
    const std::size_t hours = measured_.hours.size();
    const std::uint64_t tokens =
        hourly_p99(measured_, [](const HourUse& one) { return one.tokens; });
    const std::uint64_t calls =
        hourly_p99(measured_, [](const HourUse& one) { return one.invocations; });
    const std::uint64_t errors =
        hourly_p99(measured_, [](const HourUse& one) { return one.errors; });
    text_ += "\n[provision.thresholds]\n";
    comment(fmt::format("p99 of {} hours: {} input and output tokens; x 2.", hours, tokens));
    value("tokens_per_hour", std::max<std::uint64_t>(2 * tokens, 1));
    comment(fmt::format("p99 of {} hours: {} calls; x 2.", hours, calls));
    value("invocations_per_hour", std::max<std::uint64_t>(2 * calls, 1));
    comment(fmt::format("p99 of {} hours: {} errors; x 2, by 12 slots of 5 minutes, rounded up.",
                        hours, errors));
    value("errors_per_5_minutes",
          std::max<std::uint64_t>(divided_up(2 * errors, slots_of_an_hour), 1));
    if (const std::optional<std::uint64_t> mean = mean_latency_ms()) {
      comment(fmt::format("Mean latency {} ms, rounded up; x 2. {}.", *mean, overall_coverage()));
      value("latency_mean_ms", std::max<std::uint64_t>(2 * *mean, 1));
    } else {
      comment("latency_mean_ms stays as built in: no call has a latency.");
    }
  }

  [[nodiscard]] std::string overall_coverage() const {
    return coverage(measured_.latency.count(), measured_.invocations);
  }

  [[nodiscard]] std::optional<std::uint64_t> mean_latency_ms() const {
    const std::uint64_t count = measured_.latency.count();
    if (count == 0) {
      return std::nullopt;
    }
    return divided_up(static_cast<std::uint64_t>(measured_.latency.sum_ms()), count);
  }

  void add_observability() {
    text_ += "\n[provision.observability]\n";
    add_team_key();
    if (const auto p95 = measured_.latency.percentile_ms(p95_milli)) {
      comment(fmt::format("p95 of latency is {} ms, rounded up to 100 ms. {}.", *p95,
                          overall_coverage()));
      value("latency_sla_ms",
            std::max<std::uint64_t>(divided_up(*p95, sla_step_ms) * sla_step_ms, sla_step_ms));
    } else {
      comment("latency_sla_ms stays as built in: no call has a latency.");
    }
    text_ += "\n[provision.observability.thresholds]\n";
    if (const auto p99 = measured_.latency.percentile_ms(p99_milli)) {
      comment(fmt::format("p99 of latency over all models is {} ms; x 1.5. {}.", *p99,
                          overall_coverage()));
      value("latency_p99_ms", raised_latency(*p99));
    }
    if (const std::optional<std::uint64_t> mean = mean_latency_ms()) {
      comment(fmt::format("Mean latency {} ms, rounded up; x 2.", *mean));
      value("latency_mean_ms", std::max<std::uint64_t>(2 * *mean, 1));
    }
    add_error_percent();
  }

  void add_error_percent() {
    const std::uint64_t rate =
        std::clamp<std::uint64_t>(divided_up(2 * measured_.errors * permille,
                                             std::max<std::uint64_t>(measured_.invocations, 1)),
                                  error_permille_min, permille);
    comment(fmt::format("{} of {} calls failed; x 2, rounded up to 0.1 %, 1 % at least.",
                        measured_.errors, measured_.invocations));
    value("error_percent",
          rate % 10 == 0 ? std::to_string(rate / 10) : fmt::format("{}.{}", rate / 10, rate % 10));
  }

  void add_team_key() {
    std::array<std::uint64_t, team_tags.size()> calls{};
    for (const analytics::Group& group : input_->teams->groups) {
      for (std::size_t tag = 0; tag < team_tags.size(); ++tag) {
        if (group.keys[tag]) {
          calls.at(tag) += group.totals.invocations;
        }
      }
    }
    const auto most = std::max_element(calls.begin(), calls.end());
    if (*most == 0) {
      comment("team_key stays as built in: no call has request metadata such as team, department");
      comment("or cost-center.");
      return;
    }
    comment(fmt::format("The key of request metadata for a team that most calls have: {} of {}.",
                        *most, measured_.invocations));
    value("team_key", team_tags.at(static_cast<std::size_t>(most - calls.begin())));
  }

  void add_models() {
    std::vector<const std::pair<const std::string, ModelUse>*> ranked;
    ranked.reserve(measured_.models.size());
    for (const auto& entry : measured_.models) {
      ranked.push_back(&entry);
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto* left, const auto* right) {
      return left->second.invocations > right->second.invocations;
    });
    const std::size_t regions = std::max<std::size_t>(regions_by_calls().size(), 1);
    const std::size_t room = std::max<std::size_t>(models_times_regions_max / regions, 1);
    const std::size_t models_max = std::min(input_->models_max, room);
    std::size_t added = 0;
    for (const auto* const entry : ranked) {
      if (!provision::is_made_of(entry->first, ":._-", model_id_size_max)) {
        text_ += '\n';
        comment(fmt::format("Left out, {} calls: its id is none that CloudWatch would have.",
                            entry->second.invocations));
      } else if (added == models_max) {
        text_ += '\n';
        comment(fmt::format("{} further models have fewer calls; --top takes more.",
                            ranked.size() - added));
        return;
      } else {
        add_model(entry->first, entry->second);
        ++added;
      }
    }
  }

  void add_model(const std::string& id, const ModelUse& model) {
    text_ += "\n[[provision.observability.models]]\n";
    comment(fmt::format("{} of {} calls.", model.invocations, measured_.invocations));
    value("model_id", id);
    if (const auto p99 = model.latency.percentile_ms(p99_milli)) {
      comment(fmt::format("p99 of latency is {} ms; x 1.5. {}.", *p99,
                          coverage(model.latency.count(), model.invocations)));
      value("latency_p99_ms", raised_latency(*p99));
    } else {
      comment("No call has a latency: the common threshold holds.");
    }
    comment("Logs do not tell the quota; Service Quotas does. For an alarm at a share of it:");
    comment("tokens_per_minute_quota = 0");
    add_prices(model);
  }

  void add_prices(const ModelUse& model) {
    const PriceKey* const key = usual_price_key(model);
    if (key == nullptr) {
      comment("No call was on demand at the standard tier: no price.");
      return;
    }
    const analytics::PriceRow* const input = input_->prices->find(*key, Meter::input);
    const std::string where = fmt::format("{} in {}", analytics::name_of(key->scope),
                                          key->region.empty() ? "no region" : key->region);
    if (input == nullptr) {
      comment(fmt::format("The price book has no price for it, {}: no cost widgets.", where));
      return;
    }
    comment(fmt::format("USD for a million tokens, {}, by the price book{}{}.", where,
                        input->as_of.empty() ? "" : " of ", input->as_of));
    constexpr std::array<std::pair<Meter, std::string_view>, 4> meters = {
        {{Meter::input, "input_usd_per_million"},
         {Meter::output, "output_usd_per_million"},
         {Meter::cache_read, "cache_read_usd_per_million"},
         {Meter::cache_write_5m, "cache_write_usd_per_million"}}};
    for (const auto& [meter, name] : meters) {
      if (const analytics::PriceRow* const row = input_->prices->find(*key, meter)) {
        value(name, usd_per_million(row->unit_price));
      }
    }
  }

  /// That of most calls, and of the last day.
  [[nodiscard]] static const PriceKey* usual_price_key(const ModelUse& model) {
    std::map<std::pair<std::string, analytics::Scope>, std::uint64_t> calls;
    const auto is_usual = [](const PriceKey& key) {
      return key.tier == analytics::Tier::standard && key.context_limit == 0 && !key.covered;
    };
    for (const auto& [key, count] : model.calls) {
      if (is_usual(key)) {
        calls[{key.region, key.scope}] += count;
      }
    }
    const PriceKey* usual = nullptr;
    std::uint64_t most = 0;
    for (const auto& [key, count] : model.calls) {
      if (!is_usual(key)) {
        continue;
      }
      const std::uint64_t of_place = calls[{key.region, key.scope}];
      const bool is_later = usual != nullptr && usual->region == key.region &&
                            usual->scope == key.scope && usual->day < key.day;
      if (usual == nullptr || of_place > most || is_later) {
        usual = &key;
        most = of_place;
      }
    }
    return usual;
  }

  const SuggestionInput* input_;
  Measured measured_;
  std::string text_;
};

}  // namespace

std::vector<Key> suggestion_keys() {
  return {{KeyKind::model_id, ""}, {KeyKind::hour, ""}};
}

std::vector<Key> team_tag_keys() {
  std::vector<Key> keys;
  keys.reserve(team_tags.size());
  for (const std::string_view tag : team_tags) {
    keys.push_back({KeyKind::tag, std::string(tag)});
  }
  return keys;
}

std::string suggestion_text(const SuggestionInput& input) {
  return SuggestionWriter(input).write();
}

std::string usd_per_million(const analytics::UnitPrice& price) {
  const analytics::Int128 value =
      analytics::Int128{price.mantissa_e10} * (million / price.unit_quantity);
  return analytics::to_decimal(value, mantissa_scale, 0);
}

}  // namespace bedrocklog::cli
