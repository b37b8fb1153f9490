// Loads and overlays price files.
#include "cli/price_book.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/input_text.h"
#include "cli/shipped_data.h"

namespace bedrocklog::cli {
namespace {

/// Name of a file in reports: without its folder, which is nobody else's business.
std::string file_name_of(const std::string& path) {
  return path.substr(path.find_last_of('/') + 1);
}

Result<analytics::PriceTable> load_file(const std::string& path) {
  const Result<std::string> text = read_text_file(path, price_file_size_bytes_max);
  if (!text) {
    return pass_on(text);
  }
  Result<analytics::PriceTable> table = analytics::PriceTable::parse(*text, file_name_of(path));
  if (!table) {
    return pass_on(table);
  }
  return table;
}

}  // namespace

OrExit<analytics::PriceTable> load_price_book(const Session& session) {
  const Configuration& configuration = session.configuration;
  std::vector<std::string> files;
  if (configuration.price_files) {
    files = configuration.price_files->values;
  }
  for (const std::string& file : session.settings.list("prices")) {
    files.push_back(file);
  }
  const bool shipped_off =
      session.settings.is_on("no-shipped-prices") ||
      (configuration.shipped_prices && configuration.shipped_prices->values.front() == "false");
  std::optional<analytics::PriceTable> book;
  if (!shipped_off) {
    Result<analytics::PriceTable> shipped =
        analytics::PriceTable::parse(shipped_prices_csv(), "shipped", shipped_prices_sha256());
    if (!shipped) {
      return stop(Step::prices, shipped.error());
    }
    book = std::move(*shipped);
  }
  for (const std::string& file : files) {
    Result<analytics::PriceTable> table = load_file(file);
    if (!table) {
      return stop(Step::prices, table.error());
    }
    if (book) {
      book->overlay(std::move(*table));
    } else {
      book = std::move(*table);
    }
  }
  if (!book) {
    return stop(Step::command_line,
                {"--no-shipped-prices", "leaves no price book; add --prices FILE"});
  }
  return std::move(*book);
}

}  // namespace bedrocklog::cli
