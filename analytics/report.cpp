// Shapes sums into rows. The checks here end the process rather than print totals that do not add
// up: only a bug can make them fail.
#include "analytics/report.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

#include "analytics/metric_value.h"
#include "analytics/projection.h"
#include "analytics/report_notes.h"
#include "analytics/report_order.h"
#include "analytics/row_cost.h"
#include "analytics/workers.h"
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

// Sums over many groups, made by one thread.
class GroupSum {
 public:
  explicit GroupSum(const GroupNames* names)
      : names_(names), billed_(names == nullptr ? 0 : names->price_keys().size()) {}

  void add(const GroupTotals& totals) {
    sum_.merge_without_billed(totals);
    for (const auto& [key, tokens] : totals.billed) {
      ensure(key->number < billed_.size());
      billed_[key->number].add(tokens);
    }
  }
  void add(const GroupSum& other) {
    sum_.merge_without_billed(other.sum_);
    for (std::size_t number = 0; number < billed_.size(); ++number) {
      billed_[number].add(other.billed_[number]);
    }
  }
  [[nodiscard]] GroupTotals take() {
    for (std::size_t number = 0; number < billed_.size(); ++number) {
      if (!billed_[number].empty()) {
        sum_.billed.append(*names_->price_keys()[number], billed_[number]);
      }
    }
    sum_.billed.settle();
    return std::move(sum_);
  }

 private:
  const GroupNames* names_;
  GroupTotals sum_;                   // But what is billed.
  std::vector<BilledTokens> billed_;  // By number of the price key.
};

// Makes rows of one report, with the sums of what it made rows of. One per thread.
class RowMaker {
 public:
  RowMaker(const Aggregate& aggregate, const std::vector<MetricReader>& metrics,
           const PriceList& prices)
      : aggregate_(&aggregate),
        metrics_(&metrics),
        meter_(prices, metrics),
        sum_(aggregate.names.get()),
        figure_sums_(metrics.size()) {}

  [[nodiscard]] RowBlock block_of(std::span<const std::uint32_t> groups) {
    RowBlock block;
    block.reserve(groups.size(), aggregate_->by.size(), metrics_->size());
    for (const std::uint32_t index : groups) {
      const Group& group = aggregate_->groups[index];
      block.begin_row(RowKind::group);
      for (std::size_t key = 0; key < group.keys.size(); ++key) {
        const KeyText* name = group.keys.name(key);
        block.add_key(name == nullptr ? RowBlock::absent_key : name->rank);
      }
      add_figures(group.totals, block);
      sum_.add(group.totals);
    }
    return block;
  }

  /// A row without keys, which is not in the sums of groups.
  void add_row(RowKind kind, const GroupTotals& totals, RowBlock& block) {
    block.begin_row(kind);
    for (std::size_t key = 0; key < aggregate_->by.size(); ++key) {
      block.add_key(RowBlock::absent_key);
    }
    add_figures(totals, block);
  }

  [[nodiscard]] const GroupSum& sum() const { return sum_; }
  /// Of all rows made. Unknown money adds nothing to a sum that is known in part.
  [[nodiscard]] const std::vector<Int128>& figure_sums() const { return figure_sums_; }

 private:
  void add_figures(const GroupTotals& totals, RowBlock& block) {
    const MeasuredView measured = meter_.measure(totals);
    for (std::size_t metric = 0; metric < metrics_->size(); ++metric) {
      const Figure value = (*metrics_)[metric].value(measured);
      block.add_figure(value);
      if ((*metrics_)[metric].is_additive()) {
        figure_sums_[metric] += value.value_or(0);
      }
    }
    for (const auto& [code, count] : totals.error_codes) {
      block.add_code(code, count);
    }
  }

  const Aggregate* aggregate_;
  const std::vector<MetricReader>* metrics_;
  GroupMeter meter_;
  GroupSum sum_;
  std::vector<Int128> figure_sums_;
};

