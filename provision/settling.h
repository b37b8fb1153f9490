// Waiting until AWS agrees with itself: a role that was made is not usable at once, a setting
// collides with the one before. Bounded, in one place.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "ingest/aws/service_client.h"
#include "provision/resource_provider.h"

namespace bedrocklog::provision {

/// How long each kind of lag is waited for.
inline constexpr unsigned iam_settling_ms_max = 120'000;
inline constexpr unsigned bucket_settling_ms_max = 60'000;
inline constexpr unsigned settling_step_ms = 2'000;

/// Calls `attempt` until it succeeds, fails otherwise than `passes` says, or `limit_ms` is over;
/// then the last failure, with how long was waited.
template <class T>
[[nodiscard]] aws::CallResult<T> settled(
    const Waiter& waiter, unsigned limit_ms, const std::function<aws::CallResult<T>()>& attempt,
    const std::function<bool(const aws::CallFailure&)>& passes) {
  const std::int64_t start_ms = waiter.now_ms();
  for (;;) {
    aws::CallResult<T> result = attempt();
    if (result || !passes(result.error())) {
      return result;
    }
    if (waiter.now_ms() - start_ms >= std::int64_t{limit_ms}) {
      aws::CallFailure failure = result.error();
      failure.fault.message += "; still so after " + std::to_string(limit_ms / 1'000) + " s";
      return tl::unexpected(std::move(failure));
    }
    waiter.sleep(settling_step_ms);
  }
}

/// Reads until the thing is there, for what a refused creation says to be there: a read may not
/// know it yet. Nothing when it is still not seen in the end.
[[nodiscard]] Result<std::optional<Observed>> seen_soon(
    const Waiter& waiter, const std::function<Result<std::optional<Observed>>()>& read);

/// "Failed to validate permissions for log group ...": the role is not known everywhere yet.
[[nodiscard]] bool is_role_not_settled(const aws::CallFailure& failure);
/// OperationAborted and the like: another change of the same thing is under way.
[[nodiscard]] bool is_change_under_way(const aws::CallFailure& failure);

}  // namespace bedrocklog::provision
