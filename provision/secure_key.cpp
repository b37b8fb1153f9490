// Profile secure: the key and who may use it.
#include "provision/assembly.h"

namespace bedrocklog::provision {

void add_encryption(Assembly& /*assembly*/) {}

}  // namespace bedrocklog::provision
