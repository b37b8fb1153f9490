// Output files that are there whole or not at all, on POSIX.
#include "cli/output_file.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <memory>
#include <sys/random.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

namespace bedrocklog::cli {
namespace {

// One output is written at a time; the spare slots cost nothing and keep tests with threads simple.
constexpr std::size_t unfinished_max = 8;

enum class SlotState : std::uint8_t { free, taken, armed };

struct Slot {
  std::atomic<SlotState> state = SlotState::free;
  std::array<char, PATH_MAX> path{};
};
static_assert(std::atomic<SlotState>::is_always_lock_free, "a signal handler reads it");

// Constant-initialised, so that a signal handler may touch it at any time.
std::array<Slot, unfinished_max>& slots() noexcept {
  static constinit std::array<Slot, unfinished_max> unfinished;
  return unfinished;
}

Fault os_fault(const std::string& subject, const char* what, int error) {
  return {subject, fmt::format("{}: {}", what, std::generic_category().message(error))};
}

// A temporary name that the signal handler knows for as long as this object lives. It is known
// before the file is made: a file nobody removes is worse than removing one that is not there.
class UnfinishedName {
 public:
  explicit UnfinishedName(const std::string& path) {
    if (path.size() >= PATH_MAX) {
      return;
    }
    for (Slot& slot : slots()) {
      SlotState expected = SlotState::free;
      if (slot.state.compare_exchange_strong(expected, SlotState::taken)) {
        std::memcpy(slot.path.data(), path.c_str(), path.size() + 1);
        slot.state.store(SlotState::armed);
        slot_ = &slot;
        return;
      }
    }
  }
  ~UnfinishedName() {
    if (slot_ != nullptr) {
      slot_->state.store(SlotState::free);
    }
  }
  UnfinishedName(const UnfinishedName&) = delete;
  UnfinishedName& operator=(const UnfinishedName&) = delete;
  UnfinishedName(UnfinishedName&&) = delete;
  UnfinishedName& operator=(UnfinishedName&&) = delete;

  [[nodiscard]] bool is_known() const { return slot_ != nullptr; }

 private:
  Slot* slot_ = nullptr;
};

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { (void)close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;

  [[nodiscard]] int number() const { return number_; }
  /// 0 or errno; some file systems report a lost write only here.
  [[nodiscard]] int close() {
    const int number = number_;
    number_ = -1;
    return number >= 0 && ::close(number) != 0 ? errno : 0;
  }

 private:
  int number_;
};

// Turns SIGPIPE of this thread into EPIPE, whatever the process does with the signal, and leaves no
// signal of ours pending.
class PipeSignalHeld {
 public:
  PipeSignalHeld() {
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~PipeSignalHeld() {
    if (!was_pending_) {
      const timespec no_wait{};
      while (sigtimedwait(&pipe_, nullptr, &no_wait) < 0 && errno == EINTR) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  PipeSignalHeld(const PipeSignalHeld&) = delete;
  PipeSignalHeld& operator=(const PipeSignalHeld&) = delete;
  PipeSignalHeld(PipeSignalHeld&&) = delete;
  PipeSignalHeld& operator=(PipeSignalHeld&&) = delete;

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

// 0 or errno.
int write_all(int descriptor, std::string_view content) {
  const PipeSignalHeld held;
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno != EINTR) {
      return errno;
    }
    content.remove_prefix(static_cast<std::size_t>(written < 0 ? 0 : written));
  }
  return 0;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) {
    return ".";
  }
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string temporary_name_beside(const std::string& path) {
  std::uint64_t random = 0;
  if (::getrandom(&random, sizeof random, 0) != static_cast<ssize_t>(sizeof random)) {
    random = static_cast<std::uint64_t>(::getpid());  // O_EXCL still keeps names apart.
  }
  return fmt::format("{}/.bedrocklog-{:016x}.tmp", folder_of(path), random);
}

struct Target {
  std::string path;  // The regular file to make or replace, links followed.
  bool exists = false;
  bool is_direct = false;  // A device, pipe or open descriptor: written as it stands.
  mode_t mode = 0;         // Of the existing file.
};

// /dev/stdout of a redirected program is a regular file, but replacing it would leave the shell's
// own descriptor on a file without a name.
bool is_descriptor_path(const std::string& path) {
  return path == "/dev/stdout" || path == "/dev/stderr" || path.starts_with("/dev/fd/") ||
         path.starts_with("/proc/self/fd/");
}

Result<Target> target_of(const std::string& path) {
  if (path.empty()) {
    return fault("-o", "the name of the output file is empty");
  }
  Target target{path};
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno != ENOENT) {
      return tl::unexpected(os_fault(path, "cannot be created", errno));
    }
    if (::lstat(path.c_str(), &status) == 0) {
      return fault(path, "cannot be created: a link that leads nowhere");
    }
    if (path.ends_with('/')) {
      return fault(path, "cannot be created: names a folder that does not exist");
    }
    return target;
  }
  target.exists = true;
  if (S_ISDIR(status.st_mode)) {
    return fault(path, "cannot be created: is a folder");
  }
  target.is_direct = !S_ISREG(status.st_mode) || is_descriptor_path(path);
  target.mode = status.st_mode & 07777U;
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         &std::free);
  if (!target.is_direct && real != nullptr) {
    target.path = real.get();
  }
  return target;
}

using Produce = std::function<std::optional<Fault>(const AppendPiece& append)>;

// Runs `produce` on an open file. `error` is 0, or errno of the write that failed.
std::optional<Fault> produce_into(const Descriptor& file, const Produce& produce, int& error) {
  return produce([&](std::string_view piece) {
    error = error != 0 ? error : write_all(file.number(), piece);
    return error == 0;
  });
}

std::optional<Fault> write_directly(const std::string& path, const Produce& produce) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC));
  if (file.number() < 0) {
    return os_fault(path, "cannot be opened", errno);
  }
  int write_error = 0;
  std::optional<Fault> failed = produce_into(file, produce, write_error);
  const int close_error = file.close();
  if (write_error == EPIPE) {
    return Fault{path, "the reader has closed the pipe"};
  }
  if (write_error != 0 || close_error != 0) {
    return os_fault(path, "cannot be written", write_error != 0 ? write_error : close_error);
  }
  return failed;
}

