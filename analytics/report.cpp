// Shapes sums into rows. The checks here end the process rather than print totals that do not add
// up: only a bug can make them fail.
#include "analytics/report.h"

#include <cstddef>
#include <utility>

#include "analytics/metric_value.h"
#include "analytics/projection.h"
#include "analytics/report_notes.h"
#include "analytics/report_order.h"
#include "analytics/row_cost.h"
#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

std::vector<Column> columns_of(const std::vector<Key>& by,
                               const std::vector<MetricReader>& metrics) {
  std::vector<Column> columns;
  columns.reserve(by.size() + metrics.size());
  for (const Key& key : by) {
    columns.push_back({.name = name_of(key), .is_key = true});
  }
  for (const MetricReader& metric : metrics) {
    columns.push_back(metric.column());
  }
  return columns;
}

// Makes rows of one report: keys, then metrics.
class RowMaker {
 public:
  RowMaker(const std::vector<MetricReader>& metrics, const PriceTable& prices)
      : metrics_(&metrics), prices_(&prices) {}

  [[nodiscard]] Row make(RowKind kind, const GroupKeys& keys, const GroupTotals& totals) const {
    Row row;
    row.kind = kind;
    row.cells.reserve(keys.size() + metrics_->size());
    for (std::size_t key = 0; key < keys.size(); ++key) {
      row.cells.push_back(key_cell(keys[key]));
    }
    const MeasuredView measured = measure(totals, *prices_);
    for (const MetricReader& metric : *metrics_) {
      row.cells.push_back(metric.value(measured));
    }
    for (const auto& [code, count] : totals.error_codes) {
      row.error_codes.emplace(code, count);
    }
    return row;
  }

 private:
  const std::vector<MetricReader>* metrics_;
  const PriceTable* prices_;
};

// Unknown money adds nothing to a sum that is known in part.
Int128 amount_of(const Cell& cell) {
  const Int128* value = std::get_if<Int128>(&cell);
  return value == nullptr ? 0 : *value;
}

void ensure_rows_add_up(const Report& report, const std::vector<MetricReader>& metrics) {
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (!metrics[i].is_additive()) {
      continue;
    }
    const std::size_t column = report.by.size() + i;
    Int128 sum = 0;
    for (const Row& row : report.rows) {
      sum += amount_of(row.cells[column]);
    }
    ensure(sum == amount_of(report.total.cells[column]));
  }
}

// Every parsed record was counted or left out for one reason. What was rejected or skipped was
// never parsed and has no second tally to compare with.
void ensure_account_adds_up(const InputAccount& account) {
  std::uint64_t parsed = 0;
  for (const std::uint64_t records : account.layouts) {
    parsed += records;
  }
  ensure(account.counted + account.duplicate + account.out_of_range + account.filtered == parsed);
  ensure(account.records_seen() == parsed + account.rejected_total() + account.skipped_total());
}

// Every counted record is in exactly one group, and every group's records are in its cells.
void ensure_groups_match_account(const Aggregate& aggregate) {
  std::uint64_t counted = 0;
  for (const Group& group : aggregate.groups) {
    ensure(group.keys.size() == aggregate.by.size());
    std::uint64_t billed = 0;
    for (const auto& [key, tokens] : group.totals.billed) {
      billed += tokens.invocations;
    }
    ensure(billed == group.totals.invocations);
    ensure(group.totals.errors <= group.totals.invocations);
    counted += group.totals.invocations;
  }
  ensure(counted == aggregate.account.counted);
}

std::uint64_t covered_invocations(const GroupTotals& total) {
  std::uint64_t calls = 0;
  for (const auto& [key, tokens] : total.billed) {
    calls += key->covered ? tokens.invocations : 0;
  }
  return calls;
}

}  // namespace

Report build_report(const Aggregate& aggregate, const PriceTable& prices, const ReportSpec& spec) {
  ensure_account_adds_up(aggregate.account);
  ensure_groups_match_account(aggregate);
  const std::vector<MetricReader> metrics(spec.metrics.begin(), spec.metrics.end());
  const RowMaker maker(metrics, prices);
  Report report;
  report.spec = spec;
  report.by = aggregate.by;
  report.columns = columns_of(aggregate.by, metrics);

  const std::vector<const KeyText*> no_names(aggregate.by.size());
  const GroupKeys no_keys(no_names.data(), no_names.size());
  const ShownGroups groups = choose_groups(aggregate, prices, spec);
  GroupTotals total;
  for (const std::size_t index : groups.shown) {
    const Group& group = aggregate.groups[index];
    report.rows.push_back(maker.make(RowKind::group, group.keys, group.totals));
    total.merge(group.totals);
  }
  if (!groups.folded.empty()) {
    GroupTotals folded;
    for (const std::size_t index : groups.folded) {
      folded.merge(aggregate.groups[index].totals);
    }
    report.rows.push_back(maker.make(RowKind::other, no_keys, folded));
    report.rows.back().folded_rows = groups.folded.size();
    total.merge(folded);
  }
  report.total = maker.make(RowKind::total, no_keys, total);
  ensure_rows_add_up(report, metrics);

  report.account = aggregate.account;
  report.missing_hours = missing_hours(aggregate.account, spec.range);
  report.prices = {prices.name(), prices.sha256(), prices.as_of()};
  report.unpriced = unpriced_usage(total, prices);
  report.covered_invocations = covered_invocations(total);
  report.cache_write_unsplit = total.cache_write_unsplit;
  if (const std::optional<TimeRange> period = closed_period(spec.range, aggregate.account)) {
    report.projection = project(total, prices, *period);
  }
  report.notes = notes_of(report, total);
  return report;
}

}  // namespace bedrocklog::analytics
