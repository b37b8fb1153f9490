// The two-lane inflater against zlib: two objects whose headers and checksums are put right, so
// that changes of the input reach the decoder, are read in turn in pieces of varying size.
//
// Input: kind and steps (see Plan), where the second object begins, then the raw deflate of both.
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <zlib.h>

#include "ingest/document_reader.h"
#include "ingest/lane_stream.h"
#include "ingest/pair_inflater.h"
#include "tests/fuzz/finding.h"

namespace bedrocklog::fuzz {
namespace {

using ingest::LaneStatus;

constexpr std::size_t plan_bytes = 4;
constexpr std::size_t plain_bytes_max = std::size_t{4} << 20U;

/// What the first bytes of an input decide.
struct Plan {
  unsigned kind = 0;   // Bits: bare objects as they are, zeros behind, wrong length, second member.
  unsigned steps = 0;  // How much is consumed at a time, and how often the lanes change.
  std::size_t split = 0;  // Where the second object begins.
};

/// zlib's own reading of a whole gzip object; nothing where it is not sound to its last byte.
std::optional<std::string> by_zlib(const std::string& packed) {
  std::string plain;
  std::size_t at = 0;
  while (at < packed.size()) {
    z_stream stream{};
    expect(inflateInit2(&stream, 15 + 16) == Z_OK, "zlib does not start");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + at));
    stream.avail_in = static_cast<uInt>(packed.size() - at);
    int result = Z_OK;
    std::array<char, 65'536> block;
    while (result == Z_OK) {
      stream.next_out = reinterpret_cast<Bytef*>(block.data());
      stream.avail_out = block.size();
      result = inflate(&stream, Z_NO_FLUSH);
      plain.append(block.data(), block.size() - stream.avail_out);
    }
    at += stream.total_in;
    inflateEnd(&stream);
    if (result != Z_STREAM_END) {
      return std::nullopt;
    }
    // Padding with zeros is no damage.
    at = std::min(packed.find_first_not_of('\0', at), packed.size());
  }
  return plain;
}

void append_number(std::string& into, unsigned long value) {
  for (unsigned shift = 0; shift < 32; shift += 8) {
    into += static_cast<char>(value >> shift & 0xFFU);
  }
}

/// `raw` between a header and the checksum of what zlib makes of it; what follows the last block is
/// dropped.
std::string wrapped(std::string_view raw) {
  z_stream stream{};
  expect(inflateInit2(&stream, -15) == Z_OK, "zlib does not start");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(raw.data()));
  stream.avail_in = static_cast<uInt>(raw.size());
  unsigned long crc = crc32(0, nullptr, 0);
  int result = Z_OK;
  std::array<Bytef, 65'536> block;
  while (result == Z_OK && stream.total_out < plain_bytes_max) {
    stream.next_out = block.data();
    stream.avail_out = block.size();
    result = inflate(&stream, Z_NO_FLUSH);
    crc = crc32(crc, block.data(), static_cast<uInt>(block.size() - stream.avail_out));
  }
  const std::size_t used = result == Z_STREAM_END ? stream.total_in : raw.size();
  const unsigned long size = stream.total_out;
  inflateEnd(&stream);
  std::string packed("\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\x03", 10);
  packed.append(raw.substr(0, used));
  append_number(packed, crc);
  append_number(packed, size);
  return packed;
}

std::string object_of(std::string_view raw, unsigned kind) {
  if ((kind & 1U) != 0) {
    return std::string(raw);
  }
  std::string packed = wrapped(raw);
  if ((kind & 8U) != 0) {
    packed += wrapped(raw);
  }
  if ((kind & 4U) != 0) {
    packed.back() = static_cast<char>(packed.back() ^ 1);
  }
  if ((kind & 2U) != 0) {
    packed.append(9, '\0');
  }
  return packed;
}

