// STS of the fake: who one is, and keys of other roles.
#include <regex>
#include <utility>

#include "ingest/aws/utc_time.h"
#include "tests/fake_aws/fake_members.h"
#include "tests/fake_aws/fake_service.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::int64_t session_seconds_default = 3600;

constexpr std::array<Member, 8> assume_role_members = {{
    {"RoleArn", MemberKind::text, true, 20, 2048},
    {"RoleSessionName", MemberKind::text, true, 2, 64, "[\\w+=,.@-]*"},
    {"DurationSeconds", MemberKind::whole},
    {"ExternalId", MemberKind::text, false, 2, 1224},
    {"Policy", MemberKind::text, false, 1, 2048},
    {"SerialNumber", MemberKind::text, false, 9, 256},
    {"TokenCode", MemberKind::text, false, 6, 6},
    {"Tags", MemberKind::structures, false, 0, 50, "", tag_members},
}};

class FakeSts : public FakeService {
 public:
  explicit FakeSts(FakeWorld& world) : world_(world) {}

  FakeAnswer handle(const FakeCall& call) override {
    if (call.operation == "GetCallerIdentity") {
      if (auto refused = members_refusal(call, {})) {
        return *refused;
      }
      return query_answer(call.operation, xml_element("Arn", call.caller_arn) +
                                              xml_element("UserId", "AIDAFAKEUSER00000001") +
                                              xml_element("Account", call.caller_account));
    }
    if (call.operation == "AssumeRole") {
      return assume_role(call);
    }
    return unknown_operation(call);
  }

  FakeAnswer describe(const FakeCall& call) const override {
    FakeAnswer answer;
    answer.operation = call.operation;
    if (call.operation == "AssumeRole") {
      answer.resource = text_member(call.json, "RoleArn", "*");
    }
    return answer;
  }

  Json snapshot() const override { return Json::object(); }
  void restore(const Json& /*snapshot*/) override {}

 private:
  FakeAnswer assume_role(const FakeCall& call) {
    if (auto refused = members_refusal(call, assume_role_members)) {
      return *refused;
    }
    const std::string arn = text_member(call.json, "RoleArn");
    const std::string session = text_member(call.json, "RoleSessionName");
    std::smatch parts;
    if (!std::regex_match(arn, parts,
                          std::regex("arn:(aws[a-z-]*):iam::(\\d{12}):role/(?:.+/)?([^/]+)")) ||
        parts[1] != world_.partition) {
      return query_error(400, "ValidationError", arn + " is invalid");
    }
    const std::int64_t seconds =
        whole_member(call.json, "DurationSeconds", session_seconds_default);
    if (seconds < 900 || seconds > 43'200) {
      return query_error(400, "ValidationError", "DurationSeconds is out of range");
    }
    const std::string number = std::to_string(++sessions_);
    const std::string id = "ASIDFAKEAWS" + std::string(9 - number.size(), '0') + number;
    FakeKey key;
    key.secret = "fake/secret+of/a/session/" + number;
    key.token = "fake/session/token+" + number + "==";
    key.caller_account = parts[2];
    key.caller_arn = "arn:" + world_.partition + ":sts::" + key.caller_account + ":assumed-role/" +
                     parts[3].str() + '/' + session;
    key.expires_at_seconds = aws::system_time().seconds + seconds;
    const std::string xml = "<Credentials>" + xml_element("AccessKeyId", id) +
                            xml_element("SecretAccessKey", key.secret) +
                            xml_element("SessionToken", key.token) +
                            xml_element("Expiration", aws::to_iso_time({key.expires_at_seconds})) +
                            "</Credentials><AssumedRoleUser>" +
                            xml_element("AssumedRoleId", "AROAFAKEROLE00000001:" + session) +
                            xml_element("Arn", key.caller_arn) + "</AssumedRoleUser>";
    world_.keys[id] = std::move(key);
    return query_answer(call.operation, xml);
  }

  FakeWorld& world_;
  std::uint64_t sessions_ = 0;
};

}  // namespace

std::unique_ptr<FakeService> make_fake_sts(FakeWorld& world) {
  return std::make_unique<FakeSts>(world);
}

}  // namespace bedrocklog::fake_aws
