// TOML tables into a Configuration. Everything is checked for its name and type here, so that a
// typo is an error with a line number instead of a setting that silently does nothing.
#include "cli/configuration.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "analytics/finance/team_file.h"
#include "analytics/report_key.h"
#include "cli/flag.h"
#include "ingest/s3_location.h"

namespace bedrocklog::cli {
namespace {

using Names = std::vector<std::string>;

/// A path in a file is relative to that file, so that a configuration works from any folder.
std::string beside(const std::string& file, const std::string& path) {
  const std::size_t slash = file.rfind('/');
  if (slash == std::string::npos || path.empty() || path == "-" || path.front() == '/' ||
      ingest::is_s3_location(path)) {
    return path;
  }
  return file.substr(0, slash + 1) + path;
}

/// Flags whose values are paths.
bool is_path(std::string_view flag) {
  constexpr std::array<std::string_view, 5> paths = {"prices", "model-map", "ca-bundle", "teams",
                                                     "accounts"};
  return std::find(paths.begin(), paths.end(), flag) != paths.end();
}

/// One file being read. Methods return a Fault, or nothing when the part was taken over.
class FileReader {
 public:
  explicit FileReader(std::string file) : file_(std::move(file)) {}

  std::optional<Fault> read(const toml::table& root);
  Configuration take() { return std::move(result_); }

  std::optional<Fault> read_models(const toml::table& table, ConfiguredModels& models);

 private:
  Place place_of(const toml::node& node) const {
    return {file_, static_cast<std::uint32_t>(node.source().begin.line)};
  }
  Fault wrong(const toml::node& node, std::string_view key, std::string_view message) const {
    return {to_text(place_of(node)), fmt::format("{}: {}", key, message)};
  }
  Fault unknown(const toml::key& key, const Names& known) const {
    const Place place{file_, static_cast<std::uint32_t>(key.source().begin.line)};
    std::string message = fmt::format("unknown key {}", key.str());
    if (const auto nearest = analytics::nearest_name(key.str(), known)) {
      message += fmt::format("; did you mean {}?", *nearest);
    }
    return {to_text(place), message};
  }

  std::optional<std::string> scalar(const toml::node& node) const;
  std::optional<Fault> value(const toml::node& node, std::string_view key, bool array_allowed,
                             ConfiguredValue& into) const;
  std::optional<Fault> read_flags(const toml::table& table, bool named, ConfiguredTable& into);
  std::optional<Fault> read_sources(const toml::table& table);
  std::optional<Fault> read_groups(const toml::table& table);
  std::optional<Fault> read_teams(const toml::table& table);
  std::optional<Fault> read_prices(const toml::table& table);
  std::optional<Fault> read_file_name(const toml::table& table,
                                      std::optional<ConfiguredValue>& into);

