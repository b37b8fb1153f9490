// A security group of a VPC with its rules. All of them are ours to judge: one that somebody added
// opens what the stack means to be closed.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "provision/call_fault.h"
#include "provision/network_calls.h"
#include "provision/normal_form.h"
#include "provision/settling.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;
using aws::XmlElement;

/// What is settled when a group is made.
constexpr std::array<const char*, 3> fixed_members = {"GroupName", "GroupDescription", "VpcId"};

struct Direction {
  const char* property;
  const char* authorize;
  const char* revoke;
};
constexpr std::array<Direction, 2> directions = {
    {{"SecurityGroupIngress", "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"},
     {"SecurityGroupEgress", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroupEgress"}}};

/// A rule as CloudFormation writes it.
Json rule_of(const XmlElement& item) {
  Json rule = {{"IpProtocol", std::string(item.text_of("ipProtocol"))},
               {"FromPort", std::string(item.text_of("fromPort"))},
               {"ToPort", std::string(item.text_of("toPort"))}};
  const bool is_egress = item.text_of("isEgress") == "true";
  const auto put = [&](const char* name, std::string_view text) {
    if (!text.empty()) {
      rule[name] = std::string(text);
    }
  };
  put("CidrIp", item.text_of("cidrIpv4"));
  put("CidrIpv6", item.text_of("cidrIpv6"));
  put(is_egress ? "DestinationPrefixListId" : "SourcePrefixListId", item.text_of("prefixListId"));
  put("Description", item.text_of("description"));
  if (const XmlElement* const group = item.child("referencedGroupInfo")) {
    put(is_egress ? "DestinationSecurityGroupId" : "SourceSecurityGroupId",
        group->text_of("groupId"));
  }
  return rule;
}

Json without_description(Json rule) {
  rule.erase("Description");
  return rule;
}

/// What Authorize is sent for one rule in normal form.
Json permission_of(const Json& rule) {
  Json range = {{"CidrIp", rule.value("CidrIp", Json())},
                {"Description", rule.value("Description", Json())}};
  return Json::array({{{"IpProtocol", rule.value("IpProtocol", Json())},
                       {"FromPort", rule.value("FromPort", Json())},
                       {"ToPort", rule.value("ToPort", Json())},
                       {"IpRanges", Json::array({std::move(range)})}}});
}

bool holds(const Json& list, const Json& rule) {
  return std::find(list.begin(), list.end(), rule) != list.end();
}

class SecurityGroupProvider final : public ResourceProvider {
 public:
  explicit SecurityGroupProvider(NetworkCalls calls) : calls_(std::move(calls)) {}

  Result<std::optional<Observed>> read(const Address& address) override;
  Result<void> create(const Address& address, const Json& target) override;
  Result<void> update(const Address& address, const Json& target,
                      const Observed& observed) override;
  Result<void> remove(const Address& address, const Observed& observed,
                      bool /*deletes_data*/) override;
  Result<void> release(const Address& address, const Observed& observed) override {
    return calls_.untag(address, id_of(observed), our_tag_keys(observed.properties));
  }

 private:
  static std::string id_of(const Observed& observed) {
    return observed.details.value("GroupId", "");
  }
  Result<void> write_rules(const Address& address, const Direction& direction, const Json& target,
                           const Observed& observed) const;
  Result<void> authorize(const Address& address, const Direction& direction,
                         const std::string& group, const Json& rule) const;
  Result<void> revoke(const Address& address, const Direction& direction, const std::string& group,
                      const std::string& rule_id) const;

  NetworkCalls calls_;
};

Result<std::optional<Observed>> SecurityGroupProvider::read(const Address& address) {
  const Result<std::vector<XmlElement>> groups = calls_.listed(
      address, "DescribeSecurityGroups",
      {{"Filter", Json::array({ec2_filter("group-name", address.name)})}}, "securityGroupInfo");
  if (!groups) {
    return pass_on(groups);
  }
  if (groups->empty()) {
    return std::optional<Observed>();
  }
  // The name is one of a VPC: others may have it in VPCs of theirs.
  const auto mark_of_group = [&](const XmlElement& group) {
    return mark_of(tag_set_of(group), calls_.identity().stack);
  };
  auto found = std::find_if(groups->begin(), groups->end(), [&](const XmlElement& group) {
    const Ownership ownership = mark_of_group(group).ownership;
    return ownership == Ownership::ours || ownership == Ownership::adopted;
  });
  found = found == groups->end() ? groups->begin() : found;
  const std::string id(found->text_of("groupId"));
  const Result<std::vector<XmlElement>> rules = calls_.listed(
      address, "DescribeSecurityGroupRules",
      {{"Filter", Json::array({ec2_filter("group-id", id)})}}, "securityGroupRuleSet");
  if (!rules) {
    return pass_on(rules);
  }
  Json properties = {{"GroupName", address.name},
                     {"GroupDescription", std::string(found->text_of("groupDescription"))},
                     {"VpcId", std::string(found->text_of("vpcId"))},
                     {"SecurityGroupIngress", Json::array()},
                     {"SecurityGroupEgress", Json::array()},
                     {"Tags", to_json(tag_set_of(*found))}};
  Json rule_ids = Json::array();
  for (const XmlElement& item : *rules) {
    const bool is_egress = item.text_of("isEgress") == "true";
    const char* const property = directions.at(is_egress ? 1 : 0).property;
    // In the form in which the rule will be in the properties.
    Json normal =
        normal_form(ResourceKind::security_group, {{property, Json::array({rule_of(item)})}});
    rule_ids.push_back({{"Id", std::string(item.text_of("securityGroupRuleId"))},
                        {"IsEgress", is_egress},
                        {"Rule", normal[property][0]}});
    properties[property].push_back(rule_of(item));
  }
  const Mark mark = mark_of_group(*found);
  return std::optional(
      Observed{normal_form(ResourceKind::security_group, properties),
               mark.ownership,
               mark.owner,
               {{"GroupId", id}, {"VpcId", properties["VpcId"]}, {"Rules", std::move(rule_ids)}}});
}

Result<void> SecurityGroupProvider::create(const Address& address, const Json& target) {
  const CallResult<XmlElement> made =
      calls_.call(address, "CreateSecurityGroup",
                  {{"GroupName", address.name},
                   {"GroupDescription", target.value("GroupDescription", Json())},
                   {"VpcId", target.value("VpcId", Json())},
                   {"TagSpecification",
                    tag_specification("security-group", target.value("Tags", Json::array()))}});
  if (!made && !has_code(made.error(), {"InvalidGroup.Duplicate"})) {
    return refused(address, made.error());
  }
  const Result<std::optional<Observed>> there =
      seen_soon(calls_.waiter(), [&] { return read(address); });
  if (!there) {
    return pass_on(there);
  }
  if (!*there) {
    return fault(to_text(address), "was made and is not seen");
  }
  return update_found(address, target, *there);
}

Result<void> SecurityGroupProvider::update(const Address& address, const Json& target,
                                           const Observed& observed) {
  for (const char* const member : fixed_members) {
    if (target.contains(member) && target[member] != observed.properties.value(member, Json())) {
      return fault(to_text(address),
                   fmt::format("{} of a group cannot be changed: destroy the component network "
                               "with the setting as it was (--only network), then apply again",
                               member));
    }
  }
  const Json tags = {{"Tags", target.value("Tags", Json::array())}};
  if (!differences(ResourceKind::security_group, tags, observed.properties).empty()) {
    if (const Result<void> tagged = calls_.tag(address, id_of(observed), tags["Tags"]); !tagged) {
      return pass_on(tagged);
    }
  }
  for (const Direction& direction : directions) {
    if (target.contains(direction.property)) {
      const Result<void> written =
          write_rules(address, direction, target[direction.property], observed);
      if (!written) {
        return pass_on(written);
      }
    }
  }
  return {};
}

/// First what is new, so that nobody is shut out meanwhile. A rule that differs only in its
/// description counts as there: the old one goes before the new one comes.
Result<void> SecurityGroupProvider::write_rules(const Address& address, const Direction& direction,
                                                const Json& target,
                                                const Observed& observed) const {
  const Json found = observed.properties.value(direction.property, Json::array());
  Json bare = Json::array();
  for (const Json& rule : found) {
    bare.push_back(without_description(rule));
  }
  const auto authorize_all = [&](bool is_redescribed) -> Result<void> {
    for (const Json& rule : target) {
      if (holds(found, rule) || holds(bare, without_description(rule)) != is_redescribed) {
        continue;
      }
      if (const Result<void> done = authorize(address, direction, id_of(observed), rule); !done) {
        return pass_on(done);
      }
    }
    return {};
  };
  if (const Result<void> done = authorize_all(false); !done) {
    return pass_on(done);
  }
  const bool is_egress = direction.property == directions[1].property;
  for (const Json& one : observed.details.value("Rules", Json::array())) {
    if (one.value("IsEgress", false) != is_egress || holds(target, one.value("Rule", Json()))) {
      continue;
    }
    const Result<void> done =
        revoke(address, direction, id_of(observed), one.value("Id", std::string()));
    if (!done) {
      return pass_on(done);
    }
  }
  return authorize_all(true);
}

Result<void> SecurityGroupProvider::authorize(const Address& address, const Direction& direction,
                                              const std::string& group, const Json& rule) const {
  const CallResult<XmlElement> answer = settled<XmlElement>(
      calls_.waiter(), iam_settling_ms_max,
      [&] {
        return calls_.call(address, direction.authorize,
                           {{"GroupId", group}, {"IpPermissions", permission_of(rule)}});
      },
      is_not_found);
  if (!answer && !has_code(answer.error(), {"InvalidPermission.Duplicate"})) {
    return refused(address, answer.error());
  }
  return {};
}

Result<void> SecurityGroupProvider::revoke(const Address& address, const Direction& direction,
                                           const std::string& group,
                                           const std::string& rule_id) const {
  const CallResult<XmlElement> answer =
      calls_.call(address, direction.revoke,
                  {{"GroupId", group}, {"SecurityGroupRuleId", Json::array({rule_id})}});
  const bool is_gone = answer || has_code(answer.error(), {"InvalidSecurityGroupRuleId.NotFound",
                                                           "InvalidPermission.NotFound"});
  return is_gone ? Result<void>() : Result<void>(refused(address, answer.error()));
}

/// An endpoint that goes holds the group for some minutes more.
Result<void> SecurityGroupProvider::remove(const Address& address, const Observed& observed,
                                           bool /*deletes_data*/) {
  const CallResult<XmlElement> answer = settled<XmlElement>(
      calls_.waiter(), network_settling_ms_max,
      [&] { return calls_.call(address, "DeleteSecurityGroup", {{"GroupId", id_of(observed)}}); },
      [](const aws::CallFailure& failure) { return has_code(failure, {"DependencyViolation"}); });
  if (!answer && !is_not_found(answer.error())) {
    return refused(address, answer.error());
  }
  return {};
}

}  // namespace

std::unique_ptr<ResourceProvider> make_security_group_provider(aws::ServiceCalls& calls,
                                                               StackIdentity identity,
                                                               Waiter waiter) {
  return std::make_unique<SecurityGroupProvider>(
      NetworkCalls(calls, std::move(identity), std::move(waiter)));
}

}  // namespace bedrocklog::provision
