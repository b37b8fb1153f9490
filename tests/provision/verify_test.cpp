// A stack on the fake AWS, looked at: sound, broken here and there, and with reads refused.
#include "provision/verify.h"

#include <algorithm>
#include <atomic>

#include <gtest/gtest.h>

#include "provision/apply.h"
#include "provision/core_profile.h"
#include "provision/desired_state.h"
#include "provision/observe.h"
#include "provision/permissions.h"
#include "provision/policy_checks.h"
#include "tests/fake_aws/fake_client.h"
#include "tests/provision/printed_rights.h"

namespace bedrocklog::provision {
namespace {

using fake_aws::FakeAws;
using fake_aws::FakeClient;

constexpr const char* account = "123456789012";
constexpr const char* region = "eu-west-1";
constexpr std::int64_t now_seconds = 1'790'000'000;  // 2026-09-21T14:13:20Z.

StackSpec small_spec() {
  StackSpec spec;
  spec.account = account;
  spec.regions = {region};
  spec.subscribers = {{"email", "ops@example.com"}};
  return spec;
}

/// Waits at once.
Waiter swift_waiter() {
  auto now_ms = std::make_shared<std::atomic<std::int64_t>>(0);
  return {[now_ms] { return now_ms->load(); }, [now_ms](unsigned ms) { *now_ms += ms; }};
}

Json per_model() {
  return Json::array({{{"Name", "ModelId"}, {"Value", "m"}}});
}

struct Account {
  StackSpec spec = small_spec();
  FakeAws fake;
  FakeClient client{fake};
  ProviderSet providers{
      client.calls, {spec.stack, spec.account, spec.partition, region}, swift_waiter()};

  ObservedState look() {
    Result<ObservedState> observed = observe(desired_state(spec), providers);
    EXPECT_TRUE(observed) << (observed ? "" : observed.error().message);
    return observed ? *observed : ObservedState();
  }

  void deploy() {
    const ObservedState observed = look();
    const Plan plan = make_plan(spec, desired_state(spec), observed);
    EXPECT_FALSE(plan.has_conflicts());
    expect_done(apply(plan, observed, providers, {}));
  }

  void destroy() {
    const ObservedState observed = look();
    const DestroyChoices choices{.delete_data = true, .restored_logging = {}};
    ApplyChoices how;
    how.deletes_data = true;
    expect_done(apply(make_destroy_plan(spec, desired_state(spec), observed, choices), observed,
                      providers, how));
  }

  static void expect_done(const ApplyOutcome& outcome) {
    for (const StepOutcome& step : outcome.steps) {
      EXPECT_EQ(step.result, StepResult::done)
          << to_text(step.address) << ' ' << (step.fault ? step.fault->message : "");
    }
  }

  std::vector<Check> check(unsigned age_hours_max = 24) {
    const ObservedState observed = look();
    return verify(spec, make_plan(spec, desired_state(spec), observed), observed, client.calls,
                  {age_hours_max, now_seconds});
  }

  void put_call_of(const std::string& hour_folder) {
    fake.put_object(bucket_of(spec, region),
                    archive_prefix(spec) + region + "/" + hour_folder + "x.json.gz", "{}",
                    now_seconds);
  }

