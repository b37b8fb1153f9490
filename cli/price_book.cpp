// Loads price files and imports and lays them over each other.
#include "cli/price_book.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "analytics/finance/price_store.h"
#include "analytics/price_book_rows.h"
#include "cli/input_text.h"
#include "cli/price_store_folder.h"
#include "cli/price_toml.h"
#include "cli/shipped_data.h"
#include "ingest/aws/digest.h"

namespace bedrocklog::cli {
namespace {

using analytics::PriceTable;

/// Name of a file in reports: without its folder, which is nobody else's business.
std::string file_name_of(const std::string& path) {
  return path.substr(path.find_last_of('/') + 1);
}

bool is_shipped_off(const Session& session) {
  const std::optional<ConfiguredValue>& shipped = session.configuration.shipped_prices;
  return session.settings.is_on("no-shipped-prices") ||
         (shipped && shipped->values.front() == "false");
}

std::vector<std::string> price_files_of(const Session& session) {
  std::vector<std::string> files;
  if (session.configuration.price_files) {
    files = session.configuration.price_files->values;
  }
  for (const std::string& file : session.settings.list("prices")) {
    files.push_back(file);
  }
  return files;
}

/// LiteLLM's rows for long requests would win over ordinary rows of any other book: they only stay
/// where no other book knows the model.
PriceTable gap_filler(const PriceTable& map, const std::vector<PriceTable>& others) {
  std::vector<analytics::PriceRow> rows;
  for (const analytics::PriceRow& row : map.rows()) {
    const bool is_known = std::any_of(others.begin(), others.end(), [&](const PriceTable& book) {
      return book.knows(row.model);
    });
    if (row.context_min_input_tokens == 0 || !is_known) {
      rows.push_back(row);
    }
  }
  return PriceTable::of_rows(std::move(rows), map.name(), map.sha256());
}

}  // namespace

Result<PriceTable> load_shipped_prices() {
  return PriceTable::parse(shipped_prices_csv(), "shipped", shipped_prices_sha256());
}

Result<PriceTable> load_price_file(const std::string& path) {
  const Result<std::string> text = read_text_file(path, price_file_size_bytes_max);
  if (!text) {
    return pass_on(text);
  }
  const std::string name = file_name_of(path);
  if (!path.ends_with(".toml")) {
    return PriceTable::parse(*text, name);
  }
  Result<analytics::CsvTable> table = parse_price_toml(*text, name);
  if (!table) {
    return pass_on(table);
  }
  Result<std::vector<analytics::PriceRow>> rows =
      analytics::parse_price_rows(std::move(*table), name, false);
  if (!rows) {
    return pass_on(rows);
  }
  return PriceTable::of_rows(std::move(*rows), name, aws::sha256_hex(*text));
}

OrExit<std::vector<PriceTable>> load_price_layers(const Session& session) {
  std::vector<PriceTable> layers;
  if (!is_shipped_off(session)) {
    Result<PriceTable> shipped = load_shipped_prices();
    if (!shipped) {
      return stop(Step::prices, shipped.error());
    }
    layers.push_back(std::move(*shipped));
  }
  Result<std::vector<finance::StoredImport>> imports = load_price_store(session);
  if (!imports) {
    return stop(Step::prices, imports.error());
  }
  finance::ImportedBooks books = finance::books_of(std::move(*imports));
  std::move(books.aws.begin(), books.aws.end(), std::back_inserter(layers));
  for (const std::string& file : price_files_of(session)) {
    Result<PriceTable> table = load_price_file(file);
    if (!table) {
      return stop(Step::prices, table.error());
    }
    layers.push_back(std::move(*table));
  }
  if (books.litellm) {
    layers.insert(layers.begin(), gap_filler(*books.litellm, layers));
  }
  if (layers.empty()) {
    return stop(Step::command_line,
                {"--no-shipped-prices", "leaves no price book; add --prices FILE"});
  }
  return layers;
}

OrExit<PriceTable> load_price_book(const Session& session) {
  OrExit<std::vector<PriceTable>> layers = load_price_layers(session);
  if (!layers) {
    return layers.code();
  }
  PriceTable book = std::move(layers->front());
  for (std::size_t i = 1; i < layers->size(); ++i) {
    book.overlay(std::move((*layers)[i]));
  }
  return book;
}

}  // namespace bedrocklog::cli
