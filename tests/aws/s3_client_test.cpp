// Listing and reading one bucket: what is asked, how pages go on, and buckets of other regions.
#include "ingest/aws/s3_client.h"

#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>

#include "tests/aws/loopback_bucket.h"

namespace bedrocklog::aws {
namespace {

/// Collects a body and waits for the end.
class BodyCollector final : public CallReceiver {
 public:
  void prepare(ServiceRequest& /*request*/, unsigned attempt) override { attempt_ = attempt; }
  std::optional<std::string> on_head(const HttpHead& /*head*/) override {
    body_.clear();
    return std::nullopt;
  }
  BodyAction on_body(std::span<const char> bytes) override {
    body_.append(bytes.data(), bytes.size());
    return BodyAction::taken;
  }
  std::optional<std::string> on_complete() override { return std::nullopt; }
  void on_done(const CallFailure* failure) override {
    const std::scoped_lock lock(guard_);
    failure_ = failure == nullptr ? std::nullopt : std::optional(*failure);
    is_done_ = true;
    done_.notify_one();
  }

  std::string body() {
    wait();
    return failure_ ? "failed: " + failure_->fault.message : body_;
  }
  Fault fault() {
    wait();
    return failure_ ? failure_->fault : Fault{};
  }
  [[nodiscard]] unsigned last_attempt() const { return attempt_; }

 private:
  void wait() {
    std::unique_lock lock(guard_);
    done_.wait(lock, [&] { return is_done_; });
  }

