// Closed rows and what differs from them now.
#include "analytics/finance/ledger.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "analytics/calendar.h"
#include "analytics/report_notes.h"
#include "ingest/ensure.h"

namespace bedrocklog::finance {
namespace {

using analytics::Int128;
using Texts = std::vector<std::optional<std::string>>;

// What makes two rows of one month the same, in any run.
struct Identity {
  Texts texts;
  std::optional<std::int64_t> price_mantissa_e10;
  std::uint32_t price_quantity = 1;
  std::optional<std::uint32_t> basis_points;
  friend auto operator<=>(const Identity&, const Identity&) = default;
};
using Sums = std::map<Identity, CostRow>;

Identity identity_of(Texts texts, const CostName& name) {
  return {std::move(texts), name.price_mantissa_e10, name.price_quantity, name.basis_points};
}

Texts texts_of(const CostTable& table, const CostRow& row) {
  Texts texts;
  for (std::size_t at = 1; at < row.name.texts.size(); ++at) {
    const std::uint32_t number = row.name.texts[at];
    texts.push_back(number == CostTexts::absent
                        ? std::nullopt
                        : std::optional(std::string((*table.texts)[number])));
  }
  return texts;
}

CostRow difference(const CostRow& now, const CostRow& then) {
  CostRow row = now;
  row.quantity -= then.quantity;
  row.unpriced_tokens -= then.unpriced_tokens;
  row.has_price = now.has_price || then.has_price;
  row.list = now.list - then.list;
  row.net = now.net - then.net;
  row.on_demand_value.reset();
  row.saving.reset();
  return row;
}

bool is_nothing(const CostRow& row) {
  return row.quantity == 0 && row.unpriced_tokens == 0 && row.list.value == 0 && row.net.value == 0;
}

// Months of ledgers and of --close were parsed before.
CivilDate first_of(const std::string& month) {
  const std::optional<CivilDate> first = analytics::parse_month(month);
  ensure(first.has_value());
  return first.value_or(CivilDate());
}

TimeRange range_of_month(const std::string& month) {
  const CivilDate first = first_of(month);
  const CivilDate next = analytics::first_of_month(first, 1);
  return {{days_from_civil(first) * day_ms}, {days_from_civil(next) * day_ms}};
}

std::string month_after(const std::string& month) {
  const CivilDate next = analytics::first_of_month(first_of(month), 1);
  return fmt::format("{:04}-{:02}", next.year, next.month);
}

Period period_of_month(const std::string& month) {
  const TimeRange range = range_of_month(month);
  return {static_cast<std::int32_t>(range.begin.value / day_ms),
          static_cast<std::int32_t>(range.end.value / day_ms)};
}

enum class Inside : std::uint8_t { whole, part, none };

Inside inside(const TimeRange& month, const TimeRange& range) {
  if (range.begin <= month.begin && month.end <= range.end) {
    return Inside::whole;
  }
  return month.end <= range.begin || range.end <= month.begin ? Inside::none : Inside::part;
}

class Booker {
 public:
  Booker(CostTable table, const Ledger& ledger, const LedgerUse& use)
      : counted_(std::move(table)), ledger_(ledger), use_(use) {
    for (const CostRow& row : counted_.rows) {
      const std::string month(counted_.text(row, 0));
      now_[month].emplace(identity_of(texts_of(counted_, row), row.name), row);
    }
    for (const Closing& closing : ledger.closings) {
      for (const LedgerRow& row : closing.rows) {
        booked_[row.original][identity_of(row.texts, row.sums.name)].add(row.sums);
      }
    }
  }

  Result<BookedCost> book() {
    std::optional<Fault> failed = check_closings();
    failed = failed ? failed : check_close();
    if (failed) {
      return tl::unexpected(*failed);
    }
    begin_table();
    for (const Closing& closing : ledger_.closings) {
      if (inside(range_of_month(closing.month), use_.range) == Inside::whole) {
        add_closed(closing);
        failed = failed ? failed : add_adjustments(closing.month);
      }
    }
    if (failed) {
      return tl::unexpected(*failed);
    }
    for (const auto& [month, rows] : now_) {
      if (ledger_.find(month) == nullptr) {
        for (const auto& [identity, row] : rows) {
          const bool is_closing = result_.closing && result_.closing->month == month;
          add({month, month, is_closing ? "closed" : "open"}, identity, row);
        }
      }
    }
    if (result_.closing) {
      result_.closing->prices_name = use_.prices.name;
      result_.closing->prices_sha256 = use_.prices.sha256;
    }
    add_note();
    result_.table.sort();
    return std::move(result_);
  }

 private:
  struct Entry {
    std::string month;     // In which the row stands.
    std::string original;  // Month of the usage.
    std::string text;
  };

  [[nodiscard]] std::string subject() const { return use_.close ? "--close" : "--ledger"; }

  std::optional<Fault> check_closings() const {
    for (const Closing& closing : ledger_.closings) {
      if (inside(range_of_month(closing.month), use_.range) == Inside::part) {
        return Fault{subject(), fmt::format("the range cuts the closed month {}; name whole months",
                                            closing.month)};
      }
    }
    return std::nullopt;
  }

