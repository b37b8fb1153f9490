// The two-lane inflater against zlib and against the streaming path, on sound and broken objects.
#include "ingest/pair_inflater.h"

#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>

#include "ingest/document_reader.h"
#include "ingest/inflate_kernel.h"
#include "ingest/lane_stream.h"

namespace bedrocklog::ingest {
namespace {

/// Numbers of 32 bits, the same on every machine.
class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t operator()() { return static_cast<std::uint32_t>(engine_()); }

 private:
  std::mt19937 engine_;
};

struct Packing {
  int level = 6;
  int strategy = Z_DEFAULT_STRATEGY;
  int window_bits = 15;
  int memory_level = 8;
  std::size_t flush_every_bytes = SIZE_MAX;
  int flush = Z_SYNC_FLUSH;
};

std::string gzip(const std::string& plain, const Packing& packing = {}) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, packing.level, Z_DEFLATED, packing.window_bits + 16,
                         packing.memory_level, packing.strategy),
            Z_OK);
  std::string packed(deflateBound(&stream, plain.size()) + plain.size() / 10 + 100'000, '\0');
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  std::size_t done = 0;
  while (done < plain.size()) {
    const std::size_t size = std::min(packing.flush_every_bytes, plain.size() - done);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data() + done));
    stream.avail_in = static_cast<uInt>(size);
    EXPECT_EQ(deflate(&stream, packing.flush_every_bytes == SIZE_MAX ? Z_NO_FLUSH : packing.flush),
              Z_OK);
    done += size;
  }
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

