// The wire forms of the five protocols, and what makes an answer one of AWS.
#include "ingest/aws/service_calls.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "ingest/aws/digest.h"
#include "ingest/aws/uri_text.h"
#include "ingest/ensure.h"

namespace bedrocklog::aws {
namespace {

struct QueryService {
  std::string_view name;
  std::string_view version;
};

constexpr std::array<QueryService, 4> query_services = {{
    {"cloudwatch", "2010-08-01"},
    {"iam", "2010-05-08"},
    {"sns", "2010-03-31"},
    {"sts", "2011-06-15"},
}};

constexpr std::string_view ec2_version = "2016-11-15";

struct JsonService {
  std::string_view name;
  std::string_view target;  // What X-Amz-Target has in front of the operation.
};

constexpr std::array<JsonService, 5> json_services = {
    {{"budgets", "AWSBudgetServiceGateway"},
     {"cloudtrail", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101"},
     {"events", "AWSEvents"},
     {"kms", "TrentService"},
     {"logs", "Logs_20140328"}}};

template <class T, std::size_t N>
const T& known(const std::array<T, N>& services, std::string_view name) {
  const auto* const found = std::find_if(services.begin(), services.end(),
                                         [&](const T& service) { return service.name == name; });
  ensure(found != services.end());
  return *found;
}

std::string subject_of(std::string_view service, std::string_view operation) {
  return std::string(service) + ' ' + std::string(operation);
}

tl::unexpected<CallFailure> no_endpoint(const Result<Endpoint>& endpoint) {
  return tl::unexpected(CallFailure{TransportFault::none, {}, endpoint.error()});
}

/// What answers speaks HTTP, but not as AWS does.
tl::unexpected<CallFailure> not_aws(const ServiceRequest& request, const std::string& answer) {
  return tl::unexpected(
      CallFailure{TransportFault::other,
                  {},
                  {request.subject,
                   "the endpoint " + request.endpoint.authority + " does not seem to be AWS, " +
                       answer + "; check --endpoint-url and the proxy",
                   FaultCause::unavailable}});
}

/// A refusal that came without the words or the request id that AWS never leaves out: its code is
/// only that of the status, and must not pass for one that AWS gave ("NotFound").
bool is_anonymous_refusal(const CallFailure& failure) {
  const ServiceError& error = failure.error;
  const bool is_for_now = error.status == 408 || error.status == 429 || error.status >= 500;
  return failure.transport == TransportFault::none && error.status >= 300 && !is_for_now &&
         error.message.empty() && error.request_id.empty();
}

/// Sends a call whose refusals have a body.
CallResult<HttpResponse> send(AwsSession& session, const ServiceRequest& request) {
  CallResult<HttpResponse> answer = session.services().call(request);
  if (!answer && is_anonymous_refusal(answer.error())) {
    return not_aws(request, "it refuses with HTTP status " +
                                std::to_string(answer.error().error.status) +
                                " without saying why");
  }
  return answer;
}

/// The failure that an answer of status 200 may still tell.
tl::unexpected<CallFailure> told_failure(const ServiceRequest& request,
                                         const HttpResponse& answer) {
  CallFailure failure;
  failure.error = read_error(answer.head, answer.body);
  failure.fault = to_fault(request.subject, failure.error);
  return tl::unexpected(std::move(failure));
}

/// "Tags.member.1" and "Key" to "Tags.member.1.Key".
std::string joined(const std::string& prefix, const std::string& name) {
  return prefix.empty() ? name : prefix + '.' + name;
}

std::string text_of(const Json& value) {
  if (value.is_string()) {
    return value.get_ref<const std::string&>();
  }
  return value.dump();  // Numbers and booleans.
}

/// What stands between the name of a list and the number of an item.
constexpr std::string_view query_list = ".member.";
constexpr std::string_view ec2_list = ".";

/// As deep as the members of a service model.
// Name and value, and the one text that differs between the protocols.
// NOLINTNEXTLINE(bugprone-easily-swappable-parameters)
void append_members(std::string& form, const std::string& name, const Json& value,
                    std::string_view list) {
  if (value.is_null()) {
    return;
  }
  if (value.is_object()) {
    for (const auto& [member, inner] : value.items()) {
      append_members(form, joined(name, member), inner, list);
    }
    return;
  }
  if (value.is_array()) {
    std::size_t number = 0;
    for (const Json& item : value) {
      if (!item.is_null()) {
        append_members(form, name + std::string(list) + std::to_string(++number), item, list);
      }
    }
    return;
  }
  form += '&' + percent_encoded(name) + '=' + percent_encoded(text_of(value));
}

// NOLINTNEXTLINE(bugprone-easily-swappable-parameters)
std::string form_of(std::string_view action, std::string_view version, const Json& members,
                    std::string_view list) {
  ensure(members.is_null() || members.is_object());
  std::string form = "Action=" + percent_encoded(action) + "&Version=" + percent_encoded(version);
  append_members(form, "", members, list);
  return form;
}

/// "a=b&c=d" decoded. Requires that it is well encoded.
QueryItems query_items(std::string_view text) {
  QueryItems items;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(item.size() + 1, text.size()));
    const std::size_t equals = std::min(item.find('='), item.size());
    const auto name = percent_decoded(item.substr(0, equals));
    const auto value = percent_decoded(item.substr(std::min(equals + 1, item.size())));
    ensure(name.has_value() && value.has_value());
    items.emplace_back(name.value_or(""), value.value_or(""));
  }
  return items;
}

Json without_nulls(const Json& value) {
  if (value.is_object()) {
    Json kept = Json::object();
    for (const auto& [name, member] : value.items()) {
      if (!member.is_null()) {
        kept[name] = without_nulls(member);
      }
    }
    return kept;
  }
  if (value.is_array()) {
    Json kept = Json::array();
    for (const Json& item : value) {
      kept.push_back(without_nulls(item));
    }
    return kept;
  }
  return value;
}

/// Bytes that are no UTF-8 are replaced: what is sent is always JSON.
std::string json_text(const Json& value) {
  return without_nulls(value).dump(-1, ' ', false, Json::error_handler_t::replace);
}

CallResult<Json> read_json_answer(const ServiceRequest& request,
                                  const CallResult<HttpResponse>& answer) {
  if (!answer) {
    return tl::unexpected(answer.error());
  }
  if (answer->body.find_first_not_of(" \t\r\n") == std::string::npos) {
    return Json::object();
  }
  Json body = Json::parse(answer->body, nullptr, false);
  if (!body.is_object()) {
    return not_aws(request, "it answers with no JSON object");
  }
  return body;
}

}  // namespace

