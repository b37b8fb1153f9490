// Flags into changes, each checked against what the price book knows.
#include "cli/alternative.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analytics/report_key.h"

namespace bedrocklog::cli {
namespace {

using analytics::Scope;
using analytics::Tier;

constexpr std::uint32_t percent_max = 100;
constexpr std::uint32_t whole_e2 = 10'000;

struct FromTo {
  std::string from, to;
};

/// "FROM=TO"; a lone TO is for everything.
Result<FromTo> split(const std::string& flag, const std::string& text) {
  const std::size_t equals = text.find('=');
  FromTo result{equals == std::string::npos ? "*" : text.substr(0, equals),
                equals == std::string::npos ? text : text.substr(equals + 1)};
  if (result.from.empty() || result.to.empty() || result.to.find('=') != std::string::npos) {
    return fault(flag, fmt::format("takes FROM=TO, or TO for all: {}", text));
  }
  return result;
}

bool is_glob(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

Fault unknown_model(const analytics::PriceTable& prices, const std::string& model) {
  std::set<std::string> known;
  for (const analytics::PriceRow& row : prices.rows()) {
    known.insert(row.model);
  }
  const auto nearest =
      analytics::nearest_name(model, std::vector<std::string>(known.begin(), known.end()));
  return {"--to-model", fmt::format("the price book has no model {}; {}", model,
                                    nearest ? fmt::format("did you mean {}?", *nearest)
                                            : std::string("see bedrocklog prices list"))};
}

std::optional<Fault> read_models(const Settings& settings, const analytics::PriceTable& prices,
                                 const analytics::ModelMap& models,
                                 finance::Alternative& alternative) {
  for (const std::string& text : settings.list("to-model")) {
    Result<FromTo> pair = split("--to-model", text);
    if (!pair) {
      return pair.error();
    }
    const analytics::ModelFacts to = analytics::facts_of_model(pair->to, models);
    if (!prices.knows(to.canonical)) {
      return unknown_model(prices, to.canonical);
    }
    if (!is_glob(pair->from)) {
      pair->from = analytics::facts_of_model(pair->from, models).canonical;
    }
    // A bare id says nothing of the profile the calls would go through.
    alternative.models.push_back(
        {pair->from, to.canonical,
         to.profile.empty() ? std::nullopt : std::optional<Scope>(to.scope)});
  }
  return std::nullopt;
}

std::optional<Fault> read_regions(const Settings& settings, const analytics::PriceTable& prices,
                                  finance::Alternative& alternative) {
  for (const std::string& text : settings.list("to-region")) {
    const Result<FromTo> pair = split("--to-region", text);
    if (!pair) {
      return pair.error();
    }
    const bool is_known = std::any_of(
        prices.rows().begin(), prices.rows().end(), [&](const analytics::PriceRow& row) {
          return std::find(row.regions.begin(), row.regions.end(), pair->to) != row.regions.end();
        });
    if (!is_known) {
      return Fault{"--to-region",
                   fmt::format("the price book has no price of its own in {}; is it a region, such "
                               "as eu-west-1?",
                               pair->to)};
    }
    alternative.regions.push_back({pair->from, pair->to});
  }
  return std::nullopt;
}

std::optional<Fault> read_scope(const Settings& settings, finance::Alternative& alternative) {
  const std::string text = settings.text("to-scope");
  if (text.empty()) {
    return std::nullopt;
  }
  for (const Scope scope : {Scope::regional, Scope::global}) {
    if (text == name_of(scope)) {
      alternative.scope = scope;
      return std::nullopt;
    }
  }
  return Fault{"--to-scope", fmt::format("takes global or regional: {}", text)};
}

std::optional<Fault> read_tier(const Settings& settings, finance::Alternative& alternative) {
  const std::string text = settings.text("to-tier");
  if (settings.is_on("batch")) {
    if (!text.empty() && text != name_of(Tier::batch)) {
      return Fault{"--batch", "and --to-tier name different tiers"};
    }
    alternative.tier = Tier::batch;
    return std::nullopt;
  }
  if (text.empty()) {
    return std::nullopt;
  }
  constexpr std::array tiers = {Tier::standard, Tier::priority, Tier::flex, Tier::latency_optimized,
                                Tier::batch};
  for (const Tier tier : tiers) {
    if (text == name_of(tier)) {
      alternative.tier = tier;
      return std::nullopt;
    }
  }
  return Fault{"--to-tier",
               fmt::format("takes standard, priority, flex, latency_optimized or batch: {}", text)};
}

std::optional<Fault> read_cache(const Settings& settings, finance::Alternative& alternative) {
  const std::string hit = settings.text("cache-hit");
  const std::string write = settings.text("cache-write");
  if (hit.empty()) {
    return write.empty() ? std::nullopt
                         : std::optional(Fault{"--cache-write", "goes with --cache-hit PERCENT"});
  }
  const Result<std::uint32_t> hit_e2 = finance::parse_percent_e2(hit, percent_max);
  if (!hit_e2) {
    return Fault{"--cache-hit", hit_e2.error().message};
  }
  finance::CacheShare share{*hit_e2, whole_e2 - *hit_e2};
  if (!write.empty()) {
    const Result<std::uint32_t> write_e2 = finance::parse_percent_e2(write, percent_max);
    if (!write_e2) {
      return Fault{"--cache-write", write_e2.error().message};
    }
    if (*write_e2 > whole_e2 - *hit_e2) {
      return Fault{"--cache-write", "and --cache-hit are more than 100 percent of the prompt"};
    }
    share.write_e2 = *write_e2;
  }
  alternative.cache = share;
  return std::nullopt;
}

}  // namespace

bool names_alternative(const Settings& settings) {
  const auto is_given = [&](std::string_view flag) { return !settings.list(flag).empty(); };
  return is_given("to-model") || is_given("to-region") || !settings.text("to-scope").empty() ||
         !settings.text("to-tier").empty() || settings.is_on("batch") ||
         !settings.text("cache-hit").empty() || !settings.text("cache-write").empty();
}

Result<finance::Alternative> read_alternative(const Settings& settings,
                                              const analytics::PriceTable& prices,
                                              const analytics::ModelMap& models) {
  finance::Alternative alternative;
  std::optional<Fault> failed = read_models(settings, prices, models, alternative);
  if (!failed) {
    failed = read_regions(settings, prices, alternative);
  }
  if (!failed) {
    failed = read_scope(settings, alternative);
  }
  if (!failed) {
    failed = read_tier(settings, alternative);
  }
  if (!failed) {
    failed = read_cache(settings, alternative);
  }
  if (failed) {
    return tl::unexpected(*failed);
  }
  return alternative;
}

Result<std::vector<finance::CapacityOffer>> read_capacity_offers(const Settings& settings) {
  std::vector<finance::CapacityOffer> offers;
  for (const std::string& text : settings.list("provisioned")) {
    Result<finance::CapacityOffer> offer = finance::parse_capacity_offer(text);
    if (!offer) {
      return pass_on(offer);
    }
    offers.push_back(std::move(*offer));
  }
  return offers;
}

}  // namespace bedrocklog::cli
