// Sending, and emptying page by page.
#include "provision/bucket_calls.h"

#include <optional>
#include <vector>

#include <fmt/format.h>

#include "ingest/aws/uri_text.h"
#include "provision/call_fault.h"
#include "provision/settling.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;
using aws::HttpResponse;
using aws::XmlElement;

/// A million pages of a thousand versions: an archive of more is not emptied over an API.
constexpr unsigned pages_max = 1'000'000;
constexpr unsigned versions_at_once_max = 1'000;

Fault unreadable(const Address& bucket, std::string_view operation) {
  return {to_text(bucket), fmt::format("s3 {}: answered what is no answer of S3", operation),
          FaultCause::unavailable};
}

std::string decoded(std::string_view text) {
  return aws::listing_decoded(text).value_or(std::string(text));
}

/// <Delete> for the versions and markers of a page; nothing when it has none.
std::optional<std::string> deletion_of(const XmlElement& page) {
  XmlElement body{"Delete", "", {{"Quiet", "true", {}}}};
  for (const XmlElement& entry : page.children) {
    if (entry.name == "Version" || entry.name == "DeleteMarker") {
      body.children.push_back({"Object",
                               "",
                               {{"Key", decoded(entry.text_of("Key")), {}},
                                {"VersionId", std::string(entry.text_of("VersionId")), {}}}});
    }
  }
  if (body.children.size() == 1) {
    return std::nullopt;
  }
  return aws::to_xml(body, s3_namespace);
}

Result<void> delete_versions(const BucketCalls& calls, const Address& bucket,
                             const std::string& body) {
  aws::S3Operation operation{"DeleteObjects", "POST", bucket.name, {{"delete", ""}}, "", {}, body};
  const CallResult<HttpResponse> answer = calls.send(bucket, std::move(operation));
  if (!answer) {
    return refused(bucket, answer.error());
  }
  const std::optional<XmlElement> result = aws::parse_xml(answer->body);
  if (!result) {
    return tl::unexpected(unreadable(bucket, "DeleteObjects"));
  }
  // The status is 200 also when some, or all, were refused.
  if (const XmlElement* const error = result->child("Error")) {
    return fault(
        to_text(bucket),
        fmt::format("s3 DeleteObjects: {} objects stay, the first with {}: {}",
                    result->all("Error").size(), error->text_of("Code"), error->text_of("Message")),
        error->text_of("Code") == "AccessDenied" ? FaultCause::access_denied
                                                 : FaultCause::unspecified);
  }
  return {};
}

/// True when there was something to delete.
Result<bool> delete_first_versions(const BucketCalls& calls, const Address& bucket) {
  // Always from the start: what was listed is gone by the next page.
  aws::S3Operation operation{"ListObjectVersions",
                             "GET",
                             bucket.name,
                             {{"versions", ""},
                              {"encoding-type", "url"},
                              {"max-keys", std::to_string(versions_at_once_max)}},
                             "",
                             {},
                             ""};
  const CallResult<HttpResponse> answer = calls.send(bucket, std::move(operation));
  if (!answer) {
    if (has_code(answer.error(), {"NoSuchBucket"})) {
      return false;
    }
    return refused(bucket, answer.error());
  }
  const std::optional<XmlElement> page = aws::parse_xml(answer->body);
  if (!page) {
    return tl::unexpected(unreadable(bucket, "ListObjectVersions"));
  }
  const std::optional<std::string> deletion = deletion_of(*page);
  if (!deletion) {
    return false;
  }
  const Result<void> deleted = delete_versions(calls, bucket, *deletion);
  if (!deleted) {
    return pass_on(deleted);
  }
  return true;
}

