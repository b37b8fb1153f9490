// Shared cost moves between teams and never changes a sum; statements are parts of the whole.
#include "analytics/finance/chargeback.h"

#include <map>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::finance {
namespace {

using analytics::Attodollars;

const std::vector<Period> periods = {{0, 31}, {31, 59}};

/// A table by period, team and seller.
CostTable empty_table() {
  CostTable table;
  table.detail = CostDetail::period;
  table.columns = {{"period", false}, {"team", false}, {"billed_by", false}};
  return table;
}

void add_row(CostTable& table, std::size_t period, const std::string& team, std::int64_t cents,
             const std::string& seller = "aws") {
  CostRow row;
  row.name.texts = {
      table.texts->number_of("period " + std::to_string(period)),
      team.empty() ? CostTexts::absent : table.texts->number_of(team),
      table.texts->number_of(seller),
  };
  row.period = periods.at(period);
  row.has_price = true;
  row.list = Attodollars{analytics::Int128{cents} * 10'000'000'000'000'001};
  row.net = net_of(row.list, 1'234);
  table.rows.push_back(row);
}

/// "period team allocation seller" -> net cost.
std::map<std::string, NetDollars> net_by_name(const CostTable& table) {
  std::map<std::string, NetDollars> sums;
  for (const CostRow& row : table.rows) {
    std::string name;
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
      name += (column == 0 ? "" : "|") + std::string(table.text(row, column));
    }
    sums[name] += row.net;
  }
  return sums;
}

NetDollars net(std::int64_t cents) {
  return net_of(Attodollars{analytics::Int128{cents} * 10'000'000'000'000'001}, 1'234);
}

TEST(Chargeback, NamesWhatBelongsToNoTeam) {
  CostTable table = empty_table();
  add_row(table, 0, "", 5);
  add_row(table, 0, "unallocated", 2);
  add_row(table, 0, "a", 3);
  name_unallocated(table);
  const auto sums = net_by_name(table);
  EXPECT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(sums.at("period 0|unallocated|aws"), net(7));
  EXPECT_EQ(sums.at("period 0|a|aws"), net(3));
}

TEST(Chargeback, SharesInTheRatioOfOwnCostAndKeepsTheDirectCostVisible) {
  CostTable table = empty_table();
  add_row(table, 0, "", 100);
  add_row(table, 0, "a", 300);
  add_row(table, 0, "b", 100);
  name_unallocated(table);
  share_cost(table, {});
  const auto sums = net_by_name(table);
  EXPECT_EQ(sums.at("period 0|unallocated|direct|aws"), net(100));
  EXPECT_EQ(sums.at("period 0|unallocated|shared|aws"), NetDollars{} - net(100));
  EXPECT_EQ(sums.at("period 0|a|direct|aws"), net(300));
  EXPECT_EQ(sums.at("period 0|a|shared|aws"), net(75));
  EXPECT_EQ(sums.at("period 0|b|shared|aws"), net(25));
}

TEST(Chargeback, SharesEvenlyAndByFixedShares) {
  for (const bool is_fixed : {false, true}) {
    CostTable table = empty_table();
    add_row(table, 0, "platform", 100);
    add_row(table, 0, "a", 300);
    add_row(table, 0, "b", 100);
    SharedCostRule rule;
    rule.split = is_fixed ? SharedSplit::fixed : SharedSplit::even;
    rule.shares = {{"a", 9'000}, {"c", 1'000}};
    rule.shared_teams = {"platform"};
    share_cost(table, rule);
    const auto sums = net_by_name(table);
    EXPECT_EQ(sums.at("period 0|a|shared|aws"), net(is_fixed ? 90 : 50));
    EXPECT_EQ(sums.at(is_fixed ? "period 0|c|shared|aws" : "period 0|b|shared|aws"),
              net(is_fixed ? 10 : 50));
    EXPECT_EQ(sums.at("period 0|platform|shared|aws"), NetDollars{} - net(100));
  }
}

TEST(Chargeback, LeavesCostWhereNobodyCanTakeIt) {
  CostTable table = empty_table();
  add_row(table, 0, "", 100);
  add_row(table, 1, "", 100);
  add_row(table, 1, "a", 1);
  name_unallocated(table);
  share_cost(table, {});
  const auto sums = net_by_name(table);
  EXPECT_FALSE(sums.contains("period 0|unallocated|shared|aws"));
  EXPECT_EQ(sums.at("period 1|a|shared|aws"), net(100));
  ASSERT_EQ(table.notes.size(), 2U);
  EXPECT_EQ(table.notes[1], "nobody to give shared cost to in period 0: it stays where it is");
}

CostTable arbitrary_table() {
  CostTable table = empty_table();
  const std::vector<std::string> teams = {"", "a", "b", "c", "platform"};
  const auto count = *rc::gen::inRange(0, 30);
  for (int at = 0; at < count; ++at) {
    add_row(table, *rc::gen::inRange<std::size_t>(0, 2), *rc::gen::elementOf(teams),
            *rc::gen::inRange<std::int64_t>(0, 1'000'000),
            *rc::gen::element<std::string>("aws", "marketplace"));
  }
  return table;
}

RC_GTEST_PROP(Chargeback, SharingChangesNoSumOfAPeriodOrSeller, ()) {
  CostTable table = arbitrary_table();
  name_unallocated(table);
  const auto sums_of = [](const CostTable& of) {
    std::map<std::string, std::pair<Attodollars, NetDollars>> sums;
    const std::size_t seller = *of.column("billed_by");
    for (const CostRow& row : of.rows) {
      auto& [list, net] = sums[std::string(of.text(row, 0)) + std::string(of.text(row, seller))];
      list += row.list;
      net += row.net;
    }
    std::erase_if(sums, [](const auto& sum) { return sum.second.second == NetDollars{}; });
    return sums;
  };
  const auto before = sums_of(table);
  SharedCostRule rule;
  rule.split = *rc::gen::element(SharedSplit::proportional, SharedSplit::even, SharedSplit::fixed);
  rule.shares = {{"a", 3'333}, {"z", 6'667}};
  rule.shared_teams = {"platform"};
  share_cost(table, rule);
  RC_ASSERT(sums_of(table) == before);
  if (rule.split == SharedSplit::fixed) {
    // Then there is always somebody to give to, so nothing is left with the givers.
    std::map<std::string, NetDollars> left;
    const std::size_t team = *table.column("team");
    for (const CostRow& row : table.rows) {
      left[std::string(table.text(row, team))] += row.net;
    }
    RC_ASSERT(left["unallocated"] == NetDollars{});
    RC_ASSERT(left["platform"] == NetDollars{});
  }
}

RC_GTEST_PROP(Chargeback, StatementsHoldEachRowOnce, ()) {
  CostTable table = arbitrary_table();
  table.sort();
  const std::vector<Statement> statements = statements_by(table, 1);
  std::size_t rows = 0;
  NetDollars net;
  for (const Statement& statement : statements) {
    rows += statement.table.rows.size();
    net += statement.table.total().net;
    for (const CostRow& row : statement.table.rows) {
      RC_ASSERT(statement.table.text(row, 1) == statement.value.value_or(""));
    }
  }
  RC_ASSERT(rows == table.rows.size());
  RC_ASSERT(net == table.total().net);
}

}  // namespace
}  // namespace bedrocklog::finance
