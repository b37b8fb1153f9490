// The comparison of logs with a bill as tables that every writer knows.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analytics/finance/bill_reader.h"
#include "analytics/finance/reconciliation.h"
#include "analytics/report.h"

namespace bedrocklog::finance {

/// Which rows stand alone; the others are folded into one, so that the total is the whole.
struct ShownRows {
  bool with_agreeing = true;
  std::size_t rows_max = SIZE_MAX;
};

/// One row per difference. `base` is a report over the same logs: its account, prices, unpriced
/// usage, range and notes are kept; rows and columns are replaced. Keys: account, day,
/// region, model, meter, price_class, bucket, cause, detail.
[[nodiscard]] analytics::Report differences_report(const Reconciliation& result,
                                                   analytics::Report base, const ShownRows& shown);

/// One row per bucket and cause.
[[nodiscard]] analytics::Report causes_report(const Reconciliation& result);

/// What the figures need to be said beside them: files and rows of the bill, what was left out,
/// and what is assumed. One line each.
[[nodiscard]] std::vector<std::string> notes_of(const Reconciliation& result, const Bill& bill,
                                                const BillAccount& account,
                                                const ReconcileOptions& options);

/// "2 rows cut by the end of the file at march.csv:7, march.csv:9": what of the bill could not be
/// used; one text per kind.
[[nodiscard]] std::vector<std::string> defects_of(const BillAccount& account);

}  // namespace bedrocklog::finance
