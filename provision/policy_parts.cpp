// A policy document in as many as IAM takes it in.
#include <utility>

#include <fmt/format.h>

#include "provision/permissions.h"

namespace bedrocklog::provision {
namespace {

/// White space counted too, where a name has some: never too few.
std::size_t characters_of(const Json& value) {
  return value.dump().size();
}

/// With the comma before it.
std::size_t characters_in_list(const Json& statement) {
  return characters_of(statement) + 1;
}

/// The statement, for so many of its resources at a time that each part is within the limit.
std::vector<Json> parts_of(const Json& statement, std::size_t characters_max) {
  const Json& resources = statement["Resource"];
  if (characters_in_list(statement) <= characters_max || resources.size() < 2) {
    return {statement};
  }
  std::vector<Json> parts;
  const auto begin_part = [&] {
    Json part = statement;
    // A Sid stands in a document once, and two parts may come to stand in one.
    part["Sid"] = fmt::format("{}{}", statement["Sid"].get<std::string>(), parts.size() + 1);
    part["Resource"] = Json::array();
    parts.push_back(std::move(part));
    return characters_in_list(parts.back());
  };
  std::size_t characters = begin_part();
  for (const Json& resource : resources) {
    const std::size_t more = characters_in_list(resource);
    if (characters + more > characters_max && !parts.back()["Resource"].empty()) {
      characters = begin_part();
    }
    parts.back()["Resource"].push_back(resource);
    characters += more;
  }
  return parts;
}

}  // namespace

std::vector<Json> policy_parts(const Json& policy, std::size_t characters_max) {
  Json frame = policy;
  frame["Statement"] = Json::array();
  const std::size_t of_frame = characters_of(frame);
  std::vector<Json> documents = {frame};
  std::size_t characters = of_frame;
  for (const Json& whole : policy["Statement"]) {
    for (Json& one : parts_of(whole, characters_max - of_frame)) {
      const std::size_t more = characters_in_list(one);
      if (characters + more > characters_max && !documents.back()["Statement"].empty()) {
        documents.push_back(frame);
        characters = of_frame;
      }
      documents.back()["Statement"].push_back(std::move(one));
      characters += more;
    }
  }
  return documents;
}

}  // namespace bedrocklog::provision
