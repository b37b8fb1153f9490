// Fingerprints of byte strings, to name exactly which price book or file a report was made with.
#pragma once

#include <string>
#include <string_view>

namespace bedrocklog::ingest {

/// SHA-256 of the bytes (FIPS 180-4) as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace bedrocklog::ingest
