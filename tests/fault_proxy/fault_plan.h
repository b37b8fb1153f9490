// Which requests go wrong, and how: decided by a seed, so that a run can be repeated.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bedrocklog::fault_proxy {

enum class FaultKind : std::uint8_t {
  none,
  throttle,  // 503 SlowDown instead of an answer.
  error,     // 500 InternalError instead of an answer.
  reset,     // Connection reset before any byte of an answer.
  stall,     // Part of the body, a silence, then the end of the connection.
  cut,       // Part of the body, then a reset.
  corrupt,   // One flipped byte; only in bodies that come with an ETag, else nothing.
  trickle,   // The whole body, its begin in tiny pieces.
};

[[nodiscard]] std::optional<FaultKind> fault_kind_named(std::string_view name);
[[nodiscard]] std::string_view name_of(FaultKind kind);
[[nodiscard]] std::vector<FaultKind> every_fault_kind();

/// Every request whose target contains `target_part` (as on the wire, percent-encoded).
struct PermanentFault {
  std::string target_part;
  FaultKind kind = FaultKind::none;
};

struct FaultPlanOptions {
  std::uint64_t seed = 1;
  unsigned fault_percent = 0;
  std::vector<FaultKind> kinds = every_fault_kind();
  std::vector<PermanentFault> permanent;
};

struct PlannedFault {
  FaultKind kind = FaultKind::none;
  std::uint64_t random = 0;  // For the place of a cut or a flipped byte.
};

/// Thread-safe.
class FaultPlan {
 public:
  explicit FaultPlan(FaultPlanOptions options) : options_(std::move(options)) {}

  /// Follows from the seed, the request and how often the same was asked for before; from nothing
  /// else, so the order of requests on other connections does not matter.
  [[nodiscard]] PlannedFault next(std::string_view method, std::string_view target);

 private:
  FaultPlanOptions options_;
  std::mutex guard_;  // Guards seen_.
  std::map<std::string, std::uint64_t> seen_;
};

}  // namespace bedrocklog::fault_proxy
