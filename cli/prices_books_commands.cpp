// `bedrocklog prices conflicts|diff|export`: price books as such.
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analytics/calendar.h"
#include "analytics/finance/price_compare.h"
#include "analytics/finance/price_import.h"
#include "analytics/finance/price_rows.h"
#include "analytics/finance/price_store.h"
#include "analytics/price_book_rows.h"
#include "cli/command.h"
#include "cli/input_text.h"
#include "cli/listing.h"
#include "cli/price_book.h"
#include "cli/price_store_folder.h"
#include "cli/prices_text.h"
#include "cli/session.h"
#include "cli/shipped_data.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::cli {
namespace {

using analytics::PriceRow;
using analytics::PriceTable;

constexpr std::int32_t latest_day = std::numeric_limits<std::int32_t>::max() - 1;

/// One side of a comparison.
struct BookSide {
  std::vector<PriceRow> rows;  // Flat.
  std::int32_t day = latest_day;
};

std::vector<PriceRow> flat(const std::vector<PriceTable>& layers) {
  return finance::flattened(borrowed_layers(layers));
}

/// The lists of AWS in the store that were published until `date`.
Result<BookSide> read_day(const Session& session, const std::string& date) {
  Result<std::vector<finance::StoredImport>> imports = load_price_store(session);
  if (!imports) {
    return pass_on(imports);
  }
  std::erase_if(*imports, [&](const finance::StoredImport& import) {
    return date < import.identity.published.substr(0, date.size());
  });
  const finance::ImportedBooks books = finance::books_of(std::move(*imports));
  if (books.aws.empty()) {
    return fault(date, "has no price list of AWS in the store until then; see prices import");
  }
  BookSide side;
  side.rows = flat(books.aws);
  if (const auto day = analytics::parse_date(date)) {
    side.day = static_cast<std::int32_t>(days_from_civil(*day));
  }
  return side;
}

/// A price list as it is published: offers beside each other.
Result<BookSide> read_list(const std::string& text, const std::string& path) {
  const auto names = finance::ModelNames::parse(shipped_models_csv(), "models.csv");
  if (!names) {
    return pass_on(names);
  }
  // LiteLLM's map has no date, and none is shown.
  auto imports = finance::read_price_list(text, path, {&*names, "1970-01-01"});
  if (!imports) {
    return pass_on(imports);
  }
  std::vector<PriceTable> books;
  for (finance::PriceImport& import : *imports) {
    books.push_back(
        PriceTable::of_rows(std::move(import.rows), import.identity.offer, import.source_sha256));
  }
  return BookSide{flat(books)};
}

Result<BookSide> read_file_side(const std::string& path) {
  const Result<std::string> text = read_text_file(path, finance::price_list_size_bytes_max);
  if (!text) {
    return pass_on(text);
  }
  const std::size_t first = text->find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  const char start = first == std::string::npos ? '\0' : (*text)[first];
  if (start == '#' && !path.ends_with(".toml")) {
    auto stored = finance::parse_stored(*text, path);
    return stored ? Result<BookSide>(BookSide{std::move(stored->rows)}) : pass_on(stored);
  }
  const bool is_list = start == '{' || start == '"' || (start == '[' && !path.ends_with(".toml")) ||
                       text->starts_with("FormatVersion,");
  if (is_list) {
    return read_list(*text, path);
  }
  const Result<PriceTable> table = load_price_file(path);
  if (!table) {
    return pass_on(table);
  }
  return BookSide{{table->rows().begin(), table->rows().end()}};
}

OrExit<BookSide> read_side(const Session& session, const std::string& name) {
  if (name == "current") {
    const OrExit<std::vector<PriceTable>> layers = load_price_layers(session);
    if (!layers) {
      return layers.code();
    }
    return BookSide{flat(*layers)};
  }
  Result<BookSide> side = fault(name, "");
  if (name == "shipped") {
    const Result<PriceTable> shipped = load_shipped_prices();
    side = shipped ? Result<BookSide>(BookSide{{shipped->rows().begin(), shipped->rows().end()}})
                   : pass_on(shipped);
  } else if (name.size() == 10 && analytics::parse_date(name)) {
    side = read_day(session, name);
  } else {
    side = read_file_side(name);
  }
  if (!side) {
    return stop(Step::prices, side.error());
  }
  return std::move(*side);
}

std::string_view name_of(finance::PriceChangeKind kind) {
  switch (kind) {
    case finance::PriceChangeKind::added:
      return "added";
    case finance::PriceChangeKind::removed:
      return "removed";
    case finance::PriceChangeKind::changed:
      return "changed";
  }
  return "";
}

std::string limit_text(const PriceRow& row) {
  return row.context_min_input_tokens == 0 ? "" : std::to_string(row.context_min_input_tokens);
}

}  // namespace

