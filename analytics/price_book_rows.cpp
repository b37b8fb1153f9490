// Checks every field of a price book: a typing error in a price file must not become an invoice.
#include "analytics/price_book_rows.h"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "analytics/calendar.h"
#include "analytics/csv_table.h"
#include "analytics/in_quotes.h"

namespace bedrocklog::analytics {
namespace {

constexpr std::size_t book_columns = 18;
constexpr std::array<std::string_view, book_columns> column_names = {
    "model",          "meter",        "tier",  "scope",    "context_min_input_tokens",
    "attributes",     "regions",      "unit",  "currency", "price",
    "effective_from", "effective_to", "as_of", "source",   "sku",
    "rate_code",      "usage_type",   "offer"};
constexpr std::array<std::string_view, 10> optional_columns = {"context_min_input_tokens",
                                                               "attributes",
                                                               "effective_from",
                                                               "effective_to",
                                                               "as_of",
                                                               "source",
                                                               "sku",
                                                               "rate_code",
                                                               "usage_type",
                                                               "offer"};

constexpr std::size_t text_size_bytes_max = 2'048;  // As long as the longest ARN of AWS.
constexpr unsigned context_digits_max = 9;
constexpr std::size_t regions_max = 256;  // Of one row; AWS has fewer than 40.

bool all_of_form(std::string_view text, std::string_view others) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || others.find(c) != others.npos;
  });
}

bool is_known_tier(std::string_view tier) {
  constexpr std::array<std::string_view, 7> whole = {
      "standard", "priority",     "flex",         "latency_optimized",
      "batch",    "custom-model", "customization"};
  return std::find(whole.begin(), whole.end(), tier) != whole.end() ||
         tier.starts_with("reserved:") || tier.starts_with("provisioned:");
}

// Items per price, or nothing for units that count no tokens.
std::optional<std::uint32_t> tokens_per_unit(std::string_view unit) {
  if (unit == "1M tokens") {
    return 1'000'000;
  }
  if (unit == "1K tokens") {
    return 1'000;
  }
  return unit == "token" ? std::optional<std::uint32_t>(1) : std::nullopt;
}

std::optional<Meter> meter_named(std::string_view name) {
  for (std::size_t i = 0; i < meter_count; ++i) {
    if (name_of(static_cast<Meter>(i)) == name) {
      return static_cast<Meter>(i);
    }
  }
  return std::nullopt;
}

class BookReader {
 public:
  /// Fields that are long, as a rule, move out of `table`.
  BookReader(CsvTable& table, const std::string& book_name)
      : table_(table), book_name_(book_name) {}

  Result<std::vector<PriceRow>> read() {
    if (const Result<bool> good = find_columns(); !good) {
      return pass_on(good);
    }
    std::vector<PriceRow> rows;
    rows.reserve(table_.rows.size());
    for (CsvRow& row : table_.rows) {
      row_ = &row;
      Result<PriceRow> parsed = read_row();
      if (!parsed) {
        return pass_on(parsed);
      }
      rows.push_back(std::move(*parsed));
    }
    return rows;
  }

 private:
  enum Column : std::uint8_t {
    model,
    meter,
    tier,
    scope,
    context,
    attributes,
    regions,
    unit,
    currency,
    price,
    effective_from,
    effective_to,
    as_of,
    source,
    sku,
    rate_code,
    usage_type,
    offer
  };

  Result<bool> find_columns() {
    column_at_.fill(npos);
    for (std::size_t i = 0; i < table_.header.size(); ++i) {
      const auto* found = std::find(column_names.begin(), column_names.end(), table_.header[i]);
      if (found == column_names.end()) {
        return fault(book_name_, "has a column " + in_quotes(table_.header[i]) +
                                     " that no price book has; allowed are " + all_columns());
      }
      column_at_.at(static_cast<std::size_t>(found - column_names.begin())) = i;
    }
    for (std::size_t i = 0; i < column_names.size(); ++i) {
      const bool may_miss = std::find(optional_columns.begin(), optional_columns.end(),
                                      column_names.at(i)) != optional_columns.end();
      if (column_at_.at(i) == npos && !may_miss) {
        return fault(book_name_, "has no column " + in_quotes(column_names.at(i)) +
                                     "; a price book has " + all_columns());
      }
    }
    return true;
  }

  static std::string all_columns() {
    std::string all;
    for (const std::string_view name : column_names) {
      all += all.empty() ? "" : ",";
      all += name;
    }
    return all;
  }

  [[nodiscard]] const std::string& field(Column column) const {
    static const std::string empty;
    const std::size_t at = column_at_.at(column);
    return at == npos ? empty : row_->fields.at(at);
  }

  /// The field is empty from then on.
  [[nodiscard]] std::string take(Column column) const {
    const std::size_t at = column_at_.at(column);
    return at == npos ? std::string() : std::exchange(row_->fields.at(at), {});
  }

