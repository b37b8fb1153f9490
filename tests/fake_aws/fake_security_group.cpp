// Security groups of the fake EC2: rules as EC2 keeps them, and what keeps a group from going.
#include <algorithm>
#include <regex>
#include <utility>

#include "tests/fake_aws/fake_network.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::size_t rules_max = 60;
constexpr std::string_view group_characters = "[a-zA-Z0-9 ._:/()#,@\\[\\]+=&;{}!$*-]*";
constexpr std::string_view rule_characters = "[a-zA-Z0-9. _:/()#,@\\[\\]+=&;{}!$*-]*";

constexpr Member group_id{"GroupId", MemberKind::text, true};
constexpr std::array<Member, 5> create_members = {
    {{"GroupName", MemberKind::text, true, 1, 255, group_characters},
     {"GroupDescription", MemberKind::text, true, 1, 255, group_characters},
     {"VpcId", MemberKind::text, true},
     tag_specification,
     dry_run}};
constexpr std::array<Member, 6> describe_members = {{{"GroupId", MemberKind::texts},
                                                     {"GroupName", MemberKind::texts},
                                                     filter,
                                                     next_token,
                                                     max_results,
                                                     dry_run}};
constexpr std::array<Member, 5> describe_rules_members = {
    {filter, {"SecurityGroupRuleId", MemberKind::texts}, next_token, max_results, dry_run}};
constexpr Member rule_description{"Description", MemberKind::text, false, 0, 255, rule_characters};
constexpr std::array<Member, 2> range_members = {
    {{"CidrIp", MemberKind::text, true}, rule_description}};
constexpr std::array<Member, 2> range6_members = {
    {{"CidrIpv6", MemberKind::text, true}, rule_description}};
constexpr std::array<Member, 2> list_members = {
    {{"PrefixListId", MemberKind::text, true}, rule_description}};
constexpr std::array<Member, 4> pair_members = {
    {{"GroupId", MemberKind::text, true}, {"UserId"}, {"VpcId"}, rule_description}};
constexpr std::array<Member, 7> permission_members = {
    {{"IpProtocol", MemberKind::text, true},
     {"FromPort", MemberKind::whole},
     {"ToPort", MemberKind::whole},
     {"IpRanges", MemberKind::structures, false, 1, SIZE_MAX, "", range_members},
     {"Ipv6Ranges", MemberKind::structures, false, 1, SIZE_MAX, "", range6_members},
     {"PrefixListIds", MemberKind::structures, false, 1, SIZE_MAX, "", list_members},
     {"Groups", MemberKind::structures, false, 1, SIZE_MAX, "", pair_members}}};
constexpr Member permissions{"IpPermissions",   MemberKind::structures, false, 1, SIZE_MAX, "",
                             permission_members};
constexpr std::array<Member, 4> authorize_members = {
    {group_id, permissions, tag_specification, dry_run}};
constexpr std::array<Member, 4> revoke_members = {
    {group_id, permissions, {"SecurityGroupRuleId", MemberKind::texts}, dry_run}};
constexpr std::array<Member, 2> delete_members = {{group_id, dry_run}};

FakeAnswer no_group(const std::string& id) {
  return ec2_error(400, "InvalidGroup.NotFound", "The security group '" + id + "' does not exist");
}

FakeAnswer wrong_value(const std::string& message) {
  return ec2_error(400, "InvalidParameterValue", message);
}

/// Null: none of that id.
FakeSecurityGroup* group_of(FakeNetwork& network, const FakeCall& call) {
  const auto found = network.groups.find(text_member(call.json, "GroupId"));
  return found == network.groups.end() || found->second.region != call.region ? nullptr
                                                                              : &found->second;
}

FakeAnswer create_group(FakeNetwork& network, const FakeCall& call) {
  FakeSecurityGroup made;
  made.region = call.region;
  made.name = text_member(call.json, "GroupName");
  made.description = text_member(call.json, "GroupDescription");
  made.vpc = text_member(call.json, "VpcId");
  if (made.name.starts_with("sg-")) {
    return wrong_value("Group names may not be in the format sg-*.");
  }
  if (!network.vpc(call.region, made.vpc)) {
    return ec2_error(400, "InvalidVpcID.NotFound", "The vpc ID '" + made.vpc + "' does not exist");
  }
  if (auto refused = read_new_tags(call, "security-group", made.tags)) {
    return *refused;
  }
  for (const auto& [id, other] : network.groups) {
    if (other.region == made.region && other.vpc == made.vpc && other.name == made.name) {
      return ec2_error(
          400, "InvalidGroup.Duplicate",
          "The security group '" + made.name + "' already exists for VPC '" + made.vpc + "'");
    }
  }
  FakeRule all;
  all.id = network.new_id("sgr-");
  all.is_egress = true;
  all.protocol = "-1";
  all.kind = "cidrIpv4";
  all.peer = "0.0.0.0/0";
  made.rules = {all};
  made.made_at = network.world->requests;
  const std::string id = network.new_id("sg-");
  const std::string tags = tag_set_xml(made.tags);
  network.groups[id] = std::move(made);
  return ec2_answer(
      call.operation,
      xml_element("return", "true") + xml_element("groupId", id) + tags +
          xml_element("securityGroupArn", network.arn_of(call.region, "security-group/" + id)));
}