  std::string file_;
  Configuration result_;
};

std::optional<std::string> FileReader::scalar(const toml::node& node) const {
  if (const auto* text = node.as_string()) {
    return text->get();
  }
  if (const auto* number = node.as_integer()) {
    return std::to_string(number->get());
  }
  if (const auto* truth = node.as_boolean()) {
    return truth->get() ? "true" : "false";
  }
  std::ostringstream out;
  if (const auto* date = node.as_date()) {
    out << date->get();
    return out.str();
  }
  if (const auto* moment = node.as_date_time()) {
    out << moment->get();
    return out.str();
  }
  return std::nullopt;
}

std::optional<Fault> FileReader::value(const toml::node& node, std::string_view key,
                                       bool array_allowed, ConfiguredValue& into) const {
  into.place = place_of(node);
  if (const toml::array* array = node.as_array(); array != nullptr && array_allowed) {
    for (const toml::node& item : *array) {
      const std::optional<std::string> text = scalar(item);
      if (!text) {
        return wrong(node, key, "takes an array of texts");
      }
      into.values.push_back(*text);
    }
    return std::nullopt;
  }
  const std::optional<std::string> text = scalar(node);
  if (!text) {
    return wrong(node, key, array_allowed ? "takes a text or an array of texts" : "takes one text");
  }
  into.values = {*text};
  return std::nullopt;
}

std::optional<Fault> FileReader::read_flags(const toml::table& table, bool named,
                                            ConfiguredTable& into) {
  Names known;
  for (const Flag& flag : report_flags()) {
    const bool only_named = flag.name == "output" || flag.name == "rejects";
    if (flag.reach != FlagReach::command_line && (named || !only_named)) {
      known.emplace_back(flag.name);
    }
  }
  for (const auto& [key, node] : table) {
    if (std::find(known.begin(), known.end(), key.str()) == known.end()) {
      return unknown(key, known);
    }
    const Flag& flag = report_flag(key.str());
    const bool array = flag.kind == FlagKind::list || flag.kind == FlagKind::repeated;
    ConfiguredValue read;
    if (std::optional<Fault> failed = value(node, key.str(), array, read)) {
      return failed;
    }
    if (flag.kind == FlagKind::toggle && read.values.front() != "true" &&
        read.values.front() != "false") {
      return wrong(node, key.str(), "takes true or false");
    }
    if (flag.kind == FlagKind::list) {
      read.values = {fmt::format("{}", fmt::join(read.values, ","))};
    }
    if (is_path(flag.name)) {
      for (std::string& path : read.values) {
        path = beside(file_, path);
      }
    }
    into.emplace(key.str(), std::move(read));
  }
  return std::nullopt;
}

std::optional<Fault> FileReader::read_sources(const toml::table& table) {
  for (const auto& [name, node] : table) {
    const toml::table* source = node.as_table();
    if (source == nullptr) {
      return wrong(node, fmt::format("source.{}", name.str()), "is a table: path or paths");
    }
    ConfiguredValue locations;
    for (const auto& [key, entry] : *source) {
      if (key.str() != "path" && key.str() != "paths") {
        return unknown(key, {"path", "paths"});
      }
      ConfiguredValue some;
      if (std::optional<Fault> failed = value(entry, key.str(), true, some)) {
        return failed;
      }
      for (const std::string& path : some.values) {
        locations.values.push_back(beside(file_, path));
      }
    }
    if (locations.values.empty()) {
      return wrong(node, fmt::format("source.{}", name.str()), "needs path or paths");
    }
    locations.place = place_of(node);
    result_.sources.emplace(name.str(), std::move(locations));
  }
  return std::nullopt;
}

std::optional<Fault> FileReader::read_groups(const toml::table& table) {
  for (const auto& [name, node] : table) {
    const auto* condition = node.as_string();
    if (condition == nullptr) {
      return wrong(node, fmt::format("groups.{}", name.str()), "takes a condition as one text");
    }
    result_.groups.push_back({std::string(name.str()), condition->get(), place_of(node)});
  }
  // toml++ keeps tables sorted by name; the order the user wrote is in the positions.
  std::stable_sort(
      result_.groups.begin(), result_.groups.end(),
      [](const auto& left, const auto& right) { return left.place.line < right.place.line; });
  return std::nullopt;
}

std::optional<Fault> FileReader::read_teams(const toml::table& table) {
  for (const auto& [name, node] : table) {
    if (name.str() != "rule") {
      return unknown(name, {"rule"});
    }
    const toml::array* rules = node.as_array();
    if (rules == nullptr) {
      return wrong(node, "teams.rule", "stands in two brackets: [[teams.rule]]");
    }
    for (const toml::node& entry : *rules) {
      const toml::table* cells = entry.as_table();
      if (cells == nullptr) {
        return wrong(entry, "teams.rule", "is a table");
      }
      finance::RuleRow row{to_text(place_of(entry)), {}};
      for (const auto& [key, cell] : *cells) {
        ConfiguredValue read;
        if (std::optional<Fault> failed = value(cell, key.str(), false, read)) {
          return failed;
        }
        const finance::RuleRow one{to_text(read.place), {{std::string(key.str()), {}}}};
        if (std::optional<Fault> failed = finance::check_columns(one, finance::team_columns())) {
          return failed;
        }
        row.cells.emplace(key.str(), read.values.front());
      }
      result_.teams.push_back(std::move(row));
    }
  }
  return std::nullopt;
}

std::optional<Fault> FileReader::read_prices(const toml::table& table) {
  for (const auto& [key, node] : table) {
    ConfiguredValue read;
    if (key.str() == "files") {
      if (std::optional<Fault> failed = value(node, key.str(), true, read)) {
        return failed;
      }
      for (std::string& path : read.values) {
        path = beside(file_, path);
      }
      result_.price_files = std::move(read);
    } else if (key.str() == "shipped") {
      if (!node.is_boolean()) {
        return wrong(node, key.str(), "takes true or false");
      }
      if (std::optional<Fault> failed = value(node, key.str(), false, read)) {
        return failed;
      }
      result_.shipped_prices = std::move(read);
    } else if (key.str() == "store") {
      if (std::optional<Fault> failed = value(node, key.str(), false, read)) {
        return failed;
      }
      if (read.values.front() != "none") {
        read.values.front() = beside(file_, read.values.front());
      }
      result_.price_store = std::move(read);
    } else {
      return unknown(key, {"files", "shipped", "store"});
    }
  }
  return std::nullopt;
}

std::optional<Fault> FileReader::read_file_name(const toml::table& table,
                                                std::optional<ConfiguredValue>& into) {
  for (const auto& [key, node] : table) {
    if (key.str() != "file") {
      return unknown(key, {"file"});
    }
    ConfiguredValue read;
    if (std::optional<Fault> failed = value(node, key.str(), false, read)) {
      return failed;
    }
    read.values.front() = beside(file_, read.values.front());
    into = std::move(read);
  }
  return std::nullopt;
}

std::optional<Fault> FileReader::read_models(const toml::table& table, ConfiguredModels& models) {
  for (const auto& [id, node] : table) {
    ConfiguredModel entry;
    entry.place = place_of(node);
    if (const auto* text = node.as_string()) {
      entry.model = text->get();
    } else if (const toml::table* fields = node.as_table()) {
      for (const auto& [key, field] : *fields) {
        const bool is_model = key.str() == "model";
        if (!is_model && key.str() != "label") {
          return unknown(key, {"model", "label"});
        }
        if (!field.is_string()) {
          return wrong(field, key.str(), "takes one text");
        }
        (is_model ? entry.model : entry.label) = field.as_string()->get();
      }
    }
    if (entry.model.empty()) {
      return wrong(node, id.str(), "takes a model id, or { model = \"...\", label = \"...\" }");
    }
    models.emplace(id.str(), std::move(entry));
  }
  return std::nullopt;
}

std::optional<Fault> FileReader::read(const toml::table& root) {
  const Names known = {"defaults", "source",    "report",      "groups",  "teams",    "prices",
                       "models",   "discounts", "provisioned", "budgets", "provision"};
  for (const auto& [key, node] : root) {
    if (std::find(known.begin(), known.end(), key.str()) == known.end()) {
      return unknown(key, known);
    }
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      return wrong(node, key.str(), "is a table");
    }
    if (key.str() == "provision") {
      continue;  // Read by the provision commands, which know what may stand in it.
    }
    std::optional<Fault> failed;
    if (key.str() == "defaults") {
      failed = read_flags(*table, false, result_.defaults);
    } else if (key.str() == "source") {
      failed = read_sources(*table);
    } else if (key.str() == "groups") {
      failed = read_groups(*table);
    } else if (key.str() == "teams") {
      failed = read_teams(*table);
    } else if (key.str() == "discounts") {
      failed = read_file_name(*table, result_.discounts_file);
    } else if (key.str() == "provisioned") {
      failed = read_file_name(*table, result_.provisioned_file);
    } else if (key.str() == "prices") {
      failed = read_prices(*table);
    } else if (key.str() == "budgets") {
      failed = read_file_name(*table, result_.budget_file);
    } else if (key.str() == "models") {
      failed = read_models(*table, result_.models);
    } else {
      for (const auto& [name, report] : *table) {
        const toml::table* flags = report.as_table();
        failed = flags == nullptr
                     ? wrong(report, fmt::format("report.{}", name.str()), "is a table of flags")
                     : read_flags(*flags, true, result_.reports[std::string(name.str())]);
        if (failed) {
          break;
        }
      }
    }
    if (failed) {
      return failed;
    }
  }
  return std::nullopt;
}

Fault syntax_fault(const toml::parse_error& error, const std::string& file) {
  return {to_text({file, static_cast<std::uint32_t>(error.source().begin.line)}),
          fmt::format("is not TOML: {}", error.description())};
}

}  // namespace

std::string to_text(const Place& place) {
  return fmt::format("{}:{}", place.file, place.line);
}

Result<Configuration> parse_configuration(std::string_view text, const std::string& file) {
  FileReader reader(file);
  try {
    if (std::optional<Fault> failed = reader.read(toml::parse(text, file))) {
      return tl::unexpected(*failed);
    }
  } catch (const toml::parse_error& error) {
    return tl::unexpected(syntax_fault(error, file));
  }
  return reader.take();
}

Result<ConfiguredModels> parse_model_map(std::string_view text, const std::string& file) {
  FileReader reader(file);
  ConfiguredModels models;
  try {
    if (std::optional<Fault> failed = reader.read_models(toml::parse(text, file), models)) {
      return tl::unexpected(*failed);
    }
  } catch (const toml::parse_error& error) {
    return tl::unexpected(syntax_fault(error, file));
  }
  return models;
}

}  // namespace bedrocklog::cli
