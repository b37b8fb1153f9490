// Fixture for tests of downloads: a bucket on loopback, a client, and downloads of all of it.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ingest/aws/aws_session.h"
#include "ingest/aws/object_downloads.h"
#include "ingest/aws/s3_client.h"
#include "tests/aws/loopback_bucket.h"

namespace bedrocklog::aws {

/// For ObjectDownloads::next().
inline const std::atomic<bool> never{false};

/// Objects "o1000", "o1001" ... each a byte longer than the one before.
[[nodiscard]] LoopbackBucket::Objects noisy_objects(unsigned count, std::size_t size_bytes);

/// 8 in flight, 400 kB of memory, streams above 100 kB through 40 kB.
[[nodiscard]] DownloadLimits small_limits();

/// Each object's bytes by key; what could not be read as "failed: ..." or "broke: ...".
[[nodiscard]] LoopbackBucket::Objects fetch_all(ObjectDownloads& downloads,
                                                const std::vector<ObjectVersion>& versions);

/// One line for each key whose body is not as expected; nobody wants to see the bytes.
[[nodiscard]] std::vector<std::string> differences(const LoopbackBucket::Objects& bodies,
                                                   const LoopbackBucket::Objects& expected);

class LoopbackDownloads : public testing::Test {
 protected:
  /// Ends what an earlier call in the same test began.
  void serve(LoopbackBucket::Objects objects, LoopbackBucket::Disturb disturb = nullptr);
  ObjectDownloads& start(const DownloadLimits& limits) {
    return start(limits, bucket_->versions());
  }
  ObjectDownloads& start(const DownloadLimits& limits, std::vector<ObjectVersion> versions);

  /// Reads all there is; tells what is not as it is in the bucket.
  [[nodiscard]] std::vector<std::string> wrong_in(ObjectDownloads& downloads) const {
    return differences(fetch_all(downloads, bucket_->versions()), bucket_->objects());
  }

  std::unique_ptr<LoopbackBucket> bucket_;
  AwsSettings settings_;
  std::unique_ptr<AwsSession> session_;
  std::unique_ptr<S3Client> client_;
  std::unique_ptr<ObjectDownloads> downloads_;
};

}  // namespace bedrocklog::aws
