// Lines into entries; what is wrong with one does not hide what is wrong with the next.
#include "cli/account_list.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace bedrocklog::cli {
namespace {

constexpr std::array<std::string_view, 5> columns = {"account", "role", "regions", "env", "stack"};
constexpr std::string_view blanks = " \t\r";
constexpr std::size_t account_digits = 12;
constexpr std::size_t role_name_size_max = 64 + 512;  // With its path.
constexpr std::size_t cell_size_max = 2'048;

bool is_account_id(std::string_view text) {
  return text.size() == account_digits &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string> split(std::string_view text, std::string_view separators) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) {
      parts.emplace_back(text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

/// Cells of a CSV line; a cell in quotes may hold commas, and has no quotes inside.
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  for (;;) {
    line = trimmed(line);
    std::size_t end = line.find(',');
    if (line.starts_with('"')) {
      const std::size_t quote = std::min(line.find('"', 1), line.size() - 1);
      cells.emplace_back(trimmed(line.substr(1, quote - 1)));
      end = line.find(',', quote);
    } else {
      cells.emplace_back(trimmed(line.substr(0, end)));
    }
    if (end == std::string_view::npos) {
      return cells;
    }
    line.remove_prefix(end + 1);
  }
}

/// The lines of one file, read one after the other.
class AccountReader {
 public:
  AccountReader(std::string file, std::string role)
      : file_(std::move(file)), role_(std::move(role)) {}

  void read(std::string_view line) {
    ++line_number_;
    line = trimmed(line);
    if (line.empty() || line.front() == '#') {
      return;
    }
    if (!std::exchange(has_begun_, true) && cells_of(line).front() == columns.front()) {
      read_header(line);
      return;
    }
    std::optional<AccountEntry> entry = header_.empty() ? of_list(line) : of_row(line);
    if (entry && is_sound(*entry)) {
      keep(std::move(*entry));
    }
  }

  void end(std::vector<AccountEntry>& entries) {
    if (entries_.empty() && faults_.empty()) {
      faults_.push_back({file_, "names no account", FaultCause::unspecified});
    }
    entries = std::move(entries_);
  }

  [[nodiscard]] std::vector<Fault> faults() { return std::move(faults_); }

 private:
  void complain(std::string message) {
    faults_.push_back(
        {fmt::format("{}:{}", file_, line_number_), std::move(message), FaultCause::unspecified});
  }

  void read_header(std::string_view line) {
    header_ = cells_of(line);
    for (const std::string& name : header_) {
      if (std::find(columns.begin(), columns.end(), name) == columns.end()) {
        complain(
            fmt::format("no column of ours, there are {}: {}", fmt::join(columns, ", "), name));
      } else if (std::count(header_.begin(), header_.end(), name) > 1) {
        complain("a column is there twice: " + name);
      }
    }
  }

  std::optional<AccountEntry> of_row(std::string_view line) {
    if (std::count(line.begin(), line.end(), '"') % 2 != 0) {
      complain("has quotes that do not close");
      return std::nullopt;
    }
    const std::vector<std::string> cells = cells_of(line);
    if (cells.size() > header_.size()) {
      complain(fmt::format("has {} cells under {} columns", cells.size(), header_.size()));
      return std::nullopt;
    }
    AccountEntry entry;
    for (std::size_t index = 0; index < cells.size(); ++index) {
      set(entry, header_[index], cells[index]);
    }
    return entry;
  }

  static void set(AccountEntry& entry, const std::string& column, const std::string& cell) {
    if (column == "account") {
      entry.account = cell;
    } else if (column == "role") {
      entry.role = cell;
    } else if (column == "regions") {
      entry.regions = split(cell, " ,;");
    } else if (column == "env") {
      entry.env = cell;
    } else if (column == "stack") {
      entry.stack = cell;
    }
  }

  std::optional<AccountEntry> of_list(std::string_view line) {
    const std::vector<std::string> words = split(line, " \t,");
    if (words.size() > 2) {
      complain(
          "takes ACCOUNT, ACCOUNT ROLE or ROLE_ARN; a CSV with more begins with a header: "
          "account,role,regions,env,stack");
      return std::nullopt;
    }
    AccountEntry entry;
    if (!words.empty() && words.size() == 1 && words.front().starts_with("arn:")) {
      Result<AccountEntry> of_role = entry_of_role(words.front(), file_);
      if (!of_role) {
        complain(of_role.error().message);
        return std::nullopt;
      }
      return std::move(*of_role);
    }
    entry.account = words.empty() ? "" : words.front();
    entry.role = words.size() == 2 ? words.back() : "";
    return entry;
  }

  bool is_sound(AccountEntry& entry) {
    if (!is_account_id(entry.account)) {
      complain(
          fmt::format("is no account of 12 digits: {}", entry.account.substr(0, cell_size_max)));
      return false;
    }
    if (entry.role.empty()) {
      entry.role = role_;
    }
    if (entry.role.starts_with("arn:")) {
      const Result<AccountEntry> of_role = entry_of_role(entry.role, file_);
      if (!of_role) {
        complain(of_role.error().message);
        return false;
      }
      if (of_role->account != entry.account) {
        complain(
            fmt::format("the role is of another account than {}: {}", entry.account, entry.role));
        return false;
      }
    } else if (!entry.role.empty() && !is_role_name(entry.role)) {
      complain(fmt::format("takes the ARN or the name of a role: {}", entry.role));
      return false;
    }
    return true;
  }

  void keep(AccountEntry entry) {
    const auto [before, is_new] =
        lines_.emplace(std::pair(entry.account, entry.stack), line_number_);
    if (!is_new) {
      complain(fmt::format("{} stands in line {} already", entry.account, before->second));
    } else if (entries_.size() == accounts_max) {
      complain(fmt::format("is the {}th account; give at most {}", accounts_max + 1, accounts_max));
    } else {
      entries_.push_back(std::move(entry));
    }
  }

  std::string file_;
  std::string role_;
  std::size_t line_number_ = 0;
  bool has_begun_ = false;
  std::vector<std::string> header_;
  std::map<std::pair<std::string, std::string>, std::size_t> lines_;  // By account and stack.
  std::vector<AccountEntry> entries_;
  std::vector<Fault> faults_;
};

}  // namespace

bool is_role_name(std::string_view text) {
  return !text.empty() && text.size() <= role_name_size_max && text.front() != '/' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view("+=,.@_-/").find(c) != std::string_view::npos;
         });
}

