// What a spreadsheet or a terminal would act on.
#include "cli/csv_text.h"

#include <algorithm>

#include "cli/terminal_text.h"

namespace bedrocklog::cli {
namespace {

// Spreadsheets run a cell that starts so; OWASP "CSV Injection" has the list. LF is ours: some
// programs trim it and then see what follows.
bool looks_like_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t\r\n").find(text.front()) != text.npos;
}

}  // namespace

std::string spreadsheet_safe(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find_first_of("\t\r\n"), text.size());
    safe += printable(text.substr(0, size));
    if (size < text.size()) {
      safe += text[size];
    }
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return looks_like_formula(safe) ? '\'' + safe : safe;
}

}  // namespace bedrocklog::cli
