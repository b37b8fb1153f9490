// What a plan asks before it is made, because AWS does not offer everything everywhere: the answers
// become part of the spec, so that a saved plan has them.
#pragma once

#include <vector>

#include "ingest/aws/service_calls.h"
#include "ingest/fault.h"
#include "provision/plan.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {

struct ProbedSpec {
  StackSpec spec;
  std::vector<Notice> notices;  // What was chosen and why.
};

/// - alarm_source automatic becomes what ListMetrics shows: a series without dimensions in every
///   region, else Metrics Insights.
/// - subnets in zones where no endpoint service is offered, and services that the region has not,
///   are left out (secure.network).
/// - a trail of an organisation that already covers the account is told, with --use-trail.
/// Reads only; asks only what the spec's profiles need. A read that is refused for lack of rights
/// leaves the spec as it is, with a notice.
[[nodiscard]] Result<ProbedSpec> probe(const StackSpec& spec, aws::ServiceCalls& calls);

}  // namespace bedrocklog::provision
