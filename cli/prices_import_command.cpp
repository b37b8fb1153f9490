// `bedrocklog prices import`: keeps published price lists in the price store.
#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analytics/finance/model_names.h"
#include "analytics/finance/price_compare.h"
#include "analytics/finance/price_import.h"
#include "analytics/finance/price_rows.h"
#include "analytics/finance/price_store.h"
#include "analytics/price_book_rows.h"
#include "cli/command.h"
#include "cli/input_text.h"
#include "cli/listing.h"
#include "cli/output_file.h"
#include "cli/price_book.h"
#include "cli/price_store_folder.h"
#include "cli/prices_text.h"
#include "cli/session.h"
#include "cli/shipped_data.h"

namespace bedrocklog::cli {
namespace {

namespace fs = std::filesystem;

using finance::ImportIdentity;
using finance::PriceImport;

/// All lists of the files; parts of one publication put together.
Result<std::vector<PriceImport>> read_lists(const std::vector<std::string>& paths,
                                            const std::string& litellm_date) {
  const auto names = finance::ModelNames::parse(shipped_models_csv(), "models.csv");
  if (!names) {
    return pass_on(names);
  }
  std::map<ImportIdentity, PriceImport> imports;
  for (const std::string& path : paths) {
    const Result<std::string> text = read_text_file(path, finance::price_list_size_bytes_max);
    if (!text) {
      return pass_on(text);
    }
    auto read = finance::read_price_list(*text, path, {&*names, litellm_date});
    if (!read) {
      return pass_on(read);
    }
    for (PriceImport& import : *read) {
      const auto [known, is_new] = imports.try_emplace(import.identity);
      if (is_new) {
        known->second = std::move(import);
      } else {
        finance::merge(known->second, std::move(import));
      }
    }
  }
  std::vector<PriceImport> all;
  for (auto& [identity, import] : imports) {
    all.push_back(std::move(import));
  }
  return all;
}

enum class Kept : std::uint8_t { imported, unchanged, replaced, differs };

/// Compares with what the store has under the same identity.
Result<Kept> compare(const PriceImport& import, const std::string& path) {
  std::error_code failed;
  if (!fs::exists(path, failed)) {
    return Kept::imported;
  }
  const Result<std::string> text = read_text_file(path, price_file_size_bytes_max);
  if (!text) {
    return pass_on(text);
  }
  const auto stored = finance::parse_stored(*text, path);
  if (!stored) {
    return pass_on(stored);
  }
  // The same list in another form says the same.
  return stored->source_sha256 == import.source_sha256 ||
                 finance::to_csv(stored->rows) == finance::to_csv(import.rows)
             ? Kept::unchanged
             : Kept::differs;
}

std::string_view name_of(Kept kept) {
  switch (kept) {
    case Kept::imported:
      return "imported";
    case Kept::unchanged:
      return "known already";
    case Kept::replaced:
      return "replaced";
    case Kept::differs:
      return "differs from the store";
  }
  return "";
}

std::size_t token_rows(const PriceImport& import) {
  return static_cast<std::size_t>(std::count_if(
      import.rows.begin(), import.rows.end(),
      [](const analytics::PriceRow& row) { return analytics::token_meter_of(row).has_value(); }));
}

void tell_notes(Listing& listing, const PriceImport& import) {
  const ImportIdentity& identity = import.identity;
  const auto add = [&](std::string what, std::size_t rows, std::string subject,
                       std::string detail) {
    listing.rows.push_back({identity.offer, identity.region, identity.published, std::move(what),
                            std::to_string(rows), std::move(subject), std::move(detail)});
  };
  for (const finance::ImportNote& note : import.notes) {
    add(std::string(finance::name_of(note.kind)), note.rows, note.subject, note.detail);
  }
  if (import.notes_dropped > 0) {
    add("more notes", import.notes_dropped, "", "not kept");
  }
}

struct ImportResult {
  Listing listing;
  bool differs = false;
};

Result<ImportResult> keep_all(const std::vector<PriceImport>& imports, const std::string& folder,
                              bool replaces) {
  ImportResult result;
  result.listing.columns = {
      {"offer"},   {"region"}, {"published"}, {"what"}, {"rows", ColumnKind::count},
      {"subject"}, {"detail"}};
  for (const PriceImport& import : imports) {
    const ImportIdentity& identity = import.identity;
    const std::string path = folder + '/' + finance::stored_name(identity);
    Result<Kept> kept = compare(import, path);
    if (!kept) {
      return pass_on(kept);
    }
    if (*kept == Kept::differs && replaces) {
      kept = Kept::replaced;
    }
    if (*kept == Kept::imported || *kept == Kept::replaced) {
      if (const auto failed = write_file(path, finance::stored_text(import))) {
        return tl::unexpected(*failed);
      }
    }
    result.differs = result.differs || *kept == Kept::differs;
    result.listing.rows.push_back(
        {identity.offer, identity.region, identity.published, std::string(name_of(*kept)),
         std::to_string(import.rows.size()), finance::stored_name(identity),
         fmt::format("{} price tokens; what no earlier list prices holds since ever",
                     token_rows(import))});
    tell_notes(result.listing, import);
  }
  return result;
}

/// Conflicts that the lists now in the store have with other books.
Result<std::size_t> add_conflicts(Listing& listing, const Session& session,
                                  const std::vector<PriceImport>& imports) {
  const OrExit<std::vector<analytics::PriceTable>> layers = load_price_layers(session);
  if (!layers) {
    return fault("", "");  // Told already.
  }
  const std::vector<const analytics::PriceTable*> borrowed = borrowed_layers(*layers);
  std::size_t added = 0;
  for (const finance::PriceConflict& conflict : finance::conflicts_in(borrowed)) {
    const auto is_new = [&](const std::string& book) {
      return std::any_of(imports.begin(), imports.end(), [&](const PriceImport& import) {
        return book.starts_with(import.identity.offer + '@');
      });
    };
    if (is_new(conflict.winner_book) || is_new(conflict.loser_book)) {
      listing.rows.push_back({"", "", "", "price conflict", "1", claim_text(conflict.winner),
                              conflict_text(conflict)});
      ++added;
    }
  }
  return added;
}

}  // namespace

ExitCode run_prices_import(const Invocation& invocation) {
  const OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  const Settings& settings = session->settings;
  const std::string folder = price_store_of(*session);
  if (folder.empty()) {
    return stop(Step::command_line,
                {"--price-store", "names no folder to keep the price list in; name one"});
  }
  const auto imports = read_lists(invocation.arguments, settings.text("as-of"));
  if (!imports) {
    return stop(Step::prices, imports.error());
  }
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) {
    return stop(Step::create_output, {folder, "cannot be made: " + failed.message()});
  }
  auto kept = keep_all(*imports, folder, settings.is_on("replace"));
  if (!kept) {
    return stop(Step::write_output, kept.error());
  }
  if (!add_conflicts(kept->listing, *session, *imports)) {
    return ExitCode::data_unusable;
  }
  const ExitCode printed = print_listing(kept->listing, settings);
  if (printed == ExitCode::complete && kept->differs) {
    print_fault({folder,
                 "has another list of the same offer, region and publication, which was kept; "
                 "look at both, then import with --replace"});
    return ExitCode::conflict;
  }
  return printed;
}

}  // namespace bedrocklog::cli
