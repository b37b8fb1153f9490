// STS speaks the query protocol: a form goes out, XML comes back.
#include "ingest/aws/sts_credentials.h"

#include <string_view>
#include <utility>

#include <pugixml.hpp>

#include "ingest/aws/credential_request.h"
#include "ingest/aws/endpoint.h"
#include "ingest/aws/service_error.h"
#include "ingest/aws/sigv4.h"
#include "ingest/aws/small_file.h"

namespace bedrocklog::aws {
namespace {

QueryItems form_of(const CredentialContext& context, std::string_view action,
                   const RoleRequest& role) {
  QueryItems form = {{"Action", std::string(action)}, {"Version", "2011-06-15"}};
  form.emplace_back("RoleArn", role.role_arn);
  form.emplace_back("RoleSessionName", role.session_name.empty()
                                           ? "bedrocklog-" + std::to_string(context.clock().seconds)
                                           : role.session_name);
  if (!role.external_id.empty()) {
    form.emplace_back("ExternalId", role.external_id);
  }
  if (role.duration_s) {
    form.emplace_back("DurationSeconds", std::to_string(*role.duration_s));
  }
  return form;
}

Result<Credentials> read_answer(const std::string& source, const char* result_name,
                                const std::string& body) {
  pugi::xml_document document;
  document.load_buffer(body.data(), body.size());
  const pugi::xml_node node = document.document_element().child(result_name).child("Credentials");
  Credentials credentials;
  credentials.access_key_id = node.child_value("AccessKeyId");
  credentials.secret_access_key = SecretText(node.child_value("SecretAccessKey"));
  credentials.session_token = SecretText(node.child_value("SessionToken"));
  credentials.expires_at = parse_iso_time(node.child_value("Expiration"));
  credentials.source = source;
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty() ||
      credentials.session_token.empty() || !credentials.expires_at) {
    return fault(source, "STS answered without credentials", FaultCause::credentials_missing);
  }
  return credentials;
}

/// Whatever the reason of STS, without the role there are no credentials: "not found" is not said
/// of what the user wants to read.
Fault refusal(const std::string& subject, const ServiceError& error) {
  Fault refused = to_fault(subject, error);
  if (refused.cause == FaultCause::not_found || refused.cause == FaultCause::unspecified) {
    refused.message = "the role cannot be assumed: " + refused.message;
    refused.cause = FaultCause::credentials_missing;
  }
  return refused;
}

/// `with` without access key id: not signed.
Result<Credentials> ask_sts(const CredentialContext& context, const QueryItems& form,
                            const std::string& source, const Credentials& with) {
  const std::string& action = form.front().second;
  const std::string region =
      context.settings.region.empty() ? "us-east-1" : context.settings.region;
  const Result<Endpoint> endpoint = endpoint_of(context.settings, "sts", region);
  if (!endpoint) {
    return pass_on(endpoint);
  }
  UnsignedRequest request;
  request.method = "POST";
  request.scheme = endpoint->scheme;
  request.authority = endpoint->authority;
  request.path = endpoint->base_path + "/";
  request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"});
  request.body = canonical_query(form);
  const HttpRequest sent =
      signed_request(request, {endpoint->signing_region, endpoint->signing_name}, SigningRules(),
                     with, context.clock());
  const std::string subject = source + ", sts " + action;
  const Result<HttpResponse> answer = ask_for_credentials(subject, sent, context.settings.http);
  if (!answer) {
    return pass_on(answer);
  }
  if (!answer->head.is_success()) {
    return tl::unexpected(refusal(subject, read_error(answer->head, answer->body)));
  }
  return read_answer(source, (action + "Result").c_str(), answer->body);
}

}  // namespace

Result<Credentials> assume_role(const CredentialContext& context, const RoleRequest& role,
                                const Credentials& with) {
  return ask_sts(context, form_of(context, "AssumeRole", role), role.source, with);
}

Result<Credentials> assume_role_with_web_identity(const CredentialContext& context,
                                                  const RoleRequest& role,
                                                  const std::string& token_file) {
  Result<std::string> token = read_token_file(token_file);
  if (!token) {
    return pass_on(token);
  }
  QueryItems form = form_of(context, "AssumeRoleWithWebIdentity", role);
  form.emplace_back("WebIdentityToken", std::move(*token));
  return ask_sts(context, form, role.source, Credentials());
}

}  // namespace bedrocklog::aws
