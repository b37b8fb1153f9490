// DescribeVpcAttribute, one attribute at a time.
#include "provision/network_checks.h"

#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/check_outcome.h"

namespace bedrocklog::provision {

std::vector<Check> dns_checks(const StackSpec& spec, aws::ServiceCalls& calls) {
  const NetworkSettings& network = spec.secure.network;
  if (!has_profile(spec, secure_profile) || network.vpc_id.empty() || !network.has_private_dns) {
    return {};
  }
  const Check check{"dns-attributes", network.vpc_id, CheckResult::unknown, ""};
  std::vector<std::string> off;
  for (const char* const attribute : {"enableDnsSupport", "enableDnsHostnames"}) {
    const aws::CallResult<aws::XmlElement> answer =
        calls.ec2(spec.regions.front(), "DescribeVpcAttribute",
                  {{"VpcId", network.vpc_id}, {"Attribute", attribute}});
    if (!answer) {
      return {unasked(check, "ec2", "DescribeVpcAttribute", answer.error())};
    }
    const aws::XmlElement* const value = answer->child(attribute);
    if (value == nullptr || value->text_of("value") != "true") {
      off.emplace_back(attribute);
    }
  }
  return {judged(check, CheckResult::fail,
                 off.empty() ? std::string()
                             : fmt::format("{} is off: the private names of endpoints do not "
                                           "resolve; switch it on in the VPC",
                                           fmt::join(off, " and ")))};
}

}  // namespace bedrocklog::provision
