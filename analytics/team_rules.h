// Which team pays for a call: rules of the user in order, the first that yields a team wins.
//
// A call that no rule gives a team has none; nothing is guessed, and reports show what is left over
// as a row of its own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/expression.h"
#include "analytics/record_facts.h"
#include "analytics/report_key.h"

namespace bedrocklog::analytics {

/// Holds for records that have the key and match the glob. `model` and `profile` also match by the
/// id as logged: users know models by either.
struct TeamGlob {
  Key key;  // account, region, user, role, session, model, profile, model_id or a tag.
  std::string pattern;
};

struct TeamRule {
  std::string tag;   // Its value in the request metadata is the team, unless it is empty.
  std::string team;  // The team; empty in a rule of a tag.
  std::vector<TeamGlob> globs;  // All must hold,
  Expression condition;         // and this.
};
using TeamRules = std::vector<TeamRule>;

/// Some rule asks for what follows from the identity; a condition does not tell what it asks for.
[[nodiscard]] bool asks_for_identity(const TeamRules& rules);
[[nodiscard]] bool has_condition(const TeamRules& rules);

/// Finds teams and remembers which rules are possible for a model, identity, account and region:
/// hundreds of rules cost no more than the few that are left. One per worker.
class TeamFinder {
 public:
  /// `rules` outlive this.
  explicit TeamFinder(const TeamRules& rules);

  /// Empty: none. `facts` come from one FactsCache, with the identity where a rule asks for it, and
  /// with the group. Valid as long as the record and the rules.
  [[nodiscard]] std::string_view team_of(const RecordFactsView& facts);

 private:
  static constexpr std::size_t slot_count = 1'024;  // A power of two.
  struct Slot {
    std::uint64_t model = 0;  // Numbers of the facts; 0: free.
    std::uint64_t identity = 0;
    std::string account, region;
    std::vector<std::uint32_t> rules;  // Possible ones; none behind one that is sure.
  };

  [[nodiscard]] const std::vector<std::uint32_t>& possible(const RecordFactsView& facts);
  void fill(Slot& slot, const RecordFactsView& facts) const;

  const TeamRules* rules_;
  bool by_identity_ = false;
  bool by_account_ = false;
  bool by_region_ = false;
  std::vector<Slot> slots_;
};

}  // namespace bedrocklog::analytics
