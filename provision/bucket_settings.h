// Settings of a bucket between the CloudFormation form of our properties and the XML of S3.
#pragma once

#include <string>
#include <vector>

#include "ingest/aws/xml_tree.h"
#include "provision/resource.h"

namespace bedrocklog::provision {

/// One setting: a subresource of its own, read and written apart from the others.
struct BucketSetting {
  const char* property;     // "VersioningConfiguration".
  const char* subresource;  // "versioning".
  const char* get;          // "GetBucketVersioning".
  const char* put;          // "PutBucketVersioning".
  const char* absent_code;  // What a GET of a bucket without it answers; "" for never.
  Json (*from_xml)(const aws::XmlElement& root);
  aws::XmlElement (*to_xml)(const Json& property);
};

/// In the order in which they are written: what protects comes first. Lifecycle and tags, which
/// others may share, are not among them.
[[nodiscard]] const std::vector<BucketSetting>& bucket_settings();

/// <LifecycleConfiguration> as the property. Of rules of others what plan and verify ask for.
[[nodiscard]] Json lifecycle_from_xml(const aws::XmlElement& root);
/// `current` with our rules (bedrocklog-...) in place of those it has; rules of others as they are.
/// Null `ours`: ours are taken out.
[[nodiscard]] aws::XmlElement merged_lifecycle(const aws::XmlElement* current, const Json& ours);

/// <Tagging> as [{"Key","Value"}], and back.
[[nodiscard]] Json tags_from_xml(const aws::XmlElement& root);
[[nodiscard]] aws::XmlElement tagging_xml(const Json& tags);
/// <CreateBucketConfiguration>.
[[nodiscard]] aws::XmlElement creation_xml(const Address& bucket, const Json& tags);

}  // namespace bedrocklog::provision
