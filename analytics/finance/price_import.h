// A price list that somebody published, as rows of the price book, with what was left out of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/finance/model_names.h"
#include "analytics/price_table.h"
#include "ingest/fault.h"

namespace bedrocklog::finance {

/// Of one file. DOM and rows need about ten times as much memory.
inline constexpr std::size_t price_list_size_bytes_max = std::size_t{128} << 20U;
inline constexpr std::size_t import_notes_kept_max = 10'000;

inline constexpr std::string_view litellm_offer = "litellm";

/// What tells one publication from another.
struct ImportIdentity {
  std::string offer;      // "AmazonBedrock", "litellm".
  std::string region;     // "us-east-1"; "all" for a list of several regions.
  std::string published;  // "2026-05-04" or "2026-05-04T20:15:30Z".
  friend auto operator<=>(const ImportIdentity&, const ImportIdentity&) = default;
};

enum class NoteKind : std::uint8_t {
  other_product,    // Another product than model use, or a usage type that no grammar covers.
  unknown_model,    // A name that the table of model names does not have.
  ambiguous_model,  // One that stands for several models, or two names that disagree.
  unusable_price,   // LiteLLM only: a number with more digits than a price has.
  volume_price,     // Depends on how much was used.
  not_on_demand,    // Terms other than OnDemand.
  conflict,         // Two SKUs with other prices for the same: neither prices anything.
  assumed,          // Kept, with something that the list does not say.
};

/// As in the output of `prices import`.
[[nodiscard]] std::string_view name_of(NoteKind kind);

struct ImportNote {
  NoteKind kind = NoteKind::other_product;
  std::string subject;  // What it is about: a usage type, a name, a SKU.
  std::string detail;
  std::size_t rows = 1;  // How many prices it stands for.
};

struct PriceImport {
  ImportIdentity identity;
  std::string version;  // Of the list, "" if it has none.
  std::string source_sha256;
  std::vector<analytics::PriceRow> rows;  // Sorted; none of the same claim as another.
  std::vector<ImportNote> notes;          // Sorted by kind and subject, equal ones joined.
  std::size_t notes_dropped = 0;          // Beyond import_notes_kept_max.
};

struct PriceListOptions {
  const ModelNames* names = nullptr;  // Required.
  std::string litellm_date;           // Day of a LiteLLM map, which has no date: 2026-07-24.
};

/// Reads a price list of AWS (bulk offer file in JSON or CSV, answers of GetProducts as an array,
/// one per line or under "PriceList") or LiteLLM's price map, told apart by what they hold. One
/// import for each offer and publication. Faults name the file with the line or SKU: no price list
/// at all, a negative price, one with more than 10 decimals, a token price of an unknown unit,
/// another currency than USD, a map without its date, texts over price_list_size_bytes_max.
[[nodiscard]] Result<std::vector<PriceImport>> read_price_list(std::string_view text,
                                                               const std::string& file_name,
                                                               const PriceListOptions& options);

/// Puts `more` into `import`, which has the same identity: answers of GetProducts come in parts.
void merge(PriceImport& import, PriceImport more);

}  // namespace bedrocklog::finance
