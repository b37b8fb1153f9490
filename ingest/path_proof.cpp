// Path rules for objects that are no invocation records.
#include "ingest/path_proof.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace bedrocklog::ingest {
namespace {

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Account number or organisation id, as they stand below AWSLogs/.
bool is_owner(std::string_view segment) {
  return is_digits(segment) || (segment.starts_with("o-") && segment.size() > 2);
}

/// Year, month, day, hour and the folder below it: no rule looks further back.
constexpr std::size_t folders_seen_max = 5;

/// Walks the folders of a path from left to right and remembers the last few.
class FolderWindow {
 public:
  void push(std::string_view folder) {
    std::rotate(last_.begin(), last_.begin() + 1, last_.end());
    last_.back() = folder;
  }

  [[nodiscard]] bool is_sidecar_folder() const {
    constexpr std::array<std::size_t, 4> date_digits = {4, 2, 2, 2};
    for (std::size_t i = 0; i < date_digits.size(); ++i) {
      if (last_[i].size() != date_digits[i] || !is_digits(last_[i])) {
        return false;
      }
    }
    return last_.back() == "data";
  }

  [[nodiscard]] bool is_cloudtrail_folder() const {
    const std::size_t end = folders_seen_max - 1;
    return last_[end].starts_with("CloudTrail") && is_owner(last_[end - 1]) &&
           (last_[end - 2] == "AWSLogs" ||
            (is_owner(last_[end - 2]) && last_[end - 3] == "AWSLogs"));
  }

 private:
  std::array<std::string_view, folders_seen_max> last_;
};

}  // namespace

std::optional<SkipKind> skip_kind_of_path(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (name.find("permission-check") != std::string_view::npos) {
    return SkipKind::permission_check;
  }
  if (name == "aws-logs-write-test") {
    return SkipKind::write_test;
  }
  FolderWindow folders;
  for (std::size_t end = path.find('/'); end != std::string_view::npos; end = path.find('/')) {
    folders.push(path.substr(0, end));
    path.remove_prefix(end + 1);
    if (folders.is_sidecar_folder()) {
      return SkipKind::sidecar;
    }
    if (folders.is_cloudtrail_folder()) {
      return SkipKind::cloudtrail;
    }
  }
  return std::nullopt;
}

}  // namespace bedrocklog::ingest
