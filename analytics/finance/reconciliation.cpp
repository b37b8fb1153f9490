// Puts both sides under one key, matches them, and adds the rows up again to prove the identity.
#include "analytics/finance/reconciliation.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "analytics/finance/difference_reasoning.h"
#include "analytics/finance/exact_decimal.h"
#include "analytics/finance/usage_matching.h"
#include "ingest/ensure.h"

namespace bedrocklog::finance {
namespace {

using analytics::Attodollars;
using analytics::Int128;

constexpr unsigned money_decimals = 18;

Int128 magnitude(Int128 value) {
  return value < 0 ? -value : value;
}

std::int64_t floor_days(std::int64_t ms) {
  return ms / day_ms - (ms % day_ms < 0 ? 1 : 0);
}

/// Half a unit of the last decimal of a line.
Int128 rounding_per_line(unsigned decimals) {
  return decimals >= money_decimals ? Int128{0} : power_of_ten(money_decimals - decimals) / 2;
}

std::vector<TimeRange> joined_periods(const Bill& bill) {
  std::vector<TimeRange> joined;
  for (const auto& [begin, end] : bill.periods_ms) {
    if (!joined.empty() && begin <= joined.back().end.value) {
      joined.back().end.value = std::max(joined.back().end.value, end);
    } else {
      joined.push_back({{begin}, {end}});
    }
  }
  if (joined.empty() && !bill.usage.empty()) {  // No such columns: from the first day to the last.
    const auto by_day = [](const auto& left, const auto& right) {
      return left.first.day < right.first.day;
    };
    const auto [first, last] = std::minmax_element(bill.usage.begin(), bill.usage.end(), by_day);
    joined.push_back({{first->first.day * day_ms}, {(last->first.day + 1) * day_ms}});
  }
  return joined;
}

/// Rows of what is not compared, with both sides.
struct ApartSum {
  Int128 log_tokens = 0;
  Attodollars log_cost;
  bool has_log = false;
  bool has_price = false;
  LeftOverSum bill;
};

class Reconciler {
 public:
  Reconciler(const LoggedUsage& logs, Bill& bill, const analytics::PriceTable& prices,
             const ReconcileOptions& options)
      : logs_(logs), bill_(bill), prices_(prices), options_(options) {}

  Reconciliation run() {
    result_.periods = joined_periods(bill_);
    const std::optional<UnixMillis> reference = options_.now ? options_.now : bill_.latest_end;
    if (reference && options_.settle_hours > 0) {
      result_.settled_until =
          static_cast<std::int32_t>(floor_days(reference->value - options_.settle_hours * hour_ms));
    }
    add_logs();
    add_bill();
    compare();
    add_apart();
    sort_rows();
    add_up();
    return std::move(result_);
  }

 private:
  /// Why a day is left out; nothing: it is compared.
  [[nodiscard]] std::optional<Cause> left_out(std::int32_t day) const {
    const std::int64_t begin = day * day_ms;
    const std::int64_t end = begin + day_ms;
    if (begin < options_.range.begin.value || end > options_.range.end.value) {
      return Cause::outside_range;
    }
    const bool is_billed =
        std::any_of(result_.periods.begin(), result_.periods.end(), [&](const TimeRange& period) {
          return period.begin.value <= begin && end <= period.end.value;
        });
    if (!is_billed) {
      return Cause::outside_bill;
    }
    return result_.settled_until && day >= *result_.settled_until ? std::optional(Cause::too_recent)
                                                                  : std::nullopt;
  }

  /// Of days that are left out only their sum is of interest.
  static LeftOverKey apart_key(const UsageKey& key, Cause cause) {
    return {.bucket = cause == Cause::too_recent ? Bucket::unsettled : Bucket::outside_period,
            .cause = cause,
            .account = key.account,
            .region = key.region,
            .model = key.model,
            .what = name_of(key.meter),
            .day = std::nullopt};
  }

