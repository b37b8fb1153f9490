// Looking up what was seen, and one digest of it.
#include "provision/observed_state.h"

#include "ingest/aws/digest.h"

namespace bedrocklog::provision {

const Observed* ObservedState::find(const Address& address) const {
  const auto found_at = found.find(address);
  return found_at == found.end() ? nullptr : &found_at->second;
}

std::string fingerprint_of(const ObservedState& state) {
  Json all = Json::array();
  for (const auto& [address, observed] : state.found) {
    all.push_back({to_text(address), static_cast<unsigned>(observed.ownership), observed.owner,
                   observed.properties});
  }
  // Text of AWS that is no UTF-8 must not end the run.
  return aws::sha256_hex(all.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace bedrocklog::provision
