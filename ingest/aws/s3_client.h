// The S3 operations that reading needs: ListObjectsV2 and GetObject, in whichever region the bucket
// turns out to be.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/aws/aws_session.h"
#include "ingest/aws/service_client.h"
#include "ingest/aws/utc_time.h"

namespace bedrocklog::aws {

struct S3Object {
  std::string key;
  std::uint64_t size_bytes = 0;
  std::string etag;  // Without quotes.
  UtcTime last_modified;
  std::string storage_class;  // "STANDARD", "GLACIER" ...; empty when not told.
};

struct ListQuery {
  std::string bucket;
  std::string prefix;
  std::string delimiter;     // "/" or empty.
  std::string start_after;   // Keys behind this one only; empty: from the start.
  std::string continuation;  // ListPage::continuation of the page before; empty: the first page.
  unsigned keys_max = 1'000;
};

struct ListPage {
  std::vector<S3Object> objects;             // In key order (UTF-8 bytes).
  std::vector<std::string> common_prefixes;  // With a delimiter: what lies below, ending in it.
  std::string continuation;                  // Empty: this was the last page.
};

struct ObjectVersion {
  std::string bucket;
  std::string key;
  std::string etag;              // As listed; reading another version is refused (If-Match).
  std::uint64_t size_bytes = 0;  // As listed.
};

/// A request under way, over all its attempts and through a redirect to another region.
/// Thread-safe; nothing happens after its end.
class S3Call {
 public:
  S3Call() = default;
  S3Call(const S3Call&) = delete;
  S3Call& operator=(const S3Call&) = delete;
  S3Call(S3Call&&) = delete;
  S3Call& operator=(S3Call&&) = delete;
  virtual ~S3Call() = default;

  virtual void resume() = 0;  // After BodyAction::pause.
  /// The receiver's on_done still comes, with TransportFault::cancelled unless it was over before.
  virtual void cancel() = 0;
};

/// Thread-safe. A bucket of another region is met once and remembered.
class S3Client {
 public:
  /// `session` outlives the client.
  explicit S3Client(AwsSession& session);
  ~S3Client();
  S3Client(const S3Client&) = delete;
  S3Client& operator=(const S3Client&) = delete;
  S3Client(S3Client&&) = delete;
  S3Client& operator=(S3Client&&) = delete;

  using OnPage = std::function<void(CallResult<ListPage>)>;
  /// One page; `on_page` runs on the loop's thread, or before list() returns when `query.bucket` is
  /// no bucket name.
  void list(ListQuery query, OnPage on_page);
  /// One page, waited for. Not from the loop's thread.
  [[nodiscard]] CallResult<ListPage> list(const ListQuery& query);

  /// GetObject with If-Match and x-amz-checksum-mode; the body goes to the receiver, whose
  /// prepare() may add a Range; its attempts count on through a redirect. "s3://bucket/key" is the
  /// subject of its failures. on_done runs before get() returns when the bucket's name is none.
  std::shared_ptr<S3Call> get(const ObjectVersion& object, std::shared_ptr<CallReceiver> receiver);

  /// Where the bucket is taken to be: as it said itself, else the region of the settings.
  [[nodiscard]] std::string region_of(const std::string& bucket) const;
  [[nodiscard]] AwsSession& session();
  [[nodiscard]] std::uint64_t list_requests_sent() const;  // Retries included.

  struct State;

 private:
  std::shared_ptr<State> state_;
};

/// "s3://bucket/key".
[[nodiscard]] std::string s3_uri(std::string_view bucket, std::string_view key);

/// Reads a ListObjectsV2 answer; keys are decoded where it says that they are encoded. Nothing when
/// it is no such XML, lacks what reading needs, or is truncated without a way to go on.
[[nodiscard]] std::optional<ListPage> read_list_page(std::string_view xml);

}  // namespace bedrocklog::aws
