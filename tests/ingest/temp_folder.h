// A folder of its own for one test, gone afterwards.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace bedrocklog::ingest {

class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  /// Writes a file, making the folders above it; gives its full path.
  std::string write(std::string_view name, std::string_view content) const;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string at(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace bedrocklog::ingest
