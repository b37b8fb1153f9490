// Spreadsheets through libxlsxwriter: the report, then its account, prices and notes on sheets of
// their own.
//
// Numbers are numbers, so that a reader can add them up; a spreadsheet keeps 15 digits of each, so
// a column that has more gets a second one with the exact text. Texts are always written as texts:
// no cell is ever a formula or a link. The creation time is given or fixed, so that the same
// report has the same bytes.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <xlsxwriter.h>

#include "analytics/time_spec.h"
#include "analytics/zone.h"
#include "cli/account_text.h"
#include "cli/report_cells.h"
#include "cli/report_writers.h"
#include "cli/terminal_text.h"
#include "ingest/aws/shared_library.h"

namespace bedrocklog::cli {
namespace {

constexpr std::size_t rows_max = 1'048'576;  // Of a sheet, its header and total included.
constexpr std::size_t columns_max = 16'384;
constexpr std::size_t text_size_bytes_max = 32'000;   // A cell takes 32,767 characters.
constexpr std::size_t digits_max = 15;                // What a spreadsheet keeps of a number.
constexpr std::time_t created_default = 315'532'800;  // 1980-01-01, the first a zip file can tell.
constexpr std::string_view exact_suffix = " (exact)";

/// What is used of libxlsxwriter.
struct XlsxFunctions {
  explicit XlsxFunctions(const aws::SharedLibrary& library) {
    library.find(workbook_new, "workbook_new_opt");
    library.find(workbook_end, "workbook_close");
    library.find(workbook_drop, "lxw_workbook_free");
    library.find(add_worksheet, "workbook_add_worksheet");
    library.find(add_format, "workbook_add_format");
    library.find(set_properties, "workbook_set_properties");
    library.find(set_bold, "format_set_bold");
    library.find(set_num_format, "format_set_num_format");
    library.find(write_string, "worksheet_write_string");
    library.find(write_number, "worksheet_write_number");
    library.find(set_column, "worksheet_set_column");
    library.find(freeze_panes, "worksheet_freeze_panes");
    library.find(autofilter, "worksheet_autofilter");
    library.find(words_of, "lxw_strerror");
  }

  decltype(&::workbook_new_opt) workbook_new = nullptr;
  decltype(&::workbook_close) workbook_end = nullptr;
  decltype(&::lxw_workbook_free) workbook_drop = nullptr;
  decltype(&::workbook_add_worksheet) add_worksheet = nullptr;
  decltype(&::workbook_add_format) add_format = nullptr;
  decltype(&::workbook_set_properties) set_properties = nullptr;
  decltype(&::format_set_bold) set_bold = nullptr;
  decltype(&::format_set_num_format) set_num_format = nullptr;
  decltype(&::worksheet_write_string) write_string = nullptr;
  decltype(&::worksheet_write_number) write_number = nullptr;
  decltype(&::worksheet_set_column) set_column = nullptr;
  decltype(&::worksheet_freeze_panes) freeze_panes = nullptr;
  decltype(&::worksheet_autofilter) autofilter = nullptr;
  decltype(&::lxw_strerror) words_of = nullptr;
};

/// A file without a name, gone with this.
class UnnamedFile {
 public:
  UnnamedFile() : descriptor_(::memfd_create("xlsx", MFD_CLOEXEC)) {}
  ~UnnamedFile() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }
  UnnamedFile(const UnnamedFile&) = delete;
  UnnamedFile& operator=(const UnnamedFile&) = delete;
  UnnamedFile(UnnamedFile&&) = delete;
  UnnamedFile& operator=(UnnamedFile&&) = delete;

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  /// Under which the library can open it.
  [[nodiscard]] std::string path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

  /// False when it cannot be read; a stop by `append` is none.
  [[nodiscard]] bool hand_to(const AppendPiece& append) const {
    std::vector<char> piece(std::size_t{1} << 20U);
    for (::off_t at = 0;;) {
      const ::ssize_t size = ::pread(descriptor_, piece.data(), piece.size(), at);
      if (size <= 0) {
        return size == 0;
      }
      if (!append({piece.data(), static_cast<std::size_t>(size)})) {
        return true;
      }
      at += size;
    }
  }

