// What surrounds the kernel: members, block headers, stored blocks, rare symbols, room for output.
#include "ingest/pair_inflater.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

#include <isa-l/crc.h>

#include "ingest/ensure.h"
#include "ingest/inflate_kernel.h"

namespace bedrocklog::ingest {
namespace {

constexpr std::size_t history_bytes = std::size_t{32} << 10U;
/// Behind the block: the longest match, and what the kernel stores blindly.
constexpr std::size_t slack_bytes = 1'024;
constexpr std::size_t buffer_bytes = history_bytes + lane_ahead_bytes_max + slack_bytes;
constexpr std::size_t trailer_bytes = 8;
/// Input that a step may use beyond what it was told is there: more than a block's header takes.
/// While more is to come, so much of it is kept back, so that nothing is ever cut by a window's
/// end.
constexpr std::size_t reserve_bytes = 4'096;
constexpr std::ptrdiff_t hungry_below_bytes = 1'024;
/// Input that bits may have been taken from and be given back to.
constexpr std::size_t given_back_bytes_max = 8;

struct Reader {
  std::span<const char> bytes;
  std::size_t at = 0;
  [[nodiscard]] bool has(std::size_t count) const { return bytes.size() - at >= count; }
  [[nodiscard]] std::uint8_t byte(std::size_t offset) const {
    return static_cast<std::uint8_t>(bytes[at + offset]);
  }
};

/// Size of the gzip header (RFC 1952) in front; 0 for none, a cut one, or one with a CRC of its own
/// or unknown flags.
std::size_t header_size(std::span<const char> packed) {
  constexpr std::size_t fixed_bytes = 10;
  constexpr std::uint8_t has_extra = 4;
  constexpr std::uint8_t has_name = 8;
  constexpr std::uint8_t has_comment = 16;
  constexpr std::uint8_t not_ours = 0xE0 | 2;
  Reader in{packed};
  if (!in.has(fixed_bytes) || in.byte(0) != 0x1F || in.byte(1) != 0x8B || in.byte(2) != 8 ||
      (in.byte(3) & not_ours) != 0) {
    return 0;
  }
  const std::uint8_t flags = in.byte(3);
  in.at = fixed_bytes;
  if ((flags & has_extra) != 0) {
    if (!in.has(2)) {
      return 0;
    }
    const std::size_t size = in.byte(0) + 256U * in.byte(1);
    in.at += 2;
    if (!in.has(size)) {
      return 0;
    }
    in.at += size;
  }
  for (const std::uint8_t text : {has_name, has_comment}) {
    if ((flags & text) != 0) {
      const auto end =
          std::find(packed.begin() + static_cast<std::ptrdiff_t>(in.at), packed.end(), '\0');
      if (end == packed.end()) {
        return 0;
      }
      in.at = static_cast<std::size_t>(end - packed.begin()) + 1;
    }
  }
  return in.at;
}

const InflateKernel& fastest_kernel() {
  const std::span<const InflateKernel* const> kernels = inflate_kernels();
  ensure(!kernels.empty());
  return *kernels.front();
}

std::uint32_t load_32(const std::uint8_t* at) {
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

}  // namespace

struct PairInflater::Lane {
  enum class At : std::uint8_t { member, block, codes, stored, trailer, done, failed };

  InflateCursor cursor;
  DeflateTables tables;
  At at = At::done;
  bool is_open = false;
  bool is_last_block = false;
  std::size_t stored_left = 0;
  std::uint32_t crc = 0;
  std::uint32_t member_size = 0;    // Modulo 2^32, as the trailer says it.
  std::uint8_t* checked = nullptr;  // Up to here the CRC has seen the output.
  std::uint8_t* begin = nullptr;    // Of what has not been consumed.
  std::unique_ptr<std::uint8_t[]> buffer =
      std::make_unique_for_overwrite<std::uint8_t[]>(buffer_bytes);
  std::vector<std::uint8_t> window;           // Of packed bytes that come piece by piece.
  const std::uint8_t* window_used = nullptr;  // The end of those in it.
  bool is_whole = true;                       // All packed bytes are there.

