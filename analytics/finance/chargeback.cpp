// Pots are filled, split by weights, and written as rows that take from one team and give to
// others.
#include "analytics/finance/chargeback.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "ingest/ensure.h"

namespace bedrocklog::finance {
namespace {

using analytics::Attodollars;
using analytics::Int128;

constexpr std::string_view team_column = "team";
constexpr std::string_view seller_column = "billed_by";

/// Shared cost of one period and seller, by who has it.
struct Pot {
  std::map<std::uint32_t, std::pair<Attodollars, NetDollars>> givers;
};

struct PeriodCost {
  std::uint32_t label = 0;
  std::map<std::uint32_t, Pot> pots;              // By seller.
  std::map<std::uint32_t, NetDollars> own_costs;  // By team, of those that have no shared cost.
};

class Sharing {
 public:
  Sharing(CostTable& table, const SharedCostRule& rule) : table_(table), rule_(rule) {
    const std::optional<std::size_t> team = table.column(team_column);
    ensure(team.has_value());
    team_ = team.value_or(0);
    allocation_ = team_ + 1;
    shared_.insert(table_.texts->number_of(unallocated));
    for (const std::string& name : rule.shared_teams) {
      shared_.insert(table_.texts->number_of(name));
    }
  }

  void run() {
    add_column();
    seller_ = table_.column(seller_column);
    collect();
    for (const auto& [period, cost] : periods_) {
      share(period, cost);
    }
    table_.rows.insert(table_.rows.end(), made_.begin(), made_.end());
    table_.sort();
    add_notes();
  }

 private:
  void add_column() {
    table_.columns.insert(table_.columns.begin() + static_cast<std::ptrdiff_t>(allocation_),
                          {"allocation", false});
    const std::uint32_t direct = table_.texts->number_of("direct");
    for (CostRow& row : table_.rows) {
      row.name.texts.insert(row.name.texts.begin() + static_cast<std::ptrdiff_t>(allocation_),
                            direct);
    }
  }

  void collect() {
    for (const CostRow& row : table_.rows) {
      const std::uint32_t team = row.name.texts[team_];
      PeriodCost& cost = periods_[row.period];
      cost.label = row.name.texts.front();
      if (!shared_.contains(team)) {
        cost.own_costs[team] += row.net;
        continue;
      }
      auto& [list, net] = cost.pots[seller_of(row)].givers[team];
      list += row.list;
      net += row.net;
    }
  }

  [[nodiscard]] std::uint32_t seller_of(const CostRow& row) const {
    return seller_ ? row.name.texts[*seller_] : CostTexts::absent;
  }

  struct Receivers {
    std::vector<std::uint32_t> teams;
    std::vector<Int128> weights;
  };

  /// In the order of their names, so that what does not divide goes the same way in every run.
  Receivers receivers_of(const PeriodCost& cost) {
    std::map<std::string_view, std::pair<std::uint32_t, Int128>> by_name;
    if (rule_.split == SharedSplit::fixed) {
      for (const auto& [team, points] : rule_.shares) {
        by_name[team] = {table_.texts->number_of(team), Int128{points}};
      }
    } else {
      for (const auto& [team, net] : cost.own_costs) {
        by_name[(*table_.texts)[team]] = {team,
                                          rule_.split == SharedSplit::even ? Int128{1} : net.value};
      }
    }
    Receivers receivers;
    for (const auto& [name, receiver] : by_name) {
      receivers.teams.push_back(receiver.first);
      receivers.weights.push_back(receiver.second);
    }
    return receivers;
  }

  void share(const Period& period, const PeriodCost& cost) {
    const Receivers receivers = receivers_of(cost);
    for (const auto& [seller, pot] : cost.pots) {
      Attodollars list;
      NetDollars net;
      for (const auto& [team, amounts] : pot.givers) {
        list += amounts.first;
        net += amounts.second;
      }
      if (list == Attodollars{} && net == NetDollars{}) {
        continue;
      }
      if (receivers.teams.empty()) {
        unshared_.emplace((*table_.texts)[cost.label]);
        continue;
      }
      for (const auto& [team, amounts] : pot.givers) {
        add_row({period, cost.label, team, seller}, Attodollars{} - amounts.first,
                NetDollars{} - amounts.second);
      }
      const std::vector<Int128> lists = split_by(list.value, receivers.weights);
      const std::vector<Int128> nets = split_by(net.value, receivers.weights);
      for (std::size_t at = 0; at < receivers.teams.size(); ++at) {
        add_row({period, cost.label, receivers.teams[at], seller}, Attodollars{lists[at]},
                NetDollars{nets[at]});
      }
    }
  }