  std::optional<Fault> check_close() {
    if (!use_.close) {
      return std::nullopt;
    }
    const std::string& month = *use_.close;
    if (inside(range_of_month(month), use_.range) != Inside::whole) {
      return Fault{"--close", fmt::format("the range leaves out part of {}", month)};
    }
    if (ledger_.find(month) != nullptr) {
      const auto same = [](const auto& left, const auto& right) {
        return left.first == right.first && is_nothing(difference(left.second, right.second));
      };
      const Sums& now = now_[month];
      const Sums& then = booked_[month];
      if (!std::equal(now.begin(), now.end(), then.begin(), then.end(), same)) {
        return Fault{"--close", fmt::format("{} is closed with other figures; what differs is an "
                                            "adjustment of the month that is open: leave --close "
                                            "out to see it",
                                            month)};
      }
      result_.is_closed_alike = true;
      return std::nullopt;
    }
    if (!ledger_.closings.empty() && month < ledger_.closings.back().month) {
      return Fault{"--close", fmt::format("{} is before {}, which is closed", month,
                                          ledger_.closings.back().month)};
    }
    result_.closing.emplace();
    result_.closing->month = month;
    return std::nullopt;
  }

  void begin_table() {
    CostTable& table = result_.table;
    table = counted_;
    table.rows.clear();
    table.texts = std::make_shared<CostTexts>();
    table.columns.insert(table.columns.begin() + 1, entry_column());
  }

  void add(const Entry& entry, const Identity& identity, const CostRow& sums) {
    CostRow row = sums;
    row.name.texts.clear();
    row.name.texts.push_back(result_.table.texts->number_of(entry.month));
    row.name.texts.push_back(result_.table.texts->number_of(entry.text));
    for (const std::optional<std::string>& text : identity.texts) {
      row.name.texts.push_back(text ? result_.table.texts->number_of(*text) : CostTexts::absent);
    }
    row.name.price_mantissa_e10 = identity.price_mantissa_e10;
    row.name.price_quantity = identity.price_quantity;
    row.name.basis_points = identity.basis_points;
    row.period = period_of_month(entry.month);
    row.class_order = class_order(identity);
    row.is_hours = row.class_order > analytics::meter_count;
    if (result_.closing && entry.month == result_.closing->month) {
      result_.closing->rows.push_back({entry.original, identity.texts, row});
    }
    result_.table.rows.push_back(std::move(row));
  }

  [[nodiscard]] unsigned class_order(const Identity& identity) const {
    const std::size_t column = counted_.column("class").value_or(0);
    ensure(column > 0);
    const std::optional<std::string>& name = identity.texts.at(column - 1);
    for (unsigned meter = 0; meter < analytics::meter_count; ++meter) {
      if (name == name_of(static_cast<analytics::Meter>(meter))) {
        return meter;
      }
    }
    return hours_class_order;
  }

  void add_closed(const Closing& closing) {
    for (const LedgerRow& row : closing.rows) {
      const std::string text =
          row.original == closing.month ? "closed" : "adjustment of " + row.original;
      add({closing.month, row.original, text}, identity_of(row.texts, row.sums.name), row.sums);
    }
  }

  // What the logs hold of a closed month now, less what was booked of it.
  std::optional<Fault> add_adjustments(const std::string& month) {
    const std::string current =
        result_.closing ? result_.closing->month : month_after(ledger_.closings.back().month);
    Sums changed = now_[month];
    for (const auto& [identity, row] : booked_[month]) {
      CostRow& now = changed[identity];
      now = difference(now, row);
    }
    for (const auto& [identity, row] : changed) {
      if (is_nothing(row)) {
        continue;
      }
      if (result_.closing && now_[month].empty()) {
        return Fault{"--close", fmt::format("the sources hold nothing of {}, which is closed; name "
                                            "a range without it (--month {})",
                                            month, result_.closing->month)};
      }
      ++adjustments_;
      add({current, month, "adjustment of " + month}, identity, row);
    }
    return std::nullopt;
  }

  void add_note() {
    std::vector<std::string> closed;
    for (const Closing& closing : ledger_.closings) {
      if (inside(range_of_month(closing.month), use_.range) == Inside::whole) {
        closed.push_back(closing.month);
      }
    }
    if (!closed.empty()) {
      result_.table.notes.push_back(fmt::format(
          "closed months are as they were closed: {}; rows that differ now are adjustments of the "
          "month that is open: {}",
          fmt::join(closed, ", "), analytics::with_separators(adjustments_)));
    }
  }

  CostTable counted_;
  const Ledger& ledger_;
  const LedgerUse& use_;
  std::map<std::string, Sums> now_, booked_;  // By month of the usage.
  Int128 adjustments_ = 0;
  BookedCost result_;
};

}  // namespace

const Closing* Ledger::find(std::string_view month) const {
  const auto found = std::find_if(closings.begin(), closings.end(),
                                  [&](const Closing& one) { return one.month == month; });
  return found == closings.end() ? nullptr : &*found;
}

LedgerTerms terms_of(const CostTable& table, const analytics::ReportSpec& spec) {
  LedgerTerms terms;
  for (std::size_t at = 1; at < table.columns.size(); ++at) {
    terms.columns.push_back(table.columns[at].name);
  }
  terms.where = spec.where_text;
  terms.deduplicated = spec.deduplicated;
  return terms;
}

Result<BookedCost> book(CostTable table, const Ledger& ledger, const LedgerUse& use) {
  ensure(table.detail == CostDetail::token_class);
  return Booker(std::move(table), ledger, use).book();
}

}  // namespace bedrocklog::finance
