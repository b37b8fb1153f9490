// System calls of the temporary file.
#include "analytics/spill_file.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace bedrocklog::analytics {

namespace {

constexpr int owner_only = 0600;

tl::unexpected<Fault> failed(const std::string& folder, const std::string& what, int error) {
  return fault(folder, what + " (" + std::generic_category().message(error) +
                           "); choose another folder by TMPDIR, or raise --memory");
}

std::string folder_or_default(const std::string& folder) {
  if (!folder.empty()) {
    return folder;
  }
  std::error_code error;
  const std::filesystem::path chosen = std::filesystem::temp_directory_path(error);
  return error ? "/tmp" : chosen.string();
}

/// For file systems without O_TMPFILE.
int open_and_unlink(const std::string& folder) {
  std::string name = folder + "/bedrocklog-XXXXXX";
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor >= 0) {
    ::unlink(name.c_str());
  }
  return descriptor;
}

}  // namespace

SpillFile::SpillFile(int descriptor, std::string folder)
    : descriptor_(descriptor), folder_(std::move(folder)) {}

SpillFile::~SpillFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

SpillFile::SpillFile(SpillFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      folder_(std::move(other.folder_)),
      size_bytes_(other.size_bytes_) {}

SpillFile& SpillFile::operator=(SpillFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(folder_, other.folder_);
  std::swap(size_bytes_, other.size_bytes_);
  return *this;
}

Result<SpillFile> SpillFile::create(const std::string& folder) {
  const std::string chosen = folder_or_default(folder);
  int descriptor = ::open(chosen.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, owner_only);
  if (descriptor < 0) {
    descriptor = open_and_unlink(chosen);
  }
  if (descriptor < 0) {
    return failed(chosen, "cannot make a temporary file", errno);
  }
  return SpillFile(descriptor, chosen);
}

Result<void> SpillFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(size_bytes_));
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return failed(folder_, "cannot write a temporary file", written < 0 ? errno : ENOSPC);
    }
    size_bytes_ += static_cast<std::uint64_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> SpillFile::read_at(std::uint64_t offset, std::span<char> into) const {
  while (!into.empty()) {
    const ssize_t got = ::pread(descriptor_, into.data(), into.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      return failed(folder_, "cannot read a temporary file back", got < 0 ? errno : EIO);
    }
    offset += static_cast<std::uint64_t>(got);
    into = into.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

}  // namespace bedrocklog::analytics
