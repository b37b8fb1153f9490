// Settings of buckets: their names, and which values S3 takes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ingest/aws/xml_tree.h"
#include "tests/fake_aws/fake_bucket.h"

namespace bedrocklog::fake_aws {

inline constexpr std::string_view s3_namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

struct FakeBucketSetting {
  std::string_view subresource;
  std::string_view root;
  std::string_view operation;  // After Get, Put, Delete; "LifecycleConfiguration".
  std::string_view deletion;   // The whole operation; empty: there is none.
  std::string_view absent_code;
  std::string_view absent_message;
  int put_status = 200;
  /// Of what was sent; nothing: it is taken. Null for the policy, which is no XML.
  std::optional<FakeAnswer> (*refusal)(const aws::XmlElement& root) = nullptr;
};

/// By subresource; null: no setting.
[[nodiscard]] const FakeBucketSetting* bucket_setting(std::string_view subresource);

/// Elements by name; those that come more than once as a list. Flags and the like that AWS fills
/// in are filled in.
[[nodiscard]] Json json_of_xml(const aws::XmlElement& element);
[[nodiscard]] Json stored_setting(std::string_view subresource, const aws::XmlElement& root);
[[nodiscard]] aws::XmlElement xml_of_json(std::string_view name, const Json& value);

[[nodiscard]] std::optional<FakeAnswer> policy_refusal(const std::string& arn,
                                                       const FakeBucket& bucket,
                                                       const std::string& document);
/// <Tag> elements below `set`.
[[nodiscard]] std::optional<FakeAnswer> tag_set_refusal(const aws::XmlElement& set);
[[nodiscard]] FakeAnswer malformed_xml();

}  // namespace bedrocklog::fake_aws
