// How a check ends.
#pragma once

#include <string>
#include <string_view>

#include "ingest/aws/service_client.h"
#include "provision/verify.h"

namespace bedrocklog::provision {

/// `check` with what came of it.
[[nodiscard]] Check concluded(Check check, CheckResult result, std::string finding);
/// Passed where `flaw` is empty, else `otherwise` with it.
[[nodiscard]] Check judged(Check check, CheckResult otherwise, std::string flaw);
/// A read that was refused: unknown, with the right that is missing.
[[nodiscard]] Check unasked(Check check, std::string_view service, std::string_view operation,
                            const aws::CallFailure& failure);
/// A text in a document; empty: there is none. `pointer` is a JSON pointer.
[[nodiscard]] std::string text_at(const Json& document, const std::string& pointer);

}  // namespace bedrocklog::provision
