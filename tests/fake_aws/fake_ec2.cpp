// EC2 of the fake: which call is whose, and what of it is in snapshots. Ids are by chance and left
// out; groups go by VPC and name, endpoints by VPC and service.
#include <algorithm>

#include "tests/fake_aws/fake_network.h"

namespace bedrocklog::fake_aws {
namespace {

const Ec2Operation* operation_of(const std::string& name) {
  for (const auto operations :
       {network_operations(), security_group_operations(), vpc_endpoint_operations()}) {
    const auto found = std::find_if(operations.begin(), operations.end(),
                                    [&](const Ec2Operation& one) { return one.name == name; });
    if (found != operations.end()) {
      return &*found;
    }
  }
  return nullptr;
}

Json to_json(const FakeVpc& vpc) {
  Json subnets = Json::array();
  for (const FakeSubnet& subnet : vpc.subnets) {
    subnets.push_back({{"Id", subnet.id}, {"Zone", subnet.zone}, {"Cidr", subnet.cidr}});
  }
  return {{"Cidr", vpc.cidr},
          {"Subnets", std::move(subnets)},
          {"DnsSupport", vpc.has_dns_support},
          {"DnsHostnames", vpc.has_dns_hostnames}};
}

FakeVpc vpc_of_json(const std::string& region, const std::string& id, const Json& document) {
  FakeVpc vpc;
  vpc.region = region;
  vpc.id = id;
  vpc.cidr = document.value("Cidr", "");
  vpc.has_dns_support = document.value("DnsSupport", true);
  vpc.has_dns_hostnames = document.value("DnsHostnames", true);
  const Json subnets = document.value("Subnets", Json::array());
  for (const Json& subnet : subnets) {
    vpc.subnets.push_back(
        {subnet.value("Id", ""), subnet.value("Zone", ""), subnet.value("Cidr", "")});
  }
  return vpc;
}

class FakeEc2 : public FakeService {
 public:
  explicit FakeEc2(FakeWorld& world) { network_.world = &world; }

  FakeAnswer handle(const FakeCall& call) override;
  FakeAnswer describe(const FakeCall& call) const override;
  Json snapshot() const override;
  void restore(const Json& snapshot) override;

  void put_vpc(const FakeVpc& vpc) override { network_.vpcs[vpc.region][vpc.id] = vpc; }
  void offer_service(const std::string& region, const std::string& service,
                     const std::set<std::string>& zones) override {
    network_.offers[region][service] = zones;
  }

 private:
  [[nodiscard]] std::string name_of_group(const std::string& id) const {
    const auto group = network_.groups.find(id);
    return group == network_.groups.end() ? id : group->second.name;
  }
  [[nodiscard]] Json group_snapshot(const FakeSecurityGroup& group) const;
  void restore_group(FakeSecurityGroup group, const Json& document);
  void restore_endpoint(const std::string& region, const Json& document);