  void add_logs() {
    for (const Charge& charge : logs_.charges) {
      const analytics::PriceKey& price = *charge.key;
      const auto account = logs_.aggregate->groups[charge.group].keys[0];
      const UsageKey key{bill_.names.keep(account.value_or("")),
                         bill_.names.keep(price.region),
                         bill_.names.keep(price.model),
                         price.day,
                         charge.meter,
                         price.tier,
                         price.scope,
                         price.context_limit != 0};
      log_cost_ += charge.list_cost.value_or(Attodollars{});
      log_tokens_ += charge.quantity;
      std::optional<LeftOverKey> apart;
      if (const std::optional<Cause> cause = left_out(price.day)) {
        apart = apart_key(key, *cause);
      } else if (price.covered) {
        apart = {Bucket::not_comparable,
                 Cause::provisioned,
                 key.account,
                 key.region,
                 key.model,
                 name_of(key.meter),
                 key.day};
      }
      if (apart) {
        ApartSum& sum = apart_[*apart];
        sum.has_log = true;
        sum.log_tokens += charge.quantity;
        sum.log_cost += charge.list_cost.value_or(Attodollars{});
        sum.has_price = sum.has_price || charge.list_cost.has_value();
        continue;
      }
      UsageCell& cell = cell_of(key);
      cell.has_log = true;
      cell.log_tokens += charge.quantity;
      cell.log_cost += charge.list_cost.value_or(Attodollars{});
      cell.is_unpriced = cell.is_unpriced || !charge.list_cost;
    }
  }

  void add_bill() {
    for (const auto& [key, sum] : bill_.usage) {
      bill_tokens_e12_ += sum.tokens_e12;
      if (const std::optional<Cause> cause = left_out(key.day)) {
        LeftOverSum& apart = apart_[apart_key(key, *cause)].bill;
        apart.tokens_e12 += sum.tokens_e12;
        apart.has_tokens = true;
        apart.cost += sum.cost;
        apart.lines += sum.lines;
        continue;
      }
      UsageCell& cell = cell_of(key);
      cell.has_bill = true;
      cell.bill = sum;
    }
    for (const auto& [key, sum] : bill_.left_over) {
      bill_tokens_e12_ += sum.tokens_e12;
      apart_[key].bill = sum;
    }
  }

  UsageCell& cell_of(const UsageKey& key) {
    UsageCell& cell = cells_by_key_[key];
    cell.key = key;
    return cell;
  }

  void compare() {
    std::vector<UsageCell> cells;
    cells.reserve(cells_by_key_.size());
    for (const auto& [key, cell] : cells_by_key_) {
      cells.push_back(cell);
    }
    cells_by_key_.clear();
    const std::vector<Match> matches = match_usage(cells);
    const Reasoning reasoning(cells, matches, prices_, rounding_per_line(options_.bill_decimals));
    for (const Match& match : matches) {
      const MatchSums sums = reasoning.sums_of(match);
      result_.rows.push_back(row_of(cells, sums, reasoning.judge(sums)));
    }
  }

  static Difference row_of(std::span<const UsageCell> cells, const MatchSums& sums,
                           Verdict verdict) {
    const std::vector<std::size_t>& members = sums.match->cells;
    const auto logged = std::find_if(members.begin(), members.end(),
                                     [&](std::size_t at) { return cells[at].has_log; });
    const UsageKey& key = cells[logged == members.end() ? members.front() : *logged].key;
    const bool is_one_meter = std::all_of(members.begin(), members.end(), [&](std::size_t at) {
      return cells[at].key.meter == key.meter;
    });
    Difference row;
    row.bucket = verdict.bucket;
    row.cause = verdict.cause;
    row.detail = std::move(verdict.detail);
    row.account = key.account;
    row.region = key.region;
    row.model = key.model;
    row.day = key.day;
    row.meter = is_one_meter ? name_of(key.meter) : "cache_write_tokens";
    row.price_class = price_class_of(key);
    if (sums.has_log) {
      row.log_tokens = sums.log_tokens;
      if (!sums.is_unpriced || sums.log_cost.value != 0) {
        row.log_cost = sums.log_cost;
      }
    }
    if (sums.has_bill) {
      row.bill_tokens_e12 = sums.bill_tokens_e12;
      row.bill_cost = sums.bill_cost;
    }
    row.bill_lines = sums.lines;
    return row;
  }

