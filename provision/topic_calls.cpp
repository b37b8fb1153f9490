// The query protocol of SNS.
#include "provision/topic_calls.h"

#include <fmt/format.h>

#include "provision/call_fault.h"
#include "provision/settling.h"

namespace bedrocklog::provision {

using aws::CallResult;
using aws::XmlElement;

std::string TopicCalls::arn_of(const Address& address) const {
  // The name of a topic has no slash: what comes behind is of a subscription.
  return fmt::format("arn:{}:sns:{}:{}:{}", identity_.partition, address.region, identity_.account,
                     address.name.substr(0, address.name.find('/')));
}

CallResult<XmlElement> TopicCalls::call(const Address& address, std::string_view action,
                                        const Json& members) const {
  return settled<XmlElement>(
      waiter_, bucket_settling_ms_max,
      [&] { return calls_->query("sns", address.region, action, members); },
      [](const aws::CallFailure& failure) { return is_change_under_way(failure); });
}

Result<void> TopicCalls::change(const Address& address, std::string_view action,
                                const Json& members, bool is_removal) const {
  const auto is_missing = [](const aws::CallFailure& failure) {
    return has_code(failure, {"NotFound", "ResourceNotFound"});
  };
  const CallResult<XmlElement> answer = settled<XmlElement>(
      waiter_, bucket_settling_ms_max, [&] { return call(address, action, members); },
      [&](const aws::CallFailure& failure) { return !is_removal && is_missing(failure); });
  if (!answer && !(is_removal && is_missing(answer.error()))) {
    return refused(address, answer.error());
  }
  return {};
}

Result<std::optional<Json>> TopicCalls::attributes(const Address& address) const {
  const CallResult<XmlElement> answer =
      call(address, "GetTopicAttributes", {{"TopicArn", arn_of(address)}});
  if (answer) {
    return std::optional(attribute_map(*answer));
  }
  if (has_code(answer.error(), {"NotFound"})) {
    return std::optional<Json>();
  }
  return refused(address, answer.error());
}

Json attribute_map(const XmlElement& answer) {
  Json result = Json::object();
  if (const XmlElement* const attributes = answer.child("Attributes")) {
    for (const XmlElement* const entry : attributes->all("entry")) {
      result[std::string(entry->text_of("key"))] = std::string(entry->text_of("value"));
    }
  }
  return result;
}

}  // namespace bedrocklog::provision
