// S3 of the fake: buckets, settings, versions.
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fake_aws/fake_client.h"

namespace bedrocklog::fake_aws {
namespace {

using aws::CallResult;
using aws::HttpResponse;
using aws::S3Operation;
using aws::XmlElement;

constexpr const char* region = "eu-west-1";

std::string code_of(const CallResult<HttpResponse>& result) {
  if (result) {
    return "";
  }
  return result.error().error.code.empty() ? "-" : result.error().error.code;
}

std::string versioned() {
  return "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
}

std::string rule(const std::string& inner) {
  return "<LifecycleConfiguration><Rule><ID>r</ID><Status>Enabled</Status>" + inner +
         "</Rule></LifecycleConfiguration>";
}

Json statement(const std::string& effect, const Json& principal, const std::string& resource) {
  return {{"Version", "2012-10-17"},
          {"Statement",
           {{{"Effect", effect},
             {"Principal", principal},
             {"Action", "s3:PutObject"},
             {"Resource", resource}}}}};
}

struct Store {
  FakeAws fake;
  FakeClient client{fake};

  CallResult<HttpResponse> send(const std::string& in, const std::string& method,
                                aws::QueryItems query = {}, const std::string& body = "",
                                const std::string& key = "") {
    return client.calls.s3(in, {"Any", method, "my-logs", std::move(query), key, {}, body});
  }
  std::string make(const std::string& in, const std::string& location) {
    return code_of(send(in, "PUT", {},
                        location.empty()
                            ? ""
                            : "<CreateBucketConfiguration><LocationConstraint>" + location +
                                  "</LocationConstraint></CreateBucketConfiguration>"));
  }
  std::string put(const std::string& subresource, const std::string& body) {
    return code_of(send(region, "PUT", {{subresource, ""}}, body));
  }
  std::string get(const std::string& subresource) {
    return code_of(send(region, "GET", {{subresource, ""}}));
  }
  XmlElement list(aws::QueryItems query) {
    const auto answer = send(region, "GET", std::move(query));
    return answer ? aws::parse_xml(answer->body).value_or(XmlElement()) : XmlElement();
  }
};

TEST(FakeS3, WantsTheRegionNamedEverywhereButInTheOldest) {
  Store store;
  EXPECT_EQ(store.make("us-east-1", "us-east-1"), "InvalidLocationConstraint");
  EXPECT_EQ(store.make(region, ""), "IllegalLocationConstraintException");
  EXPECT_EQ(store.make(region, "eu-central-1"), "IllegalLocationConstraintException");
  EXPECT_EQ(store.make(region, region), "");
  EXPECT_EQ(store.make(region, region), "BucketAlreadyOwnedByYou");
  Store oldest;
  EXPECT_EQ(oldest.make("us-east-1", ""), "");
  EXPECT_EQ(oldest.make("us-east-1", ""), "");
}

TEST(FakeS3, TellsOfABucketElsewhereAndHidesThatOfAnother) {
  Store store;
  EXPECT_EQ(code_of(store.send(region, "HEAD")), "NotFound");
  ASSERT_EQ(store.make(region, region), "");
  EXPECT_EQ(code_of(store.send(region, "HEAD")), "");
  const auto elsewhere = store.send("eu-central-1", "HEAD");
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error().error.status, 301);
  EXPECT_EQ(elsewhere.error().error.region, region);

