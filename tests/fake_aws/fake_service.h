// One service of the fake AWS: what it is asked, what it answers, what it remembers.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "ingest/aws/http_message.h"
#include "tests/fake_aws/fake_aws.h"
#include "tests/fake_aws/fake_policy.h"

namespace bedrocklog::fake_aws {

using Json = nlohmann::json;

/// A request whose signature was right.
struct FakeCall {
  std::string service;    // "iam", "s3", "monitoring", "logs", "bedrock", "sns", "sts".
  std::string region;     // Of the credential scope.
  std::string operation;  // Of query and JSON calls; empty for REST.
  std::string method;
  std::string path;                          // Decoded.
  std::map<std::string, std::string> query;  // Decoded.
  std::vector<aws::HttpHeader> headers;      // Names in lower case.
  std::string body;
  std::map<std::string, std::string> form;  // Members of a query call, flat: "Tags.member.1.Key".
  /// Body of a JSON or REST-JSON call (null: none). Of a query call its members as a tree of texts:
  /// lists are arrays, maps are objects.
  Json json;
  std::string caller_arn;      // Whose key signed it.
  std::string caller_account;  // The account of that.
};

/// A right that a call needs.
struct FakeRight {
  std::string service;  // The client's name: "iam".
  std::string operation;
  std::string resource;
};

struct FakeAnswer {
  int status = 200;
  std::string body;
  std::vector<aws::HttpHeader> headers;
  std::string code;            // Of an error.
  std::string operation;       // As the service model calls it: for recorded calls.
  std::string resource = "*";  // ARN it was about.
  bool is_change = false;      // Would change something if it succeeded.
  /// Asked for beside that of the operation itself: tags at creation, roles that are passed on.
  std::vector<FakeRight> also_needs;
};

/// An access key that the fake accepts.
struct FakeKey {
  std::string secret;
  std::string token;  // Of a session; empty for a user's key.
  std::string caller_arn;
  std::string caller_account;
  std::int64_t expires_at_seconds = 0;  // By the real clock; 0: never.
};

/// What all services share: the account, and what one service asks another.
struct FakeWorld {
  std::string account;
  std::string partition;
  std::int64_t now_seconds = 1'790'000'000;
  /// Requests of the whole account so far: lags are counted in these.
  std::uint64_t requests = 0;
  unsigned iam_lag_requests = 0;
  unsigned read_lag_requests = 0;
  std::map<std::string, FakeKey> keys;  // By access key id.
  /// What Bedrock asks before it accepts a logging configuration. Given by the services at start.
  std::function<bool(const std::string& role_arn, const std::string& log_group_arn)>
      role_may_write_log_group;
  std::function<bool(const std::string& region, const std::string& name)> has_log_group;
  /// The policy lets Bedrock of this region write there; "" when it does, else why not.
  std::function<std::string(const std::string& region, const std::string& bucket,
                            const std::string& prefix)>
      delivery_refusal;
  /// What other services of AWS ask before they use a thing of the account.
  std::function<bool(const std::string& bucket)> has_bucket;
  /// By its policy, as CloudTrail knows it: a new one only after a while (iam_lag_requests).
  std::function<bool(const std::string& bucket, const PolicyQuestion& question)> bucket_allows;
  /// Whether the service of the question may be the role, and whether the role may then do it.
  std::function<bool(const std::string& role_arn, const PolicyQuestion& question)> role_trusts;
  std::function<bool(const std::string& role_arn, const PolicyQuestion& question)> role_allows;
  /// "" when the key is there, enabled, and its policy lets the service do that; else the code of
  /// KMS. Not given where the fake has no KMS: then nobody is refused.
  std::function<std::string(const std::string& key_arn, const PolicyQuestion& question)>
      key_refusal;
  /// Policies may name it: it is there, and services know it by now (iam_lag_requests).
  std::function<bool(const std::string& role_arn)> has_role;
  /// Writes an object as Bedrock does (permission check).
  std::function<void(const std::string& bucket, const std::string& key)> write_object;
  /// Writes a first event, and with it the stream.
  std::function<void(const std::string& region, const std::string& group,
                     const std::string& stream)>
      write_log_stream;
};

class FakeService {
 public:
  FakeService() = default;
  FakeService(const FakeService&) = delete;
  FakeService& operator=(const FakeService&) = delete;
  FakeService(FakeService&&) = delete;
  FakeService& operator=(FakeService&&) = delete;
  virtual ~FakeService() = default;

