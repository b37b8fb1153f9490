// One call as the log line the service writes for it.
#pragma once

#include <string>

#include "bench/call_facts.h"
#include "bench/text_source.h"

namespace bedrocklog::bench {

/// Compact JSON without line end.
[[nodiscard]] std::string record_text(const CallFacts& call, const TextSource& source);

/// Content of the sidecar object that holds the request (or the response) body alone.
[[nodiscard]] std::string sidecar_text(const CallFacts& call, const TextSource& source,
                                       bool of_input);

}  // namespace bedrocklog::bench