std::string rule_xml(const FakeNetwork& network, const std::string& group, const FakeRule& rule) {
  std::string peer = xml_element(rule.kind, rule.peer);
  if (rule.kind == "groupId") {
    peer = "<referencedGroupInfo>" + peer + xml_element("userId", network.world->account) +
           "</referencedGroupInfo>";
  }
  return xml_element("securityGroupRuleId", rule.id) + xml_element("groupId", group) +
         xml_element("groupOwnerId", network.world->account) +
         xml_element("isEgress", rule.is_egress ? "true" : "false") +
         xml_element("ipProtocol", rule.protocol) +
         xml_element("fromPort", std::to_string(rule.from_port)) +
         xml_element("toPort", std::to_string(rule.to_port)) + peer +
         (rule.description.empty() ? "" : xml_element("description", rule.description)) +
         "<tagSet/>";
}

/// The rules of one direction, each a permission of its own.
std::string permissions_xml(const FakeSecurityGroup& group, bool is_egress) {
  std::vector<std::string> items;
  for (const FakeRule& rule : group.rules) {
    if (rule.is_egress == is_egress && rule.kind == "cidrIpv4") {
      items.push_back(xml_element("ipProtocol", rule.protocol) +
                      (rule.protocol == "-1"
                           ? ""
                           : xml_element("fromPort", std::to_string(rule.from_port)) +
                                 xml_element("toPort", std::to_string(rule.to_port))) +
                      items_xml("ipRanges", {xml_element("cidrIp", rule.peer) +
                                             xml_element("description", rule.description)}));
    }
  }
  return items_xml(is_egress ? "ipPermissionsEgress" : "ipPermissions", items);
}

FakeAnswer describe_groups(FakeNetwork& network, const FakeCall& call) {
  const std::vector<std::string> wanted = texts_member(call.json, "GroupId");
  const std::vector<std::string> names = texts_member(call.json, "GroupName");
  for (const std::string& id : wanted) {
    const auto found = network.groups.find(id);
    if (found == network.groups.end() || !network.is_visible(found->second.made_at)) {
      return no_group(id);
    }
  }
  if (!names.empty()) {
    return ec2_error(400, "VPCIdNotSpecified", "No default VPC for this user");
  }
  std::vector<std::string> items;
  for (const auto& entry : network.groups) {
    const auto& id = entry.first;
    const auto& group = entry.second;
    const auto passes = passes_filters(
        call, group.tags, [&](const std::string& name) -> std::optional<std::vector<std::string>> {
          const std::map<std::string, std::string> values = {{"group-id", id},
                                                             {"group-name", group.name},
                                                             {"description", group.description},
                                                             {"vpc-id", group.vpc}};
          const auto value = values.find(name);
          return value == values.end() ? std::nullopt : std::optional(std::vector{value->second});
        });
    if (!passes) {
      return unknown_filter();
    }
    const bool is_wanted =
        wanted.empty() || std::find(wanted.begin(), wanted.end(), id) != wanted.end();
    if (*passes && is_wanted && group.region == call.region && network.is_visible(group.made_at)) {
      items.push_back(xml_element("ownerId", network.world->account) + xml_element("groupId", id) +
                      xml_element("groupName", group.name) +
                      xml_element("groupDescription", group.description) +
                      xml_element("vpcId", group.vpc) + permissions_xml(group, false) +
                      permissions_xml(group, true) + tag_set_xml(group.tags));
    }
  }
  return item_page(call, "securityGroupInfo", items);
}

