// Bytes of files, of standard input and of memory, through plain POSIX reads.
//
// read() and not mmap(): objects are small (tens of KB), each is read once from front to back, and
// a file that shrinks under a mapping kills the process instead of failing a call.
#include "ingest/byte_source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "ingest/ensure.h"
#include "ingest/system_message.h"

namespace bedrocklog::ingest {
namespace {

/// The system reads ahead by itself as far as this.
constexpr std::uint64_t advice_bytes_min = std::uint64_t{128} << 10U;

/// An open file descriptor that is read to its end.
class DescriptorSource final : public ByteSource {
 public:
  /// `size_bytes` is what a regular file had when it was opened or listed, 0 for anything else.
  DescriptorSource(int descriptor, std::string subject, bool owns, std::uint64_t size_bytes)
      : descriptor_(descriptor),
        subject_(std::move(subject)),
        owns_(owns),
        size_bytes_(size_bytes) {}
  DescriptorSource(const DescriptorSource&) = delete;
  DescriptorSource& operator=(const DescriptorSource&) = delete;
  DescriptorSource(DescriptorSource&&) = delete;
  DescriptorSource& operator=(DescriptorSource&&) = delete;
  ~DescriptorSource() override {
    if (owns_) {
      (void)::close(descriptor_);  // Only read from: nothing to lose.
    }
  }

  Result<std::size_t> read(std::span<char> into) override {
    ensure(!into.empty());
    if (is_at_end_) {
      return std::size_t{0};
    }
    for (;;) {
      const ssize_t count = ::read(descriptor_, into.data(), into.size());
      if (count >= 0) {
        const auto got = static_cast<std::size_t>(count);
        read_bytes_ += got;
        // Less than there was room for, and as much as the file was known to have: it is not
        // asked again for nothing, which would be a fifth of the calls for a small file.
        is_at_end_ = got < into.size() && read_bytes_ == size_bytes_ && size_bytes_ > 0;
        return got;
      }
      if (errno != EINTR) {
        return fault(subject_, "cannot be read: " + system_message(errno));
      }
    }
  }

 private:
  int descriptor_;
  std::string subject_;
  bool owns_;
  std::uint64_t size_bytes_;
  std::uint64_t read_bytes_ = 0;
  bool is_at_end_ = false;
};

class ViewSource final : public ByteSource {
 public:
  explicit ViewSource(std::span<const char> bytes) : rest_(bytes) {}

  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = std::min(into.size(), rest_.size());
    std::copy_n(rest_.begin(), count, into.begin());
    rest_ = rest_.subspan(count);
    return count;
  }

 private:
  std::span<const char> rest_;
};

class MemorySource final : public ByteSource {
 public:
  MemorySource(std::string bytes, std::size_t chunk_bytes_max)
      : bytes_(std::move(bytes)), chunk_bytes_max_(chunk_bytes_max) {
    ensure(chunk_bytes_max > 0);
  }

  Result<std::size_t> read(std::span<char> into) override {
    ensure(!into.empty());
    const std::size_t count = std::min({into.size(), chunk_bytes_max_, bytes_.size() - position_});
    std::memcpy(into.data(), bytes_.data() + position_, count);
    position_ += count;
    return count;
  }

 private:
  std::string bytes_;
  std::size_t chunk_bytes_max_;
  std::size_t position_ = 0;
};

int open_for_reading(const std::string& path) {
  for (;;) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor >= 0 || errno != EINTR) {
      return descriptor;
    }
  }
}

}  // namespace

Result<std::unique_ptr<ByteSource>> open_file(const std::string& path,
                                              std::uint64_t listed_size_bytes) {
  const int descriptor = open_for_reading(path);
  if (descriptor < 0) {
    return fault(path, "cannot be opened: " + system_message(errno));
  }
  std::uint64_t size_bytes = listed_size_bytes;
  if (listed_size_bytes == 0) {
    struct stat status = {};
    const bool is_known = ::fstat(descriptor, &status) == 0;
    // open() takes a folder without complaint; only the first read would fail.
    if (is_known && S_ISDIR(status.st_mode)) {
      (void)::close(descriptor);
      return fault(path, "cannot be opened: " + system_message(EISDIR));
    }
    const bool is_regular = is_known && S_ISREG(status.st_mode);
    size_bytes = is_regular ? static_cast<std::uint64_t>(status.st_size) : 0;
  }
  if (size_bytes > advice_bytes_min) {
    (void)::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);  // Nothing depends on it.
  }
  return std::make_unique<DescriptorSource>(descriptor, path, /*owns=*/true, size_bytes);
}

std::unique_ptr<ByteSource> open_standard_input() {
  return std::make_unique<DescriptorSource>(STDIN_FILENO, "standard input", /*owns=*/false,
                                            /*size_bytes=*/0);
}

std::unique_ptr<ByteSource> open_memory(std::string bytes, std::size_t chunk_bytes_max) {
  return std::make_unique<MemorySource>(std::move(bytes), chunk_bytes_max);
}

std::unique_ptr<ByteSource> open_view(std::span<const char> bytes) {
  return std::make_unique<ViewSource>(bytes);
}

}  // namespace bedrocklog::ingest
