// Records one after another in the order of the manifest, for commands that print records.
#pragma once

#include <functional>

#include "analytics/input_account.h"
#include "analytics/record_facts.h"
#include "analytics/scan.h"
#include "ingest/fault.h"
#include "ingest/manifest.h"
#include "ingest/object_scanner.h"

namespace bedrocklog::analytics {

/// Called with a record that passed range and filter. False ends the stream.
using RecordVisit =
    std::function<bool(const RecordFactsView& facts, const ingest::RecordOrigin& origin)>;

/// Visits every record that `options` lets through by `range` and `where`, on the calling thread.
/// Request parameters (max_tokens, temperature) are read, too.
/// Duplicates are NOT removed, whatever `options.deduplicate` says: which copy wins is known only
/// when everything is read, and then the records are gone. Of the other options `models`, `groups`,
/// `teams`, `rejects_kept_max`, `s3` and `downloads` matter, `prices` may be null.
///
/// The account holds what was read up to the end or to the visit that returned false; that record
/// counts, the rest of its object and the objects behind it do not appear but in `objects_listed`.
/// Unreadable and damaged objects are in the account, not Faults; so far nothing else fails.
[[nodiscard]] Result<InputAccount> for_each_record(const ingest::Manifest& manifest,
                                                   const ScanOptions& options,
                                                   const RecordVisit& visit);

}  // namespace bedrocklog::analytics
