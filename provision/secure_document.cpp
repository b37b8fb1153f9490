// Settings of profile secure as a document.
#include "provision/settings_document.h"

namespace bedrocklog::provision {

void read_secure(Members& /*members*/, SecureSettings& /*settings*/) {}

Json to_json(const SecureSettings& /*settings*/) {
  return Json::object();
}

std::vector<Fault> secure_faults(const StackSpec& /*spec*/) {
  return {};
}

}  // namespace bedrocklog::provision
