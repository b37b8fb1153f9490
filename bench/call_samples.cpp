// Drawing the made records.
#include "bench/call_samples.h"

#include <array>

#include <fmt/format.h>

#include "bench/random_source.h"

namespace bedrocklog::bench {

namespace {

constexpr std::array<std::string_view, 4> regions = {"us-east-1", "eu-west-1", "us-west-2",
                                                     "ap-northeast-1"};
constexpr std::array<std::string_view, 3> accounts = {"111122223333", "444455556666",
                                                      "777788889999"};
constexpr std::array<std::string_view, 4> operations = {"Converse", "ConverseStream", "InvokeModel",
                                                        "InvokeModelWithResponseStream"};
constexpr std::array<std::string_view, 4> teams = {"search", "billing", "research", "support"};
constexpr std::array<std::string_view, 12> base_models = {
    "anthropic.claude-sonnet-4-5-20250929-v1:0",
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "eu.anthropic.claude-sonnet-4-20250514-v1:0",
    "global.anthropic.claude-haiku-4-5-20251001-v1:0",
    "anthropic.claude-3-5-sonnet-20241022-v2:0",
    "amazon.nova-lite-v1:0",
    "amazon.nova-pro-v1:0",
    "amazon.titan-embed-text-v2:0",
    "meta.llama3-1-70b-instruct-v1:0",
    "mistral.mistral-large-2407-v1:0",
    "cohere.command-r-plus-v1:0",
    "arn:aws:bedrock:us-east-1:111122223333:inference-profile/"
    "us.anthropic.claude-3-haiku-20240307-v1:0"};
constexpr std::size_t users = 40;
constexpr std::int64_t first_ms = 1'772'532'000'000;  // 2026-03-03T10:00:00Z.

}  // namespace

CallSamples::CallSamples(std::size_t count) : models_(base_models.begin(), base_models.end()) {
  RandomSource random(20'260'303);
  const auto draw = [&random](std::uint64_t below) { return random.next() % below; };
  for (std::size_t user = 0; user < users; ++user) {
    identities_.push_back(user % 4 == 0
                              ? fmt::format("arn:aws:iam::111122223333:user/team/user-{:02}", user)
                              : fmt::format("arn:aws:sts::111122223333:assumed-role/"
                                            "ApplicationRole{}/session-{:02}",
                                            user % 7, user));
  }
  for (const std::string_view team : teams) {
    tags_.push_back({{"environment", "production"}, {"team", team}});
  }
  for (std::size_t i = 0; i < count; ++i) {
    request_ids_.push_back(fmt::format("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", draw(1ULL << 32U),
                                       draw(1U << 16U), draw(1U << 12U), draw(1U << 12U),
                                       draw(1ULL << 48U)));
  }
  for (std::size_t i = 0; i < count; ++i) {
    ingest::RecordView record;
    record.at.value = first_ms + static_cast<std::int64_t>(i * 700 + draw(5'000));
    record.request_id = request_ids_[i];
    record.account_id = accounts[draw(accounts.size())];
    record.region = regions[draw(regions.size())];
    record.operation = operations[draw(operations.size())];
    record.model_id = models_[draw(models_.size())];
    record.identity_arn = identities_[draw(identities_.size())];
    record.stop_reason = draw(10) == 0 ? "max_tokens" : "end_turn";
    record.metadata = tags_[draw(tags_.size())];
    record.tokens.input = draw(1ULL << (4 + draw(12)));
    record.tokens.output = draw(1ULL << (2 + draw(10)));
    if (draw(4) == 0) {
      record.tokens.cache_read = draw(50'000);
      record.tokens.cache_write = draw(5'000);
    }
    record.latency_ms = static_cast<std::uint32_t>(200 + draw(1ULL << (8 + draw(7))));
    if (draw(2) == 0) {
      record.first_byte_ms = static_cast<std::uint32_t>(100 + draw(900));
    }
    if (draw(100) == 0) {
      record.error_code = "ThrottlingException";
      record.tokens = {};
      record.latency_ms.reset();
      record.first_byte_ms.reset();
    }
    records_.push_back(record);
  }
}

}  // namespace bedrocklog::bench
