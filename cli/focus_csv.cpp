// Cells of FOCUS rows between commas.
#include "cli/focus_csv.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cli/csv_text.h"

namespace bedrocklog::cli {
namespace {

using finance::FocusCell;

constexpr std::string_view line_end = "\r\n";
constexpr std::size_t piece_size_bytes = std::size_t{128} << 10U;

void append_quoted(std::string_view text, std::string& into) {
  into += '"';
  for (const char character : text) {
    into += character;
    if (character == '"') {
      into += '"';
    }
  }
  into += '"';
}

void append_row(const std::vector<FocusCell>& row, bool raw, std::string& into) {
  for (std::size_t at = 0; at < row.size(); ++at) {
    if (at > 0) {
      into += ',';
    }
    switch (row[at].kind) {
      case FocusCell::Kind::null:
        break;
      case FocusCell::Kind::text:
        append_quoted(raw ? row[at].text : spreadsheet_safe(row[at].text), into);
        break;
      case FocusCell::Kind::bare:
        into += row[at].text;
        break;
    }
  }
  into += line_end;
}

}  // namespace

Result<finance::FocusGap> write_focus_csv(const analytics::Aggregate& aggregate,
                                          const analytics::PriceTable& prices,
                                          const finance::FocusOptions& options, bool raw,
                                          const AppendPiece& append) {
  const bool with_team =
      std::any_of(aggregate.by.begin(), aggregate.by.end(),
                  [](const analytics::Key& key) { return key.kind == analytics::KeyKind::team; });
  std::string piece;
  for (const std::string& name : finance::focus_columns(options.version, with_team)) {
    piece += (piece.empty() ? "" : ",") + name;
  }
  piece += line_end;
  bool is_wanted = true;
  Result<finance::FocusGap> gap =
      finance::make_focus_rows(aggregate, prices, options, [&](const std::vector<FocusCell>& row) {
        append_row(row, raw, piece);
        if (piece.size() >= piece_size_bytes) {
          is_wanted = append(piece);
          piece.clear();
        }
        return is_wanted;
      });
  if (gap && is_wanted) {
    (void)append(piece);
  }
  return gap;
}

}  // namespace bedrocklog::cli
