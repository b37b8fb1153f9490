// The period of a report and what a month like it would come to.
#pragma once

#include <cstdint>
#include <optional>

#include "analytics/aggregate.h"
#include "analytics/price_table.h"
#include "analytics/report.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::analytics {

/// `range` with its open ends closed by the first and last hour seen, whole UTC hours. Nothing when
/// an end stays open (no record was seen) or the period has no length.
[[nodiscard]] std::optional<TimeRange> closed_period(const TimeRange& range,
                                                     const InputAccount& account);

/// Length in 1/1000 h, rounded half to even. Requires a closed period.
[[nodiscard]] std::int64_t hours_milli_of(const TimeRange& period);

/// Nothing without a call, or when a figure would leave the range of its type.
[[nodiscard]] std::optional<Projection> project(const GroupTotals& total, const PriceTable& prices,
                                                const TimeRange& period);

/// value x 730.5 h / length, rounded half to even; the length is exact to the millisecond. Nothing
/// on overflow. Requires length_ms > 0.
[[nodiscard]] std::optional<Int128> per_month(Int128 value, std::int64_t length_ms);

}  // namespace bedrocklog::analytics
