// Base64 as Lambda events carry it (RFC 4648, standard alphabet).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bedrocklog::ingest {

/// The bytes that `text` stands for; nothing when it holds anything else than the alphabet and
/// at most two `=` at its end.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace bedrocklog::ingest
