// A folder of output files that is there whole or not at all.
//
// Its files are written into a folder of another name beside it, which takes its place when all are
// there. A folder that exists is replaced only when an earlier run made it: when it is empty, or
// when its index names everything in it.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "cli/output_file.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

/// Its first column is `file`: the names of all other files of the folder.
inline constexpr std::string_view index_file = "index.csv";

/// Checks, before a long scan, that the folder could be made or replaced. Leaves nothing behind.
[[nodiscard]] std::optional<Fault> check_folder(const std::string& path);

/// A name for a file without its ending: letters, digits, `.`, `_` and `-` of `text` stay, other
/// characters become `_`. Never empty, hidden, an option, `index`, too long, or, whatever the case
/// of its letters, one of `taken`, which it joins.
[[nodiscard]] std::string file_name_for(std::string_view text, std::set<std::string>& taken);

/// One thread at a time. Without commit() nothing is left.
class FolderOutput {
 public:
  [[nodiscard]] static Result<FolderOutput> begin(const std::string& path);
  ~FolderOutput();
  FolderOutput(FolderOutput&& other) noexcept;
  FolderOutput& operator=(FolderOutput&&) = delete;
  FolderOutput(const FolderOutput&) = delete;
  FolderOutput& operator=(const FolderOutput&) = delete;

  /// Writes one file, as write_file_in_pieces().
  [[nodiscard]] std::optional<Fault> write(
      const std::string& name,
      const std::function<std::optional<Fault>(const AppendPiece& append)>& produce);

  /// Puts the folder in its place. Requires that an index was written.
  [[nodiscard]] std::optional<Fault> commit();

 private:
  FolderOutput(std::string path, std::string partial)
      : path_(std::move(path)), partial_(std::move(partial)) {}

  std::string path_;
  std::string partial_;  // Empty: nothing to clean up.
};

}  // namespace bedrocklog::cli
