// gzip in all its conditions, nesting, limits and reuse of the document reader.
#include "ingest/document_reader.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/ingest/packed_bytes.h"

namespace bedrocklog::ingest {
namespace {

void expect_one(const std::string& packed, const std::string& plain, const char* damages) {
  const ReadOutcome outcome = read_packed(packed);
  ASSERT_EQ(outcome.documents.size(), 1U);
  EXPECT_EQ(outcome.documents[0].member, "");
  EXPECT_EQ(outcome.documents[0].plain.size(), plain.size());
  EXPECT_TRUE(outcome.documents[0].plain == plain);
  EXPECT_EQ(damage_text(outcome), damages);
}

/// Fails after its content, as a disk or a network mount does.
class FailingSource final : public ByteSource {
 public:
  explicit FailingSource(std::string bytes) : bytes_(open_memory(std::move(bytes))) {}
  Result<std::size_t> read(std::span<char> into) override {
    Result<std::size_t> count = bytes_->read(into);
    return *count > 0 ? std::move(count) : fault("x", "cannot be read: input/output error");
  }

 private:
  std::unique_ptr<ByteSource> bytes_;
};

TEST(DocumentReader, GivesPlainTextAsItIs) {
  expect_one("{\"a\":1}\n", "{\"a\":1}\n", "");
  expect_one(sample_text(700'000), sample_text(700'000), "");
}

TEST(DocumentReader, GivesOneEmptyDocumentForNoBytes) {
  expect_one("", "", "");
}

TEST(DocumentReader, OpensGzip) {
  expect_one(gzip("{}\n"), "{}\n", "");
  expect_one(gzip(sample_text(700'000)), sample_text(700'000), "");
  expect_one(gzip("{}\n", "20241120T164851056Z_9b86bf4994c4ab1c.json"), "{}\n", "");
}

TEST(DocumentReader, OpensAnEmptyGzip) {
  expect_one(gzip(""), "", "");
  expect_one(gzip("") + gzip("{}") + gzip(""), "{}", "");
}

TEST(DocumentReader, JoinsTheMembersOfAGzip) {
  expect_one(gzip("one\n") + gzip("two\n") + gzip(sample_text(100'000)),
             "one\ntwo\n" + sample_text(100'000), "");
}

TEST(DocumentReader, PassesZerosBetweenAndBehindMembers) {
  const std::string zeros(300'000, '\0');
  expect_one(gzip("one\n") + zeros + gzip("two\n") + zeros, "one\ntwo\n", "");
  expect_one(gzip("one\n") + std::string(1, '\0'), "one\n", "");
}

TEST(DocumentReader, ReportsGarbageBehindTheLastMember) {
  expect_one(gzip("one\n") + "garbage", "one\n", "trailing_garbage '' 4\n");
  expect_one(gzip("one\n") + gzip("two\n") + std::string(9, '\0') + "x", "one\ntwo\n",
             "trailing_garbage '' 8\n");
  expect_one(gzip("one\n") + "\x1f", "one\n", "truncated '' 4\n");
  expect_one(gzip("one\n") + "\x1fx", "one\n", "trailing_garbage '' 4\n");
}

TEST(DocumentReader, ReportsAWrongChecksumOrLengthBehindTheBytes) {
  const std::string text = sample_text(200'000);
  std::string crc = gzip(text);
  crc[crc.size() - 8] = static_cast<char>(crc[crc.size() - 8] ^ 1);
  expect_one(crc, text, "corrupt '' 200000\n");
  std::string length = gzip(text);
  length[length.size() - 4] = static_cast<char>(length[length.size() - 4] ^ 1);
  expect_one(length, text, "corrupt '' 200000\n");
  expect_one(gzip("one\n") + length, "one\n" + text, "corrupt '' 200004\n");
}

TEST(DocumentReader, ReportsAWrongHeader) {
  std::string method = gzip("one\n");
  method[2] = 7;
  expect_one(method, "", "corrupt '' 0\n");
  expect_one(gzip("one\n") + method, "one\n", "corrupt '' 4\n");
  std::string flags = gzip("one\n");
  flags[3] = '\xe0';
  expect_one(flags, "", "corrupt '' 0\n");
}

TEST(DocumentReader, OpensGzipInGzip) {
  const std::string text = sample_text(300'000);
  expect_one(gzip(gzip(text)), text, "");
  expect_one(gzip(gzip(gzip(gzip(text)))), text, "");
  expect_one(gzip(gzip("one\n") + gzip("two\n")), "one\ntwo\n", "");
  expect_one(gzip(gzip("one\n")) + gzip(gzip("two\n")), "one\ntwo\n", "");
  expect_one(gzip(compress(text, Codec::zstd)), text, "");
}

TEST(DocumentReader, StopsAtTheFifthWrapping) {
  expect_one(gzip(gzip(gzip(gzip(gzip("one\n"))))), "", "too_deep '' 0\n");
}

TEST(DocumentReader, NamesTheLowestDamagedLayerOnce) {
  const std::string text = sample_text(300'000);
  const std::string inner = gzip(text);
  const ReadOutcome cut_inside = read_packed(gzip(inner.substr(0, inner.size() / 2)));
  ASSERT_EQ(cut_inside.damages.size(), 1U);
  EXPECT_EQ(cut_inside.damages[0].kind, DamageKind::truncated);
  std::string outer = gzip(inner);
  outer[outer.size() - 8] = static_cast<char>(outer[outer.size() - 8] ^ 1);
  expect_one(outer, text, "corrupt '' 300000\n");
  expect_one(gzip(inner) + "garbage", text, "trailing_garbage '' 300000\n");
  expect_one(gzip(inner + "garbage"), text, "trailing_garbage '' 300000\n");
}

TEST(DocumentReader, KeepsWhatWasReadBeforeTheSystemFailed) {
  DocumentReader reader;
  const ReadOutcome plain = read_all_documents(reader, std::make_unique<FailingSource>("{}\n{}\n"));
  ASSERT_EQ(plain.documents.size(), 1U);
  EXPECT_EQ(plain.documents[0].plain, "{}\n{}\n");
  EXPECT_EQ(damage_text(plain), "unreadable '' 6\n");
  // The gzip is cut short too, but only because of that.
  const ReadOutcome packed = read_all_documents(
      reader, std::make_unique<FailingSource>(gzip("{}\n") + gzip("{}\n").substr(0, 9)));
  ASSERT_EQ(packed.documents.size(), 1U);
  EXPECT_EQ(packed.documents[0].plain, "{}\n");
  EXPECT_EQ(damage_text(packed), "unreadable '' 3\n");
}

TEST(DocumentReader, StopsABombAtTheExpansionLimit) {
  const std::string mebibyte = gzip(std::string(1U << 20U, '\0'));
  std::string members;
  for (int i = 0; i < 300; ++i) {
    members += mebibyte;
  }
  const std::string bomb = gzip(gzip(members));
  ASSERT_LT(bomb.size(), 4'000U);
  DocumentReader reader;
  reader.open(open_memory(bomb));
  ASSERT_TRUE(reader.next_document());
  std::string piece(1U << 20U, '\0');
  std::uint64_t plain_bytes = 0;
  while (const std::size_t count = reader.read(piece)) {
    plain_bytes += count;
  }
  EXPECT_EQ(plain_bytes, expansion_free_bytes + expansion_ratio_max * bomb.size());
  ASSERT_EQ(reader.damages().size(), 1U);
  EXPECT_EQ(reader.damages()[0].kind, DamageKind::expansion);
  EXPECT_EQ(reader.damages()[0].plain_byte_offset, plain_bytes);
  EXPECT_FALSE(reader.next_document());
}

TEST(DocumentReader, IsAsNewAfterOpen) {
  DocumentReader reader;
  const std::string text = sample_text(100'000);
  for (const std::string& before :
       {gzip(text).substr(0, 900), tar({{"a", text}, {"b", text}}), std::string(), gzip("x") + "y",
        compress(text, Codec::xz), gzip(gzip(gzip(gzip(gzip("x")))))}) {
    reader.open(open_memory(before));
    std::string piece(10, '\0');
    EXPECT_TRUE(reader.next_document());
    (void)reader.read(piece);  // And leave it there.
    const ReadOutcome after = read_all_documents(reader, open_memory(gzip(gzip(text))));
    EXPECT_TRUE(after.documents == (std::vector<ReadDocument>{{"", text}}));
    EXPECT_EQ(damage_text(after), "");
    EXPECT_EQ(reader.packed_bytes(), gzip(gzip(text)).size());
  }
}

TEST(DocumentReader, HasNothingBeforeOpenAndAfterTheLast) {
  DocumentReader reader;
  std::string piece(10, '\0');
  EXPECT_FALSE(reader.next_document());
  EXPECT_EQ(reader.read(piece), 0U);
  reader.open(open_memory("{}"));
  EXPECT_EQ(reader.read(piece), 0U);
  EXPECT_TRUE(reader.next_document());
  EXPECT_FALSE(reader.next_document());
  EXPECT_FALSE(reader.next_document());
  EXPECT_EQ(reader.read(piece), 0U);
}

// Every cut of a gzip of several members: a prefix and one damage, except where a member ends.
TEST(DocumentReader, DeliversAllThatAnyCutLeaves) {
  const std::vector<std::string> plains = {sample_text(400), "", sample_text(900, 2)};
  std::string packed;
  std::string text;
  std::vector<std::size_t> member_ends = {0};
  std::vector<std::size_t> plain_ends = {0};
  for (const std::string& plain : plains) {
    packed += gzip(plain, "name");
    text += plain;
    member_ends.push_back(packed.size());
    plain_ends.push_back(text.size());
  }
  std::size_t whole_members = 0;
  for (std::size_t cut = 0; cut <= packed.size(); ++cut) {
    while (whole_members + 1 < member_ends.size() && member_ends[whole_members + 1] <= cut) {
      ++whole_members;
    }
    const ReadOutcome outcome = read_packed(packed.substr(0, cut));
    ASSERT_EQ(outcome.documents.size(), 1U) << cut;
    const std::string& plain = outcome.documents[0].plain;
    ASSERT_TRUE(text.starts_with(plain)) << cut;
    ASSERT_GE(plain.size(), plain_ends[whole_members]) << cut;
    const bool at_boundary = member_ends[whole_members] == cut;
    ASSERT_EQ(damage_text(outcome),
              at_boundary ? "" : "truncated '' " + std::to_string(plain.size()) + '\n')
        << cut;
  }
}

// The cut is 8 bytes of trailer away from the end: every byte of text must be there.
TEST(DocumentReader, LosesNothingWhenOnlyTheTrailerIsCut) {
  const std::string text = sample_text(500'000);
  const std::string packed = gzip(text);
  for (std::size_t cut = 1; cut <= 8; ++cut) {
    expect_one(packed.substr(0, packed.size() - cut), text, "truncated '' 500000\n");
  }
}

RC_GTEST_PROP(DocumentReader, GivesTheSameInAnyChunkingAndReadSize, ()) {
  const auto size = *rc::gen::inRange<std::size_t>(0, 3'000);
  const std::string text = sample_text(size, *rc::gen::inRange(1U, 100U));
  const std::vector<std::string> inputs = {
      text,
      gzip(text),
      gzip(text) + std::string(5, '\0') + gzip("more"),
      gzip(gzip(text)) + "garbage",
      gzip(tar({{"a.json", text}, {"b.json.gz", gzip(text)}})),
      zip({{"a.json", text}, {"b/c.json", "{}"}}),
      compress(text, Codec::zstd),
  };
  std::string packed = inputs[*rc::gen::inRange<std::size_t>(0, inputs.size())];
  packed.resize(packed.size() - std::min(packed.size(), *rc::gen::inRange<std::size_t>(0, 30)));
  const ReadOutcome whole = read_packed(packed);
  DocumentReader reader;
  const ReadOutcome cut =
      read_all_documents(reader, open_memory(packed, *rc::gen::inRange<std::size_t>(1, 600)),
                         *rc::gen::inRange<std::size_t>(1, 700));
  RC_ASSERT(cut.documents == whole.documents);
  RC_ASSERT(damage_text(cut) == damage_text(whole));
}

RC_GTEST_PROP(DocumentReader, EndsOnAnyBytesWithAtMostOneDamagePerDocument, ()) {
  const std::vector<std::string> starts = {"",
                                           "\x1f\x8b\x08",
                                           "\x28\xb5\x2f\xfd",
                                           "BZh91AY&SY",
                                           "PK\3\4",
                                           gzip("{}\n"),
                                           std::string("\xfd\x37\x7a\x58\x5a\x00", 6)};
  std::string packed = starts[*rc::gen::inRange<std::size_t>(0, starts.size())];
  for (const char byte : *rc::gen::arbitrary<std::vector<char>>()) {
    packed += byte;
  }
  const ReadOutcome outcome = read_packed(packed);
  RC_ASSERT(outcome.damages.size() <= outcome.documents.size() + 1);
}

RC_GTEST_PROP(DocumentReader, SurvivesAnyChangedByte, ()) {
  static const std::string text = sample_text(600);
  static const std::vector<std::string> inputs = {
      gzip(text),
      gzip(tar({{"a.json", text}, {"b.json.gz", gzip(text)}})),
      tar({{"a.json", text}, {"b.json.gz", gzip(text)}}),
      zip({{"a.json", text}, {"b/c.json", text}}),
      compress(text, Codec::zstd),
      compress(text, Codec::bzip2),
      compress(text, Codec::xz),
  };
  std::string packed = inputs[*rc::gen::inRange<std::size_t>(0, inputs.size())];
  for (int changes = *rc::gen::inRange(1, 4); changes > 0; --changes) {
    packed[*rc::gen::inRange<std::size_t>(0, packed.size())] = *rc::gen::arbitrary<char>();
  }
  const ReadOutcome outcome = read_packed(packed);
  RC_ASSERT(outcome.damages.size() <= outcome.documents.size() + 1);
}

}  // namespace
}  // namespace bedrocklog::ingest
