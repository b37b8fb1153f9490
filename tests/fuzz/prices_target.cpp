// A price book of any bytes: refused with its place, or a table whose rows find themselves.
#include <string>

#include "analytics/price_book_rows.h"
#include "analytics/price_table.h"
#include "tests/fuzz/finding.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace analytics = bedrocklog::analytics;
  namespace fuzz = bedrocklog::fuzz;
  auto table = analytics::PriceTable::parse(fuzz::text_of(data, size), "book.csv");
  if (!table) {
    fuzz::expect(!table.error().message.empty(), "refused without words");
    return 0;
  }
  for (const analytics::PriceRow& row : table->rows()) {
    fuzz::expect(row.unit_price.mantissa_e10 >= 0, "a negative price");
    analytics::PriceKey key;
    key.model = row.model;
    key.region = row.regions.empty() ? "" : row.regions.front();
    key.context_limit = row.context_min_input_tokens;
    key.day = row.effective_from.value_or(0);
    const auto meter = analytics::token_meter_of(row);
    if (meter && row.scope == "regional" && row.tier == "standard") {
      const analytics::PriceRow* found = table->find(key, *meter);
      fuzz::expect(found != nullptr || row.effective_to.value_or(1) <= key.day,
                   "a row that does not find itself");
    }
  }
  auto again = analytics::PriceTable::parse(fuzz::text_of(data, size), "book.csv");
  fuzz::expect(again.has_value(), "refused at the second time");
  table->overlay(*std::move(again));
  return 0;
}
