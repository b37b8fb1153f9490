// What an object's path alone proves about it.
#pragma once

#include <optional>
#include <string_view>

#include "ingest/skip_kind.h"

namespace bedrocklog::ingest {

/// The kind of non-record an object is by its path ('/' separated, ending in the object's name), or
/// nothing when its content must decide. Never `empty` or `special_file`, which no path shows.
/// - sidecar: below .../YYYY/MM/DD/HH/data/, where Bedrock puts large bodies and media
/// - permission_check: the name contains `permission-check`; some writers add an ending
/// - write_test: the name is `aws-logs-write-test`, left by a CloudWatch export task
/// - cloudtrail: below AWSLogs/[o-<organisation>/]<account>/CloudTrail*/
[[nodiscard]] std::optional<SkipKind> skip_kind_of_path(std::string_view path);

}  // namespace bedrocklog::ingest
