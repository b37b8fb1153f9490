// Settings of profile observability as a document.
#include "provision/settings_document.h"

namespace bedrocklog::provision {

void read_observability(Members& /*members*/, ObservabilitySettings& /*settings*/) {}

Json to_json(const ObservabilitySettings& /*settings*/) {
  return Json::object();
}

std::vector<Fault> observability_faults(const StackSpec& /*spec*/) {
  return {};
}

}  // namespace bedrocklog::provision