/// Text with repeats near and far, runs, and stretches of noise.
std::string some_text(Random& random, std::size_t size) {
  std::string text;
  while (text.size() < size) {
    const unsigned kind = random() % 8;
    if (kind == 0) {
      text.append(1 + random() % 600, static_cast<char>(random() % 256));
    } else if (kind == 1) {
      for (unsigned i = random() % 200; i > 0; --i) {
        text += static_cast<char>(random() % 256);
      }
    } else if (kind < 5 && !text.empty()) {
      const std::size_t back = 1 + random() % std::min<std::size_t>(text.size(), 40'000);
      for (unsigned i = 3 + random() % 300; i > 0; --i) {
        text += text[text.size() - back];
      }
    } else {
      for (unsigned i = random() % 60; i > 0; --i) {
        text += static_cast<char>('a' + static_cast<int>(random() % 9 * (random() % 3)));
      }
    }
  }
  text.resize(size);
  return text;
}

/// The bytes at the end of an allocation, but for the padding: reading behind it is an error.
class Padded {
 public:
  explicit Padded(const std::string& packed)
      : size_(packed.size()), bytes_(std::make_unique<char[]>(size_ + packed_padding_bytes)) {
    std::memcpy(bytes_.get(), packed.data(), size_);
    std::memset(bytes_.get() + size_, 0xA5, packed_padding_bytes);
  }
  [[nodiscard]] std::span<const char> packed() const { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

struct Decoded {
  std::string plain;
  std::vector<std::pair<DamageKind, std::uint64_t>> damages;
  std::uint64_t packed_bytes = 0;
  friend bool operator==(const Decoded&, const Decoded&) = default;
};

Decoded read_all(DocumentReader& reader) {
  Decoded decoded;
  std::vector<char> into(77'777);
  while (reader.next_document()) {
    while (const std::size_t count = reader.read(into)) {
      decoded.plain.append(into.data(), count);
    }
  }
  for (const Damage& damage : reader.damages()) {
    decoded.damages.emplace_back(damage.kind, damage.plain_byte_offset);
  }
  decoded.packed_bytes = reader.packed_bytes();
  return decoded;
}

Decoded streamed(const std::string& packed) {
  DocumentReader reader;
  reader.open(open_memory(packed));
  return read_all(reader);
}

class PairInflaterTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!PairInflater::is_supported()) {
      GTEST_SKIP() << "needs AVX2 and BMI2";
    }
  }

  /// Reads object after object, the next one always decoded ahead in the other lane; with every
  /// kernel that the processor has.
  std::vector<Decoded> in_lanes(const std::vector<std::string>& objects) {
    std::vector<Padded> padded;
    padded.reserve(objects.size());
    for (const std::string& object : objects) {
      padded.emplace_back(object);
    }
    std::vector<Decoded> decoded;
    for (const InflateKernel* kernel : inflate_kernels()) {
      std::vector<Decoded> again = by_kernel(*kernel, padded);
      EXPECT_TRUE(decoded.empty() || again == decoded) << kernel->name;
      decoded = std::move(again);
    }
    for (std::size_t i = 0; i < objects.size(); ++i) {
      expect_same_when_fed(objects[i], decoded[i]);
    }
    return decoded;
  }

  static std::vector<Decoded> by_kernel(const InflateKernel& kernel,
                                        const std::vector<Padded>& objects) {
    PairInflater pair(kernel);
    std::vector<Decoded> decoded;
    DocumentReader reader;
    for (std::size_t i = 0; i < objects.size(); ++i) {
      if (i == 0) {
        pair.open(0, objects[0].packed());
      }
      if (i + 1 < objects.size()) {
        pair.open((i + 1) % 2, objects[i + 1].packed());
      }
      reader.open(LaneObject{objects[i].packed(), &pair, i % 2});
      decoded.push_back(read_all(reader));
      pair.close(i % 2);
    }
    return decoded;
  }

  /// The object in pieces, through windows small enough to cut it many times.
  void expect_same_when_fed(const std::string& packed, const Decoded& expected) {
    PairInflater pair(8'192 + random_() % 3'000);
    DocumentReader reader;
    pair.open_stream(1);
    LaneObject object;
    object.pair = &pair;
    object.lane = 1;
    object.reopen = [&packed] { return open_memory(packed); };
    reader.open(open_memory(packed, 1 + random_() % 100'000), object);
    EXPECT_TRUE(read_all(reader) == expected);
  }

  Random random_{20'260'301};
};

TEST_F(PairInflaterTest, DecodesWhateverZlibPacks) {
  std::vector<std::string> plain;
  std::vector<std::string> packed;
  for (int round = 0; round < 240; ++round) {
    Packing packing;
    packing.level = round % 10;
    packing.strategy = round / 10 % 5;  // Default, filtered, Huffman only, runs, fixed.
    packing.window_bits = 9 + static_cast<int>(random_() % 7);
    packing.memory_level = 1 + static_cast<int>(random_() % 9);
    if (round % 3 == 0) {
      packing.flush_every_bytes = 1 + random_() % 5'000;
      packing.flush = round % 2 == 0 ? Z_SYNC_FLUSH : Z_FULL_FLUSH;
    }
    const std::size_t size = round % 40 == 7 ? 3'000'000 : random_() % 60'000;
    plain.push_back(some_text(random_, size));
    packed.push_back(gzip(plain.back(), packing));
  }
  plain.emplace_back();
  packed.push_back(gzip(""));
  const std::vector<Decoded> decoded = in_lanes(packed);
  for (std::size_t i = 0; i < packed.size(); ++i) {
    EXPECT_TRUE(decoded[i].plain == plain[i]) << "object " << i;
    EXPECT_TRUE(decoded[i].damages.empty()) << "object " << i;
    EXPECT_EQ(decoded[i].packed_bytes, packed[i].size());
  }
}

TEST_F(PairInflaterTest, ALaneDecodesSoundObjectsByItself) {
  const std::string plain = some_text(random_, 500'000);
  const Padded packed(gzip(plain));
  for (const InflateKernel* kernel : inflate_kernels()) {
    PairInflater pair(*kernel);
    pair.open(0, packed.packed());
    std::string got;
    while (pair.status(0) == LaneStatus::running || !pair.plain(0).empty()) {
      pair.consume(0, pair.plain(0).size());
      if (pair.status(0) == LaneStatus::running) {
        pair.advance(0);
      }
      got.append(pair.plain(0).data(), pair.plain(0).size());
    }
    EXPECT_TRUE(got == plain) << kernel->name;
    EXPECT_EQ(pair.status(0), LaneStatus::ended) << kernel->name;
  }
}

TEST_F(PairInflaterTest, CopiesMatchesOfEveryDistanceAndLength) {
  std::vector<std::string> plain;
  std::vector<std::string> packed;
  for (std::size_t distance = 1; distance <= 80; ++distance) {
    std::string text;
    for (std::size_t length = 3; length <= 300; length += length < 70 ? 1 : 7) {
      for (std::size_t i = 0; i < distance; ++i) {
        text += static_cast<char>(random_() % 256);
      }
      for (std::size_t i = 0; i < length; ++i) {
        text += text[text.size() - distance];
      }
    }
    packed.push_back(gzip(text, {.level = 9}));
    plain.push_back(std::move(text));
  }
  const std::vector<Decoded> decoded = in_lanes(packed);
  for (std::size_t i = 0; i < packed.size(); ++i) {
    EXPECT_TRUE(decoded[i].plain == plain[i]) << "distance " << i + 1;
    EXPECT_TRUE(decoded[i].damages.empty()) << "distance " << i + 1;
  }
}

TEST_F(PairInflaterTest, JoinsMembersAndKeepsHistoryOutOfTheNextOne) {
  std::string packed;
  std::string plain;
  for (int member = 0; member < 40; ++member) {
    const std::string part = some_text(random_, random_() % 90'000);
    plain += part;
    packed += gzip(part);
  }
  const std::vector<Decoded> decoded = in_lanes({packed, packed + std::string(512, '\0')});
  EXPECT_TRUE(decoded[0].plain == plain);
  EXPECT_TRUE(decoded[1].plain == plain);
  EXPECT_TRUE(decoded[0].damages.empty());
  EXPECT_TRUE(decoded[1].damages.empty()) << "padding with zeros is none";
}

TEST_F(PairInflaterTest, GivesWhatTheStreamingPathGivesOfBrokenObjects) {
  std::vector<std::string> objects;
  for (int round = 0; round < 1'500; ++round) {
    std::string packed = gzip(some_text(random_, 100 + random_() % 70'000),
                              {.level = static_cast<int>(random_() % 10)});
    if (round % 4 == 0) {
      packed += gzip(some_text(random_, random_() % 3'000));
    }
    switch (round % 5) {
      case 0:
        packed.resize(random_() % packed.size());
        break;
      case 1:
        packed += some_text(random_, 1 + random_() % 30);
        break;
      case 2:
        packed[random_() % std::min<std::size_t>(packed.size(), 24)] ^=
            static_cast<char>(1U << random_() % 8U);
        break;
      default:
        for (unsigned hits = 1 + random_() % 3; hits > 0; --hits) {
          packed[random_() % packed.size()] ^= static_cast<char>(1U << random_() % 8U);
        }
        break;
    }
    objects.push_back(std::move(packed));
  }
  const std::vector<Decoded> decoded = in_lanes(objects);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const Decoded expected = streamed(objects[i]);
    EXPECT_TRUE(decoded[i].damages == expected.damages) << "object " << i;
    EXPECT_TRUE(decoded[i].plain == expected.plain) << "object " << i;
    EXPECT_EQ(decoded[i].packed_bytes, expected.packed_bytes) << "object " << i;
  }
}

}  // namespace
}  // namespace bedrocklog::ingest