  [[nodiscard]] auto refused(Column column, const std::string& why) const {
    return fault(book_name_ + ':' + std::to_string(row_->line),
                 std::string(column_names.at(column)) + ' ' + in_quotes(field(column)) + ' ' + why);
  }

  Result<PriceRow> read_row() const {
    PriceRow row;
    if (const Result<bool> good = read_texts(row); !good) {
      return pass_on(good);
    }
    if (const Result<bool> good = read_price(row); !good) {
      return pass_on(good);
    }
    if (const Result<bool> good = read_dates(row); !good) {
      return pass_on(good);
    }
    return row;
  }

  Result<bool> read_texts(PriceRow& row) const {
    for (std::size_t i = 0; i < book_columns; ++i) {
      const auto column = static_cast<Column>(i);
      if (field(column).size() > text_size_bytes_max && column != regions) {
        return refused(column, "is longer than 2048 bytes");
      }
    }
    if (field(model).empty() || field(model).find_first_of(" \t\r\n") != std::string::npos) {
      return refused(model, "is not a model id; write one without blanks");
    }
    if (!all_of_form(field(meter), "_")) {
      return refused(meter, "is not a meter; write one such as input_tokens or output_images");
    }
    if (!is_known_tier(field(tier))) {
      return refused(tier,
                     "is not a tier; write standard, priority, flex, latency_optimized, batch, "
                     "custom-model, customization, reserved:... or provisioned:...");
    }
    if (field(scope) != "regional" && field(scope) != "global") {
      return refused(scope, "is not a scope; write regional or global");
    }
    row.model = take(model);
    row.meter = field(meter);
    row.tier = field(tier);
    row.scope = field(scope);
    row.attributes = field(attributes);
    row.source = take(source);
    row.sku = take(sku);
    row.rate_code = take(rate_code);
    row.usage_type = take(usage_type);
    row.offer = take(offer);
    return read_context_and_regions(row);
  }

  Result<bool> read_context_and_regions(PriceRow& row) const {
    const std::string& limit = field(context);
    if (!limit.empty()) {
      const unsigned tokens =
          limit.size() > context_digits_max
              ? 0
              : parse_fixed_digits(limit, static_cast<unsigned>(limit.size())).value_or(0);
      if (tokens == 0) {
        return refused(context, "is not a number of tokens; write 1 to 999999999 or nothing");
      }
      row.context_min_input_tokens = tokens;
    }
    const std::string_view list = field(regions);
    row.regions.reserve(std::min<std::size_t>(
        regions_max, 1 + static_cast<std::size_t>(std::count(list.begin(), list.end(), ' '))));
    for (std::size_t begin = 0; begin <= list.size();) {
      const std::size_t end = std::min(list.find(' ', begin), list.size());
      const std::string_view region = list.substr(begin, end - begin);
      if (region != "*" && !all_of_form(region, "-")) {
        return refused(regions, "is not a list of regions; write * or ids with one blank between");
      }
      if (std::find(row.regions.begin(), row.regions.end(), region) != row.regions.end()) {
        return refused(regions, "names " + std::string(region) + " twice");
      }
      if (row.regions.size() == regions_max) {
        return refused(regions, "names more than 256 regions");
      }
      row.regions.emplace_back(region);
      begin = end + 1;
    }
    return true;
  }

  Result<bool> read_price(PriceRow& row) const {
    if (field(unit).empty()) {
      return refused(unit, "is no unit; write one such as 1M tokens, 1K tokens, token or image");
    }
    row.unit = field(unit);
    const std::optional<std::uint32_t> tokens = tokens_per_unit(row.unit);
    if (!tokens && row.attributes.empty() && meter_named(row.meter)) {
      return refused(unit, "does not price " + row.meter + "; write 1M tokens, 1K tokens or token");
    }
    if (field(currency) != "USD") {
      return refused(currency, "is not a currency this can add up; write USD");
    }
    row.currency = field(currency);
    const Result<UnitPrice> parsed = parse_unit_price(field(price), tokens.value_or(1));
    if (!parsed) {
      return fault(book_name_ + ':' + std::to_string(row_->line),
                   "price " + parsed.error().message);
    }
    row.price = field(price);
    row.unit_price = *parsed;
    return true;
  }

