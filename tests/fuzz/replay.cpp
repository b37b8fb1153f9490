// Runs a fuzz target once over stored inputs: replay FILE_OR_FOLDER...
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "tests/fuzz/finding.h"

namespace fs = std::filesystem;

int main(int argc, char** argv) {
  std::vector<fs::path> files;
  for (int i = 1; i < argc; ++i) {
    if (!fs::is_directory(argv[i])) {
      files.emplace_back(argv[i]);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(argv[i])) {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    const auto tight = std::make_unique<std::uint8_t[]>(bytes.size());
    std::memcpy(tight.get(), bytes.data(), bytes.size());
    std::fprintf(stderr, "%s\n", file.filename().c_str());
    (void)LLVMFuzzerTestOneInput(tight.get(), bytes.size());
  }
  std::printf("%zu inputs\n", files.size());
  // A folder that is gone or empty would prove nothing.
  return files.empty() ? 1 : 0;
}