ExitCode run_prices_conflicts(const Invocation& invocation) {
  const OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  const OrExit<std::vector<PriceTable>> layers = load_price_layers(*session);
  if (!layers) {
    return layers.code();
  }
  Listing listing;
  listing.columns = {{"model"},
                     {"meter"},
                     {"tier"},
                     {"scope"},
                     {"context", ColumnKind::count},
                     {"used", ColumnKind::decimal},
                     {"unit"},
                     {"book"},
                     {"not_used", ColumnKind::decimal},
                     {"other_unit"},
                     {"other_book"},
                     {"why"},
                     {"regions"}};
  for (const finance::PriceConflict& conflict : finance::conflicts_in(borrowed_layers(*layers))) {
    const PriceRow& row = conflict.winner;
    listing.rows.push_back({row.model, row.meter, row.tier, row.scope, limit_text(row), row.price,
                            row.unit, conflict.winner_book, conflict.loser.price,
                            conflict.loser.unit, conflict.loser_book, conflict_reason(conflict),
                            joined_regions(conflict.regions)});
  }
  return print_listing(listing, session->settings);
}

ExitCode run_prices_diff(const Invocation& invocation) {
  const OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  const OrExit<BookSide> before = read_side(*session, invocation.arguments[0]);
  if (!before) {
    return before.code();
  }
  const OrExit<BookSide> after = read_side(*session, invocation.arguments[1]);
  if (!after) {
    return after.code();
  }
  Listing listing;
  listing.columns = {{"change"},      {"model"},
                     {"meter"},       {"tier"},
                     {"scope"},       {"context", ColumnKind::count},
                     {"attributes"},  {"before", ColumnKind::decimal},
                     {"unit_before"}, {"after", ColumnKind::decimal},
                     {"unit_after"},  {"percent", ColumnKind::decimal},
                     {"regions"}};
  for (const finance::PriceChange& change :
       finance::changes_between({before->rows, before->day}, {after->rows, after->day})) {
    const PriceRow& row = change.after ? *change.after : *change.before;
    listing.rows.push_back(
        {std::string(name_of(change.kind)), row.model, row.meter, row.tier, row.scope,
         limit_text(row), row.attributes, change.before ? change.before->price : "",
         change.before ? change.before->unit : "", change.after ? change.after->price : "",
         change.after ? change.after->unit : "", change.percent, joined_regions(change.regions)});
  }
  return print_listing(listing, session->settings);
}

ExitCode run_prices_export(const Invocation& invocation) {
  const OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  const std::string format = session->settings.text("format");
  if (format != "csv" && format != "json") {
    return stop_at_setting(session->settings, {"--format", "takes csv or json: " + format});
  }
  const OrExit<std::vector<PriceTable>> layers = load_price_layers(*session);
  if (!layers) {
    return layers.code();
  }
  const std::vector<PriceRow> rows = flat(*layers);
  if (format == "csv") {
    return print_result(finance::to_csv(rows));
  }
  Listing listing;
  for (const std::string_view column : analytics::price_book_columns()) {
    listing.columns.push_back({std::string(column), column == "context_min_input_tokens"
                                                        ? ColumnKind::count
                                                        : ColumnKind::text});
  }
  for (const PriceRow& row : rows) {
    listing.rows.push_back(finance::fields_of(row));
  }
  return print_listing(listing, session->settings);
}

}  // namespace bedrocklog::cli
