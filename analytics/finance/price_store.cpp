// Imports as files, and the timelines of prices that follow from several of them.
#include "analytics/finance/price_store.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "analytics/calendar.h"
#include "analytics/finance/price_rows.h"
#include "analytics/in_quotes.h"
#include "analytics/price_book_rows.h"
#include "ingest/aws/digest.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::finance {
namespace {

using analytics::PriceRow;
using analytics::PriceTable;

constexpr std::string_view title = "# bedrocklog price list 1\n";

std::optional<std::int32_t> day_of(std::string_view published) {
  const auto date = analytics::parse_date(published.substr(0, 10));
  return date ? std::optional(static_cast<std::int32_t>(days_from_civil(*date))) : std::nullopt;
}

/// The lines about the list, by name; `body` is left with blank lines in their place, so that the
/// numbers of lines stay.
std::map<std::string, std::string, std::less<>> take_facts(std::string& body) {
  std::map<std::string, std::string, std::less<>> facts;
  std::size_t begin = 0;
  std::size_t lines = 0;
  while (begin < body.size() && body[begin] == '#') {
    const std::size_t end = std::min(body.find('\n', begin), body.size());
    const std::string_view line = std::string_view(body).substr(begin, end - begin);
    if (const std::size_t colon = line.find(": "); colon != std::string_view::npos && colon > 2) {
      facts.emplace(line.substr(2, colon - 2), line.substr(colon + 2));
    }
    begin = std::min(end + 1, body.size());
    ++lines;
  }
  body.replace(0, begin, lines, '\n');
  return facts;
}

unsigned rank_of(std::string_view offer) {
  constexpr std::array<std::string_view, 3> ranked = {"AmazonBedrock", "AmazonBedrockService",
                                                      "AmazonBedrockFoundationModels"};
  const auto* found = std::find(ranked.begin(), ranked.end(), offer);
  return found == ranked.end() ? 0 : 1 + static_cast<unsigned>(found - ranked.begin());
}

bool same_price(const PriceRow& left, const PriceRow& right) {
  return left.unit == right.unit && left.unit_price == right.unit_price;
}

/// Publications of one offer, oldest first, as one book.
PriceTable book_of(const std::string& offer, std::vector<StoredImport> imports) {
  std::vector<PriceRow> rows;
  std::map<std::string, std::size_t> latest;  // Position in `rows`, by claim and region.
  std::string digests;
  for (StoredImport& import : imports) {
    digests += import.sha256;
    const std::optional<std::int32_t> day = day_of(import.identity.published);
    for (PriceRow& row : import.rows) {
      std::string regions;
      for (const std::string& region : row.regions) {
        regions += region + ' ';
      }
      const auto [known, is_first] = latest.try_emplace(claim_of(row) + regions, rows.size());
      if (!is_first && same_price(rows[known->second], row)) {
        rows[known->second].as_of = row.as_of;
        continue;
      }
      if (!is_first) {
        row.effective_from = day;
        // Two publications of one day: the later one is the day's.
        if (rows[known->second].effective_from == day) {
          rows[known->second] = std::move(row);
          continue;
        }
        known->second = rows.size();
      }
      rows.push_back(std::move(row));
    }
  }
  std::string name = offer + '@' + imports.front().identity.published.substr(0, 10);
  if (imports.size() > 1) {
    name += ".." + imports.back().identity.published.substr(0, 10);
  }
  return PriceTable::of_rows(std::move(rows), std::move(name), aws::sha256_hex(digests));
}

}  // namespace

std::string stored_name(const ImportIdentity& identity) {
  std::string name;
  for (const std::string* part : {&identity.offer, &identity.region, &identity.published}) {
    name += name.empty() ? "" : "_";
    for (const char c : *part) {
      const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      const bool is_dash = c == '-' && part != &identity.published;
      if (is_letter || is_dash || (c >= '0' && c <= '9')) {
        name += c;
      }
    }
  }
  return name + ".csv";
}

std::string stored_text(const PriceImport& import) {
  std::string text(title);
  const ImportIdentity& identity = import.identity;
  const auto line = [&](std::string_view name, std::string_view value) {
    text += "# " + std::string(name) + ": ";
    for (const char c : value) {
      text += c >= ' ' && c < '\x7f' ? c : '?';
    }
    text += '\n';
  };
  line("offer", identity.offer);
  line("region", identity.region);
  line("published", identity.published);
  line("version", import.version);
  line("source_sha256", import.source_sha256);
  return text + to_csv(import.rows);
}

Result<StoredImport> parse_stored(std::string_view text, const std::string& file_name) {
  if (!text.starts_with(title)) {
    return fault(file_name + ":1",
                 "is no import of bedrocklog; keep own price files elsewhere and name them with "
                 "--prices");
  }
  std::string body(text);
  auto facts = take_facts(body);
  StoredImport import;
  import.identity = {facts["offer"], facts["region"], facts["published"]};
  import.version = facts["version"];
  import.source_sha256 = facts["source_sha256"];
  if (import.identity.offer.empty() || import.identity.region.empty() ||
      !day_of(import.identity.published)) {
    return fault(file_name + ":1",
                 "does not say offer, region and publication; import the list "
                 "again");
  }
  const Result<PriceTable> table = PriceTable::parse(body, file_name);
  if (!table) {
    return pass_on(table);
  }
  import.rows.assign(table->rows().begin(), table->rows().end());
  import.sha256 = aws::sha256_hex(text);
  return import;
}

ImportedBooks books_of(std::vector<StoredImport> imports) {
  std::sort(imports.begin(), imports.end(),
            [](const StoredImport& left, const StoredImport& right) {
              return std::tuple(rank_of(left.identity.offer), left.identity.offer,
                                left.identity.published, left.identity.region) <
                     std::tuple(rank_of(right.identity.offer), right.identity.offer,
                                right.identity.published, right.identity.region);
            });
  ImportedBooks books;
  for (auto begin = imports.begin(); begin != imports.end();) {
    const std::string offer = begin->identity.offer;
    const auto end = std::find_if(begin, imports.end(), [&](const StoredImport& import) {
      return import.identity.offer != offer;
    });
    std::vector<StoredImport> of_offer(std::make_move_iterator(begin),
                                       std::make_move_iterator(end));
    begin = end;
    if (offer == litellm_offer) {
      of_offer.erase(of_offer.begin(), of_offer.end() - 1);
      books.litellm = book_of(offer, std::move(of_offer));
    } else {
      books.aws.push_back(book_of(offer, std::move(of_offer)));
    }
  }
  return books;
}

}  // namespace bedrocklog::finance
