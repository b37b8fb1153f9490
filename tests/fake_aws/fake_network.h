// What the fake EC2 knows: VPCs with their subnets, endpoint services, groups, endpoints.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "tests/fake_aws/fake_members.h"
#include "tests/fake_aws/fake_service.h"

namespace bedrocklog::fake_aws {

struct FakeRule {
  std::string id;
  bool is_egress = false;
  std::string protocol;  // "tcp", "udp", "icmp", "-1" or a number.
  std::int64_t from_port = -1;
  std::int64_t to_port = -1;
  std::string kind;  // "cidrIpv4", "cidrIpv6", "prefixListId", "groupId".
  std::string peer;  // By `kind`.
  std::string description;

  /// Allows the same to the same, whatever is said about it.
  [[nodiscard]] bool is_same(const FakeRule& other) const;
};

struct FakeSecurityGroup {
  std::string region;
  std::string name;
  std::string description;
  std::string vpc;
  FakeTags tags;
  std::vector<FakeRule> rules;
  std::uint64_t made_at = 0;  // Request; 0: long ago.
};

struct FakeEndpoint {
  std::string region;
  std::string vpc;
  std::string service;  // "com.amazonaws.eu-west-1.bedrock".
  std::string type = "Interface";
  std::set<std::string> subnets;
  std::set<std::string> groups;
  std::string policy;
  bool has_private_dns = false;
  FakeTags tags;
  std::uint64_t made_at = 0;
  std::uint64_t deleted_at = 0;  // Request; 0: it is not being deleted.
};

/// After how many requests a new endpoint is available, and a deleted one is gone.
inline constexpr std::uint64_t endpoint_pending_requests = 3;
inline constexpr std::uint64_t endpoint_deleting_requests = 6;

struct FakeNetwork {
  FakeWorld* world = nullptr;
  std::map<std::string, std::map<std::string, FakeVpc>> vpcs;  // By region and id, those put here.
  std::map<std::string, std::map<std::string, std::set<std::string>>> offers;
  std::map<std::string, FakeTags> tags;  // Of VPCs and subnets, by id.
  std::map<std::string, FakeSecurityGroup> groups;
  std::map<std::string, FakeEndpoint> endpoints;
  /// What was made with a client token: the id, and what was asked for.
  std::map<std::string, std::pair<std::string, std::string>> tokens;
  std::uint64_t ids = 0;

  [[nodiscard]] std::optional<FakeVpc> vpc(const std::string& region, const std::string& id) const;
  [[nodiscard]] std::vector<FakeVpc> vpcs_of(const std::string& region) const;
  /// Zones that offer "com.amazonaws.REGION.x"; none: there is no such service.
  [[nodiscard]] std::set<std::string> zones_of(const std::string& region,
                                               const std::string& service) const;
  [[nodiscard]] std::set<std::string> services_of(const std::string& region) const;
  [[nodiscard]] std::string state_of(const FakeEndpoint& endpoint) const;
  [[nodiscard]] bool is_visible(std::uint64_t made_at) const;
  [[nodiscard]] std::string arn_of(const std::string& region, const std::string& what) const;
  [[nodiscard]] std::string new_id(const std::string& prefix);
};

/// `rights` puts in what the call is about; null: "*".
struct Ec2Operation {
  std::string_view name;
  std::span<const Member> members;
  FakeAnswer (*run)(FakeNetwork& network, const FakeCall& call);
  bool is_change = false;
  void (*rights)(const FakeNetwork& network, const FakeCall& call, FakeAnswer& answer) = nullptr;
};
[[nodiscard]] std::span<const Ec2Operation> network_operations();
[[nodiscard]] std::span<const Ec2Operation> security_group_operations();
[[nodiscard]] std::span<const Ec2Operation> vpc_endpoint_operations();

// Members that several operations have.
inline constexpr std::array<Member, 2> filter_members = {
    {{"Name", MemberKind::text, true}, {"Value", MemberKind::texts, true, 1, 200}}};
inline constexpr Member filter{"Filter", MemberKind::structures, false, 1, SIZE_MAX,
                               "",       filter_members};
inline constexpr Member next_token{"NextToken"};
inline constexpr Member max_results{"MaxResults", MemberKind::whole};
inline constexpr Member dry_run{"DryRun", MemberKind::boolean};
inline constexpr std::array<Member, 2> tag_specification_members = {
    {{"ResourceType", MemberKind::text, true},
     {"Tag", MemberKind::structures, true, 1, tags_max, "", tag_members}}};
inline constexpr Member tag_specification{
    "TagSpecification", MemberKind::structures, false, 1, 1, "", tag_specification_members};

/// What a thing has under the name of a filter; nothing: the filter is not known.
using FilterValues =
    std::function<std::optional<std::vector<std::string>>(const std::string& name)>;
/// Whether all filters of the call match; nothing: one of them is not known.
[[nodiscard]] std::optional<bool> passes_filters(const FakeCall& call, const FakeTags& tags,
                                                 const FilterValues& values);
[[nodiscard]] FakeAnswer unknown_filter();

/// The part of the list that the call asks for, as <item> elements of `name`.
[[nodiscard]] FakeAnswer item_page(const FakeCall& call, const std::string& name,
                                   const std::vector<std::string>& items);
[[nodiscard]] std::string items_xml(const std::string& name, const std::vector<std::string>& items);
[[nodiscard]] std::string tag_set_xml(const FakeTags& tags);
/// Tags that are asked for at creation, of things of that type.
[[nodiscard]] std::optional<FakeAnswer> read_new_tags(const FakeCall& call, const std::string& type,
                                                      FakeTags& into);
[[nodiscard]] std::vector<std::string> texts_member(const Json& members, std::string_view name);

/// What EC2 makes of a range of addresses; nothing: it is none.
[[nodiscard]] std::optional<std::string> canonical_cidr(const std::string& text);

}  // namespace bedrocklog::fake_aws
