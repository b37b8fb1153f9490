// FilterLogEvents with a phrase as its pattern, a few events to a page.
#include "tests/fake_aws/fake_log_events.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "tests/fake_aws/fake_json_members.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr const char* invalid_code = "InvalidParameterException";
/// The service may end a page before anything was found: the fake does so after each event.
constexpr std::size_t events_to_a_page = 1;

constexpr std::array<Member, 11> filter_members = {{
    {"logGroupName", MemberKind::text, false, 1, 512, R"([.\-_/#A-Za-z0-9]+)"},
    {"logGroupIdentifier", MemberKind::text, false, 1, 2048},
    {"logStreamNames", MemberKind::texts, false, 1, 100},
    {"logStreamNamePrefix", MemberKind::text, false, 1, 512},
    {"startTime", MemberKind::whole},
    {"endTime", MemberKind::whole},
    {"filterPattern", MemberKind::text, false, 0, 1024},
    {"nextToken", MemberKind::text, false, 1},
    {"limit", MemberKind::whole, false, 1, 10'000},
    {"interleaved", MemberKind::boolean},
    {"unmask", MemberKind::boolean},
}};

}  // namespace

std::optional<FakeAnswer> FakeLogEvents::handle(const FakeCall& call) const {
  if (call.operation != "FilterLogEvents") {
    return std::nullopt;
  }
  if (auto refused = json_members_refusal(call.json, filter_members, invalid_code)) {
    return refused;
  }
  const std::string group = text_member(call.json, "logGroupName");
  if (!has_group_(call.region, group)) {
    return json_error(400, "ResourceNotFoundException", "The specified log group does not exist.");
  }
  const std::string pattern = text_member(call.json, "filterPattern");
  if (pattern.size() < 3 || pattern.front() != '"' || pattern.back() != '"') {
    return json_error(400, invalid_code, "The fake knows phrases in quotes only: " + pattern);
  }
  const std::string phrase = pattern.substr(1, pattern.size() - 2);
  const std::string token = text_member(call.json, "nextToken", "0");
  std::size_t next = 0;
  std::from_chars(token.data(), token.data() + token.size(), next);
  Json answer = {{"events", Json::array()}, {"searchedLogStreams", Json::array()}};
  const auto found = events_.find({call.region, group});
  if (found == events_.end()) {
    return json_answer(answer);
  }
  const std::size_t end = std::min(next + events_to_a_page, found->second.size());
  for (; next < end; ++next) {
    const Event& event = found->second[next];
    if (event.time_ms >= call.json.value("startTime", std::int64_t{0}) &&
        event.message.find(phrase) != std::string::npos) {
      answer["events"].push_back({{"logStreamName", "aws/bedrock/modelinvocations"},
                                  {"timestamp", event.time_ms},
                                  {"ingestionTime", event.time_ms},
                                  {"eventId", std::to_string(next)},
                                  {"message", event.message}});
    }
  }
  if (next < found->second.size()) {
    answer["nextToken"] = std::to_string(next);
  }
  return json_answer(answer);
}

}  // namespace bedrocklog::fake_aws
