// Drawing specs.
#include "tests/provision/random_spec.h"

#include <array>
#include <vector>

namespace bedrocklog::provision {
namespace {

struct PartitionRegions {
  const char* partition;
  std::vector<std::string> regions;
};

const std::vector<PartitionRegions>& partitions() {
  static const std::vector<PartitionRegions> all = {
      {"aws", {"us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2"}},
      {"aws-us-gov", {"us-gov-west-1", "us-gov-east-1"}},
      {"aws-cn", {"cn-north-1", "cn-northwest-1"}}};
  return all;
}

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t count) { return random_() % count; }
  bool one_in(std::uint64_t count) { return below(count) == 0; }
  template <class List>
  const auto& one_of(const List& list) {
    return list[below(list.size())];
  }
  std::string letters(std::string_view from, std::size_t size_max) {
    std::string text;
    for (std::size_t size = 1 + below(size_max); text.size() < size;) {
      text += from[below(from.size())];
    }
    return text;
  }

 private:
  std::mt19937_64 random_;
};

constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view word =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

void draw_names(Chance& chance, StackSpec& spec) {
  if (chance.one_in(2)) {
    return;  // Those of the older systems.
  }
  spec.names.role = chance.letters(word, 64);
  spec.names.log_group = "/" + chance.letters(word, 40) + "/" + chance.letters(word, 40);
  spec.names.topic = chance.letters(word, 60);
  spec.names.dashboard = chance.letters(word, 60);
  const std::string alarm = chance.letters(word, 30);
  spec.names.token_alarm = alarm + "-tokens";
  spec.names.error_alarm = alarm + "-errors";
  spec.names.invocation_alarm = alarm + " calls";
  spec.names.latency_alarm = alarm + "/latency";
  if (spec.regions.size() == 1) {
    spec.names.bucket = "b" + chance.letters(lower, 40) + "z";
  }
}

void draw_parameters(Chance& chance, StackSpec& spec) {
  spec.log_retention_days = chance.one_of(retention_days_allowed());
  spec.archive_days = static_cast<unsigned>(100 + chance.below(3'000));
  spec.noncurrent_days = static_cast<unsigned>(1 + chance.below(90));
  if (chance.one_in(3)) {
    spec.transitions = {{"STANDARD_IA", 30}, {"DEEP_ARCHIVE", 60}};
  }
  if (chance.one_in(2)) {
    spec.key_prefix = chance.letters(lower, 20) + "/" + chance.letters(lower, 20);
  }
  spec.deliver_images = chance.one_in(2);
  spec.thresholds = {1 + chance.below(10'000'000), 1 + chance.below(1'000),
                     1 + chance.below(100'000), 1 + chance.below(60'000)};
  spec.alarm_source =
      chance.one_in(4) ? AlarmSource::metrics_insights : AlarmSource::all_models_series;
  for (std::uint64_t mail = chance.below(3); mail > 0; --mail) {
    spec.subscribers.push_back(
        {"email", chance.letters(lower, 12) + std::to_string(mail) + "@example.com"});
  }
  if (chance.one_in(3)) {
    spec.tags["cost center"] = chance.letters(word, 20);
  }
}

}  // namespace

StackSpec random_spec(std::uint64_t seed) {
  Chance chance(seed);
  StackSpec spec;
  spec.account.clear();
  while (spec.account.size() < 12) {
    spec.account += static_cast<char>('0' + chance.below(10));
  }
  const PartitionRegions& where = chance.one_of(partitions());
  spec.partition = where.partition;
  spec.regions = {chance.one_of(where.regions)};
  if (const std::string& second = chance.one_of(where.regions);
      second != spec.regions.front() && chance.one_in(4)) {
    spec.regions.push_back(second);
  }
  spec.stack = chance.letters("abcdefghijklmnop", 12);
  spec.env = chance.letters("abcdefghijklmnop", 8);
  draw_names(chance, spec);
  draw_parameters(chance, spec);
  return spec;
}

}  // namespace bedrocklog::provision
