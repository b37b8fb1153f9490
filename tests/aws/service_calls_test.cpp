// Operations by name: what becomes of the answers.
#include "ingest/aws/service_calls.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/aws/sts_identity.h"
#include "tests/aws/one_answer_aws.h"

namespace bedrocklog::aws {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

CannedAnswer refusal_of(int status, std::string body, std::vector<HttpHeader> headers = {}) {
  CannedAnswer answer = answer_of(status, std::move(body));
  answer.headers = std::move(headers);
  return answer;
}

template <class T>
CallFailure failure_of_call(const CallResult<T>& result) {
  EXPECT_FALSE(result) << "expected a failure";
  return result ? CallFailure() : result.error();
}

TEST(ServiceCalls, ReturnTheRegionOfABucketElsewhereAndDoNotFollow) {
  Aws aws(refusal_of(301, "", {{"x-amz-bucket-region", "eu-central-1"}}));
  S3Operation operation;
  operation.operation = "HeadBucket";
  operation.method = "HEAD";
  operation.bucket = "my-bucket";
  const CallFailure failure = failure_of_call(aws.calls.s3("us-east-1", operation));
  EXPECT_TRUE(has_code(failure, {"PermanentRedirect", "301"}));
  EXPECT_EQ(failure.error.region, "eu-central-1");
  EXPECT_EQ(aws.server.seen().size(), 1U);
}

TEST(ServiceCalls, KnowARefusalThatHasNoBodyByItsStatus) {
  for (const auto& [status, code] : {std::pair{404, "NotFound"}, std::pair{403, "AccessDenied"}}) {
    Aws aws(refusal_of(status, ""));
    S3Operation operation;
    operation.operation = "HeadBucket";
    operation.method = "HEAD";
    operation.bucket = "my-bucket";
    EXPECT_TRUE(has_code(failure_of_call(aws.calls.s3("us-east-1", operation)), {code}));
  }
}

TEST(ServiceCalls, FindTheErrorInAnAnswerOfStatus200) {
  Aws aws(answer_of(200, "<Error><Code>OperationAborted</Code><Message>m</Message></Error>"));
  EXPECT_TRUE(
      has_code(failure_of_call(aws.calls.s3("us-east-1", put_versioning())), {"OperationAborted"}));
  Aws sns(answer_of(200, "<ErrorResponse><Error><Code>NotFound</Code></Error></ErrorResponse>"));
  EXPECT_TRUE(
      has_code(failure_of_call(sns.calls.query("sns", "eu-west-1", "A", nullptr)), {"NotFound"}));
  Aws ec2(answer_of(200,
                    "<Response><Errors><Error><Code>InvalidVpcID.NotFound</Code></Error></Errors>"
                    "</Response>"));
  EXPECT_TRUE(has_code(failure_of_call(ec2.calls.ec2("eu-west-1", "A", nullptr)),
                       {"InvalidVpcID.NotFound"}));
}

TEST(ServiceCalls, GiveTheCodeOfEveryProtocolsRefusals) {
  Aws query(refusal_of(404,
                       "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error>"
                       "<Type>Sender</Type><Code>NoSuchEntity</Code><Message>m</Message></Error>"
                       "<RequestId>r</RequestId></ErrorResponse>"));
  const CallFailure absent =
      failure_of_call(query.calls.query("iam", "eu-west-1", "GetRole", {{"RoleName", "x"}}));
  EXPECT_TRUE(has_code(absent, {"Other", "NoSuchEntity"}));
  EXPECT_FALSE(has_code(absent, {"Other"}));
  EXPECT_EQ(absent.fault.cause, FaultCause::not_found);

  Aws ec2(refusal_of(400,
                     "<?xml version=\"1.0\"?><Response><Errors><Error><Code>InvalidGroup.Duplicate"
                     "</Code><Message>m</Message></Error></Errors><RequestID>r</RequestID>"
                     "</Response>"));
  const CallFailure twice =
      failure_of_call(ec2.calls.ec2("eu-west-1", "CreateSecurityGroup", {{"GroupName", "x"}}));
  EXPECT_TRUE(has_code(twice, {"InvalidGroup.Duplicate"}));
  EXPECT_EQ(twice.fault.subject, "ec2 CreateSecurityGroup");

  Aws json(refusal_of(
      400, "{\"__type\":\"com.amazonaws#ResourceAlreadyExistsException\",\"message\":\"m\"}"));
  EXPECT_TRUE(
      has_code(failure_of_call(json.calls.json("logs", "eu-west-1", "CreateLogGroup", nullptr)),
               {"ResourceAlreadyExistsException"}));

  Aws rest(refusal_of(400, "{\"message\":\"Failed to validate permissions\"}",
                      {{"x-amzn-ErrorType", "ValidationException:http://x/"}}));
  const CallFailure invalid = failure_of_call(
      rest.calls.rest_json("bedrock", "eu-west-1", "PutModelInvocationLoggingConfiguration", "PUT",
                           "/l", Json::object()));
  EXPECT_TRUE(has_code(invalid, {"ValidationException"}));
  EXPECT_THAT(invalid.error.message, HasSubstr("Failed to validate"));

  Aws s3(refusal_of(404,
                    "<?xml version=\"1.0\"?><Error><Code>NoSuchBucketPolicy</Code>"
                    "<Message>m</Message></Error>"));
  EXPECT_TRUE(has_code(failure_of_call(s3.calls.s3("eu-west-1", put_versioning())),
                       {"NoSuchBucketPolicy"}));
}

TEST(ServiceCalls, NameServiceAndOperationWhereRightsAreMissing) {
  const std::string words =
      "User: arn:aws:iam::1:user/x is not authorized to perform: iam:GetRole on resource: y";
  Aws query(refusal_of(403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>" + words +
                                "</Message></Error></ErrorResponse>"));
  const Fault denied = failure_of_call(query.calls.query("iam", "", "GetRole", nullptr)).fault;
  EXPECT_EQ(denied.subject, "iam GetRole");
  EXPECT_EQ(denied.cause, FaultCause::access_denied);
  EXPECT_THAT(denied.message, HasSubstr("the permission iam:GetRole"));

  Aws json(refusal_of(400, "{\"__type\":\"AccessDeniedException\",\"message\":\"m\"}"));
  const Fault logs =
      failure_of_call(json.calls.json("logs", "eu-west-1", "TagResource", nullptr)).fault;
  EXPECT_EQ(logs.subject, "logs TagResource");
  EXPECT_EQ(logs.cause, FaultCause::access_denied);

  Aws rest(refusal_of(403, "{\"message\":\"m\"}", {{"x-amzn-ErrorType", "AccessDeniedException"}}));
  const Fault bedrock =
      failure_of_call(rest.calls.rest_json("bedrock", "eu-west-1", "GetX", "GET", "/x", nullptr))
          .fault;
  EXPECT_EQ(bedrock.subject, "bedrock GetX");
  EXPECT_EQ(bedrock.cause, FaultCause::access_denied);

  Aws s3(refusal_of(403, "<Error><Code>AccessDenied</Code><Message>m</Message></Error>"));
  const Fault bucket = failure_of_call(s3.calls.s3("eu-west-1", put_versioning())).fault;
  EXPECT_EQ(bucket.subject, "s3 PutBucketVersioning");
  EXPECT_EQ(bucket.cause, FaultCause::access_denied);
}

void expect_not_aws(const CallFailure& failure, const std::string& subject) {
  EXPECT_EQ(failure.fault.subject, subject);
  EXPECT_THAT(failure.fault.message, HasSubstr("does not seem to be AWS"));
  EXPECT_THAT(failure.fault.message, HasSubstr("127.0.0.1:"));
  EXPECT_EQ(failure.fault.cause, FaultCause::unavailable);
  EXPECT_FALSE(has_code(failure, {"NotFound", "AccessDenied", "BadRequest", ""}));
}

TEST(ServiceCalls, SayWhenTheEndpointIsNoAws) {
  for (const char* body : {"", "hello", "{}", "<html><body>Welcome</body></html>",
                           "<GetRoleRespo"
                           "nse>",
                           "<GetUserResponse/>"}) {
    Aws aws(answer_of(200, body));
    expect_not_aws(failure_of_call(aws.calls.query("iam", "", "GetRole", nullptr)), "iam GetRole");
  }
  for (const char* body : {"[]", "null", "1", "<html/>", "{\"a\":", "\"text\""}) {
    Aws aws(answer_of(200, body));
    expect_not_aws(failure_of_call(aws.calls.json("logs", "eu-west-1", "A", nullptr)), "logs A");
    expect_not_aws(
        failure_of_call(aws.calls.rest_json("bedrock", "eu-west-1", "A", "GET", "/a", nullptr)),
        "bedrock A");
  }
}

TEST(ServiceCalls, DoNotTakeTheStatusOfSomeServerForAWordOfAws) {
  for (const int status : {302, 400, 403, 404, 405}) {
    Aws aws(refusal_of(status, "<html><body>404 page not found</body></html>"));
    expect_not_aws(failure_of_call(aws.calls.query("sns", "eu-west-1", "GetTopicAttributes",
                                                   {{"TopicArn", "x"}})),
                   "sns GetTopicAttributes");
    expect_not_aws(failure_of_call(aws.calls.json("logs", "eu-west-1", "A", nullptr)), "logs A");
  }
  Aws away(refusal_of(503, ""));
  const CallFailure failure = failure_of_call(away.calls.query("sts", "eu-west-1", "A", nullptr));
  EXPECT_EQ(failure.fault.cause, FaultCause::try_again);
  Aws terse(refusal_of(404, "", {{"x-amzn-RequestId", "r"}}));
  EXPECT_TRUE(
      has_code(failure_of_call(terse.calls.query("sns", "eu-west-1", "A", nullptr)), {"NotFound"}));
}

TEST(ServiceCalls, TellTheObserverOfEachCallOnce) {
  std::vector<std::string> told;
  Aws aws(answer_of(503, ""), [&](std::string_view service, std::string_view operation) {
    told.push_back(std::string(service) + ':' + std::string(operation));
  });
  EXPECT_FALSE(aws.calls.query("cloudwatch", "eu-west-1", "DescribeAlarms", nullptr));
  EXPECT_FALSE(aws.calls.json("logs", "eu-west-1", "DescribeLogGroups", nullptr));
  EXPECT_FALSE(aws.calls.rest_json("bedrock", "eu-west-1", "GetX", "GET", "/x", nullptr));
  EXPECT_FALSE(aws.calls.s3("eu-west-1", put_versioning()));
  EXPECT_THAT(told, ElementsAre("cloudwatch:DescribeAlarms", "logs:DescribeLogGroups",
                                "bedrock:GetX", "s3:PutBucketVersioning"));
  EXPECT_EQ(aws.server.seen().size(), 8U);
}

TEST(ServiceCalls, FailWithoutARequestWhereThereIsNoEndpoint) {
  Aws aws(answer_of(200, ""));
  const CallFailure failure =
      failure_of_call(aws.calls.query("sns", "no region", "ListTopics", nullptr));
  EXPECT_THAT(failure.fault.message, HasSubstr("is no region"));
  EXPECT_FALSE(has_code(failure, {""}));
  S3Operation operation = put_versioning();
  operation.bucket = "no bucket";
  EXPECT_FALSE(aws.calls.s3("eu-west-1", operation));
  EXPECT_TRUE(aws.server.seen().empty());
}

TEST(ServiceCalls, NeverQuoteSecretsOrBodies) {
  Aws aws(refusal_of(403,
                     "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>The request "
                     "signature we calculated does not match. The Canonical String for this "
                     "request should have been S3CRETcanonical</Message></Error></ErrorResponse>"));
  EXPECT_THAT(text_of(failure_of_call(aws.calls.query("iam", "", "PutRolePolicy",
                                                      {{"PolicyDocument", "S3CRETpolicy"}}))
                          .fault),
              Not(HasSubstr("anonical")));
  Aws other(answer_of(200, "S3CRETpage"));
  text_of(failure_of_call(other.calls.query("iam", "", "GetRole", nullptr)).fault);
}

TEST(ServiceCalls, GoToTheEndpointOfTheirServiceAlone) {
  Aws iam(answer_of(200,
                    "<GetRoleResponse><GetRoleResult><Role><Arn>a</Arn></Role></GetRoleResult>"
                    "</GetRoleResponse>"));
  Aws logs(answer_of(200, "{}"));
  CredentialHome home;
  home.write_config(
      "[default]\nservices = mine\n[services mine]\ncloudwatch_logs =\n  endpoint_url = " +
      logs.server.url() + "/base\n");
  home.variables["AWS_ACCESS_KEY_ID"] = key_id;
  home.variables["AWS_SECRET_ACCESS_KEY"] = secret;
  home.variables["AWS_ENDPOINT_URL_IAM"] = iam.server.url();
  AwsSession session(home.settings(), [] { return test_time; });
  ServiceCalls calls(session);
  const auto role = calls.query("iam", "eu-west-1", "GetRole", {{"RoleName", "x"}});
  ASSERT_TRUE(role) << role.error().fault.message;
  ASSERT_NE(role->child("Role"), nullptr);
  EXPECT_EQ(role->child("Role")->text_of("Arn"), "a");
  ASSERT_TRUE(calls.json("logs", "eu-west-1", "DescribeLogGroups", nullptr));
  EXPECT_EQ(iam.server.seen().size(), 1U);
  ASSERT_EQ(logs.server.seen().size(), 1U);
  EXPECT_EQ(logs.server.seen()[0].target, "/base/");
  EXPECT_TRUE(is_signed_right(logs.server.seen()[0]));
}

TEST(StsIdentity, TellsAccountAndArn) {
  Aws aws(
      answer_of(200,
                "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
                "<GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/x</Arn>"
                "<UserId>AIDA</UserId><Account>123456789012</Account>"
                "</GetCallerIdentityResult></GetCallerIdentityResponse>"));
  const Result<CallerIdentity> caller = caller_identity(aws.session, "eu-west-1");
  ASSERT_TRUE(caller) << caller.error().message;
  EXPECT_EQ(caller->account, "123456789012");
  EXPECT_EQ(caller->arn, "arn:aws:iam::123456789012:user/x");
  EXPECT_EQ(caller->user_id, "AIDA");
  EXPECT_EQ(aws.server.seen().at(0).body, "Action=GetCallerIdentity&Version=2011-06-15");
}

TEST(StsIdentity, IsUnavailableWhereTheAnswerNamesNobody) {
  for (const char* body : {"<GetCallerIdentityResponse/>", "<html/>", "no"}) {
    Aws aws(answer_of(200, body));
    const Result<CallerIdentity> caller = caller_identity(aws.session, "eu-west-1");
    ASSERT_FALSE(caller);
    EXPECT_EQ(caller.error().subject, "sts GetCallerIdentity");
    EXPECT_EQ(caller.error().cause, FaultCause::unavailable);
  }
}

}  // namespace
}  // namespace bedrocklog::aws
