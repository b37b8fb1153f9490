// Which objects get a lane, and that no byte is lost of those that get none.
#include "ingest/object_lanes.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>

#include "ingest/document_reader.h"

namespace bedrocklog::ingest {
namespace {

std::string gzip(const std::string& plain) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
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

/// Gives `bytes`, then fails.
class FailingSource final : public ByteSource {
 public:
  explicit FailingSource(std::string bytes) : bytes_(std::move(bytes)) {}
  Result<std::size_t> read(std::span<char> into) override {
    if (bytes_.empty()) {
      return fault("x", "cannot be read: cable pulled");
    }
    const std::size_t count = std::min(into.size(), bytes_.size());
    std::copy_n(bytes_.begin(), count, into.begin());
    bytes_.erase(0, count);
    return count;
  }

 private:
  std::string bytes_;
};

struct Rest {
  std::string bytes;
  std::string failure;
};

Rest rest_of(ByteSource& source) {
  Rest rest;
  std::vector<char> into(1'000);
  for (;;) {
    const Result<std::size_t> got = source.read(into);
    if (!got) {
      rest.failure = got.error().message;
      return rest;
    }
    if (*got == 0) {
      return rest;
    }
    rest.bytes.append(into.data(), *got);
  }
}

std::string plain_of(const LaneObject& object) {
  DocumentReader reader;
  reader.open(object);
  std::string plain;
  std::vector<char> into(10'000);
  while (reader.next_document()) {
    while (const std::size_t count = reader.read(into)) {
      plain.append(into.data(), count);
    }
  }
  EXPECT_TRUE(reader.damages().empty());
  return plain;
}

class ObjectLanesTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!PairInflater::is_supported()) {
      GTEST_SKIP() << "needs AVX2 and BMI2";
    }
  }
  ObjectLanes lanes_;
};

TEST_F(ObjectLanesTest, HoldTwoObjectsAndTakeTheNextWhenOneGoes) {
  const std::string texts[] = {std::string(300'000, 'a'), "b", "c"};
  std::vector<std::unique_ptr<ByteSource>> sources;
  std::vector<std::uint64_t> sizes;
  for (const std::string& text : texts) {
    sizes.push_back(gzip(text).size());
    sources.push_back(open_memory(gzip(text), 100));
  }
  const auto first = lanes_.take(sources[0], sizes[0]);
  const auto second = lanes_.take(sources[1], sizes[1]);
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(lanes_.take(sources[2], sizes[2])) << "both lanes are in use";
  EXPECT_EQ(plain_of(lanes_.object(*first)), texts[0]);
  lanes_.release(*first);
  const auto third = lanes_.take(sources[2], sizes[2]);
  ASSERT_TRUE(third);
  EXPECT_EQ(plain_of(lanes_.object(*second)), texts[1]);
  EXPECT_EQ(plain_of(lanes_.object(*third)), texts[2]);
}

TEST_F(ObjectLanesTest, GiveBackAllOfWhatIsNoGzip) {
  const std::string text = "{\"plain\":true}" + std::string(200'000, ' ');
  std::unique_ptr<ByteSource> source = open_memory(text, 333);
  EXPECT_FALSE(lanes_.take(source, text.size()));
  EXPECT_EQ(rest_of(*source).bytes, text);
}

TEST_F(ObjectLanesTest, GiveBackAllOfAnObjectThatGrewSinceItWasListed) {
  const std::string packed = gzip(std::string(50'000, 'x')) + gzip("more");
  std::unique_ptr<ByteSource> source = open_memory(packed, 50);
  EXPECT_FALSE(lanes_.take(source, packed.size() - 10));
  EXPECT_EQ(rest_of(*source).bytes, packed);
}

TEST_F(ObjectLanesTest, GiveBackWhatCameBeforeAFailureAndTheFailure) {
  const std::string packed = gzip("whole text").substr(0, 20);
  std::unique_ptr<ByteSource> source = std::make_unique<FailingSource>(packed);
  EXPECT_FALSE(lanes_.take(source, 30));
  const Rest rest = rest_of(*source);
  EXPECT_EQ(rest.bytes, packed);
  EXPECT_EQ(rest.failure, "cannot be read: cable pulled");
}

TEST_F(ObjectLanesTest, LeaveLargeObjectsToTheStream) {
  std::unique_ptr<ByteSource> source = open_memory(gzip("x"));
  EXPECT_FALSE(lanes_.take(source, lane_packed_bytes_max + 1));
  EXPECT_EQ(rest_of(*source).bytes, gzip("x"));
}

}  // namespace
}  // namespace bedrocklog::ingest
