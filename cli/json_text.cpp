// JSON text that stays inert inside a web page.
#include "cli/json_text.h"

namespace bedrocklog::cli {

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

}  // namespace bedrocklog::cli
