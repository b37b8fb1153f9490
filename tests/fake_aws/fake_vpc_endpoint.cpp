// Interface endpoints of the fake EC2: they come and go slowly, and one service has one private
// name in a VPC.
#include <algorithm>
#include <utility>

#include "tests/fake_aws/fake_network.h"
#include "tests/fake_aws/fake_policy.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::size_t policy_size_max = 20'480;

constexpr Member endpoint_id{"VpcEndpointId", MemberKind::text, true};
constexpr Member policy{"PolicyDocument", MemberKind::text, false, 1, policy_size_max};
constexpr Member private_dns{"PrivateDnsEnabled", MemberKind::boolean};
constexpr std::array<Member, 11> create_members = {
    {{"VpcId", MemberKind::text, true},
     {"ServiceName", MemberKind::text, true},
     {"VpcEndpointType", MemberKind::text, true, 0, SIZE_MAX, "Interface"},
     {"SubnetId", MemberKind::texts},
     {"SecurityGroupId", MemberKind::texts, true},
     policy,
     private_dns,
     {"IpAddressType", MemberKind::text, false, 0, SIZE_MAX, "ipv4|dualstack|ipv6"},
     {"ClientToken", MemberKind::text, false, 1, 64, "[!-~]*"},
     tag_specification,
     dry_run}};
constexpr std::array<Member, 5> describe_members = {
    {{"VpcEndpointId", MemberKind::texts}, filter, next_token, max_results, dry_run}};
constexpr std::array<Member, 9> modify_members = {{endpoint_id,
                                                   policy,
                                                   {"ResetPolicy", MemberKind::boolean},
                                                   {"AddSubnetId", MemberKind::texts},
                                                   {"RemoveSubnetId", MemberKind::texts},
                                                   {"AddSecurityGroupId", MemberKind::texts},
                                                   {"RemoveSecurityGroupId", MemberKind::texts},
                                                   private_dns,
                                                   dry_run}};
constexpr std::array<Member, 2> delete_members = {
    {{"VpcEndpointId", MemberKind::texts, true, 1, 25}, dry_run}};

const char* const default_policy =
    R"({"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]})";

FakeAnswer invalid(const std::string& message) {
  return ec2_error(400, "InvalidParameter", message);
}

std::string endpoint_xml(const FakeNetwork& network, const std::string& id,
                         const FakeEndpoint& endpoint) {
  std::vector<std::string> subnets;
  std::vector<std::string> interfaces;
  for (const std::string& subnet : endpoint.subnets) {
    subnets.push_back(subnet);
    interfaces.push_back("eni-" + subnet.substr(subnet.find('-') + 1));
  }
  std::vector<std::string> groups;
  for (const std::string& group : endpoint.groups) {
    const auto found = network.groups.find(group);
    groups.push_back(
        xml_element("groupId", group) +
        xml_element("groupName", found == network.groups.end() ? "" : found->second.name));
  }
  const std::string name = endpoint.service.substr(endpoint.service.rfind('.') + 1);
  std::vector<std::string> entries = {
      xml_element("dnsName",
                  id + "-abcdefgh." + name + '.' + endpoint.region + ".vpce.amazonaws.com") +
      xml_element("hostedZoneId", "Z38GZ743OKFT7T")};
  if (endpoint.has_private_dns) {
    entries.push_back(xml_element("dnsName", name + '.' + endpoint.region + ".amazonaws.com") +
                      xml_element("hostedZoneId", "Z00000000PRIVATE"));
  }
  return xml_element("vpcEndpointId", id) + xml_element("vpcEndpointType", endpoint.type) +
         xml_element("vpcId", endpoint.vpc) + xml_element("serviceName", endpoint.service) +
         xml_element("state", network.state_of(endpoint)) +
         xml_element("policyDocument", endpoint.policy) + "<routeTableIdSet/>" +
         items_xml("subnetIdSet", subnets) + items_xml("groupSet", groups) +
         xml_element("ipAddressType", "ipv4") +
         xml_element("privateDnsEnabled", endpoint.has_private_dns ? "true" : "false") +
         xml_element("requesterManaged", "false") + items_xml("networkInterfaceIdSet", interfaces) +
         items_xml("dnsEntrySet", entries) +
         xml_element("creationTimestamp", "2026-09-22T01:46:40.000Z") + tag_set_xml(endpoint.tags) +
         xml_element("ownerId", network.world->account);
}

