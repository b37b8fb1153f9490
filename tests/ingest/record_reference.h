// A second, slow reading of records with another JSON library: what the fast one must agree with.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "ingest/record_view.h"

namespace bedrocklog::ingest {

/// Every field of a view, absent ones as null, so that a difference prints itself.
nlohmann::json facts_of(const RecordView& record);

/// The same facts, extracted from a record of the service's own layout or the flat one.
nlohmann::json reference_facts(const nlohmann::json& record, bool request_parameters);

}  // namespace bedrocklog::ingest
