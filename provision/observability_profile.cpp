// Profile observability: trail, filters, alarms by tier, dashboards, saved queries.
#include "provision/assembly.h"

namespace bedrocklog::provision {

void add_observability(Assembly& /*assembly*/) {}

}  // namespace bedrocklog::provision
