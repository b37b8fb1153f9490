// The signature computed anew, from the request as it came over the wire.
#include "tests/fake_aws/fake_signature.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "ingest/aws/ascii_case.h"
#include "ingest/aws/digest.h"
#include "ingest/aws/sigv4.h"
#include "ingest/aws/uri_text.h"
#include "ingest/aws/utc_time.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256 ";

const RefusalWords missing_words{"MissingAuthenticationToken",
                                 403,
                                 "MissingAuthenticationTokenException",
                                 400,
                                 403,
                                 "AccessDenied",
                                 403};
const RefusalWords incomplete_words{
    "IncompleteSignature",          400, "IncompleteSignatureException", 400, 403,
    "AuthorizationHeaderMalformed", 400};
const RefusalWords unknown_key_words{
    "InvalidClientTokenId", 403, "UnrecognizedClientException", 400, 403,
    "InvalidAccessKeyId",   403};
const RefusalWords expired_words{"ExpiredToken", 403, "ExpiredTokenException", 400, 403,
                                 "ExpiredToken", 400};
const RefusalWords mismatch_words{
    "SignatureDoesNotMatch", 403, "InvalidSignatureException", 400, 403,
    "SignatureDoesNotMatch", 403};
const RefusalWords skew_words{"SignatureDoesNotMatch", 403, "InvalidSignatureException", 400, 403,
                              "RequestTimeTooSkewed",  403};
const RefusalWords body_words{
    "SignatureDoesNotMatch",     403, "InvalidSignatureException", 400, 403,
    "XAmzContentSHA256Mismatch", 400};

std::vector<std::string> split(const std::string& text, char mark) {
  std::vector<std::string> parts;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(mark, start), text.size());
    parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

/// "Credential=x" of "Credential=x, SignedHeaders=...".
std::string part_of(const std::string& header, const std::string& name) {
  const std::size_t at = header.find(name + '=');
  if (at == std::string::npos) {
    return {};
  }
  const std::size_t start = at + name.size() + 1;
  return header.substr(start, header.find(',', start) - start);
}

/// Trimmed, with inner runs of spaces collapsed.
std::string canonical_value(const std::string& value) {
  std::string out;
  for (const char c : value) {
    if (c != ' ' || (!out.empty() && out.back() != ' ')) {
      out += c;
    }
  }
  if (!out.empty() && out.back() == ' ') {
    out.pop_back();
  }
  return out;
}

/// "name:value\n" of every signed header; nothing when one of them was not sent.
std::optional<std::string> canonical_headers(const aws::SeenRequest& request,
                                             const std::vector<std::string>& names) {
  std::string lines;
  for (const std::string& name : names) {
    std::string values;
    bool is_there = false;
    for (const aws::HttpHeader& header : request.headers) {
      if (aws::lower_case(header.name) == name) {
        values += (is_there ? "," : "") + canonical_value(header.value);
        is_there = true;
      }
    }
    if (!is_there) {
      return std::nullopt;
    }
    lines.append(name).append(":").append(values).append("\n");
  }
  return lines;
}

/// Nothing when the percent encoding is broken.
std::optional<std::string> canonical_query(const std::string& target) {
  const std::size_t mark = target.find('?');
  aws::QueryItems items;
  if (mark != std::string::npos && mark + 1 < target.size()) {
    for (const std::string& item : split(target.substr(mark + 1), '&')) {
      const std::size_t equals = item.find('=');
      const auto name = aws::percent_decoded(item.substr(0, equals));
      const auto value =
          aws::percent_decoded(equals == std::string::npos ? "" : item.substr(equals + 1));
      if (!name || !value) {
        return std::nullopt;
      }
      items.emplace_back(*name, *value);
    }
  }
  return aws::canonical_query(items);
}

/// A header that must be signed and is not; "" when all are.
std::string unsigned_header(const aws::SeenRequest& request,
                            const std::vector<std::string>& names) {
  for (const aws::HttpHeader& header : request.headers) {
    const std::string name = aws::lower_case(header.name);
    const bool must = name == "host" || name == "content-type" || name == "content-md5" ||
                      name.starts_with("x-amz-");
    if (must && std::find(names.begin(), names.end(), name) == names.end()) {
      return name;
    }
  }
  return request.header("host").empty() ? "host" : "";
}

std::string signature_of(const FakeKey& key, const FakeAuthorization& authorization,
                         const std::string& text) {
  std::string secret = "AWS4" + key.secret;
  for (const std::string& part : {authorization.date, authorization.region, authorization.service,
                                  std::string("aws4_request")}) {
    secret = aws::hmac_sha256(secret, part);
  }
  return aws::to_hex(aws::hmac_sha256(secret, text));
}

