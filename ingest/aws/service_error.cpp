// Reading refusals of every protocol, and telling their classes apart.
#include "ingest/aws/service_error.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "ingest/aws/ascii_case.h"
#include "ingest/aws/utc_time.h"

namespace bedrocklog::aws {
namespace {

constexpr std::size_t code_size_max = 100;
constexpr std::size_t value_size_max = 255;  // Of region, endpoint and request id.

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// Bytes of the UTF-8 character at the front; 0 when there is none.
std::size_t character_size(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  std::size_t size = 1;
  if (lead >= 0x80U) {
    size = lead < 0xC2U || lead > 0xF4U ? 0 : lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : 4;
  }
  if (size > text.size()) {
    return 0;
  }
  for (std::size_t i = 1; i < size; ++i) {
    if (!is_continuation(text[i])) {
      return 0;
    }
  }
  return size;
}

/// C1 controls, line and paragraph separators, and what turns the direction of writing: a message
/// must not be able to rearrange the user's terminal.
bool is_unprintable(std::string_view character) {
  if (character.size() == 2 && character[0] == '\xC2') {
    return static_cast<unsigned char>(character[1]) < 0xA0U;
  }
  const std::string_view start = character.substr(0, 2);
  const auto last = static_cast<unsigned char>(character.back());
  return character.size() == 3 && ((start == "\xE2\x80" && last >= 0xA8U && last <= 0xAEU) ||
                                   (start == "\xE2\x81" && last >= 0xA6U && last <= 0xA9U));
}

/// One line of valid UTF-8 without control characters.
std::string printable(std::string_view text) {
  std::string out;
  bool gap = false;
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(size, 1));
    text.remove_prefix(character.size());
    const auto first = static_cast<unsigned char>(character.front());
    if (first <= 0x20U || first == 0x7FU) {
      gap = true;
    } else if (size > 0 && !is_unprintable(character)) {
      out += gap && !out.empty() ? " " : "";
      out += character;
      gap = false;
    }
  }
  return out;
}

/// The service's words up to where it starts to quote the request, in `error_message_bytes_max`.
std::string message_of(std::string_view text) {
  constexpr std::array<std::string_view, 14> quote_starts = {
      "the canonical string",  "canonical string",   "canonical request",
      "canonicalrequest",      "the string-to-sign", "string-to-sign",
      "stringtosign",          "authorization=",     "authorization:",
      "authorization header:", "aws4-hmac-sha256",   "x-amz-security-token",
      "x-amz-signature",       "signature="};
  std::string message = printable(text);
  const std::string searched = lower_case(message);
  std::size_t size = message.size();
  for (const std::string_view start : quote_starts) {
    size = std::min(size, searched.find(start));
  }
  if (size > error_message_bytes_max) {
    size = error_message_bytes_max;
    while (is_continuation(message[size])) {
      --size;
    }
  }
  while (size > 0 && message[size - 1] == ' ') {
    --size;
  }
  message.resize(size);
  return message;
}

/// "ns#Code", "Code:http://...", "Code;Sender" without their trimmings; empty when it is no code.
std::string code_of(std::string_view text) {
  text = text.substr(0, text.find_first_of(":;"));
  text.remove_prefix(text.rfind('#') == std::string_view::npos ? 0 : text.rfind('#') + 1);
  const bool is_code =
      text.size() <= code_size_max && std::all_of(text.begin(), text.end(), [](char c) {
        return is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
      });
  return is_code ? std::string(text) : "";
}

/// A short token of visible ASCII; anything else becomes empty.
std::string value_of(std::string_view text) {
  const bool is_value =
      text.size() <= value_size_max &&
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
  return is_value ? std::string(text) : "";
}

