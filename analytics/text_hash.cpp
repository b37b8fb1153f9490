// Reading texts in words, and the seed of the process.
#include "analytics/text_hash.h"

#include <cstring>
#include <sys/random.h>

namespace bedrocklog::analytics {

std::uint64_t process_seed() {
  static const std::uint64_t seed = [] {
    std::uint64_t random = 0;
    // Without entropy the seed stays 0: slower under attack, never wrong.
    return ::getrandom(&random, sizeof(random), GRND_NONBLOCK) == sizeof(random) ? random : 0;
  }();
  return seed;
}

void HashState::add(std::string_view text) {
  add(std::uint64_t{text.size()});
  while (text.size() >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof(word));
    add(word);
    text.remove_prefix(sizeof(word));
  }
  if (!text.empty()) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), text.size());
    add(word);
  }
}

std::uint64_t hash_of(std::string_view text) {
  HashState state(process_seed());
  state.add(text);
  return state.high();
}

std::uint64_t hash_of(std::uint32_t left, std::uint32_t right) {
  HashState state(process_seed());
  state.add((std::uint64_t{left} << 32U) | right);
  return state.high();
}

}  // namespace bedrocklog::analytics
