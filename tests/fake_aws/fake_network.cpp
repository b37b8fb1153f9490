// VPCs, subnets, endpoint services and tags of the fake EC2, and what its calls have in common.
#include "tests/fake_aws/fake_network.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "tests/fake_aws/fake_policy.h"
#include "tests/fake_aws/fake_tags.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::array<std::string_view, 11> offered_services = {"bedrock",
                                                               "bedrock-agent",
                                                               "bedrock-agent-runtime",
                                                               "bedrock-runtime",
                                                               "ec2",
                                                               "events",
                                                               "kms",
                                                               "logs",
                                                               "monitoring",
                                                               "sns",
                                                               "sts"};

constexpr std::array<Member, 5> describe_vpcs_members = {
    {filter, {"VpcId", MemberKind::texts}, next_token, max_results, dry_run}};
constexpr std::array<Member, 3> vpc_attribute_members = {
    {{"Attribute", MemberKind::text, true, 0, SIZE_MAX,
      "enableDnsSupport|enableDnsHostnames|enableNetworkAddressUsageMetrics"},
     {"VpcId", MemberKind::text, true},
     dry_run}};
constexpr std::array<Member, 5> describe_subnets_members = {
    {filter, {"SubnetId", MemberKind::texts}, next_token, max_results, dry_run}};
constexpr std::array<Member, 6> describe_services_members = {
    {dry_run,
     {"ServiceName", MemberKind::texts},
     filter,
     max_results,
     next_token,
     {"ServiceRegion", MemberKind::texts}}};
constexpr std::array<Member, 2> loose_tag_members = {
    {{"Key", MemberKind::text, true, 1, 128}, {"Value", MemberKind::text, false, 0, 256}}};
constexpr std::array<Member, 3> tags_members = {
    {{"ResourceId", MemberKind::texts, true, 1, 1000},
     {"Tag", MemberKind::structures, true, 1, tags_max, "", loose_tag_members},
     dry_run}};

FakeVpc default_vpc_of(const std::string& region) {
  return {region,
          default_vpc,
          "10.0.0.0/16",
          {{default_subnet_a, region + "a", "10.0.1.0/24"},
           {default_subnet_b, region + "b", "10.0.2.0/24"}}};
}

FakeAnswer describe_vpcs(FakeNetwork& network, const FakeCall& call) {
  const std::vector<std::string> wanted = texts_member(call.json, "VpcId");
  for (const std::string& id : wanted) {
    if (!network.vpc(call.region, id)) {
      return ec2_error(400, "InvalidVpcID.NotFound", "The vpc ID '" + id + "' does not exist");
    }
  }
  std::vector<std::string> items;
  for (const FakeVpc& vpc : network.vpcs_of(call.region)) {
    const auto passes = passes_filters(
        call, network.tags[vpc.id],
        [&](const std::string& name) -> std::optional<std::vector<std::string>> {
          if (name == "vpc-id") {
            return std::vector{vpc.id};
          }
          return name == "cidr" ? std::optional(std::vector{vpc.cidr}) : std::nullopt;
        });
    if (!passes) {
      return unknown_filter();
    }
    const bool is_wanted =
        wanted.empty() || std::find(wanted.begin(), wanted.end(), vpc.id) != wanted.end();
    if (*passes && is_wanted) {
      items.push_back(xml_element("vpcId", vpc.id) +
                      xml_element("ownerId", network.world->account) +
                      xml_element("state", "available") + xml_element("cidrBlock", vpc.cidr) +
                      xml_element("instanceTenancy", "default") +
                      xml_element("isDefault", "false") + tag_set_xml(network.tags[vpc.id]));
    }
  }
  return item_page(call, "vpcSet", items);
}

