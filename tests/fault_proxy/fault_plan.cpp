// Faults drawn from a hash of what is asked for.
#include "tests/fault_proxy/fault_plan.h"

#include <array>

namespace bedrocklog::fault_proxy {
namespace {

struct NamedKind {
  std::string_view name;
  FaultKind kind;
};

constexpr std::array named_kinds = {
    NamedKind{"throttle", FaultKind::throttle}, NamedKind{"error", FaultKind::error},
    NamedKind{"reset", FaultKind::reset},       NamedKind{"stall", FaultKind::stall},
    NamedKind{"cut", FaultKind::cut},           NamedKind{"corrupt", FaultKind::corrupt},
    NamedKind{"trickle", FaultKind::trickle},
};

/// SplitMix64's finalizer: every bit of the input moves every bit of the output.
std::uint64_t mixed(std::uint64_t bits) {
  bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebULL;
  return bits ^ (bits >> 31U);
}

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a.
  for (const char byte : text) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
  }
  return hash;
}

}  // namespace

std::optional<FaultKind> fault_kind_named(std::string_view name) {
  for (const NamedKind& named : named_kinds) {
    if (named.name == name) {
      return named.kind;
    }
  }
  return std::nullopt;
}

std::string_view name_of(FaultKind kind) {
  for (const NamedKind& named : named_kinds) {
    if (named.kind == kind) {
      return named.name;
    }
  }
  return "none";
}

std::vector<FaultKind> every_fault_kind() {
  std::vector<FaultKind> kinds;
  for (const NamedKind& named : named_kinds) {
    kinds.push_back(named.kind);
  }
  return kinds;
}

PlannedFault FaultPlan::next(std::string_view method, std::string_view target) {
  std::string request(method);
  request.append(" ").append(target);
  std::uint64_t times = 0;
  {
    const std::lock_guard lock(guard_);
    times = seen_[request]++;
  }
  const std::uint64_t drawn = mixed(mixed(options_.seed + hash_of(request)) + times);
  const std::uint64_t random = mixed(drawn + 2);
  for (const PermanentFault& permanent : options_.permanent) {
    if (target.find(permanent.target_part) != std::string_view::npos) {
      return {permanent.kind, random};
    }
  }
  if (options_.kinds.empty() || drawn % 100 >= options_.fault_percent) {
    return {FaultKind::none, random};
  }
  return {options_.kinds[mixed(drawn + 1) % options_.kinds.size()], random};
}

}  // namespace bedrocklog::fault_proxy
