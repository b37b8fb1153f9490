// Reading texts in words, and the keys of the process.
#include "analytics/text_hash.h"

#include <sys/random.h>

namespace bedrocklog::analytics {

const HashKeys& process_keys() {
  static const HashKeys keys = [] {
    HashKeys random;
    const auto size = static_cast<ssize_t>(sizeof(random));
    if (::getrandom(&random, sizeof(random), GRND_NONBLOCK) == size) {
      return random;
    }
    // Without entropy the keys are known: slower under attack, never wrong. Digits of pi.
    return HashKeys{
        {0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89}};
  }();
  return keys;
}

std::uint64_t hash_of(std::string_view text) {
  const HashKeys& keys = process_keys();
  std::uint64_t state = keys.words[0] ^ text.size();
  for_words_of(text, [&](std::uint64_t first, std::uint64_t second) {
    state = fold_product(first ^ keys.words[1], second ^ state);
  });
  return fold_product(state ^ keys.words[2], keys.words[3]);
}

}  // namespace bedrocklog::analytics
