// The ledger as JSON, each closing under a digest of its own.
#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analytics/calendar.h"
#include "analytics/finance/decimal_text.h"
#include "analytics/finance/ledger.h"
#include "ingest/aws/digest.h"

namespace bedrocklog::finance {
namespace {

using analytics::Int128;
using nlohmann::json;

constexpr std::string_view schema = "bedrocklog.ledger/1";
constexpr unsigned money_scale = 18;
constexpr unsigned price_scale = 10;

json text_or_null(const std::optional<std::string>& text) {
  return text ? json(*text) : json(nullptr);
}

json row_json(const LedgerRow& row, const LedgerTerms& terms) {
  json keys = json::object();
  for (std::size_t at = 0; at < terms.columns.size(); ++at) {
    keys[terms.columns[at]] = text_or_null(row.texts[at]);
  }
  const CostRow& sums = row.sums;
  const CostName& name = sums.name;
  return {{"original", row.original},
          {"keys", std::move(keys)},
          {"unit_price", name.price_mantissa_e10
                             ? json(analytics::to_decimal(*name.price_mantissa_e10, price_scale, 2))
                             : json(nullptr)},
          {"unit_quantity", name.price_quantity},
          {"discount_bp", name.basis_points ? json(*name.basis_points) : json(nullptr)},
          {"quantity", analytics::to_decimal(sums.quantity, 0, 0)},
          {"unpriced_tokens", analytics::to_decimal(sums.unpriced_tokens, 0, 0)},
          {"list_cost", sums.has_price ? json(analytics::to_decimal(sums.list)) : json(nullptr)},
          {"net_cost", sums.has_price ? json(to_decimal(sums.net)) : json(nullptr)}};
}

// Everything but the digest.
json closing_json(const Closing& closing, const LedgerTerms& terms) {
  json rows = json::array();
  for (const LedgerRow& row : closing.rows) {
    rows.push_back(row_json(row, terms));
  }
  return {{"month", closing.month},
          {"prices", {{"id", closing.prices_name}, {"sha256", closing.prices_sha256}}},
          {"rows", std::move(rows)}};
}

std::string dumped(const json& document, int indent) {
  return document.dump(indent, ' ', true, json::error_handler_t::replace);
}

std::string digest_of(const Closing& closing, const LedgerTerms& terms) {
  return aws::sha256_hex(dumped(closing_json(closing, terms), -1));
}

/// Reads members that must be there; the first that is not as it should be spoils all.
class Reader {
 public:
  explicit Reader(const json& object) : object_(object) {}

  [[nodiscard]] const json& member(const char* name) {
    static const json nothing;
    const auto found = object_.is_object() ? object_.find(name) : object_.end();
    if (!object_.is_object() || found == object_.end()) {
      is_sound_ = false;
      return nothing;
    }
    return *found;
  }
  [[nodiscard]] std::string text(const char* name) {
    const json& value = member(name);
    is_sound_ = is_sound_ && value.is_string();
    return value.is_string() ? value.get<std::string>() : "";
  }
  [[nodiscard]] std::optional<std::uint32_t> number_or_null(const char* name) {
    const json& value = member(name);
    const bool fits = value.is_number_unsigned() && value.get<std::uint64_t>() <= 1'000'000;
    is_sound_ = is_sound_ && (value.is_null() || fits);
    return fits ? std::optional(value.get<std::uint32_t>()) : std::nullopt;
  }
  [[nodiscard]] std::optional<Int128> amount_or_null(const char* name, unsigned scale) {
    const json& value = member(name);
    if (value.is_null()) {
      return std::nullopt;
    }
    const std::optional<Int128> amount =
        value.is_string() ? parse_amount(value.get<std::string>(), scale) : std::nullopt;
    is_sound_ = is_sound_ && amount.has_value();
    return amount;
  }
  [[nodiscard]] bool is_sound() const { return is_sound_; }

