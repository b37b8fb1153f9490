// Made records for micro-benchmarks: the mix of a busy account, in memory, without any JSON.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ingest/record_view.h"

namespace bedrocklog::bench {

/// `count` calls of 12 models, 4 regions, 3 accounts, 40 users and 4 teams, which alternate without
/// pattern while time goes on; always the same ones. Views borrow from this.
class CallSamples {
 public:
  explicit CallSamples(std::size_t count);
  CallSamples(const CallSamples&) = delete;
  CallSamples& operator=(const CallSamples&) = delete;

  [[nodiscard]] const std::vector<ingest::RecordView>& records() const { return records_; }

 private:
  using Tag = std::pair<std::string_view, std::string_view>;

  std::vector<std::string> models_, identities_;
  std::vector<std::string> request_ids_;
  std::vector<std::vector<Tag>> tags_;  // By team.
  std::vector<ingest::RecordView> records_;
};

}  // namespace bedrocklog::bench
