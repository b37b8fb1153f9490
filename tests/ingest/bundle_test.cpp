// zstd, bzip2, xz, tar and zip: members as documents, damage in and between them, and signatures.
#include <string>

#include <gtest/gtest.h>

#include "ingest/archive_stream.h"
#include "ingest/wrapping.h"
#include "tests/ingest/packed_bytes.h"

namespace bedrocklog::ingest {
namespace {

using Documents = std::vector<ReadDocument>;

void expect_whole(const std::string& packed, const Documents& documents) {
  const ReadOutcome outcome = read_packed(packed);
  EXPECT_TRUE(outcome.documents == documents);
  EXPECT_EQ(damage_text(outcome), "");
}

Wrapping wrapping_of_text(const std::string& text) {
  return wrapping_of(text);
}

TEST(Wrapping, IsToldByContent) {
  EXPECT_EQ(wrapping_of_text(gzip("{}")), Wrapping::gzip);
  EXPECT_EQ(wrapping_of_text("\x1f"), Wrapping::gzip);
  EXPECT_EQ(wrapping_of_text(compress("{}", Codec::zstd)), Wrapping::zstd);
  EXPECT_EQ(wrapping_of_text(compress("{}", Codec::bzip2)), Wrapping::bzip2);
  EXPECT_EQ(wrapping_of_text(compress("{}", Codec::xz)), Wrapping::xz);
  EXPECT_EQ(wrapping_of_text(tar({{"a", "{}"}})), Wrapping::tar);
  EXPECT_EQ(wrapping_of_text(zip({{"a", "{}"}})), Wrapping::zip);
  EXPECT_EQ(wrapping_of_text(zip({})), Wrapping::zip);
}

TEST(Wrapping, IsNotSeenInText) {
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("BZh"), std::string("BZh9 is a signature"),
        std::string("PK was here"), std::string("\x1f{"), std::string(257, ' ') + "ustar is a word",
        std::string(257, ' ') + "ustar  and blanks"}) {
    EXPECT_EQ(wrapping_of_text(text), Wrapping::none) << text;
  }
}

TEST(Stream, OpensZstdBzip2AndXz) {
  for (const Codec codec : {Codec::zstd, Codec::bzip2, Codec::xz}) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{700'000}}) {
      const std::string text = sample_text(size);
      expect_whole(compress(text, codec), {{"", text}});
    }
    expect_whole(compress("one\n", codec) + compress("two\n", codec), {{"", "one\ntwo\n"}});
  }
}

