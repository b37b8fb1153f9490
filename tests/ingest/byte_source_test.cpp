// Byte sources: whole content in any chunking, and faults that name the path and the reason.
#include "ingest/byte_source.h"

#include <array>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <utility>

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "tests/ingest/temp_folder.h"

namespace bedrocklog::ingest {
namespace {

std::string read_all(ByteSource& source, std::size_t chunk_bytes) {
  std::string all;
  std::string chunk(chunk_bytes, '\0');
  for (;;) {
    const Result<std::size_t> count = source.read(chunk);
    EXPECT_TRUE(count);
    if (!count || *count == 0) {
      return all;
    }
    all.append(chunk, 0, *count);
  }
}

TEST(OpenFile, GivesEveryByteOnce) {
  const TempFolder folder;
  std::string content(300'000, 'x');
  content[7] = '\0';
  content.back() = 'y';
  const auto source = open_file(folder.write("a.json", content));
  ASSERT_TRUE(source);
  EXPECT_EQ(read_all(**source, 4'096), content);
}

// Its size when it was opened ends it only if there was no more to read.
TEST(OpenFile, ReadsOnInAFileThatGrowsMeanwhile) {
  const TempFolder folder;
  const std::string path = folder.write("a.json", "one");
  const auto source = open_file(path);
  ASSERT_TRUE(source);
  std::string chunk(3, '\0');
  EXPECT_EQ((*source)->read(chunk).value(), 3U);
  folder.write("a.json", "one and two");
  EXPECT_EQ(read_all(**source, 100), " and two");
}

TEST(OpenFile, ReadsAllOfAFileThatWasListedWithAnotherSize) {
  const TempFolder folder;
  const std::string path = folder.write("a.json", "one and two");
  for (const std::uint64_t listed_size_bytes : {1U, 3U, 11U, 12U, 1'000U}) {
    for (const std::size_t chunk_size : {1U, 3U, 11U, 12U, 100U}) {
      const auto source = open_file(path, listed_size_bytes);
      ASSERT_TRUE(source);
      EXPECT_EQ(read_all(**source, chunk_size), "one and two");
    }
  }
}

TEST(OpenFile, NamesAMissingFile) {
  const auto source = open_file("/no/such/file.json.gz");
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().subject, "/no/such/file.json.gz");
  EXPECT_EQ(source.error().message, "cannot be opened: no such file or directory");
}

TEST(OpenFile, RefusesAFolder) {
  const TempFolder folder;
  const auto source = open_file(folder.path().string());
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().message, "cannot be opened: is a directory");
}

TEST(OpenFile, ClosesWhatItOpened) {
  const TempFolder folder;
  const std::string path = folder.write("a", "b");
  const auto lowest_free = [] {
    const int descriptor = ::dup(0);
    ::close(descriptor);
    return descriptor;
  };
  const int before = lowest_free();
  {
    ASSERT_TRUE(open_file(path));
  }
  EXPECT_FALSE(open_file(folder.path().string()));
  EXPECT_EQ(lowest_free(), before);
}

TEST(OpenStandardInput, ReadsAPipeToItsEnd) {
  std::array<int, 2> ends = {};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ASSERT_EQ(::write(ends[1], "two lines\n", 10), 10);
  ::close(ends[1]);
  const int saved = ::dup(STDIN_FILENO);
  ::dup2(ends[0], STDIN_FILENO);
  ::close(ends[0]);
  const std::string text = read_all(*open_standard_input(), 3);
  ::dup2(saved, STDIN_FILENO);
  ::close(saved);
  EXPECT_EQ(text, "two lines\n");
}

RC_GTEST_PROP(OpenMemory, GivesTheSameBytesInAnyChunking, ()) {
  const auto content = *rc::gen::arbitrary<std::string>();
  const auto source_chunk = *rc::gen::inRange<std::size_t>(1, 40);
  const auto reader_chunk = *rc::gen::inRange<std::size_t>(1, 40);
  RC_ASSERT(read_all(*open_memory(content, source_chunk), reader_chunk) == content);
}

TEST(OpenMemory, ServesNoMoreThanItsChunk) {
  const auto source = open_memory("abcdef", 4);
  std::array<char, 10> into = {};
  EXPECT_EQ(source->read(into).value(), 4U);
  EXPECT_EQ(source->read(into).value(), 2U);
  EXPECT_EQ(source->read(into).value(), 0U);
}

}  // namespace
}  // namespace bedrocklog::ingest
