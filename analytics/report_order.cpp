// Sorting, top-N and `--having`: only the columns asked about are computed here, because a report
// may show ten of a million groups.
#include "analytics/report_order.h"

#include <algorithm>
#include <bit>
#include <compare>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "analytics/in_quotes.h"
#include "analytics/list_items.h"
#include "analytics/workers.h"
#include "analytics/zone.h"
#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

__extension__ using UInt128 = unsigned __int128;

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
    return (*metrics_)[metric].value(*row_);
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

// What a group is put in order by: one value per term, then all its keys. Unknown comes last in
// both directions.
struct SortValue {
  bool is_unknown = true;
  Int128 value = 0;  // Smaller comes first; 0 when unknown.
  friend auto operator<=>(const SortValue&, const SortValue&) = default;
};

SortValue sort_value(const SortTerm& term, const Group& group, const MeasuredView& row) {
  Figure value;
  if (const auto* key = std::get_if<std::size_t>(&term.column)) {
    const KeyText* name = group.keys.name(*key);
    value = name == nullptr ? Figure() : Figure(name->rank);
  } else {
    value = std::get<MetricReader>(term.column).value(row);
  }
  if (!value) {
    return {};
  }
  // ~ turns the order round for every value, which a sign would not.
  return {false, term.descending ? ~*value : *value};
}

struct Candidate {
  UInt128 place = 0;  // All keys, as far as they fit; the others decide after it.
  std::uint32_t group = 0;
};

// Puts groups in order without looking at a text.
class CandidateOrder {
 public:
  CandidateOrder(const Aggregate& aggregate, std::size_t terms)
      : aggregate_(&aggregate), terms_(terms) {
    const std::size_t texts = aggregate.names ? aggregate.names->texts_count() : 0;
    rank_bits_ = static_cast<unsigned>(std::bit_width(texts));
    packed_keys_ = std::min<std::size_t>(aggregate.by.size(), 128 / std::max(1U, rank_bits_));
    absent_ = static_cast<std::uint32_t>(texts);
  }

  [[nodiscard]] Candidate candidate(std::uint32_t group) const {
    Candidate made{.place = 0, .group = group};
    for (std::size_t key = 0; key < packed_keys_; ++key) {
      made.place = made.place << rank_bits_ | rank(group, key);
    }
    return made;
  }

  void sort(std::vector<Candidate>& candidates, const std::vector<SortValue>& values) const {
    const auto comes_before = [&](const Candidate& left, const Candidate& right) {
      for (std::size_t term = 0; term < terms_; ++term) {
        const auto order =
            values[left.group * terms_ + term] <=> values[right.group * terms_ + term];
        if (order != 0) {
          return order < 0;
        }
      }
      return left.place != right.place ? left.place < right.place
                                       : rest_is_before(left.group, right.group);
    };
    if (!std::is_sorted(candidates.begin(), candidates.end(), comes_before)) {
      std::sort(candidates.begin(), candidates.end(), comes_before);
    }
  }

 private:
  [[nodiscard]] std::uint32_t rank(std::uint32_t group, std::size_t key) const {
    const KeyText* name = aggregate_->groups[group].keys.name(key);
    return name == nullptr ? absent_ : name->rank;
  }
  [[nodiscard]] bool rest_is_before(std::uint32_t left, std::uint32_t right) const {
    for (std::size_t key = packed_keys_; key < aggregate_->by.size(); ++key) {
      if (rank(left, key) != rank(right, key)) {
        return rank(left, key) < rank(right, key);
      }
    }
    return false;
  }

  const Aggregate* aggregate_;
  std::size_t terms_;
  unsigned rank_bits_ = 0;
  std::size_t packed_keys_ = 0;
  std::uint32_t absent_ = 0;  // The rank behind all others.
};

// What each group is judged and put in order by.
struct Judged {
  std::vector<std::uint8_t> is_kept;  // By group; passed `having`.
  std::vector<SortValue> values;      // As many as terms per group.
};

Judged judge_groups(const Aggregate& aggregate, const PriceList& prices, const ReportSpec& spec,
                    const std::vector<SortTerm>& terms, std::size_t workers) {
  const std::vector<MetricReader> metrics(spec.metrics.begin(), spec.metrics.end());
  const bool keeps_all = spec.having.is_always_true();
  const std::size_t groups = aggregate.groups.size();
  Judged judged{std::vector<std::uint8_t>(groups, 1),
                std::vector<SortValue>(groups * terms.size())};
  if (keeps_all && terms.empty()) {
    return judged;
  }
  const auto judge = [&](std::size_t /*worker*/, std::size_t begin, std::size_t end) {
    GroupMeter meter(prices, metrics);
    for (std::size_t index = begin; index < end; ++index) {
      const Group& group = aggregate.groups[index];
      const MeasuredView row = meter.measure(group.totals);
      if (!keeps_all && !spec.having.matches(RowFieldsView(group, row, metrics))) {
        judged.is_kept[index] = 0;
        continue;
      }
      for (std::size_t term = 0; term < terms.size(); ++term) {
        judged.values[index * terms.size() + term] = sort_value(terms[term], group, row);
      }
    }
  };
  share_stretches(workers, groups, RowBlock::rows_max, judge);
  return judged;
}

}  // namespace

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

ShownGroups choose_groups(const Aggregate& aggregate, const PriceList& prices,
                          const ReportSpec& spec, std::size_t workers) {
  const std::vector<SortTerm> terms = sort_terms(spec, aggregate.by);
  const Judged judged = judge_groups(aggregate, prices, spec, terms, workers);
  const CandidateOrder order(aggregate, terms.size());
  ShownGroups result;
  std::vector<Candidate> candidates;
  candidates.reserve(aggregate.groups.size());
  for (std::uint32_t index = 0; index < aggregate.groups.size(); ++index) {
    if (judged.is_kept[index] == 0) {
      result.folded.push_back(index);
      continue;
    }
    candidates.push_back(order.candidate(index));
  }
  order.sort(candidates, judged.values);
  const std::uint64_t top = spec.top.value_or(candidates.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    (i < top ? result.shown : result.folded).push_back(candidates[i].group);
  }
  std::sort(result.folded.begin(), result.folded.end());
  return result;
}

}  // namespace bedrocklog::analytics
