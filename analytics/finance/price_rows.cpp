// Rows as text and back; analytics/price_book_rows.h reads what this writes.
#include "analytics/finance/price_rows.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "analytics/calendar.h"
#include "analytics/price_book_rows.h"
#include "ingest/ensure.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::finance {
namespace {

using analytics::PriceRow;

constexpr std::size_t columns_without_list = 14;  // Before those of a price list: sku and so on.

// Quoted only where the format needs it, and with a quote before what a spreadsheet would run.
void append_cell(std::string& out, std::string_view text) {
  constexpr std::string_view formula_starts = "=+-@\t\r";
  const bool is_formula =
      !text.empty() && formula_starts.find(text.front()) != std::string_view::npos;
  if (!is_formula && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += is_formula ? "\"'" : "\"";
  for (const char c : text) {
    out += c;
    if (c == '"') {
      out += c;
    }
  }
  out += '"';
}

void append_line(std::string& out, std::span<const std::string> fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    out += i == 0 ? "" : ",";
    append_cell(out, fields[i]);
  }
  out += '\n';
}

}  // namespace

std::string date_text(std::optional<std::int32_t> day) {
  if (!day) {
    return "";
  }
  return analytics::date_text(*day);
}

std::vector<std::string> fields_of(const PriceRow& row) {
  std::string regions;
  for (const std::string& region : row.regions) {
    regions += regions.empty() ? "" : " ";
    regions += region;
  }
  std::string context;
  if (row.context_min_input_tokens > 0) {
    context = std::to_string(row.context_min_input_tokens);
  }
  std::vector<std::string> fields = {row.model,
                                     row.meter,
                                     row.tier,
                                     row.scope,
                                     std::move(context),
                                     row.attributes,
                                     std::move(regions),
                                     row.unit,
                                     row.currency,
                                     row.price,
                                     date_text(row.effective_from),
                                     date_text(row.effective_to),
                                     row.as_of,
                                     row.source,
                                     row.sku,
                                     row.rate_code,
                                     row.usage_type,
                                     row.offer};
  ensure(fields.size() == analytics::price_book_columns().size());
  return fields;
}

void sort_rows(std::vector<PriceRow>& rows) {
  using Keyed = std::pair<std::vector<std::string>, std::size_t>;
  std::vector<Keyed> keyed;
  keyed.reserve(rows.size());
  for (const PriceRow& row : rows) {
    keyed.emplace_back(fields_of(row), keyed.size());
  }
  std::sort(keyed.begin(), keyed.end());
  std::vector<PriceRow> sorted;
  sorted.reserve(rows.size());
  for (const Keyed& key : keyed) {
    sorted.push_back(std::move(rows[key.second]));
  }
  rows = std::move(sorted);
}

std::string to_csv(std::span<const PriceRow> rows) {
  const bool has_list = std::any_of(rows.begin(), rows.end(), [](const PriceRow& row) {
    return !(row.sku.empty() && row.rate_code.empty() && row.usage_type.empty() &&
             row.offer.empty());
  });
  const auto columns = analytics::price_book_columns();
  const std::size_t shown = has_list ? columns.size() : columns_without_list;
  std::string csv;
  append_line(csv, std::vector<std::string>(columns.begin(),
                                            columns.begin() + static_cast<std::ptrdiff_t>(shown)));
  for (const PriceRow& row : rows) {
    const std::vector<std::string> fields = fields_of(row);
    append_line(csv, std::span(fields).first(shown));
  }
  return csv;
}

}  // namespace bedrocklog::finance
