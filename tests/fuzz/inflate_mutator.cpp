// Makes inputs of the inflate target that are still deflate: now and then one half is unpacked,
// its plain text changed, and packed again in another way. Bits alone rarely change a code's table
// and leave a stream.
#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <zlib.h>

#include "tests/fuzz/finding.h"

// NOLINTBEGIN(readability-identifier-naming): libFuzzer's names.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t size_max);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t size_max, unsigned seed);
// NOLINTEND(readability-identifier-naming)

namespace bedrocklog::fuzz {
namespace {

constexpr std::size_t plan_bytes = 4;  // As in inflate_target.cpp.
constexpr std::size_t plain_bytes_max = 200'000;

std::string inflated(const std::uint8_t* data, std::size_t size) {
  z_stream stream{};
  std::string plain(plain_bytes_max, '\0');
  expect(inflateInit2(&stream, -15) == Z_OK, "zlib does not start");
  stream.next_in = const_cast<Bytef*>(data);
  stream.avail_in = static_cast<uInt>(size);
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  (void)inflate(&stream, Z_FINISH);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  return plain;
}

std::string deflated(const std::string& plain, std::minstd_rand& random) {
  z_stream stream{};
  const int level = static_cast<int>(random() % 10);
  const int window_bits = 9 + static_cast<int>(random() % 7);
  const int memory_level = 1 + static_cast<int>(random() % 9);
  const int strategy = random() % 2 == 0 ? Z_DEFAULT_STRATEGY : static_cast<int>(random() % 5);
  expect(deflateInit2(&stream, level, Z_DEFLATED, -window_bits, memory_level, strategy) == Z_OK,
         "zlib does not start");
  std::string packed(2 * plain.size() + 1'000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(random() % 3 == 0 ? plain.size() / 2 : plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const bool in_two = stream.avail_in < plain.size();
  if (in_two) {
    (void)deflate(&stream, random() % 2 == 0 ? Z_SYNC_FLUSH : Z_FULL_FLUSH);
    stream.avail_in = static_cast<uInt>(plain.size() - stream.total_in);
  }
  (void)deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

/// Copies of stretches from near and far, runs, and libFuzzer's own changes.
std::string changed(std::string plain, std::minstd_rand& random) {
  if (plain.empty()) {
    plain = "x";
  }
  for (unsigned count = random() % 4; count > 0 && plain.size() < plain_bytes_max; --count) {
    const std::size_t back = 1 + random() % std::min<std::size_t>(plain.size(), 40'000);
    const std::size_t size = random() % 4 == 0 ? random() % 30'000 : random() % 400;
    plain.reserve(plain.size() + size);
    for (std::size_t i = 0; i < size; ++i) {
      plain.push_back(plain[plain.size() - back]);
    }
  }
  const std::size_t size = std::min<std::size_t>(plain.size(), 4'000);
  std::vector<std::uint8_t> front(size + 200);
  std::memcpy(front.data(), plain.data(), size);
  const std::size_t now = LLVMFuzzerMutate(front.data(), size, front.size());
  return std::string(reinterpret_cast<const char*>(front.data()), now) + plain.substr(size);
}

}  // namespace
}  // namespace bedrocklog::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t size_max, unsigned seed) {
  namespace fuzz = bedrocklog::fuzz;
  std::minstd_rand random(seed);
  if (size <= fuzz::plan_bytes || random() % 3 != 0) {
    return LLVMFuzzerMutate(data, size, size_max);
  }
  const std::size_t raw_size = size - fuzz::plan_bytes;
  const std::size_t split = std::min(std::size_t{data[2]} * 256 + data[3], raw_size);
  const std::uint8_t* raw = data + fuzz::plan_bytes;
  std::string first(reinterpret_cast<const char*>(raw), split);
  std::string second(reinterpret_cast<const char*>(raw + split), raw_size - split);
  std::string& half = random() % 2 == 0 ? first : second;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(half.data());
  half = fuzz::deflated(fuzz::changed(fuzz::inflated(bytes, half.size()), random), random);
  const std::size_t sum = first.size() + second.size();
  if (sum == 0 || sum + fuzz::plan_bytes > size_max) {
    return LLVMFuzzerMutate(data, size, size_max);
  }
  data[2] = static_cast<std::uint8_t>(first.size() >> 8U & 0xFFU);
  data[3] = static_cast<std::uint8_t>(first.size() & 0xFFU);
  std::memcpy(data + fuzz::plan_bytes, first.data(), first.size());
  std::memcpy(data + fuzz::plan_bytes + first.size(), second.data(), second.size());
  return fuzz::plan_bytes + sum;
}
