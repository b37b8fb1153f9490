// Operations by name: the very requests of each protocol.
#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/aws/service_calls.h"
#include "tests/aws/one_answer_aws.h"

namespace bedrocklog::aws {
namespace {

using testing::HasSubstr;

/// The request as text: all that is sent but what differs between runs.
std::string golden_of(const SeenRequest& request) {
  std::string text = request.method + ' ' + request.target + '\n';
  std::vector<std::string> lines;
  for (const HttpHeader& header : request.headers) {
    const std::string name = lower_case(header.name);
    if (name == "authorization") {
      lines.push_back(name + ": " + header.value.substr(0, header.value.find("Signature=")) +
                      (is_signed_right(request) ? "(right)" : "(WRONG)") + '\n');
    } else if (name != "host" && name != "user-agent" && name != "connection") {
      lines.push_back(name + ": " + header.value + '\n');
    }
  }
  std::sort(lines.begin(), lines.end());
  for (const std::string& line : lines) {
    text += line;
  }
  return text + '\n' + request.body;
}

std::string only_request(const Aws& aws) {
  const std::vector<SeenRequest> seen = aws.server.seen();
  EXPECT_EQ(seen.size(), 1U);
  return seen.empty() ? "" : golden_of(seen.front());
}

const CannedAnswer& no_result() {
  static const CannedAnswer answer = answer_of(
      200,
      "<PutRolePolicyResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">"
      "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PutRolePolicyResponse>");
  return answer;
}

TEST(QueryForm, BeginsWithActionAndVersion) {
  EXPECT_EQ(query_form("GetRole", "2010-05-08", {{"RoleName", "x"}}),
            "Action=GetRole&Version=2010-05-08&RoleName=x");
  EXPECT_EQ(query_form("GetCallerIdentity", "2011-06-15", nullptr),
            "Action=GetCallerIdentity&Version=2011-06-15");
  EXPECT_EQ(query_form("A", "1", {{"AAA", "first by name"}}),
            "Action=A&Version=1&AAA=first%20by%20name");
}

TEST(QueryForm, EncodesAllButTheUnreserved) {
  EXPECT_EQ(query_form("A", "1", {{"P", "a-z_.~ +/=&*\"{}\n\u00e4"}}),
            "Action=A&Version=1&P=a-z_.~%20%2B%2F%3D%26%2A%22%7B%7D%0A%C3%A4");
}

TEST(QueryForm, FlattensListsAndStructures) {
  const Json members = {
      {"Threshold", 100000.0},
      {"Period", 3600},
      {"ActionsEnabled", true},
      {"Empty", ""},
      {"Left", nullptr},
      {"None", Json::array()},
      {"Nothing", Json::object()},
      {"Attributes.entry.1.key", "DisplayName"},
      {"Tags", Json::array({{{"Key", "k"}, {"Value", "v"}}, nullptr, {{"Key", "l"}}})},
      {"Metrics",
       Json::array({{{"Id", "i"},
                     {"MetricStat", {{"Metric", {{"Dimensions", Json::array({{{"Name", "n"}}})}}}}},
                     {"ReturnData", false}}})}};
  EXPECT_EQ(query_form("A", "1", members),
            "Action=A&Version=1&ActionsEnabled=true&Attributes.entry.1.key=DisplayName&Empty="
            "&Metrics.member.1.Id=i"
            "&Metrics.member.1.MetricStat.Metric.Dimensions.member.1.Name=n"
            "&Metrics.member.1.ReturnData=false&Period=3600"
            "&Tags.member.1.Key=k&Tags.member.1.Value=v&Tags.member.2.Key=l"
            "&Threshold=100000.0");
}

TEST(Ec2Form, HasFlatLists) {
  const Json members = {
      {"Filter",
       Json::array({{{"Name", "vpc-id"}, {"Value", {"vpc-1", "vpc-2"}}},
                    {{"Name", "tag:bedrocklog:stack"}, {"Value", Json::array({"main"})}}})},
      {"IpPermissions", Json::array({{{"IpProtocol", "tcp"},
                                      {"FromPort", 443},
                                      {"IpRanges", Json::array({{{"CidrIp", "10.0.0.0/8"}}})}}})},
      {"PrivateDnsEnabled", true},
      {"SubnetId", Json::array()}};
  EXPECT_EQ(ec2_form("A", members),
            "Action=A&Version=2016-11-15"
            "&Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-1&Filter.1.Value.2=vpc-2"
            "&Filter.2.Name=tag%3Abedrocklog%3Astack&Filter.2.Value.1=main"
            "&IpPermissions.1.FromPort=443&IpPermissions.1.IpProtocol=tcp"
            "&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0%2F8&PrivateDnsEnabled=true");
}

TEST(ServiceCalls, SendEc2CallsAndGiveTheRootOfTheAnswer) {
  Aws aws(answer_of(200,
                    "<DescribeVpcsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"
                    "<requestId>r</requestId><vpcSet><item><vpcId>vpc-1</vpcId></item>"
                    "<item><vpcId>vpc-2</vpcId></item></vpcSet></DescribeVpcsResponse>"));
  const auto root = aws.calls.ec2("eu-west-1", "DescribeVpcs", {{"VpcId", {"vpc-1", "vpc-2"}}});
  ASSERT_TRUE(root) << root.error().fault.message;
  ASSERT_EQ(root->items("vpcSet").size(), 2U);
  EXPECT_EQ(root->items("vpcSet")[1]->text_of("vpcId"), "vpc-2");
  EXPECT_TRUE(root->items("tagSet").empty());
  EXPECT_EQ(only_request(aws),
            "POST /\n"
            "authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260304/eu-west-1/ec2/"
            "aws4_request, SignedHeaders=content-type;host;x-amz-date, (right)\n"
            "content-length: 66\n"
            "content-type: application/x-www-form-urlencoded; charset=utf-8\n"
            "x-amz-date: 20260304T101507Z\n"
            "\n"
            "Action=DescribeVpcs&Version=2016-11-15&VpcId.1=vpc-1&VpcId.2=vpc-2");
}

TEST(QueryForm, SendsBytesThatAreNoTextAsTheyAre) {
  EXPECT_EQ(query_form("A", "1", {{"P", "\xFF"}}), "Action=A&Version=1&P=%FF");
}

TEST(ServiceCalls, SendQueryCallsAsTheirModelSays) {
  Aws aws(no_result());
  const auto result = aws.calls.query(
      "iam", "eu-west-1", "PutRolePolicy",
      {{"RoleName", "r"}, {"PolicyName", "p"}, {"PolicyDocument", "{\"a\": [\"*\"]}"}});
  ASSERT_TRUE(result) << result.error().fault.message;
  EXPECT_EQ(result->name, "PutRolePolicyResult");
  EXPECT_TRUE(result->children.empty());
  EXPECT_EQ(only_request(aws),
            "POST /\n"
            "authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260304/us-east-1/iam/"
            "aws4_request, SignedHeaders=content-type;host;x-amz-date, (right)\n"
            "content-length: 113\n"
            "content-type: application/x-www-form-urlencoded; charset=utf-8\n"
            "x-amz-date: 20260304T101507Z\n"
            "\n"
            "Action=PutRolePolicy&Version=2010-05-08&PolicyDocument=%7B%22a%22%3A%20%5B%22%2A%22"
            "%5D%7D&PolicyName=p&RoleName=r");
}

struct SignedAs {
  const char* service;
  const char* action;
  const char* region;
  const char* scope;
  const char* version;
};

TEST(ServiceCalls, SignQueryCallsForServiceAndRegion) {
  for (const SignedAs& expected : {
           SignedAs{"sts", "A", "eu-west-1", "/eu-west-1/sts/", "&Version=2011-06-15"},
           SignedAs{"sns", "A", "eu-west-1", "/eu-west-1/sns/", "&Version=2010-03-31"},
           SignedAs{"cloudwatch", "A", "eu-west-1", "/eu-west-1/monitoring/",
                    "&Version=2010-08-01"},
           SignedAs{"iam", "A", "us-gov-east-1", "/us-gov-west-1/iam/", "&Version=2010-05-08"},
           SignedAs{"iam", "A", "cn-northwest-1", "/cn-north-1/iam/", "&Version=2010-05-08"},
       }) {
    Aws aws(answer_of(200, "<AResponse/>"));
    ASSERT_TRUE(aws.calls.query(expected.service, expected.region, expected.action, nullptr));
    EXPECT_THAT(only_request(aws), HasSubstr(expected.scope));
    EXPECT_THAT(only_request(aws), HasSubstr("(right)"));
    EXPECT_THAT(only_request(aws), HasSubstr(expected.version));
  }
}

TEST(ServiceCalls, SendJsonCallsAsTheirModelSays) {
  Aws aws(answer_of(200, "{\"logGroups\": [{\"logGroupName\": \"g\"}]}"));
  const auto result =
      aws.calls.json("logs", "eu-west-1", "DescribeLogGroups",
                     {{"logGroupNamePrefix", "/aws/b"}, {"limit", 50}, {"nextToken", nullptr}});
  ASSERT_TRUE(result) << result.error().fault.message;
  EXPECT_EQ(result->dump(), "{\"logGroups\":[{\"logGroupName\":\"g\"}]}");
  EXPECT_EQ(only_request(aws),
            "POST /\n"
            "authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260304/eu-west-1/logs/"
            "aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, (right)\n"
            "content-length: 42\n"
            "content-type: application/x-amz-json-1.1\n"
            "x-amz-date: 20260304T101507Z\n"
            "x-amz-target: Logs_20140328.DescribeLogGroups\n"
            "\n"
            "{\"limit\":50,\"logGroupNamePrefix\":\"/aws/b\"}");
}

TEST(ServiceCalls, SendAnEmptyObjectWhereAJsonCallHasNoMembers) {
  for (const Json& members : {Json(), Json::object(), Json{{"a", nullptr}}}) {
    Aws aws(answer_of(200, ""));
    const auto result = aws.calls.json("logs", "eu-west-1", "DescribeLogGroups", members);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->dump(), "{}");
    EXPECT_EQ(aws.server.seen().at(0).body, "{}");
  }
}

TEST(ServiceCalls, NeverLetBrokenTextStopACall) {
  Aws aws(answer_of(200, "{}"));
  EXPECT_TRUE(aws.calls.json("logs", "eu-west-1", "A", {{"a", "\xFF"}}));
  EXPECT_EQ(aws.server.seen().at(0).body, "{\"a\":\"\xEF\xBF\xBD\"}");
}

TEST(ServiceCalls, SendRestCallsAsTheirModelSays) {
  Aws aws(answer_of(200, "{}"));
  const Json config = {{"loggingConfig",
                        {{"s3Config", {{"bucketName", "b"}, {"keyPrefix", nullptr}}},
                         {"textDataDeliveryEnabled", true}}}};
  ASSERT_TRUE(aws.calls.rest_json("bedrock", "us-east-1", "PutModelInvocationLoggingConfiguration",
                                  "PUT", "/logging/modelinvocations", config));
  EXPECT_EQ(only_request(aws),
            "PUT /logging/modelinvocations\n"
            "authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260304/us-east-1/bedrock/"
            "aws4_request, SignedHeaders=content-type;host;x-amz-date, (right)\n"
            "content-length: 80\n"
            "content-type: application/json\n"
            "x-amz-date: 20260304T101507Z\n"
            "\n"
            "{\"loggingConfig\":{\"s3Config\":{\"bucketName\":\"b\"},"
            "\"textDataDeliveryEnabled\":true}}");
}

TEST(ServiceCalls, SendNoBodyWhereARestCallHasNone) {
  Aws aws(answer_of(200, ""));
  const auto result =
      aws.calls.rest_json("bedrock", "us-east-1", "GetModelInvocationLoggingConfiguration", "GET",
                          "/logging/modelinvocations", nullptr);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->is_object());
  EXPECT_EQ(only_request(aws),
            "GET /logging/modelinvocations\n"
            "authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260304/us-east-1/bedrock/"
            "aws4_request, SignedHeaders=host;x-amz-date, (right)\n"
            "x-amz-date: 20260304T101507Z\n"
            "\n");
}

