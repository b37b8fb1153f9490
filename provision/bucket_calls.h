// Operations on one bucket: with the owner we expect, and waiting while S3 is busy with a change.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "ingest/aws/service_calls.h"
#include "ingest/aws/xml_tree.h"
#include "provision/resource_provider.h"

namespace bedrocklog::provision {

inline constexpr std::string_view s3_namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

/// Borrows the calls. Every request says whose bucket it must be (x-amz-expected-bucket-owner), so
/// that a name that somebody else has by now is refused and not changed.
class BucketCalls {
 public:
  BucketCalls(aws::ServiceCalls& calls, std::string account, Waiter waiter)
      : calls_(&calls), account_(std::move(account)), waiter_(std::move(waiter)) {}

  [[nodiscard]] aws::CallResult<aws::HttpResponse> send(const Address& bucket,
                                                        aws::S3Operation operation) const;
  /// GET ?subresource.
  [[nodiscard]] aws::CallResult<aws::HttpResponse> get(const Address& bucket,
                                                       const std::string& operation,
                                                       const std::string& subresource) const;
  /// PUT ?subresource, again while another change of the bucket is under way.
  [[nodiscard]] aws::CallResult<aws::HttpResponse> put(const Address& bucket,
                                                       const std::string& operation,
                                                       const std::string& subresource,
                                                       const std::string& body) const;
  /// DELETE ?subresource, likewise.
  [[nodiscard]] aws::CallResult<aws::HttpResponse> drop(const Address& bucket,
                                                        const std::string& operation,
                                                        const std::string& subresource) const;

  /// CreateBucket, again while an older bucket of that name is still being deleted.
  [[nodiscard]] aws::CallResult<aws::HttpResponse> create(const Address& bucket,
                                                          const aws::S3Operation& operation) const {
    return change(bucket, operation);
  }
  /// DeleteBucket.
  [[nodiscard]] aws::CallResult<aws::HttpResponse> remove(const Address& bucket) const {
    return change(bucket, {"DeleteBucket", "DELETE", bucket.name, {}, "", {}, ""});
  }

 private:
  [[nodiscard]] aws::CallResult<aws::HttpResponse> change(const Address& bucket,
                                                          const aws::S3Operation& operation) const;

  aws::ServiceCalls* calls_;
  std::string account_;
  Waiter waiter_;
};

/// What a HeadBucket tells.
enum class BucketAccess : std::uint8_t { there, absent, refused };
struct BucketHead {
  BucketAccess access = BucketAccess::absent;
  std::string region;  // Of a bucket that is in another one; else empty.
};
/// Refused: it exists, and is another account's, or in another region, or we may not see it.
[[nodiscard]] Result<BucketHead> head_bucket(const BucketCalls& calls, const Address& bucket);

/// Deletes every version, delete marker and unfinished upload. What appears meanwhile is deleted,
/// too, for a bounded number of rounds.
[[nodiscard]] Result<void> empty_bucket(const BucketCalls& calls, const Address& bucket);

}  // namespace bedrocklog::provision
