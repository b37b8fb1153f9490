// An interface endpoint of a VPC. It has no name: it is known by our tags and its service. It comes
// and goes in minutes, and both are waited for.
#include <algorithm>
#include <array>
#include <random>
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

/// What is settled when an endpoint is made.
constexpr std::array<const char*, 3> fixed_members = {"ServiceName", "VpcId", "VpcEndpointType"};

/// What can be added to and taken from.
struct MemberList {
  const char* property;
  const char* add;
  const char* remove;
};
constexpr std::array<MemberList, 2> member_lists = {
    {{"SubnetIds", "AddSubnetId", "RemoveSubnetId"},
     {"SecurityGroupIds", "AddSecurityGroupId", "RemoveSecurityGroupId"}}};

std::string state_of(const XmlElement& endpoint) {
  std::string state(endpoint.text_of("state"));
  std::transform(state.begin(), state.end(), state.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return state;
}

bool is_leaving(const XmlElement& endpoint) {
  const std::string state = state_of(endpoint);
  return state == "deleting" || state == "deleted";
}

/// It will never be of use, and has to make room for another.
bool is_broken(std::string_view state) {
  return state == "failed" || state == "rejected" || state == "expired";
}

/// So that a creation that is repeated because its answer was lost makes nothing twice. Not the
/// same for each run: what was deleted meanwhile must be made anew.
std::string new_client_token() {
  constexpr unsigned words = 4;
  std::random_device source;
  std::string token;
  for (unsigned word = 0; word < words; ++word) {
    token += fmt::format("{:08x}", source() & 0xFFFFFFFFU);
  }
  return token;
}

bool holds(const Json& list, const Json& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

Json items_of(const Json& list, const Json& without) {
  Json left = Json::array();
  for (const Json& item : list) {
    if (!holds(without, item)) {
      left.push_back(item);
    }
  }
  return left;
}

/// Of what an endpoint tells; of a broken one nothing but whose it is: so it is replaced.
Json properties_of(const XmlElement& endpoint) {
  Json properties = {{"Tags", to_json(tag_set_of(endpoint))}};
  if (is_broken(state_of(endpoint))) {
    return properties;
  }
  Json subnets = Json::array();
  for (const XmlElement* const subnet : endpoint.items("subnetIdSet")) {
    subnets.push_back(subnet->text);
  }
  Json groups = Json::array();
  for (const XmlElement* const group : endpoint.items("groupSet")) {
    groups.push_back(std::string(group->text_of("groupId")));
  }
  properties.update({{"ServiceName", std::string(endpoint.text_of("serviceName"))},
                     {"VpcId", std::string(endpoint.text_of("vpcId"))},
                     {"VpcEndpointType", std::string(endpoint.text_of("vpcEndpointType"))},
                     {"PrivateDnsEnabled", std::string(endpoint.text_of("privateDnsEnabled"))},
                     {"SubnetIds", std::move(subnets)},
                     {"SecurityGroupIds", std::move(groups)}});
  Json policy = Json::parse(endpoint.text_of("policyDocument"), nullptr, false);
  if (policy.is_object()) {
    properties["PolicyDocument"] = std::move(policy);
  }
  return properties;
}

/// "ZONE:NAME", as CloudFormation has them.
Json dns_entries_of(const XmlElement& endpoint) {
  Json entries = Json::array();
  for (const XmlElement* const entry : endpoint.items("dnsEntrySet")) {
    entries.push_back(
        fmt::format("{}:{}", entry->text_of("hostedZoneId"), entry->text_of("dnsName")));
  }
  return entries;
}

class VpcEndpointProvider final : public ResourceProvider {
 public:
  explicit VpcEndpointProvider(NetworkCalls calls) : calls_(std::move(calls)) {}

  Result<std::optional<Observed>> read(const Address& address) override;
  Result<void> create(const Address& address, const Json& target) override;
  Result<void> update(const Address& address, const Json& target,
                      const Observed& observed) override;
  /// With all that a run whose answers were lost may have made beside it.
  Result<void> remove(const Address& address, const Observed& /*observed*/,
                      bool /*deletes_data*/) override {
    const Result<std::vector<XmlElement>> ours = all_ours(address);
    return ours ? remove_all(address, *ours) : Result<void>(pass_on(ours));
  }
  Result<void> release(const Address& address, const Observed& observed) override {
    return calls_.untag(address, observed.details.value("Id", ""),
                        our_tag_keys(observed.properties));
  }

 private:
  /// Of this stack and service, in any state; in order of their ids.
  Result<std::vector<XmlElement>> all_ours(const Address& address) const;
  Result<void> make(const Address& address, const Json& target);
  Result<void> modify(const Address& address, const Json& target, const Observed& observed) const;
  Result<void> replace(const Address& address, const Json& target);
  Result<void> remove_all(const Address& address, const std::vector<XmlElement>& endpoints) const;
  /// Those with the ids, and all that are being deleted already.
  Result<void> wait_until_gone(const Address& address, const Json& ids) const;
  Result<void> wait_until_available(const Address& address);

  NetworkCalls calls_;
};

Result<std::vector<XmlElement>> VpcEndpointProvider::all_ours(const Address& address) const {
  const std::string service = fmt::format("com.amazonaws.{}.{}", address.region, address.name);
  Result<std::vector<XmlElement>> found = calls_.listed(
      address, "DescribeVpcEndpoints",
      {{"Filter",
        Json::array({ec2_filter("service-name", service),
                     ec2_filter(fmt::format("tag:{}", stack_tag), calls_.identity().stack)})}},
      "vpcEndpointSet");
  if (found) {
    std::sort(found->begin(), found->end(), [](const XmlElement& left, const XmlElement& right) {
      return left.text_of("vpcEndpointId") < right.text_of("vpcEndpointId");
    });
  }
  return found;
}

Result<std::optional<Observed>> VpcEndpointProvider::read(const Address& address) {
  const Result<std::vector<XmlElement>> ours = all_ours(address);
  if (!ours) {
    return pass_on(ours);
  }
  const auto first_that = [&](bool is_broken_too) {
    return std::find_if(ours->begin(), ours->end(), [&](const XmlElement& one) {
      return !is_leaving(one) && (is_broken_too || !is_broken(state_of(one)));
    });
  };
  auto found = first_that(false);
  found = found == ours->end() ? first_that(true) : found;
  if (found == ours->end()) {
    return std::optional<Observed>();
  }
  const Mark mark = mark_of(tag_set_of(*found), calls_.identity().stack);
  return std::optional(Observed{normal_form(ResourceKind::vpc_endpoint, properties_of(*found)),
                                mark.ownership,
                                mark.owner,
                                {{"Id", std::string(found->text_of("vpcEndpointId"))},
                                 {"State", state_of(*found)},
                                 {"DnsEntries", dns_entries_of(*found)}}});
}

Result<void> VpcEndpointProvider::create(const Address& address, const Json& target) {
  const Result<std::optional<Observed>> there = read(address);
  if (!there) {
    return pass_on(there);
  }
  if (*there) {
    return update_found(address, target, *there);
  }
  // One of a former run that is on its way out still has the private name.
  const Result<void> free = wait_until_gone(address, Json::array());
  return free ? make(address, target) : Result<void>(pass_on(free));
}

Result<void> VpcEndpointProvider::make(const Address& address, const Json& target) {
  Json members = {
      {"ClientToken", new_client_token()},
      {"VpcId", target.value("VpcId", Json())},
      {"ServiceName", target.value("ServiceName", Json())},
      {"VpcEndpointType", target.value("VpcEndpointType", Json("Interface"))},
      {"SubnetId", target.value("SubnetIds", Json())},
      {"SecurityGroupId", target.value("SecurityGroupIds", Json())},
      {"PrivateDnsEnabled", target.value("PrivateDnsEnabled", Json())},
      {"TagSpecification", tag_specification("vpc-endpoint", target.value("Tags", Json::array()))}};
  if (target.contains("PolicyDocument")) {
    members["PolicyDocument"] = target["PolicyDocument"].dump();
  }
  const CallResult<XmlElement> made = settled<XmlElement>(
      calls_.waiter(), iam_settling_ms_max,
      [&] { return calls_.call(address, "CreateVpcEndpoint", members); }, is_not_found);
  if (made) {
    return wait_until_available(address);
  }
  // Somebody has an endpoint of this service in the VPC: one of ours that a read did not show, or
  // that of others.
  const bool is_taken =
      has_code(made.error(), {"InvalidParameter"}) &&
      made.error().error.message.find("conflicting DNS domain") != std::string::npos;
  if (!is_taken) {
    return refused(address, made.error());
  }
  const Result<std::optional<Observed>> there =
      seen_soon(calls_.waiter(), [&] { return read(address); });
  if (!there) {
    return pass_on(there);
  }
  if (!*there) {
    return fault(to_text(address),
                 fmt::format("{} has an endpoint of this service already, with private DNS and not "
                             "ours: use that one, or make ours without private DNS",
                             target.value("VpcId", std::string("the VPC"))));
  }
  return update_found(address, target, *there);
}

Result<void> VpcEndpointProvider::update(const Address& address, const Json& target,
                                         const Observed& observed) {
  const bool is_other =
      std::any_of(fixed_members.begin(), fixed_members.end(), [&](const char* member) {
        return target.contains(member) &&
               target[member] != observed.properties.value(member, Json());
      });
  if (is_other) {
    return replace(address, target);
  }
  const Json tags = {{"Tags", target.value("Tags", Json::array())}};
  if (!differences(ResourceKind::vpc_endpoint, tags, observed.properties).empty()) {
    const Result<void> tagged = calls_.tag(address, observed.details.value("Id", ""), tags["Tags"]);
    if (!tagged) {
      return pass_on(tagged);
    }
  }
  return modify(address, target, observed);
}

Result<void> VpcEndpointProvider::modify(const Address& address, const Json& target,
                                         const Observed& observed) const {
  Json members = Json::object();
  for (const MemberList& list : member_lists) {
    if (target.contains(list.property)) {
      const Json found = observed.properties.value(list.property, Json::array());
      const Json added = items_of(target[list.property], found);
      const Json removed = items_of(found, target[list.property]);
      if (!added.empty()) {
        members[list.add] = added;
      }
      if (!removed.empty()) {
        members[list.remove] = removed;
      }
    }
  }
  const auto differs = [&](const char* property) {
    return target.contains(property) &&
           target[property] != observed.properties.value(property, Json());
  };
  if (differs("PrivateDnsEnabled")) {
    members["PrivateDnsEnabled"] = target["PrivateDnsEnabled"];
  }
  if (differs("PolicyDocument")) {
    members["PolicyDocument"] = target["PolicyDocument"].dump();
  }
  if (members.empty()) {
    return {};
  }
  members["VpcEndpointId"] = observed.details.value("Id", "");
  const CallResult<XmlElement> answer = settled<XmlElement>(
      calls_.waiter(), network_settling_ms_max,
      [&] { return calls_.call(address, "ModifyVpcEndpoint", members); },
      [](const aws::CallFailure& failure) {
        return is_not_found(failure) || has_code(failure, {"IncorrectState"});
      });
  if (!answer) {
    return refused(address, answer.error());
  }
  return {};
}

/// It holds nothing: another one takes its place, with an interruption.
Result<void> VpcEndpointProvider::replace(const Address& address, const Json& target) {
  const Result<std::vector<XmlElement>> ours = all_ours(address);
  if (!ours) {
    return pass_on(ours);
  }
  const Result<void> gone = remove_all(address, *ours);
  return gone ? make(address, target) : Result<void>(pass_on(gone));
}

Result<void> VpcEndpointProvider::remove_all(const Address& address,
                                             const std::vector<XmlElement>& endpoints) const {
  Json ids = Json::array();
  for (const XmlElement& endpoint : endpoints) {
    if (!is_leaving(endpoint)) {
      ids.push_back(std::string(endpoint.text_of("vpcEndpointId")));
    }
  }
  if (!ids.empty()) {
    const CallResult<XmlElement> answer =
        calls_.call(address, "DeleteVpcEndpoints", {{"VpcEndpointId", ids}});
    if (!answer) {
      return refused(address, answer.error());
    }
    for (const XmlElement* const item : answer->items("unsuccessful")) {
      const XmlElement* const error = item->child("error");
      const std::string code(error == nullptr ? "" : error->text_of("code"));
      if (code.find("NotFound") == std::string::npos) {
        return fault(
            to_text(address),
            fmt::format("ec2 DeleteVpcEndpoints: {} stays: {} {}", item->text_of("resourceId"),
                        code, error == nullptr ? "" : error->text_of("message")));
      }
    }
  }
  return wait_until_gone(address, ids);
}

/// Its groups cannot go before it, nor can another take its private name.
Result<void> VpcEndpointProvider::wait_until_gone(const Address& address, const Json& ids) const {
  const std::int64_t start_ms = calls_.waiter().now_ms();
  for (;;) {
    const Result<std::vector<XmlElement>> left = all_ours(address);
    if (!left) {
      return pass_on(left);
    }
    const bool is_one_left = std::any_of(left->begin(), left->end(), [&](const XmlElement& one) {
      const std::string state = state_of(one);
      return state == "deleting" ||
             (state != "deleted" && holds(ids, std::string(one.text_of("vpcEndpointId"))));
    });
    if (!is_one_left) {
      return {};
    }
    if (calls_.waiter().now_ms() - start_ms >= std::int64_t{network_settling_ms_max}) {
      return fault(to_text(address), fmt::format("is still being deleted after {} s; try again",
                                                 network_settling_ms_max / 1'000));
    }
    calls_.waiter().sleep(settling_step_ms);
  }
}

Result<void> VpcEndpointProvider::wait_until_available(const Address& address) {
  const std::int64_t start_ms = calls_.waiter().now_ms();
  for (;;) {
    const Result<std::optional<Observed>> found = read(address);
    if (!found) {
      return pass_on(found);
    }
    const std::optional<Observed>& seen = *found;
    const std::string state = seen ? seen->details.value("State", "") : "";
    if (state == "available") {
      return {};
    }
    if (is_broken(state)) {
      return fault(to_text(address), fmt::format("was made, and its state is {}", state));
    }
    if (calls_.waiter().now_ms() - start_ms >= std::int64_t{network_settling_ms_max}) {
      return fault(to_text(address), fmt::format("was made, and is not available after {} s",
                                                 network_settling_ms_max / 1'000));
    }
    calls_.waiter().sleep(settling_step_ms);
  }
}

}  // namespace

std::unique_ptr<ResourceProvider> make_vpc_endpoint_provider(aws::ServiceCalls& calls,
                                                             StackIdentity identity,
                                                             Waiter waiter) {
  return std::make_unique<VpcEndpointProvider>(
      NetworkCalls(calls, std::move(identity), std::move(waiter)));
}

}  // namespace bedrocklog::provision
