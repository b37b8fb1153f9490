// `bedrocklog ls`: what there is to read, hour by hour, from the listing alone.
#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/inventory.h"
#include "cli/json_text.h"
#include "cli/listing.h"
#include "cli/scan_request.h"
#include "cli/session.h"
#include "cli/terminal_text.h"
#include "ingest/s3_location.h"

namespace bedrocklog::cli {
namespace {

constexpr std::size_t gaps_shown_max = 20;

struct Request {
  ingest::HourWindow window;
  std::string format;
};

OrExit<Request> make_request(const Session& session) {
  const Settings& settings = session.settings;
  const OrExit<analytics::ScanOptions> options = scan_options_of(session);
  if (!options) {
    return options.code();
  }
  const Result<Now> now = now_of(session, options->zone);
  if (!now) {
    return stop_at_setting(settings, now.error());
  }
  const Result<TimeRange> range = range_of(settings, options->zone, now->at);
  if (!range) {
    return stop_at_setting(settings, range.error());
  }
  Request request{hours_touched_by(*range), settings.text("format")};
  // An empty listing is the cheapest check of the format.
  if (const Result<std::string> rendered = render_listing({}, request.format); !rendered) {
    return stop_at_setting(settings, rendered.error());
  }
  if (settings.is_on("gaps") && settings.is_on("objects")) {
    return stop(Step::command_line, {"--gaps", "does not go with --objects: each is a listing"});
  }
  return request;
}

std::string hour_or_empty(const std::optional<std::int64_t>& hour) {
  return hour ? hour_text(*hour) : "";
}

Listing rows_listing(const Inventory& inventory) {
  Listing listing;
  listing.columns = {{"account"},
                     {"region"},
                     {"objects", ColumnKind::count},
                     {"bytes", ColumnKind::count},
                     {"first_hour"},
                     {"last_hour"},
                     {"hours", ColumnKind::count},
                     {"hours_missing", ColumnKind::count}};
  for (const InventoryRow& row : inventory.rows) {
    const bool has_hours = row.first_hour.has_value();
    listing.rows.push_back({has_hours ? row.account : "other", row.region,
                            std::to_string(row.objects), std::to_string(row.bytes),
                            hour_or_empty(row.first_hour), hour_or_empty(row.last_hour),
                            has_hours ? std::to_string(row.hours) : "",
                            has_hours ? std::to_string(row.hours_missing) : ""});
  }
  return listing;
}

Listing gaps_listing(const Inventory& inventory) {
  Listing listing;
  listing.columns = {{"account"}, {"region"}, {"from"}, {"until"}, {"hours", ColumnKind::count}};
  for (const HourGap& gap : inventory.gaps) {
    listing.rows.push_back({gap.account, gap.region, hour_text(gap.begin), hour_text(gap.end),
                            std::to_string(gap.end - gap.begin)});
  }
  return listing;
}

Listing objects_listing(const ingest::Manifest& manifest, const ingest::HourWindow& window) {
  Listing listing;
  listing.columns = {{"name"}, {"bytes", ColumnKind::count}, {"hour"}, {"etag"}, {"modified"}};
  for (const ingest::ObjectRef& object : manifest.objects) {
    const auto place = ingest::delivery_place_of(object.uri);
    if (place && !window.contains(place->hour)) {
      continue;
    }
    const bool is_remote = ingest::is_s3_location(object.uri);
    listing.rows.push_back({object.name, std::to_string(object.size_bytes),
                            place ? hour_text(place->hour) : "", object.version,
                            is_remote ? to_rfc3339({object.modified_s * second_ms}) : ""});
  }
  return listing;
}

using SkipCounts = std::array<std::uint64_t, ingest::skip_kind_count>;

SkipCounts skips_of(const ingest::Manifest& manifest) {
  SkipCounts counts{};
  for (const ingest::SkippedObject& skipped : manifest.skipped) {
    ++counts.at(static_cast<std::size_t>(skipped.kind));
  }
  return counts;
}

std::string inventory_text(const Inventory& inventory, const ingest::Manifest& manifest) {
  std::string text = *render_listing(rows_listing(inventory), "table");
  if (!inventory.gaps.empty()) {
    text += "\nhours without any object:\n";
  }
  for (std::size_t at = 0; at < std::min(inventory.gaps.size(), gaps_shown_max); ++at) {
    const HourGap& gap = inventory.gaps[at];
    text +=
        fmt::format("  {} {}  {} to {}  ({} h)\n", printable(gap.account), printable(gap.region),
                    hour_text(gap.begin), hour_text(gap.end), gap.end - gap.begin);
  }
  if (inventory.gaps.size() > gaps_shown_max) {
    text +=
        fmt::format("  and {} more; --gaps shows all\n", inventory.gaps.size() - gaps_shown_max);
  }
  const SkipCounts skipped = skips_of(manifest);
  for (std::size_t kind = 0; kind < skipped.size(); ++kind) {
    if (skipped[kind] > 0) {
      text += fmt::format("\nnot counted: {} {}", skipped[kind],
                          name_of(static_cast<ingest::SkipKind>(kind)));
    }
  }
  return text + (text.ends_with('\n') ? "" : "\n");
}

std::string inventory_json(const Inventory& inventory, const ingest::Manifest& manifest) {
  using Json = nlohmann::json;
  const auto hour_json = [](const std::optional<std::int64_t>& hour) {
    return hour ? Json(to_rfc3339({*hour * hour_ms})) : Json();
  };
  Json rows = Json::array();
  for (const InventoryRow& row : inventory.rows) {
    const bool has_hours = row.first_hour.has_value();
    rows.push_back({{"account", has_hours ? Json(valid_utf8(row.account)) : Json()},
                    {"region", has_hours ? Json(valid_utf8(row.region)) : Json()},
                    {"objects", row.objects},
                    {"bytes", row.bytes},
                    {"first_hour", hour_json(row.first_hour)},
                    {"last_hour", hour_json(row.last_hour)},
                    {"hours", has_hours ? Json(row.hours) : Json()},
                    {"hours_missing", has_hours ? Json(row.hours_missing) : Json()}});
  }
  Json gaps = Json::array();
  for (const HourGap& gap : inventory.gaps) {
    gaps.push_back({{"account", valid_utf8(gap.account)},
                    {"region", valid_utf8(gap.region)},
                    {"from", hour_json(gap.begin)},
                    {"until", hour_json(gap.end)},
                    {"hours", gap.end - gap.begin}});
  }
  Json skipped = Json::object();
  const SkipCounts counts = skips_of(manifest);
  for (std::size_t kind = 0; kind < counts.size(); ++kind) {
    skipped[std::string(name_of(static_cast<ingest::SkipKind>(kind)))] = counts[kind];
  }
  Json unreadable = Json::array();
  for (const ingest::UnreadableObject& object : manifest.unreadable) {
    unreadable.push_back(
        {{"object", valid_utf8(object.name)}, {"message", valid_utf8(object.message)}});
  }
  const Json document = {{"schema", "bedrocklog.inventory/1"},
                         {"rows", std::move(rows)},
                         {"gaps", std::move(gaps)},
                         {"skipped", std::move(skipped)},
                         {"unreadable", std::move(unreadable)}};
  return inert_json(document.dump(2, ' ', true, Json::error_handler_t::replace)) + '\n';
}

ExitCode print_inventory(const Session& session, const Request& request,
                         const ingest::Manifest& manifest) {
  if (session.settings.is_on("objects")) {
    return print_listing(objects_listing(manifest, request.window), session.settings);
  }
  const Inventory inventory = take_inventory(manifest, request.window);
  if (inventory.rows.empty() && !session.settings.is_on("quiet")) {
    print_notice(manifest.is_pruned ? "no object in the hours asked for; there are other hours"
                                    : "no object");
  }
  if (session.settings.is_on("gaps")) {
    return print_listing(gaps_listing(inventory), session.settings);
  }
  if (request.format == "csv") {
    return print_listing(rows_listing(inventory), session.settings);
  }
  return print_result(request.format == "json" ? inventory_json(inventory, manifest)
                                               : inventory_text(inventory, manifest));
}

/// Folder names of the layout may lie above what the user named.
void make_paths_absolute(ingest::Manifest& manifest) {
  for (ingest::ObjectRef& object : manifest.objects) {
    if (!ingest::is_s3_location(object.uri) && object.uri != "-") {
      std::error_code error;
      const std::filesystem::path whole = std::filesystem::absolute(object.uri, error);
      object.uri = error ? object.uri : whole.lexically_normal().string();
    }
  }
}

}  // namespace

ExitCode run_ls(const Invocation& invocation) {
  const OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  const OrExit<std::vector<std::string>> locations =
      locations_of(*session, invocation.arguments, Step::command_line);
  if (!locations) {
    return locations.code();
  }
  const OrExit<Request> request = make_request(*session);
  if (!request) {
    return request.code();
  }
  OrExit<ingest::Manifest> manifest = list_input(*session, *locations, request->window);
  if (!manifest) {
    return manifest.code();
  }
  make_paths_absolute(*manifest);
  const ExitCode printed = print_inventory(*session, *request, *manifest);
  if (printed != ExitCode::complete || manifest->unreadable.empty()) {
    return printed;
  }
  for (const ingest::UnreadableObject& object : manifest->unreadable) {
    print_fault({object.name, object.message});
  }
  return ExitCode::incomplete;
}

}  // namespace bedrocklog::cli