 private:
  int descriptor_;
};

/// As printable(), and not longer than a cell takes.
std::string cell_safe(std::string_view text) {
  std::string safe = printable(text);
  if (safe.size() > text_size_bytes_max) {
    safe = valid_utf8(safe.substr(0, text_size_bytes_max)) + "...";
  }
  return safe;
}

/// Without the zeros in front and behind that say nothing.
std::size_t significant_digits(std::string_view decimal) {
  std::string digits;
  for (const char character : decimal) {
    if (character >= '0' && character <= '9' && (character != '0' || !digits.empty())) {
      digits += character;
    }
  }
  const std::size_t last = digits.find_last_not_of('0');
  return last == std::string::npos ? 0 : last + 1;
}

/// "#,##0.00##########": the decimals that there always are, then those there may be.
std::string number_format(const analytics::Column& column) {
  constexpr unsigned decimals_max = 12;
  const unsigned least = std::min(column.decimals_min, decimals_max);
  const unsigned most = std::min(std::max(column.scale, least), decimals_max);
  return "#,##0" + std::string(most == 0 ? "" : ".") + std::string(least, '0') +
         std::string(most - least, '#');
}

/// A column of the sheet.
struct SheetColumn {
  std::size_t column = 0;  // Of the report.
  bool has_exact = false;  // Followed by one of exact texts.
  lxw_format* format = nullptr;
  lxw_format* total_format = nullptr;
};

class WorkbookWriter {
 public:
  WorkbookWriter(const XlsxFunctions& library, const std::string& path, std::time_t created)
      : call_(library) {
    lxw_workbook_options options = {};
    options.constant_memory = 1;  // Each row goes to a file that has no name any more.
    workbook_ = call_.workbook_new(path.c_str(), &options);
    if (workbook_ == nullptr) {
      error_ = LXW_ERROR_MEMORY_MALLOC_FAILED;
      return;
    }
    lxw_doc_properties properties = {};
    properties.created = created;
    note(call_.set_properties(workbook_, &properties));
    bold_ = call_.add_format(workbook_);
    call_.set_bold(bold_);
  }

  void write(const analytics::Report& report, const ColumnChoice& columns);
  /// Writes the file. Nothing, or what went wrong.
  [[nodiscard]] std::optional<std::string> finish() {
    if (workbook_ != nullptr && error_ == LXW_NO_ERROR) {
      note(call_.workbook_end(workbook_));
    } else if (workbook_ != nullptr) {
      call_.workbook_drop(workbook_);
    }
    return error_ == LXW_NO_ERROR ? std::nullopt
                                  : std::optional<std::string>(call_.words_of(error_));
  }

 private:
  void note(lxw_error error) { error_ = error_ == LXW_NO_ERROR ? error : error_; }
  [[nodiscard]] lxw_worksheet* sheet(const char* name) {
    lxw_worksheet* made = call_.add_worksheet(workbook_, name);
    note(made == nullptr ? LXW_ERROR_CREATING_TMPFILE : LXW_NO_ERROR);
    return made;
  }
  void text(lxw_row_t row, std::size_t column, std::string_view words, lxw_format* format) {
    note(sheet_ == nullptr ? error_
                           : call_.write_string(sheet_, row, static_cast<lxw_col_t>(column),
                                                cell_safe(words).c_str(), format));
  }
  void number(lxw_row_t row, std::size_t column, std::string_view decimal, lxw_format* format) {
    double value = 0;
    (void)std::from_chars(decimal.data(), decimal.data() + decimal.size(), value);
    note(sheet_ == nullptr
             ? error_
             : call_.write_number(sheet_, row, static_cast<lxw_col_t>(column), value, format));
  }
  void width(std::size_t column, double characters) {
    const auto at = static_cast<lxw_col_t>(column);
    note(sheet_ == nullptr ? error_ : call_.set_column(sheet_, at, at, characters, nullptr));
  }
  [[nodiscard]] lxw_format* figure_format(const analytics::Column& column, bool is_bold) {
    lxw_format* format = call_.add_format(workbook_);
    call_.set_num_format(format, number_format(column).c_str());
    if (is_bold) {
      call_.set_bold(format);
    }
    return format;
  }

