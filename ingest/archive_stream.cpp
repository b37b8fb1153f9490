// Members and streams through libarchive's block interface.
//
// Not archive_read_data(): it drops what it already copied when an error comes in the same call.
// Even so libarchive's own stream decoders hand out whole buffers (64 to 128 KiB plain) only: of a
// damaged zstd, bzip2 or xz stream the last unfinished buffer is lost. gzip, which is what AWS
// writes, does not go this way.
#include "ingest/archive_stream.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include <archive.h>
#include <archive_entry.h>

#include "ingest/aws/shared_library.h"
#include "ingest/ensure.h"

namespace bedrocklog::ingest {
namespace {

/// libarchive takes nothing shorter for the start of a bzip2 stream.
constexpr std::size_t bzip2_start_bytes = 14;

/// What is used of libarchive.
struct ArchiveFunctions {
  ArchiveFunctions() {
    const aws::SharedLibrary library = aws::SharedLibrary::require(aws::archive_library());
    library.find(entry_filetype, "archive_entry_filetype");
    library.find(entry_hardlink, "archive_entry_hardlink");
    library.find(entry_pathname, "archive_entry_pathname");
    library.find(entry_pathname_utf8, "archive_entry_pathname_utf8");
    library.find(error_number, "archive_errno");
    library.find(filter_bytes, "archive_filter_bytes");
    library.find(read_append_filter, "archive_read_append_filter");
    library.find(read_data_block, "archive_read_data_block");
    library.find(read_free, "archive_read_free");
    library.find(read_new, "archive_read_new");
    library.find(read_next_header, "archive_read_next_header");
    library.find(read_open2, "archive_read_open2");
    library.find(read_set_options, "archive_read_set_options");
    library.find(read_support_filter_bzip2, "archive_read_support_filter_bzip2");
    library.find(read_support_filter_xz, "archive_read_support_filter_xz");
    library.find(read_support_filter_zstd, "archive_read_support_filter_zstd");
    library.find(read_support_format_empty, "archive_read_support_format_empty");
    library.find(read_support_format_raw, "archive_read_support_format_raw");
    library.find(read_support_format_tar, "archive_read_support_format_tar");
    library.find(read_support_format_zip_streamable, "archive_read_support_format_zip_streamable");
  }