FakeAnswer describe_vpc_attribute(FakeNetwork& network, const FakeCall& call) {
  const std::string id = text_member(call.json, "VpcId");
  const std::optional<FakeVpc> vpc = network.vpc(call.region, id);
  if (!vpc) {
    return ec2_error(400, "InvalidVpcID.NotFound", "The vpc ID '" + id + "' does not exist");
  }
  const std::string attribute = text_member(call.json, "Attribute");
  const bool is_on = attribute == "enableDnsSupport"     ? vpc->has_dns_support
                     : attribute == "enableDnsHostnames" ? vpc->has_dns_hostnames
                                                         : false;
  return ec2_answer(call.operation, xml_element("vpcId", id) + '<' + attribute + '>' +
                                        xml_element("value", is_on ? "true" : "false") + "</" +
                                        attribute + '>');
}

FakeAnswer describe_subnets(FakeNetwork& network, const FakeCall& call) {
  std::vector<std::string> missing = texts_member(call.json, "SubnetId");
  const std::vector<std::string> wanted = missing;
  std::vector<std::string> items;
  for (const FakeVpc& vpc : network.vpcs_of(call.region)) {
    for (const FakeSubnet& subnet : vpc.subnets) {
      const auto passes = passes_filters(
          call, network.tags[subnet.id],
          [&](const std::string& name) -> std::optional<std::vector<std::string>> {
            if (name == "vpc-id") {
              return std::vector{vpc.id};
            }
            if (name == "subnet-id") {
              return std::vector{subnet.id};
            }
            return name == "availability-zone" ? std::optional(std::vector{subnet.zone})
                                               : std::nullopt;
          });
      if (!passes) {
        return unknown_filter();
      }
      std::erase(missing, subnet.id);
      const bool is_wanted =
          wanted.empty() || std::find(wanted.begin(), wanted.end(), subnet.id) != wanted.end();
      if (*passes && is_wanted) {
        items.push_back(xml_element("subnetId", subnet.id) + xml_element("state", "available") +
                        xml_element("vpcId", vpc.id) + xml_element("cidrBlock", subnet.cidr) +
                        xml_element("availabilityZone", subnet.zone) +
                        xml_element("availableIpAddressCount", "250") +
                        tag_set_xml(network.tags[subnet.id]));
      }
    }
  }
  if (!missing.empty()) {
    return ec2_error(400, "InvalidSubnetID.NotFound",
                     "The subnet ID '" + missing.front() + "' does not exist");
  }
  return item_page(call, "subnetSet", items);
}

std::string service_xml(const FakeNetwork& network, const std::string& region,
                        const std::string& service) {
  std::vector<std::string> zones;
  for (const std::string& zone : network.zones_of(region, service)) {
    zones.push_back(xml_text(zone));
  }
  const std::string name = service.substr(service.rfind('.') + 1);
  return xml_element("serviceName", service) + "<serviceType><item>" +
         xml_element("serviceType", "Interface") + "</item></serviceType>" +
         items_xml("availabilityZoneSet", zones) + xml_element("owner", "amazon") +
         xml_element("privateDnsName", name + '.' + region + ".amazonaws.com") +
         xml_element("vpcEndpointPolicySupported", "true") +
         xml_element("acceptanceRequired", "false") + xml_element("managesVpcEndpoints", "false");
}

FakeAnswer describe_services(FakeNetwork& network, const FakeCall& call) {
  const std::set<std::string> all = network.services_of(call.region);
  const std::vector<std::string> wanted = texts_member(call.json, "ServiceName");
  for (const std::string& name : wanted) {
    if (!all.contains(name)) {
      return ec2_error(400, "InvalidServiceName",
                       "The Vpc Endpoint Service '" + name + "' does not exist");
    }
  }
  std::vector<std::string> names;
  std::vector<std::string> details;
  for (const std::string& service : all) {
    const auto passes = passes_filters(
        call, {}, [&](const std::string& name) -> std::optional<std::vector<std::string>> {
          if (name == "service-name") {
            return std::vector{service};
          }
          return name == "service-type" ? std::optional(std::vector<std::string>{"Interface"})
                                        : std::nullopt;
        });
    if (!passes) {
      return unknown_filter();
    }
    const bool is_wanted =
        wanted.empty() || std::find(wanted.begin(), wanted.end(), service) != wanted.end();
    if (*passes && is_wanted) {
      names.push_back(xml_text(service));
      details.push_back(service_xml(network, call.region, service));
    }
  }
  return ec2_answer(call.operation,
                    items_xml("serviceNameSet", names) + items_xml("serviceDetailSet", details));
}

