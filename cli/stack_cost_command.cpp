// `bedrocklog provision cost`: what AWS charges for a stack, counted; money only by prices that
// were given.
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/command.h"
#include "cli/listing.h"
#include "cli/plan_text.h"
#include "cli/provision_document.h"
#include "cli/provision_json.h"
#include "cli/provision_target.h"
#include "cli/terminal_text.h"
#include "provision/charges.h"
#include "provision/desired_state.h"

namespace bedrocklog::cli {
namespace {

using UnitPrices = std::map<std::string, std::string>;

/// A table of decimals: texts, or whole numbers. A number with a point would have been rounded by
/// the time it is read.
std::optional<ExitCode> read_price_file(const std::string& path, UnitPrices& prices) {
  const Result<std::optional<ProvisionDocument>> loaded = load_provision_document(path, false);
  if (!loaded) {
    return stop(Step::configuration, loaded.error());
  }
  const std::optional<ProvisionDocument>& found = *loaded;
  if (!found || !found->document.is_object()) {
    return stop(Step::configuration, {path, "is no table of unit prices"});
  }
  for (const auto& [id, value] : found->document.items()) {
    if (value.is_string()) {
      prices[id] = value.get<std::string>();
    } else if (value.is_number_integer()) {
      prices[id] = value.dump();
    } else {
      return stop(Step::configuration,
                  {path, fmt::format("{}: a price in quotes is wanted, such as \"0.10\"", id)});
    }
  }
  return std::nullopt;
}

/// --unit-prices, and --unit-price over it.
OrExit<UnitPrices> unit_prices_of(const Settings& settings) {
  UnitPrices prices;
  if (const std::string path = settings.text("unit-prices"); !path.empty()) {
    if (const std::optional<ExitCode> code = read_price_file(path, prices)) {
      return *code;
    }
  }
  for (const std::string& text : settings.list("unit-price")) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return stop(Step::command_line, {"--unit-price", fmt::format("takes ID=PRICE: {}", text)});
    }
    prices[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return prices;
}

nlohmann::json text_or_null(const std::string& text) {
  return text.empty() ? nlohmann::json() : nlohmann::json(text);
}

nlohmann::json document_of(const provision::StackSpec& spec, const provision::PricedCharges& priced,
                           bool has_prices) {
  nlohmann::json document = provision_document("provision-cost", spec);
  document["profiles"] = spec.profiles;
  document["charges"] = nlohmann::json::array();
  for (const provision::PricedCharge& each : priced.charges) {
    const provision::Charge& charge = each.charge;
    document["charges"].push_back(
        {{"id", charge.id},
         {"unit", charge.unit},
         {"count", charge.is_counted ? nlohmann::json(charge.count) : nlohmann::json()},
         {"unit_price", text_or_null(each.unit_price)},
         {"amount", text_or_null(each.amount)},
         {"note", charge.note}});
  }
  document["total"] = has_prices ? text_or_null(priced.total) : nlohmann::json();
  document["complete"] = priced.is_complete;
  return document;
}

Result<std::string> text_of(const provision::StackSpec& spec,
                            const provision::PricedCharges& priced, bool has_prices) {
  Listing listing;
  listing.columns = {{"charge"},
                     {"count", ColumnKind::count},
                     {"unit"},
                     {"unit price", ColumnKind::decimal},
                     {"amount", ColumnKind::decimal}};
  std::string notes;
  std::vector<std::string> unknown;
  for (const provision::PricedCharge& each : priced.charges) {
    const provision::Charge& charge = each.charge;
    listing.rows.push_back({charge.id, charge.is_counted ? std::to_string(charge.count) : "",
                            charge.unit, each.unit_price, each.amount});
    if (!charge.note.empty()) {
      notes += printable(fmt::format("{}: {}", charge.id, charge.note)) + '\n';
    }
    if (each.amount.empty()) {
      unknown.push_back(charge.id);
    }
  }
  Result<std::string> table = render_listing(listing, "table");
  if (!table) {
    return table;
  }
  std::string text = fmt::format("{}\n\n{}\n{}", stack_line(spec), *table, notes);
  if (!has_prices) {
    return text + "No unit price was given: --unit-price ID=PRICE, or --unit-prices FILE.\n";
  }
  text += fmt::format("Total for a month: {}{}.\n", priced.total,
                      priced.is_complete ? "" : ", and what has no amount");
  if (!unknown.empty()) {
    text += fmt::format("Without amount: {}.\n", fmt::join(unknown, ", "));
  }
  return text;
}

}  // namespace

ExitCode run_provision_cost(const Invocation& invocation) {
  OrExit<ProvisionRequest> request = read_provision_request(invocation);
  if (!request) {
    return request.code();
  }
  const Settings settings = request->session.settings;
  const OrExit<UnitPrices> prices = unit_prices_of(settings);
  if (!prices) {
    return prices.code();
  }
  if (const std::optional<ExitCode> code = settle_account(*request)) {
    return *code;
  }
  const provision::StackSpec& spec = request->spec;
  const Result<provision::PricedCharges> priced =
      provision::priced(provision::charges_of(spec, provision::desired_state(spec)), *prices);
  if (!priced) {
    return stop(Step::command_line, {"--unit-price", fmt::format("{}: {}", priced.error().subject,
                                                                 priced.error().message)});
  }
  if (settings.is_on("json")) {
    return print_result(document_text(document_of(spec, *priced, !prices->empty())));
  }
  const Result<std::string> text = text_of(spec, *priced, !prices->empty());
  return text ? print_result(*text) : stop(Step::command_line, text.error());
}

}  // namespace bedrocklog::cli
