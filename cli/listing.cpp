// Table, CSV and JSON of a Listing.
#include "cli/listing.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/terminal_text.h"

namespace bedrocklog::cli {
namespace {

constexpr std::string_view gap = "  ";

std::string padded(const std::string& cell, std::size_t width, bool to_right) {
  const std::size_t taken = display_width(cell);
  const std::string blanks(width > taken ? width - taken : 0, ' ');
  return to_right ? blanks + cell : cell + blanks;
}

std::string as_table(const Listing& listing) {
  std::vector<std::vector<std::string>> lines(1);
  for (const ListingColumn& column : listing.columns) {
    lines.front().push_back(column.name);
  }
  for (const std::vector<std::string>& row : listing.rows) {
    std::vector<std::string>& line = lines.emplace_back();
    for (const std::string& cell : row) {
      line.push_back(cell.empty() ? "-" : printable(cell));
    }
  }
  std::vector<std::size_t> widths(listing.columns.size(), 0);
  for (const std::vector<std::string>& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(line[i]));
    }
  }
  std::string out;
  for (const std::vector<std::string>& line : lines) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
      text += (i == 0 ? "" : std::string(gap)) +
              padded(line[i], widths[i], listing.columns[i].kind != ColumnKind::text);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + '\n';
  }
  return out;
}

std::string as_csv(const Listing& listing) {
  std::string out;
  for (std::size_t i = 0; i < listing.columns.size(); ++i) {
    out += (i == 0 ? "" : ",") + csv_cell(listing.columns[i].name);
  }
  out += "\r\n";
  for (const std::vector<std::string>& row : listing.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += (i == 0 ? "" : ",") +
             (listing.columns[i].kind == ColumnKind::text ? csv_cell(row[i]) : row[i]);
    }
    out += "\r\n";
  }
  return out;
}

std::string as_json(const Listing& listing) {
  nlohmann::json items = nlohmann::json::array();
  for (const std::vector<std::string>& row : listing.rows) {
    nlohmann::json item = nlohmann::json::object();
    for (std::size_t i = 0; i < row.size(); ++i) {
      nlohmann::json& member = item[listing.columns[i].name];
      if (row[i].empty()) {
        continue;  // null
      }
      const bool is_count = listing.columns[i].kind == ColumnKind::count;
      member = is_count ? nlohmann::json::parse(row[i], nullptr, false) : nlohmann::json(row[i]);
    }
    items.push_back(std::move(item));
  }
  return items.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + '\n';
}

}  // namespace

std::string csv_cell(std::string_view text) {
  std::string cell;
  // What spreadsheets take for a formula (OWASP, "CSV Injection").
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) {
    cell = "'";
  }
  cell += text;
  if (cell.find_first_of(",;\"\t\r\n") == std::string::npos) {
    return cell;
  }
  std::string quoted = "\"";
  for (const char letter : cell) {
    quoted += letter;
    if (letter == '"') {
      quoted += '"';
    }
  }
  return quoted + '"';
}

Result<std::string> render_listing(const Listing& listing, std::string_view format) {
  if (format == "table") {
    return as_table(listing);
  }
  if (format == "csv") {
    return as_csv(listing);
  }
  if (format == "json") {
    return as_json(listing);
  }
  return fault("--format", fmt::format("takes table, csv or json: {}", format));
}

ExitCode print_listing(const Listing& listing, const Settings& settings) {
  const Result<std::string> text = render_listing(listing, settings.text("format"));
  if (!text) {
    return stop_at_setting(settings, text.error());
  }
  return print_result(*text);
}

}  // namespace bedrocklog::cli