  Json snapshot = store.fake.snapshot();
  snapshot["services"]["s3"]["Buckets"]["my-logs"]["Owner"] = "999999999999";
  store.fake.restore(snapshot);
  EXPECT_EQ(code_of(store.send(region, "HEAD")), "AccessDenied");
  EXPECT_EQ(store.make(region, region), "BucketAlreadyExists");
}

TEST(FakeS3, TakesTheLifecycleRulesThatS3Takes) {
  Store store;
  ASSERT_EQ(store.make(region, region), "");
  EXPECT_EQ(store.get("lifecycle"), "NoSuchLifecycleConfiguration");
  const std::string all = "<Filter><Prefix></Prefix></Filter>";
  EXPECT_EQ(store.put("lifecycle", rule(all)), "InvalidRequest");
  EXPECT_EQ(store.put("lifecycle", rule("<Expiration><Days>9</Days></Expiration>")),
            "MalformedXML");
  EXPECT_EQ(store.put("lifecycle", rule(all + "<Expiration><Days>0</Days></Expiration>")),
            "InvalidArgument");
  EXPECT_EQ(
      store.put("lifecycle", rule(all + "<Expiration><Days>9</Days><ExpiredObjectDeleteMarker>true"
                                        "</ExpiredObjectDeleteMarker></Expiration>")),
      "MalformedXML");
  EXPECT_EQ(store.put("lifecycle", rule(all + "<Transition><Days>20</Days><StorageClass>STANDARD_IA"
                                              "</StorageClass></Transition>")),
            "InvalidArgument");
  EXPECT_EQ(store.put("lifecycle", rule(all + "<Expiration><Days>30</Days></Expiration>"
                                              "<Transition><Days>30</Days><StorageClass>GLACIER"
                                              "</StorageClass></Transition>")),
            "InvalidArgument");
  EXPECT_EQ(store.put("lifecycle", rule(all + "<Expiration><Days>9</Days></Expiration>")), "");
  const XmlElement kept = store.list({{"lifecycle", ""}});
  ASSERT_NE(kept.child("Rule"), nullptr);
  EXPECT_EQ(kept.child("Rule")->child("Expiration")->text_of("Days"), "9");
}

TEST(FakeS3, RefusesPoliciesOfOtherBucketsAndForEverybody) {
  Store store;
  ASSERT_EQ(store.make(region, region), "");
  EXPECT_EQ(store.get("policy"), "NoSuchBucketPolicy");
  const Json bedrock = {{"Service", "bedrock.amazonaws.com"}};
  EXPECT_EQ(store.put("policy", statement("Allow", bedrock, "arn:aws:s3:::other/*").dump()),
            "MalformedPolicy");
  EXPECT_EQ(store.put("policy", statement("Allow", "*", "arn:aws:s3:::my-logs/*").dump()),
            "AccessDenied");
  EXPECT_EQ(store.put("policy", statement("Deny", "*", "arn:aws:s3:::my-logs/*").dump()), "");
  EXPECT_EQ(store.put("policy", statement("Allow", bedrock, "arn:aws:s3:::my-logs/*").dump()), "");
  EXPECT_EQ(store.get("policy"), "");
}

TEST(FakeS3, KeepsABucketUntilItsLastVersionIsGone) {
  Store store;
  ASSERT_EQ(store.make(region, region), "");
  ASSERT_EQ(store.put("versioning", versioned()), "");
  store.fake.put_object("my-logs", "a/1 +.gz", "one", 1'790'000'000);
  store.fake.put_object("my-logs", "a/1 +.gz", "two", 1'790'000'000);
  ASSERT_EQ(code_of(store.send(region, "DELETE", {}, "", "a/1%20%2B.gz")), "");
  EXPECT_EQ(store.list({{"list-type", "2"}}).text_of("KeyCount"), "0");
  EXPECT_EQ(code_of(store.send(region, "DELETE")), "BucketNotEmpty");

  const XmlElement page =
      store.list({{"versions", ""}, {"encoding-type", "url"}, {"max-keys", "2"}});
  EXPECT_EQ(page.all("DeleteMarker").size(), 1U);
  EXPECT_EQ(page.all("Version").size(), 1U);
  EXPECT_EQ(page.text_of("IsTruncated"), "true");
  EXPECT_EQ(page.text_of("NextKeyMarker"), "a/1%20%2B.gz");
  XmlElement rest =
      store.list({{"versions", ""},
                  {"key-marker", "a/1 +.gz"},
                  {"version-id-marker", std::string(page.text_of("NextVersionIdMarker"))}});
  EXPECT_EQ(rest.all("Version").size(), 1U);

  XmlElement body{"Delete", "", {}};
  for (const XmlElement& entry : store.list({{"versions", ""}}).children) {
    if (entry.child("VersionId") != nullptr) {
      body.children.push_back({"Object", "", {*entry.child("Key"), *entry.child("VersionId")}});
    }
  }
  ASSERT_EQ(body.children.size(), 3U);
  ASSERT_EQ(code_of(store.send(region, "POST", {{"delete", ""}}, aws::to_xml(body, ""))), "");
  EXPECT_EQ(code_of(store.send(region, "DELETE")), "");
  EXPECT_EQ(store.fake.snapshot(), FakeAws().snapshot());
}

TEST(FakeS3, ListsObjectsPageByPageAndFoldsWhatADelimiterCuts) {
  Store store;
  ASSERT_EQ(store.make(region, region), "");
  for (const char* const key : {"a/1", "a/2", "b/1", "c"}) {
    store.fake.put_object("my-logs", key, "x", 1);
  }
  XmlElement page = store.list({{"list-type", "2"}, {"max-keys", "3"}});
  EXPECT_EQ(page.all("Contents").size(), 3U);
  EXPECT_EQ(page.text_of("IsTruncated"), "true");
  const std::string token(page.text_of("NextContinuationToken"));
  page = store.list({{"list-type", "2"}, {"continuation-token", token}});
  ASSERT_EQ(page.all("Contents").size(), 1U);
  EXPECT_EQ(page.child("Contents")->text_of("Key"), "c");
  page = store.list({{"list-type", "2"}, {"delimiter", "/"}});
  EXPECT_EQ(page.all("CommonPrefixes").size(), 2U);
  EXPECT_EQ(code_of(store.send(region, "GET", {{"list-type", "2"}, {"continuation-token", "x"}})),
            "InvalidArgument");
}

TEST(FakeS3, HasTheSameStateAfterASnapshotIsPutBack) {
  Store store;
  ASSERT_EQ(store.make(region, region), "");
  ASSERT_EQ(store.put("versioning", versioned()), "");
  ASSERT_EQ(store.put("tagging",
                      "<Tagging><TagSet><Tag><Key>b</Key><Value></Value></Tag>"
                      "<Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>"),
            "");
  store.fake.put_object("my-logs", "k", "one", 17);
  ASSERT_EQ(code_of(store.send(region, "POST", {{"uploads", ""}}, "", "k2")), "");
  const Json snapshot = store.fake.snapshot();
  Store other;
  other.fake.restore(snapshot);
  EXPECT_EQ(other.fake.snapshot(), snapshot);
  EXPECT_EQ(other.list({{"tagging", ""}}).child("TagSet")->all("Tag").size(), 2U);
}

TEST(FakeS3, LetsBedrockWriteOnlyWhereThePolicyDoes) {
  Store store;
  ASSERT_EQ(store.make(region, region), "");
  const auto configure = [&](const std::string& prefix) {
    const auto answer = store.client.calls.rest_json(
        "bedrock", region, "Put", "PUT", "/logging/modelinvocations",
        {{"loggingConfig", {{"s3Config", {{"bucketName", "my-logs"}, {"keyPrefix", prefix}}}}}});
    return answer ? "" : answer.error().error.code;
  };
  EXPECT_EQ(configure("p"), "ValidationException");
  ASSERT_EQ(store.put("policy", statement("Allow", {{"Service", "bedrock.amazonaws.com"}},
                                          "arn:aws:s3:::my-logs/p/AWSLogs/123456789012/"
                                          "BedrockModelInvocationLogs/*")
                                    .dump()),
            "");
  EXPECT_EQ(configure("q"), "ValidationException");
  EXPECT_EQ(configure("p"), "");
  const XmlElement page = store.list({{"list-type", "2"}});
  ASSERT_NE(page.child("Contents"), nullptr);
  EXPECT_EQ(page.child("Contents")->text_of("Key"),
            "p/AWSLogs/123456789012/BedrockModelInvocationLogs/"
            "amazon-bedrock-logs-permission-check");
}

}  // namespace
}  // namespace bedrocklog::fake_aws
