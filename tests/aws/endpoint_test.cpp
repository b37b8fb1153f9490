// Hosts as AWS's own endpoint rules have them, and endpoints of one's own.
#include "ingest/aws/endpoint.h"

#include <array>

#include <gtest/gtest.h>

namespace bedrocklog::aws {
namespace {

AwsSettings plain() {
  return {};
}

AwsSettings fips() {
  AwsSettings settings;
  settings.use_fips = true;
  return settings;
}

AwsSettings dualstack() {
  AwsSettings settings;
  settings.use_dualstack = true;
  return settings;
}

AwsSettings fips_dualstack() {
  AwsSettings settings = fips();
  settings.use_dualstack = true;
  return settings;
}

AwsSettings at(const std::string& url) {
  AwsSettings settings;
  settings.endpoint_url = url;
  settings.is_endpoint_flag = true;
  return settings;
}

/// The URL of an endpoint, or what is wrong with it.
std::string url_of(const Result<Endpoint>& endpoint) {
  return endpoint ? endpoint->scheme + "://" + endpoint->authority + endpoint->base_path
                  : endpoint.error().message;
}

std::string host_of(const AwsSettings& settings, std::string_view service,
                    std::string_view region) {
  const auto endpoint = endpoint_of(settings, service, region);
  return endpoint ? endpoint->authority : endpoint.error().message;
}

std::string bucket_url(const AwsSettings& settings, std::string_view bucket,
                       std::string_view region = "eu-west-1") {
  return url_of(bucket_endpoint_of(settings, bucket, region));
}

TEST(Endpoint, PartitionsAreKnownByTheirRegions) {
  EXPECT_EQ(partition_of("eu-west-1").name, "aws");
  EXPECT_EQ(partition_of("cn-northwest-1").name, "aws-cn");
  EXPECT_EQ(partition_of("us-gov-east-1").name, "aws-us-gov");
  EXPECT_EQ(partition_of("us-iso-west-1").name, "aws-iso");
  EXPECT_EQ(partition_of("us-isob-east-1").name, "aws-iso-b");
  EXPECT_EQ(partition_of("eu-isoe-west-1").name, "aws-iso-e");
  EXPECT_EQ(partition_of("us-isof-south-1").name, "aws-iso-f");
  EXPECT_EQ(partition_of("eusc-de-east-1").name, "aws-eusc");
  EXPECT_EQ(partition_of("xx-future-9").name, "aws");
  EXPECT_EQ(partition_of("").name, "aws");
}

TEST(Endpoint, ServicesLiveInTheirRegion) {
  EXPECT_EQ(host_of(plain(), "sts", "eu-west-1"), "sts.eu-west-1.amazonaws.com");
  EXPECT_EQ(host_of(plain(), "s3", "us-east-1"), "s3.us-east-1.amazonaws.com");
  EXPECT_EQ(host_of(plain(), "logs", "cn-north-1"), "logs.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(host_of(plain(), "sso", "eu-west-1"), "portal.sso.eu-west-1.amazonaws.com");
  EXPECT_EQ(host_of(plain(), "oidc", "eu-west-1"), "oidc.eu-west-1.amazonaws.com");
  EXPECT_EQ(host_of(plain(), "bedrock", "us-gov-west-1"), "bedrock.us-gov-west-1.amazonaws.com");
  EXPECT_EQ(host_of(plain(), "kms", "us-iso-east-1"), "kms.us-iso-east-1.c2s.ic.gov");
  EXPECT_EQ(host_of(plain(), "ec2", "eusc-de-east-1"), "ec2.eusc-de-east-1.amazonaws.eu");
  EXPECT_EQ(host_of(plain(), "tagging", "eu-west-1"), "tagging.eu-west-1.amazonaws.com");
  EXPECT_EQ(host_of(plain(), "events", "eu-isoe-west-1"), "events.eu-isoe-west-1.cloud.adc-e.uk");
}

TEST(Endpoint, CloudWatchIsCalledMonitoringAndSignsSo) {
  const auto endpoint = endpoint_of(plain(), "cloudwatch", "eu-west-1");
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->authority, "monitoring.eu-west-1.amazonaws.com");
  EXPECT_EQ(endpoint->signing_name, "monitoring");
  EXPECT_EQ(endpoint->signing_region, "eu-west-1");
  EXPECT_EQ(endpoint->scheme, "https");
}

struct GlobalHost {
  const char* service;
  const char* region;
  const char* host;
  const char* signing_region;
};

TEST(Endpoint, GlobalServicesSignForTheirPartitionsRegion) {
  for (const GlobalHost& expected : {
           GlobalHost{"iam", "eu-west-1", "iam.amazonaws.com", "us-east-1"},
           GlobalHost{"iam", "", "iam.amazonaws.com", "us-east-1"},
           GlobalHost{"iam", "us-gov-east-1", "iam.us-gov.amazonaws.com", "us-gov-west-1"},
           GlobalHost{"iam", "cn-northwest-1", "iam.cn-north-1.amazonaws.com.cn", "cn-north-1"},
           GlobalHost{"iam", "us-isob-east-1", "iam.us-isob-east-1.sc2s.sgov.gov",
                      "us-isob-east-1"},
           GlobalHost{"budgets", "eu-west-1", "budgets.amazonaws.com", "us-east-1"},
           GlobalHost{"budgets", "cn-north-1", "budgets.amazonaws.com.cn", "cn-northwest-1"},
           GlobalHost{"budgets", "us-isof-south-1", "budgets.global.csp.hci.ic.gov",
                      "us-isof-south-1"},
       }) {
    const auto endpoint = endpoint_of(plain(), expected.service, expected.region);
    ASSERT_TRUE(endpoint) << expected.host;
    EXPECT_EQ(endpoint->authority, expected.host);
    EXPECT_EQ(endpoint->signing_region, expected.signing_region) << expected.host;
  }
}

TEST(Endpoint, GlobalServicesSignForTheSameRegionAtAnEndpointUrl) {
  AwsSettings settings = plain();
  settings.endpoint_url = "http://127.0.0.1:9000";
  settings.is_endpoint_flag = true;
  const auto budgets = endpoint_of(settings, "budgets", "cn-north-1");
  ASSERT_TRUE(budgets);
  EXPECT_EQ(budgets->signing_region, "cn-northwest-1");
  const auto iam = endpoint_of(settings, "iam", "eu-west-1");
  ASSERT_TRUE(iam);
  EXPECT_EQ(iam->signing_region, "us-east-1");
}

struct ServiceHosts {
  const char* service;
  std::array<const char*, 4> hosts;  // us-east-1, eu-west-1, us-gov-west-1, cn-north-1.
};

TEST(Endpoint, TheServicesOfTheStackAreWhereAwsTablesHaveThem) {
  constexpr std::array<const char*, 4> regions = {"us-east-1", "eu-west-1", "us-gov-west-1",
                                                  "cn-north-1"};
  for (const ServiceHosts& expected : {
           ServiceHosts{"sts",
                        {"sts.us-east-1.amazonaws.com", "sts.eu-west-1.amazonaws.com",
                         "sts.us-gov-west-1.amazonaws.com", "sts.cn-north-1.amazonaws.com.cn"}},
           ServiceHosts{"iam",
                        {"iam.amazonaws.com", "iam.amazonaws.com", "iam.us-gov.amazonaws.com",
                         "iam.cn-north-1.amazonaws.com.cn"}},
           ServiceHosts{"s3",
                        {"s3.us-east-1.amazonaws.com", "s3.eu-west-1.amazonaws.com",
                         "s3.us-gov-west-1.amazonaws.com", "s3.cn-north-1.amazonaws.com.cn"}},
           ServiceHosts{"logs",
                        {"logs.us-east-1.amazonaws.com", "logs.eu-west-1.amazonaws.com",
                         "logs.us-gov-west-1.amazonaws.com", "logs.cn-north-1.amazonaws.com.cn"}},
           ServiceHosts{
               "bedrock",
               {"bedrock.us-east-1.amazonaws.com", "bedrock.eu-west-1.amazonaws.com",
                "bedrock.us-gov-west-1.amazonaws.com", "bedrock.cn-north-1.amazonaws.com.cn"}},
           ServiceHosts{"cloudwatch",
                        {"monitoring.us-east-1.amazonaws.com", "monitoring.eu-west-1.amazonaws.com",
                         "monitoring.us-gov-west-1.amazonaws.com",
                         "monitoring.cn-north-1.amazonaws.com.cn"}},
           ServiceHosts{"sns",
                        {"sns.us-east-1.amazonaws.com", "sns.eu-west-1.amazonaws.com",
                         "sns.us-gov-west-1.amazonaws.com", "sns.cn-north-1.amazonaws.com.cn"}},
       }) {
    for (std::size_t i = 0; i < regions.size(); ++i) {
      EXPECT_EQ(host_of(plain(), expected.service, regions[i]), expected.hosts[i]);
    }
  }
}

TEST(Endpoint, IsolatedAndSovereignPartitionsHaveAnIamOfTheirOwn) {
  EXPECT_EQ(host_of(plain(), "iam", "us-iso-west-1"), "iam.us-iso-east-1.c2s.ic.gov");
  EXPECT_EQ(host_of(plain(), "iam", "eu-isoe-west-1"), "iam.eu-isoe-west-1.cloud.adc-e.uk");
  EXPECT_EQ(host_of(plain(), "iam", "us-isof-east-1"), "iam.us-isof-south-1.csp.hci.ic.gov");
  EXPECT_EQ(host_of(plain(), "iam", "eusc-de-east-1"), "iam.eusc-de-east-1.amazonaws.eu");
}

TEST(Endpoint, FipsAndDualstackHaveHostsOfTheirOwn) {
  EXPECT_EQ(host_of(fips(), "sts", "us-east-1"), "sts-fips.us-east-1.amazonaws.com");
  EXPECT_EQ(host_of(fips(), "sso", "us-east-1"), "portal.sso-fips.us-east-1.amazonaws.com");
  EXPECT_EQ(host_of(dualstack(), "sts", "us-east-1"), "sts.us-east-1.api.aws");
  EXPECT_EQ(host_of(fips_dualstack(), "sts", "us-east-1"), "sts-fips.us-east-1.api.aws");
  EXPECT_EQ(host_of(dualstack(), "logs", "cn-north-1"),
            "logs.cn-north-1.api.amazonwebservices.com.cn");
  EXPECT_EQ(host_of(fips_dualstack(), "iam", "eu-west-1"), "iam-fips.global.api.aws");
  EXPECT_EQ(host_of(dualstack(), "iam", "us-gov-west-1"), "iam.us-gov.api.aws");
  EXPECT_EQ(host_of(dualstack(), "budgets", "eu-west-1"), "budgets.us-east-1.api.aws");
}

TEST(Endpoint, GovCloudsPlainHostsAreFips) {
  EXPECT_EQ(host_of(fips(), "sts", "us-gov-west-1"), "sts.us-gov-west-1.amazonaws.com");
  EXPECT_EQ(host_of(fips(), "kms", "us-gov-west-1"), "kms-fips.us-gov-west-1.amazonaws.com");
  EXPECT_EQ(host_of(fips(), "iam", "us-gov-west-1"), "iam.us-gov.amazonaws.com");
  EXPECT_EQ(host_of(fips_dualstack(), "sts", "us-gov-west-1"), "sts-fips.us-gov-west-1.api.aws");
  EXPECT_EQ(host_of(fips_dualstack(), "cloudwatch", "us-gov-west-1"),
            "monitoring.us-gov-west-1.api.aws");
}

TEST(Endpoint, SaysWhereThereIsNoFipsOrDualstack) {
  EXPECT_EQ(bucket_url(fips(), "logs-bucket", "cn-north-1"),
            "has no FIPS endpoint in partition aws-cn");
  EXPECT_EQ(host_of(dualstack(), "iam", "us-iso-east-1"),
            "has no dual-stack endpoint in partition aws-iso");
}

TEST(Endpoint, BucketsBecomePartOfTheHost) {
  EXPECT_EQ(bucket_url(plain(), "my-bucket"), "https://my-bucket.s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(bucket_url(fips(), "my-bucket"), "https://my-bucket.s3-fips.eu-west-1.amazonaws.com");
  EXPECT_EQ(bucket_url(dualstack(), "my-bucket"),
            "https://my-bucket.s3.dualstack.eu-west-1.amazonaws.com");
  EXPECT_EQ(bucket_url(fips_dualstack(), "my-bucket"),
            "https://my-bucket.s3-fips.dualstack.eu-west-1.amazonaws.com");
  EXPECT_EQ(bucket_url(plain(), "my-bucket", "cn-north-1"),
            "https://my-bucket.s3.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(bucket_url(dualstack(), "my-bucket", "cn-north-1"),
            "https://my-bucket.s3.dualstack.cn-north-1.amazonaws.com.cn");
}

TEST(Endpoint, NamesThatFitNoHostGoIntoThePath) {
  const std::string host = "https://s3.eu-west-1.amazonaws.com/";
  for (const char* bucket : {"with.dots.in", "Old_Bucket", "ends-", "-starts"}) {
    EXPECT_EQ(bucket_url(plain(), bucket), host + bucket);
  }
  const std::string long_one(64, 'a');
  EXPECT_EQ(bucket_url(plain(), long_one), host + long_one);
  AwsSettings settings;
  settings.path_style = true;
  EXPECT_EQ(bucket_url(settings, "my-bucket"), host + "my-bucket");
}

TEST(Endpoint, EndpointUrlsHoldTheBucketInThePath) {
  EXPECT_EQ(bucket_url(at("http://127.0.0.1:9000"), "my-bucket"),
            "http://127.0.0.1:9000/my-bucket");
  EXPECT_EQ(bucket_url(at("https://store.example.com/base/"), "my-bucket"),
            "https://store.example.com/base/my-bucket");
  EXPECT_EQ(bucket_url(at("https://store.example.com:443/"), "my-bucket"),
            "https://store.example.com/my-bucket");
  EXPECT_EQ(bucket_url(at("http://[::1]:9000"), "my-bucket"), "http://[::1]:9000/my-bucket");
  EXPECT_EQ(url_of(endpoint_of(at("HTTP://localhost:80/"), "sts", "eu-west-1")),
            "http://localhost");
}

TEST(Endpoint, VirtualStyleCountsForEndpointUrlsWhereAHostCanBeMade) {
  AwsSettings settings = at("http://store.example.com:9000/base");
  settings.virtual_style = true;
  EXPECT_EQ(bucket_url(settings, "my-bucket"), "http://my-bucket.store.example.com:9000/base");
  EXPECT_EQ(bucket_url(settings, "a.b"), "http://a.b.store.example.com:9000/base");
  settings.endpoint_url = "https://store.example.com";
  EXPECT_EQ(bucket_url(settings, "a.b"), "https://store.example.com/a.b");
  settings.endpoint_url = "http://127.0.0.1:9000";
  EXPECT_EQ(bucket_url(settings, "my-bucket"), "http://127.0.0.1:9000/my-bucket");
}

TEST(Endpoint, StoresOfOnesOwnMayNameRegionsAsTheyLike) {
  const auto endpoint = bucket_endpoint_of(at("http://localhost:9000"), "bucket", "RegionOne");
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->signing_region, "RegionOne");
  EXPECT_EQ(endpoint->signing_name, "s3");
  EXPECT_EQ(bucket_endpoint_of(at("http://localhost:9000"), "bucket", "")->signing_region,
            "us-east-1");
}

TEST(Endpoint, NothingButARegionBecomesPartOfAHost) {
  for (const char* region :
       {"eu-west-1.evil.example/", "eu west", "EU-WEST-1", "a/b", "-", "a\n"}) {
    const auto endpoint = endpoint_of(plain(), "sts", region);
    ASSERT_FALSE(endpoint) << region;
    EXPECT_EQ(endpoint.error().message, "is no region name; write it like eu-west-1");
  }
  EXPECT_FALSE(endpoint_of(plain(), "sts", std::string(64, 'a')));
  EXPECT_FALSE(endpoint_of(at("http://localhost:9000"), "sts", "a/b"));
}

TEST(Endpoint, AMissingRegionSaysWhereItIsLookedFor) {
  const auto endpoint = endpoint_of(plain(), "s3", "");
  ASSERT_FALSE(endpoint);
  EXPECT_EQ(endpoint.error().cause, FaultCause::credentials_missing);
  EXPECT_NE(endpoint.error().message.find("AWS_REGION"), std::string::npos);
}

TEST(Endpoint, WhatIsNoBucketIsRefused) {
  for (const char* bucket : {"", "ab", "...", "a/b", "sp ace", "büro", "a?b", "100%"}) {
    const auto endpoint = bucket_endpoint_of(plain(), bucket, "eu-west-1");
    ASSERT_FALSE(endpoint) << bucket;
    EXPECT_EQ(endpoint.error().subject, std::string("s3://") + bucket);
  }
  EXPECT_FALSE(bucket_endpoint_of(plain(), std::string(256, 'a'), "eu-west-1"));
  EXPECT_NE(bucket_url(plain(), "arn:aws:s3:eu-west-1:123456789012:accesspoint/x").find("alias"),
            std::string::npos);
  EXPECT_NE(bucket_url(plain(), "x--euw1-az1--x-s3").find("directory bucket"), std::string::npos);
}

TEST(Endpoint, AnEndpointUrlIsNeverMixedWithFips) {
  AwsSettings settings = at("http://localhost:9000");
  settings.use_fips = true;
  EXPECT_NE(url_of(endpoint_of(settings, "s3", "eu-west-1")).find("FIPS"), std::string::npos);
}

TEST(Endpoint, UnreadableEndpointUrlsAreNamed) {
  for (const char* url : {"localhost:9000", "ftp://x", "http://", "http://a b", "http://user@x/"}) {
    const auto endpoint = endpoint_of(at(url), "s3", "eu-west-1");
    ASSERT_FALSE(endpoint) << url;
    EXPECT_EQ(endpoint.error().subject, url);
  }
}

}  // namespace
}  // namespace bedrocklog::aws