  void open(std::span<const char> packed) {
    const auto* const in = reinterpret_cast<const std::uint8_t*>(packed.data());
    begin_object(in, in + packed.size());
    is_whole = true;
  }

  void open_stream(std::size_t window_size) {
    window.resize(given_back_bytes_max + window_size + packed_padding_bytes);
    window_used = window.data() + given_back_bytes_max;
    begin_object(window_used, window_used);
    is_whole = false;
  }

  std::span<char> input_room() {
    ensure(is_starved());
    const auto rest = static_cast<std::size_t>(window_used - cursor.in);
    std::memmove(window.data(), cursor.in - given_back_bytes_max, given_back_bytes_max + rest);
    cursor.in = window.data() + given_back_bytes_max;
    window_used = cursor.in + rest;
    return {reinterpret_cast<char*>(window.data()) + given_back_bytes_max + rest,
            window.size() - packed_padding_bytes - given_back_bytes_max - rest};
  }

  void add_input(std::size_t size) {
    window_used += size;
    is_whole = size == 0;
    const auto rest = static_cast<std::size_t>(window_used - cursor.in);
    cursor.in_end = window_used - (is_whole ? 0 : std::min(rest, reserve_bytes));
  }

  /// Too little is there to be sure that the next step finds all it needs.
  [[nodiscard]] bool is_starved() const {
    return !is_whole && cursor.in_end - cursor.in < hungry_below_bytes;
  }

  void begin_object(const std::uint8_t* in, const std::uint8_t* in_end) {
    cursor = {};
    cursor.in = in;
    cursor.in_end = in_end;
    cursor.out = checked = begin = buffer.get() + history_bytes;
    cursor.out_end = begin + lane_ahead_bytes_max;
    cursor.floor = begin;
    at = At::member;
    is_open = true;
  }

  /// Back to the front of the buffer, with the history that matches may refer to. Requires that
  /// all output has been consumed.
  void make_room() {
    ensure(begin == cursor.out);
    check_output();
    std::uint8_t* const front = buffer.get() + history_bytes;
    const auto moved = static_cast<std::size_t>(begin - front);
    std::memmove(buffer.get(), begin - history_bytes, history_bytes);
    // What is older than the history is out of reach anyway.
    const auto age = static_cast<std::size_t>(cursor.floor - buffer.get());
    cursor.floor = buffer.get() + (age > moved ? age - moved : 0);
    cursor.out = checked = begin = front;
    cursor.out_end = front + lane_block_bytes;
  }

  void check_output() {
    const auto size = static_cast<std::size_t>(cursor.out - checked);
    crc = crc32_gzip_refl(crc, checked, size);
    member_size += static_cast<std::uint32_t>(size);
    checked = cursor.out;
  }

  /// Everything but plain codes, until those come, the room is used up, or the end.
  void settle() {
    while (at != At::done && at != At::failed && cursor.out < cursor.out_end && !is_starved()) {
      if (is_past_end(cursor)) {
        at = At::failed;
        return;
      }
      switch (at) {
        case At::member:
          begin_member();
          break;
        case At::block:
          begin_block();
          break;
        case At::stored:
          copy_stored();
          break;
        case At::trailer:
          end_member();
          break;
        case At::codes:
        case At::done:
        case At::failed:
          return;
      }
    }
  }

  void begin_member() {
    const std::span<const char> rest(reinterpret_cast<const char*>(cursor.in),
                                     static_cast<std::size_t>(cursor.in_end - cursor.in));
    const std::size_t size = header_size(rest);
    cursor.in += size;
    cursor.floor = cursor.out;
    crc = 0;
    member_size = 0;
    at = size == 0 ? At::failed : At::block;
  }

  void begin_block() {
    is_last_block = false;
    switch (read_block_header(cursor, tables, is_last_block, stored_left)) {
      case BlockKind::codes:
        at = At::codes;
        break;
      case BlockKind::stored:
        at = At::stored;
        break;
      case BlockKind::invalid:
        at = At::failed;
        break;
    }
  }

  void end_block() { at = is_last_block ? At::trailer : At::block; }