FakeAnswer describe_rules(FakeNetwork& network, const FakeCall& call) {
  const std::vector<std::string> wanted = texts_member(call.json, "SecurityGroupRuleId");
  std::vector<std::string> items;
  for (const auto& entry : network.groups) {
    const auto& id = entry.first;
    const auto& group = entry.second;
    const auto passes = passes_filters(
        call, {}, [&](const std::string& name) -> std::optional<std::vector<std::string>> {
          return name == "group-id" ? std::optional(std::vector{id}) : std::nullopt;
        });
    if (!passes) {
      return unknown_filter();
    }
    if (!*passes || group.region != call.region || !network.is_visible(group.made_at)) {
      continue;
    }
    for (const FakeRule& rule : group.rules) {
      if (wanted.empty() || std::find(wanted.begin(), wanted.end(), rule.id) != wanted.end()) {
        items.push_back(rule_xml(network, id, rule));
      }
    }
  }
  return item_page(call, "securityGroupRuleSet", items);
}

/// "tcp" for "6"; "" for what is no protocol.
std::string protocol_of(const std::string& sent) {
  const std::map<std::string, std::string> numbers = {
      {"1", "icmp"}, {"6", "tcp"}, {"17", "udp"}, {"58", "icmpv6"}, {"all", "-1"}};
  if (const auto known = numbers.find(sent); known != numbers.end()) {
    return known->second;
  }
  return std::regex_match(sent, std::regex("-1|tcp|udp|icmp|icmpv6|\\d{1,3}")) ? sent : "";
}

/// What is wrong with protocol and ports; "": nothing.
std::string protocol_fault(const Json& sent, FakeRule& into) {
  into.protocol = protocol_of(text_member(sent, "IpProtocol"));
  into.from_port = whole_member(sent, "FromPort", -1);
  into.to_port = whole_member(sent, "ToPort", -1);
  constexpr std::int64_t port_max = 65'535;
  if (into.protocol.empty()) {
    return "Invalid value '" + text_member(sent, "IpProtocol") + "' for IP protocol.";
  }
  if (into.protocol == "tcp" || into.protocol == "udp") {
    const bool is_range =
        into.from_port >= 0 && into.from_port <= into.to_port && into.to_port <= port_max;
    return is_range ? "" : "Invalid value for portRange. Must specify both from and to ports.";
  }
  if (into.protocol == "-1") {
    into.from_port = -1;
    into.to_port = -1;
  }
  return {};
}

/// All rules that the call names, one for each peer.
std::optional<FakeAnswer> read_rules(const FakeCall& call, std::vector<FakeRule>& into) {
  struct PeerList {
    const char* list;
    const char* member;
    const char* kind;
  };
  constexpr std::array<PeerList, 4> lists = {{{"IpRanges", "CidrIp", "cidrIpv4"},
                                              {"Ipv6Ranges", "CidrIpv6", "cidrIpv6"},
                                              {"PrefixListIds", "PrefixListId", "prefixListId"},
                                              {"Groups", "GroupId", "groupId"}}};
  const Json sent = call.json.value("IpPermissions", Json::array());
  for (const Json& permission : sent) {
    FakeRule rule;
    rule.is_egress = call.operation.ends_with("Egress");
    if (const std::string wrong = protocol_fault(permission, rule); !wrong.empty()) {
      return wrong_value(wrong);
    }
    const std::size_t before = into.size();
    for (const PeerList& list : lists) {
      const Json peers = permission.value(list.list, Json::array());
      for (const Json& peer : peers) {
        rule.kind = list.kind;
        rule.peer = text_member(peer, list.member);
        rule.description = text_member(peer, "Description");
        if (rule.kind == "cidrIpv4") {
          const auto range = canonical_cidr(rule.peer);
          if (!range) {
            return wrong_value("CIDR block " + rule.peer + " is malformed");
          }
          rule.peer = *range;
        }
        into.push_back(rule);
      }
    }
    if (into.size() == before) {
      return ec2_error(400, "MissingParameter", "Either 'cidrIp' or a group must be given");
    }
  }
  return std::nullopt;
}

FakeAnswer authorize(FakeNetwork& network, const FakeCall& call) {
  FakeSecurityGroup* const group = group_of(network, call);
  std::vector<FakeRule> rules;
  if (group == nullptr) {
    return no_group(text_member(call.json, "GroupId"));
  }
  if (auto refused = read_rules(call, rules)) {
    return *refused;
  }
  if (rules.empty()) {
    return ec2_error(400, "MissingParameter",
                     "The request must contain the parameter ipPermissions");
  }
  std::vector<FakeRule> all = group->rules;
  std::vector<std::string> items;
  for (FakeRule& rule : rules) {
    const bool is_there = std::any_of(all.begin(), all.end(),
                                      [&](const FakeRule& other) { return rule.is_same(other); });
    if (is_there) {
      return ec2_error(400, "InvalidPermission.Duplicate",
                       "the specified rule \"peer: " + rule.peer + ", " + rule.protocol +
                           ", ALLOW\" already exists");
    }
    if (rule.kind == "groupId" && !network.groups.contains(rule.peer)) {
      return no_group(rule.peer);
    }
    rule.id = network.new_id("sgr-");
    items.push_back(rule_xml(network, text_member(call.json, "GroupId"), rule));
    all.push_back(rule);
  }
  const auto same_way = std::count_if(all.begin(), all.end(), [&](const FakeRule& rule) {
    return rule.is_egress == rules.front().is_egress;
  });
  if (static_cast<std::size_t>(same_way) > rules_max) {
    return ec2_error(400, "RulesPerSecurityGroupLimitExceeded", "Too many rules");
  }
  group->rules = std::move(all);
  return ec2_answer(call.operation,
                    xml_element("return", "true") + items_xml("securityGroupRuleSet", items));
}

