// Listings with pages, prefixes and delimiter; objects with If-Match and Range.
#include "tests/aws/loopback_bucket.h"

#include <algorithm>
#include <random>
#include <set>
#include <utility>

#include "ingest/aws/digest.h"
#include "ingest/aws/uri_text.h"
#include "ingest/ensure.h"

namespace bedrocklog::aws {
namespace {

std::string query_value(const std::string& query, const std::string& name) {
  const std::string searched = '&' + query;
  const std::size_t at = searched.find('&' + name + '=');
  if (at == std::string::npos) {
    return "";
  }
  const std::size_t begin = at + name.size() + 2;
  return percent_decoded(searched.substr(begin, searched.find('&', begin) - begin)).value_or("");
}

}  // namespace

LoopbackBucket::LoopbackBucket(Objects objects, Disturb disturb, std::size_t page_keys_max)
    : objects_(std::move(objects)),
      disturb_(std::move(disturb)),
      page_keys_max_(page_keys_max),
      server_(std::make_unique<LoopbackServer>(
          [this](const SeenRequest& request) { return answer(request); })) {}

std::vector<ObjectVersion> LoopbackBucket::versions() const {
  std::vector<ObjectVersion> versions;
  for (const auto& [key, body] : objects_) {
    versions.push_back({name, key, md5_etag(body), body.size()});
  }
  return versions;
}

CannedAnswer LoopbackBucket::answer(const SeenRequest& request) const {
  const std::size_t question = request.target.find('?');
  const std::string path = request.target.substr(0, question);
  const std::string base = std::string("/") + name + '/';
  if (!path.starts_with(base)) {
    return refusal(404, "NoSuchBucket");
  }
  const std::string key = percent_decoded(path.substr(base.size())).value_or("?");
  CannedAnswer result =
      key.empty() ? list(question == std::string::npos ? "" : request.target.substr(question + 1))
                  : get(request, key);
  if (disturb_) {
    disturb_(request, key, result);
  }
  return result;
}

CannedAnswer LoopbackBucket::list(const std::string& query) const {
  const std::string prefix = query_value(query, "prefix");
  const std::string delimiter = query_value(query, "delimiter");
  const std::size_t keys_max =
      std::min(page_keys_max_, std::size_t{std::stoul(query_value(query, "max-keys"))});
  std::string after = query_value(query, "continuation-token");
  after = after.empty() ? query_value(query, "start-after") : after.substr(1);
  std::set<std::string> groups;
  std::string inner;
  std::string last;
  bool is_truncated = false;
  std::size_t count = 0;
  for (const auto& [key, body] : objects_) {
    if (!key.starts_with(prefix) || key <= after) {
      continue;
    }
    const std::size_t cut =
        delimiter.empty() ? std::string::npos : key.find(delimiter, prefix.size());
    const std::string group = cut == std::string::npos ? "" : key.substr(0, cut + 1);
    if (!group.empty() && (groups.contains(group) || after.starts_with(group))) {
      last = key;
      continue;
    }
    if (count == keys_max) {
      is_truncated = true;
      break;
    }
    ++count;
    last = key;
    if (!group.empty()) {
      groups.insert(group);
      inner += "<CommonPrefixes><Prefix>" + percent_encoded(group) + "</Prefix></CommonPrefixes>";
      continue;
    }
    inner += "<Contents><Key>" + percent_encoded(key) + "</Key><Size>" +
             std::to_string(body.size()) + "</Size><ETag>&quot;" + md5_etag(body) +
             "&quot;</ETag><LastModified>2026-03-04T10:15:07.000Z</LastModified></Contents>";
  }
  CannedAnswer result;
  result.body = "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>" +
                std::string(is_truncated ? "true" : "false") + "</IsTruncated>" +
                (is_truncated ? "<NextContinuationToken>+" + last + "</NextContinuationToken>"
                              : std::string()) +
                inner + "</ListBucketResult>";
  return result;
}

CannedAnswer LoopbackBucket::get(const SeenRequest& request, const std::string& key) const {
  const auto found = objects_.find(key);
  if (found == objects_.end()) {
    return refusal(404, "NoSuchKey");
  }
  const std::string etag = '"' + md5_etag(found->second) + '"';
  const std::string if_match = request.header("If-Match");
  if (!if_match.empty() && if_match != etag) {
    return refusal(412, "PreconditionFailed");
  }
  CannedAnswer result;
  result.headers = {{"ETag", etag}};
  result.body = found->second;
  const std::string range = request.header("Range");
  if (!range.empty()) {
    const std::size_t from = std::stoul(range.substr(range.find('=') + 1));
    const std::size_t size_bytes = result.body.size();
    if (from >= size_bytes) {
      return refusal(416, "InvalidRange");
    }
    result.status = 206;
    result.headers.push_back({"Content-Range", "bytes " + std::to_string(from) + '-' +
                                                   std::to_string(size_bytes - 1) + '/' +
                                                   std::to_string(size_bytes)});
    result.body = result.body.substr(from);
  }
  return result;
}

AwsSettings loopback_settings(const std::string& url) {
  AwsSettings settings;
  settings.endpoint_url = url;
  settings.is_endpoint_flag = true;
  settings.no_sign_request = true;
  settings.attempts_max = 10;
  settings.connections = 16;
  settings.http.connect_timeout_ms = 5'000;
  settings.http.stall_timeout_ms = 1'000;
  return settings;
}

std::string md5_etag(const std::string& body) {
  return to_hex(md5(body));
}

CannedAnswer refusal(int status, const std::string& code, const std::string& more) {
  CannedAnswer result;
  result.status = status;
  result.body = "<Error><Code>" + code + "</Code><Message>no</Message>" + more + "</Error>";
  return result;
}

std::string noise(std::size_t size_bytes, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string bytes(size_bytes, '\0');
  std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(random()); });
  return bytes;
}

Result<std::string> read_all(ObjectDownload& download) {
  std::string all;
  char bytes[10'000];
  for (;;) {
    const Result<std::size_t> got = download.read(bytes);
    if (!got) {
      return pass_on(got);
    }
    if (*got == 0) {
      return all;
    }
    all.append(bytes, *got);
  }
}

}  // namespace bedrocklog::aws
