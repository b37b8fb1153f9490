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
  /// One page; `on_page` runs on the loop's thread.
  void list(ListQuery query, OnPage on_page);
  /// One page, waited for. Not from the loop's thread.
  [[nodiscard]] CallResult<ListPage> list(const ListQuery& query);

  /// GetObject with If-Match and x-amz-checksum-mode; the body goes to the receiver, whose
  /// prepare() may add a Range. "s3://bucket/key" is the subject of its failures.
  void get(const ObjectVersion& object, std::shared_ptr<CallReceiver> receiver);

  [[nodiscard]] AwsSession& session();
  [[nodiscard]] std::uint64_t list_requests_sent() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// "s3://bucket/key".
[[nodiscard]] std::string s3_uri(std::string_view bucket, std::string_view key);

/// Reads a ListObjectsV2 answer, asked for with encoding-type=url. Nothing when it is no such XML.
[[nodiscard]] std::optional<ListPage> read_list_page(std::string_view xml);

}  // namespace bedrocklog::aws
