// Checksums against their published check values, and which promise of a head counts.
#include "ingest/aws/object_checksum.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "ingest/aws/digest.h"

namespace bedrocklog::aws {
namespace {

constexpr std::string_view check_text = "123456789";

struct Promise {
  const char* name;
  const char* header;
  const char* value;  // Of check_text.
};

// CRCs: the check values of the catalogues (AE8B14860A799888, E3069283, CBF43926).
constexpr Promise promises[] = {
    {"crc64nvme", "x-amz-checksum-crc64nvme", "rosUhgp5mIg="},
    {"crc32c", "x-amz-checksum-crc32c", "4waSgw=="},
    {"crc32", "x-amz-checksum-crc32", "y/Q5Jg=="},
    {"sha256", "x-amz-checksum-sha256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="},
    {"sha1", "x-amz-checksum-sha1", "98O8HYCOBHMq32eZZczDTKeuNEE="},
    {"md5", "ETag", "\"25f9e794323b453885f5181f1b624d0b\""},
};

HttpHead head_of(std::vector<HttpHeader> headers) {
  return {200, std::move(headers)};
}

std::optional<std::string> mismatch_of(const HttpHead& head, std::string_view body) {
  ObjectChecksum checksum(head);
  checksum.add(body);
  return checksum.mismatch();
}

TEST(ObjectChecksum, KnowsThePublishedCheckValues) {
  for (const Promise& promise : promises) {
    const HttpHead head = head_of({{promise.header, promise.value}});
    EXPECT_EQ(ObjectChecksum(head).name(), promise.name);
    EXPECT_EQ(mismatch_of(head, check_text), std::nullopt) << promise.name;
  }
}

TEST(ObjectChecksum, NoticesOneWrongByte) {
  for (const Promise& promise : promises) {
    const HttpHead head = head_of({{promise.header, promise.value}});
    EXPECT_EQ(mismatch_of(head, "123456788"), promise.name);
    EXPECT_EQ(mismatch_of(head, "12345678"), promise.name);
    EXPECT_EQ(mismatch_of(head, ""), promise.name);
  }
}

// Bit by bit, as the definition of a reflected CRC goes.
template <class Word>
std::string slow_crc(std::string_view bytes, Word polynomial) {
  Word word = static_cast<Word>(~Word{0});
  for (const char byte : bytes) {
    word ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      word = (word & 1U) != 0 ? (word >> 1U) ^ polynomial : word >> 1U;
    }
  }
  word = static_cast<Word>(~word);
  std::string out;
  for (std::size_t i = sizeof(Word); i-- > 0;) {
    out += static_cast<char>((word >> (8 * i)) & 0xFFU);
  }
  return base64_encoded(out);
}

RC_GTEST_PROP(ObjectChecksum, MatchesTheDefinitionHoweverTheBytesAreCut,
              (const std::vector<std::string>& pieces, unsigned repeat)) {
  std::string whole;
  for (unsigned i = 0; i <= repeat % 8; ++i) {
    for (const std::string& piece : pieces) {
      whole += piece;
    }
  }
  const std::string crc64 = slow_crc<std::uint64_t>(whole, 0x9A6C9329AC4BC9B5U);
  const std::string crc32c = slow_crc<std::uint32_t>(whole, 0x82F63B78U);
  for (const HttpHead& head : {head_of({{"x-amz-checksum-crc64nvme", crc64}}),
                               head_of({{"x-amz-checksum-crc32c", crc32c}})}) {
    ObjectChecksum checksum(head);
    for (unsigned i = 0; i <= repeat % 8; ++i) {
      for (const std::string& piece : pieces) {
        checksum.add(piece);
      }
    }
    RC_ASSERT(checksum.mismatch() == std::nullopt);
    RC_ASSERT(mismatch_of(head, whole) == std::nullopt);
    RC_ASSERT(mismatch_of(head, whole + 'x') != std::nullopt);
  }
}

TEST(ObjectChecksum, LongBodiesMatchInAnyCut) {
  std::string body(100'003, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) {
    body[i] = static_cast<char>(i * 7 + i / 251);
  }
  const HttpHead head =
      head_of({{"x-amz-checksum-crc64nvme", slow_crc<std::uint64_t>(body, 0x9A6C9329AC4BC9B5U)}});
  for (const std::size_t cut : {1U, 15U, 16U, 17U, 4'096U, 99'999U}) {
    ObjectChecksum checksum(head);
    for (std::size_t start = 0; start < body.size(); start += cut) {
      checksum.add(std::string_view(body).substr(start, cut));
    }
    EXPECT_EQ(checksum.mismatch(), std::nullopt) << cut;
  }
}

TEST(ObjectChecksum, ChecksAnEmptyBody) {
  EXPECT_EQ(mismatch_of(head_of({{"ETag", "\"d41d8cd98f00b204e9800998ecf8427e\""}}), ""),
            std::nullopt);
  EXPECT_EQ(mismatch_of(head_of({{"x-amz-checksum-crc64nvme", "AAAAAAAAAAA="}}), ""), std::nullopt);
}

TEST(ObjectChecksum, AskingTwiceChangesNothing) {
  for (const Promise& promise : promises) {
    ObjectChecksum checksum(head_of({{promise.header, promise.value}}));
    checksum.add(check_text.substr(0, 4));
    EXPECT_EQ(checksum.mismatch(), promise.name);
    checksum.add(check_text.substr(4));
    EXPECT_EQ(checksum.mismatch(), std::nullopt);
    EXPECT_EQ(checksum.mismatch(), std::nullopt);
  }
}

TEST(ObjectChecksum, TakesTheCheapestPromise) {
  std::vector<HttpHeader> headers;
  for (auto promise = std::rbegin(promises); promise != std::rend(promises); ++promise) {
    headers.push_back({promise->header, promise->value});
    EXPECT_EQ(ObjectChecksum(head_of(headers)).name(), promise->name);
  }
}

TEST(ObjectChecksum, LeavesOutSumsOfParts) {
  EXPECT_EQ(ObjectChecksum(head_of({{"x-amz-checksum-crc32c", "4waSgw==-3"}})).name(), "");
  EXPECT_EQ(ObjectChecksum(head_of({{"x-amz-checksum-sha256", promises[3].value},
                                    {"x-amz-checksum-type", "COMPOSITE"}}))
                .name(),
            "");
  EXPECT_EQ(ObjectChecksum(head_of({{"x-amz-checksum-crc64nvme", promises[0].value},
                                    {"x-amz-checksum-type", "FULL_OBJECT"}}))
                .name(),
            "crc64nvme");
}

TEST(ObjectChecksum, LeavesOutWhatIsNoChecksum) {
  for (const char* value : {"", "rosUhgp5mIg", "rosUhgp5mI==", "rosUhg!5mIg=", "ZZZZ"}) {
    EXPECT_EQ(ObjectChecksum(head_of({{"x-amz-checksum-crc64nvme", value}})).name(), "") << value;
  }
}

TEST(ObjectChecksum, AnEtagIsAnMd5OnlyWhereS3SaysSo) {
  const std::string md5 = promises[5].value;
  const auto name_of = [](const HttpHead& head) { return ObjectChecksum(head).name(); };
  EXPECT_EQ(name_of(head_of({{"ETag", md5}})), "md5");
  EXPECT_EQ(name_of(head_of({{"ETag", md5}, {"x-amz-server-side-encryption", "AES256"}})), "md5");
  EXPECT_EQ(name_of(head_of({{"ETag", md5}, {"x-amz-server-side-encryption", "aws:kms"}})), "");
  EXPECT_EQ(name_of(head_of({{"ETag", md5}, {"x-amz-server-side-encryption", "aws:kms:dsse"}})),
            "");
  EXPECT_EQ(name_of(head_of(
                {{"ETag", md5}, {"x-amz-server-side-encryption-customer-algorithm", "AES256"}})),
            "");
  EXPECT_EQ(name_of(head_of({{"ETag", "\"25f9e794323b453885f5181f1b624d0b-2\""}})), "");
  EXPECT_EQ(name_of(head_of({{"ETag", "W/" + md5}})), "");
  EXPECT_EQ(name_of(head_of({{"ETag", "\"25f9e794323b453885f5181f1b624dxx\""}})), "");
}

TEST(ObjectChecksum, UpperCaseEtagsAreTheSameMd5) {
  EXPECT_EQ(mismatch_of(head_of({{"ETag", "\"25F9E794323B453885F5181F1B624D0B\""}}), check_text),
            std::nullopt);
}

TEST(ObjectChecksum, APartPromisesNothing) {
  HttpHead head = head_of({{"ETag", promises[5].value}, {"x-amz-checksum-crc32", "y/Q5Jg=="}});
  head.status = 206;
  EXPECT_EQ(ObjectChecksum(head).name(), "");
  EXPECT_EQ(mismatch_of(head, "other bytes"), std::nullopt);
}

TEST(ObjectChecksum, WithoutPromiseAllIsWell) {
  ObjectChecksum nothing;
  nothing.add(check_text);
  EXPECT_EQ(nothing.mismatch(), std::nullopt);
  EXPECT_EQ(nothing.name(), "");
}

TEST(ObjectChecksum, GoesOnAfterAMove) {
  ObjectChecksum first(head_of({{"x-amz-checksum-crc32c", "4waSgw=="}}));
  first.add(check_text.substr(0, 5));
  ObjectChecksum second;
  second = std::move(first);
  second.add(check_text.substr(5));
  EXPECT_EQ(second.mismatch(), std::nullopt);
  EXPECT_EQ(second.name(), "crc32c");
}

}  // namespace
}  // namespace bedrocklog::aws