/// A region may end up in a host name.
std::string region_of(std::string_view text) {
  const bool is_region = std::all_of(
      text.begin(), text.end(), [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
  return is_region ? value_of(text) : "";
}

/// `20260304T101507Z`.
std::optional<UtcTime> parse_amz_date(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T') {
    return std::nullopt;
  }
  std::string iso(text);
  for (const std::size_t colon : {13U, 11U}) {
    iso.insert(colon, ":");
  }
  for (const std::size_t hyphen : {6U, 4U}) {
    iso.insert(hyphen, "-");
  }
  return parse_iso_time(iso);
}

std::optional<UtcTime> parse_either_time(std::string_view text) {
  const auto at = parse_amz_date(text);
  return at ? at : parse_iso_time(text);
}

/// "Signature expired: A is now earlier than B (C - 15 min.)": A is the request's, C the service's.
std::optional<std::int64_t> clock_ahead_of(std::string_view message) {
  std::vector<UtcTime> times;
  for (std::size_t t = message.find('T'); t != std::string_view::npos;
       t = message.find('T', t + 1)) {
    if (t >= 8) {
      if (const auto at = parse_amz_date(message.substr(t - 8, 16))) {
        times.push_back(*at);
      }
    }
  }
  return times.empty() ? std::nullopt : std::optional(times.front().seconds - times.back().seconds);
}

std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  return name.substr(name.find(':') + 1);
}

/// First of the names that is a child of `node`.
pugi::xml_node child_of(const pugi::xml_node& node, std::initializer_list<std::string_view> names) {
  for (const pugi::xml_node& child : node.children()) {
    if (std::find(names.begin(), names.end(), local_name(child)) != names.end()) {
      return child;
    }
  }
  return {};
}

std::string_view text_of(const pugi::xml_node& node,
                         std::initializer_list<std::string_view> names) {
  return child_of(node, names).text().get();
}

/// <Error> itself (S3), <ErrorResponse><Error> (query), <Response><Errors><Error> (ec2).
void read_xml(std::string_view body, ServiceError& error) {
  pugi::xml_document document;
  // A body that was cut is no reason to lose the code at its front: what was read of it stays.
  static_cast<void>(document.load_buffer(body.data(), body.size()));
  const pugi::xml_node root = document.document_element();
  pugi::xml_node inner = root;
  for (int depth = 0; depth < 2 && local_name(inner) != "Error"; ++depth) {
    inner = child_of(inner, {"Error", "Errors"});
  }
  if (local_name(inner) != "Error") {
    return;
  }
  const auto take = [](std::string& into, std::string text) {
    if (into.empty()) {
      into = std::move(text);
    }
  };
  take(error.code, code_of(printable(text_of(inner, {"Code"}))));
  error.message = message_of(text_of(inner, {"Message", "message"}));
  take(error.request_id, value_of(text_of(inner, {"RequestId", "RequestID"})));
  take(error.request_id, value_of(text_of(root, {"RequestId", "RequestID"})));
  take(error.region, region_of(text_of(inner, {"Region"})));
  error.endpoint = value_of(text_of(inner, {"Endpoint"}));
  const auto request_time = parse_either_time(text_of(inner, {"RequestTime"}));
  const auto server_time = parse_either_time(text_of(inner, {"ServerTime"}));
  if (request_time && server_time) {
    error.clock_ahead_seconds = request_time->seconds - server_time->seconds;
  }
}

std::string member_of(const nlohmann::json& object, std::span<const char* const> names) {
  for (const char* name : names) {
    const auto found = object.find(name);
    if (found != object.end() && found->is_string()) {
      return found->get<std::string>();
    }
  }
  return "";
}

/// AWS's JSON protocols, OAuth's `error` (SSO), and the `code` of container endpoints.
void read_json(std::string_view body, ServiceError& error) {
  constexpr std::array<const char*, 5> codes = {"__type", "code", "Code", "errorCode", "error"};
  constexpr std::array<const char*, 4> messages = {"message", "Message", "errorMessage",
                                                   "error_description"};
  const nlohmann::json document = nlohmann::json::parse(body, nullptr, false);
  if (!document.is_object()) {
    return;
  }
  const nlohmann::json* object = &document;
  for (const char* wrapper : {"Error", "error"}) {
    const auto inner = document.find(wrapper);
    if (inner != document.end() && inner->is_object()) {
      object = &*inner;
      break;
    }
  }
  if (error.code.empty()) {
    error.code = code_of(member_of(*object, codes));
  }
  error.message = message_of(member_of(*object, messages));
}

