// Where invocation logs go: role, bucket, log group, and the configuration that names them.
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "provision/assembly.h"
#include "provision/core_profile.h"
#include "provision/mark.h"

namespace bedrocklog::provision {
namespace {

constexpr const char* bedrock_service = "bedrock.amazonaws.com";
constexpr const char* log_stream = "aws/bedrock/modelinvocations";

/// Whatever Bedrock does for this account in that region.
std::string bedrock_source(const StackSpec& spec, std::string_view region) {
  return fmt::format("arn:{}:bedrock:{}:{}:*", spec.partition, region, spec.account);
}

Json destination(const StackSpec& spec, std::string_view region) {
  Json result = {{"bucketName", bucket_of(spec, region)}};
  if (const std::string prefix = key_prefix_of(spec); !prefix.empty()) {
    result["keyPrefix"] = prefix;
  }
  return result;
}

Json logging_properties(const StackSpec& spec, std::string_view region) {
  Json result = {{"cloudWatchConfig",
                  {{"logGroupName", log_group_of(spec)},
                   {"roleArn", role_arn_of(spec)},
                   {"largeDataDeliveryS3Config", destination(spec, region)}}},
                 {"s3Config", destination(spec, region)},
                 {"textDataDeliveryEnabled", spec.deliver_text},
                 {"imageDataDeliveryEnabled", spec.deliver_images},
                 {"embeddingDataDeliveryEnabled", spec.deliver_embeddings}};
  if (spec.deliver_video) {
    result["videoDataDeliveryEnabled"] = *spec.deliver_video;
  }
  if (spec.deliver_audio) {
    result["audioDataDeliveryEnabled"] = *spec.deliver_audio;
  }
  return result;
}

/// The Sid that Bedrock itself gives this statement when it may write it: one, not two.
Json delivery_statement(const StackSpec& spec, std::string_view region) {
  return {{"Sid", delivery_sid},
          {"Effect", "Allow"},
          {"Principal", {{"Service", bedrock_service}}},
          {"Action", "s3:PutObject"},
          {"Resource", fmt::format("arn:{}:s3:::{}/{}*", spec.partition, bucket_of(spec, region),
                                   archive_prefix(spec))},
          {"Condition", source_condition(spec, bedrock_source(spec, region))}};
}

void add_destinations(Assembly& assembly, const std::string& region) {
  const StackSpec& spec = assembly.spec();
  const Address bucket{ResourceKind::bucket, region, bucket_of(spec, region)};
  if (spec.reused.bucket.empty()) {
    add_bucket(assembly, bucket, archive_prefix(spec), spec.archive_days,
               {delivery_statement(spec, region)});
  } else {
    assembly.add_reused(Component::storage, bucket);
  }
  const Address log_group{ResourceKind::log_group, region, log_group_of(spec)};
  if (spec.reused.log_group.empty()) {
    add_log_group(assembly, log_group);
  } else {
    assembly.add_reused(Component::storage, log_group);
  }
}

std::vector<Address> logging_needs(const StackSpec& spec, const std::string& region) {
  const std::string bucket = bucket_of(spec, region);
  std::vector<Address> needs = {{ResourceKind::role, "", role_of(spec)},
                                {ResourceKind::bucket, region, bucket},
                                {ResourceKind::log_group, region, log_group_of(spec)}};
  if (spec.reused.bucket.empty()) {
    needs.push_back({ResourceKind::bucket_policy, region, bucket});
  }
  return needs;
}

}  // namespace

void add_logging_plane(Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  add_role(assembly,
           {role_of(spec), "Lets Amazon Bedrock write model invocation logs to CloudWatch Logs",
            logging_trust_policy(spec), "BedrocklogDelivery", logging_permissions(spec)});
  for (const std::string& region : spec.regions) {
    add_destinations(assembly, region);
    assembly.add(Component::logging, {ResourceKind::logging_configuration, region, ""},
                 logging_properties(spec, region), logging_needs(spec, region));
  }
}

std::string archive_prefix(const StackSpec& spec) {
  const std::string below = fmt::format("AWSLogs/{}/BedrockModelInvocationLogs/", spec.account);
  const std::string prefix = key_prefix_of(spec);
  return prefix.empty() ? below : prefix + '/' + below;
}

Json archive_bucket_policy(const StackSpec& spec, std::string_view region) {
  return bucket_policy(spec, bucket_of(spec, region), {delivery_statement(spec, region)});
}

Json logging_trust_policy(const StackSpec& spec) {
  Json sources = Json::array();
  for (const std::string& region : spec.regions) {
    sources.push_back(bedrock_source(spec, region));
  }
  return {{"Version", policy_version},
          {"Statement", Json::array({{{"Sid", "BedrocklogBedrockAssumes"},
                                      {"Effect", "Allow"},
                                      {"Principal", {{"Service", bedrock_service}}},
                                      {"Action", "sts:AssumeRole"},
                                      {"Condition", source_condition(spec, sources)}}})}};
}

Json logging_permissions(const StackSpec& spec) {
  Json streams = Json::array();
  for (const std::string& region : spec.regions) {
    streams.push_back(fmt::format("arn:{}:logs:{}:{}:log-group:{}:log-stream:{}", spec.partition,
                                  region, spec.account, log_group_of(spec), log_stream));
  }
  return {{"Version", policy_version},
          {"Statement", Json::array({{{"Sid", "BedrocklogWriteLogs"},
                                      {"Effect", "Allow"},
                                      {"Action", {"logs:CreateLogStream", "logs:PutLogEvents"}},
                                      {"Resource", std::move(streams)}}})}};
}

}  // namespace bedrocklog::provision
