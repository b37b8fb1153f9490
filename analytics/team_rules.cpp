// Rules that depend on tags or conditions are tried for each record, all others once per slot.
#include "analytics/team_rules.h"

#include <algorithm>
#include <optional>

#include "analytics/text_hash.h"
#include "ingest/glob_match.h"

namespace bedrocklog::analytics {
namespace {

bool is_of_identity(const TeamGlob& glob) {
  return glob.key.kind == KeyKind::user || glob.key.kind == KeyKind::role ||
         glob.key.kind == KeyKind::session;
}

template <class Predicate>
bool any_glob(const TeamRules& rules, const Predicate& holds) {
  return std::any_of(rules.begin(), rules.end(), [&](const TeamRule& rule) {
    return std::any_of(rule.globs.begin(), rule.globs.end(), holds);
  });
}

bool matches(const TeamGlob& glob, const RecordFactsView& facts) {
  const std::optional<std::string_view> text = text_of(glob.key, facts);
  if (text && ingest::glob_matches(glob.pattern, *text)) {
    return true;
  }
  const bool also_logged = glob.key.kind == KeyKind::model || glob.key.kind == KeyKind::profile;
  return also_logged && ingest::glob_matches(glob.pattern, facts.record->model_id);
}

/// Yields its team for every record whose remembered facts let it through.
bool is_sure(const TeamRule& rule) {
  return rule.tag.empty() && rule.condition.is_always_true() &&
         std::none_of(rule.globs.begin(), rule.globs.end(),
                      [](const TeamGlob& glob) { return glob.key.kind == KeyKind::tag; });
}

/// What of the rule is not decided by the remembered facts.
std::string_view team_by(const TeamRule& rule, const RecordFactsView& facts) {
  for (const TeamGlob& glob : rule.globs) {
    if (glob.key.kind == KeyKind::tag && !matches(glob, facts)) {
      return {};
    }
  }
  if (!rule.condition.is_always_true() && !rule.condition.matches(RecordFieldValues(facts))) {
    return {};
  }
  return rule.tag.empty() ? std::string_view(rule.team)
                          : text_of({KeyKind::tag, rule.tag}, facts).value_or(std::string_view());
}

}  // namespace

bool asks_for_identity(const TeamRules& rules) {
  return has_condition(rules) || any_glob(rules, is_of_identity);
}

bool has_condition(const TeamRules& rules) {
  return std::any_of(rules.begin(), rules.end(),
                     [](const TeamRule& rule) { return !rule.condition.is_always_true(); });
}

TeamFinder::TeamFinder(const TeamRules& rules)
    : rules_(&rules),
      by_identity_(any_glob(rules, is_of_identity)),
      by_account_(
          any_glob(rules, [](const TeamGlob& glob) { return glob.key.kind == KeyKind::account; })),
      by_region_(
          any_glob(rules, [](const TeamGlob& glob) { return glob.key.kind == KeyKind::region; })) {}

void TeamFinder::fill(Slot& slot, const RecordFactsView& facts) const {
  slot.rules.clear();
  for (std::size_t at = 0; at < rules_->size(); ++at) {
    const TeamRule& rule = (*rules_)[at];
    const bool is_possible =
        std::all_of(rule.globs.begin(), rule.globs.end(), [&](const TeamGlob& glob) {
          return glob.key.kind == KeyKind::tag || matches(glob, facts);
        });
    if (!is_possible) {
      continue;
    }
    slot.rules.push_back(static_cast<std::uint32_t>(at));
    if (is_sure(rule)) {
      return;
    }
  }
}

const std::vector<std::uint32_t>& TeamFinder::possible(const RecordFactsView& facts) {
  if (slots_.empty()) {
    slots_.resize(slot_count);
  }
  const std::uint64_t model = facts.model->number;
  const std::uint64_t identity = by_identity_ ? facts.identity->number : 0;
  const std::string_view account = by_account_ ? facts.record->account_id : std::string_view();
  const std::string_view region = by_region_ ? facts.record->region : std::string_view();
  const std::uint64_t place =
      fold_product(hash_of(model, identity) ^ place_of(account), place_of(region) | 1U);
  Slot& slot = slots_[place % slot_count];
  const bool is_remembered = model != 0 && slot.model == model && slot.identity == identity &&
                             (identity != 0 || !by_identity_) && slot.account == account &&
                             slot.region == region;
  if (!is_remembered) {
    slot.model = model;
    slot.identity = identity;
    slot.account = account;
    slot.region = region;
    fill(slot, facts);
  }
  return slot.rules;
}

std::string_view TeamFinder::team_of(const RecordFactsView& facts) {
  if (rules_->empty()) {
    return {};
  }
  for (const std::uint32_t at : possible(facts)) {
    const std::string_view team = team_by((*rules_)[at], facts);
    if (!team.empty()) {
      return team;
    }
  }
  return {};
}

}  // namespace bedrocklog::analytics