/// Null: there is none.
FakeTags* tags_of_thing(FakeNetwork& network, const std::string& region, const std::string& id) {
  if (const auto group = network.groups.find(id);
      group != network.groups.end() && group->second.region == region) {
    return &group->second.tags;
  }
  if (const auto endpoint = network.endpoints.find(id);
      endpoint != network.endpoints.end() && endpoint->second.region == region) {
    return &endpoint->second.tags;
  }
  for (const FakeVpc& vpc : network.vpcs_of(region)) {
    const bool is_subnet = std::any_of(vpc.subnets.begin(), vpc.subnets.end(),
                                       [&](const FakeSubnet& one) { return one.id == id; });
    if (vpc.id == id || is_subnet) {
      return &network.tags[id];
    }
  }
  return nullptr;
}

FakeAnswer no_thing(const std::string& id) {
  const std::string code = id.starts_with("sg-")     ? "InvalidGroup.NotFound"
                           : id.starts_with("vpce-") ? "InvalidVpcEndpointId.NotFound"
                           : id.starts_with("vpc-")  ? "InvalidVpcID.NotFound"
                                                     : "InvalidID";
  return ec2_error(400, code, "The ID '" + id + "' does not exist");
}

FakeAnswer create_tags(FakeNetwork& network, const FakeCall& call) {
  const std::vector<std::string> ids = texts_member(call.json, "ResourceId");
  for (const std::string& id : ids) {
    FakeTags* const tags = tags_of_thing(network, call.region, id);
    if (tags == nullptr) {
      return no_thing(id);
    }
    if (const std::string wrong = tags_fault(call.json["Tag"], *tags); !wrong.empty()) {
      return ec2_error(400, wrong == "Too many tags" ? "TagLimitExceeded" : "InvalidParameterValue",
                       wrong);
    }
  }
  for (const std::string& id : ids) {
    for (const auto& [key, value] : tags_of(call.json["Tag"])) {
      (*tags_of_thing(network, call.region, id))[key] = value;
    }
  }
  return ec2_answer(call.operation, xml_element("return", "true"));
}

FakeAnswer delete_tags(FakeNetwork& network, const FakeCall& call) {
  for (const std::string& id : texts_member(call.json, "ResourceId")) {
    FakeTags* const tags = tags_of_thing(network, call.region, id);
    if (tags == nullptr) {
      return no_thing(id);
    }
    for (const Json& tag : call.json["Tag"]) {
      const auto found = tags->find(text_member(tag, "Key"));
      const bool is_it = found != tags->end() &&
                         (!tag.contains("Value") || text_member(tag, "Value") == found->second);
      if (is_it) {
        tags->erase(found);
      }
    }
  }
  return ec2_answer(call.operation, xml_element("return", "true"));
}

void tag_rights(const FakeNetwork& network, const FakeCall& call, FakeAnswer& answer) {
  std::vector<std::string> arns;
  for (const std::string& id : texts_member(call.json, "ResourceId")) {
    const std::string type = id.starts_with("sg-")     ? "security-group/"
                             : id.starts_with("vpce-") ? "vpc-endpoint/"
                             : id.starts_with("vpc-")  ? "vpc/"
                                                       : "subnet/";
    arns.push_back(network.arn_of(call.region, type + id));
  }
  for (std::size_t i = 0; i < arns.size(); ++i) {
    if (i == 0) {
      answer.resource = arns[i];
    } else {
      answer.also_needs.push_back({"ec2", call.operation, arns[i]});
    }
  }
}

}  // namespace

bool FakeRule::is_same(const FakeRule& other) const {
  return is_egress == other.is_egress && protocol == other.protocol &&
         from_port == other.from_port && to_port == other.to_port && kind == other.kind &&
         peer == other.peer;
}