 private:
  const json& object_;
  bool is_sound_ = true;
};

std::optional<LedgerRow> row_of(const json& object, const LedgerTerms& terms) {
  Reader reader(object);
  LedgerRow row;
  row.original = reader.text("original");
  const json& keys = reader.member("keys");
  for (const std::string& column : terms.columns) {
    const auto found = keys.is_object() ? keys.find(column) : keys.end();
    if (!keys.is_object() || found == keys.end() || !(found->is_null() || found->is_string())) {
      return std::nullopt;
    }
    row.texts.push_back(found->is_null() ? std::nullopt : std::optional(found->get<std::string>()));
  }
  const std::optional<Int128> price = reader.amount_or_null("unit_price", price_scale);
  if (price) {
    row.sums.name.price_mantissa_e10 = static_cast<std::int64_t>(*price);
  }
  row.sums.name.price_quantity = reader.number_or_null("unit_quantity").value_or(1);
  row.sums.name.basis_points = reader.number_or_null("discount_bp");
  row.sums.quantity = reader.amount_or_null("quantity", 0).value_or(0);
  row.sums.unpriced_tokens = reader.amount_or_null("unpriced_tokens", 0).value_or(0);
  const std::optional<Int128> list = reader.amount_or_null("list_cost", money_scale);
  const std::optional<Int128> net = reader.amount_or_null("net_cost", net_scale);
  row.sums.has_price = list && net;
  row.sums.list.value = list.value_or(0);
  row.sums.net.value = net.value_or(0);
  const bool is_sound = reader.is_sound() && analytics::parse_month(row.original);
  return is_sound ? std::optional(std::move(row)) : std::nullopt;
}

Result<Closing> closing_of(const json& object, const LedgerTerms& terms, const std::string& file) {
  Reader reader(object);
  Closing closing;
  closing.month = reader.text("month");
  Reader prices(reader.member("prices"));
  closing.prices_name = prices.text("id");
  closing.prices_sha256 = prices.text("sha256");
  closing.sha256 = reader.text("sha256");
  const json& rows = reader.member("rows");
  const bool is_sound = reader.is_sound() && prices.is_sound() && rows.is_array() &&
                        analytics::parse_month(closing.month);
  if (!is_sound) {
    return fault(file, "holds a closing that is not one: members are missing or of other types");
  }
  for (const json& one : rows) {
    std::optional<LedgerRow> row = row_of(one, terms);
    if (!row) {
      return fault(file,
                   fmt::format("the closing of {} holds a row that is not one", closing.month));
    }
    closing.rows.push_back(std::move(*row));
  }
  if (digest_of(closing, terms) != closing.sha256) {
    return fault(file, fmt::format("the closing of {} does not fit its digest: it was changed by "
                                   "other means; restore the file from a copy",
                                   closing.month));
  }
  return closing;
}

}  // namespace

Result<Ledger> parse_ledger(std::string_view text, const std::string& file) {
  const json document = json::parse(text, nullptr, false);
  Reader reader(document);
  if (document.is_discarded() || reader.text("schema") != schema) {
    return fault(file, fmt::format("is no ledger: a JSON document of schema {} is wanted", schema));
  }
  Ledger ledger;
  Reader terms(reader.member("terms"));
  const json& columns = terms.member("columns");
  const json& closings = reader.member("closings");
  ledger.terms.where = terms.text("where");
  const json& deduplicated = terms.member("deduplicated");
  const bool is_sound =
      reader.is_sound() && terms.is_sound() && columns.is_array() && closings.is_array() &&
      deduplicated.is_boolean() &&
      std::all_of(columns.begin(), columns.end(), [](const json& one) { return one.is_string(); });
  if (!is_sound) {
    return fault(file, "is no ledger: terms or closings are missing or of other types");
  }
  ledger.terms.deduplicated = deduplicated.get<bool>();
  for (const json& column : columns) {
    ledger.terms.columns.push_back(column.get<std::string>());
  }
  for (const json& one : closings) {
    Result<Closing> closing = closing_of(one, ledger.terms, file);
    if (!closing) {
      return pass_on(closing);
    }
    if (!ledger.closings.empty() && ledger.closings.back().month >= closing->month) {
      return fault(file, fmt::format("closings are not in order at {}", closing->month));
    }
    ledger.closings.push_back(std::move(*closing));
  }
  return ledger;
}

std::string ledger_text(const Ledger& ledger) {
  json closings = json::array();
  for (const Closing& closing : ledger.closings) {
    json one = closing_json(closing, ledger.terms);
    one["sha256"] = digest_of(closing, ledger.terms);
    closings.push_back(std::move(one));
  }
  const json document = {{"schema", schema},
                         {"terms",
                          {{"columns", ledger.terms.columns},
                           {"where", ledger.terms.where},
                           {"deduplicated", ledger.terms.deduplicated}}},
                         {"closings", std::move(closings)}};
  return dumped(document, 1) + '\n';
}

}  // namespace bedrocklog::finance