  void add_apart() {
    for (const auto& [key, sum] : apart_) {
      Difference row;
      row.bucket = key.bucket;
      row.cause = key.cause;
      row.account = key.account;
      row.region = key.region;
      row.model = key.model;
      row.day = key.day;
      row.meter = key.what;
      if (sum.has_log) {
        row.log_tokens = sum.log_tokens;
        if (sum.has_price) {
          row.log_cost = sum.log_cost;
        }
      }
      if (sum.bill.lines > 0) {
        row.bill_cost = sum.bill.cost;
        if (sum.bill.has_tokens) {
          row.bill_tokens_e12 = sum.bill.tokens_e12;
        }
      }
      row.bill_lines = sum.bill.lines;
      result_.rows.push_back(std::move(row));
    }
  }

  [[nodiscard]] bool is_tolerated(const Difference& row) const {
    const Int128 cost = magnitude(row.cost_difference().value);
    return magnitude(row.token_difference_e12()) <= options_.tolerance_tokens * bill_token_unit &&
           cost <= options_.tolerance.value;
  }

  /// An agreement by sum only differs when its money does.
  [[nodiscard]] bool differs(const Difference& row) const {
    const Int128 rounding =
        rounding_per_line(options_.bill_decimals) * static_cast<Int128>(row.bill_lines);
    return is_finding(row.bucket) && (row.bucket != Bucket::agrees_by_sum ||
                                      magnitude(row.cost_difference().value) > rounding);
  }

  void sort_rows() {
    const auto order = [](const Difference& row) {
      return std::tuple(-magnitude(row.cost_difference().value),
                        -magnitude(row.token_difference_e12()), row.bucket, row.cause,
                        std::string_view(row.account), row.day, std::string_view(row.region),
                        std::string_view(row.model), std::string_view(row.meter),
                        std::string_view(row.price_class));
    };
    std::sort(result_.rows.begin(), result_.rows.end(),
              [&](const Difference& left, const Difference& right) {
                return order(left) < order(right);
              });
  }

  void add_up() {
    std::map<std::pair<Bucket, Cause>, BothSides> sums;
    for (Difference& row : result_.rows) {
      const bool has_tolerance = options_.tolerance_tokens > 0 || options_.tolerance.value > 0;
      if (differs(row) && has_tolerance && is_tolerated(row)) {
        row.bucket = Bucket::agrees;
        row.cause = Cause::within_tolerance;
      }
      result_.findings += differs(row) ? 1U : 0U;
      sums[{row.bucket, row.cause}].add(row);
      result_.total.add(row);
    }
    for (const auto& [which, sides] : sums) {
      result_.causes.push_back({which.first, which.second, sides});
    }
    // Nothing is left over: else the explanation would be wrong, and only a bug can make it so.
    ensure(result_.total.log_tokens == log_tokens_);
    ensure(result_.total.log_cost == log_cost_);
    ensure(result_.total.bill_tokens_e12 == bill_tokens_e12_);
    ensure(result_.total.bill_cost == bill_.total);
  }

  const LoggedUsage& logs_;
  Bill& bill_;
  const analytics::PriceTable& prices_;
  const ReconcileOptions& options_;
  std::map<UsageKey, UsageCell> cells_by_key_;
  std::map<LeftOverKey, ApartSum> apart_;
  Attodollars log_cost_;
  Int128 log_tokens_ = 0;
  Int128 bill_tokens_e12_ = 0;
  Reconciliation result_;
};

}  // namespace

void BothSides::add(const Difference& row) {
  ++rows;
  bill_lines += row.bill_lines;
  log_tokens += row.log_tokens.value_or(0);
  bill_tokens_e12 += row.bill_tokens_e12.value_or(0);
  log_cost += row.log_cost.value_or(Attodollars{});
  bill_cost += row.bill_cost.value_or(Attodollars{});
  unpriced_rows += row.log_tokens && !row.log_cost ? 1U : 0U;
}

Reconciliation reconcile(const LoggedUsage& logs, Bill& bill, const analytics::PriceTable& prices,
                         const ReconcileOptions& options) {
  ensure(logs.aggregate->by.size() == 1 &&
         logs.aggregate->by.front().kind == analytics::KeyKind::account);
  return Reconciler(logs, bill, prices, options).run();
}

}  // namespace bedrocklog::finance
