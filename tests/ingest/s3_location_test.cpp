// s3:// locations taken apart, or refused in words.
#include "ingest/s3_location.h"

#include <gtest/gtest.h>

namespace bedrocklog::ingest {
namespace {

TEST(S3Location, IsTakenApartWithTheKeyAsWritten) {
  const auto parts = [](const std::string& location) {
    const auto parsed = parse_s3_location(location);
    return parsed ? parsed->bucket + '|' + parsed->key : parsed.error().message;
  };
  EXPECT_EQ(parts("s3://logs"), "logs|");
  EXPECT_EQ(parts("s3://logs/"), "logs|");
  EXPECT_EQ(parts("s3://logs/a/b"), "logs|a/b");
  EXPECT_EQ(parts("s3://logs/a b+c//d%20/"), "logs|a b+c//d%20/");
  EXPECT_EQ(parts("s3://logs//a"), "logs|/a");
  EXPECT_EQ(parts("s3://My_old.bucket-1/**/*.gz"), "My_old.bucket-1|**/*.gz");
}

TEST(S3Location, IsRefusedWithoutABucketThatCanExist) {
  const auto message = [](const std::string& location) {
    const auto parsed = parse_s3_location(location);
    EXPECT_FALSE(parsed) << location;
    EXPECT_TRUE(parsed || parsed.error().subject == location);
    return parsed ? std::string() : parsed.error().message;
  };
  EXPECT_EQ(message("s3://"), "names no bucket; write s3://bucket/prefix");
  EXPECT_EQ(message("s3:///a"), "names no bucket; write s3://bucket/prefix");
  EXPECT_EQ(message("s3://log*/a"),
            "has a pattern for a bucket; name each bucket, patterns are for keys");
  for (const char* bucket : {"ab", "-abc", "abc-", "a..b", "a b", "a@evil.example", "abc:80"}) {
    EXPECT_EQ(message(std::string("s3://") + bucket + "/k"),
              std::string("names a bucket that cannot exist: ") + bucket);
  }
  EXPECT_NE(message("logs/a"), "");
}

TEST(S3Location, IsToldByItsScheme) {
  EXPECT_TRUE(is_s3_location("s3://"));
  EXPECT_FALSE(is_s3_location("s3:/logs"));
  EXPECT_FALSE(is_s3_location("/s3://logs"));
  EXPECT_FALSE(is_s3_location("-"));
}

}  // namespace
}  // namespace bedrocklog::ingest
