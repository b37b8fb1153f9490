// How often each error code occurred: most groups have none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bedrocklog::analytics {

struct ErrorCount {
  std::string code;
  std::uint64_t count = 0;
};

/// Sorted by code, each code once.
class ErrorCounts {
 public:
  void add(std::string_view code, std::uint64_t count) {
    const auto place = std::lower_bound(
        counts_.begin(), counts_.end(), code,
        [](const ErrorCount& left, std::string_view right) { return left.code < right; });
    if (place != counts_.end() && place->code == code) {
      place->count += count;
    } else {
      counts_.insert(place, ErrorCount{std::string(code), count});
    }
  }
  void merge(const ErrorCounts& other) {
    for (const auto& [code, count] : other.counts_) {
      add(code, count);
    }
  }
  void drop_empty() {
    std::erase_if(counts_, [](const ErrorCount& entry) { return entry.count == 0; });
  }

  [[nodiscard]] std::size_t size() const { return counts_.size(); }
  [[nodiscard]] auto begin() const { return counts_.begin(); }
  [[nodiscard]] auto end() const { return counts_.end(); }

 private:
  std::vector<ErrorCount> counts_;
};

}  // namespace bedrocklog::analytics
