// Waiting for guardrails, and lists of them.
#include "provision/guardrail_calls.h"

#include <fmt/format.h>

#include "ingest/aws/uri_text.h"
#include "provision/answer_members.h"
#include "provision/call_fault.h"
#include "provision/settling.h"

namespace bedrocklog::provision {
namespace {

using aws::CallFailure;
using aws::CallResult;

/// An account has a hundred guardrails by its quota, a guardrail twenty versions.
constexpr unsigned pages_max = 1'000;
/// Making a guardrail takes seconds.
constexpr unsigned ready_ms_max = 180'000;

bool is_absent(const CallFailure& failure) {
  return has_code(failure, {"ResourceNotFoundException"});
}

}  // namespace

Result<Json> GuardrailCalls::change(const Address& address, const Operation& operation,
                                    bool is_removal) const {
  CallResult<Json> answer = settled<Json>(
      waiter_, ready_ms_max, [&] { return send(address, operation); },
      [&](const CallFailure& failure) {
        return is_change_under_way(failure) || (!is_removal && is_absent(failure));
      });
  if (answer) {
    return std::move(*answer);
  }
  if (is_removal && is_absent(answer.error())) {
    return Json::object();
  }
  return refused(address, answer.error());
}

Result<std::vector<Json>> GuardrailCalls::listed(const Address& address,
                                                 const std::string& id) const {
  std::vector<Json> all;
  std::string token;
  for (unsigned page = 0; page < pages_max; ++page) {
    std::string path = "/guardrails?maxResults=100";
    if (!id.empty()) {
      path += "&guardrailIdentifier=" + aws::percent_encoded(id);
    }
    if (!token.empty()) {
      path += "&nextToken=" + aws::percent_encoded(token);
    }
    const CallResult<Json> answer = send(address, {"ListGuardrails", "GET", path, Json()});
    if (!answer) {
      if (is_absent(answer.error())) {
        return std::vector<Json>();
      }
      return refused(address, answer.error());
    }
    for (const Json& entry : part_in(*answer, "guardrails")) {
      all.push_back(entry);
    }
    token = text_in(*answer, "nextToken");
    if (token.empty()) {
      return all;
    }
  }
  return fault(to_text(address), "bedrock ListGuardrails: the list does not end");
}

Result<std::string> GuardrailCalls::id_of(const Address& address) const {
  const Result<std::vector<Json>> all = listed(address);
  if (!all) {
    return pass_on(all);
  }
  for (const Json& guardrail : *all) {
    if (text_in(guardrail, "name") == address.name && text_in(guardrail, "status") != "DELETING") {
      return text_in(guardrail, "id");
    }
  }
  return std::string();
}

Result<void> GuardrailCalls::wait_until_ready(const Address& address, const std::string& id) const {
  const std::int64_t start_ms = waiter_.now_ms();
  for (;;) {
    const CallResult<Json> answer =
        send(address, {"GetGuardrail", "GET", "/guardrails/" + id, Json()});
    if (!answer && !is_absent(answer.error())) {
      return refused(address, answer.error());
    }
    const std::string status = answer ? text_in(*answer, "status") : "not seen";
    if (status == "READY") {
      return {};
    }
    if (status == "FAILED") {
      std::string reasons;
      for (const Json& reason : part_in(*answer, "statusReasons")) {
        reasons += reason.is_string() ? ": " + reason.get<std::string>() : "";
      }
      return fault(to_text(address), "bedrock could not make the guardrail" + reasons);
    }
    if (waiter_.now_ms() - start_ms >= std::int64_t{ready_ms_max}) {
      return fault(
          to_text(address),
          fmt::format("the guardrail is not ready after {} s: {}", ready_ms_max / 1'000, status),
          FaultCause::unavailable);
    }
    waiter_.sleep(settling_step_ms);
  }
}

}  // namespace bedrocklog::provision
