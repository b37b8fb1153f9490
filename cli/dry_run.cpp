// Sums over the listing, and exact money from unit prices.
#include "cli/dry_run.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/json_text.h"
#include "cli/list_text.h"
#include "cli/listing.h"
#include "cli/terminal_text.h"
#include "ingest/s3_location.h"

namespace bedrocklog::cli {
namespace {

using analytics::Attodollars;
using analytics::Int128;

constexpr std::string_view prices_form = "list=0.005,get=0.0004,gb=0.09";
constexpr std::size_t unreadable_shown_max = 20;
constexpr std::uint32_t requests_per_price = 1'000;
// A price of 10^8 USD, the most parse_unit_price() takes, times a GB in attodollars is below 2^127.
constexpr Int128 attodollars_per_mantissa = 100'000'000;  // 1e-10 USD in 1e-18 USD.

std::string place_of(const ingest::ObjectRef& object) {
  if (!ingest::is_s3_location(object.uri)) {
    return "files";
  }
  constexpr std::size_t scheme_size = std::string_view("s3://").size();
  return object.uri.substr(0, object.uri.find('/', scheme_size));
}

std::string skipped_text(const RunPlan& plan) {
  std::uint64_t total = 0;
  std::vector<std::string> kinds;
  for (std::size_t kind = 0; kind < plan.skipped.size(); ++kind) {
    total += plan.skipped[kind];
    if (plan.skipped[kind] > 0) {
      kinds.push_back(
          fmt::format("{} {}", name_of(static_cast<ingest::SkipKind>(kind)), plan.skipped[kind]));
    }
  }
  return kinds.empty() ? "0" : fmt::format("{} ({})", total, fmt::join(kinds, ", "));
}

Attodollars total_of(const PlanCost& cost) {
  return cost.list + cost.get + cost.transfer;
}

std::string cost_text(const RunPlan& plan, const std::optional<S3Prices>& prices) {
  if (!prices) {
    return fmt::format("not known: no unit prices were given; --s3-prices {}", prices_form);
  }
  const PlanCost cost = cost_of(plan, *prices);
  return fmt::format("{} USD (LIST {}, GET {}, transfer {})", to_decimal(total_of(cost)),
                     to_decimal(cost.list), to_decimal(cost.get), to_decimal(cost.transfer));
}

Listing places_listing(const RunPlan& plan) {
  Listing listing;
  listing.columns = {{"place"},
                     {"objects", ColumnKind::count},
                     {"bytes", ColumnKind::count},
                     {"GET requests", ColumnKind::count}};
  const auto add = [&](const PlannedPlace& place) {
    listing.rows.push_back({place.place, std::to_string(place.objects), std::to_string(place.bytes),
                            std::to_string(place.get_requests)});
  };
  std::for_each(plan.places.begin(), plan.places.end(), add);
  add(plan.total);
  return listing;
}

}  // namespace

Result<S3Prices> parse_s3_prices(const std::string& text) {
  const auto wrong = [&](std::string_view why) {
    return fault("--s3-prices", fmt::format("{}; it takes {}: {}", why, prices_form, text));
  };
  std::map<std::string, analytics::UnitPrice, std::less<>> given;
  for (const std::string& item : split_list(text)) {
    const std::size_t equals = item.find('=');
    const std::string name = item.substr(0, equals);
    if (equals == std::string::npos || (name != "list" && name != "get" && name != "gb")) {
      return wrong("is not understood");
    }
    const Result<analytics::UnitPrice> price = analytics::parse_unit_price(
        std::string_view(item).substr(equals + 1), name == "gb" ? 1 : requests_per_price);
    if (!price) {
      return wrong(fmt::format("{} {}", name, price.error().message));
    }
    if (!given.emplace(name, *price).second) {
      return wrong(fmt::format("says {} twice", name));
    }
  }
  if (given.size() != 3) {
    return wrong("lacks a price");
  }
  return S3Prices{given.at("list"), given.at("get"), given.at("gb")};
}

RunPlan plan_of(const ingest::Manifest& manifest, std::uint64_t list_requests, unsigned readings) {
  RunPlan plan;
  std::map<std::string, PlannedPlace> places;
  plan.total.place = "total";
  for (const ingest::ObjectRef& object : manifest.objects) {
    const bool is_remote = ingest::is_s3_location(object.uri);
    PlannedPlace& place = places[place_of(object)];
    for (PlannedPlace* each : {&place, &plan.total}) {
      ++each->objects;
      each->bytes += object.size_bytes;
      each->get_requests += is_remote ? readings : 0;
      each->transfer_bytes += is_remote ? object.size_bytes * readings : 0;
    }
  }
  for (auto& [name, place] : places) {
    place.place = name;
    plan.places.push_back(std::move(place));
  }
  for (const ingest::SkippedObject& skipped : manifest.skipped) {
    ++plan.skipped.at(static_cast<std::size_t>(skipped.kind));
  }
  plan.unreadable = manifest.unreadable;
  plan.list_requests = list_requests;
  return plan;
}

PlanCost cost_of(const RunPlan& plan, const S3Prices& prices) {
  // Whole GB apart from the rest, so that no product leaves 127 bits.
  const Int128 price = Int128{prices.gb.mantissa_e10} * attodollars_per_mantissa;
  const std::uint64_t bytes = plan.total.transfer_bytes;
  const Int128 whole = Int128{bytes / billed_gb_bytes} * price;
  const Int128 rest =
      analytics::divide_half_even(Int128{bytes % billed_gb_bytes} * price, billed_gb_bytes);
  return {analytics::cost_of(plan.list_requests, prices.list),
          analytics::cost_of(plan.total.get_requests, prices.get),
          Attodollars{whole} + Attodollars{rest}};
}

std::string plan_text(const RunPlan& plan, const std::optional<S3Prices>& prices) {
  std::string text = *render_listing(places_listing(plan), "table");
  const auto line = [&](std::string_view what, const std::string& finding) {
    text += fmt::format("{:16}{}\n", what, finding);
  };
  text += '\n';
  line("skipped", skipped_text(plan));
  line("unreadable", std::to_string(plan.unreadable.size()));
  for (std::size_t at = 0; at < std::min(plan.unreadable.size(), unreadable_shown_max); ++at) {
    text += fmt::format("  {}: {}\n", printable(plan.unreadable[at].name),
                        printable(plan.unreadable[at].message));
  }
  line("LIST requests", fmt::format("{}, sent for this listing", plan.list_requests));
  line("GET requests", std::to_string(plan.total.get_requests));
  line("transfer", fmt::format("{} bytes", plan.total.transfer_bytes));
  line("cost", cost_text(plan, prices));
  return text;
}

std::string plan_json(const RunPlan& plan, const std::optional<S3Prices>& prices) {
  using Json = nlohmann::json;
  const auto json_of = [](const PlannedPlace& place) {
    return Json{{"place", valid_utf8(place.place)},
                {"objects", place.objects},
                {"bytes", place.bytes},
                {"get_requests", place.get_requests},
                {"transfer_bytes", place.transfer_bytes}};
  };
  Json places = Json::array();
  for (const PlannedPlace& place : plan.places) {
    places.push_back(json_of(place));
  }
  Json skipped = Json::object();
  for (std::size_t kind = 0; kind < plan.skipped.size(); ++kind) {
    skipped[std::string(name_of(static_cast<ingest::SkipKind>(kind)))] = plan.skipped[kind];
  }
  Json unreadable = Json::array();
  for (const ingest::UnreadableObject& object : plan.unreadable) {
    unreadable.push_back(
        {{"object", valid_utf8(object.name)}, {"message", valid_utf8(object.message)}});
  }
  Json cost;
  if (prices) {
    const PlanCost amounts = cost_of(plan, *prices);
    cost = {{"list", to_decimal(amounts.list)},
            {"get", to_decimal(amounts.get)},
            {"transfer", to_decimal(amounts.transfer)},
            {"total", to_decimal(total_of(amounts))}};
  }
  Json total = json_of(plan.total);
  total.erase("place");
  const Json document = {
      {"schema", "bedrocklog.dry_run/1"},    {"places", std::move(places)},
      {"total", std::move(total)},           {"skipped", std::move(skipped)},
      {"unreadable", std::move(unreadable)}, {"list_requests", plan.list_requests},
      {"cost_usd", std::move(cost)}};
  return inert_json(document.dump(2, ' ', true, Json::error_handler_t::replace)) + '\n';
}

std::optional<Fault> plan_fault(const Settings& settings) {
  const Setting* format = settings.find("format");
  // A usual format of the configuration is meant for reports.
  if (settings.is_on("dry-run") && format != nullptr && format->origin == Origin::flag &&
      format->values.front() != "table" && format->values.front() != "json") {
    return Fault{"--format", "with --dry-run takes table or json: " + format->values.front()};
  }
  if (const std::string text = settings.text("s3-prices"); !text.empty()) {
    if (const Result<S3Prices> parsed = parse_s3_prices(text); !parsed) {
      return parsed.error();
    }
  }
  return std::nullopt;
}

ExitCode print_plan(const Session& session, const ingest::Manifest& manifest, unsigned readings) {
  std::optional<S3Prices> prices;
  if (const std::string text = session.settings.text("s3-prices"); !text.empty()) {
    prices = *parse_s3_prices(text);
  }
  const aws::S3Client* client = session.s3->client();
  const RunPlan plan =
      plan_of(manifest, client == nullptr ? 0 : client->list_requests_sent(), readings);
  const bool is_json = session.settings.text("format") == "json";
  const ExitCode printed =
      print_result(is_json ? plan_json(plan, prices) : plan_text(plan, prices));
  return printed != ExitCode::complete || plan.unreadable.empty() ? printed : ExitCode::incomplete;
}

}  // namespace bedrocklog::cli