TEST(ServiceCalls, SendPathsWithArnsEncodedOnceAndSignedEncodedTwice) {
  Aws aws(answer_of(200, "{}"));
  ASSERT_TRUE(aws.calls.rest_json("bedrock", "us-east-1", "GetGuardrail", "GET",
                                  "/guardrails/arn%3Aaws%3Abedrock%3A%2Fx", nullptr));
  EXPECT_THAT(only_request(aws), HasSubstr("GET /guardrails/arn%3Aaws%3Abedrock%3A%2Fx\n"));
  EXPECT_THAT(only_request(aws), HasSubstr("(right)"));
}

TEST(ServiceCalls, SendTheQueryThatAPathEndsIn) {
  Aws aws(answer_of(200, "{}"));
  ASSERT_TRUE(aws.calls.rest_json("bedrock", "us-east-1", "ListGuardrails", "GET",
                                  "/guardrails?maxResults=100&nextToken=a%2Fb%3D", nullptr));
  EXPECT_THAT(only_request(aws), HasSubstr("GET /guardrails?maxResults=100&nextToken=a%2Fb%3D\n"));
  EXPECT_THAT(only_request(aws), HasSubstr("(right)"));
}

TEST(ServiceCalls, SendBucketCallsWithTheDigestOfTheirBody) {
  Aws aws(answer_of(200, ""));
  ASSERT_TRUE(aws.calls.s3("eu-west-1", put_versioning()));
  EXPECT_EQ(
      only_request(aws),
      "PUT /my-bucket?versioning=\n"
      "authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260304/eu-west-1/s3/"
      "aws4_request, SignedHeaders=content-md5;host;x-amz-content-sha256;x-amz-date, (right)\n"
      "content-length: 161\n"
      "content-md5: IjhtHf5gnkMYmEeiwoaHWg==\n"
      "x-amz-content-sha256: "
      "e500d8d82668a44452f100209a83c5dd18dc6de2b0087ae8fdbca827bbb41d98\n"
      "x-amz-date: 20260304T101507Z\n"
      "\n"
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><VersioningConfiguration "
      "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Status>Enabled</Status>"
      "</VersioningConfiguration>");
}