void ensure_rows_add_up(std::span<const RowMaker> makers, std::span<const MetricReader> metrics,
                        const Row& total) {
  for (std::size_t metric = 0; metric < metrics.size(); ++metric) {
    if (!metrics[metric].is_additive()) {
      continue;
    }
    Int128 sum = 0;
    for (const RowMaker& maker : makers) {
      sum += maker.figure_sums()[metric];
    }
    ensure(sum == total.figure(metric).value_or(0));
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
void ensure_groups_match_account(const Aggregate& aggregate, std::size_t workers) {
  std::atomic<std::uint64_t> counted{0};
  const auto check = [&](std::size_t /*worker*/, std::size_t begin, std::size_t end) {
    std::uint64_t invocations = 0;
    for (std::size_t index = begin; index < end; ++index) {
      const Group& group = aggregate.groups[index];
      ensure(group.keys.size() == aggregate.by.size());
      std::uint64_t billed = 0;
      for (const auto& [key, tokens] : group.totals.billed) {
        billed += tokens.invocations;
      }
      ensure(billed == group.totals.invocations);
      ensure(group.totals.errors <= group.totals.invocations);
      invocations += group.totals.invocations;
    }
    counted += invocations;
  };
  share_stretches(workers, aggregate.groups.size(), RowBlock::rows_max, check);
  ensure(counted == aggregate.account.counted);
}

std::uint64_t covered_invocations(const GroupTotals& total) {
  std::uint64_t calls = 0;
  for (const auto& [key, tokens] : total.billed) {
    calls += key->covered ? tokens.invocations : 0;
  }
  return calls;
}

// All rows of a report, and the sums of the whole.
class RowsBuilder {
 public:
  RowsBuilder(const Aggregate& aggregate, const PriceList& prices,
              const std::vector<MetricReader>& metrics, std::size_t workers)
      : aggregate_(&aggregate), prices_(&prices), metrics_(&metrics), workers_(workers) {
    for (std::size_t worker = 0; worker < workers; ++worker) {
      makers_.emplace_back(aggregate, metrics, prices);
      folded_.emplace_back(aggregate.names.get());
    }
  }

  /// Sets the rows and the total of `report`; gives what the total is of.
  [[nodiscard]] GroupTotals build(const ShownGroups& groups, Report& report) {
    std::vector<RowBlock> blocks((groups.shown.size() + RowBlock::rows_max - 1) /
                                 RowBlock::rows_max);
    const auto make = [&](std::size_t worker, std::size_t begin, std::size_t end) {
      blocks[begin / RowBlock::rows_max] =
          makers_[worker].block_of(std::span(groups.shown).subspan(begin, end - begin));
    };
    share_stretches(workers_, groups.shown.size(), RowBlock::rows_max, make);
    GroupSum all(aggregate_->names.get());
    GroupTotals rest;  // Its error codes are wanted until the blocks are in the report.
    if (!groups.folded.empty()) {
      GroupSum folded = sum_of(groups.folded);
      all.add(folded);
      if (blocks.empty() || blocks.back().size() == RowBlock::rows_max) {
        blocks.emplace_back();
      }
      rest = folded.take();
      makers_.front().add_row(RowKind::other, rest, blocks.back());
    }
    for (const RowMaker& maker : makers_) {
      all.add(maker.sum());
    }
    report.rows = ReportRows(aggregate_->by.size(), metrics_->size());
    report.rows.set_texts(texts(), aggregate_->names);
    report.rows.set_blocks(std::move(blocks));
    report.rows.set_folded_rows(groups.folded.size());
    return add_total(all.take(), report);
  }

 private:
  [[nodiscard]] GroupSum sum_of(std::span<const std::uint32_t> groups) {
    const auto add = [&](std::size_t worker, std::size_t begin, std::size_t end) {
      for (const std::uint32_t index : groups.subspan(begin, end - begin)) {
        folded_[worker].add(aggregate_->groups[index].totals);
      }
    };
    share_stretches(workers_, groups.size(), RowBlock::rows_max, add);
    GroupSum sum(aggregate_->names.get());
    for (const GroupSum& part : folded_) {
      sum.add(part);
    }
    return sum;
  }

  // By number, which is the rank.
  [[nodiscard]] std::vector<std::string_view> texts() const {
    if (!aggregate_->names) {
      return {};
    }
    std::vector<std::string_view> texts(aggregate_->names->texts_count());
    aggregate_->names->visit_texts([&](const KeyText& one) { texts[one.rank] = one.text; });
    return texts;
  }

  [[nodiscard]] GroupTotals add_total(GroupTotals total, Report& report) {
    std::vector<RowBlock> blocks(1);
    RowMaker(*aggregate_, *metrics_, *prices_).add_row(RowKind::total, total, blocks.front());
    report.total_rows = ReportRows(aggregate_->by.size(), metrics_->size());
    report.total_rows.set_blocks(std::move(blocks));
    ensure_rows_add_up(makers_, *metrics_, report.total());
    return total;
  }

  const Aggregate* aggregate_;
  const PriceList* prices_;
  const std::vector<MetricReader>* metrics_;
  std::size_t workers_;
  std::vector<RowMaker> makers_;
  std::vector<GroupSum> folded_;
};

}  // namespace

void let_go(std::vector<Column>& columns, std::span<const std::string_view> first_to_go) {
  for (Column& column : columns) {
    const auto found = std::find(first_to_go.begin(), first_to_go.end(), column.name);
    if (found != first_to_go.end()) {
      column.importance = static_cast<std::uint32_t>(found - first_to_go.begin());
    }
  }
}

std::vector<std::string> dimensions_of(const Report& report) {
  std::vector<std::string> names;
  if (!report.by.empty()) {
    for (const Key& key : report.by) {
      names.push_back(name_of(key));
    }
    return names;
  }
  for (const Column& column : report.columns) {
    if (column.is_key && !column.is_attribute) {
      names.push_back(column.name);
    }
  }
  return names;
}

Report build_report(const Aggregate& aggregate, const PriceTable& prices, const ReportSpec& spec,
                    std::size_t workers) {
  const std::size_t useful = useful_workers(aggregate.groups.size(), workers);
  ensure_account_adds_up(aggregate.account);
  ensure_groups_match_account(aggregate, useful);
  const std::vector<MetricReader> metrics(spec.metrics.begin(), spec.metrics.end());
  const PriceList price_list(aggregate.names.get(), prices);
  Report report;
  report.spec = spec;
  report.by = aggregate.by;
  report.columns = columns_of(aggregate.by, metrics);

  const ShownGroups groups = choose_groups(aggregate, price_list, spec, useful);
  const GroupTotals total =
      RowsBuilder(aggregate, price_list, metrics, useful).build(groups, report);

  report.account = aggregate.account;
  report.missing_hours = missing_hours(aggregate.account, spec.range);
  report.prices = {prices.name(), prices.sha256(), prices.as_of()};
  report.unpriced = unpriced_usage(total, prices);
  report.covered_invocations = covered_invocations(total);
  report.cache_write_unsplit = total.cache_write_unsplit;
  const std::optional<TimeRange> period = closed_period(spec.range, aggregate.account);
  if (spec.projects && period) {
    report.projection = project(total, prices, *period);
  }
  report.notes = notes_of(report, total);
  return report;
}

}  // namespace bedrocklog::analytics
