// Object by object: which rules are about it, and what the earliest of them does.
#include "provision/lifecycle_simulation.h"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>
#include <utility>

namespace bedrocklog::provision {
namespace {

constexpr std::int64_t day_seconds = 86'400;
/// Longer than any rule may say.
constexpr std::uint64_t horizon_days = 100'000;

/// From warm to cold: S3 moves in this direction only.
constexpr std::array<std::string_view, 7> classes = {
    "STANDARD",   "STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA",
    "GLACIER_IR", "GLACIER",     "DEEP_ARCHIVE"};

std::size_t coldness_of(std::string_view storage_class) {
  const auto* const found = std::find(classes.begin(), classes.end(), storage_class);
  return static_cast<std::size_t>(found - classes.begin());
}

/// The midnight at or after that many days.
std::int64_t due(std::int64_t from_seconds, std::uint64_t days) {
  const std::int64_t exact = from_seconds + static_cast<std::int64_t>(days) * day_seconds;
  return (exact + day_seconds - 1) / day_seconds * day_seconds;
}

std::optional<std::uint64_t> days_at(const Json& rule, const char* member) {
  const auto found = rule.find(member);
  if (found == rule.end() || !found->is_number_integer() || *found < 0) {
    return std::nullopt;
  }
  return std::min(found->get<std::uint64_t>(), horizon_days);
}

std::optional<std::uint64_t> days_in(const Json& rule, const char* part, const char* member) {
  const auto found = rule.find(part);
  return found == rule.end() || !found->is_object() ? std::nullopt : days_at(*found, member);
}

/// What all rules together say about one key.
struct RulesOfKey {
  std::optional<std::uint64_t> expires;
  std::optional<std::uint64_t> removes_replaced;
  std::optional<std::uint64_t> aborts;
  bool removes_markers = false;
  std::vector<std::pair<std::uint64_t, std::string>> transitions;  // Days, class.
};

void take_earlier(std::optional<std::uint64_t>& days, std::optional<std::uint64_t> other) {
  if (other && (!days || *other < *days)) {
    days = other;
  }
}

bool is_about(const Json& rule, const std::string& key) {
  if (!rule.is_object() || rule.value("Status", Json()) != Json("Enabled") ||
      rule.contains("TagFilters") || rule.contains("ObjectSizeGreaterThan") ||
      rule.contains("ObjectSizeLessThan")) {
    return false;
  }
  const Json prefix = rule.value("Prefix", Json(""));
  return !prefix.is_string() || key.starts_with(prefix.get_ref<const std::string&>());
}

RulesOfKey rules_of(const std::string& key, const Json& configuration) {
  RulesOfKey result;
  const Json rules =
      configuration.is_object() ? configuration.value("Rules", Json::array()) : Json::array();
  for (const Json& rule : rules.is_array() ? rules : Json::array()) {
    if (!is_about(rule, key)) {
      continue;
    }
    take_earlier(result.expires, days_at(rule, "ExpirationInDays"));
    take_earlier(result.removes_replaced,
                 days_in(rule, "NoncurrentVersionExpiration", "NoncurrentDays"));
    take_earlier(result.aborts,
                 days_in(rule, "AbortIncompleteMultipartUpload", "DaysAfterInitiation"));
    result.removes_markers =
        result.removes_markers || rule.value("ExpiredObjectDeleteMarker", Json()) == Json(true);
    const Json transitions = rule.value("Transitions", Json::array());
    for (const Json& one : transitions.is_array() ? transitions : Json::array()) {
      const std::optional<std::uint64_t> days =
          one.is_object() ? days_at(one, "TransitionInDays") : std::nullopt;
      const Json storage_class = one.is_object() ? one.value("StorageClass", Json()) : Json();
      if (days && storage_class.is_string()) {
        result.transitions.emplace_back(*days, storage_class.get<std::string>());
      }
    }
  }
  return result;
}

class Simulation {
 public:
  Simulation(const LifecycleRules& rules, std::int64_t until_seconds)
      : rules_(&rules), until_seconds_(until_seconds) {}

