// Folders made aside and put in place by renaming.
#include "cli/folder_output.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "analytics/csv_table.h"
#include "cli/input_text.h"

namespace bedrocklog::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t index_size_bytes_max = 16ULL << 20U;
constexpr std::size_t name_size_max = 100;

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) {
    path.pop_back();
  }
  return path;
}

std::string words_of(int code) {
  return std::error_code(code, std::generic_category()).message();
}

Fault in_the_way(const std::string& path, const std::string& what) {
  return {path, fmt::format("{}; choose a folder that does not exist", what)};
}

/// Names that the index of an earlier run lists, itself included.
Result<std::set<std::string>> names_of_index(const std::string& path) {
  const std::string file = path + '/' + std::string(index_file);
  const Result<std::string> text = read_text_file(file, index_size_bytes_max);
  if (!text) {
    return tl::unexpected(in_the_way(path, "is not empty and was not made by an earlier run"));
  }
  const Result<analytics::CsvTable> table = analytics::parse_csv(*text, file);
  if (!table || table->header.front() != "file") {
    return tl::unexpected(in_the_way(path, "holds an index that no earlier run wrote"));
  }
  std::set<std::string> names = {std::string(index_file)};
  for (const analytics::CsvRow& row : table->rows) {
    names.insert(row.fields.front());
  }
  return names;
}

/// Files that are there and may go. Nothing there: the folder does not exist or is empty.
Result<std::set<std::string>> replaceable_files(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) {
      return std::set<std::string>();
    }
    return fault(path, words_of(errno));
  }
  if (!S_ISDIR(status.st_mode)) {
    return tl::unexpected(in_the_way(path, "is no folder"));
  }
  std::set<std::string> found;
  std::error_code error;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    found.insert(at->path().filename().string());
  }
  if (error) {
    return fault(path, error.message());
  }
  if (found.empty()) {
    return found;
  }
  const Result<std::set<std::string>> ours = names_of_index(path);
  if (!ours) {
    return pass_on(ours);
  }
  for (const std::string& name : found) {
    if (!ours->contains(name) || fs::is_directory(fs::path(path) / name, error)) {
      return tl::unexpected(in_the_way(path, "holds a file that no earlier run wrote: " + name));
    }
  }
  return found;
}

std::string partial_of(const std::string& path) {
  const std::size_t slash = path.rfind('/') + 1;  // npos + 1 is 0.
  return fmt::format("{}.{}.partial-{}", path.substr(0, slash), path.substr(slash), ::getpid());
}

void remove_folder(const std::string& path) {
  std::error_code ignored;  // What cannot be removed stays; the failure before it is what is told.
  fs::remove_all(path, ignored);
}

}  // namespace

std::optional<Fault> check_folder(const std::string& path) {
  const Result<FolderOutput> output = FolderOutput::begin(path);
  return output ? std::nullopt : std::optional(output.error());
}

std::string file_name_for(std::string_view text, std::set<std::string>& taken) {
  std::string name;
  for (const char letter : text.substr(0, name_size_max)) {
    const bool is_plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                          (letter >= '0' && letter <= '9') || letter == '_' || letter == '-' ||
                          letter == '.';
    name += is_plain ? letter : '_';
  }
  if (name.empty() || name.front() == '.' || name.front() == '-') {
    name.insert(0, 1, '_');
  }
  const auto folded = [](std::string letters) {
    std::transform(letters.begin(), letters.end(), letters.begin(), [](char letter) {
      return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return letters;
  };
  std::string unique = name;
  for (std::size_t count = 2; folded(unique) == "index" || taken.contains(folded(unique));
       ++count) {
    unique = fmt::format("{}-{}", name, count);
  }
  taken.insert(folded(unique));
  return unique;
}

Result<FolderOutput> FolderOutput::begin(const std::string& path) {
  const std::string folder = without_slash(path);
  if (folder.empty()) {
    return fault("--output-dir", "is empty");
  }
  if (const Result<std::set<std::string>> there = replaceable_files(folder); !there) {
    return pass_on(there);
  }
  std::string partial = partial_of(folder);
  constexpr ::mode_t mode = 0777;  // Less the umask, as any folder.
  if (::mkdir(partial.c_str(), mode) != 0) {
    return fault(folder, "cannot be made: " + words_of(errno));
  }
  return FolderOutput(folder, std::move(partial));
}

FolderOutput::FolderOutput(FolderOutput&& other) noexcept
    : path_(std::move(other.path_)), partial_(std::exchange(other.partial_, {})) {}

FolderOutput::~FolderOutput() {
  if (!partial_.empty()) {
    remove_folder(partial_);
  }
}

std::optional<Fault> FolderOutput::write(
    const std::string& name,
    const std::function<std::optional<Fault>(const AppendPiece& append)>& produce) {
  return write_file_in_pieces(partial_ + '/' + name, produce);
}

std::optional<Fault> FolderOutput::commit() {
  const Result<std::set<std::string>> there = replaceable_files(path_);
  if (!there) {
    return there.error();
  }
  if (::rename(partial_.c_str(), path_.c_str()) == 0) {  // Also over an empty folder.
    partial_.clear();
    return std::nullopt;
  }
  if (errno != ENOTEMPTY && errno != EEXIST) {
    return Fault{path_, "cannot be made: " + words_of(errno)};
  }
  if (::renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, path_.c_str(), RENAME_EXCHANGE) != 0) {
    return Fault{path_, "cannot be replaced: " + words_of(errno)};
  }
  for (const std::string& name : *there) {
    (void)::unlink((partial_ + '/' + name).c_str());
  }
  if (::rmdir(partial_.c_str()) != 0) {
    Fault left{partial_, "holds what came into the old folder meanwhile, and was kept"};
    partial_.clear();
    return left;
  }
  partial_.clear();
  return std::nullopt;
}

}  // namespace bedrocklog::cli