  FakeNetwork network_;
};

FakeAnswer FakeEc2::handle(const FakeCall& call) {
  const Ec2Operation* const operation = operation_of(call.operation);
  if (operation == nullptr) {
    return ec2_error(400, "InvalidAction",
                     "The action " + call.operation + " is not valid for this web service.");
  }
  if (const std::string wrong = form_fault(call, operation->members); !wrong.empty()) {
    const bool is_unknown = wrong.find("is not known") != std::string::npos;
    const bool is_missing = wrong.find("must not be null") != std::string::npos;
    return ec2_error(400,
                     is_unknown   ? "UnknownParameter"
                     : is_missing ? "MissingParameter"
                                  : "InvalidParameterValue",
                     wrong);
  }
  if (text_member(call.json, "DryRun") == "true") {
    return ec2_error(412, "DryRunOperation",
                     "Request would have succeeded, but DryRun flag is set.");
  }
  return operation->run(network_, call);
}

FakeAnswer FakeEc2::describe(const FakeCall& call) const {
  FakeAnswer answer;
  answer.operation = call.operation;
  const Ec2Operation* const operation = operation_of(call.operation);
  if (operation != nullptr) {
    answer.is_change = operation->is_change && text_member(call.json, "DryRun") != "true";
    if (operation->rights != nullptr) {
      operation->rights(network_, call, answer);
    }
  }
  return answer;
}

Json FakeEc2::group_snapshot(const FakeSecurityGroup& group) const {
  Json rules = Json::array();
  for (const FakeRule& rule : group.rules) {
    rules.push_back({{"IsEgress", rule.is_egress},
                     {"Protocol", rule.protocol},
                     {"FromPort", rule.from_port},
                     {"ToPort", rule.to_port},
                     {"Kind", rule.kind},
                     {"Peer", name_of_group(rule.peer)},
                     {"Description", rule.description}});
  }
  std::sort(rules.begin(), rules.end());
  return {{"Description", group.description}, {"Tags", group.tags}, {"Rules", std::move(rules)}};
}

Json FakeEc2::snapshot() const {
  Json all = Json::object();
  for (const auto& [id, group] : network_.groups) {
    all["SecurityGroups"][group.region][group.vpc][group.name] = group_snapshot(group);
  }
  for (const auto& [id, endpoint] : network_.endpoints) {
    if (endpoint.deleted_at != 0) {
      continue;
    }
    std::set<std::string> groups;
    for (const std::string& group : endpoint.groups) {
      groups.insert(name_of_group(group));
    }
    all["Endpoints"][endpoint.region].push_back({{"Vpc", endpoint.vpc},
                                                 {"Service", endpoint.service},
                                                 {"Type", endpoint.type},
                                                 {"Subnets", endpoint.subnets},
                                                 {"Groups", groups},
                                                 {"Policy", Json::parse(endpoint.policy)},
                                                 {"PrivateDns", endpoint.has_private_dns},
                                                 {"Tags", endpoint.tags}});
  }
  if (all.contains("Endpoints")) {
    for (Json& list : all["Endpoints"]) {
      std::sort(list.begin(), list.end());
    }
  }
  for (const auto& [id, tags] : network_.tags) {
    if (!tags.empty()) {
      all["Tags"][id] = tags;
    }
  }
  for (const auto& [region, vpcs] : network_.vpcs) {
    for (const auto& [id, vpc] : vpcs) {
      all["Vpcs"][region][id] = to_json(vpc);
    }
  }
  for (const auto& [region, offers] : network_.offers) {
    all["Offers"][region] = offers;
  }
  return all;
}

void FakeEc2::restore_group(FakeSecurityGroup group, const Json& document) {
  group.description = document.value("Description", "");
  group.tags = document.value("Tags", FakeTags());
  const Json rules = document.value("Rules", Json::array());
  for (const Json& rule : rules) {
    FakeRule made;
    made.id = network_.new_id("sgr-");
    made.is_egress = rule.value("IsEgress", false);
    made.protocol = rule.value("Protocol", "");
    made.from_port = rule.value("FromPort", std::int64_t{-1});
    made.to_port = rule.value("ToPort", std::int64_t{-1});
    made.kind = rule.value("Kind", "");
    made.peer = rule.value("Peer", "");
    made.description = rule.value("Description", "");
    group.rules.push_back(std::move(made));
  }
  network_.groups[network_.new_id("sg-")] = std::move(group);
}

void FakeEc2::restore_endpoint(const std::string& region, const Json& document) {
  FakeEndpoint endpoint;
  endpoint.region = region;
  endpoint.vpc = document.value("Vpc", "");
  endpoint.service = document.value("Service", "");
  endpoint.type = document.value("Type", "");
  endpoint.subnets = document.value("Subnets", std::set<std::string>());
  endpoint.policy = document.value("Policy", Json::object()).dump();
  endpoint.has_private_dns = document.value("PrivateDns", false);
  endpoint.tags = document.value("Tags", FakeTags());
  for (const std::string& name : document.value("Groups", std::set<std::string>())) {
    for (const auto& [id, group] : network_.groups) {
      if (group.region == region && group.vpc == endpoint.vpc && group.name == name) {
        endpoint.groups.insert(id);
      }
    }
  }
  network_.endpoints[network_.new_id("vpce-")] = std::move(endpoint);
}

void FakeEc2::restore(const Json& snapshot) {
  FakeNetwork empty;
  empty.world = network_.world;
  empty.ids = network_.ids;
  network_ = std::move(empty);
  const Json vpcs = snapshot.value("Vpcs", Json::object());
  for (const auto& [region, list] : vpcs.items()) {
    for (const auto& [id, document] : list.items()) {
      network_.vpcs[region][id] = vpc_of_json(region, id, document);
    }
  }
  const Json offers = snapshot.value("Offers", Json::object());
  for (const auto& [region, list] : offers.items()) {
    network_.offers[region] = list.get<std::map<std::string, std::set<std::string>>>();
  }
  network_.tags = snapshot.value("Tags", std::map<std::string, FakeTags>());
  const Json groups = snapshot.value("SecurityGroups", Json::object());
  for (const auto& [region, of_vpc] : groups.items()) {
    for (const auto& [vpc, named] : of_vpc.items()) {
      for (const auto& [name, document] : named.items()) {
        FakeSecurityGroup group;
        group.region = region;
        group.vpc = vpc;
        group.name = name;
        restore_group(std::move(group), document);
      }
    }
  }
  // By now all groups that rules name have their ids.
  for (auto& [id, group] : network_.groups) {
    for (FakeRule& rule : group.rules) {
      for (const auto& [other_id, other] : network_.groups) {
        if (rule.kind == "groupId" && other.vpc == group.vpc && other.name == rule.peer) {
          rule.peer = other_id;
        }
      }
    }
  }
  const Json endpoints = snapshot.value("Endpoints", Json::object());
  for (const auto& [region, list] : endpoints.items()) {
    for (const Json& document : list) {
      restore_endpoint(region, document);
    }
  }
}

}  // namespace

std::unique_ptr<FakeService> make_fake_ec2(FakeWorld& world) {
  return std::make_unique<FakeEc2>(world);
}

}  // namespace bedrocklog::fake_aws