/// What stands against subnets and groups; nothing: all is well.
std::optional<FakeAnswer> parts_refusal(const FakeNetwork& network, const FakeEndpoint& endpoint) {
  const FakeVpc vpc = *network.vpc(endpoint.region, endpoint.vpc);
  const std::set<std::string> offered = network.zones_of(endpoint.region, endpoint.service);
  std::set<std::string> zones;
  for (const std::string& id : endpoint.subnets) {
    const auto subnet = std::find_if(vpc.subnets.begin(), vpc.subnets.end(),
                                     [&](const FakeSubnet& one) { return one.id == id; });
    if (subnet == vpc.subnets.end()) {
      return ec2_error(400, "InvalidSubnetID.NotFound",
                       "The subnet ID '" + id + "' does not exist in " + vpc.id);
    }
    if (!offered.contains(subnet->zone)) {
      return invalid("The VPC endpoint service " + endpoint.service +
                     " does not support the availability zone of the subnet: " + id + '.');
    }
    if (!zones.insert(subnet->zone).second) {
      return ec2_error(400, "DuplicateSubnetsInSameZone",
                       "Found another VPC endpoint subnet in the availability zone of " + id + '.');
    }
  }
  for (const std::string& id : endpoint.groups) {
    const auto group = network.groups.find(id);
    if (group == network.groups.end() || group->second.region != endpoint.region) {
      return ec2_error(400, "InvalidSecurityGroupID.NotFound",
                       "The security group '" + id + "' does not exist");
    }
    if (group->second.vpc != endpoint.vpc) {
      return invalid("The security group " + id + " is not in " + endpoint.vpc);
    }
  }
  return endpoint.groups.empty() ? std::optional(invalid("An endpoint needs a security group."))
                                 : std::nullopt;
}

std::optional<FakeAnswer> dns_refusal(const FakeNetwork& network, const FakeEndpoint& endpoint,
                                      const std::string& own_id) {
  if (!endpoint.has_private_dns) {
    return std::nullopt;
  }
  const FakeVpc vpc = *network.vpc(endpoint.region, endpoint.vpc);
  if (!vpc.has_dns_support || !vpc.has_dns_hostnames) {
    return invalid(
        "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes "
        "set to true for " +
        vpc.id);
  }
  for (const auto& [id, other] : network.endpoints) {
    if (id != own_id && other.region == endpoint.region && other.vpc == endpoint.vpc &&
        other.service == endpoint.service && other.has_private_dns &&
        network.state_of(other) != "deleted") {
      return invalid(
          "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
          "this service in the VPC " +
          vpc.id);
    }
  }
  return std::nullopt;
}

std::optional<FakeAnswer> policy_refusal(const std::string& text) {
  const std::string wrong = policy_fault(PolicyKind::resource, Json::parse(text, nullptr, false));
  return wrong.empty() ? std::nullopt
                       : std::optional(ec2_error(400, "InvalidPolicyDocument", wrong));
}

