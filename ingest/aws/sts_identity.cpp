// The query protocol of STS: a form in, XML out.
#include "ingest/aws/sts_identity.h"

#include <utility>

#include <pugixml.hpp>

#include "ingest/aws/endpoint.h"
#include "ingest/aws/service_client.h"

namespace bedrocklog::aws {

Result<CallerIdentity> caller_identity(AwsSession& session, const std::string& region) {
  const std::string subject = "sts GetCallerIdentity";
  Result<Endpoint> endpoint = endpoint_of(session.settings(), "sts", region);
  if (!endpoint) {
    return pass_on(endpoint);
  }
  ServiceRequest request;
  request.endpoint = std::move(*endpoint);
  request.method = "POST";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  request.body = "Action=GetCallerIdentity&Version=2011-06-15";
  request.subject = subject;
  const CallResult<HttpResponse> answer = session.services().call(std::move(request));
  if (!answer) {
    return tl::unexpected(answer.error().fault);
  }
  std::optional<CallerIdentity> identity = read_caller_identity(answer->body);
  if (!identity) {
    return fault(subject, "answered what is no answer of STS; does the endpoint belong to it?",
                 FaultCause::unavailable);
  }
  return std::move(*identity);
}

std::optional<CallerIdentity> read_caller_identity(std::string_view xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size())) {
    return std::nullopt;
  }
  const pugi::xml_node result =
      document.child("GetCallerIdentityResponse").child("GetCallerIdentityResult");
  CallerIdentity identity{result.child_value("Account"), result.child_value("Arn"),
                          result.child_value("UserId")};
  if (identity.account.empty() || identity.arn.empty()) {
    return std::nullopt;
  }
  return identity;
}

}  // namespace bedrocklog::aws
