// Test folders below the system's temporary folder.
#include "tests/ingest/temp_folder.h"

#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

namespace bedrocklog::ingest {

TempFolder::TempFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "bedrocklog-test-XXXXXX").string();
  EXPECT_NE(::mkdtemp(name.data()), nullptr);
  path_ = name;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempFolder::write(std::string_view name, std::string_view content) const {
  const std::filesystem::path path = path_ / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  EXPECT_TRUE(out) << path;
  return path.string();
}

}  // namespace bedrocklog::ingest
