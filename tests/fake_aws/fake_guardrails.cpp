// Operations on guardrails. Whatever changes one keeps it busy for a few requests.
#include "tests/fake_aws/fake_guardrails.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "tests/fake_aws/fake_guardrail_answer.h"
#include "tests/fake_aws/fake_guardrail_members.h"
#include "tests/fake_aws/fake_policy.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::uint64_t busy_requests = 3;
constexpr std::uint64_t deletion_requests = 8;
constexpr std::size_t page_size_default = 10;
constexpr std::size_t versions_max = 20;
constexpr std::string_view root = "/guardrails";
constexpr const char* time_text = "2026-09-21T15:33:20.250000+00:00";
constexpr TagNames tag_names{"key", "value"};

FakeAnswer refused(const std::string& code, const std::string& message) {
  return json_error(code == "ResourceNotFoundException" ? 404 : 400, code, message);
}

FakeAnswer accepted(const Json& body) {
  FakeAnswer answer = json_answer(body);
  answer.status = 202;
  return answer;
}

/// Of the region and the name, so that equal accounts are equal.
std::string id_of(const std::string& region, const std::string& name) {
  std::uint64_t hash = 1'469'598'103'934'665'603U;
  for (const char c : region + '/' + name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
  }
  char text[20];
  std::snprintf(text, sizeof text, "%012llx",
                static_cast<unsigned long long>(hash & 0xFFFF'FFFF'FFFFU));
  return text;
}

/// Behind "/guardrails/": an id, or the id in an ARN.
std::string id_in(const std::string& text) {
  return text.substr(text.rfind('/') + 1);
}

std::string operation_of(const FakeCall& call) {
  if (call.path == "/tagResource" || call.path == "/untagResource" ||
      call.path == "/listTagsForResource") {
    return call.method != "POST"           ? ""
           : call.path == "/tagResource"   ? "TagResource"
           : call.path == "/untagResource" ? "UntagResource"
                                           : "ListTagsForResource";
  }
  const bool is_one = call.path.size() > root.size() + 1;
  const std::string key = call.method + (is_one ? " one" : " all");
  const std::map<std::string, std::string> names = {{"POST all", "CreateGuardrail"},
                                                    {"GET all", "ListGuardrails"},
                                                    {"GET one", "GetGuardrail"},
                                                    {"PUT one", "UpdateGuardrail"},
                                                    {"POST one", "CreateGuardrailVersion"},
                                                    {"DELETE one", "DeleteGuardrail"}};
  const auto found = names.find(key);
  return found == names.end() ? "" : found->second;
}

/// Query parameters that the operation has.
std::string query_fault(const FakeCall& call, const std::string& operation) {
  for (const auto& [name, value] : call.query) {
    const bool is_list_part =
        name == "guardrailIdentifier" || name == "maxResults" || name == "nextToken";
    const bool is_version = name == "guardrailVersion";
    if (!(operation == "ListGuardrails" && is_list_part) &&
        !((operation == "GetGuardrail" || operation == "DeleteGuardrail") && is_version)) {
      return "The parameter " + name + " is not known.";
    }
    if (is_version && value != "DRAFT" &&
        (value.empty() || value.size() > 8 || value.front() == '0' ||
         value.find_first_not_of("0123456789") != std::string::npos)) {
      return "guardrailVersion is not valid.";
    }
  }
  return {};
}

}  // namespace

bool FakeGuardrails::serves(const FakeCall& call) {
  return call.path == root || call.path.starts_with(std::string(root) + '/') ||
         call.path == "/tagResource" || call.path == "/untagResource" ||
         call.path == "/listTagsForResource";
}

std::string FakeGuardrails::arn_of(const std::string& region, const std::string& id) const {
  return "arn:" + world_.partition + ":bedrock:" + region + ':' + world_.account + ":guardrail/" +
         id;
}