  std::mutex guard_;  // Guards is_done_ and failure_.
  std::condition_variable done_;
  bool is_done_ = false;
  std::optional<CallFailure> failure_;
  std::string body_;
  unsigned attempt_ = 0;
};

std::map<std::string, std::string> many_objects(unsigned count) {
  std::map<std::string, std::string> objects;
  for (unsigned i = 0; i < count; ++i) {
    objects["logs/" + std::to_string(100'000 + i) + " ü+&.json"] = "x";
  }
  return objects;
}

ListQuery query_of(const std::string& prefix) {
  ListQuery query;
  query.bucket = LoopbackBucket::name;
  query.prefix = prefix;
  return query;
}

TEST(S3Client, ListsPageAfterPageUntilTheLast) {
  const LoopbackBucket bucket(many_objects(2'350));
  AwsSession session(loopback_settings(bucket.url()));
  S3Client client(session);
  ListQuery query = query_of("logs/");
  std::vector<std::string> keys;
  std::vector<std::size_t> pages;
  for (;;) {
    CallResult<ListPage> page = client.list(query);
    ASSERT_TRUE(page) << page.error().fault.message;
    pages.push_back(page->objects.size());
    for (const S3Object& object : page->objects) {
      keys.push_back(object.key);
    }
    query.continuation = page->continuation;
    if (page->continuation.empty()) {
      break;
    }
  }
  std::vector<std::string> expected;
  for (const auto& [key, body] : bucket.objects()) {
    expected.push_back(key);
  }
  EXPECT_EQ(pages, (std::vector<std::size_t>{1'000, 1'000, 350}));
  EXPECT_EQ(keys, expected);
  EXPECT_EQ(client.list_requests_sent(), 3U);
}

TEST(S3Client, ListsBelowADelimiterAndBehindAKey) {
  const LoopbackBucket bucket({{"a/1", "x"}, {"a/2", "x"}, {"b", "x"}, {"c/1", "x"}});
  AwsSession session(loopback_settings(bucket.url()));
  S3Client client(session);
  ListQuery query = query_of("");
  query.delimiter = "/";
  const CallResult<ListPage> folders = client.list(query);
  ASSERT_TRUE(folders);
  EXPECT_EQ(folders->common_prefixes, (std::vector<std::string>{"a/", "c/"}));
  ASSERT_EQ(folders->objects.size(), 1U);
  query = query_of("a/");
  query.start_after = "a/1";
  const CallResult<ListPage> behind = client.list(query);
  ASSERT_TRUE(behind);
  ASSERT_EQ(behind->objects.size(), 1U);
  EXPECT_EQ(behind->objects[0].key, "a/2");
}

TEST(S3Client, RepeatsAListingThatComesGarbled) {
  int requests = 0;
  const LoopbackBucket bucket({{"a", "x"}},
                              [&](const SeenRequest&, const std::string&, CannedAnswer& answer) {
                                if (++requests == 1) {
                                  answer.body = answer.body.substr(0, answer.body.size() / 2);
                                }
                              });
  AwsSession session(loopback_settings(bucket.url()));
  S3Client client(session);
  const CallResult<ListPage> page = client.list(query_of(""));
  ASSERT_TRUE(page) << page.error().fault.message;
  EXPECT_EQ(page->objects.size(), 1U);
  EXPECT_EQ(client.list_requests_sent(), 2U);
}

TEST(S3Client, GivesUpOnAListingThatNeverBecomesOne) {
  const LoopbackBucket bucket({{"a", "x"}},
                              [](const SeenRequest&, const std::string&, CannedAnswer& answer) {
                                answer.body = "<html>it works</html>";
                              });
  AwsSettings settings = loopback_settings(bucket.url());
  settings.attempts_max = 2;
  AwsSession session(settings);
  S3Client client(session);
  const CallResult<ListPage> page = client.list(query_of("p/"));
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().fault.subject, "s3://bucket/p/");
  EXPECT_EQ(bucket.seen().size(), 2U);
}

TEST(S3Client, GetsKeysOfEveryShape) {
  const std::vector<std::string> keys = {"a//b",      "../x", "a/./b", "with space+plus",
                                         "ü/日本.gz", "/a",   "a%2Fb", "q?x=1&y#z",
                                         "'()!*~"};
  std::map<std::string, std::string> objects;
  for (const std::string& key : keys) {
    objects[key] = "body of " + key;
  }
  const LoopbackBucket bucket(objects);
  AwsSession session(loopback_settings(bucket.url()));
  S3Client client(session);
  for (const ObjectVersion& version : bucket.versions()) {
    const auto collector = std::make_shared<BodyCollector>();
    client.get(version, collector);
    EXPECT_EQ(collector->body(), "body of " + version.key);
  }
}

TEST(S3Client, AsksForTheListedVersionAndItsChecksum) {
  const LoopbackBucket bucket(LoopbackBucket::Objects{{"a", "x"}});
  AwsSettings settings = loopback_settings(bucket.url());
  settings.request_payer = true;
  AwsSession session(settings);
  S3Client client(session);
  const auto collector = std::make_shared<BodyCollector>();
  client.get(bucket.versions()[0], collector);
  EXPECT_EQ(collector->body(), "x");
  ASSERT_TRUE(client.list(query_of("")));
  const std::vector<SeenRequest> seen = bucket.seen();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].header("If-Match"), '"' + md5_etag("x") + '"');
  EXPECT_EQ(seen[0].header("x-amz-checksum-mode"), "ENABLED");
  EXPECT_EQ(seen[0].header("x-amz-request-payer"), "requester");
  EXPECT_EQ(seen[1].header("x-amz-request-payer"), "requester");
}

/// Settings that sign, so that the server sees the region.
AwsSettings signing_settings(const std::string& url) {
  AwsSettings settings = loopback_settings(url);
  settings.no_sign_request = false;
  settings.variables = {{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
                        {"AWS_SECRET_ACCESS_KEY", "not-a-real-one"}};
  return settings;
}

bool is_signed_for(const SeenRequest& request, const std::string& region) {
  return request.header("Authorization").find('/' + region + "/s3/") != std::string::npos;
}

TEST(S3Client, FollowsABucketToItsRegionOnceAndRemembers) {
  const LoopbackBucket bucket(
      {{"a", "x"}}, [](const SeenRequest& request, const std::string&, CannedAnswer& answer) {
        if (!is_signed_for(request, "eu-central-1")) {
          answer = refusal(301, "PermanentRedirect");
          answer.headers = {{"x-amz-bucket-region", "eu-central-1"}};
        }
      });
  AwsSession session(signing_settings(bucket.url()));
  S3Client client(session);
  EXPECT_EQ(client.region_of(LoopbackBucket::name), "us-east-1");
  const auto collector = std::make_shared<BodyCollector>();
  client.get(bucket.versions()[0], collector);
  EXPECT_EQ(collector->body(), "x");
  EXPECT_EQ(collector->last_attempt(), 1U);
  EXPECT_EQ(client.region_of(LoopbackBucket::name), "eu-central-1");
  ASSERT_TRUE(client.list(query_of("")));
  EXPECT_EQ(bucket.seen().size(), 3U);
}

TEST(S3Client, ReadsTheRegionWhereverTheRefusalTellsIt) {
  const std::vector<CannedAnswer> refusals = {
      refusal(400, "AuthorizationHeaderMalformed", "<Region>eu-west-1</Region>"),
      refusal(307, "TemporaryRedirect", "<Endpoint>bucket.s3-eu-west-1.amazonaws.com</Endpoint>"),
      refusal(301, "PermanentRedirect",
              "<Endpoint>s3.bucket.s3.dualstack.eu-west-1.amazonaws.com</Endpoint>"),
      refusal(400, "IllegalLocationConstraintException",
              "<Endpoint>bucket.s3.eu-west-1.amazonaws.com</Endpoint>")};
  for (const CannedAnswer& refused : refusals) {
    const LoopbackBucket bucket(
        {{"a", "x"}}, [&](const SeenRequest& request, const std::string&, CannedAnswer& answer) {
          if (!is_signed_for(request, "eu-west-1")) {
            answer = refused;
          }
        });
    AwsSettings settings = signing_settings(bucket.url());
    settings.region = "us-west-2";
    AwsSession session(settings);
    S3Client client(session);
    const CallResult<ListPage> page = client.list(query_of(""));
    ASSERT_TRUE(page) << refused.body << page.error().fault.message;
    EXPECT_EQ(page->objects.size(), 1U);
    EXPECT_EQ(bucket.seen().size(), 2U);
  }
}

TEST(S3Client, SaysWhatToDoWhenARedirectNamesNoRegion) {
  const LoopbackBucket bucket({}, [](const SeenRequest&, const std::string&, CannedAnswer& answer) {
    answer = refusal(301, "PermanentRedirect");
  });
  AwsSession session(loopback_settings(bucket.url()));
  S3Client client(session);
  const CallResult<ListPage> page = client.list(query_of(""));
  ASSERT_FALSE(page);
  EXPECT_NE(page.error().fault.message.find("--region"), std::string::npos);
  EXPECT_EQ(bucket.seen().size(), 1U);
}

TEST(S3Client, DoesNotFollowRedirectsForEver) {
  int requests = 0;
  const LoopbackBucket bucket(
      {}, [&](const SeenRequest&, const std::string&, CannedAnswer& answer) {
        answer = refusal(301, "PermanentRedirect");
        answer.headers = {{"x-amz-bucket-region", ++requests % 2 == 0 ? "eu-west-1" : "eu-west-2"}};
      });
  AwsSession session(loopback_settings(bucket.url()));
  S3Client client(session);
  EXPECT_FALSE(client.list(query_of("")));
  EXPECT_EQ(bucket.seen().size(), 2U);
}

TEST(S3Client, RefusesWhatIsNoBucketNameWithoutARequest) {
  const LoopbackBucket bucket(LoopbackBucket::Objects{});
  AwsSession session(loopback_settings(bucket.url()));
  S3Client client(session);
  ListQuery query = query_of("");
  query.bucket = "Not A Bucket";
  EXPECT_FALSE(client.list(query));
  const auto collector = std::make_shared<BodyCollector>();
  client.get({"no/bucket", "key", "", 1}, collector);
  EXPECT_FALSE(collector->fault().message.empty());
  EXPECT_TRUE(bucket.seen().empty());
}

TEST(S3Client, EndsACallThatIsCancelled) {
  const LoopbackBucket bucket({{"a", "0123456789"}},
                              [](const SeenRequest&, const std::string&, CannedAnswer& answer) {
                                answer.stall_after_bytes = 5;
                              });
  AwsSettings settings = loopback_settings(bucket.url());
  settings.http.stall_timeout_ms = 60'000;
  AwsSession session(settings);
  S3Client client(session);
  const auto collector = std::make_shared<BodyCollector>();
  const std::shared_ptr<S3Call> call = client.get(bucket.versions()[0], collector);
  call->cancel();
  EXPECT_FALSE(collector->fault().message.empty());
  call->cancel();  // Once more does nothing.
  call->resume();
}

}  // namespace
}  // namespace bedrocklog::aws
