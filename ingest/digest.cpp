// SHA-256 by OpenSSL; the only file outside ingest/aws that knows OpenSSL.
#include "ingest/digest.h"

#include <array>

#include <openssl/evp.h>

#include "ingest/ensure.h"

namespace bedrocklog::ingest {

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size_bytes = 0;
  // Fails only without memory or in an OpenSSL set up to refuse SHA-256: nothing to go on with.
  ensure(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size_bytes, EVP_sha256(),
                    nullptr) == 1);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  hex.reserve(std::size_t{2} * size_bytes);
  for (unsigned i = 0; i < size_bytes; ++i) {
    hex += digits[digest.at(i) >> 4U];
    hex += digits[digest.at(i) & 0x0FU];
  }
  return hex;
}

}  // namespace bedrocklog::ingest
