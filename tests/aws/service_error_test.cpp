// Refusals in every form services give them, and what the user is told.
#include "ingest/aws/service_error.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::aws {
namespace {

HttpHead head_of(int status, std::vector<HttpHeader> headers = {}) {
  return {status, std::move(headers)};
}

std::string s3_error(const std::string& code, const std::string& rest = "") {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code + "</Code>" + rest +
         "<RequestId>4442587FB7D0A2F9</RequestId><HostId>x</HostId></Error>";
}

ServiceError s3(int status, const std::string& code, const std::string& rest = "") {
  return read_error(head_of(status), s3_error(code, rest));
}

std::string told(const ServiceError& error) {
  return to_fault("s3://bucket/key", error).message;
}

TEST(ServiceError, ReadsTheXmlOfS3) {
  const ServiceError error = s3(404, "NoSuchKey",
                                "<Message>The specified key does not exist.</Message>"
                                "<Key>a &amp; b</Key>");
  EXPECT_EQ(error.status, 404);
  EXPECT_EQ(error.code, "NoSuchKey");
  EXPECT_EQ(error.message, "The specified key does not exist.");
  EXPECT_EQ(error.request_id, "4442587FB7D0A2F9");
}

TEST(ServiceError, ReadsTheXmlOfQueryAndEc2) {
  const ServiceError query = read_error(
      head_of(403),
      "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender"
      "</Type><Code>AccessDenied</Code><Message>User is not authorized</Message></Error>"
      "<RequestId>c6104cbe</RequestId></ErrorResponse>");
  EXPECT_EQ(query.code, "AccessDenied");
  EXPECT_EQ(query.message, "User is not authorized");
  EXPECT_EQ(query.request_id, "c6104cbe");
  const ServiceError ec2 = read_error(
      head_of(400),
      "<Response><Errors><Error><Code>InvalidGroup.NotFound</Code><Message>no such group</Message>"
      "</Error></Errors><RequestID>ea966190</RequestID></Response>");
  EXPECT_EQ(ec2.code, "InvalidGroup.NotFound");
  EXPECT_EQ(ec2.request_id, "ea966190");
}

TEST(ServiceError, ReadsJsonTypesAndTheErrorTypeHeader) {
  EXPECT_EQ(
      read_error(head_of(400), R"({"__type":"ResourceNotFoundException","message":"no"})").code,
      "ResourceNotFoundException");
  const ServiceError named =
      read_error(head_of(400),
                 R"({"__type":"com.amazonaws.logs#LimitExceededException","Message":"too many"})");
  EXPECT_EQ(named.code, "LimitExceededException");
  EXPECT_EQ(named.message, "too many");
  const ServiceError header = read_error(
      head_of(403, {{"X-Amzn-ErrorType", "AccessDeniedException:http://internal.amazon.com/"},
                    {"x-amzn-RequestId", "r-1"}}),
      R"({"message":"User is not authorized to perform: bedrock:GetX"})");
  EXPECT_EQ(header.code, "AccessDeniedException");
  EXPECT_EQ(header.request_id, "r-1");
  EXPECT_EQ(read_error(head_of(400, {{"x-amzn-query-error", "ResourceNotFound;Sender"}}),
                       R"({"__type":"DashboardNotFoundError"})")
                .code,
            "ResourceNotFound");
}

TEST(ServiceError, ReadsTheErrorsOfTokenServices) {
  const ServiceError oauth = read_error(
      head_of(400), R"({"error":"invalid_grant","error_description":"Refresh token expired"})");
  EXPECT_EQ(oauth.code, "invalid_grant");
  EXPECT_EQ(oauth.message, "Refresh token expired");
  EXPECT_EQ(read_error(head_of(400), R"({"code":"InvalidRole","message":"no"})").code,
            "InvalidRole");
  EXPECT_EQ(read_error(head_of(400), R"({"Error":{"Code":"Nope","Message":"m"}})").message, "m");
}

TEST(ServiceError, AnswersWithoutBodyMeanTheirStatus) {
  EXPECT_EQ(read_error(head_of(403), "").code, "AccessDenied");
  EXPECT_EQ(read_error(head_of(404), "").code, "NotFound");
  EXPECT_EQ(read_error(head_of(412), "").code, "PreconditionFailed");
  EXPECT_EQ(read_error(head_of(503), "").code, "ServiceUnavailable");
  EXPECT_EQ(read_error(head_of(418), "").code, "Http418");
  const ServiceError moved =
      read_error(head_of(301, {{"x-amz-bucket-region", "eu-central-1"}}), "");
  EXPECT_EQ(moved.code, "PermanentRedirect");
  EXPECT_EQ(moved.region, "eu-central-1");
}

TEST(ServiceError, FindsTheRegionOfABucket) {
  EXPECT_EQ(s3(400, "AuthorizationHeaderMalformed", "<Region>eu-west-3</Region>").region,
            "eu-west-3");
  EXPECT_EQ(
      s3(301, "PermanentRedirect", "<Endpoint>b.s3-eu-west-1.amazonaws.com</Endpoint>").endpoint,
      "b.s3-eu-west-1.amazonaws.com");
  EXPECT_EQ(s3(400, "AuthorizationHeaderMalformed", "<Region>a.evil/host</Region>").region, "");
}

TEST(ServiceError, WhatIsNoErrorOfAwsStillHasACode) {
  for (const char* body :
       {"<html><body><h1>502 Bad Gateway</h1></body></html>", "upstream gone", "{", "{\"a\":[", "<",
        "<Error", "[]", "null", "\xFF\xFE", "{\"__type\":7}", "{\"code\":{\"Code\":\"x\"}}",
        "<Error><Code>not a code!</Code></Error>"}) {
    EXPECT_EQ(read_error(head_of(502), body).code, "BadGateway") << body;
  }
}

RC_GTEST_PROP(ServiceError, AnyBodyGivesACodeAndOneCleanLine,
              (const std::string& noise, bool in_xml, std::uint8_t cut)) {
  std::string body = in_xml ? s3_error("SlowDown", "<Message>" + noise + "</Message>")
                            : "{\"message\":\"" + noise + "\"}";
  body.resize(body.size() - std::min<std::size_t>(cut % 16, body.size()));
  const ServiceError error = read_error(head_of(503), body);
  const std::string line = told(error);
  RC_ASSERT(!error.code.empty());
  RC_ASSERT(error.message.size() <= error_message_bytes_max);
  RC_ASSERT(std::none_of(line.begin(), line.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20U || c == '\x7F';
  }));
}

TEST(ServiceError, ABodyThatIsCutStillTellsItsCode) {
  EXPECT_EQ(read_error(head_of(503), "<Error><Code>SlowDown</Code><Mess").code, "SlowDown");
  EXPECT_EQ(s3(503, "SlowDown", "<Message>" + std::string(200'000, 'x') + "</Message>").code,
            "SlowDown");
}

TEST(ServiceError, MessagesAreCleanAndEndOnAWholeCharacter) {
  const ServiceError odd =
      read_error(head_of(400),
                 "{\"code\":\"X\",\"message\":\"a\\u0007b\\n\\n  c\\u001b[31m\\u202ed\\u0085\"}");
  EXPECT_EQ(odd.message, "a b c [31md");
  std::string text(499, 'x');
  for (int i = 0; i < 40; ++i) {
    text += "\u00e9";
  }
  EXPECT_EQ(s3(400, "X", "<Message>" + text + "</Message>").message, text.substr(0, 499));
}

TEST(ServiceError, DeepAndHugeBodiesAreHarmless) {
  std::string xml;
  std::string json;
  for (int i = 0; i < 100'000; ++i) {
    xml += "<a>";
    json += "{\"a\":";
  }
  EXPECT_EQ(read_error(head_of(500), xml).code, "InternalError");
  EXPECT_EQ(read_error(head_of(500), json).code, "InternalError");
}

// Both carry the canonical request, and with it the session token.
TEST(ServiceError, NeverRepeatsWhatWasSigned) {
  const std::string token = "FwoGZXIvYXdzEXAMPLETOKEN";
  const std::string signature = "f0e8bdb87c964420e857bd35b5d6ed31";
  const ServiceError query = read_error(
      head_of(403),
      "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we "
      "calculated does not match the signature you provided. Check your AWS Secret Access Key.\n\n"
      "The Canonical String for this request should have been\n'POST\n/\n\nx-amz-security-token:" +
          token + "\n'\n\nThe String-to-Sign should have been\n'" + signature +
          "'</Message></Error></ErrorResponse>");
  const ServiceError s3_one =
      s3(403, "SignatureDoesNotMatch",
         "<Message>The request signature we calculated does not match</Message><StringToSign>" +
             signature + "</StringToSign><CanonicalRequest>" + token + "</CanonicalRequest>" +
             "<SignatureProvided>" + signature + "</SignatureProvided>");
  const ServiceError incomplete = read_error(
      head_of(400), R"({"__type":"IncompleteSignatureException","message":"')" + token +
                        R"(' not a valid key=value pair in Authorization header: 'AWS4 )" +
                        signature + "'\"}");
  const ServiceError presigned =
      s3(403, "AccessDenied", "<Message>Denied: /k?X-Amz-Signature=" + signature + "</Message>");
  for (const ServiceError& error : {query, s3_one, incomplete, presigned}) {
    for (const std::string& text : {error.message, told(error)}) {
      EXPECT_EQ(text.find(token), std::string::npos) << text;
      EXPECT_EQ(text.find(signature), std::string::npos) << text;
    }
  }
  EXPECT_TRUE(query.message.ends_with("Check your AWS Secret Access Key.")) << query.message;
}

struct Telling {
  ServiceError error;
  std::string message;
  FaultCause cause;
};

std::vector<Telling> tellings() {
  using enum FaultCause;
  const std::string doctor = "; \"bedrocklog doctor --aws\" shows which credentials are used";
  return {
      {s3(403, "SignatureDoesNotMatch", "<Message>The request signature ...</Message>"),
       "the secret access key does not match the access key id" + doctor +
           " (SignatureDoesNotMatch)",
       credentials_missing},
      {s3(403, "InvalidAccessKeyId"),
       "the service does not know the access key id or its session token; it may be deleted, "
       "mistyped, or of another partition" +
           doctor + " (InvalidAccessKeyId)",
       credentials_missing},
      {s3(400, "ExpiredToken", "<Message>The provided token has expired.</Message>"),
       "the credentials have expired; get fresh ones" + doctor + " (ExpiredToken)",
       credentials_missing},
      {s3(403, "AccessDenied",
          "<Message>User: arn:aws:iam::123456789012:user/eve is not authorized to perform: "
          "s3:GetObject on resource: \"arn:aws:s3:::b/k\" because no policy allows it</Message>"),
       "access denied; the credentials in use need the permission s3:GetObject (AccessDenied: "
       "User: arn:aws:iam::123456789012:user/eve is not authorized to perform: s3:GetObject on "
       "resource: \"arn:aws:s3:::b/k\" because no policy allows it)",
       access_denied},
      {read_error(head_of(403), ""),
       "access denied; check what the credentials in use may do" + doctor + " (AccessDenied)",
       access_denied},
      {s3(404, "NoSuchBucket", "<Message>The specified bucket does not exist</Message>"),
       "the bucket does not exist; check its name (NoSuchBucket: The specified bucket does not "
       "exist)",
       not_found},
      {s3(404, "NoSuchKey"),
       "the object is not there; it may have been deleted since it was listed (NoSuchKey)",
       not_found},
      {s3(301, "PermanentRedirect", "<Region>eu-west-3</Region>"),
       "is in another region; use --region eu-west-3 (PermanentRedirect)", unspecified},
      {s3(403, "InvalidObjectState", "<Message>The operation is not valid.</Message>"),
       "is archived (Glacier); restore it first (InvalidObjectState: The operation is not valid)",
       unspecified},
      {s3(503, "SlowDown", "<Message>Please reduce your request rate.</Message>"),
       "throttled by the service; try again later or lower --connections (SlowDown: Please reduce "
       "your request rate)",
       try_again},
      {s3(500, "InternalError"), "the service fails for now; try again later (InternalError)",
       try_again},
      {s3(412, "PreconditionFailed"),
       "was replaced by another version since it was listed; run again (PreconditionFailed)",
       unspecified},
      {s3(400, "InvalidArgument", "<Message>Bad token</Message>"),
       "the service refuses the request (InvalidArgument: Bad token)", unspecified},
  };
}

TEST(ServiceError, TellsInOneLineWhatToDo) {
  for (const Telling& telling : tellings()) {
    const Fault fault = to_fault("s3://bucket/key", telling.error);
    EXPECT_EQ(fault.subject, "s3://bucket/key");
    EXPECT_EQ(fault.message, telling.message);
    EXPECT_EQ(fault.cause, telling.cause) << telling.message;
  }
}

TEST(ServiceError, NamesNoActionThatTheServiceDoesNotName) {
  for (const char* words : {"not authorized to perform: ", "not authorized to perform: this",
                            "not authorized to perform: \x1b]0;x:y"}) {
    ServiceError error = s3(403, "AccessDenied");
    error.message = words;
    EXPECT_EQ(told(error).find("need the permission"), std::string::npos) << words;
  }
}

TEST(ServiceError, TellsHowFarTheClockIsOff) {
  const ServiceError skewed = s3(403, "RequestTimeTooSkewed",
                                 "<RequestTime>20260304T100000Z</RequestTime>"
                                 "<ServerTime>2026-03-04T10:20:00Z</ServerTime>");
  EXPECT_EQ(skewed.clock_ahead_seconds, -1'200);
  EXPECT_EQ(told(skewed),
            "the clock of this machine is 20 minutes behind the service's; set it right "
            "(RequestTimeTooSkewed)");
  const ServiceError worded =
      read_error(head_of(403),
                 "{\"__type\":\"InvalidSignatureException\",\"message\":\"Signature not yet "
                 "current: 20260304T110000Z is still later than 20260304T101500Z "
                 "(20260304T100000Z + 15 min.)\"}");
  EXPECT_TRUE(is_clock_skew(worded));
  EXPECT_FALSE(is_credential_refusal(worded));
  EXPECT_EQ(worded.clock_ahead_seconds, 3'600);
  EXPECT_EQ(told(worded),
            "the clock of this machine is 60 minutes ahead of the service's; set it right "
            "(InvalidSignatureException)");
  EXPECT_EQ(told(s3(403, "RequestTimeTooSkewed")),
            "the clock of this machine differs too much from the service's; set it right "
            "(RequestTimeTooSkewed)");
}

TEST(ServiceError, TellsTheClassesApart) {
  const auto classes_of = [](const std::string& code) {
    const ServiceError error = s3(403, code);
    return std::string(is_access_denied(error) ? "denied " : "") +
           (is_credential_refusal(error) ? "refused " : "") +
           (is_expired(error) ? "expired " : "") + (is_clock_skew(error) ? "skew " : "");
  };
  EXPECT_EQ(classes_of("AccessDenied"), "denied ");
  EXPECT_EQ(classes_of("AccessDeniedException"), "denied ");
  EXPECT_EQ(classes_of("UnauthorizedOperation"), "denied ");
  EXPECT_EQ(classes_of("InvalidClientTokenId"), "refused ");
  EXPECT_EQ(classes_of("UnrecognizedClientException"), "refused ");
  EXPECT_EQ(classes_of("SignatureDoesNotMatch"), "refused ");
  EXPECT_EQ(classes_of("AuthFailure"), "refused ");
  EXPECT_EQ(classes_of("ExpiredTokenException"), "expired ");
  EXPECT_EQ(classes_of("RequestTimeTooSkewed"), "skew ");
  EXPECT_EQ(classes_of("InvalidObjectState"), "");
  EXPECT_EQ(classes_of("NoSuchKey"), "");
}

TEST(ServiceError, UnknownCodesGoByTheirStatus) {
  EXPECT_EQ(to_fault("x", s3(404, "NoSuchThing")).cause, FaultCause::not_found);
  EXPECT_EQ(to_fault("x", s3(403, "NewKindOfNo")).cause, FaultCause::access_denied);
  EXPECT_EQ(to_fault("x", s3(429, "Whoa")).cause, FaultCause::try_again);
  EXPECT_EQ(to_fault("x", s3(502, "Oops")).cause, FaultCause::try_again);
  EXPECT_EQ(to_fault("x", s3(400, "RequestTimeout")).cause, FaultCause::try_again);
  EXPECT_EQ(to_fault("x", s3(400, "ThrottlingException")).cause, FaultCause::try_again);
}

}  // namespace
}  // namespace bedrocklog::aws
