// Answers in the words of each protocol.
#include "tests/fake_aws/fake_protocol.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace bedrocklog::fake_aws {
namespace {

constexpr std::array all_traits = {
    FakeServiceTraits{"bedrock", "bedrock", FakeProtocol::rest_json, "", ""},
    FakeServiceTraits{"budgets", "budgets", FakeProtocol::json, "AWSBudgetServiceGateway", ""},
    FakeServiceTraits{"cloudtrail", "cloudtrail", FakeProtocol::json,
                      "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101", ""},
    FakeServiceTraits{"ec2", "ec2", FakeProtocol::ec2, "2016-11-15",
                      "http://ec2.amazonaws.com/doc/2016-11-15/"},
    FakeServiceTraits{"events", "events", FakeProtocol::json, "AWSEvents", ""},
    FakeServiceTraits{"iam", "iam", FakeProtocol::query, "2010-05-08",
                      "https://iam.amazonaws.com/doc/2010-05-08/"},
    FakeServiceTraits{"kms", "kms", FakeProtocol::json, "TrentService", ""},
    FakeServiceTraits{"logs", "logs", FakeProtocol::json, "Logs_20140328", ""},
    FakeServiceTraits{"monitoring", "cloudwatch", FakeProtocol::query, "2010-08-01",
                      "http://monitoring.amazonaws.com/doc/2010-08-01/"},
    FakeServiceTraits{"s3", "s3", FakeProtocol::s3, "", "http://s3.amazonaws.com/doc/2006-03-01/"},
    FakeServiceTraits{"sns", "sns", FakeProtocol::query, "2010-03-31",
                      "http://sns.amazonaws.com/doc/2010-03-31/"},
    FakeServiceTraits{"sts", "sts", FakeProtocol::query, "2011-06-15",
                      "https://sts.amazonaws.com/doc/2011-06-15/"},
};

std::string element(const std::string& name, const std::string& text) {
  return '<' + name + '>' + xml_text(text) + "</" + name + '>';
}

FakeAnswer error_answer(int status, const std::string& code) {
  FakeAnswer answer;
  answer.status = status;
  answer.code = code;
  return answer;
}

void replace_all(std::string& text, std::string_view place, std::string_view with) {
  for (std::size_t at = text.find(place); at != std::string::npos;
       at = text.find(place, at + with.size())) {
    text.replace(at, place.size(), with);
  }
}

/// The code as the protocol spells it: JSON protocols end theirs in "Exception".
std::string spelled(const FakeServiceTraits& traits, const RefusalWords& words) {
  switch (traits.protocol) {
    case FakeProtocol::query:
      return words.query;
    case FakeProtocol::ec2:
      return words.query == "Throttling" ? "RequestLimitExceeded" : words.query;
    case FakeProtocol::s3:
      return words.s3;
    case FakeProtocol::json:
    case FakeProtocol::rest_json:
      break;
  }
  return words.json;
}

}  // namespace

const FakeServiceTraits* traits_of(std::string_view signing_name) {
  const auto* const found = std::find_if(
      all_traits.begin(), all_traits.end(),
      [&](const FakeServiceTraits& traits) { return traits.signing_name == signing_name; });
  return found == all_traits.end() ? nullptr : found;
}

FakeAnswer refusal(const FakeServiceTraits& traits, const RefusalWords& words,
                   const std::string& message) {
  const std::string code = spelled(traits, words);
  switch (traits.protocol) {
    case FakeProtocol::query:
      return query_error(words.query_status, code, message);
    case FakeProtocol::ec2:
      return ec2_error(code == "RequestLimitExceeded" ? 503 : words.query_status, code, message);
    case FakeProtocol::s3:
      return s3_error(words.s3_status, code, message);
    case FakeProtocol::json:
    case FakeProtocol::rest_json:
      break;
  }
  return json_error(traits.protocol == FakeProtocol::json ? words.json_status : words.rest_status,
                    code, message);
}