// A rename is durable once its folder is; file systems that cannot sync a folder need no help.
void sync_folder(const std::string& path) {
  const Descriptor folder(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.number() >= 0) {
    (void)::fsync(folder.number());
  }
}

// Gives the temporary file its mode and content. `error` is 0 or errno.
std::optional<Fault> fill(Descriptor& file, const Target& target, const Produce& produce,
                          int& error) {
  if (target.exists && ::fchmod(file.number(), target.mode) != 0) {
    error = errno;
    return std::nullopt;
  }
  std::optional<Fault> failed = produce_into(file, produce, error);
  if (error == 0 && ::fsync(file.number()) != 0) {
    error = errno;
  }
  const int close_error = file.close();
  error = error != 0 ? error : close_error;
  return failed;
}

// Names are random in 64 bits, so one that exists means something is badly wrong.
int create_new(const std::string& path, mode_t mode) {
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
}

}  // namespace

std::optional<Fault> check_writable(const std::string& path) {
  const Result<Target> target = target_of(path);
  if (!target) {
    return target.error();
  }
  if (target->is_direct) {
    return ::access(path.c_str(), W_OK) == 0
               ? std::nullopt
               : std::optional(os_fault(path, "cannot be written", errno));
  }
  // Asking access() is not enough: quotas and read-only mounts answer only to a real attempt.
  const std::string temporary = temporary_name_beside(target->path);
  const UnfinishedName name(temporary);
  Descriptor file(create_new(temporary, 0600));
  if (file.number() < 0) {
    return os_fault(path, "cannot be created", errno);
  }
  ::unlink(temporary.c_str());
  return std::nullopt;
}

std::optional<Fault> write_file(const std::string& path, std::string_view content) {
  return write_file_in_pieces(path, [content](const AppendPiece& append) -> std::optional<Fault> {
    (void)append(content);  // A failed write is the caller's result already.
    return std::nullopt;
  });
}

std::optional<Fault> write_file_in_pieces(const std::string& path, const Produce& produce) {
  const Result<Target> target = target_of(path);
  if (!target) {
    return target.error();
  }
  if (target->is_direct) {
    return write_directly(path, produce);
  }
  const std::string temporary = temporary_name_beside(target->path);
  const UnfinishedName name(temporary);
  if (!name.is_known()) {
    return Fault{path, "cannot be created: path too long or too many outputs at once"};
  }
  // A new file gets what the umask leaves; an existing one is private until it has its mode.
  Descriptor file(create_new(temporary, target->exists ? 0600 : 0666));
  if (file.number() < 0) {
    return os_fault(path, "cannot be created", errno);
  }
  int error = 0;
  const std::optional<Fault> failed = fill(file, *target, produce, error);
  if (failed || error != 0) {
    ::unlink(temporary.c_str());
    return failed ? failed : os_fault(path, "cannot be written", error);
  }
  if (::rename(temporary.c_str(), target->path.c_str()) != 0) {
    error = errno;
    ::unlink(temporary.c_str());
    return os_fault(path, "cannot be replaced", error);
  }
  sync_folder(target->path);
  return std::nullopt;
}

void remove_unfinished_outputs() noexcept {
  const int error = errno;
  for (Slot& slot : slots()) {
    if (slot.state.load() == SlotState::armed) {
      ::unlink(slot.path.data());
    }
  }
  errno = error;
}

Result<bool> write_standard_output(std::string_view content) {
  return write_standard_output_in_pieces(
      [content](const AppendPiece& append) -> std::optional<Fault> {
        (void)append(content);
        return std::nullopt;
      });
}

Result<bool> write_standard_output_in_pieces(const Produce& produce) {
  int error = 0;
  const std::optional<Fault> failed = produce([&error](std::string_view piece) {
    error = error != 0 ? error : write_all(STDOUT_FILENO, piece);
    return error == 0;
  });
  if (error == EPIPE) {
    return false;
  }
  if (error != 0) {
    return tl::unexpected(os_fault("standard output", "cannot be written", error));
  }
  if (failed) {
    return tl::unexpected(*failed);
  }
  return true;
}

}  // namespace bedrocklog::cli
