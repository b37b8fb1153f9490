// Reading by C streams, which give the reason of a failure.
#include "ingest/aws/small_file.h"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <vector>

namespace bedrocklog::aws {
namespace {

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

tl::unexpected<Fault> unreadable(const std::string& path, int code) {
  return fault(path, "cannot be read: " + std::system_category().message(code),
               FaultCause::credentials_missing);
}

}  // namespace

Result<std::optional<std::string>> read_small_file(const std::string& path) {
  const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "rbe"));
  if (!file) {
    const int code = errno;
    if (code == ENOENT || code == ENOTDIR) {
      return std::nullopt;
    }
    return unreadable(path, code);
  }
  std::string bytes;
  std::vector<char> piece(16U << 10U);
  while (std::feof(file.get()) == 0 && std::ferror(file.get()) == 0) {
    bytes.append(piece.data(), std::fread(piece.data(), 1, piece.size(), file.get()));
    if (bytes.size() > small_file_size_bytes_max) {
      return fault(path, "cannot be what it should be: larger than 4 MiB",
                   FaultCause::credentials_missing);
    }
  }
  if (std::ferror(file.get()) != 0) {
    return unreadable(path, errno);
  }
  return bytes;
}

Result<std::string> read_token_file(const std::string& path) {
  const Result<std::optional<std::string>> bytes = read_small_file(path);
  if (!bytes) {
    return pass_on(bytes);
  }
  const std::string text = bytes->value_or("");
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) {
    return fault(path, *bytes ? "holds no token: the file is empty" : "no such file",
                 FaultCause::credentials_missing);
  }
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

}  // namespace bedrocklog::aws
