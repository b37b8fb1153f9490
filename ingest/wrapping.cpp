// Signatures: gzip RFC 1952 2.3.1, zstd RFC 8878 3.1.1, xz file format 2.1.1.1, zip APPNOTE 4.3.7
// and 4.3.16, tar POSIX.1-2001 pax "ustar Interchange Format", bzip2 as its reference code writes.
#include "ingest/wrapping.h"

#include <string_view>

namespace bedrocklog::ingest {
namespace {

using std::string_view_literals::operator""sv;

/// Of `bytes` from `at` on, as much as `wanted` has or as there is.
bool agrees_as_far_as_it_goes(std::string_view bytes, std::size_t at, std::string_view wanted) {
  const std::string_view there = bytes.substr(at, wanted.size());
  return wanted.starts_with(there);
}

bool is_bzip2(std::string_view bytes) {
  if (bytes.size() < 4 || !bytes.starts_with("BZh") || bytes[3] < '1' || bytes[3] > '9') {
    return false;
  }
  return agrees_as_far_as_it_goes(bytes, 4, "1AY&SY"sv) ||                  // A block,
         agrees_as_far_as_it_goes(bytes, 4, "\x17\x72\x45\x38\x50\x90"sv);  // or the end at once.
}

bool is_tar(std::string_view bytes) {
  constexpr std::size_t magic_offset = 257;
  if (bytes.size() <= magic_offset) {
    return false;
  }
  const std::string_view magic = bytes.substr(magic_offset);
  return magic.starts_with("ustar\0"sv) || magic.starts_with("ustar  \0"sv);  // POSIX, GNU.
}

}  // namespace

Wrapping wrapping_of(std::span<const char> first_bytes) {
  const std::string_view bytes(first_bytes.data(), first_bytes.size());
  if (bytes.starts_with("\x1f\x8b"sv) || bytes == "\x1f"sv) {
    return Wrapping::gzip;
  }
  if (bytes.starts_with("\x28\xb5\x2f\xfd"sv)) {
    return Wrapping::zstd;
  }
  if (bytes.starts_with("\xfd\x37\x7a\x58\x5a\x00"sv)) {
    return Wrapping::xz;
  }
  if (bytes.starts_with("PK\3\4"sv) || bytes.starts_with("PK\5\6"sv)) {
    return Wrapping::zip;
  }
  if (is_bzip2(bytes)) {
    return Wrapping::bzip2;
  }
  return is_tar(bytes) ? Wrapping::tar : Wrapping::none;
}

}  // namespace bedrocklog::ingest
