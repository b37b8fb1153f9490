// Unusual payloads: what a reviewer should look at, counted and located, never quoted.
//
// Heuristics over the record's own text, for `check --payloads`: sizes and bytes per token far from
// the model's own median, phrases typical of prompt injection, and classes of personal or secret
// data. A finding is a hint and no proof; the absence of one proves nothing.
//
// Thread safety: none. Feed it from one thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/latency_histogram.h"
#include "analytics/record_facts.h"
#include "ingest/object_scanner.h"

namespace bedrocklog::analytics {

enum class PayloadFinding : std::uint8_t {
  size_outlier,      // Record larger than outlier_factor x the median of its model.
  ratio_outlier,     // Bytes per token more than outlier_factor above or below that median.
  injection_marker,  // "ignore previous instructions" and its kin.
  email_address,
  payment_card,        // 13 to 19 digits that pass the Luhn check.
  us_social_security,  // 123-45-6789.
  aws_access_key,      // AKIA..., ASIA...
  private_key,         // PEM header of a private key.
};
inline constexpr std::size_t payload_finding_count = 8;

[[nodiscard]] std::string_view name_of(PayloadFinding finding);

inline constexpr std::uint32_t outlier_factor = 8;
/// A model's median means nothing below this many records: no outliers are reported then.
inline constexpr std::uint64_t outlier_records_min = 20;
inline constexpr std::size_t payload_samples_max = 20;    // Per finding.
inline constexpr std::size_t payload_models_max = 4'096;  // Further models share one median.

/// Where to look. Samples are the first in reading order; of outliers the most extreme.
struct PayloadSample {
  std::string object;
  std::uint64_t line = 0;
  std::uint64_t ordinal = 0;
  std::string request_id;
};

struct PayloadReport {
  std::uint64_t records = 0;       // Records looked at.
  std::uint64_t without_body = 0;  // Of these, records whose bodies are stored elsewhere.
  std::array<std::uint64_t, payload_finding_count>
      records_with{};  // A record counts once a finding.
  std::array<std::vector<PayloadSample>, payload_finding_count> samples;
};

class PayloadCheck {
 public:
  PayloadCheck();
  ~PayloadCheck();
  PayloadCheck(const PayloadCheck&) = delete;
  PayloadCheck& operator=(const PayloadCheck&) = delete;
  PayloadCheck(PayloadCheck&&) noexcept;
  PayloadCheck& operator=(PayloadCheck&&) noexcept;

  void add(const RecordFactsView& facts, const ingest::RecordOrigin& origin);

  /// Call once, after the last add().
  [[nodiscard]] PayloadReport finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Whether the digits of `text` (other characters are passed over) pass the Luhn check and number
/// 13 to 19.
[[nodiscard]] bool is_card_number(std::string_view text);

}  // namespace bedrocklog::analytics