  void write_table(const analytics::Report& report, const ColumnChoice& columns);
  void write_row(const analytics::Report& report, const analytics::Row& row, lxw_row_t at);
  void write_account(const analytics::Report& report);
  void write_prices(const analytics::Report& report);
  void write_notes(const analytics::Report& report);

  XlsxFunctions call_;
  lxw_workbook* workbook_ = nullptr;
  lxw_worksheet* sheet_ = nullptr;
  lxw_format* bold_ = nullptr;
  lxw_error error_ = LXW_NO_ERROR;
  std::vector<SheetColumn> columns_;
};

/// Whether some figure of the column has more digits than a number keeps.
bool needs_exact(const analytics::Report& report, std::size_t column) {
  const analytics::Column& about = report.columns[column];
  if (about.is_key || about.unit == analytics::Unit::text) {
    return false;
  }
  const auto is_long = [&](const analytics::Row& row) {
    const CellText cell = cell_text(report, row, column, "");
    return cell.kind == CellKind::figure && significant_digits(cell.text) > digits_max;
  };
  bool is_any = is_long(report.total());
  for (const analytics::Row row : report.rows) {
    is_any = is_any || is_long(row);
  }
  return is_any;
}

void WorkbookWriter::write_row(const analytics::Report& report, const analytics::Row& row,
                               lxw_row_t at) {
  const bool is_total = row.kind() == analytics::RowKind::total;
  const bool is_group = row.kind() == analytics::RowKind::group;
  std::string_view label = is_group ? "" : (is_total ? "(total)" : "(other)");
  std::size_t place = 0;
  for (const SheetColumn& column : columns_) {
    const CellText cell = cell_text(report, row, column.column, label);
    if (report.columns[column.column].is_key) {
      label = "";
    }
    if (cell.kind == CellKind::figure) {
      number(at, place, cell.text, is_total ? column.total_format : column.format);
      if (column.has_exact) {
        text(at, place + 1, cell.text, nullptr);
      }
    } else if (!cell.text.empty()) {
      text(at, place, cell.text, is_total ? bold_ : nullptr);
    }
    place += column.has_exact ? 2 : 1;
  }
}

void WorkbookWriter::write_table(const analytics::Report& report, const ColumnChoice& columns) {
  constexpr double key_width = 28;
  constexpr double figure_width = 16;
  sheet_ = sheet("report");
  std::size_t place = 0;
  std::vector<std::string> names;
  for (const std::size_t column : columns) {
    const analytics::Column& about = report.columns[column];
    SheetColumn made{column, needs_exact(report, column), nullptr, nullptr};
    if (!about.is_key) {
      made.format = figure_format(about, false);
      made.total_format = figure_format(about, true);
    }
    columns_.push_back(made);
    width(place++, about.is_key ? key_width : figure_width);
    names.push_back(about.name);
    if (made.has_exact) {
      width(place++, key_width);
      names.push_back(about.name + std::string(exact_suffix));
    }
  }
  for (std::size_t at = 0; at < names.size(); ++at) {
    text(0, at, names[at], bold_);
  }
  lxw_row_t row_number = 0;
  for (const analytics::Row row : report.rows) {
    write_row(report, row, ++row_number);
  }
  if (sheet_ != nullptr && !names.empty()) {
    call_.freeze_panes(sheet_, 1, 0);
    note(call_.autofilter(sheet_, 0, 0, row_number, static_cast<lxw_col_t>(names.size() - 1)));
  }
  if (report.has_total) {
    write_row(report, report.total(), row_number + 1);  // Outside of the filter: it stays below.
  }
}

void WorkbookWriter::write_account(const analytics::Report& report) {
  constexpr double line_width = 120;
  sheet_ = sheet("account of input");
  width(0, line_width);
  lxw_row_t row = 0;
  for (const std::string& line : heading_lines(report)) {
    text(row++, 0, line, bold_);
  }
  for (const AccountLine& line : account_lines(report)) {
    text(row++, 0, line.text, line.tone == LineTone::gap ? bold_ : nullptr);
  }
}

void WorkbookWriter::write_prices(const analytics::Report& report) {
  constexpr double name_width = 28;
  sheet_ = sheet("prices");
  for (std::size_t column = 0; column < 2; ++column) {
    width(column, name_width);
  }
  lxw_row_t row = 0;
  for (const auto& [name, value] :
       {std::pair("price book", &report.prices.name), std::pair("as of", &report.prices.as_of),
        std::pair("sha256", &report.prices.sha256)}) {
    text(row, 0, name, bold_);
    text(row++, 1, *value, nullptr);
  }
  ++row;
  text(row++, 0, report.unpriced.empty() ? "all usage has a price" : "usage without a price",
       bold_);
  if (report.unpriced.empty()) {
    return;
  }
  const std::vector<std::string> header = {
      "model", "region", "scope",      "tier",           "invocations",
      "input", "output", "cache_read", "cache_write_5m", "cache_write_1h"};
  for (std::size_t at = 0; at < header.size(); ++at) {
    text(row, at, header[at], bold_);
  }
  for (const analytics::UnpricedUsage& usage : report.unpriced) {
    std::size_t column = 0;
    ++row;
    for (const std::string_view words :
         {std::string_view(usage.model), std::string_view(usage.region), name_of(usage.scope),
          name_of(usage.tier)}) {
      text(row, column++, words, nullptr);
    }
    for (const std::uint64_t count :
         {usage.invocations, usage.tokens.input, usage.tokens.output, usage.tokens.cache_read,
          usage.tokens.cache_write_5m, usage.tokens.cache_write_1h}) {
      number(row, column++, std::to_string(count), nullptr);
    }
  }
}

void WorkbookWriter::write_notes(const analytics::Report& report) {
  constexpr double line_width = 120;
  sheet_ = sheet("notes");
  width(0, line_width);
  lxw_row_t row = 0;
  for (const std::string& line : report.notes) {
    text(row++, 0, line, nullptr);
  }
  if (report.notes.empty()) {
    text(row, 0, "none", nullptr);
  }
}

void WorkbookWriter::write(const analytics::Report& report, const ColumnChoice& columns) {
  if (workbook_ != nullptr) {
    write_table(report, columns);
    write_account(report);
    write_prices(report);
    write_notes(report);
  }
}

std::time_t creation_time(const RenderOptions& options) {
  if (!options.generated_at) {
    return created_default;
  }
  const Result<UnixMillis> at = analytics::parse_instant(*options.generated_at, analytics::Zone());
  return at ? static_cast<std::time_t>(at->value / second_ms) : created_default;
}

}  // namespace

