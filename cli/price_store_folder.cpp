// Finds the store and reads what is in it.
#include "cli/price_store_folder.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/input_text.h"
#include "cli/price_book.h"

namespace bedrocklog::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view switched_off = "none";

}  // namespace

std::string price_store_of(const Session& session) {
  std::string folder = session.settings.text("price-store");
  if (folder.empty() && session.configuration.price_store) {
    folder = session.configuration.price_store->values.front();
  }
  if (folder == switched_off) {
    return {};
  }
  if (!folder.empty()) {
    return folder;
  }
  if (const auto data = value_of(session.environment, "XDG_DATA_HOME")) {
    return *data + "/bedrocklog/prices";
  }
  const auto home = value_of(session.environment, "HOME");
  return home ? *home + "/.local/share/bedrocklog/prices" : std::string();
}

Result<std::vector<finance::StoredImport>> load_price_folder(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    // Files that are being written have other endings.
    if (entry->path().extension() == ".csv") {
      paths.push_back(entry->path().string());
    }
    if (paths.size() > price_store_files_max) {
      return fault(folder, "holds more than 4096 price lists; take old ones out");
    }
  }
  if (failed) {
    return fault(folder, "cannot be read: " + failed.message());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<finance::StoredImport> imports;
  for (const std::string& path : paths) {
    const Result<std::string> text = read_text_file(path, price_file_size_bytes_max);
    if (!text) {
      return pass_on(text);
    }
    Result<finance::StoredImport> import = finance::parse_stored(*text, path);
    if (!import) {
      return pass_on(import);
    }
    imports.push_back(std::move(*import));
  }
  return imports;
}

Result<std::vector<finance::StoredImport>> load_price_store(const Session& session) {
  const std::string folder = price_store_of(session);
  std::error_code failed;
  if (folder.empty()) {
    return std::vector<finance::StoredImport>{};
  }
  if (!fs::is_directory(folder, failed)) {
    const Setting* named = session.settings.find("price-store");
    if (named != nullptr && named->origin == Origin::flag) {
      return fault(folder,
                   "is no folder; import a price list into it with bedrocklog prices "
                   "import FILE --price-store " +
                       folder);
    }
    return std::vector<finance::StoredImport>{};
  }
  return load_price_folder(folder);
}

}  // namespace bedrocklog::cli
