// Listing answers as different servers write them, and what is no listing.
#include <string>

#include <gtest/gtest.h>

#include "ingest/aws/s3_client.h"

namespace bedrocklog::aws {
namespace {

std::string listing(const std::string& inner) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>b</Name>" +
         inner + "</ListBucketResult>";
}

std::string contents(const std::string& key) {
  return "<Contents><Key>" + key + "</Key><Size>5</Size></Contents>";
}

constexpr const char* last_page = "<IsTruncated>false</IsTruncated>";
constexpr const char* encoded = "<EncodingType>url</EncodingType>";

std::string only_key(const std::string& xml) {
  const std::optional<ListPage> page = read_list_page(xml);
  return page && page->objects.size() == 1 ? page->objects[0].key : "(none)";
}

TEST(ListPage, ReadsEveryFieldOfAnObject) {
  const auto page = read_list_page(listing(
      std::string(last_page) +
      "<Contents><Key>logs/a.json.gz</Key><LastModified>2026-03-04T10:15:07.000Z</LastModified>"
      "<ETag>&quot;0123456789abcdef0123456789abcdef&quot;</ETag><Size>5000000000</Size>"
      "<Owner><ID>x</ID></Owner><StorageClass>GLACIER</StorageClass></Contents>"));
  ASSERT_TRUE(page);
  ASSERT_EQ(page->objects.size(), 1U);
  const S3Object& object = page->objects[0];
  EXPECT_EQ(object.key, "logs/a.json.gz");
  EXPECT_EQ(object.size_bytes, 5'000'000'000U);
  EXPECT_EQ(object.etag, "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(object.last_modified.seconds, 1'772'619'307);
  EXPECT_EQ(object.storage_class, "GLACIER");
  EXPECT_EQ(page->continuation, "");
}

TEST(ListPage, DecodesKeysOnlyWhenTheAnswerSaysTheyAreEncoded) {
  const std::string key = contents("a%2Fb+c%2B%C3%BC%26%27");
  EXPECT_EQ(only_key(listing(std::string(last_page) + encoded + key)), "a/b c+\xC3\xBC&'");
  EXPECT_EQ(only_key(listing(last_page + key)), "a%2Fb+c%2B%C3%BC%26%27");
}

TEST(ListPage, KeepsSlashesThatAServerLeavesAlone) {
  EXPECT_EQ(only_key(listing(std::string(last_page) + encoded + contents("AWSLogs/1/x%20y"))),
            "AWSLogs/1/x y");
}

TEST(ListPage, KeepsBlanksOfRawKeysAndUndoesXmlEscapes) {
  EXPECT_EQ(only_key(listing(last_page + contents(" "))), " ");
  EXPECT_EQ(only_key(listing(last_page + contents(" a &lt;&amp;&gt; "))), " a <&> ");
}

TEST(ListPage, ReadsCommonPrefixesInBothWritings) {
  const auto page = read_list_page(
      listing(std::string(last_page) + encoded +
              "<Prefix>ignored/</Prefix>"
              "<CommonPrefixes><Prefix>a%2F</Prefix></CommonPrefixes>"
              "<CommonPrefixes><Prefix>b+c/</Prefix><Prefix>d/</Prefix></CommonPrefixes>"));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->common_prefixes, (std::vector<std::string>{"a/", "b c/", "d/"}));
  EXPECT_TRUE(page->objects.empty());
}

TEST(ListPage, GoesOnOnlyWhenTruncated) {
  const std::string token = "<NextContinuationToken>1a+/=</NextContinuationToken>";
  const auto more = read_list_page(listing("<IsTruncated>true</IsTruncated>" + token));
  ASSERT_TRUE(more);
  EXPECT_EQ(more->continuation, "1a+/=");
  EXPECT_TRUE(more->objects.empty());
  const auto last = read_list_page(listing(last_page + token));
  ASSERT_TRUE(last);
  EXPECT_EQ(last->continuation, "");
}

TEST(ListPage, RefusesWhatWouldLoseObjects) {
  EXPECT_FALSE(read_list_page(""));
  EXPECT_FALSE(read_list_page("<Error><Code>InternalError</Code></Error>"));
  EXPECT_FALSE(read_list_page(listing("")));  // Neither truncated nor not.
  EXPECT_FALSE(read_list_page(listing("<IsTruncated>true</IsTruncated>")));
  const std::string whole = listing(last_page + contents("a"));
  ASSERT_TRUE(read_list_page(whole));
  for (std::size_t cut = 0; cut + 1 < whole.size(); ++cut) {
    EXPECT_FALSE(read_list_page(whole.substr(0, cut))) << cut;
  }
}

TEST(ListPage, RefusesObjectsWithoutKeyOrSize) {
  const std::string begin = last_page;
  EXPECT_FALSE(read_list_page(listing(begin + "<Contents><Size>1</Size></Contents>")));
  EXPECT_FALSE(read_list_page(listing(begin + "<Contents><Key>a</Key></Contents>")));
  EXPECT_FALSE(read_list_page(listing(begin + "<Contents><Key>a</Key><Size>-1</Size></Contents>")));
  EXPECT_FALSE(
      read_list_page(listing(begin + "<Contents><Key>a</Key><Size>1e3</Size></Contents>")));
  EXPECT_FALSE(read_list_page(listing(begin + encoded + contents("a%2"))));
}

}  // namespace
}  // namespace bedrocklog::aws