  void run(const StoredObject& object) {
    const RulesOfKey rules = rules_of(object.key, rules_->configuration);
    if (object.is_unfinished_upload) {
      if (rules.aborts) {
        add(due(object.written_seconds, *rules.aborts), LifecycleAction::abort_upload, object);
      }
      return;
    }
    if (object.replaced_seconds) {
      remove_replaced(object, *object.replaced_seconds, rules);
      return;
    }
    std::int64_t end = std::numeric_limits<std::int64_t>::max();
    if (rules.expires) {
      end = due(object.written_seconds, *rules.expires);
    }
    move(object, rules, end);
    if (!rules.expires) {
      return;
    }
    if (!rules_->is_versioned) {
      add(end, LifecycleAction::remove, object);
      return;
    }
    add(end, LifecycleAction::hide, object);
    const std::optional<std::int64_t> gone = remove_replaced(object, end, rules);
    if (gone && rules.removes_markers) {
      add(*gone, LifecycleAction::remove_marker, object);
    }
  }

  std::vector<LifecycleEvent> take() {
    std::stable_sort(events_.begin(), events_.end(), [](const auto& left, const auto& right) {
      return std::tie(left.at_seconds, left.key) < std::tie(right.at_seconds, right.key);
    });
    return std::move(events_);
  }

 private:
  void add(std::int64_t at_seconds, LifecycleAction action, const StoredObject& object,
           std::string storage_class = {}) {
    if (at_seconds < until_seconds_) {
      const bool is_marker = action == LifecycleAction::remove_marker;
      events_.push_back({at_seconds, action, object.key, is_marker ? 0 : object.size_bytes,
                         std::move(storage_class)});
    }
  }

  std::optional<std::int64_t> remove_replaced(const StoredObject& object, std::int64_t since,
                                              const RulesOfKey& rules) {
    if (!rules.removes_replaced) {
      return std::nullopt;
    }
    const std::int64_t gone = due(since, *rules.removes_replaced);
    add(gone, LifecycleAction::remove, object);
    return gone;
  }

  void move(const StoredObject& object, RulesOfKey rules, std::int64_t end) {
    if (object.size_bytes < transition_size_bytes_min) {
      return;
    }
    // Of those at one time the coldest comes first, and the others are no move any more.
    std::sort(rules.transitions.begin(), rules.transitions.end(),
              [](const auto& left, const auto& right) {
                return std::pair(left.first, classes.size() - coldness_of(left.second)) <
                       std::pair(right.first, classes.size() - coldness_of(right.second));
              });
    std::size_t coldness = coldness_of(object.storage_class);
    for (const auto& [days, storage_class] : rules.transitions) {
      const std::int64_t at = due(object.written_seconds, days);
      if (at < end && coldness_of(storage_class) > coldness) {
        add(at, LifecycleAction::transition, object, storage_class);
        coldness = coldness_of(storage_class);
      }
    }
  }

  const LifecycleRules* rules_;
  std::int64_t until_seconds_;
  std::vector<LifecycleEvent> events_;
};

}  // namespace

std::string_view name_of(LifecycleAction action) {
  constexpr std::array<std::string_view, 5> names = {"transition", "hide", "remove",
                                                     "remove marker", "abort upload"};
  return names.at(static_cast<std::size_t>(action));
}

std::vector<LifecycleEvent> simulate_lifecycle(const std::vector<StoredObject>& objects,
                                               const LifecycleRules& rules,
                                               std::int64_t until_seconds) {
  Simulation simulation(rules, until_seconds);
  for (const StoredObject& object : objects) {
    simulation.run(object);
  }
  return simulation.take();
}

std::optional<std::uint64_t> days_until_gone(const std::string& key, const LifecycleRules& rules) {
  StoredObject object;
  object.key = key;
  const std::vector<LifecycleEvent> events =
      simulate_lifecycle({object}, rules, std::numeric_limits<std::int64_t>::max());
  for (const LifecycleEvent& event : events) {
    if (event.action == LifecycleAction::remove) {
      return static_cast<std::uint64_t>(event.at_seconds / day_seconds);
    }
  }
  return std::nullopt;
}

}  // namespace bedrocklog::provision
