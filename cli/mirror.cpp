// Files are written under a hidden name, given the object's time, then renamed.
#include "cli/mirror.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <set>
#include <span>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "ingest/object_feed.h"
#include "ingest/s3_location.h"
#include "ingest/system_message.h"

namespace bedrocklog::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view part_prefix = ".bedrocklog-fetch-";  // Then "<process>-<number>".
constexpr std::string_view part_suffix = ".part";
constexpr std::size_t piece_bytes = 256U << 10U;
constexpr int part_names_max = 1'000;

bool is_part_name(std::string_view name) {
  return name.starts_with(part_prefix) && name.ends_with(part_suffix);
}

/// Why `segment` can be no file name; empty when it can.
std::string_view segment_fault(std::string_view segment) {
  if (segment.empty()) {
    return "has an empty folder name";
  }
  if (segment == "." || segment == "..") {
    return "has a folder named . or ..";
  }
  if (segment.size() > path_segment_bytes_max) {
    return "has a part of more than 255 bytes";
  }
  if (segment.find('\0') != std::string_view::npos) {
    return "holds a NUL byte";
  }
  return is_part_name(segment) ? "is a name of unfinished files" : "";
}

/// Whether the process that made the part is gone. One of our own number is: we made none yet.
bool is_abandoned(std::string_view name) {
  const std::string_view rest = name.substr(part_prefix.size());
  pid_t process = 0;
  const auto [end, status] = std::from_chars(rest.data(), rest.data() + rest.size(), process);
  if (status != std::errc{} || end == rest.data() + rest.size() || *end != '-' || process <= 0) {
    return false;  // Not one of ours.
  }
  return process == ::getpid() || (::kill(process, 0) != 0 && errno == ESRCH);
}

void remove_leftovers(const std::string& folder) {
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (is_part_name(name) && is_abandoned(name)) {
      std::error_code ignored;  // It is looked for again next time.
      fs::remove(at->path(), ignored);
    }
  }
}

bool is_present(const std::string& path, const ingest::ObjectRef& object) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         static_cast<std::uint64_t>(status.st_size) == object.size_bytes &&
         status.st_mtim.tv_sec == object.modified_s;
}

/// The disk as a whole refuses, so the next object would fare no better.
bool is_final(int error) {
  return error == ENOSPC || error == EDQUOT || error == EROFS || error == EIO;
}

struct WriteFailure {
  Fault fault;
  bool is_final = false;
};

WriteFailure failure_of(const std::string& path, int error) {
  return {{path, ingest::system_message(error)}, is_final(error)};
}

/// A file under its hidden name; removed unless kept.
class PartFile {
 public:
  PartFile() = default;
  ~PartFile() {
    close();
    if (!part_.empty()) {
      ::unlink(part_.c_str());
    }
  }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  PartFile(PartFile&&) = delete;
  PartFile& operator=(PartFile&&) = delete;

  std::optional<WriteFailure> open(const std::string& path) {
    const fs::path parent = fs::path(path).parent_path();
    std::error_code error;
    fs::create_directories(parent, error);
    if (error) {
      return failure_of(path, error.value());
    }
    for (int number = 0; number < part_names_max; ++number) {
      const std::string name =
          fmt::format("{}{}-{}{}", part_prefix, ::getpid(), number, part_suffix);
      part_ = (parent / name).string();
      descriptor_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (descriptor_ >= 0) {
        path_ = path;
        return std::nullopt;
      }
      if (errno != EEXIST) {
        break;
      }
    }
    part_.clear();
    return failure_of(path, errno);
  }

  std::optional<WriteFailure> append(std::span<const char> bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno != EINTR) {
        return failure_of(path_, errno);
      }
      bytes = bytes.subspan(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
    return std::nullopt;
  }

  /// No fsync: over 10^5 small files it would take longer than to fetch them again, and a file cut
  /// by a power failure does not have its object's size and is fetched again.
  std::optional<WriteFailure> keep(std::int64_t modified_s) {
    std::array<struct timespec, 2> times{};
    times[0].tv_nsec = UTIME_OMIT;
    times[1].tv_sec = static_cast<time_t>(modified_s);
    if (::futimens(descriptor_, times.data()) != 0 || close() != 0 ||
        ::rename(part_.c_str(), path_.c_str()) != 0) {
      return failure_of(path_, errno);
    }
    part_.clear();
    return std::nullopt;
  }

