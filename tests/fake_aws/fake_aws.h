// An AWS on loopback that is strict where the real one is: signatures, required members, patterns,
// limits, order of things. Keeps state, so that what was written can be read back and compared.
//
// Services: sts, iam, sns, cloudwatch (query), ec2, logs, cloudtrail, events, budgets, kms (JSON),
// bedrock (REST-JSON), s3 (REST-XML, path style). Knows what it serves by the credential scope of
// the signature (service, region).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace bedrocklog::fake_aws {

using Json = nlohmann::json;

inline constexpr const char* access_key = "AKIDFAKEAWS000000001";
inline constexpr const char* secret_key = "fake/secret+for/tests/on/loopback/only00";

/// What goes wrong, in parts of a thousand requests, decided from the seed.
struct Trouble {
  std::uint64_t seed = 1;
  unsigned throttled_permille = 0;
  unsigned failing_permille = 0;      // 500 or 503, nothing done.
  unsigned lost_answer_permille = 0;  // Done, and the connection closed without an answer.
  unsigned cut_permille = 0;          // Connection closed, nothing done.
  /// A role or its policy, and a bucket's policy, can be used by services only so many requests
  /// after its last change.
  unsigned iam_lag_requests = 0;
  /// Reads of a new thing may miss it for so many requests (not S3, which is consistent).
  unsigned read_lag_requests = 0;
  /// After so many requests that change something nothing is answered any more (0: never): with
  /// is_last_done the last of them is still carried out. For runs that are killed.
  unsigned changes_until_dead = 0;
  bool is_last_done = true;
};

struct RecordedCall {
  std::string service;    // "iam".
  std::string operation;  // "CreateRole".
  std::string region;     // Of the credential scope.
  std::string resource;   // ARN it was about, or "*".
  bool is_change = false;
  int status = 0;
  std::string code;  // Of an error, else empty.
  Json members;      // As sent: of query and JSON calls the members, of S3 {"Query","Body"}.
  /// As it came over the wire, but for what differs from run to run (time, signature, host):
  /// {"Line": "POST /", "Headers": {name: value}, "Body": text}.
  Json request;
};

struct FakeSubnet {
  std::string id;
  std::string zone;  // "eu-west-1a".
  std::string cidr;
};

struct FakeVpc {
  std::string region;
  std::string id;
  std::string cidr = "10.0.0.0/16";
  std::vector<FakeSubnet> subnets;
  bool has_dns_support = true;
  bool has_dns_hostnames = true;
};

/// What every region has from the start: 10.0.0.0/16 with a subnet in each of two zones.
inline constexpr const char* default_vpc = "vpc-0a1b2c3d";
inline constexpr const char* default_subnet_a = "subnet-0a1b2c3d";
inline constexpr const char* default_subnet_b = "subnet-0b2c3d4e";

class FakeAws {
 public:
  explicit FakeAws(std::string account = "123456789012", std::string partition = "aws");
  ~FakeAws();
  FakeAws(const FakeAws&) = delete;
  FakeAws& operator=(const FakeAws&) = delete;
  FakeAws(FakeAws&&) = delete;
  FakeAws& operator=(FakeAws&&) = delete;

  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::uint16_t port() const;
  void set_trouble(const Trouble& trouble);

  /// Everything there is, as one document with sorted members: equal accounts are equal bytes.
  /// Things that AWS makes by itself (times, ids by chance) are not in it.
  [[nodiscard]] Json snapshot() const;
  /// Puts an account into the state of a snapshot.
  void restore(const Json& snapshot);
  /// All calls so far, refused ones too, in order of their arrival.
  [[nodiscard]] std::vector<RecordedCall> calls() const;
  void forget_calls();

  /// Calls of an account without these rights are refused with AccessDenied. Null: all are allowed.
  void set_allowed(std::function<bool(const std::string& service, const std::string& operation,
                                      const std::string& resource)>
                       allowed);

  /// Whoever has assumed a role of the other's account calls that one, at this URL. `other`
  /// outlives this, and has joined nobody.
  void join(FakeAws& other);

  /// What only time or others do: a recipient confirms, Bedrock writes an object, a metric appears.
  void confirm_subscription(const std::string& endpoint);
  void put_object(const std::string& bucket, const std::string& key, const std::string& body,
                  std::int64_t modified_seconds);
  void put_log_event(const std::string& region, const std::string& log_group,
                     const std::string& message, std::int64_t time_ms);
  void put_metric(const std::string& region, const std::string& name_space,
                  const std::string& metric, const Json& dimensions);
  /// The management account of an organisation makes a trail that covers this account, too.
  void put_organization_trail(const std::string& home_region, const std::string& name);
  /// Instead of one with this id, if there is one.
  void put_vpc(const FakeVpc& vpc);
  /// In which zones ("a", "b") the interface endpoint service "bedrock-runtime" is offered; none:
  /// not in this region. From the start those that there are, in a, b and c.
  void offer_service(const std::string& region, const std::string& service,
                     const std::set<std::string>& zones);

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace bedrocklog::fake_aws
