// Sorting, top-N and `--having`: only the columns asked about are computed here, because a report
// may show ten of a million groups.
#include "analytics/report_order.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "analytics/in_quotes.h"
#include "analytics/list_items.h"
#include "analytics/zone.h"
#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

std::vector<std::string> column_names(const std::vector<Key>& by,
                                      const std::vector<Metric>& metrics) {
  std::vector<std::string> names;
  names.reserve(by.size() + metrics.size());
  for (const Key& key : by) {
    names.push_back(name_of(key));
  }
  for (const Metric& metric : metrics) {
    names.push_back(metric.name);
  }
  return names;
}

std::optional<std::size_t> index_of(const std::vector<std::string>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - names.begin());
}

// A column by its name, or by another spelling of a percentile ("p99.90").
std::optional<std::size_t> find_column(const std::vector<std::string>& names,
                                       std::string_view name) {
  if (const std::optional<std::size_t> exact = index_of(names, name)) {
    return exact;
  }
  const Result<std::vector<Metric>> metric = parse_metrics(name);
  return metric && metric->size() == 1 ? index_of(names, metric->front().name) : std::nullopt;
}

std::string unknown_column(std::string_view name, const std::vector<std::string>& names) {
  const std::optional<std::string> nearest = nearest_name(name, names);
  return nearest ? fmt::format("no such column in this report (did you mean {}?): {}", *nearest,
                               in_quotes(name))
                 : fmt::format("no such column in this report: {}", in_quotes(name));
}

// What `having` sees of one group. Field::id is the column: keys first, then metrics.
class RowFieldsView final : public FieldValues {
 public:
  RowFieldsView(const Group& group, const MeasuredView& row,
                const std::vector<MetricReader>& metrics)
      : group_(&group), row_(&row), metrics_(&metrics) {}

  [[nodiscard]] std::optional<std::string_view> text(const Field& field) const override {
    const auto column = static_cast<std::size_t>(field.id);
    ensure(column < group_->keys.size());
    return group_->keys[column];
  }

  [[nodiscard]] std::optional<Int128> number(const Field& field) const override {
    const std::size_t metric = static_cast<std::size_t>(field.id) - group_->keys.size();
    ensure(metric < metrics_->size());
    const Cell cell = (*metrics_)[metric].value(*row_);
    const Int128* value = std::get_if<Int128>(&cell);
    return value != nullptr ? std::optional<Int128>(*value) : std::nullopt;
  }

 private:
  const Group* group_;
  const MeasuredView* row_;
  const std::vector<MetricReader>* metrics_;
};

struct SortTerm {
  std::variant<std::size_t, MetricReader> column;  // Position of a group key, or a metric.
  bool descending = false;
};

std::vector<SortTerm> sort_terms(const ReportSpec& spec, const std::vector<Key>& by) {
  std::vector<SortTerm> terms;
  if (spec.sort.empty()) {
    if (by.empty() || !is_time_key(by.front().kind)) {
      terms.push_back({MetricReader({"cost", 0}), true});
    }
    return terms;
  }
  const std::vector<std::string> names = column_names(by, spec.metrics);
  for (const SortKey& key : spec.sort) {
    const std::size_t column = index_of(names, key.column).value_or(names.size());
    ensure(column < names.size());
    if (column < by.size()) {
      terms.push_back({column, key.descending});
    } else {
      terms.push_back({MetricReader(spec.metrics[column - by.size()]), key.descending});
    }
  }
  return terms;
}

Cell sort_cell(const SortTerm& term, const Group& group, const MeasuredView& row) {
  if (const auto* key = std::get_if<std::size_t>(&term.column)) {
    return key_cell(group.keys[*key]);
  }
  return std::get<MetricReader>(term.column).value(row);
}

struct Candidate {
  std::size_t group = 0;
  std::vector<Cell> sort_cells;  // One per SortTerm.
};

// Negative, zero or positive. Unknown comes last in both directions.
int compare_cells(const Cell& left, const Cell& right, bool descending) {
  const bool left_unknown = std::holds_alternative<std::monostate>(left);
  const bool right_unknown = std::holds_alternative<std::monostate>(right);
  if (left_unknown || right_unknown) {
    return static_cast<int>(left_unknown) - static_cast<int>(right_unknown);
  }
  const int ascending = left < right ? -1 : static_cast<int>(right < left);
  return descending ? -ascending : ascending;
}

