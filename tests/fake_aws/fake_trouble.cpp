// Mishaps drawn from a hash of seed and count.
#include "tests/fake_aws/fake_trouble.h"

namespace bedrocklog::fake_aws {
namespace {

/// Mixes all bits (the finalizer of SplitMix64, Steele and others 2014).
std::uint64_t mixed(std::uint64_t bits) {
  bits += 0x9e3779b97f4a7c15U;
  bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
  bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
  return bits ^ (bits >> 31U);
}

}  // namespace

void TroubleMaker::start(const Trouble& trouble) {
  trouble_ = trouble;
  requests_ = 0;
  changes_ = 0;
  is_dead_ = false;
}

FakeMishap TroubleMaker::next() {
  const std::uint64_t drawn = mixed(mixed(trouble_.seed) + ++requests_) % 1000;
  std::uint64_t limit = trouble_.throttled_permille;
  if (drawn < limit) {
    return FakeMishap::throttled;
  }
  limit += trouble_.failing_permille;
  if (drawn < limit) {
    return FakeMishap::failing;
  }
  limit += trouble_.lost_answer_permille;
  if (drawn < limit) {
    return FakeMishap::lost_answer;
  }
  limit += trouble_.cut_permille;
  return drawn < limit ? FakeMishap::cut : FakeMishap::none;
}

void TroubleMaker::count_change() {
  ++changes_;
  is_dead_ = trouble_.changes_until_dead != 0 && changes_ >= trouble_.changes_until_dead;
}

}  // namespace bedrocklog::fake_aws