/// The bytes and exactly the padding that is promised, with nothing helpful in it.
class Padded {
 public:
  explicit Padded(const std::string& bytes)
      : size_(bytes.size()), bytes_(new char[size_ + ingest::packed_padding_bytes]) {
    std::memcpy(bytes_.get(), bytes.data(), size_);
    std::memset(bytes_.get() + size_, 0xA5, ingest::packed_padding_bytes);
  }
  [[nodiscard]] std::span<const char> packed() const { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

/// Takes something out of a lane; false when nothing more will come.
bool take(ingest::PairInflater& pair, std::size_t lane, std::size_t size_max, std::string& plain) {
  if (pair.plain(lane).empty() && pair.status(lane) == LaneStatus::running) {
    pair.advance(lane);
  }
  const std::span<const char> ready = pair.plain(lane);
  const std::size_t size = std::min(size_max, ready.size());
  plain.append(ready.data(), size);
  pair.consume(lane, size);
  return !pair.plain(lane).empty() || pair.status(lane) == LaneStatus::running;
}

void check_lanes(ingest::PairInflater& pair, const std::array<std::string, 2>& objects,
                 const Plan& plan) {
  const std::array<Padded, 2> padded{Padded(objects[0]), Padded(objects[1])};
  std::array<std::string, 2> plain;
  std::array<bool, 2> goes_on{true, true};
  pair.open(0, padded[0].packed());
  pair.open(1, padded[1].packed());
  const std::array<std::size_t, 4> sizes{SIZE_MAX, 1'000 + plan.steps, 70'000, 128U << 10U};
  for (std::size_t turn = plan.steps; goes_on[0] || goes_on[1]; ++turn) {
    const std::size_t lane = (turn >> (plan.steps & 3U)) & 1U;
    if (goes_on[lane]) {
      goes_on[lane] = take(pair, lane, sizes[(turn + plan.steps / 4) % sizes.size()], plain[lane]);
    }
    expect(plain[lane].size() < 4 * plain_bytes_max + 1'100 * objects[lane].size(),
           "more plain bytes than deflate can hold");
  }
  for (std::size_t lane = 0; lane < 2; ++lane) {
    const std::optional<std::string> sound = by_zlib(objects[lane]);
    if (pair.status(lane) == LaneStatus::ended) {
      expect(sound.has_value(), "a lane accepts what zlib refuses");
      expect(*sound == plain[lane], "a lane gives other bytes than zlib");
    } else {
      expect(pair.status(lane) == LaneStatus::gave_up, "a lane neither ends nor gives up");
      expect(!sound || sound->starts_with(plain[lane]), "before it gave up: other bytes than zlib");
    }
    pair.close(lane);
  }
}

struct Reading {
  std::string plain;
  std::vector<std::pair<ingest::DamageKind, std::uint64_t>> damages;
  std::uint64_t packed_bytes = 0;
  friend bool operator==(const Reading&, const Reading&) = default;
};

Reading read_all(ingest::DocumentReader& reader, std::size_t block_bytes) {
  Reading reading;
  std::vector<char> block(block_bytes);
  while (reader.next_document()) {
    while (const std::size_t count = reader.read(block)) {
      reading.plain.append(block.data(), count);
    }
  }
  for (const ingest::Damage& damage : reader.damages()) {
    reading.damages.emplace_back(damage.kind, damage.plain_byte_offset);
  }
  reading.packed_bytes = reader.packed_bytes();
  return reading;
}

/// Damage and all: what a lane gives up is gone on with as if it had been streamed from the start.
void check_readers(ingest::PairInflater& pair, const std::array<std::string, 2>& objects,
                   const Plan& plan) {
  const std::array<Padded, 2> padded{Padded(objects[0]), Padded(objects[1])};
  static ingest::DocumentReader reader;
  pair.open(0, padded[0].packed());
  pair.open(1, padded[1].packed());
  for (std::size_t lane = 0; lane < 2; ++lane) {
    const std::size_t block_bytes = 1'000 + 700 * std::size_t{plan.steps};
    reader.open(ingest::LaneObject{padded[lane].packed(), &pair, lane});
    const Reading in_lane = read_all(reader, block_bytes);
    pair.close(lane);
    reader.open(ingest::open_view(objects[lane]));
    expect(in_lane == read_all(reader, block_bytes), "a lane reads otherwise than the stream");
  }
  reader.close();
}

}  // namespace
}  // namespace bedrocklog::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = bedrocklog::fuzz;
  namespace ingest = bedrocklog::ingest;
  if (!ingest::PairInflater::is_supported() || size < fuzz::plan_bytes) {
    return 0;
  }
  const fuzz::Plan plan{data[0], data[1],
                        std::min(std::size_t{data[2]} * 256 + data[3], size - fuzz::plan_bytes)};
  const std::string_view raw = fuzz::text_of(data + fuzz::plan_bytes, size - fuzz::plan_bytes);
  const std::array<std::string, 2> objects{
      fuzz::object_of(raw.substr(0, plan.split), plan.kind & 15U),
      fuzz::object_of(raw.substr(plan.split), plan.kind >> 4U)};
  static ingest::PairInflater pair;
  fuzz::check_lanes(pair, objects, plan);
  fuzz::check_readers(pair, objects, plan);
  return 0;
}