FakeAnswer FakeGuardrails::describe(const FakeCall& call) const {
  FakeAnswer answer;
  answer.operation = operation_of(call);
  answer.is_change = call.method != "GET" && answer.operation != "ListTagsForResource";
  if (call.json.is_object() && call.json.contains("resourceARN")) {
    answer.resource = text_member(call.json, "resourceARN");
  } else if (call.path.size() > root.size() + 1) {
    answer.resource = arn_of(call.region, id_in(call.path));
  } else if (answer.operation == "ListGuardrails" && call.query.contains("guardrailIdentifier")) {
    answer.resource = arn_of(call.region, id_in(call.query.at("guardrailIdentifier")));
  }
  if (answer.operation == "CreateGuardrail" && call.json.is_object() &&
      call.json.contains("tags")) {
    // Its id is not known before.
    answer.also_needs.push_back({"bedrock", "TagResource", arn_of(call.region, "*")});
  }
  const std::string key =
      call.json.is_object() ? text_member(call.json, "kmsKeyId") : std::string();
  if (answer.is_change && !key.empty()) {
    for (const char* const action : {"DescribeKey", "GenerateDataKey", "Decrypt", "CreateGrant"}) {
      answer.also_needs.push_back({"kms", action, key});
    }
  }
  return answer;
}

void FakeGuardrails::settle() {
  for (auto& [region, guardrails] : regions_) {
    std::erase_if(guardrails, [&](const auto& entry) {
      return entry.second.busy_status == "DELETING" && world_.requests >= entry.second.busy_until;
    });
  }
}

void FakeGuardrails::make_busy(FakeGuardrail& guardrail, const char* status) const {
  guardrail.busy_status = status;
  guardrail.busy_until = world_.requests + busy_requests;
}

std::string FakeGuardrails::status_of(const FakeGuardrail& guardrail) const {
  return world_.requests < guardrail.busy_until ? guardrail.busy_status : "READY";
}

FakeAnswer FakeGuardrails::handle(const FakeCall& call) {
  settle();
  const std::string operation = operation_of(call);
  if (operation.empty()) {
    return json_error(404, "UnknownOperationException", "The path or method is not known.");
  }
  const std::map<std::string, std::span<const Member>> members = {
      {"CreateGuardrail", guardrails::create},
      {"UpdateGuardrail", guardrails::update},
      {"CreateGuardrailVersion", guardrails::create_version},
      {"TagResource", guardrails::tagging},
      {"UntagResource", guardrails::untagging},
      {"ListTagsForResource", guardrails::tag_list}};
  const auto known = members.find(operation);
  auto wrong = json_members_refusal(
      call.json, known == members.end() ? std::span<const Member>() : known->second);
  if (wrong) {
    return *wrong;
  }
  if (std::string text = query_fault(call, operation); !text.empty()) {
    return refused("ValidationException", text);
  }
  if (operation == "CreateGuardrail") {
    return create(call);
  }
  if (operation == "ListGuardrails") {
    return list(call);
  }
  if (known != members.end() && call.json.contains("resourceARN")) {
    return tags(call);
  }
  Guardrails& all = regions_[call.region];
  const auto found = all.find(id_in(call.path));
  const bool is_unseen =
      call.method == "GET" && found != all.end() && world_.requests < found->second.seen_from;
  if (found == all.end() || is_unseen) {
    return refused("ResourceNotFoundException",
                   "The guardrail " + id_in(call.path) + " could not be found.");
  }
  if (operation == "GetGuardrail") {
    return get(call, found->first, found->second);
  }
  if (world_.requests < found->second.busy_until) {
    return refused("ConflictException", "The guardrail is being changed: " +
                                            found->second.busy_status + ". Try again later.");
  }
  return operation == "UpdateGuardrail"   ? update(call, found->first, found->second)
         : operation == "DeleteGuardrail" ? remove(call, found->second)
                                          : create_version(call, found->first, found->second);
}

FakeAnswer FakeGuardrails::create(const FakeCall& call) {
  if (std::string wrong = guardrail_fault(call.json); !wrong.empty()) {
    return refused("ValidationException", wrong);
  }
  FakeGuardrail made;
  made.name = text_member(call.json, "name");
  made.config = call.json;
  for (const char* const member : {"name", "tags", "clientRequestToken"}) {
    made.config.erase(member);
  }
  std::string wrong = take_tags(call.json.value("tags", Json::array()), made.tags, tag_names);
  if (!wrong.empty() || made.tags.size() > tags_max) {
    return refused(wrong.empty() ? "TooManyTagsException" : "ValidationException", wrong);
  }
  const std::string id = id_of(call.region, made.name);
  if (regions_[call.region].contains(id)) {
    return refused("ConflictException", "Another guardrail in your account already has this name.");
  }
  made.seen_from = world_.requests + world_.read_lag_requests;
  make_busy(made, "CREATING");
  regions_[call.region][id] = std::move(made);
  return accepted({{"guardrailId", id},
                   {"guardrailArn", arn_of(call.region, id)},
                   {"version", "DRAFT"},
                   {"createdAt", time_text}});
}

