// Which refusals pass by themselves.
#include "provision/settling.h"

#include <algorithm>
#include <array>

namespace bedrocklog::provision {

Result<std::optional<Observed>> seen_soon(
    const Waiter& waiter, const std::function<Result<std::optional<Observed>>()>& read) {
  const std::int64_t start_ms = waiter.now_ms();
  for (;;) {
    Result<std::optional<Observed>> found = read();
    if (!found || *found || waiter.now_ms() - start_ms >= std::int64_t{iam_settling_ms_max}) {
      return found;
    }
    waiter.sleep(settling_step_ms);
  }
}

bool is_role_not_settled(const aws::CallFailure& failure) {
  // The code alone says too little: it is the one of every wrong value.
  return failure.error.code == "ValidationException" &&
         failure.error.message.find("Failed to validate permissions") != std::string::npos;
}

bool is_change_under_way(const aws::CallFailure& failure) {
  constexpr std::array<std::string_view, 5> codes = {
      "OperationAborted", "OperationAbortedException", "ConcurrentModification", "ConcurrentAccess",
      "ConflictException"};
  return std::find(codes.begin(), codes.end(), failure.error.code) != codes.end();
}

}  // namespace bedrocklog::provision
