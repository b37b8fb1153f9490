// Profile secure: topics by class, alarms, endpoints, guardrail, access role.
#include "provision/assembly.h"

namespace bedrocklog::provision {

void add_secure(Assembly& /*assembly*/) {}

}  // namespace bedrocklog::provision