  decltype(&::archive_entry_filetype) entry_filetype = nullptr;
  decltype(&::archive_entry_hardlink) entry_hardlink = nullptr;
  decltype(&::archive_entry_pathname) entry_pathname = nullptr;
  decltype(&::archive_entry_pathname_utf8) entry_pathname_utf8 = nullptr;
  decltype(&::archive_errno) error_number = nullptr;
  decltype(&::archive_filter_bytes) filter_bytes = nullptr;
  decltype(&::archive_read_append_filter) read_append_filter = nullptr;
  decltype(&::archive_read_data_block) read_data_block = nullptr;
  decltype(&::archive_read_free) read_free = nullptr;
  decltype(&::archive_read_new) read_new = nullptr;
  decltype(&::archive_read_next_header) read_next_header = nullptr;
  decltype(&::archive_read_open2) read_open2 = nullptr;
  decltype(&::archive_read_set_options) read_set_options = nullptr;
  decltype(&::archive_read_support_filter_bzip2) read_support_filter_bzip2 = nullptr;
  decltype(&::archive_read_support_filter_xz) read_support_filter_xz = nullptr;
  decltype(&::archive_read_support_filter_zstd) read_support_filter_zstd = nullptr;
  decltype(&::archive_read_support_format_empty) read_support_format_empty = nullptr;
  decltype(&::archive_read_support_format_raw) read_support_format_raw = nullptr;
  decltype(&::archive_read_support_format_tar) read_support_format_tar = nullptr;
  decltype(&::archive_read_support_format_zip_streamable) read_support_format_zip_streamable =
      nullptr;
};

const ArchiveFunctions& library() {
  static const ArchiveFunctions functions;
  return functions;
}

la_ssize_t lend_bytes(archive* /*reader*/, void* data, const void** block) {
  auto& feed = *static_cast<ArchiveFeed*>(data);
  if (feed.lent_bytes > 0) {
    const std::span<char> returned = feed.below->fill().first(feed.lent_bytes);
    const std::span<char> tail = returned.last(std::min(returned.size(), bzip2_start_bytes));
    feed.returned_tail.assign(tail.begin(), tail.end());
    feed.below->consume(feed.lent_bytes);
  }
  const std::span<char> bytes = feed.below->fill();
  feed.lent_bytes = bytes.size();
  feed.lent_bytes_total += bytes.size();
  feed.asked_past_end = feed.asked_past_end || bytes.empty();
  *block = bytes.data();
  return static_cast<la_ssize_t>(bytes.size());
}

/// False when this build of libarchive has no decoder of its own. It would then offer to run an
/// outside program (and answer ARCHIVE_WARN), which nothing found in a log archive may cause.
/// Filters are appended and not bid for: bidding would unwrap zstd in zstd in zstd by itself, past
/// our limit of depth, and would take a stream that is cut in its header for plain text.
bool enable(archive* reader, Wrapping wrapping) {
  const auto as_stream = [reader](int support, int filter) {
    return support == ARCHIVE_OK && library().read_append_filter(reader, filter) == ARCHIVE_OK &&
           library().read_support_format_raw(reader) == ARCHIVE_OK &&
           library().read_support_format_empty(reader) == ARCHIVE_OK;
  };
  switch (wrapping) {
    case Wrapping::zstd:
      return as_stream(library().read_support_filter_zstd(reader), ARCHIVE_FILTER_ZSTD);
    case Wrapping::bzip2:
      return as_stream(library().read_support_filter_bzip2(reader), ARCHIVE_FILTER_BZIP2);
    case Wrapping::xz:
      return as_stream(library().read_support_filter_xz(reader), ARCHIVE_FILTER_XZ);
    case Wrapping::tar:
      // Without the option everything behind the first end mark would be dropped in silence.
      return library().read_support_format_tar(reader) == ARCHIVE_OK &&
             library().read_set_options(reader, "tar:read_concatenated_archives") == ARCHIVE_OK;
    case Wrapping::zip:
      return library().read_support_format_zip_streamable(reader) == ARCHIVE_OK;
    case Wrapping::none:
    case Wrapping::gzip:
      break;
  }
  return false;
}

std::string name_of_member(archive_entry* entry) {
  // UTF-8 where the bundle says so, else the bytes as they are.
  const char* name = library().entry_pathname_utf8(entry);
  if (name == nullptr) {
    name = library().entry_pathname(entry);
  }
  const std::string_view text = name == nullptr ? "(no name)" : name;
  return std::string(text.substr(0, member_name_bytes_max));
}

}  // namespace

void ArchiveStream::Closer::operator()(archive* reader) const {
  (void)library().read_free(reader);
}

void ArchiveStream::attach(ByteWindow& below, Wrapping wrapping) {
  reader_.reset(library().read_new());
  ensure(reader_ != nullptr);
  feed_ = ArchiveFeed();
  feed_.below = &below;
  member_name_.clear();
  block_ = {};
  member_is_over_ = true;
  checks_failed_ = false;
  is_dead_ = false;
  is_stream_ = wrapping != Wrapping::tar && wrapping != Wrapping::zip;
  clear_damage();
  const bool is_open = enable(reader_.get(), wrapping) &&
                       library().read_open2(reader_.get(), &feed_, nullptr, lend_bytes, nullptr,
                                            nullptr) == ARCHIVE_OK;
  // An error met while libarchive looked for the format is noted and not returned: the format
  // "empty" takes a stream that gives nothing for one that holds nothing.
  if (!is_open || library().error_number(reader_.get()) != 0) {
    die();
    return;
  }
  if (is_stream_) {
    (void)next_member();
  }
}

void ArchiveStream::die() {
  is_dead_ = true;
  member_is_over_ = true;
  set_damage(feed_.asked_past_end ? DamageKind::truncated : DamageKind::corrupt);
}

bool ArchiveStream::next_member() {
  if (is_dead_) {
    return false;
  }
  clear_damage();
  block_ = {};
  block_offset_ = 0;
  position_ = 0;
  member_is_over_ = true;
  checks_failed_ = false;
  for (;;) {
    archive_entry* entry = nullptr;
    const int status = library().read_next_header(reader_.get(), &entry);
    if (status == ARCHIVE_EOF) {
      return false;
    }
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
      die();
      return false;
    }
    if (library().entry_filetype(entry) == AE_IFREG && library().entry_hardlink(entry) == nullptr) {
      member_name_ = name_of_member(entry);
      member_is_over_ = false;
      return true;
    }
  }
}

