// Price lists that were imported, kept one file for each, and the books they make together.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/finance/price_import.h"
#include "analytics/price_table.h"
#include "ingest/fault.h"

namespace bedrocklog::finance {

/// An import as it was kept.
struct StoredImport {
  ImportIdentity identity;
  std::string version, source_sha256;
  std::string sha256;  // Of the kept file.
  std::vector<analytics::PriceRow> rows;
};

/// "AmazonBedrock_us-east-1_20260504T201530Z.csv": offer, region and publication, and nothing that
/// could be a path.
[[nodiscard]] std::string stored_name(const ImportIdentity& identity);

/// The kept file: lines of `# name: value` about the list, then a price book.
[[nodiscard]] std::string stored_text(const PriceImport& import);

/// Reads stored_text(). Faults name `file_name`:line.
[[nodiscard]] Result<StoredImport> parse_stored(std::string_view text,
                                                const std::string& file_name);

/// What the imports say together.
struct ImportedBooks {
  std::optional<analytics::PriceTable> litellm;  // The latest map alone.
  /// One book for each offer of AWS. Where several offers price the same, a later one wins:
  /// AmazonBedrock, AmazonBedrockService, AmazonBedrockFoundationModels, others by name before
  /// these.
  std::vector<analytics::PriceTable> aws;
};

/// The first price that an offer's publications tell of something holds since ever (what came
/// before is not known), each later one from the day of its publication. What a publication leaves
/// out keeps its price: lists may be parts of one. Imports in any order.
[[nodiscard]] ImportedBooks books_of(std::vector<StoredImport> imports);

}  // namespace bedrocklog::finance
