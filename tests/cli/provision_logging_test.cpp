// `provision logging` and the canary, of the real program against an AWS on loopback.
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <zlib.h>

#include "tests/cli/stack_program.h"

namespace bedrocklog::cli {
namespace {

using nlohmann::json;

constexpr const char* kept = "bedrocklog-logging-123456789012-eu-west-1-before.json";
constexpr const char* theirs = R"([provision]
stack = "theirs"
only = ["iam", "storage", "logging"]
names = { role = "TheirRole", bucket = "their-logs", log_group = "/their/logs" }
)";

class ProvisionLogging : public StackProgram {
 protected:
  [[nodiscard]] json configurations() const {
    return aws.snapshot()["services"]["bedrock"]["LoggingConfigurations"];
  }
  [[nodiscard]] std::string owner() const {
    return run_json("logging status", 0)["configurations"][0]["owner"];
  }
};

// F265
TEST_F(ProvisionLogging, IsEnabledWithWhatItNeedsAndNothingElse) {
  EXPECT_EQ(owner(), "none");
  EXPECT_EQ(run("logging verify").exit_code, 2);
  const CaseOutcome enabled = run("logging enable --yes");
  EXPECT_EQ(enabled.exit_code, 0) << enabled.standard_error << enabled.standard_output;
  EXPECT_EQ(owner(), "ours");
  const json services = aws.snapshot()["services"];
  EXPECT_TRUE(services["sns"].dump().find("bedrock-usage-alerts") == std::string::npos);
  EXPECT_TRUE(services["s3"].dump().find("bedrock-logs-123456789012") != std::string::npos);
  const json verified = run_json("logging verify", 0);
  EXPECT_EQ(verified["checks"][0]["id"], "logging-configured");
  EXPECT_EQ(verified["checks"][0]["result"], "pass");
  aws.forget_calls();
  EXPECT_EQ(run("logging enable --yes").exit_code, 0);
  EXPECT_EQ(changes(), 0U);
  EXPECT_EQ(run("apply --yes --no-verify").exit_code, 0);
}

// F162
TEST_F(ProvisionLogging, WhatIsDisabledIsKeptInAFileAndCanBePutBack) {
  ASSERT_EQ(run("apply --yes --no-verify").exit_code, 0);
  const json before = configurations();
  const CaseOutcome disabled = run("logging disable --yes");
  EXPECT_EQ(disabled.exit_code, 0) << disabled.standard_error;
  EXPECT_NE(disabled.standard_error.find(kept), std::string::npos) << disabled.standard_error;
  EXPECT_EQ(owner(), "none");
  EXPECT_NE(read(kept).find("bedrock-logs-123456789012"), std::string::npos);
  // What else is of the stack stays.
  EXPECT_EQ(run_json("plan", 2)["steps"].size(), 1U);
  aws.forget_calls();
  EXPECT_EQ(run("logging disable --yes").exit_code, 0);
  EXPECT_EQ(changes(), 0U);
  const json restored = run_json(std::string("logging enable --yes --restore ") + kept, 0);
  EXPECT_EQ(restored["result"], "done");
  EXPECT_EQ(configurations(), before);
  EXPECT_EQ(run("plan").exit_code, 0);
}

TEST_F(ProvisionLogging, NothingIsSavedOrChangedWithoutConsent) {
  ASSERT_EQ(run("apply --yes --no-verify").exit_code, 0);
  aws.forget_calls();
  EXPECT_EQ(run("logging disable </dev/null").exit_code, 64);
  EXPECT_EQ(changes(), 0U);
  EXPECT_EQ(read(kept), "");
}

TEST_F(ProvisionLogging, OneOfOthersIsSeenAndLeftAlone) {
  write("theirs.toml", theirs);
  ASSERT_EQ(run("apply --yes --no-verify --config theirs.toml").exit_code, 0);
  const json before = configurations();
  EXPECT_EQ(owner(), "foreign");
  EXPECT_EQ(run("logging disable --yes").exit_code, 4);
  EXPECT_EQ(run("logging enable --yes").exit_code, 4);
  write("saved.json", R"({"s3Config":{"bucketName":"some-bucket"}})");
  EXPECT_EQ(run("logging enable --yes --restore saved.json").exit_code, 4);
  EXPECT_EQ(run("logging disable --yes --logging merge").exit_code, 0);
  EXPECT_EQ(configurations(), before);
  EXPECT_EQ(read(kept), "");
  const CaseOutcome removed = run("logging disable --yes --logging replace");
  EXPECT_EQ(removed.exit_code, 0) << removed.standard_error;
  EXPECT_NE(read(kept).find("their-logs"), std::string::npos);
  EXPECT_EQ(owner(), "none");
  EXPECT_EQ(run(std::string("logging enable --yes --restore ") + kept).exit_code, 0);
  EXPECT_EQ(configurations(), before);
}

TEST_F(ProvisionLogging, UnknownActionsAndMisplacedFlagsAreRefused) {
  EXPECT_EQ(run("logging test").exit_code, 64);
  EXPECT_EQ(run("logging status --restore x.json").exit_code, 64);
  EXPECT_EQ(run("logging enable --yes --canary").exit_code, 64);
  EXPECT_EQ(aws.calls().size(), 0U);
}

/// A gzip member.
std::string packed(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(
      deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY),
      Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  std::string input = text;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string record_with(const std::string& canary) {
  const json record = {{"schemaType", "ModelInvocationLog"},
                       {"schemaVersion", "1.0"},
                       {"timestamp", "2026-03-04T10:16:00Z"},
                       {"accountId", "123456789012"},
                       {"region", "eu-west-1"},
                       {"requestId", "11111111-2222-3333-4444-555555555555"},
                       {"operation", "Converse"},
                       {"modelId", "amazon.nova-micro-v1:0"},
                       {"input", {{"inputTokenCount", 1}}},
                       {"output", {{"outputTokenCount", 1}}},
                       {"requestMetadata", {{"bedrocklog-canary", canary}}}};
  return record.dump();
}

std::string result_of_check(const json& verified, const std::string& id) {
  for (const json& check : verified["checks"]) {
    if (check["id"] == id) {
      return check["result"];
    }
  }
  return "";
}

// F162
TEST_F(ProvisionLogging, ACanaryIsPrintedAndFoundOnceItsRecordIsThere) {
  ASSERT_EQ(run("apply --yes --no-verify").exit_code, 0);
  const CaseOutcome printed = run(
      "logging verify --canary --canary-model amazon.nova-micro-v1:0 --now 2026-03-04T10:15:07Z");
  EXPECT_EQ(printed.exit_code, 0) << printed.standard_error;
  const std::string line =
      "aws bedrock-runtime converse --region eu-west-1 --model-id amazon.nova-micro-v1:0 "
      "--messages '[{\"role\":\"user\",\"content\":[{\"text\":\"ping\"}]}]' --inference-config "
      "maxTokens=1 --request-metadata bedrocklog-canary=";
  const std::size_t at = printed.standard_error.find(line);
  ASSERT_NE(at, std::string::npos) << printed.standard_error;
  const std::size_t begin = at + line.size();
  const std::string id =
      printed.standard_error.substr(begin, printed.standard_error.find('\n', begin) - begin);
  EXPECT_TRUE(id.starts_with("20260304T101507Z-")) << id;
  EXPECT_NE(printed.standard_output.find("unknown canary-in-archive"), std::string::npos)
      << printed.standard_output;

  const std::string again = "logging verify --canary-id " + id;
  json verified = run_json(again, 0);
  EXPECT_EQ(verified["canary"], id);
  EXPECT_EQ(result_of_check(verified, "canary-in-archive"), "warn");
  EXPECT_EQ(result_of_check(verified, "canary-in-log-group"), "warn");

  const std::int64_t time_ms = 1'772'619'360'000;
  aws.put_log_event("eu-west-1", "/aws/bedrock/modelinvocations", "{}", time_ms);
  aws.put_log_event("eu-west-1", "/aws/bedrock/modelinvocations", record_with(id), time_ms);
  aws.put_object("bedrock-logs-123456789012",
                 "AWSLogs/123456789012/BedrockModelInvocationLogs/eu-west-1/2026/03/04/10/"
                 "20260304T101700Z_0.json.gz",
                 packed(record_with("another") + '\n' + record_with(id) + '\n'), time_ms / 1'000);
  verified = run_json(again, 0);
  EXPECT_EQ(result_of_check(verified, "canary-in-archive"), "pass") << verified.dump(2);
  EXPECT_EQ(result_of_check(verified, "canary-in-log-group"), "pass");
  EXPECT_EQ(result_of_check(run_json("verify --canary-id " + id, 0), "canary-in-archive"), "pass");
}

TEST_F(ProvisionLogging, ACanaryThatIsNotOursIsRefused) {
  for (const char* id : {"x", "20260304T101507Z-1234567g", "20261304T101507Z-12345678"}) {
    EXPECT_EQ(run(std::string("logging verify --canary-id ") + id).exit_code, 64) << id;
  }
  EXPECT_EQ(run("logging verify --canary --wait 5000").exit_code, 64);
  EXPECT_EQ(aws.calls().size(), 0U);
}

}  // namespace
}  // namespace bedrocklog::cli
