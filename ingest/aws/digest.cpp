// Digests by OpenSSL's one-call interfaces.
#include "ingest/aws/digest.h"

#include <array>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "ingest/ensure.h"

namespace bedrocklog::aws {
namespace {

using Bytes = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string text_of(const Bytes& bytes, unsigned size_bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), size_bytes};
}

std::string digest_of(std::string_view bytes, const EVP_MD* kind) {
  Bytes digest{};
  unsigned size_bytes = 0;
  // Fails only without memory or in an OpenSSL set up to refuse the digest: nothing to go on with.
  ensure(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size_bytes, kind, nullptr) == 1);
  return text_of(digest, size_bytes);
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  return to_hex(digest_of(bytes, EVP_sha256()));
}

std::string sha1_hex(std::string_view bytes) {
  return to_hex(digest_of(bytes, EVP_sha1()));
}

std::string md5(std::string_view bytes) {
  return digest_of(bytes, EVP_md5());
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  Bytes digest{};
  unsigned size_bytes = 0;
  ensure(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
              reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data(),
              &size_bytes) != nullptr);
  return text_of(digest, size_bytes);
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    hex += digits[value >> 4U];
    hex += digits[value & 0x0FU];
  }
  return hex;
}

std::string base64_encoded(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3), '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  return text;
}

}  // namespace bedrocklog::aws