/// What an answer without a body, such as that of HEAD, means.
std::string code_of_status(int status) {
  constexpr std::array<std::pair<int, std::string_view>, 18> codes = {{{301, "PermanentRedirect"},
                                                                       {302, "TemporaryRedirect"},
                                                                       {304, "NotModified"},
                                                                       {307, "TemporaryRedirect"},
                                                                       {308, "PermanentRedirect"},
                                                                       {400, "BadRequest"},
                                                                       {401, "Unauthorized"},
                                                                       {403, "AccessDenied"},
                                                                       {404, "NotFound"},
                                                                       {408, "RequestTimeout"},
                                                                       {409, "Conflict"},
                                                                       {412, "PreconditionFailed"},
                                                                       {416, "InvalidRange"},
                                                                       {429, "TooManyRequests"},
                                                                       {500, "InternalError"},
                                                                       {502, "BadGateway"},
                                                                       {503, "ServiceUnavailable"},
                                                                       {504, "GatewayTimeout"}}};
  for (const auto& [known, code] : codes) {
    if (known == status) {
      return std::string(code);
    }
  }
  return "Http" + std::to_string(status);
}

template <std::size_t N>
bool has_code(const ServiceError& error, const std::array<std::string_view, N>& codes) {
  return std::find(codes.begin(), codes.end(), error.code) != codes.end();
}

}  // namespace

ServiceError read_error(const HttpHead& head, std::string_view body) {
  ServiceError error;
  error.status = head.status;
  for (const char* name : {"x-amz-request-id", "x-amzn-requestid", "x-amzn-request-id"}) {
    error.request_id = error.request_id.empty() ? value_of(head.header(name)) : error.request_id;
  }
  error.region = region_of(head.header("x-amz-bucket-region"));
  // Before the body's: services of two protocols tell the classic code here.
  for (const char* name : {"x-amzn-query-error", "x-amzn-errortype"}) {
    error.code = error.code.empty() ? code_of(head.header(name)) : error.code;
  }
  body = body.substr(0, error_body_bytes_max);
  body.remove_prefix(std::min(body.find_first_not_of("\xEF\xBB\xBF \t\r\n"), body.size()));
  if (body.starts_with('<')) {
    read_xml(body, error);
  } else if (body.starts_with('{')) {
    read_json(body, error);
  }
  if (error.code.empty()) {
    error.code = code_of_status(head.status);
  }
  if (error.code.starts_with("IncompleteSignature")) {
    error.message.clear();  // Quotes any part of the Authorization header.
  }
  if (!error.clock_ahead_seconds && is_clock_skew(error)) {
    error.clock_ahead_seconds = clock_ahead_of(error.message);
  }
  return error;
}

bool is_access_denied(const ServiceError& error) {
  constexpr std::array<std::string_view, 9> codes = {"AllAccessDisabled",
                                                     "AccountProblem",
                                                     "AuthorizationError",
                                                     "AuthorizationErrorException",
                                                     "Forbidden",
                                                     "ForbiddenException",
                                                     "OptInRequired",
                                                     "UnauthorizedAccess",
                                                     "UnauthorizedOperation"};
  return error.code.starts_with("AccessDenied") || has_code(error, codes);
}

bool is_credential_refusal(const ServiceError& error) {
  constexpr std::array<std::string_view, 17> codes = {
      "AuthFailure",           "IncompleteSignature",        "IncompleteSignatureException",
      "InvalidAccessKeyId",    "InvalidClientTokenId",       "InvalidIdentityToken",
      "InvalidSecurity",       "InvalidSignatureException",  "InvalidToken",
      "InvalidTokenId",        "MissingAuthenticationToken", "MissingAuthenticationTokenException",
      "NotSignedUp",           "SignatureDoesNotMatch",      "Unauthorized",
      "UnauthorizedException", "UnrecognizedClientException"};
  return has_code(error, codes) && !is_clock_skew(error);
}

bool is_expired(const ServiceError& error) {
  constexpr std::array<std::string_view, 3> codes = {"ExpiredToken", "ExpiredTokenException",
                                                     "TokenRefreshRequired"};
  return has_code(error, codes);
}

bool is_clock_skew(const ServiceError& error) {
  constexpr std::array<std::string_view, 3> codes = {"RequestTimeTooSkewed", "RequestExpired",
                                                     "RequestInTheFuture"};
  // Elsewhere than in S3 the clock has no code of its own, only words under that of the signature.
  constexpr std::array<std::string_view, 2> signature_codes = {"SignatureDoesNotMatch",
                                                               "InvalidSignatureException"};
  return has_code(error, codes) || (has_code(error, signature_codes) &&
                                    (error.message.starts_with("Signature expired") ||
                                     error.message.starts_with("Signature not yet current")));
}

}  // namespace bedrocklog::aws
