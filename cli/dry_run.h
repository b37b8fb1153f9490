// What a run would read, request and cost, known from the listing alone.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analytics/money.h"
#include "cli/diagnostics.h"
#include "cli/session.h"
#include "cli/settings.h"
#include "ingest/fault.h"
#include "ingest/manifest.h"
#include "ingest/skip_kind.h"

namespace bedrocklog::cli {

/// Bytes of what AWS sells as a GB.
inline constexpr std::uint64_t billed_gb_bytes = 1ULL << 30U;

/// What the user says S3 costs; there are no built-in prices.
struct S3Prices {
  analytics::UnitPrice list;  // Per 1,000 requests.
  analytics::UnitPrice get;   // Per 1,000 requests.
  analytics::UnitPrice gb;    // Per GB transferred.
};

/// "list=0.005,get=0.0004,gb=0.09": all three, each once. The Fault is about --s3-prices.
[[nodiscard]] Result<S3Prices> parse_s3_prices(const std::string& text);

/// Objects of one bucket, or of all local files together.
struct PlannedPlace {
  std::string place;  // "s3://bucket", "files".
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;
  std::uint64_t get_requests = 0;
  std::uint64_t transfer_bytes = 0;
};

struct RunPlan {
  std::vector<PlannedPlace> places;  // By name.
  PlannedPlace total;
  std::array<std::uint64_t, ingest::skip_kind_count> skipped{};
  std::vector<ingest::UnreadableObject> unreadable;
  std::uint64_t list_requests = 0;  // Sent for this listing.
};

/// `readings`: how often the run reads each object. Requests that must be repeated are not
/// foreseen.
[[nodiscard]] RunPlan plan_of(const ingest::Manifest& manifest, std::uint64_t list_requests,
                              unsigned readings);

struct PlanCost {
  analytics::Attodollars list;
  analytics::Attodollars get;
  analytics::Attodollars transfer;  // Rounded half to even at 1e-18 USD.
};
[[nodiscard]] PlanCost cost_of(const RunPlan& plan, const S3Prices& prices);

/// For people; without prices says how to give them.
[[nodiscard]] std::string plan_text(const RunPlan& plan, const std::optional<S3Prices>& prices);
[[nodiscard]] std::string plan_json(const RunPlan& plan, const std::optional<S3Prices>& prices);

/// What is wrong with --s3-prices, or with --format beside --dry-run; known before anything is
/// listed.
[[nodiscard]] std::optional<Fault> plan_fault(const Settings& settings);

/// Requires settings without plan_fault(). Prints the plan in --format table or json: complete, or
/// incomplete when something cannot be read.
[[nodiscard]] ExitCode print_plan(const Session& session, const ingest::Manifest& manifest,
                                  unsigned readings = 1);

}  // namespace bedrocklog::cli
