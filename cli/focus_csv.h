// FOCUS rows as CSV, written so that readers guess every type right.
#pragma once

#include "analytics/aggregate.h"
#include "analytics/finance/focus_export.h"
#include "analytics/price_table.h"
#include "cli/output_file.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

/// Every text in quotes (an account id would become a number), numbers and times without, null as
/// nothing at all, CRLF, no byte order mark. Log text that a spreadsheet would take for a formula
/// is made safe unless `raw`. Fails as make_focus_rows().
[[nodiscard]] Result<finance::FocusGap> write_focus_csv(const analytics::Aggregate& aggregate,
                                                        const analytics::PriceTable& prices,
                                                        const finance::FocusOptions& options,
                                                        bool raw, const AppendPiece& append);

}  // namespace bedrocklog::cli