FakeAnswer create_endpoint(FakeNetwork& network, const FakeCall& call) {
  const std::string token = text_member(call.json, "ClientToken");
  const std::string asked = call.region + call.json.dump();
  if (const auto known = network.tokens.find(token);
      !token.empty() && known != network.tokens.end()) {
    if (known->second.second != asked) {
      return ec2_error(400, "IdempotentParameterMismatch",
                       "The client token was used for another request");
    }
    const std::string id = known->second.first;
    return ec2_answer(call.operation, "<vpcEndpoint>" +
                                          endpoint_xml(network, id, network.endpoints.at(id)) +
                                          "</vpcEndpoint>" + xml_element("clientToken", token));
  }
  FakeEndpoint made;
  made.region = call.region;
  made.vpc = text_member(call.json, "VpcId");
  made.service = text_member(call.json, "ServiceName");
  made.policy = text_member(call.json, "PolicyDocument", default_policy);
  made.has_private_dns = text_member(call.json, "PrivateDnsEnabled", "true") == "true";
  for (const std::string& id : texts_member(call.json, "SubnetId")) {
    made.subnets.insert(id);
  }
  for (const std::string& id : texts_member(call.json, "SecurityGroupId")) {
    made.groups.insert(id);
  }
  if (!network.vpc(call.region, made.vpc)) {
    return ec2_error(400, "InvalidVpcId.NotFound", "The Vpc Id " + made.vpc + " does not exist");
  }
  if (network.zones_of(call.region, made.service).empty()) {
    return ec2_error(400, "InvalidServiceName",
                     "The Vpc Endpoint Service '" + made.service + "' does not exist");
  }
  for (const auto& refused :
       {read_new_tags(call, "vpc-endpoint", made.tags), parts_refusal(network, made),
        dns_refusal(network, made, ""), policy_refusal(made.policy)}) {
    if (refused) {
      return *refused;
    }
  }
  made.made_at = network.world->requests;
  const std::string id = network.new_id("vpce-");
  network.endpoints[id] = made;
  if (!token.empty()) {
    network.tokens[token] = {id, asked};
  }
  return ec2_answer(call.operation,
                    "<vpcEndpoint>" + endpoint_xml(network, id, made) + "</vpcEndpoint>");
}

FakeAnswer describe_endpoints(FakeNetwork& network, const FakeCall& call) {
  const std::vector<std::string> wanted = texts_member(call.json, "VpcEndpointId");
  const auto is_seen = [&](const FakeEndpoint& one) {
    return one.region == call.region && network.is_visible(one.made_at) &&
           network.state_of(one) != "deleted";
  };
  for (const std::string& id : wanted) {
    const auto found = network.endpoints.find(id);
    if (found == network.endpoints.end() || !is_seen(found->second)) {
      return ec2_error(400, "InvalidVpcEndpointId.NotFound",
                       "The Vpc Endpoint Id '" + id + "' does not exist");
    }
  }
  std::vector<std::string> items;
  for (const auto& [id, endpoint] : network.endpoints) {
    const std::map<std::string, std::string> values = {
        {"vpc-endpoint-id", id},
        {"vpc-id", endpoint.vpc},
        {"service-name", endpoint.service},
        {"vpc-endpoint-type", endpoint.type},
        {"vpc-endpoint-state", network.state_of(endpoint)}};
    const auto passes = passes_filters(
        call, endpoint.tags,
        [&](const std::string& name) -> std::optional<std::vector<std::string>> {
          const auto value = values.find(name);
          return value == values.end() ? std::nullopt : std::optional(std::vector{value->second});
        });
    if (!passes) {
      return unknown_filter();
    }
    const bool is_wanted =
        wanted.empty() || std::find(wanted.begin(), wanted.end(), id) != wanted.end();
    if (*passes && is_wanted && is_seen(endpoint)) {
      items.push_back(endpoint_xml(network, id, endpoint));
    }
  }
  return item_page(call, "vpcEndpointSet", items);
}

FakeAnswer modify_endpoint(FakeNetwork& network, const FakeCall& call) {
  const std::string id = text_member(call.json, "VpcEndpointId");
  const auto found = network.endpoints.find(id);
  if (found == network.endpoints.end() || found->second.region != call.region ||
      network.state_of(found->second) == "deleted") {
    return ec2_error(400, "InvalidVpcEndpointId.NotFound",
                     "The Vpc Endpoint Id '" + id + "' does not exist");
  }
  if (network.state_of(found->second) != "available") {
    return ec2_error(400, "IncorrectState", "The endpoint " + id + " is not available");
  }
  FakeEndpoint changed = found->second;
  for (const std::string& subnet : texts_member(call.json, "RemoveSubnetId")) {
    changed.subnets.erase(subnet);
  }
  for (const std::string& subnet : texts_member(call.json, "AddSubnetId")) {
    changed.subnets.insert(subnet);
  }
  for (const std::string& group : texts_member(call.json, "RemoveSecurityGroupId")) {
    changed.groups.erase(group);
  }
  for (const std::string& group : texts_member(call.json, "AddSecurityGroupId")) {
    changed.groups.insert(group);
  }
  changed.has_private_dns = text_member(call.json, "PrivateDnsEnabled",
                                        changed.has_private_dns ? "true" : "false") == "true";
  changed.policy = text_member(call.json, "PolicyDocument", changed.policy);
  if (text_member(call.json, "ResetPolicy") == "true") {
    changed.policy = default_policy;
  }
  for (const auto& refused : {parts_refusal(network, changed), dns_refusal(network, changed, id),
                              policy_refusal(changed.policy)}) {
    if (refused) {
      return *refused;
    }
  }
  found->second = std::move(changed);
  return ec2_answer(call.operation, xml_element("return", "true"));
}