TEST(ServiceCalls, SendBucketCallsWithoutABody) {
  Aws aws(answer_of(200, ""));
  S3Operation operation;
  operation.operation = "CreateBucket";
  operation.method = "PUT";
  operation.bucket = "my-bucket";
  operation.headers = {{"x-amz-object-ownership", "BucketOwnerEnforced"}};
  ASSERT_TRUE(aws.calls.s3("us-east-1", operation));
  EXPECT_EQ(only_request(aws),
            "PUT /my-bucket\n"
            "authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260304/us-east-1/s3/"
            "aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;"
            "x-amz-object-ownership, (right)\n"
            "content-length: 0\n"
            "x-amz-content-sha256: "
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
            "x-amz-date: 20260304T101507Z\n"
            "x-amz-object-ownership: BucketOwnerEnforced\n"
            "\n");
}

TEST(ServiceCalls, SendKeysBehindTheBucket) {
  Aws aws(answer_of(204, ""));
  S3Operation operation;
  operation.operation = "AbortMultipartUpload";
  operation.method = "DELETE";
  operation.bucket = "my-bucket";
  operation.key_prefix = percent_encoded_path("a//b c/./d");
  operation.query = {{"uploadId", "u+/="}};
  ASSERT_TRUE(aws.calls.s3("us-east-1", operation));
  EXPECT_THAT(only_request(aws), HasSubstr("DELETE /my-bucket/a//b%20c/./d?uploadId=u%2B%2F%3D\n"));
  EXPECT_THAT(only_request(aws), HasSubstr("(right)"));
}

}  // namespace
}  // namespace bedrocklog::aws