  Result<bool> read_dates(PriceRow& row) const {
    for (const Column column : {effective_from, effective_to, as_of}) {
      if (!field(column).empty() && !parse_date(field(column))) {
        return refused(column, "is not a date; write one such as 2026-03-01 or nothing");
      }
    }
    const auto day_of = [&](Column column) {
      const std::optional<CivilDate> date = parse_date(field(column));
      return date ? std::optional(static_cast<std::int32_t>(days_from_civil(*date))) : std::nullopt;
    };
    row.effective_from = day_of(effective_from);
    row.effective_to = day_of(effective_to);
    if (row.effective_from && row.effective_to && *row.effective_to <= *row.effective_from) {
      return refused(effective_to, "is not after effective_from " +
                                       in_quotes(field(effective_from)) +
                                       "; it is the day after the last one");
    }
    row.as_of = field(as_of);
    return true;
  }

  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  CsvTable& table_;
  const std::string& book_name_;
  CsvRow* row_ = nullptr;
  std::array<std::size_t, book_columns> column_at_{};
};

using RowsByText = std::unordered_map<std::string, std::vector<std::size_t>>;

// Two rows of one claim contradict each other when they begin on the same day, or when one begins
// before the other's stated end. A row without end gives way to a later one: that is how a new
// price is added to a book.
Result<bool> check_overlaps(const std::vector<PriceRow>& rows, const CsvTable& table,
                            const std::string& book_name) {
  RowsByText rows_by_claim;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows_by_claim[claim_of(rows[i])].push_back(i);
  }
  // Region by region only where several rows claim the same but for the region: most are alone.
  std::vector<std::vector<std::size_t>> rivals;
  for (const auto& [claim, rows_of_claim] : rows_by_claim) {
    RowsByText by_region;
    for (const std::size_t i : rows_of_claim) {
      for (std::size_t at = 0; rows_of_claim.size() > 1 && at < rows[i].regions.size(); ++at) {
        by_region[rows[i].regions[at]].push_back(i);
      }
    }
    for (auto& [region, rows_of_region] : by_region) {
      rivals.push_back(std::move(rows_of_region));
    }
  }
  constexpr std::int32_t ever = std::numeric_limits<std::int32_t>::min();
  // The conflict of the smallest lines, so that the message does not depend on hash order.
  std::pair<std::size_t, std::size_t> worst{rows.size(), rows.size()};
  for (std::vector<std::size_t>& claimants : rivals) {
    std::sort(claimants.begin(), claimants.end(), [&](std::size_t left, std::size_t right) {
      return std::tuple(rows[left].effective_from.value_or(ever), left) <
             std::tuple(rows[right].effective_from.value_or(ever), right);
    });
    std::size_t longest = claimants.front();  // Of those before, the one with the last stated end.
    for (std::size_t i = 1; i < claimants.size(); ++i) {
      const PriceRow& earlier = rows[claimants[i - 1]];
      const PriceRow& later = rows[claimants[i]];
      const bool same_start = earlier.effective_from == later.effective_from;
      const bool inside =
          rows[longest].effective_to.value_or(ever) > later.effective_from.value_or(ever);
      if (same_start || inside) {
        const std::size_t other = same_start ? claimants[i - 1] : longest;
        worst = std::min(worst, {std::max(other, claimants[i]), std::min(other, claimants[i])});
      }
      if (later.effective_to.value_or(ever) > rows[longest].effective_to.value_or(ever)) {
        longest = claimants[i];
      }
    }
  }
  if (worst.first < rows.size()) {
    return fault(book_name + ':' + std::to_string(table.rows[worst.first].line),
                 "prices what line " + std::to_string(table.rows[worst.second].line) +
                     " prices (same model, meter, tier, scope, context, region and dates); "
                     "remove one or part them by effective_from and effective_to");
  }
  return true;
}

}  // namespace

// Zero bytes cannot occur in a field.
std::string claim_of(const PriceRow& row) {
  std::string claim;
  const std::string context = std::to_string(row.context_min_input_tokens);
  for (const std::string* part :
       {&row.model, &row.meter, &row.tier, &row.scope, &context, &row.attributes}) {
    claim += *part;
    claim += '\0';
  }
  return claim;
}

std::optional<Meter> token_meter_of(const PriceRow& row) {
  return row.attributes.empty() && tokens_per_unit(row.unit) ? meter_named(row.meter)
                                                             : std::nullopt;
}

std::span<const std::string_view> price_book_columns() {
  return column_names;
}

Result<std::vector<PriceRow>> parse_price_rows(std::string_view csv, const std::string& book_name,
                                               bool is_free_of_overlaps) {
  Result<CsvTable> table = parse_csv(csv, book_name);
  if (!table) {
    return pass_on(table);
  }
  return parse_price_rows(std::move(*table), book_name, is_free_of_overlaps);
}

Result<std::vector<PriceRow>> parse_price_rows(CsvTable table, const std::string& book_name,
                                               bool is_free_of_overlaps) {
  Result<std::vector<PriceRow>> rows = BookReader(table, book_name).read();
  if (!rows || is_free_of_overlaps) {
    return rows;
  }
  if (const Result<bool> good = check_overlaps(*rows, table, book_name); !good) {
    return pass_on(good);
  }
  return rows;
}

}  // namespace bedrocklog::analytics