class CandidateOrder {
 public:
  CandidateOrder(const Aggregate& aggregate, const std::vector<SortTerm>& terms)
      : aggregate_(&aggregate), terms_(&terms) {}

  bool operator()(const Candidate& left, const Candidate& right) const {
    for (std::size_t i = 0; i < terms_->size(); ++i) {
      const int order =
          compare_cells(left.sort_cells[i], right.sort_cells[i], (*terms_)[i].descending);
      if (order != 0) {
        return order < 0;
      }
    }
    const Group& a = aggregate_->groups[left.group];
    const Group& b = aggregate_->groups[right.group];
    for (std::size_t i = 0; i < a.keys.size(); ++i) {
      const int order = compare_cells(key_cell(a.keys[i]), key_cell(b.keys[i]), false);
      if (order != 0) {
        return order < 0;
      }
    }
    return false;
  }

 private:
  const Aggregate* aggregate_;
  const std::vector<SortTerm>* terms_;
};

}  // namespace

Cell key_cell(const std::optional<std::string_view>& key) {
  return key ? Cell(std::string(*key)) : Cell();
}

Result<std::vector<SortKey>> parse_sort(std::string_view list, const std::vector<Key>& by,
                                        const std::vector<Metric>& metrics) {
  const std::vector<std::string> names = column_names(by, metrics);
  std::vector<SortKey> keys;
  for (const std::string_view item : list_items(list)) {
    std::string_view name = item;
    std::optional<bool> descending;
    // A direction is what follows the last colon, unless the whole is a column ("tag:desc").
    const std::size_t colon = item.rfind(':');
    if (colon != std::string_view::npos && !index_of(names, item)) {
      const std::string_view direction = item.substr(colon + 1);
      if (direction == "asc" || direction == "desc") {
        descending = direction == "desc";
        name = item.substr(0, colon);
      }
    }
    if (name.empty()) {
      return fault("--sort", fmt::format("empty name in the list: {}", in_quotes(list)));
    }
    const std::optional<std::size_t> column = find_column(names, name);
    if (!column) {
      return fault("--sort", unknown_column(name, names));
    }
    const std::string& column_name = names[*column];
    const bool repeated = std::any_of(keys.begin(), keys.end(), [&](const SortKey& other) {
      return other.column == column_name;
    });
    if (repeated) {
      return fault("--sort", fmt::format("column named twice: {}", column_name));
    }
    keys.push_back({column_name, descending.value_or(*column >= by.size())});
  }
  return keys;
}

Result<Expression> parse_having(std::string_view text, const std::vector<Key>& by,
                                const std::vector<Metric>& metrics) {
  const std::vector<std::string> names = column_names(by, metrics);
  const auto resolve = [&](std::string_view name) -> Result<Field> {
    const std::optional<std::size_t> column = find_column(names, name);
    if (!column) {
      return fault("--having", unknown_column(name, names));
    }
    Field field;
    field.id = static_cast<int>(*column);
    if (*column >= by.size()) {
      field.type = FieldType::number;
      field.scale = MetricReader(metrics[*column - by.size()]).column().scale;
    }
    return field;
  };
  return Expression::parse(text, "--having", resolve);
}

ShownGroups choose_groups(const Aggregate& aggregate, const PriceTable& prices,
                          const ReportSpec& spec) {
  const std::vector<SortTerm> terms = sort_terms(spec, aggregate.by);
  const std::vector<MetricReader> metrics(spec.metrics.begin(), spec.metrics.end());
  const bool keeps_all = spec.having.is_always_true();
  ShownGroups result;
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < aggregate.groups.size(); ++i) {
    const Group& group = aggregate.groups[i];
    const MeasuredView row = measure(group.totals, prices);
    if (!keeps_all && !spec.having.matches(RowFieldsView(group, row, metrics))) {
      result.folded.push_back(i);
      continue;
    }
    Candidate candidate{.group = i, .sort_cells = {}};
    for (const SortTerm& term : terms) {
      candidate.sort_cells.push_back(sort_cell(term, group, row));
    }
    candidates.push_back(std::move(candidate));
  }
  std::sort(candidates.begin(), candidates.end(), CandidateOrder(aggregate, terms));
  const std::uint64_t top = spec.top.value_or(candidates.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    (i < top ? result.shown : result.folded).push_back(candidates[i].group);
  }
  std::sort(result.folded.begin(), result.folded.end());
  return result;
}

}  // namespace bedrocklog::analytics
