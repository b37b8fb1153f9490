// Answers of ListObjectsV2.
//
// Servers differ in what they encode: AWS and some others everything but a few characters, others
// leave '/' alone or ignore encoding-type=url. The answer itself says which it is.
#include <charconv>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <pugixml.hpp>

#include "ingest/aws/s3_client.h"
#include "ingest/aws/uri_text.h"
#include "ingest/aws/utc_time.h"

namespace bedrocklog::aws {
namespace {

// A key may consist of spaces alone.
constexpr unsigned parse_flags = pugi::parse_default | pugi::parse_ws_pcdata_single;

std::string_view text_of(const pugi::xml_node& parent, const char* name) {
  return parent.child_value(name);
}

std::optional<std::string> key_text(std::string_view text, bool is_encoded) {
  return is_encoded ? listing_decoded(text) : std::string(text);
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole ? std::optional(value) : std::nullopt;
}

std::string without_quotes(std::string_view etag) {
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') {
    etag = etag.substr(1, etag.size() - 2);
  }
  return std::string(etag);
}

std::optional<S3Object> read_object(const pugi::xml_node& contents, bool is_encoded) {
  std::optional<std::string> key = key_text(text_of(contents, "Key"), is_encoded);
  const std::optional<std::uint64_t> size_bytes = whole_number(text_of(contents, "Size"));
  if (!key || key->empty() || !size_bytes) {
    return std::nullopt;
  }
  S3Object object;
  object.key = std::move(*key);
  object.size_bytes = *size_bytes;
  object.etag = without_quotes(text_of(contents, "ETag"));
  object.last_modified = parse_iso_time(text_of(contents, "LastModified")).value_or(UtcTime{});
  object.storage_class = text_of(contents, "StorageClass");
  return object;
}

/// Sets `page.continuation`. False when there is no telling whether and how the listing goes on.
bool read_continuation(const pugi::xml_node& root, ListPage& page) {
  const std::string_view is_truncated = text_of(root, "IsTruncated");
  if (is_truncated == "false") {
    return true;
  }
  page.continuation = text_of(root, "NextContinuationToken");
  return is_truncated == "true" && !page.continuation.empty();
}

}  // namespace

std::optional<ListPage> read_list_page(std::string_view xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size(), parse_flags)) {
    return std::nullopt;
  }
  const pugi::xml_node root = document.child("ListBucketResult");
  const bool is_encoded = text_of(root, "EncodingType") == "url";
  ListPage page;
  if (!root || !read_continuation(root, page)) {
    return std::nullopt;
  }
  for (const pugi::xml_node& contents : root.children("Contents")) {
    std::optional<S3Object> object = read_object(contents, is_encoded);
    if (!object) {
      return std::nullopt;
    }
    page.objects.push_back(std::move(*object));
  }
  for (const pugi::xml_node& group : root.children("CommonPrefixes")) {
    for (const pugi::xml_node& prefix : group.children("Prefix")) {
      std::optional<std::string> decoded = key_text(prefix.child_value(), is_encoded);
      if (!decoded || decoded->empty()) {
        return std::nullopt;
      }
      page.common_prefixes.push_back(std::move(*decoded));
    }
  }
  return page;
}

}  // namespace bedrocklog::aws
