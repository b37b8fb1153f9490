// The shipped JSON Schemas, judged by a validator that is not ours.
#pragma once

#include <string>
#include <vector>

namespace bedrocklog::cli {

/// Exit code of validate_schema.py for data/schema/`schema` over all documents: 0 when each is
/// valid, 1 when one is not.
int validate_documents(const std::string& schema, const std::vector<std::string>& documents);

}  // namespace bedrocklog::cli
