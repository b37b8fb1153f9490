// The member names of records, and of what else is found beside them.
//
// Source of the record's own names: AWS Bedrock User Guide, "Monitor model invocation using
// CloudWatch Logs and Amazon S3", checked against public real records.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "ingest/key_table.h"

namespace bedrocklog::ingest {

template <class Key>
using KeyEntry = std::pair<std::string_view, Key>;

enum class RootKey : std::uint8_t {
  schema_type,
  timestamp,
  account_id,
  identity,
  identity_arn,
  region,
  inference_region,
  request_id,
  operation,
  model_id,
  error_code,
  input,
  output,
  request_metadata,
  metadata,
  service_tier,
  performance,
  input_tokens,
  output_tokens,
  cache_read,
  cache_write,
  latency,
  call_metrics,
  images_count,
  // What only other things than records have.
  list,
  record_list,
  awslogs,
  at_message,
  message,
  field,
  value,
  event_version,
  event_source,
  digest,
  body_member,
  column,
  other,
};
inline constexpr KeyTable root_keys(std::to_array<KeyEntry<RootKey>>({
    {"schemaType", RootKey::schema_type},
    {"timestamp", RootKey::timestamp},
    {"accountId", RootKey::account_id},
    {"identity", RootKey::identity},
    {"identity_arn", RootKey::identity_arn},
    {"region", RootKey::region},
    {"inferenceRegion", RootKey::inference_region},
    {"requestId", RootKey::request_id},
    {"operation", RootKey::operation},
    {"modelId", RootKey::model_id},
    {"errorCode", RootKey::error_code},
    {"input", RootKey::input},
    {"output", RootKey::output},
    {"requestMetadata", RootKey::request_metadata},
    {"metadata", RootKey::metadata},
    {"serviceTier", RootKey::service_tier},
    {"performanceConfig", RootKey::performance},
    {"inputTokenCount", RootKey::input_tokens},
    {"outputTokenCount", RootKey::output_tokens},
    {"cacheReadInputTokenCount", RootKey::cache_read},
    {"cacheWriteInputTokenCount", RootKey::cache_write},
    {"invocationLatency", RootKey::latency},
    {"invocationMetrics", RootKey::call_metrics},
    {"outputImagesCount", RootKey::images_count},
    {"events", RootKey::list},
    {"logEvents", RootKey::list},
    {"results", RootKey::list},
    {"Records", RootKey::record_list},
    {"awslogs", RootKey::awslogs},
    {"@message", RootKey::at_message},
    {"message", RootKey::message},
    {"field", RootKey::field},
    {"value", RootKey::value},
    {"eventVersion", RootKey::event_version},
    {"eventSource", RootKey::event_source},
    {"digestS3Bucket", RootKey::digest},
    {"anthropic_version", RootKey::body_member},
    {"messages", RootKey::body_member},
    {"taskType", RootKey::body_member},
    {"images", RootKey::body_member},
    {"artifacts", RootKey::body_member},
    {"@timestamp", RootKey::column},
    {"@ptr", RootKey::column},
    {"input.inputTokenCount", RootKey::column},
    {"output.outputTokenCount", RootKey::column},
    {"usageInputTokens", RootKey::column},
}));

enum class PartKey : std::uint8_t {
  arn,
  input_tokens,
  output_tokens,
  cache_read,
  cache_write,
  body,
  body_path,
  images_count,
  region,
  account_id,
  data,
  other,
};
inline constexpr KeyTable identity_keys(std::to_array<KeyEntry<PartKey>>({{"arn", PartKey::arn}}));
inline constexpr KeyTable input_keys(std::to_array<KeyEntry<PartKey>>({
    {"inputTokenCount", PartKey::input_tokens},
    {"cacheReadInputTokenCount", PartKey::cache_read},
    {"cacheWriteInputTokenCount", PartKey::cache_write},
    {"inputBodyJson", PartKey::body},
    {"inputBodyS3Path", PartKey::body_path},
}));
inline constexpr KeyTable output_keys(std::to_array<KeyEntry<PartKey>>({
    {"outputTokenCount", PartKey::output_tokens},
    {"outputBodyJson", PartKey::body},
    {"outputBodyS3Path", PartKey::body_path},
    {"outputImagesCount", PartKey::images_count},
}));
inline constexpr KeyTable flat_metadata_keys(std::to_array<KeyEntry<PartKey>>(
    {{"region", PartKey::region}, {"accountId", PartKey::account_id}}));
inline constexpr KeyTable awslogs_keys(std::to_array<KeyEntry<PartKey>>({{"data", PartKey::data}}));

}  // namespace bedrocklog::ingest
