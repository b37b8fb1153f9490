// ListObjectsV2 in one page, and GetObject.
#include "tests/cli/fake_bucket.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "ingest/aws/digest.h"
#include "ingest/aws/uri_text.h"

namespace bedrocklog::cli {
namespace {

constexpr std::string_view bucket_path = "/bucket";

std::string etag_of(const std::string& content) {
  return '"' + aws::to_hex(aws::md5(content)) + '"';
}

std::string parameter(const std::string& query, const std::string& name) {
  const std::string whole = "&" + query;
  const std::size_t at = whole.find("&" + name + "=");
  if (at == std::string::npos) {
    return "";
  }
  const std::size_t begin = at + name.size() + 2;
  return aws::percent_decoded(whole.substr(begin, whole.find('&', begin) - begin)).value_or("");
}

aws::CannedAnswer error(int status, const std::string& code) {
  return {.status = status,
          .headers = {{"Content-Type", "application/xml"}},
          .body = fmt::format("<Error><Code>{}</Code><Message>said so</Message></Error>", code)};
}

}  // namespace

FakeBucket::FakeBucket(Objects objects, std::set<std::string> denied)
    : objects_(std::move(objects)),
      denied_(std::move(denied)),
      server_([this](const aws::SeenRequest& request) { return answer(request); }) {}

std::size_t FakeBucket::reads() const {
  const std::vector<aws::SeenRequest> seen = server_.seen();
  return static_cast<std::size_t>(
      std::count_if(seen.begin(), seen.end(), [](const aws::SeenRequest& request) {
        return request.method == "GET" && request.target.find("list-type") == std::string::npos;
      }));
}

aws::CannedAnswer FakeBucket::answer(const aws::SeenRequest& request) const {
  if (request.method == "POST") {  // STS.
    return {.headers = {{"Content-Type", "text/xml"}},
            .body =
                "<GetCallerIdentityResponse><GetCallerIdentityResult>"
                "<Arn>arn:aws:iam::123456789012:user/reader</Arn><UserId>AIDA</UserId>"
                "<Account>123456789012</Account>"
                "</GetCallerIdentityResult></GetCallerIdentityResponse>"};
  }
  const std::size_t mark = request.target.find('?');
  const std::string path = request.target.substr(0, mark);
  const std::string query = mark == std::string::npos ? "" : request.target.substr(mark + 1);
  if (!path.starts_with(bucket_path)) {
    return error(404, "NoSuchBucket");
  }
  if (path.size() <= bucket_path.size() + 1) {
    return list(query);
  }
  const std::string key = aws::percent_decoded(path.substr(bucket_path.size() + 1)).value_or("");
  const auto object = objects_.find(key);
  if (object == objects_.end()) {
    return error(404, "NoSuchKey");
  }
  if (denied_.contains(key)) {
    return error(403, "AccessDenied");
  }
  return {.headers = {{"ETag", etag_of(object->second)}}, .body = object->second};
}

aws::CannedAnswer FakeBucket::list(const std::string& query) const {
  const std::string prefix = parameter(query, "prefix");
  const std::string delimiter = parameter(query, "delimiter");
  std::string found;
  std::set<std::string> folders;
  for (const auto& [key, content] : objects_) {
    if (!key.starts_with(prefix)) {
      continue;
    }
    const std::size_t end =
        delimiter.empty() ? std::string::npos : key.find(delimiter, prefix.size());
    if (end != std::string::npos) {
      folders.insert(key.substr(0, end + delimiter.size()));
      continue;
    }
    found += fmt::format(
        "<Contents><Key>{}</Key><LastModified>2026-03-02T08:00:00.000Z</LastModified>"
        "<ETag>{}</ETag><Size>{}</Size><StorageClass>STANDARD</StorageClass></Contents>",
        aws::percent_encoded(key), etag_of(content), content.size());
  }
  for (const std::string& folder : folders) {
    found += fmt::format("<CommonPrefixes><Prefix>{}</Prefix></CommonPrefixes>",
                         aws::percent_encoded(folder));
  }
  return {.headers = {{"Content-Type", "application/xml"}},
          .body = fmt::format("<ListBucketResult><EncodingType>url</EncodingType>"
                              "<IsTruncated>false</IsTruncated>{}</ListBucketResult>",
                              found)};
}

}  // namespace bedrocklog::cli