Result<void> write_xlsx(const analytics::Report& report, const ColumnChoice& columns,
                        const RenderOptions& options, const AppendPiece& append) {
  constexpr std::size_t rows_besides = 2;  // Header and total.
  if (report.rows.size() + rows_besides > rows_max || 2 * columns.size() > columns_max) {
    return fault(
        "--output",
        fmt::format("a spreadsheet holds {} rows and {} columns, this report has {} and "
                    "{}; write .csv, or fewer rows with --top",
                    rows_max, columns_max, report.rows.size() + rows_besides, columns.size()));
  }
  const Result<aws::SharedLibrary> library = aws::SharedLibrary::load(aws::xlsx_library());
  if (!library) {
    return pass_on(library);
  }
  const UnnamedFile file;
  if (!file.is_open()) {
    return fault("--output", "no memory to make a spreadsheet in");
  }
  WorkbookWriter writer(XlsxFunctions(*library), file.path(), creation_time(options));
  writer.write(report, columns);
  if (const std::optional<std::string> failed = writer.finish()) {
    return fault("--output", "the spreadsheet cannot be made: " + *failed);
  }
  if (!file.hand_to(append)) {
    return fault("--output", "the spreadsheet cannot be read back");
  }
  return {};
}

}  // namespace bedrocklog::cli
