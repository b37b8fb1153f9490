// Alarms about logs that were not delivered.
#include "provision/assembly.h"

namespace bedrocklog::provision {

void add_delivery_alarms(Assembly& /*assembly*/) {}

}  // namespace bedrocklog::provision
