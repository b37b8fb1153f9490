// gzip through zlib's streaming inflate, which checks header, CRC-32 and length of every member.
#include "ingest/gzip_stream.h"

#include <algorithm>
#include <limits>

#include <zlib.h>

#include "ingest/ensure.h"

namespace bedrocklog::ingest {
namespace {

constexpr int gzip_only = 16;  // Added to the window bits: no zlib format, no raw deflate.
constexpr char magic_first = '\x1f';
constexpr char magic_second = '\x8b';

uInt as_uint(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

}  // namespace

void GzipStream::Ender::operator()(z_stream_s* stream) const {
  (void)inflateEnd(stream);
  std::default_delete<z_stream_s>()(stream);
}

void GzipStream::attach(ByteWindow& below) {
  if (!stream_) {
    auto fresh = std::make_unique<z_stream_s>();
    ensure(inflateInit2(fresh.get(), gzip_only + MAX_WBITS) == Z_OK);
    stream_.reset(fresh.release());
  } else {
    ensure(inflateReset(stream_.get()) == Z_OK);
  }
  below_ = &below;
  at_ = At::member;
  clear_damage();
}

std::size_t GzipStream::deliver(std::span<char> into) {
  while (at_ != At::end) {
    if (at_ == At::gap) {
      pass_gap();
      continue;
    }
    if (const std::size_t count = inflate_some(into); count > 0) {
      return count;
    }
  }
  return 0;
}

/// One call of zlib's inflate. Gives 0 where a member begins or ends, or with damage.
std::size_t GzipStream::inflate_some(std::span<char> into) {
  const std::span<char> packed = below_->fill();
  // zlib calls a byte unsigned.
  stream_->next_in = reinterpret_cast<Bytef*>(packed.data());
  stream_->avail_in = as_uint(packed.size());
  stream_->next_out = reinterpret_cast<Bytef*>(into.data());
  stream_->avail_out = as_uint(into.size());
  const uInt in_before = stream_->avail_in;
  const uInt out_before = stream_->avail_out;
  const int status = inflate(stream_.get(), Z_NO_FLUSH);
  below_->consume(in_before - stream_->avail_in);
  const std::size_t produced = out_before - stream_->avail_out;
  if (status == Z_STREAM_END) {
    at_ = At::gap;
  } else if (status != Z_OK && status != Z_BUF_ERROR) {
    at_ = At::end;
    set_damage(status == Z_MEM_ERROR ? DamageKind::unreadable : DamageKind::corrupt);
  } else if (produced == 0 && packed.empty()) {
    at_ = At::end;
    set_damage(DamageKind::truncated);
  }
  return produced;
}

/// Between members: zeros are padding (tape blocks, preallocated files), then comes a member, the
/// end, or something that has no business there.
void GzipStream::pass_gap() {
  for (;;) {
    const std::span<char> bytes = below_->fill();
    if (bytes.empty()) {
      at_ = At::end;
      return;
    }
    const auto first = std::find_if(bytes.begin(), bytes.end(), [](char c) { return c != '\0'; });
    below_->consume(static_cast<std::size_t>(first - bytes.begin()));
    if (first != bytes.end()) {
      break;
    }
  }
  const std::span<char> magic = below_->peek(2);
  if (magic[0] == magic_first && magic.size() == 2 && magic[1] == magic_second) {
    ensure(inflateReset(stream_.get()) == Z_OK);
    at_ = At::member;
    return;
  }
  at_ = At::end;
  set_damage(magic[0] == magic_first && magic.size() == 1 ? DamageKind::truncated
                                                          : DamageKind::trailing_garbage);
}

}  // namespace bedrocklog::ingest
