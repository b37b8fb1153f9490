// Reads through std::ifstream in one piece after looking at errno of the open.
#include "cli/input_text.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

namespace bedrocklog::cli {

Result<std::string> read_text_file(const std::string& path, std::uint64_t size_bytes_max) {
  std::error_code status;
  if (std::filesystem::is_directory(path, status)) {
    return fault(path, "is a folder, not a file");
  }
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return fault(path, fmt::format("cannot be opened: {}",
                                   std::generic_category().message(errno == 0 ? EIO : errno)));
  }
  std::string text;
  std::string chunk(64U << 10U, '\0');
  while (in) {
    in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    text.append(chunk, 0, static_cast<std::size_t>(in.gcount()));
    if (text.size() > size_bytes_max) {
      return fault(path, fmt::format("is larger than {} bytes", size_bytes_max));
    }
  }
  if (in.bad()) {
    return fault(path, "cannot be read to its end");
  }
  return text;
}

}  // namespace bedrocklog::cli
