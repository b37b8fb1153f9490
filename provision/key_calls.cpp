// Keys by alias and by tag.
#include "provision/key_calls.h"

#include <algorithm>

#include "provision/answer_members.h"
#include "provision/call_fault.h"
#include "provision/settling.h"

namespace bedrocklog::provision {

using aws::CallResult;

namespace {

constexpr unsigned keys_page = 1'000;
constexpr unsigned tag_pages_max = 4;  // Of 50 each: a key has no more than 50.

bool is_missing(const aws::CallFailure& failure) {
  return has_code(failure, {"NotFoundException"});
}

bool is_role_unknown(const aws::CallFailure& failure) {
  // The code alone says too little: it is the one of every wrong policy.
  return has_code(failure, {"MalformedPolicyDocumentException"}) &&
         failure.error.message.find("invalid principals") != std::string::npos;
}

}  // namespace

CallResult<Json> KeyCalls::change(const Address& address, std::string_view operation,
                                  const Json& members) const {
  return settled<Json>(
      waiter_, iam_settling_ms_max, [&] { return call(address, operation, members); },
      [](const aws::CallFailure& failure) {
        return is_missing(failure) || is_role_unknown(failure);
      });
}

Result<std::optional<Json>> KeyCalls::metadata(const Address& address,
                                               const std::string& key) const {
  const CallResult<Json> answer = call(address, "DescribeKey", {{"KeyId", key}});
  if (!answer) {
    return is_missing(answer.error())
               ? Result<std::optional<Json>>(std::nullopt)
               : Result<std::optional<Json>>(refused(address, answer.error()));
  }
  return std::optional(answer->value("KeyMetadata", Json::object()));
}

Result<std::optional<Tags>> KeyCalls::tags(const Address& address, const std::string& key) const {
  Tags found;
  Json members = {{"KeyId", key}};
  for (unsigned page = 0; page < tag_pages_max; ++page) {
    const CallResult<Json> answer = call(address, "ListResourceTags", members);
    if (!answer) {
      const bool is_hidden = is_missing(answer.error()) || is_access_denied(answer.error().error);
      return is_hidden ? Result<std::optional<Tags>>(std::nullopt)
                       : Result<std::optional<Tags>>(refused(address, answer.error()));
    }
    for (const Json& tag : answer->value("Tags", Json::array())) {
      found[text_in(tag, "TagKey")] = text_in(tag, "TagValue");
    }
    const std::string next = text_in(*answer, "NextMarker");
    if (next.empty()) {
      break;
    }
    members["Marker"] = next;
  }
  return std::optional(std::move(found));
}

Result<std::vector<std::string>> KeyCalls::ours(const Address& address) const {
  std::vector<std::pair<double, std::string>> found;  // By the time of creation.
  Json members = {{"Limit", keys_page}};
  unsigned looked_at = 0;
  for (bool is_end = false; !is_end && looked_at < keys_looked_at_max;) {
    const CallResult<Json> answer = call(address, "ListKeys", members);
    if (!answer) {
      return refused(address, answer.error());
    }
    for (const Json& key : answer->value("Keys", Json::array())) {
      const std::string id = text_in(key, "KeyId");
      if (++looked_at > keys_looked_at_max) {
        break;
      }
      const Result<std::optional<Tags>> tagged = tags(address, id);
      if (!tagged) {
        return pass_on(tagged);
      }
      const std::optional<Tags>& told = *tagged;
      if (!told || mark_of(*told, identity_.stack).ownership != Ownership::ours) {
        continue;
      }
      const Result<std::optional<Json>> data = metadata(address, id);
      if (!data) {
        return pass_on(data);
      }
      if (const std::optional<Json>& shown = *data; shown.has_value() && !is_ending(*shown)) {
        const auto made = shown->find("CreationDate");
        const bool has_time = made != shown->end() && made->is_number();
        found.emplace_back(has_time ? made->get<double>() : 0, id);
      }
    }
    const std::string next = text_in(*answer, "NextMarker");
    is_end = next.empty();
    members["Marker"] = next;
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> ids;
  ids.reserve(found.size());
  for (auto& [time, id] : found) {
    ids.push_back(std::move(id));
  }
  return ids;
}

bool is_ending(const Json& metadata) {
  const std::string state = text_in(metadata, "KeyState");
  return state == "PendingDeletion" || state == "PendingReplicaDeletion";
}

}  // namespace bedrocklog::provision