std::span<const Ec2Operation> network_operations() {
  static const std::array<Ec2Operation, 6> all = {{
      {"DescribeVpcs", describe_vpcs_members, describe_vpcs},
      {"DescribeVpcAttribute", vpc_attribute_members, describe_vpc_attribute},
      {"DescribeSubnets", describe_subnets_members, describe_subnets},
      {"DescribeVpcEndpointServices", describe_services_members, describe_services},
      {"CreateTags", tags_members, create_tags, true, tag_rights},
      {"DeleteTags", tags_members, delete_tags, true, tag_rights},
  }};
  return all;
}

std::optional<FakeVpc> FakeNetwork::vpc(const std::string& region, const std::string& id) const {
  for (FakeVpc& one : vpcs_of(region)) {
    if (one.id == id) {
      return std::move(one);
    }
  }
  return std::nullopt;
}

std::vector<FakeVpc> FakeNetwork::vpcs_of(const std::string& region) const {
  std::vector<FakeVpc> all;
  const auto put = vpcs.find(region);
  if (put == vpcs.end() || !put->second.contains(default_vpc)) {
    all.push_back(default_vpc_of(region));
  }
  if (put != vpcs.end()) {
    for (const auto& [id, one] : put->second) {
      all.push_back(one);
    }
  }
  return all;
}

std::set<std::string> FakeNetwork::zones_of(const std::string& region,
                                            const std::string& service) const {
  const std::string prefix = "com.amazonaws." + region + '.';
  const std::string name = service.starts_with(prefix) ? service.substr(prefix.size()) : "";
  std::set<std::string> letters;
  const auto offer = offers.find(region);
  if (offer != offers.end() && offer->second.contains(name)) {
    letters = offer->second.at(name);
  } else if (std::find(offered_services.begin(), offered_services.end(), name) !=
             offered_services.end()) {
    letters = {"a", "b", "c"};
  }
  std::set<std::string> zones;
  for (const std::string& letter : letters) {
    zones.insert(region + letter);
  }
  return zones;
}

std::set<std::string> FakeNetwork::services_of(const std::string& region) const {
  std::set<std::string> names(offered_services.begin(), offered_services.end());
  if (const auto offer = offers.find(region); offer != offers.end()) {
    for (const auto& [name, zones] : offer->second) {
      names.insert(name);
    }
  }
  std::set<std::string> services;
  for (const std::string& name : names) {
    const std::string service = "com.amazonaws." + region + '.' + name;
    if (!zones_of(region, service).empty()) {
      services.insert(service);
    }
  }
  return services;
}

std::string FakeNetwork::state_of(const FakeEndpoint& endpoint) const {
  if (endpoint.deleted_at != 0) {
    return world->requests - endpoint.deleted_at > endpoint_deleting_requests ? "deleted"
                                                                              : "deleting";
  }
  const bool is_new =
      endpoint.made_at != 0 && world->requests - endpoint.made_at <= endpoint_pending_requests;
  return is_new ? "pending" : "available";
}

bool FakeNetwork::is_visible(std::uint64_t made_at) const {
  return made_at == 0 || world->requests - made_at > world->read_lag_requests;
}

std::string FakeNetwork::arn_of(const std::string& region, const std::string& what) const {
  return "arn:" + world->partition + ":ec2:" + region + ':' + world->account + ':' + what;
}

std::string FakeNetwork::new_id(const std::string& prefix) {
  char digits[24];
  std::snprintf(digits, sizeof digits, "0f%015llx", static_cast<unsigned long long>(++ids));
  return prefix + digits;
}

std::optional<bool> passes_filters(const FakeCall& call, const FakeTags& tags,
                                   const FilterValues& values) {
  bool passes = true;
  const Json filters = call.json.value("Filter", Json::array());
  for (const Json& one : filters) {
    const std::string name = text_member(one, "Name");
    std::vector<std::string> own;
    if (name.starts_with("tag:")) {
      const auto tag = tags.find(name.substr(4));
      own = tag == tags.end() ? std::vector<std::string>() : std::vector{tag->second};
    } else if (name == "tag-key") {
      for (const auto& [key, value] : tags) {
        own.push_back(key);
      }
    } else {
      const auto known = values(name);
      if (!known) {
        return std::nullopt;
      }
      own = *known;
    }
    const std::vector<std::string> wanted = texts_member(one, "Value");
    passes = passes && std::any_of(wanted.begin(), wanted.end(), [&](const std::string& pattern) {
               return std::any_of(own.begin(), own.end(), [&](const std::string& value) {
                 return matches_pattern(pattern, value);
               });
             });
  }
  return passes;
}

