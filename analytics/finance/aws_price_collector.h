// Makes rows of the price book from single prices of the AWS price list, whatever form it came in.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analytics/finance/price_import.h"
#include "analytics/finance/usage_type.h"
#include "ingest/fault.h"

namespace bedrocklog::finance {

/// One price dimension of one SKU, all as written. Missing members are empty.
struct AwsPrice {
  std::string place;  // For messages: "list.csv:12", "list.json, SKU ABC".
  std::string offer, published, version;
  std::string sku, rate_code, term_type, range_begin, range_end;
  std::string unit, price, currency;
  std::string usage_type, model, service_name, region;
};

class AwsPriceCollector {
 public:
  explicit AwsPriceCollector(const ModelNames& names) : names_(&names) {}

  /// Takes one price, or notes why not. Fails for what a price list may not hold.
  [[nodiscard]] Result<bool> add(const AwsPrice& price);

  /// What was collected, by offer and publication.
  [[nodiscard]] std::vector<PriceImport> finish();

 private:
  /// The model, or nothing with a note.
  [[nodiscard]] std::string model_of(PriceImport& import, const AwsPrice& price,
                                     const UsageType& usage) const;

  const ModelNames* names_;
  std::map<std::pair<std::string, std::string>, PriceImport> imports_;  // By offer, publication.
};

/// Rows of an import in order, none of the same claim: of those that say the same, the first SKU
/// stays; where they contradict each other none prices anything, and a note says so. Prices of the
/// mantle endpoint give way to others.
void settle_rows(PriceImport& import);

/// Joins equal notes, sorts them and drops those beyond import_notes_kept_max.
void settle_notes(PriceImport& import);

}  // namespace bedrocklog::finance