  void copy_stored() {
    const auto input = static_cast<std::size_t>(cursor.in_end - cursor.in);
    if (stored_left > input && is_whole) {
      at = At::failed;
      return;
    }
    const std::size_t size =
        std::min({stored_left, input, static_cast<std::size_t>(cursor.out_end - cursor.out)});
    std::memcpy(cursor.out, cursor.in, size);
    cursor.out += size;
    cursor.in += size;
    stored_left -= size;
    if (stored_left == 0) {
      end_block();
    }
  }

  void end_member() {
    check_output();
    align_to_byte(cursor);
    if (cursor.in_end < cursor.in ||
        static_cast<std::size_t>(cursor.in_end - cursor.in) < trailer_bytes ||
        load_32(cursor.in) != crc || load_32(cursor.in + 4) != member_size) {
      at = At::failed;
      return;
    }
    cursor.in += trailer_bytes;
    at = cursor.in == cursor.in_end ? At::done : At::member;
  }

  /// One symbol by the slow way, where the kernel could not go on.
  void step() {
    if (cursor.out >= cursor.out_end || is_starved()) {
      return;
    }
    switch (decode_one(cursor, tables)) {
      case SymbolKind::output:
        break;
      case SymbolKind::end_of_block:
        end_block();
        break;
      case SymbolKind::invalid:
        at = At::failed;
        break;
    }
  }

  /// Decodable by the kernel now.
  [[nodiscard]] bool is_ready() {
    if (!is_open) {
      return false;
    }
    settle();
    return at == At::codes && cursor.out < cursor.out_end && !is_starved();
  }
};

bool PairInflater::is_supported() {
  return !inflate_kernels().empty();
}

PairInflater::PairInflater(std::size_t window_size) : PairInflater(fastest_kernel(), window_size) {}

PairInflater::PairInflater(const InflateKernel& kernel, std::size_t window_size)
    : kernel_(&kernel), window_size_(window_size) {
  ensure(window_size >= 2 * reserve_bytes);
  for (std::unique_ptr<Lane>& lane : lanes_) {
    lane = std::make_unique<Lane>();
  }
}

PairInflater::~PairInflater() = default;

void PairInflater::open(std::size_t lane, std::span<const char> packed) {
  lanes_.at(lane)->open(packed);
}

void PairInflater::open_stream(std::size_t lane) {
  lanes_.at(lane)->open_stream(window_size_);
}

std::span<char> PairInflater::input_room(std::size_t lane) {
  return lanes_.at(lane)->input_room();
}

void PairInflater::add_input(std::size_t lane, std::size_t size) {
  lanes_.at(lane)->add_input(size);
}

void PairInflater::close(std::size_t lane) {
  lanes_.at(lane)->is_open = false;
}

void PairInflater::advance(std::size_t lane) {
  Lane& wanted = *lanes_.at(lane);
  Lane& other = *lanes_.at(1 - lane);
  wanted.make_room();
  while (wanted.is_ready()) {
    if (!other.is_ready()) {
      static_cast<void>(kernel_->run_one(wanted.cursor, wanted.tables));
      wanted.step();
    } else if (kernel_->run_two(wanted.cursor, wanted.tables, other.cursor, other.tables) ==
               KernelStop::lane_0) {
      wanted.step();
    } else {
      other.step();
    }
  }
}

std::span<const char> PairInflater::plain(std::size_t lane) const {
  const Lane& it = *lanes_.at(lane);
  return {reinterpret_cast<const char*>(it.begin),
          static_cast<std::size_t>(it.cursor.out - it.begin)};
}

void PairInflater::consume(std::size_t lane, std::size_t size) {
  ensure(size <= plain(lane).size());
  lanes_.at(lane)->begin += size;
}

LaneStatus PairInflater::status(std::size_t lane) const {
  const Lane& it = *lanes_.at(lane);
  if (!it.is_open) {
    return LaneStatus::empty;
  }
  return it.at == Lane::At::done     ? LaneStatus::ended
         : it.at == Lane::At::failed ? LaneStatus::gave_up
         : it.is_starved()           ? LaneStatus::starved
                                     : LaneStatus::running;
}

}  // namespace bedrocklog::ingest
