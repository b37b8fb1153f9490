// Digests of byte strings (FIPS 180-4, RFC 1321, RFC 2104), by OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace bedrocklog::aws {

/// Lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);
[[nodiscard]] std::string sha1_hex(std::string_view bytes);
/// 32 raw bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view bytes);
[[nodiscard]] std::string to_hex(std::string_view bytes);
/// 16 raw bytes; for Content-MD5 and ETags, where MD5 is the interface.
[[nodiscard]] std::string md5(std::string_view bytes);

[[nodiscard]] std::string base64_encoded(std::string_view bytes);

}  // namespace bedrocklog::aws
