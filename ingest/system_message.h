// The operating system's reason for a failed call, in the form our messages use.
#pragma once

#include <string>

namespace bedrocklog::ingest {

/// Text of an errno value with a lower-case first letter, e.g. "permission denied".
[[nodiscard]] std::string system_message(int error_number);

}  // namespace bedrocklog::ingest