Result<void> abort_uploads(const BucketCalls& calls, const Address& bucket) {
  for (unsigned page = 0; page < pages_max; ++page) {
    aws::S3Operation list{"ListMultipartUploads",
                          "GET",
                          bucket.name,
                          {{"uploads", ""}, {"encoding-type", "url"}},
                          "",
                          {},
                          ""};
    const CallResult<HttpResponse> answer = calls.send(bucket, std::move(list));
    if (!answer) {
      // Not every store that speaks S3 has uploads in parts; a bucket can be deleted all the same.
      if (has_code(answer.error(), {"NoSuchBucket", "NotImplemented"})) {
        return {};
      }
      return refused(bucket, answer.error());
    }
    const std::optional<XmlElement> uploads = aws::parse_xml(answer->body);
    if (!uploads) {
      return tl::unexpected(unreadable(bucket, "ListMultipartUploads"));
    }
    const std::vector<const XmlElement*> all = uploads->all("Upload");
    if (all.empty()) {
      return {};
    }
    for (const XmlElement* const upload : all) {
      aws::S3Operation abort{"AbortMultipartUpload",
                             "DELETE",
                             bucket.name,
                             {{"uploadId", std::string(upload->text_of("UploadId"))}},
                             aws::percent_encoded_path(decoded(upload->text_of("Key"))),
                             {},
                             ""};
      const CallResult<HttpResponse> gone = calls.send(bucket, std::move(abort));
      if (!gone && !has_code(gone.error(), {"NoSuchUpload"})) {
        return refused(bucket, gone.error());
      }
    }
  }
  return {};
}

}  // namespace

CallResult<HttpResponse> BucketCalls::send(const Address& bucket,
                                           aws::S3Operation operation) const {
  // Creation has no owner yet.
  if (operation.operation != "CreateBucket") {
    operation.headers.push_back({"x-amz-expected-bucket-owner", account_});
  }
  return calls_->s3(bucket.region, std::move(operation));
}

CallResult<HttpResponse> BucketCalls::get(const Address& bucket, const std::string& operation,
                                          const std::string& subresource) const {
  return send(bucket, {operation, "GET", bucket.name, {{subresource, ""}}, "", {}, ""});
}

CallResult<HttpResponse> BucketCalls::change(const Address& bucket,
                                             const aws::S3Operation& operation) const {
  return settled<HttpResponse>(
      waiter_, bucket_settling_ms_max, [&] { return send(bucket, operation); },
      [](const aws::CallFailure& failure) { return is_change_under_way(failure); });
}

CallResult<HttpResponse> BucketCalls::put(const Address& bucket, const std::string& operation,
                                          const std::string& subresource,
                                          const std::string& body) const {
  return change(bucket, {operation, "PUT", bucket.name, {{subresource, ""}}, "", {}, body});
}

CallResult<HttpResponse> BucketCalls::drop(const Address& bucket, const std::string& operation,
                                           const std::string& subresource) const {
  return change(bucket, {operation, "DELETE", bucket.name, {{subresource, ""}}, "", {}, ""});
}

Result<BucketHead> head_bucket(const BucketCalls& calls, const Address& bucket) {
  const CallResult<HttpResponse> answer =
      calls.send(bucket, {"HeadBucket", "HEAD", bucket.name, {}, "", {}, ""});
  if (answer) {
    return BucketHead{BucketAccess::there, ""};
  }
  switch (answer.error().error.status) {
    case 404:
      return BucketHead{BucketAccess::absent, ""};
    case 301:
    case 307:
    case 400:  // Signed for a region that is not the bucket's.
      if (!answer.error().error.region.empty()) {
        return BucketHead{BucketAccess::refused, answer.error().error.region};
      }
      break;
    case 403:
      return BucketHead{BucketAccess::refused, ""};
    default:
      break;
  }
  return refused(bucket, answer.error());
}

Result<void> empty_bucket(const BucketCalls& calls, const Address& bucket) {
  for (unsigned page = 0; page < pages_max; ++page) {
    const Result<bool> deleted = delete_first_versions(calls, bucket);
    if (!deleted) {
      return pass_on(deleted);
    }
    if (!*deleted) {
      return abort_uploads(calls, bucket);
    }
  }
  return fault(to_text(bucket), "is filled faster than it can be emptied; stop what writes to it");
}

}  // namespace bedrocklog::provision
