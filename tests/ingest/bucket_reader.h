// An S3 client that reads a bucket on loopback.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "ingest/aws/aws_session.h"
#include "ingest/aws/s3_client.h"
#include "tests/aws/loopback_bucket.h"

namespace bedrocklog::ingest {

/// "s3://bucket/" + key.
[[nodiscard]] inline std::string location_of(const std::string& key) {
  return std::string("s3://") + aws::LoopbackBucket::name + '/' + key;
}

class BucketReader {
 public:
  explicit BucketReader(aws::LoopbackBucket::Objects objects, std::size_t page_keys_max = 1'000,
                        aws::LoopbackBucket::Disturb disturb = nullptr)
      : bucket_(std::move(objects), std::move(disturb), page_keys_max),
        session_(aws::loopback_settings(bucket_.url())),
        client_(session_) {}

  [[nodiscard]] aws::S3Client& client() { return client_; }
  [[nodiscard]] const aws::LoopbackBucket& bucket() const { return bucket_; }

  /// The request lines so far that hold `text`.
  [[nodiscard]] std::size_t requests_with(const std::string& text) const {
    std::size_t count = 0;
    for (const aws::SeenRequest& request : bucket_.seen()) {
      count += request.target.find(text) != std::string::npos ? 1U : 0U;
    }
    return count;
  }

 private:
  aws::LoopbackBucket bucket_;
  aws::AwsSession session_;
  aws::S3Client client_;
};

}  // namespace bedrocklog::ingest
