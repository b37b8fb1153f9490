// DescribeVpcAttribute, DescribeSubnets, DescribeVpcEndpointServices.
#include "provision/endpoint_offer.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/permissions.h"

namespace bedrocklog::provision {
namespace {

using aws::CallFailure;
using aws::CallResult;
using aws::XmlElement;

/// Pages of endpoint services; with the filter there is one.
constexpr unsigned service_pages_max = 20;

using Zones = std::set<std::string, std::less<>>;

class Offer {
 public:
  Offer(ProbedSpec& probed, aws::ServiceCalls& calls)
      : probed_(&probed),
        network_(&probed.spec.secure.network),
        home_(probed.spec.regions.front()),
        calls_(&calls) {}

  Result<void> look() {
    if (const Result<void> done = look_at_dns(); !done) {
      return done;
    }
    Result<std::map<std::string, std::string>> zones = zones_of_subnets();
    if (!zones || zones->empty()) {
      return zones ? Result<void>() : pass_on(zones);
    }
    const Result<std::map<std::string, Zones>> offered = zones_of_services();
    if (!offered || offered->empty()) {
      return offered ? Result<void>() : pass_on(offered);
    }
    network_->unoffered.clear();
    for (const std::string& service : endpoint_services(*network_)) {
      compare(service, *zones, *offered);
    }
    return {};
  }

 private:
  /// A refused right is a notice, and everything else a Fault.
  Result<void> failed(std::string_view operation, const CallFailure& failure) {
    if (failure.fault.cause != FaultCause::access_denied) {
      return fault("secure.network",
                   fmt::format("{}: {}", failure.fault.subject, failure.fault.message),
                   failure.fault.cause);
    }
    const auto actions = actions_of("ec2", operation).value_or(std::vector<std::string>());
    add_notice(
        fmt::format("EC2 may not be asked ({}): whether endpoints can be made in the given "
                    "subnets is not known",
                    fmt::join(actions, ", ")));
    return {};
  }

  void add_notice(std::string text) { probed_->notices.push_back({"network", std::move(text)}); }

  Result<void> look_at_dns() {
    if (!network_->has_private_dns) {
      return {};
    }
    for (const char* const attribute : {"enableDnsSupport", "enableDnsHostnames"}) {
      const CallResult<XmlElement> answer = calls_->ec2(
          home_, "DescribeVpcAttribute", {{"VpcId", network_->vpc_id}, {"Attribute", attribute}});
      if (!answer) {
        return failed("DescribeVpcAttribute", answer.error());
      }
      const XmlElement* const value = answer->child(attribute);
      if (value != nullptr && value->text_of("value") == "false") {
        add_notice(
            fmt::format("{} has {} off: AWS refuses endpoints with private names there; "
                        "switch it on, or say has_private_dns = false",
                        network_->vpc_id, attribute));
      }
    }
    return {};
  }

  /// Empty: may not be asked.
  Result<std::map<std::string, std::string>> zones_of_subnets() {
    std::map<std::string, std::string> zones;
    const CallResult<XmlElement> answer =
        calls_->ec2(home_, "DescribeSubnets", {{"SubnetId", network_->subnet_ids}});
    if (!answer) {
      const Result<void> told = failed("DescribeSubnets", answer.error());
      return told ? Result<std::map<std::string, std::string>>(zones) : pass_on(told);
    }
    for (const XmlElement* const subnet : answer->items("subnetSet")) {
      if (subnet->text_of("vpcId") != network_->vpc_id) {
        return fault("secure.network.subnet_ids",
                     fmt::format("{} is in {}, not in {}", subnet->text_of("subnetId"),
                                 subnet->text_of("vpcId"), network_->vpc_id));
      }
      zones[std::string(subnet->text_of("subnetId"))] = subnet->text_of("availabilityZone");
    }
    return zones;
  }

  [[nodiscard]] std::string full_name(std::string_view service) const {
    return fmt::format("com.amazonaws.{}.{}", home_, service);
  }

  /// By the filter and not by name: a name that is not known would fail the whole call. Empty: may
  /// not be asked, or none of them is known.
  Result<std::map<std::string, Zones>> zones_of_services() {
    std::map<std::string, Zones> zones;
    Json names = Json::array();
    for (const std::string& service : endpoint_services(*network_)) {
      names.push_back(full_name(service));
    }
    Json members = {
        {"Filter", Json::array({{{"Name", "service-name"}, {"Value", std::move(names)}}})}};
    for (unsigned page = 0; page < service_pages_max; ++page) {
      const CallResult<XmlElement> answer =
          calls_->ec2(home_, "DescribeVpcEndpointServices", members);
      if (!answer) {
        const Result<void> told = failed("DescribeVpcEndpointServices", answer.error());
        return told ? Result<std::map<std::string, Zones>>(zones) : pass_on(told);
      }
      for (const XmlElement* const service : answer->items("serviceDetailSet")) {
        Zones& of_service = zones[std::string(service->text_of("serviceName"))];
        for (const XmlElement* const zone : service->items("availabilityZoneSet")) {
          of_service.insert(zone->text);
        }
      }
      const std::string_view next = answer->text_of("nextToken");
      if (next.empty()) {
        break;
      }
      members["NextToken"] = std::string(next);
    }
    if (zones.empty()) {
      // What is not offered at all is told as such.
      zones[""] = {};
    }
    return zones;
  }

  void compare(const std::string& service, const std::map<std::string, std::string>& subnets,
               const std::map<std::string, Zones>& offered) {
    const auto found = offered.find(full_name(service));
    std::vector<std::string> left_out;
    std::vector<std::string> zones;
    for (const auto& [subnet, zone] : subnets) {
      if (found == offered.end() || !found->second.contains(zone)) {
        left_out.push_back(subnet);
        zones.push_back(zone);
      }
    }
    if (left_out.empty()) {
      return;
    }
    if (found == offered.end()) {
      add_notice(fmt::format("{} has no endpoint service for {}: none is made", home_, service));
    } else if (left_out.size() == subnets.size()) {
      add_notice(
          fmt::format("none of the given subnets is in a zone that offers {}: no endpoint "
                      "is made",
                      service));
    } else {
      add_notice(fmt::format("the endpoint for {} leaves out {}: {} does not offer it", service,
                             fmt::join(left_out, ", "), fmt::join(zones, ", ")));
    }
    network_->unoffered[service] = std::move(left_out);
  }

  ProbedSpec* probed_;
  NetworkSettings* network_;
  std::string home_;
  aws::ServiceCalls* calls_;
};

}  // namespace

std::vector<std::string> endpoint_services(const NetworkSettings& network) {
  std::vector<std::string> services = {"bedrock", "bedrock-runtime", "bedrock-agent",
                                       "bedrock-agent-runtime"};
  for (const std::string& service : network.general_services) {
    if (std::find(services.begin(), services.end(), service) == services.end()) {
      services.push_back(service);
    }
  }
  return services;
}

std::vector<std::string> subnets_of(const NetworkSettings& network, const std::string& service) {
  std::vector<std::string> subnets = network.subnet_ids;
  if (const auto found = network.unoffered.find(service); found != network.unoffered.end()) {
    std::erase_if(subnets, [&](const std::string& subnet) {
      return std::find(found->second.begin(), found->second.end(), subnet) != found->second.end();
    });
  }
  return subnets;
}

Result<void> leave_out_unoffered(ProbedSpec& probed, aws::ServiceCalls& calls) {
  return Offer(probed, calls).look();
}

}  // namespace bedrocklog::provision
