// Operations of AWS services by name: the query, EC2, JSON, REST-JSON and REST-XML protocols.
//
// A caller names service, operation and members as the service's model does; this file knows which
// protocol, version and header go with the service. Answers are trees of XML or JSON.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "ingest/aws/aws_session.h"
#include "ingest/aws/service_client.h"
#include "ingest/aws/xml_tree.h"

namespace bedrocklog::aws {

using Json = nlohmann::json;

/// Told before each call, so that a test can hold policies against what was really called.
/// "iam", "GetRole". Runs on the calling thread: on several at a time when calls are.
using CallObserver = std::function<void(std::string_view service, std::string_view operation)>;

/// What is sent to S3 below a bucket. `operation` is its name in the service model.
struct S3Operation {
  std::string operation;  // "PutBucketVersioning": for messages and observers.
  std::string method;
  std::string bucket;
  QueryItems query;        // {"versioning", ""}.
  std::string key_prefix;  // Percent-encoded key, no slash in front; "" for the bucket itself.
  std::vector<HttpHeader> headers;
  std::string body;  // With Content-MD5 when not empty.
};

/// Thread-safe. Calls wait for their answers; not from the loop's thread. "iam GetRole" is the
/// subject of a failure. Where what answers is no AWS (no XML, no JSON, another root element, a
/// refusal in nobody's words) the failure says so, with TransportFault::other and
/// FaultCause::unavailable; it has no code.
class ServiceCalls {
 public:
  /// `session` outlives this.
  explicit ServiceCalls(AwsSession& session, CallObserver observer = {});

  /// sts, iam, sns, cloudwatch (signed as "monitoring"). `members`: an object; nested objects
  /// become Name.Member, arrays Name.member.1; a member name may itself hold dots
  /// ("Attributes.entry.1.key"). Booleans are true/false, numbers as they print; null and empty
  /// arrays are left out. Gives the <ActionResult> element (empty where there is none). iam and
  /// other global services go to the partition's global endpoint, whatever `region` is.
  [[nodiscard]] CallResult<XmlElement> query(std::string_view service, std::string_view region,
                                             std::string_view action, const Json& members);

  /// ec2. As query(), but arrays become Name.1, member names are those of the wire ("Filter",
  /// "SubnetId", "TagSpecification": the model's queryName or capitalised locationName), and the
  /// answer is the root element, its lists with elements named "item" (XmlElement::items).
  [[nodiscard]] CallResult<XmlElement> ec2(std::string_view region, std::string_view action,
                                           const Json& members);

  /// budgets, cloudtrail, events, kms, logs (JSON 1.1). Null members are left out. An empty answer
  /// is an empty object.
  [[nodiscard]] CallResult<Json> json(std::string_view service, std::string_view region,
                                      std::string_view operation, const Json& members);

  /// bedrock. `path` is percent-encoded once, and may end in a query ("?name=value&..", likewise);
  /// a null `body` sends none.
  [[nodiscard]] CallResult<Json> rest_json(std::string_view service, std::string_view region,
                                           std::string_view operation, std::string_view method,
                                           std::string_view path, const Json& body);

  /// s3, in the region given: a bucket elsewhere is a failure with code PermanentRedirect (or 301)
  /// and error.region, not followed.
  [[nodiscard]] CallResult<HttpResponse> s3(std::string_view region, S3Operation operation);

  [[nodiscard]] AwsSession& session() const { return *session_; }

 private:
  [[nodiscard]] CallResult<XmlElement> send_form(std::string_view service, std::string_view region,
                                                 std::string_view action, std::string form);

  AwsSession* session_;
  CallObserver observer_;
};

/// The form a query call sends: "Action=GetRole&Version=2010-05-08&RoleName=x". For goldens.
[[nodiscard]] std::string query_form(std::string_view action, std::string_view version,
                                     const Json& members);
/// The same of an EC2 call, whose lists are flat: "Filter.1.Value.1".
[[nodiscard]] std::string ec2_form(std::string_view action, const Json& members);

/// The service answered, with one of these codes. An answer without body has the code that
/// read_error() derives from its status.
[[nodiscard]] bool has_code(const CallFailure& failure,
                            std::initializer_list<std::string_view> codes);

}  // namespace bedrocklog::aws
