// What S3 will do with objects by the lifecycle rules of a bucket, and when.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/resource.h"

namespace bedrocklog::provision {

/// An object as a listing has it.
struct StoredObject {
  std::string key;
  std::uint64_t size_bytes = 0;
  std::int64_t written_seconds = 0;
  std::string storage_class = "STANDARD";
  /// Of a version that another one, or a delete marker, has taken the place of: since when.
  std::optional<std::int64_t> replaced_seconds = std::nullopt;
  bool is_unfinished_upload = false;
};

enum class LifecycleAction : std::uint8_t {
  transition,     // To another storage class.
  hide,           // With versions: a delete marker is put on it, and it is kept.
  remove,         // Gone.
  remove_marker,  // The delete marker, when nothing is left behind it.
  abort_upload,
};
/// "transition", "hide", "remove", "remove marker", "abort upload".
[[nodiscard]] std::string_view name_of(LifecycleAction action);

struct LifecycleEvent {
  std::int64_t at_seconds = 0;  // A midnight, UTC.
  LifecycleAction action = LifecycleAction::remove;
  std::string key;
  std::uint64_t size_bytes = 0;
  std::string storage_class;  // Of transition: the new one.
};

struct LifecycleRules {
  Json configuration;  // Property LifecycleConfiguration of AWS::S3::Bucket.
  bool is_versioned = true;
};

/// S3 does not move smaller objects to another class, unless it is told to.
inline constexpr std::uint64_t transition_size_bytes_min = std::uint64_t{128} * 1024;

/// Everything before `until_seconds`, by time, then key. Days are counted from an object's time and
/// rounded up to the next midnight, as S3 does. Where rules disagree the earliest expiration wins,
/// expiration wins over transition, and of transitions at one time the coldest class. Rules by tag,
/// by size and with dates are not known here and are left out.
[[nodiscard]] std::vector<LifecycleEvent> simulate_lifecycle(
    const std::vector<StoredObject>& objects, const LifecycleRules& rules,
    std::int64_t until_seconds);

/// Days from the writing of such an object until nothing of it is left; nothing: never.
[[nodiscard]] std::optional<std::uint64_t> days_until_gone(const std::string& key,
                                                           const LifecycleRules& rules);

}  // namespace bedrocklog::provision