  struct SharedRow {
    Period period;
    std::uint32_t label = 0;
    std::uint32_t team = 0;
    std::uint32_t seller = 0;
  };

  void add_row(const SharedRow& about, Attodollars list, NetDollars net) {
    if (list == Attodollars{} && net == NetDollars{}) {
      return;
    }
    CostRow row;
    row.name.texts.assign(table_.columns.size(), CostTexts::absent);
    row.name.texts.front() = about.label;
    row.name.texts[team_] = about.team;
    row.name.texts[allocation_] = table_.texts->number_of("shared");
    if (seller_) {
      row.name.texts[*seller_] = about.seller;
    }
    row.period = about.period;
    row.has_price = true;
    row.list = list;
    row.net = net;
    made_.push_back(std::move(row));
  }

  void add_notes() {
    std::vector<std::string> givers(rule_.shared_teams);
    givers.insert(givers.begin(), std::string(unallocated));
    const std::string_view how =
        rule_.split == SharedSplit::fixed
            ? "by the shares given"
            : (rule_.split == SharedSplit::even
                   ? "evenly among the teams with usage in the period"
                   : "in the ratio of the teams' own net cost in the period, evenly where all of "
                     "it is 0");
    table_.notes.push_back(
        fmt::format("cost of {} is given out {}: rows of allocation shared; usage without a price "
                    "stays where it is",
                    fmt::join(givers, ", "), how));
    for (const std::string& period : unshared_) {
      table_.notes.push_back(
          fmt::format("nobody to give shared cost to in {}: it stays where it is", period));
    }
  }

  CostTable& table_;
  const SharedCostRule& rule_;
  std::size_t team_ = 0;
  std::size_t allocation_ = 0;
  std::optional<std::size_t> seller_;
  std::set<std::uint32_t> shared_;
  std::map<Period, PeriodCost> periods_;
  std::vector<CostRow> made_;
  std::set<std::string> unshared_;
};

}  // namespace

void name_unallocated(CostTable& table) {
  const std::optional<std::size_t> team = table.column(team_column);
  if (!team) {
    return;
  }
  CostRows rows;
  for (const CostRow& row : table.rows) {
    CostName name = row.name;
    if (name.texts[*team] == CostTexts::absent) {
      name.texts[*team] = table.texts->number_of(unallocated);
    }
    CostRow& into = rows.row(name, row.period);  // A tag may say `unallocated` as well.
    into.class_order = row.class_order;
    into.add(row);
  }
  table.rows = rows.take();
  table.sort();
}

void share_cost(CostTable& table, const SharedCostRule& rule) {
  Sharing(table, rule).run();
}

std::vector<Statement> statements_by(const CostTable& table, std::size_t column) {
  std::map<std::optional<std::string>, std::size_t> positions;
  std::vector<Statement> statements;
  CostTable empty;  // All of the table but its rows.
  empty.detail = table.detail;
  empty.columns = table.columns;
  empty.texts = table.texts;
  empty.discounts_name = table.discounts_name;
  empty.assumes_seller = table.assumes_seller;
  empty.has_capacity = table.has_capacity;
  empty.notes = table.notes;
  for (const CostRow& row : table.rows) {
    const bool is_absent = row.name.texts.at(column) == CostTexts::absent;
    const std::optional<std::string> value =
        is_absent ? std::nullopt : std::optional(std::string(table.text(row, column)));
    const auto [found, is_new] = positions.emplace(value, statements.size());
    if (is_new) {
      Statement& made = statements.emplace_back();
      made.value = value;
      made.table = empty;
    }
    statements[found->second].table.rows.push_back(row);
  }
  std::sort(statements.begin(), statements.end(),
            [](const Statement& left, const Statement& right) { return left.value < right.value; });
  return statements;
}

}  // namespace bedrocklog::finance
