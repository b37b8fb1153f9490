// A small S3 on loopback: one bucket, path style, whose answers a test may disturb.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ingest/aws/aws_session.h"
#include "ingest/aws/object_downloads.h"
#include "ingest/aws/s3_client.h"
#include "tests/aws/loopback_server.h"

namespace bedrocklog::aws {

class LoopbackBucket {
 public:
  /// Called with each request, its key ("" for a listing) and the right answer, which it may spoil.
  using Disturb =
      std::function<void(const SeenRequest& request, const std::string& key, CannedAnswer& answer)>;

  using Objects = std::map<std::string, std::string>;  // Bodies by key.

  /// A page of a listing holds at most `page_keys_max` entries, however many are asked for.
  explicit LoopbackBucket(Objects objects, Disturb disturb = nullptr,
                          std::size_t page_keys_max = 1'000);

  [[nodiscard]] std::string url() const { return server_->url(); }
  [[nodiscard]] std::vector<SeenRequest> seen() const { return server_->seen(); }
  [[nodiscard]] const Objects& objects() const { return objects_; }
  /// All objects in key order, as a listing tells them.
  [[nodiscard]] std::vector<ObjectVersion> versions() const;

  static constexpr const char* name = "bucket";

 private:
  [[nodiscard]] CannedAnswer answer(const SeenRequest& request) const;
  [[nodiscard]] CannedAnswer list(const std::string& query) const;
  [[nodiscard]] CannedAnswer get(const SeenRequest& request, const std::string& key) const;

  const Objects objects_;
  const Disturb disturb_;
  const std::size_t page_keys_max_;
  std::unique_ptr<LoopbackServer> server_;
};

/// Unsigned, path style, quick to give up on a stalled connection.
[[nodiscard]] AwsSettings loopback_settings(const std::string& url);

/// The ETag of a body that was stored in one part, without quotes.
[[nodiscard]] std::string md5_etag(const std::string& body);

/// An answer that refuses as S3 does.
[[nodiscard]] CannedAnswer refusal(int status, const std::string& code,
                                   const std::string& more = "");

/// Bytes that look like none others of the same seed.
[[nodiscard]] std::string noise(std::size_t size_bytes, std::uint64_t seed);

/// All that is left to read, or the Fault.
[[nodiscard]] Result<std::string> read_all(ObjectDownload& download);

}  // namespace bedrocklog::aws
