// Inflates two gzip objects at once on one thread.
//
// Decoding deflate is one long chain: each symbol must be known before the next can be looked at,
// and a core mostly waits. Two streams decoded in turn, symbol by symbol in one loop, fill each
// other's waits. Only plain cases are handled: objects in memory or given piece by piece, ordinary
// headers, valid codes. For anything else a lane gives up, and the streaming path decides what is
// wrong with the object; so no fault is ever judged here.
//
// x86-64 with AVX2 and BMI2 only; elsewhere is_supported() is false and the streaming path does
// all the work.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace bedrocklog::ingest {

struct InflateKernel;

/// Readable bytes that must lie behind packed input.
inline constexpr std::size_t packed_padding_bytes = 64;
/// Plain bytes that are decoded at a time for a lane that is read, so that they are still in the
/// cache when they are parsed.
inline constexpr std::size_t lane_block_bytes = std::size_t{128} << 10U;
/// Plain bytes that a lane which is not read yet is decoded ahead, beside the one that is; where
/// it is full, the other one is decoded alone. Memory is used only as far as objects are large.
inline constexpr std::size_t lane_ahead_bytes_max = std::size_t{8} << 20U;

/// Packed bytes held of an object that comes piece by piece.
inline constexpr std::size_t lane_window_bytes = std::size_t{256} << 10U;

enum class LaneStatus : std::uint8_t {
  empty,    // Nothing was opened.
  running,  // There may be more than plain() shows.
  starved,  // The same, but add_input() must come first.
  ended,    // plain() is the rest, and header, CRC and length of every member were right.
  gave_up,  // plain() is the rest of what this could decode; the CRC of its end is unchecked.
};

class PairInflater {
 public:
  static constexpr std::size_t lane_count = 2;

  [[nodiscard]] static bool is_supported();

  /// With the fastest kernel there is. `window_size`: packed bytes held of an object that comes
  /// piece by piece; 8 KiB at least.
  explicit PairInflater(std::size_t window_size = lane_window_bytes);
  explicit PairInflater(const InflateKernel& kernel, std::size_t window_size = lane_window_bytes);
  ~PairInflater();
  PairInflater(const PairInflater&) = delete;
  PairInflater& operator=(const PairInflater&) = delete;
  PairInflater(PairInflater&&) = delete;
  PairInflater& operator=(PairInflater&&) = delete;

  /// Starts an object in a lane, which may be in use. `packed` stays until the lane is closed or
  /// opened again, with packed_padding_bytes behind it.
  void open(std::size_t lane, std::span<const char> packed);
  void close(std::size_t lane);

  /// Starts an object whose packed bytes come piece by piece.
  void open_stream(std::size_t lane);
  /// Where the next ones go. Requires LaneStatus::starved; valid until add_input().
  [[nodiscard]] std::span<char> input_room(std::size_t lane);
  /// The front of that room was filled; nothing means that the object has ended.
  void add_input(std::size_t lane, std::size_t size);

  /// Decodes another block of `lane`, or up to its end; beside it the other lane, as long as that
  /// is open and has room. Requires that plain(lane) has been consumed.
  void advance(std::size_t lane);

  /// Plain bytes that have not been consumed. Valid until advance(), open() or close().
  [[nodiscard]] std::span<const char> plain(std::size_t lane) const;
  void consume(std::size_t lane, std::size_t size);

  [[nodiscard]] LaneStatus status(std::size_t lane) const;

 private:
  struct Lane;
  const InflateKernel* kernel_;
  std::array<std::unique_ptr<Lane>, lane_count> lanes_;
  std::size_t window_size_;
};

}  // namespace bedrocklog::ingest
