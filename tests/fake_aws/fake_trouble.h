// What goes wrong with which request: the same from the same seed, by the order of requests.
#pragma once

#include <cstdint>

#include "tests/fake_aws/fake_aws.h"

namespace bedrocklog::fake_aws {

enum class FakeMishap : std::uint8_t { none, throttled, failing, lost_answer, cut };

/// Not thread-safe.
class TroubleMaker {
 public:
  /// Starts counting anew, and revives what was dead.
  void start(const Trouble& trouble);
  /// Of the next request.
  [[nodiscard]] FakeMishap next();
  /// Of a request that would change something; after it is_dead() may hold.
  void count_change();
  [[nodiscard]] bool is_dead() const { return is_dead_; }
  [[nodiscard]] const Trouble& trouble() const { return trouble_; }

 private:
  Trouble trouble_;
  std::uint64_t requests_ = 0;
  std::uint64_t changes_ = 0;
  bool is_dead_ = false;
};

}  // namespace bedrocklog::fake_aws
