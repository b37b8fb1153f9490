// Rows and conflicts in words.
#include "cli/prices_text.h"

#include <string_view>

#include <fmt/format.h>

#include "analytics/finance/price_import.h"

namespace bedrocklog::cli {

std::string claim_text(const analytics::PriceRow& row) {
  std::string text = fmt::format("{} {} {} {}", row.model, row.meter, row.tier, row.scope);
  if (row.context_min_input_tokens > 0) {
    text += fmt::format(" over {} tokens", row.context_min_input_tokens);
  }
  return row.attributes.empty() ? text : text + ' ' + row.attributes;
}

std::string joined_regions(const std::vector<std::string>& regions) {
  return fmt::format("{}", fmt::join(regions, " "));
}

std::string conflict_reason(const finance::PriceConflict& conflict) {
  const auto is_import = [](std::string_view book) {
    return book.find('@') != std::string_view::npos;
  };
  if (conflict.loser_book.starts_with(std::string(finance::litellm_offer) + '@')) {
    return "LiteLLM's map only fills gaps";
  }
  if (!is_import(conflict.winner_book)) {
    return "price files win over all other books, later ones over earlier ones";
  }
  return is_import(conflict.loser_book) ? "of two AWS offers the one listed later wins"
                                        : "a price list of AWS wins over the shipped book";
}

std::string conflict_text(const finance::PriceConflict& conflict) {
  return fmt::format("{} per {} of {} is used, {} per {} of {} is not: {} ({})",
                     conflict.winner.price, conflict.winner.unit, conflict.winner_book,
                     conflict.loser.price, conflict.loser.unit, conflict.loser_book,
                     conflict_reason(conflict), joined_regions(conflict.regions));
}

std::vector<const analytics::PriceTable*> borrowed_layers(
    const std::vector<analytics::PriceTable>& layers) {
  std::vector<const analytics::PriceTable*> borrowed;
  borrowed.reserve(layers.size());
  for (const analytics::PriceTable& layer : layers) {
    borrowed.push_back(&layer);
  }
  return borrowed;
}

}  // namespace bedrocklog::cli
