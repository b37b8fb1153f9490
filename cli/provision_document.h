// What a configuration file says about the stack, as the JSON document provision/ reads.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "ingest/fault.h"

namespace bedrocklog::cli {

struct ProvisionDocument {
  nlohmann::json document;
  /// It is a configuration of ours with a [provision] table: its other tables count, too.
  bool is_configuration = false;
};

/// `text` as JSON when the name ends in .json or it begins like JSON, else as TOML: its [provision]
/// table, or all of it when there is none. Faults name file and line.
[[nodiscard]] Result<ProvisionDocument> parse_provision_document(std::string_view text,
                                                                 const std::string& file);

/// Reads and parses a file; nothing when it has no [provision] table and `is_optional`.
[[nodiscard]] Result<std::optional<ProvisionDocument>> load_provision_document(
    const std::string& path, bool is_optional);

}  // namespace bedrocklog::cli