 private:
  int close() { return descriptor_ < 0 ? 0 : ::close(std::exchange(descriptor_, -1)); }

  int descriptor_ = -1;
  std::string part_;
  std::string path_;
};

/// One object to its file. `cancelled` leaves no file and no failure.
std::optional<WriteFailure> write_object(const ingest::ObjectRef& object, const std::string& path,
                                         aws::ObjectDownload& download,
                                         const std::atomic<bool>& cancelled) {
  PartFile file;
  if (auto failed = file.open(path)) {
    return failed;
  }
  std::vector<char> piece(piece_bytes);
  std::uint64_t size_bytes = 0;
  while (!cancelled.load()) {
    const Result<std::size_t> got = download.read(piece);
    if (!got) {
      return WriteFailure{got.error()};
    }
    if (*got == 0) {
      return size_bytes == object.size_bytes
                 ? file.keep(object.modified_s)
                 : WriteFailure{{object.uri, fmt::format("has {} bytes, listed were {}", size_bytes,
                                                         object.size_bytes)}};
    }
    size_bytes += *got;
    if (auto failed = file.append(std::span(piece).first(*got))) {
      return failed;
    }
  }
  return std::nullopt;
}

}  // namespace

Result<std::string> mirror_name_of(const ingest::ObjectRef& object) {
  std::string_view name = object.name;
  if (name == object.uri && ingest::is_s3_location(name)) {
    name.remove_prefix(std::string_view("s3://").size());
  }
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    if (const std::string_view why = segment_fault(name.substr(begin, end - begin)); !why.empty()) {
      return fault(object.uri, fmt::format("cannot be a file here: its name {}", why));
    }
    begin = end + 1;
  }
  return std::string(name);
}

MirrorPlan plan_mirror(const ingest::Manifest& manifest, const std::string& folder) {
  MirrorPlan plan;
  std::set<std::string> taken;
  std::set<std::string> folders;
  for (std::size_t at = 0; at < manifest.objects.size(); ++at) {
    const ingest::ObjectRef& object = manifest.objects[at];
    const Result<std::string> name = mirror_name_of(object);
    if (!name) {
      plan.refused.push_back(name.error());
      continue;
    }
    if (!taken.insert(*name).second) {
      plan.refused.push_back({object.uri, "cannot be a file here: another object has its name"});
      continue;
    }
    const fs::path path = fs::path(folder) / *name;
    folders.insert(path.parent_path().string());
    if (is_present(path.string(), object)) {
      ++plan.present;
    } else {
      plan.files.push_back({at, path.string()});
    }
  }
  plan.folders.assign(folders.begin(), folders.end());
  return plan;
}

MirrorOutcome run_mirror(const MirrorPlan& plan, const ingest::Manifest& manifest,
                         aws::S3Client& client, const aws::DownloadLimits& limits,
                         analytics::ScanControl& control) {
  std::vector<aws::ObjectVersion> versions;
  versions.reserve(plan.files.size());
  for (const MirrorFile& file : plan.files) {
    versions.push_back(ingest::object_version_of(manifest.objects[file.object]));
  }
  std::for_each(plan.folders.begin(), plan.folders.end(), remove_leftovers);
  MirrorOutcome outcome;
  aws::ObjectDownloads downloads(client, std::move(versions), limits);
  while (!outcome.stopped) {
    std::optional<aws::ReadyDownload> ready = downloads.next(control.cancelled);
    if (!ready || control.cancelled.load()) {
      break;
    }
    const MirrorFile& file = plan.files.at(ready->position);
    const ingest::ObjectRef& object = manifest.objects[file.object];
    const std::optional<WriteFailure> failed =
        ready->download == nullptr
            ? WriteFailure{ready->failure}
            : write_object(object, file.path, *ready->download, control.cancelled);
    if (failed && failed->is_final) {
      outcome.stopped = failed->fault;
    } else if (failed) {
      outcome.failures.push_back(failed->fault);
    } else if (!control.cancelled.load()) {
      ++outcome.fetched;
      outcome.fetched_bytes += object.size_bytes;
    }
    ++control.objects_done;
    control.packed_bytes_done += object.size_bytes;
  }
  std::sort(outcome.failures.begin(), outcome.failures.end(),
            [](const Fault& a, const Fault& b) { return a.subject < b.subject; });
  return outcome;
}

}  // namespace bedrocklog::cli