  /// One call at a time over the whole account.
  [[nodiscard]] virtual FakeAnswer handle(const FakeCall& call) = 0;
  /// Without carrying anything out: `operation`, `resource` and `is_change` of the call.
  [[nodiscard]] virtual FakeAnswer describe(const FakeCall& call) const = 0;
  [[nodiscard]] virtual Json snapshot() const = 0;
  /// Of what snapshot() gave; of an empty object: everything is gone.
  virtual void restore(const Json& snapshot) = 0;

  /// Ids that AWS made up, each with the one that stands for it in snapshots.
  [[nodiscard]] virtual std::map<std::string, std::string> ids_by_chance() const { return {}; }

  /// What others do; services that have nothing to do with it leave these as they are.
  virtual void put_object(const std::string& /*bucket*/, const std::string& /*key*/,
                          const std::string& /*body*/, std::int64_t /*modified_seconds*/) {}
  virtual void confirm_subscription(const std::string& /*endpoint*/) {}
  virtual void put_log_event(const std::string& /*region*/, const std::string& /*log_group*/,
                             const std::string& /*message*/, std::int64_t /*time_ms*/) {}
  virtual void put_metric(const std::string& /*region*/, const std::string& /*name_space*/,
                          const std::string& /*metric*/, const Json& /*dimensions*/) {}
  virtual void put_organization_trail(const std::string& /*home_region*/,
                                      const std::string& /*name*/) {}
  virtual void put_vpc(const FakeVpc& /*vpc*/) {}
  virtual void offer_service(const std::string& /*region*/, const std::string& /*service*/,
                             const std::set<std::string>& /*zones*/) {}
};

/// The services, each in a file of its own. `world` outlives them.
[[nodiscard]] std::unique_ptr<FakeService> make_fake_sts(FakeWorld& world);
[[nodiscard]] std::unique_ptr<FakeService> make_fake_iam(FakeWorld& world);
[[nodiscard]] std::unique_ptr<FakeService> make_fake_s3(FakeWorld& world);
[[nodiscard]] std::unique_ptr<FakeService> make_fake_logs(FakeWorld& world);
[[nodiscard]] std::unique_ptr<FakeService> make_fake_bedrock(FakeWorld& world);
[[nodiscard]] std::unique_ptr<FakeService> make_fake_cloudwatch(FakeWorld& world);
[[nodiscard]] std::unique_ptr<FakeService> make_fake_sns(FakeWorld& world);
[[nodiscard]] std::unique_ptr<FakeService> make_fake_cloudtrail(FakeWorld& world);
[[nodiscard]] std::unique_ptr<FakeService> make_fake_events(FakeWorld& world);
[[nodiscard]] std::unique_ptr<FakeService> make_fake_budgets(FakeWorld& world);
[[nodiscard]] std::unique_ptr<FakeService> make_fake_kms(FakeWorld& world);
[[nodiscard]] std::unique_ptr<FakeService> make_fake_ec2(FakeWorld& world);

/// Answers of the protocols. An empty `result_xml` leaves the result element out. The core puts in
/// request ids and XML namespaces, and gives a JSON error the form of REST-JSON where it must.
[[nodiscard]] FakeAnswer query_answer(const std::string& operation, const std::string& result_xml);
[[nodiscard]] FakeAnswer query_error(int status, const std::string& code,
                                     const std::string& message);
/// Of EC2, which has no result element.
[[nodiscard]] FakeAnswer ec2_answer(const std::string& operation, const std::string& members_xml);
[[nodiscard]] FakeAnswer ec2_error(int status, const std::string& code, const std::string& message);
[[nodiscard]] FakeAnswer json_answer(const Json& body);
[[nodiscard]] FakeAnswer json_error(int status, const std::string& code,
                                    const std::string& message);
[[nodiscard]] FakeAnswer s3_error(int status, const std::string& code, const std::string& message);
/// &lt; and the like.
[[nodiscard]] std::string xml_text(const std::string& text);

}  // namespace bedrocklog::fake_aws
