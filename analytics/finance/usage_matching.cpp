// Passes over what is left, from the likeliest explanation to the least.
#include "analytics/finance/usage_matching.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

namespace bedrocklog::finance {
namespace {

using analytics::Int128;
using analytics::Meter;

bool tokens_agree(const UsageCell& cell) {
  return cell.log_tokens_e12() == cell.bill.tokens_e12;
}

/// Keys that are the same once something is left out are equal here.
using LeaveOut = UsageKey (*)(UsageKey key);

UsageKey without_ttl(UsageKey key) {
  key.meter = key.meter == Meter::cache_write_1h ? Meter::cache_write_5m : key.meter;
  return key;
}

UsageKey without_class(UsageKey key) {
  key.tier = {};
  key.scope = {};
  key.is_long_context = false;
  return key;
}

UsageKey without_ttl_and_class(UsageKey key) {
  return without_ttl(without_class(key));
}

UsageKey without_region(UsageKey key) {
  key.region = {};
  return key;
}

UsageKey without_day(UsageKey key) {
  key.day = 0;
  return key;
}

UsageKey without_model(UsageKey key) {
  key.model = {};
  return without_class(key);
}

class Matcher {
 public:
  explicit Matcher(std::span<const UsageCell> cells) : cells_(cells) {}

  std::vector<Match> run() {
    match_by_key();
    match_sums(MatchedBy::cache_ttl, without_ttl);
    match_pairs(MatchedBy::price_class, without_class);
    match_sums(MatchedBy::price_class, without_class);
    match_sums(MatchedBy::price_class, without_ttl_and_class);
    match_pairs(MatchedBy::region, without_region);
    match_pairs(MatchedBy::day, without_day);
    match_pairs(MatchedBy::model, without_model);
    for (const std::size_t cell : left_) {
      matches_.push_back({MatchedBy::nothing, {cell}});
    }
    std::sort(matches_.begin(), matches_.end(), [](const Match& left, const Match& right) {
      return left.cells.front() < right.cells.front();
    });
    return std::move(matches_);
  }

 private:
  void match_by_key() {
    for (std::size_t at = 0; at < cells_.size(); ++at) {
      if (cells_[at].has_bill && tokens_agree(cells_[at])) {
        matches_.push_back({MatchedBy::key, {at}});
      } else {
        left_.push_back(at);
      }
    }
  }

  void add(MatchedBy by, std::vector<std::size_t> cells) {
    matches_.push_back({by, std::move(cells)});
  }

  void keep_left(const std::vector<bool>& is_taken) {
    std::vector<std::size_t> left;
    for (std::size_t at = 0; at < left_.size(); ++at) {
      if (!is_taken[at]) {
        left.push_back(left_[at]);
      }
    }
    left_ = std::move(left);
  }

  /// All cells that are one key without something, when they agree as a whole.
  void match_sums(MatchedBy by, LeaveOut leave_out) {
    std::map<UsageKey, std::vector<std::size_t>> groups;  // Positions in left_.
    for (std::size_t at = 0; at < left_.size(); ++at) {
      groups[leave_out(cells_[left_[at]].key)].push_back(at);
    }
    std::vector<bool> is_taken(left_.size(), false);
    for (const auto& [key, members] : groups) {
      Int128 log_e12 = 0;
      Int128 bill_e12 = 0;
      std::vector<std::size_t> cells;
      for (const std::size_t member : members) {
        const UsageCell& cell = cells_[left_[member]];
        log_e12 += cell.log_tokens_e12();
        bill_e12 += cell.bill.tokens_e12;
        cells.push_back(left_[member]);
      }
      if (members.size() < 2 || log_e12 != bill_e12 || log_e12 == 0) {
        continue;
      }
      for (const std::size_t member : members) {
        is_taken[member] = true;
      }
      add(by, std::move(cells));
    }
    keep_left(is_taken);
  }

  /// Whether logs and bill may mean the same usage here.
  [[nodiscard]] static bool may_be_one(MatchedBy by, const UsageCell& log, const UsageCell& bill) {
    switch (by) {
      case MatchedBy::day:
        return std::abs(log.key.day - bill.key.day) == 1;
      case MatchedBy::model:
        return log.key.model.starts_with("arn:");
      default:
        return true;
    }
  }

  /// One cell of the logs alone and one of the bill alone with the same number of tokens, where
  /// no third has it.
  void match_pairs(MatchedBy by, LeaveOut leave_out) {
    struct Sides {
      std::vector<std::size_t> log, bill;
    };
    std::map<std::pair<UsageKey, Int128>, Sides> groups;
    for (std::size_t at = 0; at < left_.size(); ++at) {
      const UsageCell& cell = cells_[left_[at]];
      if (cell.has_log && !cell.has_bill) {
        groups[{leave_out(cell.key), cell.log_tokens_e12()}].log.push_back(at);
      } else if (cell.has_bill && !cell.has_log) {
        groups[{leave_out(cell.key), cell.bill.tokens_e12}].bill.push_back(at);
      }
    }
    std::vector<bool> is_taken(left_.size(), false);
    for (const auto& [key, sides] : groups) {
      if (sides.log.size() != 1 || sides.bill.size() != 1) {
        continue;
      }
      const std::size_t log = sides.log.front();
      const std::size_t bill = sides.bill.front();
      if (may_be_one(by, cells_[left_[log]], cells_[left_[bill]])) {
        is_taken[log] = true;
        is_taken[bill] = true;
        add(by, {std::min(left_[log], left_[bill]), std::max(left_[log], left_[bill])});
      }
    }
    keep_left(is_taken);
  }

  std::span<const UsageCell> cells_;
  std::vector<std::size_t> left_;  // Positions of cells that nothing matches yet.
  std::vector<Match> matches_;
};

}  // namespace

std::vector<Match> match_usage(std::span<const UsageCell> cells) {
  return Matcher(cells).run();
}

}  // namespace bedrocklog::finance
