// Tells the forms of price lists apart.
#include "analytics/finance/price_import.h"

#include <array>
#include <iterator>
#include <utility>

#include "analytics/finance/aws_price_collector.h"
#include "analytics/finance/price_list_forms.h"
#include "ingest/aws/digest.h"
#include "ingest/ensure.h"

namespace bedrocklog::finance {

std::string_view name_of(NoteKind kind) {
  constexpr std::array<std::string_view, 8> names = {
      "other product", "unknown model", "ambiguous model", "unusable price",
      "volume price",  "not on demand", "conflict",        "assumed"};
  return names.at(static_cast<std::size_t>(kind));
}

Result<std::vector<PriceImport>> read_price_list(std::string_view text,
                                                 const std::string& file_name,
                                                 const PriceListOptions& options) {
  ensure(options.names != nullptr);
  if (text.size() > price_list_size_bytes_max) {
    return fault(file_name, "is larger than 128 MiB; import the files of single regions");
  }
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  std::string_view body = text;
  if (body.starts_with(byte_order_mark)) {
    body.remove_prefix(byte_order_mark.size());
  }
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  const std::string_view start = body.substr(std::min(first, body.size()));
  // Answers one per line may be JSON texts, which begin with a quote, as does the CSV form.
  const bool is_csv = start.starts_with("\"FormatVersion\"") || start.starts_with("FormatVersion,");
  auto imports = is_csv ? read_csv_price_list(body, file_name, options)
                        : read_json_price_list(body, file_name, options);
  if (!imports) {
    return imports;
  }
  if (imports->empty()) {
    return fault(file_name, "holds no price of any product");
  }
  const std::string digest = aws::sha256_hex(text);
  for (PriceImport& import : *imports) {
    import.source_sha256 = digest;
  }
  return imports;
}

void merge(PriceImport& import, PriceImport more) {
  ensure(import.identity == more.identity);
  // Of several files, whatever their order.
  if (import.source_sha256 != more.source_sha256) {
    std::string low = std::move(import.source_sha256);
    if (more.source_sha256 < low) {
      std::swap(low, more.source_sha256);
    }
    import.source_sha256 = aws::sha256_hex(low + more.source_sha256);
  }
  import.rows.insert(import.rows.end(), std::make_move_iterator(more.rows.begin()),
                     std::make_move_iterator(more.rows.end()));
  import.notes.insert(import.notes.end(), std::make_move_iterator(more.notes.begin()),
                      std::make_move_iterator(more.notes.end()));
  import.notes_dropped += more.notes_dropped;
  settle_rows(import);
  settle_notes(import);
}

}  // namespace bedrocklog::finance
