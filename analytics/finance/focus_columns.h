// The columns of a FOCUS row, each with what makes its cell of one charge.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/finance/charge.h"
#include "analytics/finance/discount.h"
#include "analytics/finance/focus_export.h"
#include "analytics/price_table.h"
#include "ingest/model_id.h"

namespace bedrocklog::finance {

/// What one row is about. Borrows from the aggregate, the prices and the options.
struct FocusFacts {
  const FocusOptions* options = nullptr;
  const analytics::PriceTable* prices = nullptr;
  const Charge* charge = nullptr;  // With a list cost.
  NetCharge net;
  std::optional<std::string_view> account, model_id, operation, hour, team;
  std::string tags;  // A JSON object.
  ingest::ModelId logged;

  [[nodiscard]] const analytics::PriceKey& key() const { return *charge->key; }
};

struct FocusColumn {
  std::string_view name;
  FocusCell (*cell)(const FocusFacts& row);
  FocusVersion since = FocusVersion::v1_2;
  FocusVersion until = FocusVersion::v1_4;
};

/// In the order of the file: those of the specification by name, then our own. Static storage.
[[nodiscard]] std::vector<const FocusColumn*> focus_columns_of(FocusVersion version,
                                                               bool with_team);

}  // namespace bedrocklog::finance
