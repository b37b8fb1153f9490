// What EC2 makes of protocols, ports and ranges.
#include "provision/security_rules.h"

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "provision/address_range.h"

namespace bedrocklog::provision {
namespace {

constexpr std::array<const char*, 2> rule_lists = {"SecurityGroupIngress", "SecurityGroupEgress"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> protocols = {
    {{"1", "icmp"}, {"6", "tcp"}, {"17", "udp"}, {"all", "-1"}}};

std::string text_of(const Json& rule, const char* member) {
  const auto found = rule.find(member);
  if (found == rule.end()) {
    return {};
  }
  return found->is_number_integer() ? found->dump()
         : found->is_string()       ? found->get<std::string>()
                                    : std::string();
}

void make_normal(Json& rule) {
  if (!rule.is_object()) {
    return;
  }
  std::string protocol = text_of(rule, "IpProtocol");
  for (const auto& [number, name] : protocols) {
    protocol = protocol == number ? name : protocol;
  }
  rule["IpProtocol"] = protocol;
  if (protocol == "-1") {
    rule.erase("FromPort");
    rule.erase("ToPort");
  }
  if (const std::optional<AddressRange> range = read_address_range(text_of(rule, "CidrIp"))) {
    rule["CidrIp"] = to_text(canonical(*range));
  }
}

}  // namespace

Json with_normal_rules(Json properties) {
  for (const char* const list : rule_lists) {
    const auto rules = properties.is_object() ? properties.find(list) : properties.end();
    if (rules != properties.end() && rules->is_array()) {
      for (Json& rule : *rules) {
        make_normal(rule);
      }
    }
  }
  return properties;
}

void keep_empty_rules(const Json& given, Json& normal) {
  for (const char* const list : rule_lists) {
    const auto rules = given.is_object() ? given.find(list) : given.end();
    if (rules != given.end() && rules->is_array() && rules->empty()) {
      normal[list] = Json::array();
    }
  }
}

}  // namespace bedrocklog::provision
