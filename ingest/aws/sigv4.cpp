// The signature step by step: canonical request, string to sign, signing key.
#include "ingest/aws/sigv4.h"

#include <algorithm>
#include <array>

#include "ingest/aws/ascii_case.h"
#include "ingest/aws/digest.h"
#include "ingest/aws/uri_text.h"

namespace bedrocklog::aws {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view content_hash_header = "x-amz-content-sha256";

// Whoever stands between may rewrite these; a signature over them would break.
constexpr std::array<std::string_view, 9> unsigned_headers = {
    "accept", "accept-encoding",   "authorization", "connection",     "content-length",
    "expect", "transfer-encoding", "user-agent",    "x-amzn-trace-id"};

/// Trimmed, inner runs of white space one space. Line ends go too, so that no value, however it
/// came about, can start another header.
std::string one_line(std::string_view value) {
  constexpr std::string_view white = " \t\r\n";
  std::string out;
  for (std::size_t start = value.find_first_not_of(white); start != std::string_view::npos;) {
    const std::size_t end = value.find_first_of(white, start);
    out += out.empty() ? "" : " ";
    out += value.substr(start, end - start);
    start = end == std::string_view::npos ? end : value.find_first_not_of(white, end);
  }
  return out;
}

/// "name:value\n" of every signed header, and their names.
struct CanonicalHeaders {
  std::string lines;
  std::string names;
};

CanonicalHeaders canonical_headers(const std::vector<HttpHeader>& headers) {
  std::vector<HttpHeader> sorted;
  for (const HttpHeader& header : headers) {
    std::string name = lower_case(header.name);
    if (std::find(unsigned_headers.begin(), unsigned_headers.end(), name) ==
        unsigned_headers.end()) {
      sorted.push_back({std::move(name), header.value});
    }
  }
  // Stable: the values of a repeated header keep the order they are sent in.
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const HttpHeader& a, const HttpHeader& b) { return a.name < b.name; });
  CanonicalHeaders canonical;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i > 0 && sorted[i].name == sorted[i - 1].name) {
      canonical.lines.back() = ',';
    } else {
      canonical.lines += sorted[i].name + ':';
      canonical.names += (i > 0 ? ";" : "") + sorted[i].name;
    }
    canonical.lines += sorted[i].value + '\n';
  }
  return canonical;
}

/// The key is derived anew each time: half of the 9 us that signing takes, too little to share a
/// secret between threads for.
std::string signature_of(const SecretText& secret, std::string_view date, const SigningScope& scope,
                         std::string_view text) {
  SecretText key("AWS4" + secret.reveal());
  for (const std::string_view part :
       {date, std::string_view(scope.region), std::string_view(scope.service),
        std::string_view("aws4_request")}) {
    key = SecretText(hmac_sha256(key.reveal(), part));
  }
  return to_hex(hmac_sha256(key.reveal(), text));
}

/// Hash of the body: the one the caller states in a header, else computed; S3 wants it sent.
std::string add_content_hash(HttpRequest& request, const SigningRules& rules) {
  for (const HttpHeader& header : request.headers) {
    if (lower_case(header.name) == content_hash_header) {
      return header.value;
    }
  }
  static const std::string empty_hash = sha256_hex("");
  std::string hash = request.body.empty() ? empty_hash : sha256_hex(request.body);
  if (rules.is_s3) {
    request.headers.push_back({std::string(content_hash_header), hash});
  }
  return hash;
}

std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> segments;
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string_view segment = path.substr(start, end - start);
    if (segment == "..") {
      if (!segments.empty()) {
        segments.pop_back();
      }
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
    start = end + 1;
  }
  std::string out;
  for (const std::string_view segment : segments) {
    (out += '/') += segment;
  }
  return out.empty() || path.ends_with('/') ? out + '/' : out;
}

}  // namespace

std::string canonical_query(const QueryItems& query) {
  QueryItems encoded;
  encoded.reserve(query.size());
  for (const auto& [name, value] : query) {
    encoded.emplace_back(percent_encoded(name), percent_encoded(value));
  }
  std::sort(encoded.begin(), encoded.end());
  std::string out;
  for (const auto& [name, value] : encoded) {
    out += out.empty() ? "" : "&";
    out.append(name).append("=").append(value);
  }
  return out;
}

std::string canonical_path(std::string_view path, const SigningRules& rules) {
  if (rules.is_s3) {
    return path.empty() ? "/" : std::string(path);
  }
  return percent_encoded_path(without_dot_segments(path));
}

HttpRequest signed_request(const UnsignedRequest& request, const SigningScope& scope,
                           const SigningRules& rules, const Credentials& credentials, UtcTime at) {
  const std::string query = canonical_query(request.query);
  HttpRequest out;
  out.method = request.method;
  out.url = request.scheme + "://" + request.authority + (request.path.empty() ? "/" : "") +
            request.path + (query.empty() ? "" : "?" + query);
  out.body = request.body;
  out.headers.push_back({"Host", request.authority});
  for (const HttpHeader& header : request.headers) {
    out.headers.push_back({header.name, one_line(header.value)});
  }
  if (credentials.access_key_id.empty()) {
    return out;
  }
  const std::string time = to_amz_date(at);
  const std::string date = time.substr(0, time.find('T'));
  out.headers.push_back({"X-Amz-Date", time});
  if (!credentials.session_token.empty()) {
    out.headers.push_back({"X-Amz-Security-Token", one_line(credentials.session_token.reveal())});
  }
  const std::string content_hash = add_content_hash(out, rules);
  const CanonicalHeaders headers = canonical_headers(out.headers);
  const std::string canonical = request.method + '\n' + canonical_path(request.path, rules) + '\n' +
                                query + '\n' + headers.lines + '\n' + headers.names + '\n' +
                                content_hash;
  const std::string scope_text = date + '/' + scope.region + '/' + scope.service + "/aws4_request";
  const std::string to_sign =
      std::string(algorithm) + '\n' + time + '\n' + scope_text + '\n' + sha256_hex(canonical);
  out.headers.push_back(
      {"Authorization", std::string(algorithm) + " Credential=" + credentials.access_key_id + '/' +
                            scope_text + ", SignedHeaders=" + headers.names + ", Signature=" +
                            signature_of(credentials.secret_access_key, date, scope, to_sign)});
  return out;
}

}  // namespace bedrocklog::aws
