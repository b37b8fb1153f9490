// A reconciliation as a document: causes first, then the differences one by one.
#pragma once

#include <cstddef>
#include <optional>

#include "analytics/finance/bill_reader.h"
#include "analytics/finance/reconciliation.h"
#include "analytics/report.h"
#include "cli/output_file.h"
#include "cli/output_format.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

/// Borrows everything.
struct ReconcileDocument {
  const finance::Reconciliation* result = nullptr;
  const finance::BillAccount* bill = nullptr;
  const analytics::Report* base = nullptr;  // Over the same logs, with the notes of the comparison.
  std::size_t rows_max = 0;                 // Differences in table and Markdown; 0: all.
};

/// The differences as table and Markdown show them.
[[nodiscard]] analytics::Report differences_for_people(const ReconcileDocument& document);

/// Table and Markdown: causes, then the largest differences; what agrees is folded. JSON:
/// `bedrocklog.reconcile/1` with the differences as `bedrocklog.report/1`; NDJSON: a line of the
/// first without them, then their lines. All other formats: every row of the comparison.
[[nodiscard]] std::optional<Fault> write_reconciliation(const ReconcileDocument& document,
                                                        OutputFormat format,
                                                        const RenderOptions& options,
                                                        const AppendPiece& append);

}  // namespace bedrocklog::cli