ServiceCalls::ServiceCalls(AwsSession& session, CallObserver observer)
    : session_(&session), observer_(std::move(observer)) {}

CallResult<XmlElement> ServiceCalls::query(std::string_view service, std::string_view region,
                                           std::string_view action, const Json& members) {
  const std::string_view version = known(query_services, service).version;
  CallResult<XmlElement> root =
      send_form(service, region, action, query_form(action, version, members));
  if (!root) {
    return root;
  }
  const std::string wanted = std::string(action) + "Result";
  const XmlElement* const result = root->child(wanted);
  return result == nullptr ? XmlElement{wanted, "", {}} : *result;
}

CallResult<XmlElement> ServiceCalls::ec2(std::string_view region, std::string_view action,
                                         const Json& members) {
  return send_form("ec2", region, action, ec2_form(action, members));
}

CallResult<XmlElement> ServiceCalls::send_form(std::string_view service, std::string_view region,
                                               std::string_view action, std::string form) {
  const Result<Endpoint> endpoint = endpoint_of(session_->settings(), service, region);
  if (!endpoint) {
    return no_endpoint(endpoint);
  }
  if (observer_) {
    observer_(service, action);
  }
  ServiceRequest request;
  request.endpoint = *endpoint;
  request.method = "POST";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  request.body = std::move(form);
  request.subject = subject_of(service, action);
  const CallResult<HttpResponse> answer = send(*session_, request);
  if (!answer) {
    return tl::unexpected(answer.error());
  }
  std::optional<XmlElement> root = parse_xml(answer->body);
  if (!root) {
    return not_aws(request, "it answers with no XML");
  }
  // The second is that of EC2.
  if (root->name == "ErrorResponse" || root->name == "Response") {
    return told_failure(request, *answer);
  }
  if (root->name != std::string(action) + "Response") {
    return not_aws(request, "it answers with other XML than that of this operation");
  }
  return std::move(*root);
}

