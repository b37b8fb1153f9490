// A bill of Bedrock added up: tokens that logs can be compared with, and everything else by reason.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "analytics/finance/bill_line.h"
#include "analytics/finance/difference.h"
#include "analytics/finance/model_names.h"
#include "analytics/money.h"
#include "analytics/price_table.h"
#include "analytics/record_facts.h"
#include "ingest/fault.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::finance {

/// Sums of a bill that are kept at most: about 2 GB.
inline constexpr std::size_t bill_sums_max = 5'000'000;

/// What logs and bill are joined by. Texts are those of a Names that outlives it.
struct UsageKey {
  std::string_view account, region, model;
  std::int32_t day = 0;  // UTC.
  analytics::Meter meter = analytics::Meter::input;
  analytics::Tier tier = analytics::Tier::standard;
  analytics::Scope scope = analytics::Scope::regional;
  bool is_long_context = false;
  friend auto operator<=>(const UsageKey&, const UsageKey&) = default;
};

/// Texts kept once each; valid as long as this.
class Names {
 public:
  [[nodiscard]] std::string_view keep(std::string_view text);

 private:
  std::set<std::string, std::less<>> texts_;
};

struct BilledUsageSum {
  analytics::Int128 tokens_e12 = 0;
  analytics::Attodollars cost;
  analytics::Attodollars list_cost;  // Of the lines that tell it.
  std::uint64_t lines = 0;
  std::uint64_t lines_with_list_cost = 0;
  std::uint64_t mantle_lines = 0;  // By their usage types.
};

/// Lines that cannot be compared with logs.
struct LeftOverKey {
  Bucket bucket = Bucket::not_comparable;
  Cause cause = Cause::none;
  std::string_view account, region, model;
  std::string_view what;            // Usage type, or the kind of the line as written.
  std::optional<std::int32_t> day;  // Nothing for lines that are no usage.
  friend auto operator<=>(const LeftOverKey&, const LeftOverKey&) = default;
};

struct LeftOverSum {
  analytics::Int128 tokens_e12 = 0;
  bool has_tokens = false;
  analytics::Attodollars cost;
  std::uint64_t lines = 0;
};

/// The sums; cost of `usage` and `left_over` together is `total`.
struct Bill {
  Names names;
  std::map<UsageKey, BilledUsageSum> usage;
  std::map<LeftOverKey, LeftOverSum> left_over;
  analytics::Attodollars total;
  std::set<std::pair<std::int64_t, std::int64_t>> periods_ms;  // Half-open, as the lines say.
  std::optional<UnixMillis> latest_end;                        // Of usage.
  std::uint64_t regions_by_code = 0;  // Lines whose region was read from the usage type.
  std::uint64_t units_assumed = 0;    // Lines without a unit: that of their grammar was taken.
};

/// Adds lines to a bill. Borrows from what it is made with.
class BillCollector {
 public:
  BillCollector(const ModelNames& names, const analytics::ModelMap& models)
      : names_(&names), models_(&models) {}

  /// Fails when there are more sums than bill_sums_max.
  [[nodiscard]] Result<void> take(const BillLineView& line);

  [[nodiscard]] Bill& bill() { return bill_; }

 private:
  /// What a usage type means, as far as it tells.
  struct Meaning {
    Bucket bucket = Bucket::agrees;  // Or where lines of it belong.
    Cause cause = Cause::none;
    std::string_view model;  // Kept; empty: not told.
    std::string_view region_code;
    analytics::Meter meter = analytics::Meter::input;
    analytics::Tier tier = analytics::Tier::standard;
    analytics::Scope scope = analytics::Scope::regional;
    bool is_long_context = false;
    bool is_mantle = false;
    unsigned unit_power = 3;  // Of ten, where the bill tells no unit.
    bool units_are_millions = false;
  };

  [[nodiscard]] const Meaning& meaning_of_line(const BillLineView& line);
  [[nodiscard]] Meaning make_meaning(const BillLineView& line);
  [[nodiscard]] std::string_view one_model_of(std::string_view name);
  [[nodiscard]] std::string_view model_of_resource(std::string_view resource);
  [[nodiscard]] std::string_view region_of(const BillLineView& line, const Meaning& meaning);
  void leave_over(const BillLineView& line, const Meaning& meaning,
                  std::optional<analytics::Int128> tokens_e12);
  void note_times(const BillLineView& line);
  [[nodiscard]] std::optional<analytics::Int128> tokens_of(const BillLineView& line,
                                                           const Meaning& meaning);

  const ModelNames* names_;
  const analytics::ModelMap* models_;
  Bill bill_;
  std::unordered_map<std::string, Meaning> meanings_;
  std::string meaning_key_;
};

/// "us-east-1" for "USE1": the Regions that billing codes stand for, as far as known; else empty.
[[nodiscard]] std::string_view region_of_billing_code(std::string_view code);

/// 3 for "1K tokens", 6 for "1M tokens" and "1000000 Tokens", 0 for "Tokens"; nothing for others.
[[nodiscard]] std::optional<unsigned> power_of_token_unit(std::string_view unit);

}  // namespace bedrocklog::finance
