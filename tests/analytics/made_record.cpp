// Drawing records and writing them as JSON.
#include "tests/analytics/made_record.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

namespace bedrocklog::analytics {
namespace {

constexpr std::int64_t first_second = 1'772'532'000;  // 2026-03-03T10:00:00Z.

std::optional<std::uint64_t> maybe_count() {
  return *rc::gen::element<std::optional<std::uint64_t>>(std::nullopt, 0, 1, 7, 1'000, 250'000);
}

}  // namespace

MadeRecord arbitrary_record(std::uint32_t requests) {
  MadeRecord record;
  const auto request = *rc::gen::inRange<std::uint32_t>(0, requests + 1);
  if (request != requests) {
    record.request_id = request % 2 == 0
                            ? fmt::format("{:08x}-d9cb-469f-a165-70867728950e", request)
                            : fmt::format("request {}", request);
  }
  record.account_id = *rc::gen::weightedElement<std::string>({{9, "111122223333"}, {1, "4444"}});
  record.region = *rc::gen::weightedElement<std::string>({{9, "us-east-1"}, {1, "eu-west-1"}});
  record.operation = *rc::gen::element<std::string>("Converse", "ConverseStream");
  record.model_id = *rc::gen::element<std::string>(
      "anthropic.claude-sonnet-4-5-20250929-v1:0", "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
      "global.anthropic.claude-haiku-4-5-20251001-v1:0", "amazon.nova-lite-v1:0");
  record.identity_arn =
      *rc::gen::element<std::string>("", "arn:aws:iam::111122223333:user/ann",
                                     "arn:aws:sts::111122223333:assumed-role/App/i-0abc");
  record.at_s = first_second + *rc::gen::inRange<std::int64_t>(0, 72) * 1'800;
  if (*rc::gen::inRange(0, 5) == 0) {
    record.error_code =
        *rc::gen::element<std::string>("ThrottlingException", "ValidationException");
    return record;
  }
  record.tokens.input = maybe_count();
  record.tokens.output = maybe_count();
  record.tokens.cache_read = maybe_count();
  record.tokens.cache_write = maybe_count();
  record.latency_ms =
      *rc::gen::element<std::optional<std::uint32_t>>(std::nullopt, 0, 1, 800, 9'000, 4'000'000);
  record.stop_reason = *rc::gen::element<std::string>("end_turn", "max_tokens");
  if (*rc::gen::inRange(0, 3) == 0) {
    record.metadata.emplace_back("team", *rc::gen::element<std::string>("a", "b", ""));
  }
  return record;
}

std::vector<MadeRecord> arbitrary_records(std::size_t count_max, std::uint32_t requests) {
  std::vector<MadeRecord> records(*rc::gen::inRange<std::size_t>(0, count_max + 1));
  for (MadeRecord& record : records) {
    record = arbitrary_record(requests);
  }
  return records;
}

std::string to_json(const MadeRecord& record) {
  nlohmann::json json{{"schemaType", "ModelInvocationLog"},
                      {"schemaVersion", "1.0"},
                      {"timestamp", to_rfc3339(UnixMillis{record.at_s * second_ms})},
                      {"accountId", record.account_id},
                      {"region", record.region},
                      {"operation", record.operation},
                      {"modelId", record.model_id}};
  if (!record.request_id.empty()) {
    json["requestId"] = record.request_id;
  }
  if (!record.identity_arn.empty()) {
    json["identity"]["arn"] = record.identity_arn;
  }
  for (const auto& [name, value] : record.metadata) {
    json["requestMetadata"][name] = value;
  }
  if (!record.error_code.empty()) {
    json["errorCode"] = record.error_code;
    return json.dump();
  }
  const auto set = [](nlohmann::json& into, const char* name,
                      const std::optional<std::uint64_t>& count) {
    if (count) {
      into[name] = *count;
    }
  };
  nlohmann::json& input = json["input"] = {{"inputContentType", "application/json"}};
  set(input, "inputTokenCount", record.tokens.input);
  set(input, "cacheReadInputTokenCount", record.tokens.cache_read);
  set(input, "cacheWriteInputTokenCount", record.tokens.cache_write);
  nlohmann::json& output = json["output"] = {{"outputContentType", "application/json"}};
  set(output, "outputTokenCount", record.tokens.output);
  output["outputBodyJson"]["stopReason"] = record.stop_reason;
  if (record.latency_ms) {
    output["outputBodyJson"]["metrics"]["latencyMs"] = *record.latency_ms;
  }
  return json.dump();
}

MadeView::MadeView(const MadeRecord& record)
    : metadata_(record.metadata.begin(), record.metadata.end()) {
  view_.at = UnixMillis{record.at_s * second_ms};
  view_.request_id = record.request_id;
  view_.account_id = record.account_id;
  view_.region = record.region;
  view_.operation = record.operation;
  view_.model_id = record.model_id;
  view_.identity_arn = record.identity_arn;
  view_.error_code = record.error_code;
  view_.stop_reason = record.stop_reason;
  view_.service_tier = record.service_tier;
  view_.metadata = metadata_;
  view_.tokens = record.tokens;
  view_.latency_ms = record.latency_ms;
  view_.guardrail_intervened = record.guardrail_intervened;
}

}  // namespace bedrocklog::analytics