/// The real clock's distance to `20260304T101507Z`, which must be of the scope's day.
bool is_in_time(const std::string& amz_date, const std::string& scope_date, std::int64_t now) {
  if (amz_date.size() != 16 || !amz_date.starts_with(scope_date)) {
    return false;
  }
  const auto& d = amz_date;
  const auto sent =
      aws::parse_iso_time(d.substr(0, 4) + '-' + d.substr(4, 2) + '-' + d.substr(6, 2) + 'T' +
                          d.substr(9, 2) + ':' + d.substr(11, 2) + ':' + d.substr(13, 2) + 'Z');
  return sent && std::abs(sent->seconds - now) <= clock_skew_seconds_max;
}

/// The hash that the signature covers; nothing when a stated one is not that of the body.
std::optional<std::string> content_hash(const aws::SeenRequest& request, bool is_s3) {
  const std::string real = aws::sha256_hex(request.body);
  const std::string stated = request.header("x-amz-content-sha256");
  if (stated.empty()) {
    return is_s3 ? std::nullopt : std::optional(real);
  }
  if (stated == real || (is_s3 && stated == "UNSIGNED-PAYLOAD")) {
    return stated;
  }
  return std::nullopt;
}

FakeAnswer accepted() {
  return {};
}

}  // namespace

FakeAuthorization read_authorization(const std::string& header) {
  FakeAuthorization authorization;
  if (!header.starts_with(algorithm)) {
    return authorization;
  }
  const std::vector<std::string> scope = split(part_of(header, "Credential"), '/');
  authorization.signature = part_of(header, "Signature");
  authorization.signed_headers = split(part_of(header, "SignedHeaders"), ';');
  if (scope.size() != 5 || scope[4] != "aws4_request" || authorization.signature.size() != 64) {
    return authorization;
  }
  authorization.access_key_id = scope[0];
  authorization.date = scope[1];
  authorization.region = scope[2];
  authorization.service = scope[3];
  authorization.is_well_formed =
      std::is_sorted(authorization.signed_headers.begin(), authorization.signed_headers.end());
  return authorization;
}

FakeAnswer check_signature(const aws::SeenRequest& request, const FakeAuthorization& authorization,
                           const FakeServiceTraits& traits, const FakeWorld& world) {
  if (request.header("authorization").empty()) {
    return refusal(traits, missing_words, "Request is missing Authentication Token");
  }
  const std::string forgotten = unsigned_header(request, authorization.signed_headers);
  if (!authorization.is_well_formed || request.header("x-amz-date").empty()) {
    return refusal(traits, incomplete_words, "The Authorization header is incomplete.");
  }
  if (!forgotten.empty()) {
    return refusal(traits, mismatch_words,
                   "There were headers present in the request which were "
                   "not signed: " +
                       forgotten);
  }
  const auto key = world.keys.find(authorization.access_key_id);
  if (key == world.keys.end() || key->second.token != request.header("x-amz-security-token")) {
    return refusal(traits, unknown_key_words,
                   "The security token included in the request is invalid.");
  }
  const std::int64_t now = aws::system_time().seconds;
  if (key->second.expires_at_seconds != 0 && key->second.expires_at_seconds <= now) {
    return refusal(traits, expired_words, "The security token included in the request is expired");
  }
  const std::string amz_date = request.header("x-amz-date");
  if (!is_in_time(amz_date, authorization.date, now)) {
    return refusal(traits, skew_words, "Signature expired: " + amz_date + " is not now");
  }
  const bool is_s3 = traits.protocol == FakeProtocol::s3;
  const auto hash = content_hash(request, is_s3);
  if (!hash) {
    return refusal(traits, body_words,
                   "The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  const auto headers = canonical_headers(request, authorization.signed_headers);
  const auto query = canonical_query(request.target);
  const std::string path = request.target.substr(0, request.target.find('?'));
  std::string names;
  for (const std::string& name : authorization.signed_headers) {
    names += (names.empty() ? "" : ";") + name;
  }
  const std::string canonical =
      request.method + '\n' + aws::canonical_path(path, aws::SigningRules{is_s3}) + '\n' +
      query.value_or("?") + '\n' + headers.value_or("?") + '\n' + names + '\n' + *hash;
  const std::string text = "AWS4-HMAC-SHA256\n" + amz_date + '\n' + authorization.date + '/' +
                           authorization.region + '/' + authorization.service + "/aws4_request\n" +
                           aws::sha256_hex(canonical);
  if (signature_of(key->second, authorization, text) != authorization.signature) {
    return refusal(traits, mismatch_words,
                   "The request signature we calculated does not match the signature you "
                   "provided.");
  }
  return accepted();
}

}  // namespace bedrocklog::fake_aws
