// --where and its shortcuts as one condition over records.
#pragma once

#include <string>
#include <vector>

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

/// `field = "a"`, or `(field = "a" or field ~ "b*")`: in the grammar of filters, that `field` is
/// one of `values`, each of which may be a glob. Requires at least one value.
[[nodiscard]] std::string condition_text(const std::string& field,
                                         const std::vector<std::string>& values);

}  // namespace bedrocklog::cli