Result<AccountEntry> entry_of_role(const std::string& arn, const std::string& subject) {
  // arn:PARTITION:iam::ACCOUNT:role/NAME
  const std::string_view text = arn;
  const std::size_t service = text.find(":iam::");
  constexpr std::size_t service_size = 6;
  constexpr std::string_view kind = ":role/";
  if (text.starts_with("arn:") && service != std::string_view::npos) {
    const std::string_view account = text.substr(service + service_size, account_digits);
    const std::string_view rest =
        text.substr(std::min(service + service_size + account_digits, text.size()));
    if (is_account_id(account) && rest.starts_with(kind) &&
        is_role_name(rest.substr(kind.size()))) {
      return AccountEntry{std::string(account), arn, {}, "", ""};
    }
  }
  return fault(subject, fmt::format("takes the ARN of a role (arn:aws:iam::ACCOUNT:role/NAME): {}",
                                    text.substr(0, cell_size_max)));
}

std::vector<Fault> read_account_list(std::string_view text, const std::string& file,
                                     const std::string& role, std::vector<AccountEntry>& entries) {
  AccountReader reader(file, role);
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) {
    text.remove_prefix(byte_order_mark.size());
  }
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    reader.read(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  reader.end(entries);
  return reader.faults();
}

}  // namespace bedrocklog::cli
