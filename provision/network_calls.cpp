// Pages, tags and lags of EC2.
#include "provision/network_calls.h"

#include "provision/call_fault.h"
#include "provision/settling.h"

namespace bedrocklog::provision {

using aws::CallResult;
using aws::XmlElement;

namespace {

constexpr unsigned pages_max = 1'000;

}  // namespace

Result<void> NetworkCalls::change(const Address& address, std::string_view action,
                                  const Json& members) const {
  const CallResult<XmlElement> answer = settled<XmlElement>(
      waiter_, iam_settling_ms_max, [&] { return call(address, action, members); },
      [](const aws::CallFailure& failure) { return is_not_found(failure); });
  if (!answer) {
    return refused(address, answer.error());
  }
  return {};
}

Result<std::vector<XmlElement>> NetworkCalls::listed(const Address& address,
                                                     std::string_view action, Json members,
                                                     std::string_view list) const {
  std::vector<XmlElement> found;
  for (unsigned page = 0; page < pages_max; ++page) {
    const CallResult<XmlElement> answer = call(address, action, members);
    if (!answer) {
      return refused(address, answer.error());
    }
    for (const XmlElement* const item : answer->items(list)) {
      found.push_back(*item);
    }
    const std::string next(answer->text_of("nextToken"));
    if (next.empty()) {
      return found;
    }
    members["NextToken"] = next;
  }
  return fault(to_text(address),
               std::string("ec2 ") + std::string(action) + ": the list does not end");
}

Result<void> NetworkCalls::tag(const Address& address, const std::string& id,
                               const Json& tags) const {
  return change(address, "CreateTags", {{"ResourceId", Json::array({id})}, {"Tag", tags}});
}

Result<void> NetworkCalls::untag(const Address& address, const std::string& id,
                                 const std::vector<std::string>& keys) const {
  if (keys.empty()) {
    return {};
  }
  Json tags = Json::array();
  for (const std::string& key : keys) {
    tags.push_back({{"Key", key}});
  }
  const CallResult<XmlElement> answer =
      call(address, "DeleteTags", {{"ResourceId", Json::array({id})}, {"Tag", tags}});
  if (!answer && !is_not_found(answer.error())) {
    return refused(address, answer.error());
  }
  return {};
}

Json ec2_filter(std::string_view name, std::string_view value) {
  return {{"Name", name}, {"Value", Json::array({value})}};
}

Json tag_specification(std::string_view type, const Json& tags) {
  return tags.empty() ? Json() : Json::array({{{"ResourceType", type}, {"Tag", tags}}});
}

Tags tag_set_of(const XmlElement& thing) {
  Tags tags;
  for (const XmlElement* const tag : thing.items("tagSet")) {
    tags[std::string(tag->text_of("key"))] = std::string(tag->text_of("value"));
  }
  return tags;
}

bool is_not_found(const aws::CallFailure& failure) {
  return has_code(failure, {"InvalidGroup.NotFound", "InvalidSecurityGroupID.NotFound",
                            "InvalidVpcEndpointId.NotFound", "InvalidVpcEndpoint.NotFound"});
}

}  // namespace bedrocklog::provision