std::size_t ArchiveStream::deliver(std::span<char> into) {
  while (block_.empty()) {
    if (member_is_over_) {
      if (checks_failed_) {
        set_damage(DamageKind::corrupt);
      } else if (is_stream_ && !is_dead_) {
        judge_rest();
      }
      return 0;
    }
    fetch_block();
  }
  if (block_offset_ > position_) {
    const auto gap =
        static_cast<std::size_t>(std::min<std::uint64_t>(block_offset_ - position_, into.size()));
    std::memset(into.data(), 0, gap);
    position_ += gap;
    return gap;
  }
  const std::size_t count = std::min(block_.size(), into.size());
  std::memcpy(into.data(), block_.data(), count);
  block_ = block_.subspan(count);
  block_offset_ += count;
  position_ += count;
  return count;
}

/// libarchive ends a bzip2 stream in silence where no further one follows it, be that at the end
/// of the bytes, at padding, at garbage or at a further stream cut within its first 14 bytes.
void ArchiveStream::judge_rest() {
  const auto used = static_cast<std::uint64_t>(library().filter_bytes(reader_.get(), -1));
  const std::uint64_t unused = feed_.lent_bytes_total - std::min(feed_.lent_bytes_total, used);
  const auto in_window =
      static_cast<std::size_t>(std::min<std::uint64_t>(feed_.lent_bytes, unused));
  feed_.below->consume(feed_.lent_bytes - in_window);
  feed_.lent_bytes = 0;
  const std::string& tail = feed_.returned_tail;
  std::string start =
      tail.substr(tail.size() - std::min<std::uint64_t>(tail.size(), unused - in_window));
  const std::span<char> ahead = feed_.below->peek(bzip2_start_bytes);
  start.append(ahead.begin(), ahead.end());
  constexpr std::string_view signature = "BZh";
  if (!start.empty() && start.size() < bzip2_start_bytes &&
      signature.starts_with(start.substr(0, signature.size()))) {
    set_damage(DamageKind::truncated);
    return;
  }
  for (std::span<char> rest = start; !rest.empty(); rest = feed_.below->fill()) {
    if (std::any_of(rest.begin(), rest.end(), [](char c) { return c != '\0'; })) {
      set_damage(DamageKind::trailing_garbage);
      return;
    }
    feed_.below->consume(rest.data() == start.data() ? ahead.size() : rest.size());
  }
}

/// Gets the next block, which may be empty, or the end of the member.
void ArchiveStream::fetch_block() {
  const void* bytes = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  const int status = library().read_data_block(reader_.get(), &bytes, &size, &offset);
  if (status == ARCHIVE_FATAL || status == ARCHIVE_RETRY) {
    die();
    return;
  }
  // Blocks run forwards. A warning (wrong checksum or length) comes with the last of them.
  const bool has_block = (status == ARCHIVE_OK || status == ARCHIVE_WARN) && size > 0;
  const bool is_in_order = offset >= 0 && static_cast<std::uint64_t>(offset) >= position_;
  if (has_block && is_in_order) {
    block_ = {static_cast<const char*>(bytes), size};
    block_offset_ = static_cast<std::uint64_t>(offset);
  }
  // A wrong checksum, a password, an unknown method: the next member can still be good.
  checks_failed_ = (status != ARCHIVE_OK && status != ARCHIVE_EOF) || (has_block && !is_in_order);
  member_is_over_ = status != ARCHIVE_OK || checks_failed_;
}

}  // namespace bedrocklog::ingest