TEST(Stream, ReportsACutAnywhere) {
  const std::string text = sample_text(2'000);
  for (const Codec codec : {Codec::zstd, Codec::bzip2, Codec::xz}) {
    const std::string packed = compress(text, codec);
    for (std::size_t cut = 6; cut < packed.size(); ++cut) {
      const ReadOutcome outcome = read_packed(packed.substr(0, cut));
      ASSERT_EQ(outcome.documents.size(), 1U);
      ASSERT_TRUE(text.starts_with(outcome.documents[0].plain));
      ASSERT_EQ(damage_text(outcome),
                "truncated '' " + std::to_string(outcome.documents[0].plain.size()) + '\n')
          << static_cast<int>(codec) << ' ' << cut << " of " << packed.size();
    }
  }
}

TEST(Stream, ReportsAWrongByteAsCorrupt) {
  const std::string text = sample_text(300'000);
  for (const Codec codec : {Codec::zstd, Codec::bzip2, Codec::xz}) {
    std::string packed = compress(text, codec);
    // zstd as libarchive writes it has no checksum; there it is a reserved bit of the header.
    char& byte = codec == Codec::zstd ? packed[4] : packed[packed.size() / 2];
    byte = static_cast<char>(byte ^ 8);
    const ReadOutcome outcome = read_packed(packed);
    ASSERT_EQ(outcome.documents.size(), 1U);
    ASSERT_EQ(outcome.damages.size(), 1U) << static_cast<int>(codec);
    EXPECT_EQ(outcome.damages[0].kind, DamageKind::corrupt) << static_cast<int>(codec);
    EXPECT_NE(outcome.documents[0].plain, text);
  }
}

TEST(Stream, ReportsWhatFollowsABzip2Stream) {
  const std::string packed = compress("one\n", Codec::bzip2);
  expect_whole(packed + std::string(200'000, '\0'), {{"", "one\n"}});
  EXPECT_EQ(damage_text(read_packed(packed + "garbage")), "trailing_garbage '' 4\n");
  EXPECT_EQ(damage_text(read_packed(packed + std::string(200'000, '\0') + "garbage")),
            "trailing_garbage '' 4\n");
  for (std::size_t cut = 1; cut < packed.size(); ++cut) {
    const ReadOutcome outcome = read_packed(packed + packed.substr(0, cut));
    ASSERT_EQ(outcome.damages.size(), 1U) << cut;
    EXPECT_EQ(outcome.damages[0].kind, DamageKind::truncated) << cut;
    // From 14 bytes on the second stream is begun, and the buffer it shares with the first is lost.
    EXPECT_EQ(outcome.documents[0].plain, cut < 14 ? "one\n" : "") << cut;
  }
}

TEST(Stream, StopsAtTheFifthWrapping) {
  for (const Codec codec : {Codec::zstd, Codec::bzip2, Codec::xz}) {
    std::string packed = "{}";
    for (int depth = 0; depth < wrapping_depth_max; ++depth) {
      packed = compress(packed, codec);
    }
    expect_whole(packed, {{"", "{}"}});
    const ReadOutcome outcome = read_packed(compress(packed, codec));
    EXPECT_EQ(damage_text(outcome), "too_deep '' 0\n");
  }
}

TEST(Bundle, GivesEveryMemberAsADocument) {
  const std::string text = sample_text(300'000);
  const std::vector<Member> members = {{"2026/01/a.json", text}, {"empty", ""}, {"b.json", "{}"}};
  const Documents documents = {{"2026/01/a.json", text}, {"empty", ""}, {"b.json", "{}"}};
  expect_whole(tar(members), documents);
  expect_whole(gzip(tar(members)), documents);
  expect_whole(compress(tar(members), Codec::zstd), documents);
  expect_whole(compress(tar(members), Codec::bzip2), documents);
  expect_whole(compress(tar(members), Codec::xz), documents);
  expect_whole(zip(members), documents);
  expect_whole(zip(members, "store"), documents);
  expect_whole(stored_zip(members), documents);
}

TEST(Bundle, MayHoldNothing) {
  expect_whole(zip({}), {});
  expect_whole(tar({{"a", ""}}), {{"a", ""}});
}

TEST(Bundle, UnwrapsItsMembersInTurn) {
  const std::string text = sample_text(5'000);
  expect_whole(tar({{"a.json.gz", gzip(text)},
                    {"b.zip", zip({{"c.json", "{}"}, {"d.json.gz", gzip(text)}})},
                    {"e.json.zst", compress(text, Codec::zstd)},
                    {"f.json", text}}),
               {{"a.json.gz", text},
                {"b.zip/c.json", "{}"},
                {"b.zip/d.json.gz", text},
                {"e.json.zst", text},
                {"f.json", text}});
}

TEST(Bundle, PassesOverFoldersLinksAndDevices) {
  expect_whole(tar_with_special_entries(), {{"a.json", "{}"}});
}

TEST(Bundle, ReadsTarsJoinedEndToEnd) {
  expect_whole(tar({{"a", "1"}}) + tar({{"b", "2"}}), {{"a", "1"}, {"b", "2"}});
}

TEST(Bundle, CountsTowardsTheDepth) {
  const std::string five = gzip(gzip(gzip(gzip("{}"))));
  const ReadOutcome outcome = read_packed(tar({{"deep", five}, {"b", "{}"}}));
  EXPECT_TRUE(outcome.documents == (Documents{{"deep", ""}, {"b", "{}"}}));
  EXPECT_EQ(damage_text(outcome), "too_deep 'deep' 0\n");
}

TEST(Bundle, GoesOnBehindADamagedMember) {
  const std::string text = sample_text(5'000);
  const std::string packed = gzip(text);
  const ReadOutcome outcome = read_packed(tar({{"cut.gz", packed.substr(0, packed.size() - 3)},
                                               {"tail.gz", packed + "garbage"},
                                               {"good.gz", packed}}));
  EXPECT_TRUE(outcome.documents ==
              (Documents{{"cut.gz", text}, {"tail.gz", text}, {"good.gz", text}}));
  EXPECT_EQ(damage_text(outcome), "truncated 'cut.gz' 5000\ntrailing_garbage 'tail.gz' 5000\n");
}

TEST(Bundle, ReportsAWrongChecksumInAZipAndGoesOn) {
  const std::string text = sample_text(5'000);
  const std::string other = sample_text(5'000, 2);
  ReadOutcome outcome = read_packed(stored_zip({{"bad.json", other}, {"good.json", text}}, text));
  EXPECT_TRUE(outcome.documents == (Documents{{"bad.json", other}, {"good.json", text}}));
  EXPECT_EQ(damage_text(outcome), "corrupt 'bad.json' 5000\n");

  std::string packed = zip({{"bad.json", text}, {"good.json", text}});
  const std::size_t checksum = packed.find("PK\7\10") + 4;  // In the descriptor behind the content.
  packed[checksum] = static_cast<char>(packed[checksum] ^ 1);
  outcome = read_packed(packed);
  EXPECT_TRUE(outcome.documents == (Documents{{"bad.json", text}, {"good.json", text}}));
  EXPECT_EQ(damage_text(outcome), "corrupt 'bad.json' 5000\n");
}

TEST(Bundle, DeliversTheMembersBeforeACut) {
  const std::string text = sample_text(3'000);
  const std::string packed = tar({{"a.json", text}, {"b.json", text}});
  // a: header 0-511, content to 3512, padded to 3584; b: header to 4095, content to 7096.
  ReadOutcome outcome = read_packed(packed.substr(0, 5'000));
  ASSERT_EQ(outcome.documents.size(), 2U);
  EXPECT_EQ(outcome.documents[0].plain, text);
  EXPECT_TRUE(text.starts_with(outcome.documents[1].plain));
  ASSERT_EQ(outcome.damages.size(), 1U);
  EXPECT_EQ(outcome.damages[0].kind, DamageKind::truncated);
  EXPECT_EQ(outcome.damages[0].member, "b.json");
  EXPECT_EQ(outcome.damages[0].plain_byte_offset, outcome.documents[1].plain.size());

  outcome = read_packed(packed.substr(0, 3'600));  // Inside the second header.
  EXPECT_TRUE(outcome.documents == (Documents{{"a.json", text}}));
  EXPECT_EQ(damage_text(outcome), "truncated '' 0\n");
}

TEST(Bundle, ReportsADamagedHeaderAsCorrupt) {
  const std::string text = sample_text(3'000);
  std::string packed = tar({{"a.json", text}, {"b.json", text}});
  packed[3'584] = '!';  // First byte of the second name: its header checksum no longer holds.
  const ReadOutcome outcome = read_packed(packed);
  EXPECT_TRUE(outcome.documents == (Documents{{"a.json", text}}));
  EXPECT_EQ(damage_text(outcome), "corrupt '' 0\n");
}

TEST(Bundle, ReportsACutZipInTheMemberOrBehindIt) {
  const std::string text = sample_text(3'000);
  const std::string packed = stored_zip({{"a.json", text}, {"b.json", text}});
  const std::size_t second = packed.find("PK\3\4", 4);
  ReadOutcome outcome = read_packed(packed.substr(0, second + 500));
  ASSERT_EQ(outcome.documents.size(), 2U);
  EXPECT_EQ(outcome.documents[0].plain, text);
  ASSERT_EQ(outcome.damages.size(), 1U);
  EXPECT_EQ(outcome.damages[0].kind, DamageKind::truncated);
  EXPECT_EQ(outcome.damages[0].member, "b.json");

  outcome = read_packed(packed.substr(0, second));
  EXPECT_TRUE(outcome.documents == (Documents{{"a.json", text}}));
  EXPECT_EQ(damage_text(outcome), "truncated '' 0\n");
}

TEST(Bundle, ReportsDamageOfTheLayerBelowOnce) {
  const std::string text = sample_text(200'000);
  const std::string bundle = tar({{"a.json", text}, {"b.json", text}, {"c.json", text}});
  const std::string packed = gzip(bundle);
  ReadOutcome outcome = read_packed(packed.substr(0, packed.size() / 2));
  EXPECT_EQ(outcome.documents.size(), 2U);
  EXPECT_EQ(outcome.documents[0].plain, text);
  ASSERT_EQ(outcome.damages.size(), 1U);
  EXPECT_EQ(outcome.damages[0].kind, DamageKind::truncated);
  EXPECT_EQ(outcome.damages[0].member, "b.json");
  EXPECT_EQ(outcome.damages[0].plain_byte_offset, outcome.documents[1].plain.size());

  outcome = read_packed(packed + "garbage");
  EXPECT_EQ(outcome.documents.size(), 3U);
  EXPECT_EQ(damage_text(outcome), "trailing_garbage '' 0\n");

  const std::string zipped = gzip(zip({{"a.json", text}}));
  outcome =
      read_packed(zipped.substr(0, zipped.size() - 2));  // Behind all that a zip reader reads.
  EXPECT_EQ(outcome.documents.size(), 1U);
  EXPECT_EQ(damage_text(outcome), "truncated '' 0\n");
}

TEST(Bundle, SkipsWhatIsLeftUnreadOfAMember) {
  DocumentReader reader;
  reader.open(open_memory(gzip(tar({{"a.json", sample_text(300'000)}, {"b.json", "{}"}}))));
  ASSERT_TRUE(reader.next_document());
  std::string piece(10, '\0');
  EXPECT_EQ(reader.read(piece), 10U);
  ASSERT_TRUE(reader.next_document());
  EXPECT_EQ(reader.member_name(), "b.json");
  EXPECT_EQ(reader.read(piece), 2U);
  EXPECT_FALSE(reader.next_document());
  EXPECT_TRUE(reader.damages().empty());
  EXPECT_EQ(reader.plain_bytes(), 12U);
}

TEST(Bundle, CutsHugeMemberNames) {
  std::string name(6'000, 'n');
  const ReadOutcome outcome = read_packed(zip({{name, "{}"}}));
  ASSERT_EQ(outcome.documents.size(), 1U);
  EXPECT_EQ(outcome.documents[0].member.size(), member_name_bytes_max);
}

TEST(Bundle, GivesUpWhenDamagesWouldFillMemory) {
  const ReadOutcome outcome = read_packed(stored_zip(std::vector<Member>(3'000, {"m", "a"}), "b"));
  EXPECT_EQ(outcome.damages.size(), 1'000U);
  EXPECT_EQ(outcome.documents.size(), 1'000U);
}

}  // namespace
}  // namespace bedrocklog::ingest