FakeAnswer delete_endpoints(FakeNetwork& network, const FakeCall& call) {
  std::vector<std::string> unsuccessful;
  for (const std::string& id : texts_member(call.json, "VpcEndpointId")) {
    const auto found = network.endpoints.find(id);
    if (found == network.endpoints.end() || found->second.region != call.region ||
        network.state_of(found->second) == "deleted") {
      unsuccessful.push_back(
          "<error>" + xml_element("code", "InvalidVpcEndpoint.NotFound") +
          xml_element("message", "The Vpc Endpoint Id '" + id + "' does not exist") + "</error>" +
          xml_element("resourceId", id));
    } else if (found->second.deleted_at == 0) {
      found->second.deleted_at = network.world->requests;
    }
  }
  return ec2_answer(call.operation, items_xml("unsuccessful", unsuccessful));
}

void need(const FakeNetwork& network, const FakeCall& call, FakeAnswer& answer,
          const std::string& what) {
  answer.also_needs.push_back({"ec2", call.operation, network.arn_of(call.region, what)});
}

void creation_rights(const FakeNetwork& network, const FakeCall& call, FakeAnswer& answer) {
  answer.resource = network.arn_of(call.region, "vpc-endpoint/*");
  need(network, call, answer, "vpc/" + text_member(call.json, "VpcId"));
  for (const std::string& id : texts_member(call.json, "SubnetId")) {
    need(network, call, answer, "subnet/" + id);
  }
  for (const std::string& id : texts_member(call.json, "SecurityGroupId")) {
    need(network, call, answer, "security-group/" + id);
  }
  if (text_member(call.json, "PrivateDnsEnabled", "true") == "true") {
    answer.also_needs.push_back(
        {"route53", "AssociateVPCWithHostedZone",
         network.arn_of(call.region, "vpc/" + text_member(call.json, "VpcId"))});
  }
  if (call.json.contains("TagSpecification")) {
    answer.also_needs.push_back({"ec2", "CreateTags", answer.resource});
  }
}

void change_rights(const FakeNetwork& network, const FakeCall& call, FakeAnswer& answer) {
  answer.resource =
      network.arn_of(call.region, "vpc-endpoint/" + text_member(call.json, "VpcEndpointId", "*"));
  for (const char* const member : {"AddSubnetId", "RemoveSubnetId"}) {
    for (const std::string& id : texts_member(call.json, member)) {
      need(network, call, answer, "subnet/" + id);
    }
  }
  for (const char* const member : {"AddSecurityGroupId", "RemoveSecurityGroupId"}) {
    for (const std::string& id : texts_member(call.json, member)) {
      need(network, call, answer, "security-group/" + id);
    }
  }
}

void removal_rights(const FakeNetwork& network, const FakeCall& call, FakeAnswer& answer) {
  const std::vector<std::string> ids = texts_member(call.json, "VpcEndpointId");
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (i == 0) {
      answer.resource = network.arn_of(call.region, "vpc-endpoint/" + ids[i]);
    } else {
      need(network, call, answer, "vpc-endpoint/" + ids[i]);
    }
  }
}

}  // namespace

std::span<const Ec2Operation> vpc_endpoint_operations() {
  static const std::array<Ec2Operation, 4> all = {{
      {"CreateVpcEndpoint", create_members, create_endpoint, true, creation_rights},
      {"DescribeVpcEndpoints", describe_members, describe_endpoints},
      {"ModifyVpcEndpoint", modify_members, modify_endpoint, true, change_rights},
      {"DeleteVpcEndpoints", delete_members, delete_endpoints, true, removal_rights},
  }};
  return all;
}

}  // namespace bedrocklog::fake_aws
