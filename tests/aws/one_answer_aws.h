// A server that gives one answer, calls to it, and a check of the signatures it is sent.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "ingest/aws/ascii_case.h"
#include "ingest/aws/service_calls.h"
#include "ingest/aws/uri_text.h"
#include "tests/aws/credential_home.h"
#include "tests/aws/loopback_server.h"

namespace bedrocklog::aws {

inline constexpr const char* key_id = "AKIDEXAMPLE";
inline constexpr const char* secret = "S3CRETofTests";

inline Credentials keys() {
  Credentials keys;
  keys.access_key_id = key_id;
  keys.secret_access_key = SecretText(secret);
  return keys;
}

/// A server that gives one answer to all, and calls to it.
struct Aws {
  explicit Aws(CannedAnswer answer, CallObserver observer = {})
      : server([answer = std::move(answer)](const SeenRequest&) { return answer; }),
        session(
            settings(), [] { return test_time; }, 7),
        calls(session, std::move(observer)) {}

  [[nodiscard]] AwsSettings settings() const {
    AwsSettings settings;
    settings.endpoint_url = server.url();
    settings.is_endpoint_flag = true;
    settings.attempts_max = 2;
    settings.connections = 4;
    settings.variables = {{"AWS_ACCESS_KEY_ID", key_id}, {"AWS_SECRET_ACCESS_KEY", secret}};
    return settings;
  }

  LoopbackServer server;
  AwsSession session;
  ServiceCalls calls;
};

inline S3Operation put_versioning() {
  S3Operation operation;
  operation.operation = "PutBucketVersioning";
  operation.method = "PUT";
  operation.bucket = "my-bucket";
  operation.query = {{"versioning", ""}};
  operation.body = to_xml({"VersioningConfiguration", "", {{"Status", "Enabled", {}}}},
                          "http://s3.amazonaws.com/doc/2006-03-01/");
  return operation;
}

inline std::string between(const std::string& text, const std::string& from,
                           const std::string& to) {
  const std::size_t start = text.find(from);
  if (start == std::string::npos) {
    return "";
  }
  const std::size_t end = text.find(to, start + from.size());
  return text.substr(start + from.size(),
                     end == std::string::npos ? end : end - start - from.size());
}

inline QueryItems query_of(const std::string& target) {
  QueryItems items;
  std::size_t at = target.find('?');
  while (at != std::string::npos) {
    const std::size_t end = target.find('&', at + 1);
    const std::string item = target.substr(at + 1, end == std::string::npos ? end : end - at - 1);
    const std::size_t sign = item.find('=');
    EXPECT_NE(sign, std::string::npos) << "a subresource is sent as it is signed: " << target;
    items.emplace_back(percent_decoded(item.substr(0, sign)).value_or("?"),
                       percent_decoded(item.substr(sign + 1)).value_or("?"));
    at = end;
  }
  return items;
}

/// Whether the request carries the signature that its own bytes give.
inline bool is_signed_right(const SeenRequest& request) {
  const std::string authorization = request.header("authorization");
  const std::string region = between(authorization, "/20260304/", "/");
  UnsignedRequest plain;
  plain.method = request.method;
  plain.scheme = "http";
  plain.authority = request.header("host");
  plain.path = request.target.substr(0, request.target.find('?'));
  plain.query = query_of(request.target);
  plain.body = request.body;
  const std::string names = ';' + between(authorization, "SignedHeaders=", ",") + ';';
  for (const HttpHeader& header : request.headers) {
    const std::string name = lower_case(header.name);
    if (name != "host" && name != "x-amz-date" && name != "x-amz-content-sha256" &&
        names.find(';' + name + ';') != std::string::npos) {
      plain.headers.push_back(header);
    }
  }
  const std::string service = between(authorization, '/' + region + '/', "/");
  const HttpRequest expected =
      signed_request(plain, {region, service}, {.is_s3 = service == "s3"}, keys(), test_time);
  return std::any_of(expected.headers.begin(), expected.headers.end(), [&](const HttpHeader& h) {
    return h.name == "Authorization" && h.value == authorization;
  });
}

}  // namespace bedrocklog::aws
