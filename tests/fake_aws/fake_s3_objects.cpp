// Objects of the fake's S3: put, read, listed page by page, deleted.
#include <algorithm>
#include <optional>
#include <utility>

#include "ingest/aws/digest.h"
#include "ingest/aws/uri_text.h"
#include "ingest/aws/utc_time.h"
#include "tests/fake_aws/fake_members.h"
#include "tests/fake_aws/fake_s3.h"

namespace bedrocklog::fake_aws {
namespace {

using aws::XmlElement;

constexpr std::size_t page_size_max = 1'000;
constexpr std::size_t key_size_max = 1'024;

XmlElement leaf(std::string name, std::string text) {
  return {std::move(name), std::move(text), {}};
}

std::string item(const FakeCall& call, const std::string& name) {
  const auto found = call.query.find(name);
  return found == call.query.end() ? "" : found->second;
}

/// Keys as a listing has them.
std::string shown(const FakeCall& call, const std::string& key) {
  return item(call, "encoding-type") == "url" ? aws::percent_encoded_path(key) : key;
}

std::string etag_of(const std::string& body) {
  return '"' + aws::to_hex(aws::md5(body)) + '"';
}

std::string iso_time(std::int64_t seconds) {
  std::string text = aws::to_iso_time({seconds});
  return text.replace(text.size() - 1, 1, ".000Z");
}

/// 1 to 1000; nothing for what is no number.
std::optional<std::size_t> page_size(const FakeCall& call, const std::string& name) {
  const std::string text = item(call, name);
  if (text.empty()) {
    return page_size_max;
  }
  if (text.size() > 9 || text.find_first_not_of("0123456789") != std::string::npos) {
    return std::nullopt;
  }
  return std::min(page_size_max, static_cast<std::size_t>(std::stoul(text)));
}

FakeAnswer invalid_argument(const std::string& message) {
  return s3_error(400, "InvalidArgument", message);
}

/// Opaque to clients, with all characters that a query must encode.
std::string token_of(const std::string& key) {
  return aws::base64_encoded("+/=" + key);
}

/// The key or common prefix that the token names; nothing for a token of elsewhere.
std::optional<std::string> token_place(const std::string& token, const std::string& prefix,
                                       const std::string& delimiter, const FakeBucket& bucket) {
  for (const auto& [key, versions] : bucket.objects) {
    const std::size_t cut = delimiter.empty() || !key.starts_with(prefix)
                                ? std::string::npos
                                : key.find(delimiter, prefix.size());
    const std::string entry =
        cut == std::string::npos ? key : key.substr(0, cut + delimiter.size());
    if (token_of(entry) == token) {
      return entry;
    }
  }
  return std::nullopt;
}

FakeAnswer delete_objects(const FakeCall& call, FakeBucket& bucket, std::int64_t now_seconds) {
  if (auto refused = checksum_refusal(call)) {
    return *refused;
  }
  const auto root = aws::parse_xml(call.body);
  if (!root || root->name != "Delete") {
    return malformed_xml();
  }
  const auto objects = root->all("Object");
  const bool is_quiet = root->text_of("Quiet") == "true";
  if (objects.empty() || objects.size() > page_size_max ||
      objects.size() + (root->child("Quiet") == nullptr ? 0U : 1U) != root->children.size()) {
    return malformed_xml();
  }
  XmlElement result{"DeleteResult", "", {}};
  for (const XmlElement* const object : objects) {
    const std::string key(object->text_of("Key"));
    const std::string version(object->text_of("VersionId"));
    if (key.empty()) {
      return malformed_xml();
    }
    const FakeBucket::Deletion deletion = bucket.remove(key, version, now_seconds);
    if (is_quiet) {
      continue;
    }
    XmlElement deleted{"Deleted", "", {leaf("Key", key)}};
    if (!version.empty()) {
      deleted.children.push_back(leaf("VersionId", version));
    }
    if (deletion.is_marker) {
      deleted.children.push_back(leaf("DeleteMarker", "true"));
      deleted.children.push_back(leaf("DeleteMarkerVersionId", deletion.version_id));
    }
    result.children.push_back(std::move(deleted));
  }
  return xml_answer(result);
}

FakeAnswer read_object(const FakeCall& call, const FakeBucket& bucket) {
  const std::string key = s3_target(call).key;
  const std::string wanted = item(call, "versionId");
  const FakeVersion* found = wanted.empty() ? bucket.current(key) : nullptr;
  if (const auto versions = bucket.objects.find(key);
      !wanted.empty() && versions != bucket.objects.end()) {
    for (const FakeVersion& version : versions->second) {
      found = version.id == wanted ? &version : found;
    }
  }
  if (found == nullptr || found->is_marker) {
    return s3_error(404, wanted.empty() ? "NoSuchKey" : "NoSuchVersion",
                    "The specified key does not exist.");
  }
  FakeAnswer answer;
  answer.body = found->body;
  answer.headers = {{"ETag", etag_of(found->body)}, {"Content-Type", "application/octet-stream"}};
  if (found->id != "null") {
    answer.headers.push_back({"x-amz-version-id", found->id});
  }
  return answer;
}

FakeAnswer create_upload(const std::string& name, const std::string& key, FakeBucket& bucket) {
  const std::string id = "fakeUpload." + std::to_string(bucket.uploads.size()) + '.' +
                         std::to_string(++bucket.versions_made);
  bucket.uploads[id] = key;
  return xml_answer({"InitiateMultipartUploadResult",
                     "",
                     {leaf("Bucket", name), leaf("Key", key), leaf("UploadId", id)}});
}

}  // namespace

std::string header_of(const FakeCall& call, std::string_view name) {
  const auto found =
      std::find_if(call.headers.begin(), call.headers.end(),
                   [&](const aws::HttpHeader& header) { return header.name == name; });
  return found == call.headers.end() ? "" : found->value;
}

FakeAnswer xml_answer(const XmlElement& root) {
  FakeAnswer answer;
  answer.body = aws::to_xml(root, s3_namespace);
  return answer;
}

std::optional<FakeAnswer> checksum_refusal(const FakeCall& call) {
  const std::string sent = header_of(call, "content-md5");
  if (sent.empty()) {
    return s3_error(400, "InvalidRequest", "Missing required header for this request: Content-MD5");
  }
  if (sent.size() != 24 || !sent.ends_with("==")) {
    return s3_error(400, "InvalidDigest", "The Content-MD5 you specified is not valid.");
  }
  if (sent != aws::base64_encoded(aws::md5(call.body))) {
    return s3_error(400, "BadDigest",
                    "The Content-MD5 you specified did not match what we received.");
  }
  return std::nullopt;
}

FakeAnswer object_answer(const std::string& operation, const FakeCall& call, FakeBucket& bucket,
                         std::int64_t now_seconds) {
  const S3Target target = s3_target(call);
  if (target.key.size() > key_size_max) {
    return s3_error(400, "KeyTooLongError", "Your key is too long");
  }
  if (operation == "ListObjectsV2") {
    return list_objects(call, bucket);
  }
  if (operation == "ListObjectVersions") {
    return list_versions(call, bucket);
  }
  if (operation == "ListMultipartUploads") {
    return list_uploads(call, bucket);
  }
  if (operation == "DeleteObjects") {
    return delete_objects(call, bucket, now_seconds);
  }
  if (operation == "GetObject" || operation == "HeadObject") {
    return read_object(call, bucket);
  }
  if (operation == "CreateMultipartUpload") {
    return create_upload(target.bucket, target.key, bucket);
  }
  FakeAnswer answer;
  if (operation == "PutObject") {
    const FakeVersion& made = bucket.put(target.key, call.body, now_seconds);
    answer.headers.push_back({"ETag", etag_of(made.body)});
    if (made.id != "null") {
      answer.headers.push_back({"x-amz-version-id", made.id});
    }
    return answer;
  }
  if (operation == "DeleteObject") {
    const auto deletion = bucket.remove(target.key, item(call, "versionId"), now_seconds);
    if (deletion.is_marker) {
      answer.headers.push_back({"x-amz-delete-marker", "true"});
    }
  } else {
    const auto found = bucket.uploads.find(item(call, "uploadId"));
    if (found == bucket.uploads.end() || found->second != target.key) {
      return s3_error(404, "NoSuchUpload", "The specified multipart upload does not exist.");
    }
    bucket.uploads.erase(found);
  }
  answer.status = 204;
  return answer;
}

FakeAnswer list_objects(const FakeCall& call, const FakeBucket& bucket) {
  const std::string prefix = item(call, "prefix");
  const std::string delimiter = item(call, "delimiter");
  const auto size = page_size(call, "max-keys");
  if (item(call, "list-type") != "2" || !size) {
    return invalid_argument("max-keys or list-type is not right.");
  }
  const bool has_token = call.query.contains("continuation-token");
  const std::string token = item(call, "continuation-token");
  const auto known = has_token ? token_place(token, prefix, delimiter, bucket)
                               : std::optional(item(call, "start-after"));
  if (!known) {
    return invalid_argument("The continuation token provided is incorrect");
  }
  const std::string& after = *known;
  XmlElement result{"ListBucketResult",
                    "",
                    {leaf("Name", s3_target(call).bucket), leaf("Prefix", shown(call, prefix)),
                     leaf("MaxKeys", std::to_string(*size))}};
  if (item(call, "encoding-type") == "url") {
    result.children.push_back(leaf("EncodingType", "url"));
  }
  std::size_t count = 0;
  std::string last;
  bool is_truncated = false;
  for (const auto& [key, versions] : bucket.objects) {
    if (!key.starts_with(prefix) || bucket.current(key) == nullptr) {
      continue;
    }
    const std::size_t cut =
        delimiter.empty() ? std::string::npos : key.find(delimiter, prefix.size());
    const std::string entry =
        cut == std::string::npos ? key : key.substr(0, cut + delimiter.size());
    if (entry <= after || entry == last) {
      continue;
    }
    if (count == *size) {
      is_truncated = true;
      break;
    }
    ++count;
    last = entry;
    if (cut != std::string::npos) {
      result.children.push_back({"CommonPrefixes", "", {leaf("Prefix", shown(call, entry))}});
      continue;
    }
    const FakeVersion& object = versions.front();
    result.children.push_back(
        {"Contents",
         "",
         {leaf("Key", shown(call, key)), leaf("LastModified", iso_time(object.modified_seconds)),
          leaf("ETag", etag_of(object.body)), leaf("Size", std::to_string(object.body.size())),
          leaf("StorageClass", "STANDARD")}});
  }
  result.children.push_back(leaf("KeyCount", std::to_string(count)));
  result.children.push_back(leaf("IsTruncated", is_truncated ? "true" : "false"));
  if (is_truncated) {
    result.children.push_back(leaf("NextContinuationToken", token_of(last)));
  }
  return xml_answer(result);
}

FakeAnswer list_versions(const FakeCall& call, const FakeBucket& bucket) {
  const auto size = page_size(call, "max-keys");
  const std::string key_marker = item(call, "key-marker");
  const std::string version_marker = item(call, "version-id-marker");
  if (!size || (key_marker.empty() && !version_marker.empty())) {
    return invalid_argument("A version-id marker cannot be specified without a key marker.");
  }
  const std::string prefix = item(call, "prefix");
  XmlElement result{
      "ListVersionsResult",
      "",
      {leaf("Name", s3_target(call).bucket), leaf("Prefix", shown(call, prefix)),
       leaf("KeyMarker", shown(call, key_marker)), leaf("MaxKeys", std::to_string(*size))}};
  std::size_t count = 0;
  std::string last_key;
  std::string last_version;
  bool is_truncated = false;
  for (const auto& [key, versions] : bucket.objects) {
    if (!key.starts_with(prefix) || key < key_marker ||
        (key == key_marker && version_marker.empty() && !key_marker.empty())) {
      continue;
    }
    bool is_behind = key == key_marker && !version_marker.empty();
    for (std::size_t i = 0; i < versions.size() && !is_truncated; ++i) {
      const FakeVersion& version = versions[i];
      if (is_behind) {
        is_behind = version.id != version_marker;
        continue;
      }
      if (count == *size) {
        is_truncated = true;
        break;
      }
      ++count;
      last_key = key;
      last_version = version.id;
      XmlElement entry{version.is_marker ? "DeleteMarker" : "Version",
                       "",
                       {leaf("Key", shown(call, key)), leaf("VersionId", version.id),
                        leaf("IsLatest", i == 0 ? "true" : "false"),
                        leaf("LastModified", iso_time(version.modified_seconds))}};
      if (!version.is_marker) {
        entry.children.push_back(leaf("ETag", etag_of(version.body)));
        entry.children.push_back(leaf("Size", std::to_string(version.body.size())));
        entry.children.push_back(leaf("StorageClass", "STANDARD"));
      }
      result.children.push_back(std::move(entry));
    }
  }
  result.children.push_back(leaf("IsTruncated", is_truncated ? "true" : "false"));
  if (is_truncated) {
    result.children.push_back(leaf("NextKeyMarker", shown(call, last_key)));
    result.children.push_back(leaf("NextVersionIdMarker", last_version));
  }
  return xml_answer(result);
}

FakeAnswer list_uploads(const FakeCall& call, const FakeBucket& bucket) {
  const auto size = page_size(call, "max-uploads");
  if (!size) {
    return invalid_argument("max-uploads is no number.");
  }
  std::vector<std::pair<std::string, std::string>> all;
  const std::pair after{item(call, "key-marker"), item(call, "upload-id-marker")};
  for (const auto& [id, key] : bucket.uploads) {
    if (key.starts_with(item(call, "prefix")) && std::pair(key, id) > after) {
      all.emplace_back(key, id);
    }
  }
  std::sort(all.begin(), all.end());
  XmlElement result{"ListMultipartUploadsResult",
                    "",
                    {leaf("Bucket", s3_target(call).bucket),
                     leaf("IsTruncated", all.size() > *size ? "true" : "false")}};
  for (std::size_t i = 0; i < std::min(all.size(), *size); ++i) {
    result.children.push_back(
        {"Upload", "", {leaf("Key", shown(call, all[i].first)), leaf("UploadId", all[i].second)}});
  }
  if (all.size() > *size && *size > 0) {
    result.children.push_back(leaf("NextKeyMarker", shown(call, all[*size - 1].first)));
    result.children.push_back(leaf("NextUploadIdMarker", all[*size - 1].second));
  }
  return xml_answer(result);
}

}  // namespace bedrocklog::fake_aws
