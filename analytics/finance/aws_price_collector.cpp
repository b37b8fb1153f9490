// From SKUs to rows: usage type, model, unit and price of each, then what several SKUs say of one
// thing.
#include "analytics/finance/aws_price_collector.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "analytics/calendar.h"
#include "analytics/finance/price_rows.h"
#include "analytics/in_quotes.h"
#include "analytics/money.h"
#include "analytics/price_book_rows.h"

namespace bedrocklog::finance {
namespace {

using analytics::PriceRow;

constexpr std::string_view edition = " (Amazon Bedrock Edition)";
// No usage type says it: 200,000 is the limit of the models whose prices are known to have one.
constexpr std::uint64_t long_context_assumed = 200'000;
constexpr std::string_view mantle_attribute = "endpoint=mantle";

bool all_of_form(std::string_view text, std::string_view others) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

bool is_publication(std::string_view text) {
  return text.size() <= 40 && analytics::parse_date(text.substr(0, 10)) &&
         all_of_form(text, "-:.+");
}

void note(PriceImport& import, NoteKind kind, std::string subject, std::string detail) {
  import.notes.push_back({kind, std::move(subject), std::move(detail)});
}

/// The usage type without the region it begins with.
std::string without_region(const std::string& usage_type) {
  return usage_type.substr(usage_type.find('-') + 1);
}

bool counts_tokens(const UsageType& usage) {
  return usage.meter.ends_with("_tokens");
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

/// The unit as price books write it; nothing for one of tokens that nobody knows.
std::optional<std::string> unit_of(const AwsPrice& price, const UsageType& usage) {
  const std::string unit = lower(price.unit);
  if (counts_tokens(usage)) {
    if (unit == "1k tokens") {
      return "1K tokens";
    }
    const bool is_sold = usage.grammar == UsageGrammar::marketplace;
    return unit == "1m tokens" || (is_sold && unit == "units") ? std::optional("1M tokens")
                                                               : std::nullopt;
  }
  if (usage.meter == "provisioned_throughput_hours" && (unit == "hour" || unit == "units")) {
    return "model-unit hour";
  }
  if (usage.tier.starts_with("reserved:") && unit == "units") {
    return "1K TPM hour";
  }
  return unit == "model/month" ? "model month" : price.unit;
}

std::uint32_t tokens_per(std::string_view unit) {
  return unit == "1M tokens" ? 1'000'000 : unit == "1K tokens" ? 1'000 : 1;
}

/// The row, but for its model and context.
Result<PriceRow> row_of(const AwsPrice& price, const UsageType& usage) {
  const auto refused = [&](const std::string& why) {
    return fault(price.place, price.usage_type + ' ' + why);
  };
  if (!all_of_form(price.sku, "") || !all_of_form(price.rate_code, ".") ||
      !all_of_form(price.region, "-") || price.region != lower(price.region)) {
    return refused(
        "has no usable SKU, rate code or region code: " + analytics::in_quotes(price.sku) + ' ' +
        analytics::in_quotes(price.rate_code) + ' ' + analytics::in_quotes(price.region) +
        "; import the file as AWS publishes it");
  }
  if (price.currency != "USD") {
    return refused("is priced in " + analytics::in_quotes(price.currency) +
                   ", which cannot be added up with US dollars; import a price list in USD");
  }
  const std::optional<std::string> unit = unit_of(price, usage);
  if (!unit || unit->empty()) {
    return refused("is priced per " + analytics::in_quotes(price.unit) +
                   ", a unit of tokens that is not known; take the product out and price it in a "
                   "file for --prices");
  }
  const auto amount = analytics::parse_unit_price(price.price, tokens_per(*unit));
  if (!amount) {
    return refused(amount.error().message);
  }
  PriceRow row;
  row.meter = usage.meter;
  row.tier = usage.tier;
  row.scope = name_of(usage.scope);
  row.attributes = usage.attributes;
  row.regions = {price.region};
  row.unit = *unit;
  row.currency = price.currency;
  row.price = price.price;
  row.unit_price = *amount;
  row.as_of = price.published.substr(0, 10);
  row.source = "aws-price-list";
  row.sku = price.sku;
  row.rate_code = price.rate_code;
  row.usage_type = price.usage_type;
  row.offer = price.offer;
  return row;
}

/// A price of one item, x 10^16.
analytics::Int128 price_of_one(const PriceRow& row) {
  constexpr analytics::Int128 million = 1'000'000;
  return row.unit_price.mantissa_e10 * (million / row.unit_price.unit_quantity);
}

bool is_mantle(const PriceRow& row) {
  const std::optional<UsageType> usage = parse_usage_type(row.usage_type);
  return usage && usage->grammar == UsageGrammar::mantle;
}

bool same_price(const PriceRow& left, const PriceRow& right) {
  return left.unit_price.unit_quantity != 1 && right.unit_price.unit_quantity != 1
             ? price_of_one(left) == price_of_one(right)
             : left.unit == right.unit && left.unit_price == right.unit_price;
}

/// "0.5 per 1M tokens (SKU A), 0.6 per 1M tokens (SKU B)".
std::string prices_text(const std::vector<PriceRow>& rivals) {
  std::string text;
  for (const PriceRow& row : rivals) {
    text += text.empty() ? "" : ", ";
    text += row.price + " per " + row.unit + " (SKU " + row.sku + ')';
  }
  return text;
}

/// Rows that claim the same for the same region, at least two; puts what is left of them into
/// `import`.
void settle_rivals(PriceImport& import, std::vector<PriceRow> rivals) {
  const auto agree = [](auto begin, auto end) {
    return std::all_of(begin, end, [&](const PriceRow& row) { return same_price(row, *begin); });
  };
  std::stable_sort(rivals.begin(), rivals.end(), [](const PriceRow& left, const PriceRow& right) {
    return std::tuple(is_mantle(left), left.sku, left.rate_code) <
           std::tuple(is_mantle(right), right.sku, right.rate_code);
  });
  if (agree(rivals.begin(), rivals.end())) {
    import.rows.push_back(std::move(rivals.front()));
    return;
  }
  const auto mantle = std::find_if(rivals.begin(), rivals.end(), is_mantle);
  if (mantle != rivals.begin() && mantle != rivals.end() && agree(rivals.begin(), mantle) &&
      agree(mantle, rivals.end())) {
    mantle->attributes += mantle->attributes.empty() ? "" : ";";
    mantle->attributes += mantle_attribute;
    import.rows.push_back(std::move(*mantle));
    import.rows.push_back(std::move(rivals.front()));
    return;
  }
  const PriceRow& first = rivals.front();
  note(import, NoteKind::conflict,
       first.model + ' ' + first.meter + ' ' + first.tier + ' ' + first.scope + ' ' +
           first.regions.front(),
       prices_text(rivals) + "; none of them is used");
  for (PriceRow& row : rivals) {
    row.attributes += row.attributes.empty() ? "" : ";";
    row.attributes += "ambiguous_sku=" + row.rate_code;
    import.rows.push_back(std::move(row));
  }
}

}  // namespace

void settle_rows(PriceImport& import) {
  std::map<std::string, std::vector<PriceRow>> by_claim;
  std::set<std::pair<std::string, std::string>> seen;  // Rate code and region.
  for (PriceRow& row : import.rows) {
    if (row.rate_code.empty() ||
        seen.emplace(row.rate_code + '\0' + row.price, row.regions.front()).second) {
      by_claim[claim_of(row) + row.regions.front()].push_back(std::move(row));
    }
  }
  import.rows.clear();
  for (auto& [claim, rivals] : by_claim) {
    if (rivals.size() == 1) {
      import.rows.push_back(std::move(rivals.front()));
    } else {
      settle_rivals(import, std::move(rivals));
    }
  }
  sort_rows(import.rows);
}

void settle_notes(PriceImport& import) {
  std::vector<ImportNote>& notes = import.notes;
  const auto key = [](const ImportNote& each) {
    return std::tie(each.kind, each.subject, each.detail);
  };
  std::sort(notes.begin(), notes.end(), [&](const ImportNote& left, const ImportNote& right) {
    return key(left) < key(right);
  });
  std::vector<ImportNote> joined;
  for (ImportNote& each : notes) {
    if (!joined.empty() && key(joined.back()) == key(each)) {
      joined.back().rows += each.rows;
    } else {
      joined.push_back(std::move(each));
    }
  }
  if (joined.size() > import_notes_kept_max) {
    import.notes_dropped += joined.size() - import_notes_kept_max;
    joined.resize(import_notes_kept_max);
  }
  notes = std::move(joined);
}

std::string AwsPriceCollector::model_of(PriceImport& import, const AwsPrice& price,
                                        const UsageType& usage) const {
  std::string name = price.model;
  if (name.empty() && usage.grammar == UsageGrammar::marketplace) {
    name = price.service_name;
    if (name.ends_with(edition)) {
      name.resize(name.size() - edition.size());
    }
  }
  const auto by_token = names_->models_of(usage.model_token);
  // A product that says its model is that model or none: a name that is not known must not hide
  // behind a usage type that is.
  const auto named = name.empty() ? by_token : names_->models_of(name);
  const std::string shown = name.empty() ? usage.model_token : name;
  if (named.size() > 1) {
    note(import, NoteKind::ambiguous_model, shown, "stands for several models");
    return {};
  }
  if (named.size() == 1 && by_token.size() == 1 && named.front() != by_token.front()) {
    note(import, NoteKind::ambiguous_model, shown,
         "is " + named.front() + ", but its usage type names " + by_token.front());
    return {};
  }
  if (named.size() == 1) {
    return named.front();
  }
  // The mantle endpoint names the model id itself.
  constexpr std::size_t id_bytes_max = 128;
  const std::string& id = usage.model_token;
  if (name.empty() && usage.grammar == UsageGrammar::mantle && id.size() <= id_bytes_max &&
      id.find('.') != std::string::npos && all_of_form(id, "-.:_") && id == lower(id)) {
    note(import, NoteKind::assumed, id, "taken for a model id; this build does not know it");
    return id;
  }
  note(import, NoteKind::unknown_model, shown.empty() ? without_region(price.usage_type) : shown,
       by_token.size() == 1 ? "is no name of the table; its usage type names " + by_token.front()
                            : "is no name of the table");
  return {};
}

Result<bool> AwsPriceCollector::add(const AwsPrice& price) {
  if (!is_publication(price.published) || !all_of_form(price.offer, "")) {
    return fault(price.place,
                 "names no offer with a publication date: " + analytics::in_quotes(price.offer) +
                     ' ' + analytics::in_quotes(price.published) +
                     "; import the file as AWS publishes it");
  }
  PriceImport& import = imports_[{price.offer, price.published}];
  import.identity.offer = price.offer;
  import.identity.published = price.published;
  import.version = std::max(import.version, price.version);
  const std::optional<UsageType> usage = parse_usage_type(price.usage_type);
  if (!usage || (usage->model_token.empty() && usage->grammar != UsageGrammar::marketplace)) {
    note(import, NoteKind::other_product, without_region(price.usage_type), price.unit);
    return false;
  }
  if (price.term_type != "OnDemand") {
    note(import, NoteKind::not_on_demand, without_region(price.usage_type), price.term_type);
    return false;
  }
  if (price.range_begin != "0" || lower(price.range_end) != "inf") {
    note(import, NoteKind::volume_price, without_region(price.usage_type),
         price.range_begin + " to " + price.range_end);
    return false;
  }
  const std::string model = model_of(import, price, *usage);
  if (model.empty()) {
    return false;
  }
  Result<PriceRow> row = row_of(price, *usage);
  if (!row) {
    return pass_on(row);
  }
  row->model = model;
  if (usage->is_long_context) {
    row->context_min_input_tokens = long_context_assumed;
    note(import, NoteKind::assumed, model,
         "long-context prices taken to begin above 200000 input tokens; the list does not say");
  }
  import.rows.push_back(std::move(*row));
  return true;
}

std::vector<PriceImport> AwsPriceCollector::finish() {
  std::vector<PriceImport> imports;
  for (auto& [key, import] : imports_) {
    settle_rows(import);
    settle_notes(import);
    std::set<std::string> regions;
    for (const PriceRow& row : import.rows) {
      regions.insert(row.regions.begin(), row.regions.end());
    }
    import.identity.region = regions.size() == 1 ? *regions.begin() : "all";
    imports.push_back(std::move(import));
  }
  imports_.clear();
  return imports;
}

}  // namespace bedrocklog::finance