FakeAnswer revoke(FakeNetwork& network, const FakeCall& call) {
  FakeSecurityGroup* const group = group_of(network, call);
  std::vector<FakeRule> rules;
  if (group == nullptr) {
    return no_group(text_member(call.json, "GroupId"));
  }
  if (auto refused = read_rules(call, rules)) {
    return *refused;
  }
  const bool is_egress = call.operation.ends_with("Egress");
  std::vector<FakeRule> left = group->rules;
  for (const FakeRule& rule : rules) {
    if (std::erase_if(left, [&](const FakeRule& other) { return rule.is_same(other); }) == 0) {
      return ec2_error(400, "InvalidPermission.NotFound",
                       "The specified rule does not exist in this security group.");
    }
  }
  for (const std::string& id : texts_member(call.json, "SecurityGroupRuleId")) {
    const auto gone = std::erase_if(left, [&](const FakeRule& other) {
      return other.id == id && other.is_egress == is_egress;
    });
    if (gone == 0) {
      return ec2_error(400, "InvalidSecurityGroupRuleId.NotFound",
                       "The security group rule ID '" + id + "' does not exist");
    }
  }
  group->rules = std::move(left);
  return ec2_answer(call.operation, xml_element("return", "true"));
}

FakeAnswer delete_group(FakeNetwork& network, const FakeCall& call) {
  const std::string id = text_member(call.json, "GroupId");
  if (group_of(network, call) == nullptr) {
    return no_group(id);
  }
  // The network interfaces of an endpoint go with it, not before.
  const bool is_used =
      std::any_of(network.endpoints.begin(), network.endpoints.end(), [&](const auto& entry) {
        return network.state_of(entry.second) != "deleted" && entry.second.groups.contains(id);
      });
  const bool is_named =
      std::any_of(network.groups.begin(), network.groups.end(), [&](const auto& entry) {
        return entry.first != id &&
               std::any_of(entry.second.rules.begin(), entry.second.rules.end(),
                           [&](const FakeRule& rule) { return rule.peer == id; });
      });
  if (is_used || is_named) {
    return ec2_error(400, "DependencyViolation", "resource " + id + " has a dependent object");
  }
  network.groups.erase(id);
  return ec2_answer(call.operation, xml_element("return", "true"));
}

void creation_rights(const FakeNetwork& network, const FakeCall& call, FakeAnswer& answer) {
  answer.resource = network.arn_of(call.region, "security-group/*");
  answer.also_needs.push_back(
      {"ec2", call.operation,
       network.arn_of(call.region, "vpc/" + text_member(call.json, "VpcId"))});
  if (call.json.contains("TagSpecification")) {
    answer.also_needs.push_back({"ec2", "CreateTags", answer.resource});
  }
}

void group_rights(const FakeNetwork& network, const FakeCall& call, FakeAnswer& answer) {
  answer.resource =
      network.arn_of(call.region, "security-group/" + text_member(call.json, "GroupId", "*"));
}

}  // namespace

std::span<const Ec2Operation> security_group_operations() {
  static const std::array<Ec2Operation, 8> all = {{
      {"CreateSecurityGroup", create_members, create_group, true, creation_rights},
      {"DescribeSecurityGroups", describe_members, describe_groups},
      {"DescribeSecurityGroupRules", describe_rules_members, describe_rules},
      {"AuthorizeSecurityGroupIngress", authorize_members, authorize, true, group_rights},
      {"AuthorizeSecurityGroupEgress", authorize_members, authorize, true, group_rights},
      {"RevokeSecurityGroupIngress", revoke_members, revoke, true, group_rights},
      {"RevokeSecurityGroupEgress", revoke_members, revoke, true, group_rights},
      {"DeleteSecurityGroup", delete_members, delete_group, true, group_rights},
  }};
  return all;
}

}  // namespace bedrocklog::fake_aws
