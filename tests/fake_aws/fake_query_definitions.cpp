// PutQueryDefinition, DescribeQueryDefinitions, DeleteQueryDefinition.
#include "tests/fake_aws/fake_query_definitions.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "tests/fake_aws/fake_json_members.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr const char* invalid_code = "InvalidParameterException";
constexpr std::size_t definitions_max = 1'000;  // Of a region.
constexpr std::int64_t page_default = 50;
constexpr std::int64_t page_max = 1'000;

// No ':' or '*', and no empty part between slashes. The service's own pattern backtracks for ever.
constexpr std::string_view name_pattern = "[^:*/]+(/[^:*/]+)*";
constexpr std::array<Member, 6> put_members = {{
    {"queryLanguage", MemberKind::text, false, 1, 255, "CWLI|SQL|PPL"},
    {"name", MemberKind::text, true, 1, 255, name_pattern},
    {"queryDefinitionId", MemberKind::text, false, 0, 256},
    {"logGroupNames", MemberKind::texts, false, 0, SIZE_MAX, R"([.\-_/#A-Za-z0-9]{1,512})"},
    {"queryString", MemberKind::text, true, 1, 10'000},
    {"clientToken", MemberKind::text, false, 36, 128, "\\S+"},
}};
constexpr std::array<Member, 4> list_members = {{
    {"queryLanguage", MemberKind::text, false, 1, 255, "CWLI|SQL|PPL"},
    {"queryDefinitionNamePrefix", MemberKind::text, false, 1, 255, name_pattern},
    {"maxResults", MemberKind::whole},
    {"nextToken", MemberKind::text, false, 1},
}};
constexpr std::array<Member, 1> remove_members = {
    {{"queryDefinitionId", MemberKind::text, true, 0, 256}}};

FakeAnswer no_definition() {
  return json_error(400, "ResourceNotFoundException",
                    "The specified query definition does not exist.");
}

}  // namespace

bool FakeQueryDefinitions::is_change(const std::string& operation) {
  return operation == "PutQueryDefinition" || operation == "DeleteQueryDefinition";
}

std::optional<FakeAnswer> FakeQueryDefinitions::handle(const FakeCall& call) {
  struct Operation {
    std::string_view name;
    std::span<const Member> members;
    FakeAnswer (FakeQueryDefinitions::*run)(const FakeCall&);
  };
  static const std::array<Operation, 3> operations = {{
      {"PutQueryDefinition", put_members, &FakeQueryDefinitions::put},
      {"DescribeQueryDefinitions", list_members, &FakeQueryDefinitions::list},
      {"DeleteQueryDefinition", remove_members, &FakeQueryDefinitions::remove},
  }};
  for (const Operation& operation : operations) {
    if (operation.name == call.operation) {
      auto refused = json_members_refusal(call.json, operation.members, invalid_code);
      return refused ? std::move(refused) : (this->*operation.run)(call);
    }
  }
  return std::nullopt;
}

std::string FakeQueryDefinitions::new_id() {
  return fmt::format("0b5e55ed-0000-4000-8000-{:012x}", ++made_);
}

FakeAnswer FakeQueryDefinitions::put(const FakeCall& call) {
  std::map<std::string, Saved>& definitions = regions_[call.region];
  const Json groups = call.json.value("logGroupNames", Json::array());
  for (const Json& group : groups) {
    if (!world_.has_log_group(call.region, group.get<std::string>())) {
      return json_error(400, "ResourceNotFoundException",
                        "The log group " + group.get<std::string>() + " does not exist.");
    }
  }
  std::string id = text_member(call.json, "queryDefinitionId");
  std::uint64_t seen_from = world_.requests + world_.read_lag_requests;
  if (!id.empty()) {
    const auto before = definitions.find(id);
    if (before == definitions.end()) {
      return no_definition();
    }
    seen_from = before->second.seen_from;
  } else {
    const std::string token = text_member(call.json, "clientToken");
    if (token.empty()) {  // The service takes one from every SDK; without it a repeat is another.
      id = new_id();
    } else {
      const auto [known, is_new] = ids_by_token_.try_emplace(call.region + ' ' + token);
      if (!is_new) {
        return json_answer({{"queryDefinitionId", known->second}});
      }
      id = known->second = new_id();
    }
    if (definitions.size() == definitions_max) {
      return json_error(400, "LimitExceededException", "There are 1000 query definitions already.");
    }
  }
  definitions[id] = {text_member(call.json, "name"), text_member(call.json, "queryString"),
                     text_member(call.json, "queryLanguage", "CWLI"),
                     groups.get<std::vector<std::string>>(), seen_from};
  return json_answer({{"queryDefinitionId", id}});
}

FakeAnswer FakeQueryDefinitions::list(const FakeCall& call) {
  const std::int64_t size = call.json.value("maxResults", page_default);
  if (size < 1 || size > page_max) {
    return json_error(400, invalid_code,
                      "Value at 'maxResults' failed to satisfy constraint: between 1 and 1000");
  }
  const std::string prefix = text_member(call.json, "queryDefinitionNamePrefix");
  const std::string after = text_member(call.json, "nextToken");
  Json page = {{"queryDefinitions", Json::array()}};
  Json& shown = page["queryDefinitions"];
  for (const auto& [id, saved] : regions_[call.region]) {
    const bool is_wanted =
        saved.name.starts_with(prefix) && id > after && world_.requests >= saved.seen_from &&
        text_member(call.json, "queryLanguage", saved.language) == saved.language;
    if (!is_wanted) {
      continue;
    }
    if (shown.size() == static_cast<std::size_t>(size)) {
      page["nextToken"] = shown.back()["queryDefinitionId"];
      break;
    }
    shown.push_back({{"queryDefinitionId", id},
                     {"name", saved.name},
                     {"queryString", saved.text},
                     {"queryLanguage", saved.language},
                     {"lastModified", world_.now_seconds * 1'000},
                     {"logGroupNames", saved.groups}});
  }
  return json_answer(page);
}

FakeAnswer FakeQueryDefinitions::remove(const FakeCall& call) {
  return regions_[call.region].erase(text_member(call.json, "queryDefinitionId")) == 0
             ? no_definition()
             : json_answer({{"success", true}});
}

Json FakeQueryDefinitions::snapshot() const {
  Json all = Json::object();
  for (const auto& [region, definitions] : regions_) {
    Json list = Json::array();
    for (const auto& [id, saved] : definitions) {
      list.push_back({{"Name", saved.name},
                      {"QueryString", saved.text},
                      {"QueryLanguage", saved.language},
                      {"LogGroupNames", saved.groups}});
    }
    if (!list.empty()) {
      std::sort(list.begin(), list.end());
      all[region] = std::move(list);
    }
  }
  return all;
}

void FakeQueryDefinitions::restore(const Json& snapshot) {
  regions_.clear();
  ids_by_token_.clear();
  for (const auto& [region, list] : snapshot.items()) {
    for (const Json& entry : list) {
      regions_[region][new_id()] = {entry.at("Name").get<std::string>(),
                                    entry.at("QueryString").get<std::string>(),
                                    entry.at("QueryLanguage").get<std::string>(),
                                    entry.at("LogGroupNames").get<std::vector<std::string>>(), 0};
    }
  }
}

}  // namespace bedrocklog::fake_aws