CallResult<Json> ServiceCalls::json(std::string_view service, std::string_view region,
                                    std::string_view operation, const Json& members) {
  ensure(members.is_null() || members.is_object());
  const std::string target(known(json_services, service).target);
  const Result<Endpoint> endpoint = endpoint_of(session_->settings(), service, region);
  if (!endpoint) {
    return no_endpoint(endpoint);
  }
  if (observer_) {
    observer_(service, operation);
  }
  ServiceRequest request;
  request.endpoint = *endpoint;
  request.method = "POST";
  request.headers = {{"Content-Type", "application/x-amz-json-1.1"},
                     {"X-Amz-Target", target + '.' + std::string(operation)}};
  request.body = members.is_null() ? "{}" : json_text(members);
  request.subject = subject_of(service, operation);
  return read_json_answer(request, send(*session_, request));
}

// Callers write these in the order of the service model's own tables.
// NOLINTNEXTLINE(readability-function-size,bugprone-easily-swappable-parameters)
CallResult<Json> ServiceCalls::rest_json(std::string_view service, std::string_view region,
                                         std::string_view operation, std::string_view method,
                                         std::string_view path, const Json& body) {
  ensure(path.starts_with('/'));
  const Result<Endpoint> endpoint = endpoint_of(session_->settings(), service, region);
  if (!endpoint) {
    return no_endpoint(endpoint);
  }
  if (observer_) {
    observer_(service, operation);
  }
  ServiceRequest request;
  request.endpoint = *endpoint;
  request.method = method;
  const std::size_t path_size = std::min(path.find('?'), path.size());
  request.path = path.substr(0, path_size);
  if (path_size < path.size()) {
    request.query = query_items(path.substr(path_size + 1));
  }
  if (!body.is_null()) {
    request.headers = {{"Content-Type", "application/json"}};
    request.body = json_text(body);
  }
  request.subject = subject_of(service, operation);
  return read_json_answer(request, send(*session_, request));
}

CallResult<HttpResponse> ServiceCalls::s3(std::string_view region, S3Operation operation) {
  const Result<Endpoint> endpoint =
      bucket_endpoint_of(session_->settings(), operation.bucket, region);
  if (!endpoint) {
    return no_endpoint(endpoint);
  }
  if (observer_) {
    observer_("s3", operation.operation);
  }
  ServiceRequest request;
  request.endpoint = *endpoint;
  request.method = std::move(operation.method);
  request.path = operation.key_prefix.empty() ? "" : '/' + operation.key_prefix;
  request.query = std::move(operation.query);
  request.headers = std::move(operation.headers);
  request.body = std::move(operation.body);
  request.subject = subject_of("s3", operation.operation);
  if (!request.body.empty()) {
    request.headers.push_back({"Content-MD5", base64_encoded(md5(request.body))});
  }
  // Not send(): the refusal of a HEAD has no body.
  CallResult<HttpResponse> answer = session_->services().call(request);
  if (answer && answer->body.starts_with('<')) {
    const std::optional<XmlElement> root = parse_xml(answer->body);
    if (root && root->name == "Error") {
      return told_failure(request, *answer);
    }
  }
  return answer;
}

std::string query_form(std::string_view action, std::string_view version, const Json& members) {
  return form_of(action, version, members, query_list);
}

std::string ec2_form(std::string_view action, const Json& members) {
  return form_of(action, ec2_version, members, ec2_list);
}

bool has_code(const CallFailure& failure, std::initializer_list<std::string_view> codes) {
  return failure.transport == TransportFault::none && failure.error.status != 0 &&
         std::find(codes.begin(), codes.end(), failure.error.code) != codes.end();
}

}  // namespace bedrocklog::aws
