// A reader of RFC 4180 for the tests, as a state machine over single characters.
#include "tests/cli/csv_reader.h"

namespace bedrocklog::cli {

std::vector<std::vector<std::string>> read_csv(std::string_view text, char delimiter) {
  enum class State { cell_start, plain, in_quotes, quote_seen, return_seen };
  State state = State::cell_start;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  std::string cell;
  const auto end_cell = [&] {
    row.push_back(cell);
    cell.clear();
    state = State::cell_start;
  };
  for (const char c : text) {
    if (state == State::in_quotes) {
      if (c == '"') {
        state = State::quote_seen;
      } else {
        cell += c;
      }
    } else if (state == State::return_seen) {
      if (c != '\n') {
        return {};
      }
      rows.push_back(row);
      row.clear();
      state = State::cell_start;
    } else if (c == '"' && state == State::cell_start) {
      state = State::in_quotes;
    } else if (c == '"' && state == State::quote_seen) {
      cell += '"';
      state = State::in_quotes;
    } else if (c == delimiter) {
      end_cell();
    } else if (c == '\r') {
      end_cell();
      state = State::return_seen;
    } else if (c == '\n' || c == '"' || state == State::quote_seen) {
      return {};
    } else {
      cell += c;
      state = State::plain;
    }
  }
  return state == State::cell_start && row.empty() ? rows : std::vector<std::vector<std::string>>{};
}

}  // namespace bedrocklog::cli
