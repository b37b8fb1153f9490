// JSON text that stays inert inside a web page.
#include "cli/json_text.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "cli/terminal_text.h"

namespace bedrocklog::cli {
namespace {

bool stands_for_itself(char c) {
  return c >= ' ' && c < '\x7F' && c != '"' && c != '\\' && c != '<';
}

}  // namespace

std::string inert_json(std::string_view json) {
  std::string inert;
  inert.reserve(json.size());
  for (const char character : json) {
    if (character == '<') {
      inert += "\\u003c";
    } else {
      inert += character;
    }
  }
  return inert;
}

std::string json_string(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), stands_for_itself)) {
    std::string quoted;
    quoted.reserve(text.size() + 2);
    return quoted.append(1, '"').append(text).append(1, '"');
  }
  return inert_json(nlohmann::json(valid_utf8(text)).dump(-1, ' ', true));
}

}  // namespace bedrocklog::cli