FakeAnswer unknown_filter() {
  return ec2_error(400, "InvalidParameterValue", "The filter is invalid");
}

FakeAnswer item_page(const FakeCall& call, const std::string& name,
                     const std::vector<std::string>& items) {
  constexpr std::int64_t page_max = 1'000;
  constexpr std::int64_t page_min = 5;
  const std::int64_t size = whole_member(call.json, "MaxResults", page_max);
  const std::string from = text_member(call.json, "NextToken", "from-0");
  if (size < page_min || size > page_max || !from.starts_with("from-")) {
    return ec2_error(400, "InvalidParameterValue", "MaxResults or NextToken is not valid");
  }
  const std::size_t start = std::strtoull(from.c_str() + 5, nullptr, 10);
  const std::size_t end = std::min(items.size(), start + static_cast<std::size_t>(size));
  std::string xml =
      items_xml(name, start < end ? std::vector(items.begin() + static_cast<std::ptrdiff_t>(start),
                                                items.begin() + static_cast<std::ptrdiff_t>(end))
                                  : std::vector<std::string>());
  if (end < items.size()) {
    xml += xml_element("nextToken", "from-" + std::to_string(end));
  }
  return ec2_answer(call.operation, xml);
}

std::string items_xml(const std::string& name, const std::vector<std::string>& items) {
  std::string xml = '<' + name + '>';
  for (const std::string& item : items) {
    xml += "<item>" + item + "</item>";
  }
  return xml + "</" + name + '>';
}

std::string tag_set_xml(const FakeTags& tags) {
  std::vector<std::string> items;
  for (const auto& [key, value] : tags) {
    items.push_back(xml_element("key", key) + xml_element("value", value));
  }
  return items_xml("tagSet", items);
}

std::optional<FakeAnswer> read_new_tags(const FakeCall& call, const std::string& type,
                                        FakeTags& into) {
  const Json specifications = call.json.value("TagSpecification", Json::array());
  for (const Json& one : specifications) {
    if (text_member(one, "ResourceType") != type) {
      return ec2_error(400, "InvalidParameterValue",
                       "'" + text_member(one, "ResourceType") +
                           "' is not a valid taggable resource type for this operation.");
    }
    if (const std::string wrong = tags_fault(one["Tag"], {}); !wrong.empty()) {
      return ec2_error(400, "InvalidParameterValue", wrong);
    }
    into = tags_of(one["Tag"]);
  }
  return std::nullopt;
}

std::vector<std::string> texts_member(const Json& members, std::string_view name) {
  const auto found = members.find(name);
  return found == members.end() ? std::vector<std::string>() : policy_texts(*found);
}

std::optional<std::string> canonical_cidr(const std::string& text) {
  std::uint32_t address = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  unsigned number = 0;
  for (const char separator : {'.', '.', '.', '/', '\0'}) {
    const auto [behind, error] = std::from_chars(at, end, number);
    const bool is_last = separator == '\0';
    const bool is_right = error == std::errc{} && number <= (is_last ? 32U : 255U) &&
                          (is_last ? behind == end : behind != end && *behind == separator);
    if (!is_right) {
      return std::nullopt;
    }
    if (!is_last) {
      address = (address << 8U) | number;
      at = behind + 1;
    }
  }
  address &= number == 0 ? 0U : ~0U << (32U - number);
  char canonical[24];
  std::snprintf(canonical, sizeof canonical, "%u.%u.%u.%u/%u", address >> 24U,
                (address >> 16U) & 0xFFU, (address >> 8U) & 0xFFU, address & 0xFFU, number);
  return canonical;
}

}  // namespace bedrocklog::fake_aws
