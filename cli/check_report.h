// What `check` found, as text and as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analytics/input_account.h"
#include "analytics/payload_check.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::cli {

struct CheckReport {
  analytics::InputAccount account;
  std::vector<TimeRange> missing_hours;
  bool is_deduplicated = true;
  std::optional<analytics::PayloadReport> payloads;  // With --payloads.
};

/// Rejected records, damaged or unreadable objects. Duplicates, skips, absent fields and missing
/// hours are told, but are no defects: a quiet night looks like a lost one.
[[nodiscard]] bool has_defects(const CheckReport& report);

/// For people. Every name from logs is made printable.
[[nodiscard]] std::string check_text(const CheckReport& report);

/// `bedrocklog.check/1`: all counts, the first reject places, all damages and missing hours.
[[nodiscard]] std::string check_json(const CheckReport& report);

}  // namespace bedrocklog::cli
