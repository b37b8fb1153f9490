// The kernels by themselves: what they must not leave to the slow way, and where they must stop.
#include "ingest/inflate_kernel.h"

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>

#include "ingest/pair_inflater.h"

namespace bedrocklog::ingest {
namespace {

constexpr std::size_t history_bytes = std::size_t{32} << 10U;
constexpr std::size_t slack_bytes = 1'024;

/// Small numbers often, each next one half as often.
unsigned halving(std::mt19937& random, unsigned end) {
  unsigned value = 0;
  while (value + 1 < end && random() % 2 == 0) {
    ++value;
  }
  return value;
}

/// Text whose letters and distances are so uneven that codes grow to the longest there are.
std::string uneven_text(std::mt19937& random, std::size_t size) {
  std::string text;
  while (text.size() < size) {
    const std::size_t back = std::size_t{1} << (14U - halving(random, 14));
    if (random() % 4 == 0 && back < text.size()) {
      for (unsigned i = 3 + random() % 8; i > 0; --i) {
        text += text[text.size() - back];
      }
    } else {
      text += static_cast<char>('A' + static_cast<int>(halving(random, 40)));
    }
  }
  text.resize(size);
  return text;
}

std::string deflate_raw(const std::string& plain) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

/// A stream behind the header of its first block.
class FirstBlock {
 public:
  explicit FirstBlock(const std::string& plain)
      : plain_(plain),
        packed_(deflate_raw(plain)),
        packed_bytes_(packed_.size()),
        out_(std::make_unique<std::uint8_t[]>(history_bytes + plain.size() + slack_bytes)) {
    packed_.resize(packed_bytes_ + packed_padding_bytes);
    cursor.in = reinterpret_cast<const std::uint8_t*>(packed_.data());
    cursor.in_end = cursor.in + packed_bytes_;
    cursor.out = out_.get() + history_bytes;
    cursor.out_end = cursor.out + plain.size();
    cursor.floor = cursor.out;
    bool is_last = false;
    std::size_t stored_size = 0;
    EXPECT_EQ(read_block_header(cursor, tables, is_last, stored_size), BlockKind::codes);
  }

  [[nodiscard]] std::size_t done() const {
    return static_cast<std::size_t>(cursor.out - out_.get()) - history_bytes;
  }
  [[nodiscard]] bool is_right() const {
    return std::equal(out_.get() + history_bytes, out_.get() + history_bytes + done(),
                      plain_.begin(),
                      [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); });
  }
  /// The kernel went on to the end of the block, where the slow way finds it.
  [[nodiscard]] bool is_at_end_of_block() {
    return decode_one(cursor, tables) == SymbolKind::end_of_block;
  }

  InflateCursor cursor;
  DeflateTables tables;

 private:
  std::string plain_;
  std::string packed_;
  std::size_t packed_bytes_;
  std::unique_ptr<std::uint8_t[]> out_;
};

unsigned codes_longer_than(const CanonicalCode& code, unsigned bits) {
  unsigned count = 0;
  for (unsigned length = bits + 1; length < code.count.size(); ++length) {
    count += code.count.at(length);
  }
  return count;
}

TEST(InflateKernel, DecodesCodesTooLongForItsTablesInEveryLane) {
  std::mt19937 random(20'260'401);
  const std::string plain = uneven_text(random, 400'000);
  const std::string other = uneven_text(random, 400'000);
  for (const InflateKernel* kernel : inflate_kernels()) {
    FirstBlock alone(plain);
    ASSERT_GT(codes_longer_than(alone.tables.letter_code, letter_index_bits), 3U);
    ASSERT_GT(codes_longer_than(alone.tables.distance_code, distance_index_bits), 1U);
    EXPECT_EQ(kernel->run_one(alone.cursor, alone.tables), KernelStop::lane_0);
    EXPECT_TRUE(alone.is_right()) << kernel->name;
    EXPECT_TRUE(alone.is_at_end_of_block()) << kernel->name;

    FirstBlock first(plain);
    FirstBlock second(other);
    const KernelStop stop =
        kernel->run_two(first.cursor, first.tables, second.cursor, second.tables);
    EXPECT_TRUE(first.is_right()) << kernel->name;
    EXPECT_TRUE(second.is_right()) << kernel->name;
    EXPECT_TRUE(stop == KernelStop::lane_0 ? first.is_at_end_of_block()
                                           : second.is_at_end_of_block())
        << kernel->name;
  }
}

TEST(InflateKernel, LeavesTheLastBytesOfItsInputUnread) {
  std::mt19937 random(20'260'402);
  const std::string plain = uneven_text(random, 20'000);
  for (const InflateKernel* kernel : inflate_kernels()) {
    for (std::ptrdiff_t cut = 0; cut < 4'000; cut += 7) {
      FirstBlock block(plain);
      block.cursor.in_end = std::max(block.cursor.in_end - cut, block.cursor.in);
      EXPECT_EQ(kernel->run_one(block.cursor, block.tables), KernelStop::lane_0);
      ASSERT_FALSE(is_past_end(block.cursor)) << kernel->name << ", cut by " << cut;
      ASSERT_LE(block.cursor.in, block.cursor.in_end) << kernel->name << ", cut by " << cut;
      ASSERT_TRUE(block.is_right()) << kernel->name << ", cut by " << cut;
    }
  }
}

TEST(InflateKernel, StopsAtAMatchThatBeginsBeforeItsMember) {
  std::mt19937 random(20'260'403);
  const std::string plain = uneven_text(random, 20'000);
  for (const InflateKernel* kernel : inflate_kernels()) {
    FirstBlock block(plain);
    InflateCursor at = block.cursor;
    // From here on no match may begin before the text's 1,000th byte.
    while (block.done() < 1'000) {
      ASSERT_EQ(decode_one(block.cursor, block.tables), SymbolKind::output);
    }
    block.cursor.floor = block.cursor.out;
    EXPECT_EQ(kernel->run_one(block.cursor, block.tables), KernelStop::lane_0);
    EXPECT_TRUE(block.is_right());
    EXPECT_LT(block.done(), 10'000U);
    EXPECT_EQ(decode_one(block.cursor, block.tables), SymbolKind::invalid) << kernel->name;
    EXPECT_LT(at.out, block.cursor.out);
  }
}

}  // namespace
}  // namespace bedrocklog::ingest
