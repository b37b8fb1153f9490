// --where and its shortcuts as one condition over records.
#pragma once

#include <string>

#include "analytics/expression.h"
#include "cli/settings.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

struct RecordFilter {
  analytics::Expression condition;
  std::string text;  // The condition written out, shortcuts included; empty: everything.
};

/// Joins --where, --model, --user, --account and --tag with `and`; a shortcut given several times
/// holds when one of its values does. Faults name the flag at fault.
[[nodiscard]] Result<RecordFilter> record_filter(const Settings& settings);

}  // namespace bedrocklog::cli