  void put_metrics(const Json& dimensions) {
    for (const char* const name :
         {"Invocations", "InputTokenCount", "OutputTokenCount", "InvocationLatency"}) {
      fake.put_metric(region, "AWS/Bedrock", name, dimensions);
    }
  }
};

Check the(const std::vector<Check>& checks, const std::string& id) {
  const auto found =
      std::find_if(checks.begin(), checks.end(), [&](const Check& one) { return one.id == id; });
  if (found == checks.end()) {
    ADD_FAILURE() << "no check " << id;
    return {};
  }
  return *found;
}

std::string shown(const std::vector<Check>& checks, CheckResult result) {
  std::string text;
  for (const Check& one : checks) {
    if (one.result == result) {
      text += one.id + ' ' + one.subject + ": " + one.finding + '\n';
    }
  }
  return text;
}

TEST(Verify, FindsNothingWrongWithASoundStack) {
  Account here;
  here.deploy();
  here.fake.confirm_subscription("ops@example.com");
  here.put_call_of("2026/09/21/13/");
  here.put_metrics(per_model());
  here.put_metrics(Json::array());
  const std::vector<Check> checks = here.check();
  EXPECT_EQ(shown(checks, CheckResult::fail), "");
  EXPECT_EQ(shown(checks, CheckResult::unknown), "");
  EXPECT_EQ(the(checks, "archive-written").result, CheckResult::pass);
  EXPECT_EQ(the(checks, "archive-young").result, CheckResult::pass);
  EXPECT_EQ(the(checks, "metrics-known").result, CheckResult::pass);
  EXPECT_EQ(the(checks, "subscription-confirmed").result, CheckResult::pass);
  EXPECT_EQ(the(checks, "role-trusts-bedrock-only").result, CheckResult::pass);
  EXPECT_EQ(the(checks, "log-group-in-region").result, CheckResult::pass);
  EXPECT_TRUE(std::is_sorted(checks.begin(), checks.end(), [](const auto& a, const auto& b) {
    return std::pair(a.id, a.subject) < std::pair(b.id, b.subject);
  }));
}

TEST(Verify, AnEmptyAccountFailsByWhatIsMissing) {
  Account here;
  const std::vector<Check> checks = here.check();
  EXPECT_EQ(the(checks, "as-planned").result, CheckResult::fail);
  EXPECT_EQ(shown(checks, CheckResult::unknown), "");
}

TEST(Verify, ChangesNothing) {
  Account here;
  here.deploy();
  here.fake.forget_calls();
  (void)here.check();
  for (const fake_aws::RecordedCall& call : here.fake.calls()) {
    EXPECT_FALSE(call.is_change) << call.operation;
  }
}

TEST(Verify, AReadThatIsRefusedIsUnknownAndNamesTheRight) {
  Account here;
  here.deploy();
  here.fake.set_allowed([](const std::string&, const std::string& operation, const std::string&) {
    return operation != "ListMetrics" && operation != "DescribeLogStreams" &&
           operation != "ListObjectsV2";
  });
  const std::vector<Check> checks = here.check();
  for (const auto& [id, right] : {std::pair{"metrics-known", "cloudwatch:ListMetrics"},
                                  std::pair{"log-stream-there", "logs:DescribeLogStreams"},
                                  std::pair{"archive-young", "s3:ListBucket"}}) {
    EXPECT_EQ(the(checks, id).result, CheckResult::unknown) << id;
    EXPECT_NE(the(checks, id).finding.find(right), std::string::npos) << the(checks, id).finding;
  }
  EXPECT_EQ(the(checks, "role-trusts-bedrock-only").result, CheckResult::pass);
}

TEST(Verify, MailThatNobodyConfirmedIsAWarning) {
  Account here;
  here.deploy();
  EXPECT_EQ(the(here.check(), "subscription-confirmed").result, CheckResult::warn);
  here.fake.confirm_subscription("ops@example.com");
  EXPECT_EQ(the(here.check(), "subscription-confirmed").result, CheckResult::pass);
}

TEST(Verify, TheArchiveMayBeAsOldAsIsSaid) {
  Account here;
  here.deploy();
  EXPECT_EQ(the(here.check(), "archive-young").result, CheckResult::warn);
  here.put_call_of("2026/09/19/23/");  // 39 hours ago.
  EXPECT_EQ(the(here.check(38), "archive-young").result, CheckResult::warn);
  EXPECT_EQ(the(here.check(39), "archive-young").result, CheckResult::pass);
}

TEST(Verify, MetricsPerModelOnlyAskForTheOtherAlarmSource) {
  Account here;
  here.deploy();
  EXPECT_EQ(the(here.check(), "metrics-known").result, CheckResult::warn);
  here.put_metrics(per_model());
  EXPECT_NE(the(here.check(), "metrics-known").finding.find("--alarm-source metrics_insights"),
            std::string::npos);
  here.spec.alarm_source = AlarmSource::metrics_insights;
  EXPECT_EQ(the(here.check(), "metrics-known").result, CheckResult::pass);
}

TEST(Verify, ARoleThatOthersMayAssumeFails) {
  Account here;
  here.deploy();
  Json trust = logging_trust_policy(here.spec);
  trust["Statement"].push_back({{"Effect", "Allow"},
                                {"Principal", {{"AWS", "999999999999"}}},
                                {"Action", "sts:AssumeRole"}});
  EXPECT_TRUE(here.client.calls.query(
      "iam", region, "UpdateAssumeRolePolicy",
      {{"RoleName", role_of(here.spec)}, {"PolicyDocument", trust.dump()}}));
  const std::vector<Check> checks = here.check();
  EXPECT_EQ(the(checks, "role-trusts-bedrock-only").result, CheckResult::fail);
  EXPECT_NE(shown(checks, CheckResult::fail).find("differs in AssumeRolePolicyDocument"),
            std::string::npos);
}

TEST(Verify, ATestAlarmRingsAndOnlyOneOfTheStack) {
  Account here;
  here.deploy();
  const Address alarm{ResourceKind::alarm, region, here.spec.names.latency_alarm};
  EXPECT_TRUE(send_test_notification(here.spec, alarm, here.client.calls));
  EXPECT_EQ(here.look().find(alarm)->details["StateValue"], "ALARM");
  EXPECT_FALSE(send_test_notification(here.spec, {ResourceKind::alarm, region, "payroll"},
                                      here.client.calls));
}

TEST(Verify, TheRightsPrintedAreAllThatIsNeeded) {
  Account here;
  limit(here.fake, permission_policy(here.spec, PermissionMode::apply));
  here.deploy();
  limit(here.fake, permission_policy(here.spec, PermissionMode::plan));
  EXPECT_EQ(shown(here.check(), CheckResult::unknown), "");
  here.put_call_of("2026/09/21/13/");
  limit(here.fake, permission_policy(here.spec, PermissionMode::destroy));
  here.destroy();
}

TEST(PolicyChecks, OurOwnDocumentsHaveNoFlaw) {
  StackSpec spec = small_spec();
  spec.regions = {"eu-west-1", "us-east-1"};
  spec.key_prefix = "team/a";
  EXPECT_EQ(trust_flaw(spec, logging_trust_policy(spec)), "");
  for (const std::string& one : spec.regions) {
    EXPECT_EQ(delivery_flaw(spec, one, archive_bucket_policy(spec, one)), "");
    EXPECT_EQ(transport_flaw(spec, bucket_of(spec, one), archive_bucket_policy(spec, one)), "");
  }
}

TEST(PolicyChecks, FlawsOfDeliveryAreFound) {
  const StackSpec spec = small_spec();
  const Json good = archive_bucket_policy(spec, region);
  const auto flaw_with = [&](const std::function<void(Json&)>& change) {
    Json policy = good;
    change(policy["Statement"]);
    return delivery_flaw(spec, region, policy);
  };
  EXPECT_NE(delivery_flaw(spec, region, Json::object()), "");
  EXPECT_NE(flaw_with([](Json& all) { all.erase(0); }), "");
  EXPECT_NE(flaw_with([](Json& all) { all[0]["Resource"] = "arn:aws:s3:::other/*"; }), "");
  EXPECT_NE(flaw_with([](Json& all) { all[0]["Principal"] = {{"Service", "logs.x"}}; }), "");
  EXPECT_NE(flaw_with([](Json& all) {
              all[0]["Condition"]["StringEquals"]["aws:SourceAccount"] = "999999999999";
            }),
            "");
  EXPECT_NE(flaw_with([](Json& all) {
              all[0]["Condition"]["ArnLike"]["aws:SourceArn"] = "arn:aws:bedrock:us-east-1:*:*";
            }),
            "");
  EXPECT_NE(
      flaw_with([](Json& all) {
        all.push_back(
            {{"Effect", "Deny"}, {"Principal", "*"}, {"Action", "s3:Put*"}, {"Resource", "*"}});
      }),
      "");
  EXPECT_EQ(flaw_with([](Json& all) {
              all[0]["Action"] = {"s3:*"};
              all[0]["Condition"] = Json::object();
            }),
            "");
}

TEST(PolicyChecks, FlawsOfTrustAndTransportAreFound) {
  const StackSpec spec = small_spec();
  Json trust = logging_trust_policy(spec);
  trust["Statement"][0]["Condition"].erase("ArnLike");
  EXPECT_NE(trust_flaw(spec, trust), "");
  trust["Statement"][0].erase("Condition");
  EXPECT_NE(trust_flaw(spec, trust), "");
  EXPECT_NE(trust_flaw(spec, Json()), "");
  Json policy = archive_bucket_policy(spec, region);
  policy["Statement"][1]["Resource"] = Json::array({"arn:aws:s3:::bedrock-logs-123456789012"});
  EXPECT_NE(transport_flaw(spec, bucket_of(spec, region), policy), "");
}

}  // namespace
}  // namespace bedrocklog::provision