Json FakeGuardrails::summary(const std::string& region, const std::string& id,
                             const FakeGuardrail& guardrail, unsigned version) const {
  const Json& config = version == 0 ? guardrail.config : guardrail.versions.at(version);
  Json shown = {{"id", id},
                {"arn", arn_of(region, id)},
                {"status", status_of(guardrail)},
                {"name", guardrail.name},
                {"version", version == 0 ? "DRAFT" : std::to_string(version)},
                {"createdAt", time_text},
                {"updatedAt", time_text}};
  if (config.contains("description")) {
    shown["description"] = config["description"];
  }
  return shown;
}

FakeAnswer FakeGuardrails::list(const FakeCall& call) {
  const auto parameter = [&](const char* name) {
    const auto found = call.query.find(name);
    return found == call.query.end() ? std::string() : found->second;
  };
  const std::string one = id_in(parameter("guardrailIdentifier"));
  Json all = Json::array();
  for (const auto& [id, guardrail] : regions_[call.region]) {
    if (world_.requests < guardrail.seen_from || (!one.empty() && id != one)) {
      continue;
    }
    all.push_back(summary(call.region, id, guardrail, 0));
    for (const auto& [version, config] : guardrail.versions) {
      if (!one.empty()) {
        all.push_back(summary(call.region, id, guardrail, version));
      }
    }
  }
  if (!one.empty() && all.empty()) {
    return refused("ResourceNotFoundException", "The guardrail " + one + " could not be found.");
  }
  const std::string size_text = parameter("maxResults");
  const std::string start_text = parameter("nextToken");
  const std::string digits = size_text + start_text;
  if (digits.find_first_not_of("0123456789") != std::string::npos || digits.size() > 8) {
    return refused("ValidationException", "maxResults or nextToken is not valid.");
  }
  const std::size_t size = size_text.empty() ? page_size_default : std::stoul(size_text);
  const std::size_t start = start_text.empty() ? 0 : std::stoul(start_text);
  Json page = {{"guardrails", Json::array()}};
  for (std::size_t i = start; i < all.size() && i < start + size; ++i) {
    page["guardrails"].push_back(all[i]);
  }
  if (start + size < all.size()) {
    page["nextToken"] = std::to_string(start + size);
  }
  return json_answer(page);
}

FakeAnswer FakeGuardrails::get(const FakeCall& call, const std::string& id,
                               const FakeGuardrail& guardrail) {
  const auto asked = call.query.find("guardrailVersion");
  const unsigned version = asked == call.query.end() || asked->second == "DRAFT"
                               ? 0
                               : static_cast<unsigned>(std::stoul(asked->second));
  if (version != 0 && !guardrail.versions.contains(version)) {
    return refused("ResourceNotFoundException", "The guardrail version could not be found.");
  }
  const Json& config = version == 0 ? guardrail.config : guardrail.versions.at(version);
  Json shown = shown_guardrail(config);
  shown["name"] = guardrail.name;
  shown["guardrailId"] = id;
  shown["guardrailArn"] = arn_of(call.region, id);
  shown["version"] = version == 0 ? "DRAFT" : std::to_string(version);
  shown["status"] = status_of(guardrail);
  shown["createdAt"] = time_text;
  shown["updatedAt"] = time_text;
  return json_answer(shown);
}

FakeAnswer FakeGuardrails::update(const FakeCall& call, const std::string& id,
                                  FakeGuardrail& guardrail) {
  if (std::string wrong = guardrail_fault(call.json); !wrong.empty()) {
    return refused("ValidationException", wrong);
  }
  if (text_member(call.json, "name") != guardrail.name) {
    return refused("ValidationException", "The fake renames no guardrail.");
  }
  guardrail.config = call.json;
  guardrail.config.erase("name");
  make_busy(guardrail, "UPDATING");
  return accepted({{"guardrailId", id},
                   {"guardrailArn", arn_of(call.region, id)},
                   {"version", "DRAFT"},
                   {"updatedAt", time_text}});
}