void finish(FakeAnswer& answer, const FakeServiceTraits& traits, const std::string& request_id) {
  replace_all(answer.body, request_id_place, request_id);
  replace_all(answer.body, namespace_place, traits.xml_namespace);
  const bool is_s3 = traits.protocol == FakeProtocol::s3;
  answer.headers.push_back({is_s3 ? "x-amz-request-id" : "x-amzn-RequestId", request_id});
  if (answer.body.empty()) {
    return;
  }
  const bool has_type =
      std::any_of(answer.headers.begin(), answer.headers.end(),
                  [](const aws::HttpHeader& header) { return header.name == "Content-Type"; });
  switch (traits.protocol) {
    case FakeProtocol::query:
    case FakeProtocol::ec2:
      answer.headers.push_back({"Content-Type", "text/xml"});
      break;
    case FakeProtocol::s3:
      if (!has_type) {
        answer.headers.push_back({"Content-Type", "application/xml"});
      }
      break;
    case FakeProtocol::json:
      answer.headers.push_back({"Content-Type", "application/x-amz-json-1.1"});
      break;
    case FakeProtocol::rest_json:
      answer.headers.push_back({"Content-Type", "application/json"});
      if (!answer.code.empty()) {
        Json body = Json::parse(answer.body, nullptr, false);
        body.erase("__type");
        answer.body = body.dump();
        answer.headers.push_back(
            {"x-amzn-ErrorType", answer.code + ":http://internal.amazon.com/"});
      }
      break;
  }
}

FakeAnswer query_answer(const std::string& operation, const std::string& result_xml) {
  FakeAnswer answer;
  answer.operation = operation;
  answer.body = '<' + operation + "Response xmlns=\"" + std::string(namespace_place) + "\">";
  if (!result_xml.empty()) {
    answer.body += '<' + operation + "Result>" + result_xml + "</" + operation + "Result>";
  }
  answer.body += "<ResponseMetadata><RequestId>" + std::string(request_id_place) +
                 "</RequestId></ResponseMetadata></" + operation + "Response>";
  return answer;
}

FakeAnswer query_error(int status, const std::string& code, const std::string& message) {
  FakeAnswer answer = error_answer(status, code);
  answer.body = "<ErrorResponse xmlns=\"" + std::string(namespace_place) + "\"><Error>" +
                element("Type", status < 500 ? "Sender" : "Receiver") + element("Code", code) +
                element("Message", message) + "</Error><RequestId>" +
                std::string(request_id_place) + "</RequestId></ErrorResponse>";
  return answer;
}

FakeAnswer ec2_answer(const std::string& operation, const std::string& members_xml) {
  FakeAnswer answer;
  answer.operation = operation;
  answer.body = '<' + operation + "Response xmlns=\"" + std::string(namespace_place) +
                "\"><requestId>" + std::string(request_id_place) + "</requestId>" + members_xml +
                "</" + operation + "Response>";
  return answer;
}

FakeAnswer ec2_error(int status, const std::string& code, const std::string& message) {
  FakeAnswer answer = error_answer(status, code);
  answer.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error>" +
                element("Code", code) + element("Message", message) +
                "</Error></Errors><RequestID>" + std::string(request_id_place) +
                "</RequestID></Response>";
  return answer;
}

FakeAnswer json_answer(const Json& body) {
  FakeAnswer answer;
  answer.body = body.is_null() ? "" : body.dump();
  return answer;
}

FakeAnswer json_error(int status, const std::string& code, const std::string& message) {
  FakeAnswer answer = error_answer(status, code);
  answer.body = Json{{"__type", code}, {"message", message}}.dump();
  return answer;
}

FakeAnswer s3_error(int status, const std::string& code, const std::string& message) {
  FakeAnswer answer = error_answer(status, code);
  answer.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>" + element("Code", code) +
                element("Message", message) + "<RequestId>" + std::string(request_id_place) +
                "</RequestId><HostId>fake</HostId></Error>";
  return answer;
}

std::string xml_text(const std::string& text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\r':
        out += "&#13;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace bedrocklog::fake_aws
