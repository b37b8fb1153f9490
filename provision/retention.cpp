// Days until deletion, of log groups and of archive buckets.
#include "provision/retention.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace bedrocklog::provision {
namespace {

using Days = std::int64_t;
constexpr Days for_ever = std::numeric_limits<Days>::max();

Days days_member(const Json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found != object.end() && found->is_number_integer() ? found->get<Days>() : for_ever;
}

std::string days_text(Days days) {
  return days == for_ever ? "for ever" : fmt::format("{} days", days);
}

/// The soonest expiration among the enabled rules that `counts` picks.
template <class Counts>
Days soonest_expiration(const Json& properties, Counts counts) {
  const Json rules = properties.value("/LifecycleConfiguration/Rules"_json_pointer, Json::array());
  Days soonest = for_ever;
  for (const Json& rule : rules) {
    if (rule.value("Status", "") == "Enabled" && counts(rule)) {
      soonest = std::min(soonest, days_member(rule, "ExpirationInDays"));
    }
  }
  return soonest;
}

}  // namespace

std::optional<std::string> shortening_of(ResourceKind kind, const Json& desired,
                                         const Json& observed, bool is_adoption) {
  Days now = 0;
  Days then = 0;
  const char* setting = "";
  if (kind == ResourceKind::log_group) {
    now = days_member(observed, "RetentionInDays");
    then = days_member(desired, "RetentionInDays");
    setting = "log_retention_days";
  } else if (kind == ResourceKind::bucket) {
    const auto is_any = [](const Json&) { return true; };
    const auto is_ours = [](const Json& rule) {
      return rule.value("Id", "").starts_with("bedrocklog-");
    };
    then = soonest_expiration(desired, is_any);
    now =
        is_adoption ? soonest_expiration(observed, is_any) : soonest_expiration(observed, is_ours);
    setting = "archive_days";
  } else {
    return std::nullopt;
  }
  // Of a thing of ours: a rule that somebody took away, or that a run was cut before. No longer
  // wish.
  if (!is_adoption && now == for_ever) {
    return std::nullopt;
  }
  if (then >= now) {
    return std::nullopt;
  }
  return fmt::format(
      "keeps logs {} now, and would for {}: what is older would be deleted; --allow-shorten lets "
      "it, or raise {}",
      days_text(now), days_text(then), setting);
}

}  // namespace bedrocklog::provision
