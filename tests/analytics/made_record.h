// Records made up for tests: few distinct values of everything, so that groups and copies meet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ingest/record_view.h"

namespace bedrocklog::analytics {

struct MadeRecord {
  std::string request_id, account_id, region, operation, model_id, identity_arn, error_code;
  std::string stop_reason, service_tier;
  std::vector<std::pair<std::string, std::string>> metadata;
  std::int64_t at_s = 0;
  ingest::TokenCounts tokens;
  std::optional<std::uint32_t> latency_ms;
  bool guardrail_intervened = false;
};

/// Any record; run inside a property. `requests` is the number of distinct request ids; with some
/// odds there is none.
[[nodiscard]] MadeRecord arbitrary_record(std::uint32_t requests);
[[nodiscard]] std::vector<MadeRecord> arbitrary_records(std::size_t count_max,
                                                        std::uint32_t requests);

/// As an S3 archive writes it: one line of JSON without the line break.
[[nodiscard]] std::string to_json(const MadeRecord& record);

/// Lends `record` as a view for the length of a call.
class MadeView {
 public:
  explicit MadeView(const MadeRecord& record);
  [[nodiscard]] const ingest::RecordView& view() const { return view_; }

 private:
  std::vector<std::pair<std::string_view, std::string_view>> metadata_;
  ingest::RecordView view_;
};

}  // namespace bedrocklog::analytics