FakeAnswer FakeGuardrails::create_version(const FakeCall& call, const std::string& id,
                                          FakeGuardrail& guardrail) {
  const std::string token =
      call.json.is_object() ? text_member(call.json, "clientRequestToken") : "";
  const auto made = guardrail.version_tokens.find(token);
  if (!token.empty() && made != guardrail.version_tokens.end()) {
    return accepted({{"guardrailId", id}, {"version", std::to_string(made->second)}});
  }
  if (guardrail.versions.size() >= versions_max) {
    return refused("ServiceQuotaExceededException", "A guardrail has at most 20 versions.");
  }
  const unsigned version = guardrail.versions.empty() ? 1 : guardrail.versions.rbegin()->first + 1;
  Json config = guardrail.config;
  config.erase("description");
  if (call.json.is_object() && call.json.contains("description")) {
    config["description"] = call.json["description"];
  }
  guardrail.versions[version] = std::move(config);
  if (!token.empty()) {
    guardrail.version_tokens[token] = version;
  }
  make_busy(guardrail, "VERSIONING");
  return accepted({{"guardrailId", id}, {"version", std::to_string(version)}});
}

FakeAnswer FakeGuardrails::remove(const FakeCall& call, FakeGuardrail& guardrail) {
  const auto asked = call.query.find("guardrailVersion");
  if (asked == call.query.end()) {
    make_busy(guardrail, "DELETING");
    guardrail.busy_until = world_.requests + deletion_requests;
    return accepted(Json::object());
  }
  const unsigned version =
      asked->second == "DRAFT" ? 0 : static_cast<unsigned>(std::stoul(asked->second));
  if (guardrail.versions.erase(version) == 0) {
    return refused("ResourceNotFoundException", "The guardrail version could not be found.");
  }
  return accepted(Json::object());
}

FakeAnswer FakeGuardrails::tags(const FakeCall& call) {
  const std::string arn = text_member(call.json, "resourceARN");
  Guardrails& all = regions_[call.region];
  const auto found = all.find(id_in(arn));
  const bool is_read = call.path == "/listTagsForResource";
  if (found == all.end() || arn != arn_of(call.region, found->first) ||
      (is_read && world_.requests < found->second.seen_from)) {
    return refused("ResourceNotFoundException", "The resource " + arn + " could not be found.");
  }
  FakeTags& tags = found->second.tags;
  if (is_read) {
    return json_answer({{"tags", tag_list(tags, tag_names)}});
  }
  if (call.path == "/untagResource") {
    for (const std::string& key : policy_texts(call.json["tagKeys"])) {
      tags.erase(key);
    }
    return json_answer(Json::object());
  }
  FakeTags changed = tags;
  std::string wrong = take_tags(call.json["tags"], changed, tag_names);
  if (!wrong.empty() || changed.size() > tags_max) {
    return refused(wrong.empty() ? "TooManyTagsException" : "ValidationException", wrong);
  }
  tags = std::move(changed);
  return json_answer(Json::object());
}

Json FakeGuardrails::snapshot() const {
  Json regions = Json::object();
  for (const auto& [region, guardrails] : regions_) {
    for (const auto& [id, guardrail] : guardrails) {
      if (guardrail.busy_status == "DELETING") {
        continue;  // It goes by itself.
      }
      Json versions = Json::object();
      for (const auto& [version, config] : guardrail.versions) {
        versions[std::to_string(version)] = config;
      }
      regions[region][guardrail.name] = {
          {"Config", guardrail.config}, {"Versions", versions}, {"Tags", guardrail.tags}};
    }
  }
  return regions;
}

void FakeGuardrails::restore(const Json& snapshot) {
  regions_.clear();
  for (const auto& [region, guardrails] : snapshot.items()) {
    for (const auto& [name, entry] : guardrails.items()) {
      FakeGuardrail& guardrail = regions_[region][id_of(region, name)];
      guardrail.name = name;
      guardrail.config = entry.value("Config", Json::object());
      guardrail.tags = entry.value("Tags", FakeTags());
      const Json versions = entry.value("Versions", Json::object());
      for (const auto& [version, config] : versions.items()) {
        guardrail.versions[static_cast<unsigned>(std::stoul(version))] = config;
      }
    }
  }
}

}  // namespace bedrocklog::fake_aws
