// TOML and JSON into one form.
#include "cli/provision_document.h"

#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "cli/configuration.h"
#include "cli/input_text.h"

namespace bedrocklog::cli {
namespace {

using nlohmann::json;

json to_json(const toml::node& node) {
  if (const toml::table* table = node.as_table()) {
    json object = json::object();
    for (const auto& [key, value] : *table) {
      object[std::string(key.str())] = to_json(value);
    }
    return object;
  }
  if (const toml::array* array = node.as_array()) {
    json list = json::array();
    for (const toml::node& item : *array) {
      list.push_back(to_json(item));
    }
    return list;
  }
  if (const auto* text = node.as_string()) {
    return text->get();
  }
  if (const auto* number = node.as_integer()) {
    return number->get();
  }
  if (const auto* truth = node.as_boolean()) {
    return truth->get();
  }
  if (const auto* number = node.as_floating_point()) {
    return number->get();
  }
  std::ostringstream out;  // Dates and times: no setting takes one, the message shows it.
  if (const auto* date = node.as_date()) {
    out << date->get();
  } else if (const auto* time = node.as_time()) {
    out << time->get();
  } else if (const auto* moment = node.as_date_time()) {
    out << moment->get();
  }
  return out.str();
}

bool is_json(std::string_view text, const std::string& file) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (file.ends_with(".json") || first == std::string_view::npos || text[first] == '{') {
    return first != std::string_view::npos || file.ends_with(".json");
  }
  // A TOML file can begin with a bracket, too: "[provision]".
  const std::size_t second = text.find_first_not_of(blanks, first + 1);
  return text[first] == '[' && second != std::string_view::npos && text[second] == '{';
}

}  // namespace

Result<ProvisionDocument> parse_provision_document(std::string_view text, const std::string& file) {
  ProvisionDocument result;
  if (is_json(text, file)) {
    result.document = json::parse(text, nullptr, false);
    if (result.document.is_discarded()) {
      return fault(file, "is not JSON");
    }
    return result;
  }
  try {
    const toml::table root = toml::parse(text, file);
    const toml::node* own = root.get("provision");
    if (own != nullptr && !own->is_table()) {
      return fault(file, "provision: is a table");
    }
    result.is_configuration = own != nullptr;
    result.document = to_json(own != nullptr ? *own : root);
  } catch (const toml::parse_error& error) {
    return fault(to_text(Place{file, static_cast<std::uint32_t>(error.source().begin.line)}),
                 fmt::format("is not TOML: {}", error.description()));
  }
  return result;
}

Result<std::optional<ProvisionDocument>> load_provision_document(const std::string& path,
                                                                 bool is_optional) {
  const Result<std::string> text = read_text_file(path, configuration_size_bytes_max);
  if (!text) {
    return pass_on(text);
  }
  Result<ProvisionDocument> parsed = parse_provision_document(*text, path);
  if (!parsed) {
    return pass_on(parsed);
  }
  if (is_optional && !parsed->is_configuration) {
    return std::optional<ProvisionDocument>();
  }
  return std::optional(std::move(*parsed));
}

}  // namespace bedrocklog::cli
