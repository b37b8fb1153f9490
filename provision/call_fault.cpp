// From a call's failure to a Fault about a thing.
#include "provision/call_fault.h"

#include <fmt/format.h>

namespace bedrocklog::provision {

tl::unexpected<Fault> refused(const Address& address, const aws::CallFailure& failure) {
  std::string message = fmt::format("{}: {}", failure.fault.subject, failure.fault.message);
  if (failure.fault.cause == FaultCause::access_denied) {
    message += "; `bedrocklog provision permissions` prints what is needed";
  }
  return fault(to_text(address), std::move(message), failure.fault.cause);
}

tl::unexpected<Fault> came_meanwhile(const Address& address) {
  return fault(to_text(address), "has come to be there meanwhile and is not ours; plan again");
}

}  // namespace bedrocklog::provision
