// An STS for tests: remembers the forms it was sent and gives out numbered keys.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ingest/aws/sigv4.h"
#include "ingest/aws/uri_text.h"
#include "tests/aws/credential_home.h"
#include "tests/aws/loopback_server.h"

namespace bedrocklog::aws {

class StsServer {
 public:
  using Form = std::map<std::string, std::string>;

  /// Fails so many requests first, with status 500.
  int failures = 0;
  /// Refuses all with this body when it is not empty.
  std::string refusal;

  [[nodiscard]] std::string url() const { return server_.url(); }
  [[nodiscard]] std::vector<SeenRequest> seen() const { return server_.seen(); }

  [[nodiscard]] static Form form_of(const SeenRequest& request) {
    Form form;
    for (std::size_t at = 0; at < request.body.size();) {
      const std::size_t end = std::min(request.body.find('&', at), request.body.size());
      const std::string item = request.body.substr(at, end - at);
      const std::size_t sign = item.find('=');
      form[item.substr(0, sign)] = percent_decoded(item.substr(sign + 1)).value_or("?");
      at = end + 1;
    }
    return form;
  }

  /// Whether the request carries the signature of these keys.
  [[nodiscard]] static bool is_signed_with(const SeenRequest& request,
                                           const Credentials& credentials,
                                           const std::string& region) {
    UnsignedRequest plain;
    plain.method = request.method;
    plain.scheme = "http";
    plain.authority = request.header("host");
    plain.path = request.target;
    plain.headers.push_back({"Content-Type", request.header("content-type")});
    plain.body = request.body;
    const HttpRequest expected =
        signed_request(plain, {region, "sts"}, SigningRules(), credentials, test_time);
    for (const HttpHeader& header : expected.headers) {
      if (header.name == "Authorization") {
        return header.value == request.header("authorization");
      }
    }
    return false;
  }

  /// The n-th keys given out, counted from 1.
  [[nodiscard]] static Credentials keys(int number) {
    Credentials keys;
    keys.access_key_id = "ASIAROLE" + std::to_string(number);
    keys.secret_access_key = SecretText("S3CRETrole" + std::to_string(number));
    keys.session_token = SecretText("S3CRETsession" + std::to_string(number));
    return keys;
  }

 private:
  CannedAnswer answer(const SeenRequest& request) {
    if (failures > 0) {
      --failures;
      return answer_of(500, "S3CRET");
    }
    if (!refusal.empty()) {
      return answer_of(403, refusal);
    }
    const Credentials given = keys(++given_);
    const std::string action = form_of(request)["Action"];
    return answer_of(
        200, "<" + action + "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><" +
                 action + "Result><Credentials><AccessKeyId>" + given.access_key_id +
                 "</AccessKeyId><SecretAccessKey>" + given.secret_access_key.reveal() +
                 "</SecretAccessKey><SessionToken>" + given.session_token.reveal() +
                 "</SessionToken><Expiration>2026-03-04T11:15:07Z</Expiration></Credentials></" +
                 action + "Result></" + action + "Response>");
  }

  int given_ = 0;
  LoopbackServer server_{[this](const SeenRequest& request) { return answer(request); }};
};

}  // namespace bedrocklog::aws
