// Reads downloads to their end and compares.
#include "tests/aws/loopback_downloads.h"

#include <optional>
#include <utility>

namespace bedrocklog::aws {

LoopbackBucket::Objects noisy_objects(unsigned count, std::size_t size_bytes) {
  LoopbackBucket::Objects objects;
  for (unsigned i = 0; i < count; ++i) {
    objects["o" + std::to_string(1'000 + i)] = noise(size_bytes + i, i);
  }
  return objects;
}

DownloadLimits small_limits() {
  DownloadLimits limits;
  limits.in_flight_max = 8;
  limits.memory_bytes_max = 400'000;
  limits.held_bytes_max = 100'000;
  limits.window_bytes = 40'000;
  return limits;
}

LoopbackBucket::Objects fetch_all(ObjectDownloads& downloads,
                                  const std::vector<ObjectVersion>& versions) {
  LoopbackBucket::Objects bodies;
  while (std::optional<ReadyDownload> ready = downloads.next(never)) {
    std::string& body = bodies[versions.at(ready->position).key];
    EXPECT_TRUE(body.empty()) << "given twice";
    if (!ready->download) {
      body = "failed: " + ready->failure.message;
      continue;
    }
    const Result<std::string> all = read_all(*ready->download);
    body = all ? *all : "broke: " + all.error().message;
  }
  return bodies;
}

std::vector<std::string> differences(const LoopbackBucket::Objects& bodies,
                                     const LoopbackBucket::Objects& expected) {
  std::vector<std::string> lines;
  for (const auto& [key, body] : expected) {
    const auto found = bodies.find(key);
    if (found == bodies.end()) {
      lines.push_back(key + " is missing");
    } else if (found->second != body) {
      const bool is_told =
          found->second.starts_with("failed: ") || found->second.starts_with("broke: ");
      lines.push_back(key + ' ' + (is_told ? found->second : "has other bytes"));
    }
  }
  for (const auto& [key, body] : bodies) {
    if (!expected.contains(key)) {
      lines.push_back(key + " was not asked for");
    }
  }
  return lines;
}

void LoopbackDownloads::serve(LoopbackBucket::Objects objects, LoopbackBucket::Disturb disturb) {
  downloads_.reset();
  client_.reset();
  session_.reset();
  bucket_ = std::make_unique<LoopbackBucket>(std::move(objects), std::move(disturb));
  settings_ = loopback_settings(bucket_->url());
}

ObjectDownloads& LoopbackDownloads::start(const DownloadLimits& limits,
                                          std::vector<ObjectVersion> versions) {
  downloads_.reset();
  client_.reset();
  session_ = std::make_unique<AwsSession>(settings_, system_time, 1);
  client_ = std::make_unique<S3Client>(*session_);
  downloads_ = std::make_unique<ObjectDownloads>(*client_, std::move(versions), limits);
  return *downloads_;
}

}  // namespace bedrocklog::aws
