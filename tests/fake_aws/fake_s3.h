// The parts of the fake's S3: what buckets are asked, what objects are asked.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "tests/fake_aws/fake_bucket.h"
#include "tests/fake_aws/fake_bucket_settings.h"

namespace bedrocklog::fake_aws {

/// "/bucket/key" in its parts.
struct S3Target {
  std::string bucket;
  std::string key;
};
[[nodiscard]] S3Target s3_target(const FakeCall& call);

/// As the service model calls it; empty for what the fake does not know.
[[nodiscard]] std::string s3_operation(const FakeCall& call);

[[nodiscard]] std::string header_of(const FakeCall& call, std::string_view name);
[[nodiscard]] FakeAnswer xml_answer(const aws::XmlElement& root);
/// The body is there and what Content-MD5 says.
[[nodiscard]] std::optional<FakeAnswer> checksum_refusal(const FakeCall& call);

/// Operations on what is in a bucket.
[[nodiscard]] FakeAnswer object_answer(const std::string& operation, const FakeCall& call,
                                       FakeBucket& bucket, std::int64_t now_seconds);
[[nodiscard]] FakeAnswer list_objects(const FakeCall& call, const FakeBucket& bucket);
[[nodiscard]] FakeAnswer list_versions(const FakeCall& call, const FakeBucket& bucket);
[[nodiscard]] FakeAnswer list_uploads(const FakeCall& call, const FakeBucket& bucket);

}  // namespace bedrocklog::fake_aws
