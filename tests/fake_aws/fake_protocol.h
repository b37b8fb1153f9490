// What the core knows of each service's protocol, and refusals that all services share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/fake_aws/fake_service.h"

namespace bedrocklog::fake_aws {

enum class FakeProtocol : std::uint8_t { query, ec2, json, rest_json, s3 };

struct FakeServiceTraits {
  std::string_view signing_name;
  std::string_view name;  // The client's, and of actions in policies: "cloudwatch".
  FakeProtocol protocol;
  std::string_view version;  // Of a query call; of a JSON call what its target starts with.
  std::string_view xml_namespace;
};

/// By the service part of a credential scope; null: no service of the fake.
[[nodiscard]] const FakeServiceTraits* traits_of(std::string_view signing_name);

/// One refusal in the words of each protocol.
struct RefusalWords {
  std::string query;
  int query_status = 400;
  std::string json;
  int json_status = 400;
  int rest_status = 400;
  std::string s3;
  int s3_status = 400;
};
[[nodiscard]] FakeAnswer refusal(const FakeServiceTraits& traits, const RefusalWords& words,
                                 const std::string& message);

/// Stand in bodies where finish() puts the request's own.
inline constexpr std::string_view request_id_place = "@@REQUEST-ID@@";
inline constexpr std::string_view namespace_place = "@@NAMESPACE@@";

/// Puts in what the services leave to the core: request id, namespace, headers, REST-JSON errors.
void finish(FakeAnswer& answer, const FakeServiceTraits& traits, const std::string& request_id);

}  // namespace bedrocklog::fake_aws
