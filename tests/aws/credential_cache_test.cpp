// When credentials are asked for anew, who is asked, and what a failure means.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/aws/credentials.h"
#include "tests/aws/credential_home.h"

namespace bedrocklog::aws {
namespace {

using ::testing::HasSubstr;
using Found = Result<std::optional<Credentials>>;

Credentials keys(const std::string& id, std::optional<std::int64_t> expires_at = std::nullopt) {
  Credentials credentials;
  credentials.access_key_id = id;
  credentials.secret_access_key = SecretText("S3CRETkey");
  if (expires_at) {
    credentials.session_token = SecretText("S3CRETtoken" + id);
    credentials.expires_at = UtcTime{*expires_at};
  }
  credentials.source = "script";
  return credentials;
}

/// What the test says next, and how often it was asked.
struct Script {
  Found next = std::nullopt;
  int loads = 0;
};

class ScriptedProvider : public CredentialProvider {
 public:
  ScriptedProvider(Script& script, std::string name) : script_(script), name_(std::move(name)) {}
  Found load() override {
    ++script_.loads;
    return script_.next;
  }
  [[nodiscard]] std::string name() const override { return name_; }

 private:
  Script& script_;
  std::string name_;
};

class CredentialCacheTest : public ::testing::Test {
 protected:
  CredentialCacheTest() : cache_(providers(), [this] { return UtcTime{now_}; }) {}

  std::vector<std::unique_ptr<CredentialProvider>> providers() {
    std::vector<std::unique_ptr<CredentialProvider>> two;
    two.push_back(std::make_unique<ScriptedProvider>(first_, "first way"));
    two.push_back(std::make_unique<ScriptedProvider>(second_, "second way"));
    return two;
  }

  std::string id() {
    const Result<Credentials> current = cache_.current();
    return current ? current->access_key_id : text_of(current.error());
  }

  std::int64_t now_ = 1'000'000;
  Script first_;
  Script second_;
  CredentialCache cache_;
};

TEST_F(CredentialCacheTest, NamesEveryWayThatWasTriedAndWhatToDo) {
  const Result<Credentials> none = cache_.current();
  EXPECT_EQ(none.error().cause, FaultCause::credentials_missing);
  EXPECT_THAT(text_of(none.error()), HasSubstr("first way, second way; set AWS_PROFILE"));
  EXPECT_THAT(text_of(none.error()), HasSubstr("--no-sign-request"));
}

TEST_F(CredentialCacheTest, AsksOnceForKeysThatDoNotExpire) {
  second_.next = keys("A");
  EXPECT_EQ(id(), "A");
  now_ += 100'000'000;
  EXPECT_EQ(id(), "A");
  EXPECT_EQ(first_.loads, 1);
  EXPECT_EQ(second_.loads, 1);
}

TEST_F(CredentialCacheTest, EndsTheSearchAtAWayThatIsConfiguredAndFails) {
  first_.next = fault("first way", "is broken");
  second_.next = keys("A");
  EXPECT_EQ(id(), "first way: is broken");
  EXPECT_EQ(second_.loads, 0);
}

TEST_F(CredentialCacheTest, RenewsFiveMinutesBeforeTheEndFromTheSameWay) {
  second_.next = keys("A", now_ + 3'600);
  EXPECT_EQ(id(), "A");
  now_ += 3'600 - 301;
  second_.next = keys("B", now_ + 3'600);
  EXPECT_EQ(id(), "A");
  now_ += 1;
  EXPECT_EQ(id(), "B");
  EXPECT_EQ(first_.loads, 1);
  EXPECT_EQ(second_.loads, 2);
}

TEST_F(CredentialCacheTest, BearsAFailedRenewalUntilTheOldOnesEnd) {
  first_.next = keys("A", now_ + 3'600);
  EXPECT_EQ(id(), "A");
  first_.next = fault("first way", "is down", FaultCause::unavailable);
  now_ += 3'600 - 200;
  EXPECT_EQ(id(), "A");
  EXPECT_EQ(id(), "A");
  EXPECT_EQ(first_.loads, 2);  // Not once per call.
  now_ += 199;
  EXPECT_EQ(id(), "A");
  now_ += 1;
  EXPECT_EQ(id(), "first way: is down");
}

TEST_F(CredentialCacheTest, AsksEveryTimeInTheLastMinute) {
  first_.next = keys("A", now_ + 3'600);
  EXPECT_EQ(id(), "A");
  first_.next = fault("first way", "is down");
  now_ += 3'600 - 60;
  EXPECT_EQ(id(), "A");
  first_.next = keys("B", now_ + 3'600);
  EXPECT_EQ(id(), "B");
}

TEST_F(CredentialCacheTest, DoesNotAskPerCallForKeysThatComeNearlyOver) {
  first_.next = keys("A", now_ + 200);
  EXPECT_EQ(id(), "A");
  EXPECT_EQ(id(), "A");
  EXPECT_EQ(first_.loads, 1);
  now_ += 30;
  EXPECT_EQ(id(), "A");
  EXPECT_EQ(first_.loads, 2);
}

TEST_F(CredentialCacheTest, AsksAnewAfterARefusalAndOnlyOnce) {
  first_.next = keys("A", now_ + 3'600);
  const Result<Credentials> refused = cache_.current();
  first_.next = keys("B", now_ + 3'600);
  cache_.expire(*refused);
  EXPECT_EQ(id(), "B");
  cache_.expire(*refused);  // By a second request that went out with the old ones.
  EXPECT_EQ(id(), "B");
  EXPECT_EQ(first_.loads, 2);
}

TEST_F(CredentialCacheTest, DoesNotGoBackToRefusedOnesWhenRenewalFails) {
  first_.next = keys("A", now_ + 3'600);
  const Result<Credentials> refused = cache_.current();
  first_.next = fault("first way", "is down");
  cache_.expire(*refused);
  EXPECT_EQ(id(), "first way: is down");
}

TEST_F(CredentialCacheTest, AnswersAllWhoWaitWithOneFailure) {
  first_.next = fault("first way", "is down");
  EXPECT_EQ(id(), "first way: is down");
  EXPECT_EQ(id(), "first way: is down");
  EXPECT_EQ(first_.loads, 1);
  now_ += 5;
  first_.next = keys("A");
  EXPECT_EQ(id(), "A");
}

TEST_F(CredentialCacheTest, SearchesAgainWhenItsWayHasNothingAnyMore) {
  first_.next = keys("A", now_ + 3'600);
  EXPECT_EQ(id(), "A");
  first_.next = std::nullopt;
  second_.next = keys("B", now_ + 7'200);
  now_ += 3'500;
  EXPECT_EQ(id(), "B");
}

TEST_F(CredentialCacheTest, RefusesCredentialsThatHaveExpiredAlready) {
  first_.next = keys("A", now_);
  EXPECT_THAT(id(),
              HasSubstr("script: gave credentials that have expired at 1970-01-12T13:46:40Z"));
}

TEST_F(CredentialCacheTest, RefusesKeysThatWereCopiedWithALineEnd) {
  Credentials broken = keys("A");
  broken.secret_access_key = SecretText("S3CRETkey\r");
  first_.next = broken;
  EXPECT_THAT(id(), HasSubstr("script: a key or the session token holds blanks"));
}

}  // namespace
}  // namespace bedrocklog::aws
