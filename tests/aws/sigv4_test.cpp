// SigV4 against AWS's published test suite and its published S3 examples.
#include "ingest/aws/sigv4.h"

#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include "ingest/aws/digest.h"
#include "ingest/aws/uri_text.h"

namespace bedrocklog::aws {
namespace {

constexpr const char* empty_hash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string header_of(const HttpRequest& request, const std::string& name) {
  for (const HttpHeader& header : request.headers) {
    if (header.name == name) {
      return header.value;
    }
  }
  return "";
}

std::string part_of(const HttpRequest& request, const std::string& name) {
  const std::string all = header_of(request, "Authorization");
  const std::size_t start = all.find(name + '=');
  if (start == std::string::npos) {
    return "";
  }
  const std::size_t value = start + name.size() + 1;
  return all.substr(value, all.find(',', value) - value);
}

UtcTime suite_time() {
  return *parse_iso_time("2015-08-30T12:36:00Z");
}

const SigningScope& suite_scope() {
  static const SigningScope scope{"us-east-1", "service"};
  return scope;
}

Credentials suite_credentials(const std::string& token = "") {
  Credentials credentials;
  credentials.access_key_id = "AKIDEXAMPLE";
  credentials.secret_access_key = SecretText("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
  credentials.session_token = SecretText(token);
  return credentials;
}

nlohmann::json suite_cases() {
  std::ifstream in(std::string(SOURCE_ROOT) + "/tests/data/sigv4/vectors.json");
  return nlohmann::json::parse(in).at("cases");
}

UnsignedRequest request_of(const nlohmann::json& test) {
  UnsignedRequest request;
  request.authority = "example.amazonaws.com";
  request.method = test.value("method", "GET");
  request.path = test.value("path", "/");
  request.body = test.value("body", "");
  request.query = test.value("query", QueryItems());
  for (const auto& [name, value] : test.value("headers", QueryItems())) {
    request.headers.push_back({name, value});
  }
  return request;
}

TEST(Sigv4, SignsThePublishedSuiteAsItSays) {
  int count = 0;
  for (const nlohmann::json& test : suite_cases()) {
    if (test.value("normalize", true)) {
      const HttpRequest signed_one =
          signed_request(request_of(test), suite_scope(), {},
                         suite_credentials(test.value("token", "")), suite_time());
      EXPECT_EQ(test.at("signature"), part_of(signed_one, "Signature")) << test.at("name");
      ++count;
    }
  }
  EXPECT_EQ(count, 32);
}

// The suite leaves paths alone without S3's body hash, which no service wants: the steps behind
// the path are taken by hand.
TEST(Sigv4, LeavesPathsOfS3AsThePublishedSuiteSays) {
  int count = 0;
  for (const nlohmann::json& test : suite_cases()) {
    if (!test.value("normalize", true)) {
      const std::string canonical = "GET\n" +
                                    canonical_path(test.at("path").get<std::string>(), {true}) +
                                    "\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n"
                                    "\nhost;x-amz-date\n" +
                                    empty_hash;
      std::string key = "AWS4wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
      for (const char* part : {"20150830", "us-east-1", "service", "aws4_request"}) {
        key = hmac_sha256(key, part);
      }
      const std::string to_sign =
          "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n" +
          sha256_hex(canonical);
      EXPECT_EQ(test.at("signature"), to_hex(hmac_sha256(key, to_sign))) << test.at("name");
      ++count;
    }
  }
  EXPECT_EQ(count, 7);
}

struct S3Example {
  UnsignedRequest request;
  const char* signed_headers;
  const char* signature;
};

std::vector<S3Example> s3_examples() {
  const auto get = [](const std::string& path, const QueryItems& query) {
    UnsignedRequest request;
    request.authority = "examplebucket.s3.amazonaws.com";
    request.path = path;
    request.query = query;
    return request;
  };
  UnsignedRequest range = get("/test.txt", {});
  range.headers = {{"Range", "bytes=0-9"}};
  UnsignedRequest put = get("/test%24file.text", {});
  put.method = "PUT";
  put.body = "Welcome to Amazon S3.";
  put.headers = {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                 {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
  return {
      {range, "host;range;x-amz-content-sha256;x-amz-date",
       "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
      {put, "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
       "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
      {get("/", {{"lifecycle", ""}}), "host;x-amz-content-sha256;x-amz-date",
       "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
      {get("/", {{"max-keys", "2"}, {"prefix", "J"}}), "host;x-amz-content-sha256;x-amz-date",
       "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
  };
}

HttpRequest signed_for_s3(const UnsignedRequest& request) {
  Credentials credentials;
  credentials.access_key_id = "AKIAIOSFODNN7EXAMPLE";
  credentials.secret_access_key = SecretText("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
  return signed_request(request, {"us-east-1", "s3"}, {true}, credentials,
                        *parse_iso_time("2013-05-24T00:00:00Z"));
}

TEST(Sigv4, SignsThePublishedS3ExamplesAsTheySay) {
  for (const S3Example& example : s3_examples()) {
    const HttpRequest signed_one = signed_for_s3(example.request);
    EXPECT_EQ(part_of(signed_one, "Signature"), example.signature) << signed_one.url;
    EXPECT_EQ(part_of(signed_one, "SignedHeaders"), example.signed_headers);
    EXPECT_EQ(part_of(signed_one, "Credential"),
              "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request");
    EXPECT_EQ(header_of(signed_one, "x-amz-content-sha256"), sha256_hex(example.request.body));
  }
}

// An independent reading of the request that goes out: query split off the URL, signed headers
// picked from those sent.
std::string signature_of_sent(const HttpRequest& sent, const std::string& secret) {
  const std::size_t path = sent.url.find('/', sent.url.find("//") + 2);
  const std::size_t query = std::min(sent.url.find('?'), sent.url.size());
  const std::string names = part_of(sent, "SignedHeaders");
  std::string canonical = sent.method + '\n' + sent.url.substr(path, query - path) + '\n' +
                          (query < sent.url.size() ? sent.url.substr(query + 1) : "") + '\n';
  for (std::size_t start = 0; start < names.size();) {
    const std::size_t end = std::min(names.find(';', start), names.size());
    const std::string name = names.substr(start, end - start);
    for (const HttpHeader& header : sent.headers) {
      std::string sent_name = header.name;
      std::transform(sent_name.begin(), sent_name.end(), sent_name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      canonical += sent_name == name ? name + ':' + header.value + '\n' : "";
    }
    start = end + 1;
  }
  canonical += '\n' + names + '\n' + sha256_hex(sent.body);
  const std::string time = header_of(sent, "X-Amz-Date");
  std::string key = "AWS4" + secret;
  for (const std::string& part : {time.substr(0, 8), std::string("us-east-1"), std::string("s3"),
                                  std::string("aws4_request")}) {
    key = hmac_sha256(key, part);
  }
  return to_hex(hmac_sha256(key, "AWS4-HMAC-SHA256\n" + time + '\n' + time.substr(0, 8) +
                                     "/us-east-1/s3/aws4_request\n" + sha256_hex(canonical)));
}

RC_GTEST_PROP(Sigv4, SignsTheSameBytesThatAreSent,
              (const std::string& key, const QueryItems& query, const std::string& body)) {
  UnsignedRequest request;
  request.authority = "bucket.s3.us-east-1.amazonaws.com";
  request.path = '/' + percent_encoded_path(key);
  request.query = query;
  request.body = body;
  request.headers = {{"If-Match", " \"a  b\" "}, {"x-amz-checksum-mode", "ENABLED"}};
  const HttpRequest sent = signed_for_s3(request);
  RC_ASSERT(part_of(sent, "Signature") ==
            signature_of_sent(sent, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
  RC_ASSERT(sent.url.find_first_of(" \r\n#") == std::string::npos);
}

TEST(Sigv4, WritesNoQuestionMarkWithoutQuery) {
  UnsignedRequest request;
  request.authority = "localhost:9000";
  request.scheme = "http";
  request.path = "/bucket/a%2Bb";
  EXPECT_EQ(signed_for_s3(request).url, "http://localhost:9000/bucket/a%2Bb");
  request.query = {{"prefix", "a b+c/é"}, {"list-type", "2"}};
  EXPECT_EQ(signed_for_s3(request).url,
            "http://localhost:9000/bucket/a%2Bb?list-type=2&prefix=a%20b%2Bc%2F%C3%A9");
}

TEST(Sigv4, SortsByEncodedNameThenValue) {
  EXPECT_EQ(canonical_query({{"b", ""}, {"a", "2"}, {"a", "10"}, {"A", "~"}, {"a-b", "x"}}),
            "A=~&a=10&a=2&a-b=x&b=");
  EXPECT_EQ(canonical_query({}), "");
}

TEST(Sigv4, EncodesPathsOnceMoreButForS3) {
  EXPECT_EQ(canonical_path("/guardrails/arn%3Aaws", {}), "/guardrails/arn%253Aaws");
  EXPECT_EQ(canonical_path("/a//b/./c/../d/", {}), "/a/b/d/");
  EXPECT_EQ(canonical_path("", {}), "/");
  EXPECT_EQ(canonical_path("/../..", {}), "/");
  EXPECT_EQ(canonical_path("/a//b/./c/../d%20e", {true}), "/a//b/./c/../d%20e");
  EXPECT_EQ(canonical_path("", {true}), "/");
}

TEST(Sigv4, SendsTheSessionTokenAndSignsIt) {
  UnsignedRequest request;
  request.authority = "example.amazonaws.com";
  const HttpRequest with =
      signed_request(request, suite_scope(), {}, suite_credentials("token"), suite_time());
  EXPECT_EQ(header_of(with, "X-Amz-Security-Token"), "token");
  EXPECT_EQ(part_of(with, "SignedHeaders"), "host;x-amz-date;x-amz-security-token");
}

TEST(Sigv4, LeavesOutWhatProxiesRewrite) {
  UnsignedRequest request;
  request.authority = "example.amazonaws.com";
  request.headers = {{"User-Agent", "bedrocklog"}, {"Content-Length", "0"}, {"Expect", ""}};
  const HttpRequest sent =
      signed_request(request, suite_scope(), {}, suite_credentials(), suite_time());
  EXPECT_EQ(part_of(sent, "SignedHeaders"), "host;x-amz-date");
  EXPECT_EQ(header_of(sent, "User-Agent"), "bedrocklog");
}

TEST(Sigv4, WithoutAccessKeyNothingIsSigned) {
  UnsignedRequest request;
  request.authority = "public.s3.us-east-1.amazonaws.com";
  request.query = {{"list-type", "2"}};
  const HttpRequest sent =
      signed_request(request, {"us-east-1", "s3"}, {true}, Credentials(), suite_time());
  EXPECT_EQ(sent.url, "https://public.s3.us-east-1.amazonaws.com/?list-type=2");
  ASSERT_EQ(sent.headers.size(), 1U);
  EXPECT_EQ(sent.headers[0].name, "Host");
}

// A key or an ETag comes from a bucket that others write to.
TEST(Sigv4, NoHeaderValueCanStartAnotherHeader) {
  UnsignedRequest request;
  request.authority = "example.amazonaws.com";
  request.headers = {{"If-Match", "\"etag\"\r\nx-amz-evil: 1"}};
  const HttpRequest sent =
      signed_request(request, suite_scope(), {}, suite_credentials(), suite_time());
  EXPECT_EQ(header_of(sent, "If-Match"), "\"etag\" x-amz-evil: 1");
}

TEST(Sigv4, TakesTheBodyHashThatTheCallerStates) {
  UnsignedRequest request;
  request.authority = "examplebucket.s3.amazonaws.com";
  request.headers = {{"x-amz-content-sha256", "UNSIGNED-PAYLOAD"}};
  const HttpRequest sent = signed_for_s3(request);
  EXPECT_EQ(std::count_if(sent.headers.begin(), sent.headers.end(),
                          [](const HttpHeader& h) { return h.name == "x-amz-content-sha256"; }),
            1);
}

}  // namespace
}  // namespace bedrocklog::aws
