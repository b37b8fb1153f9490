// A saved query of CloudWatch Logs. AWS knows it by an id of its own making and lets names repeat:
// one of exactly our name is ours, and of several all but one go.
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "ingest/aws/digest.h"
#include "provision/answer_members.h"
#include "provision/call_fault.h"
#include "provision/mark.h"
#include "provision/normal_form.h"
#include "provision/resource_provider.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;

constexpr unsigned pages_max = 1'000;
constexpr unsigned page_size = 100;
constexpr const char* id_detail = "QueryDefinitionId";
constexpr const char* copies_detail = "CopyIds";

/// Member of the API, property of CloudFormation.
constexpr std::array<std::pair<const char*, const char*>, 3> plain_members = {
    {{"queryString", "QueryString"},
     {"logGroupNames", "LogGroupNames"},
     {"queryLanguage", "QueryLanguage"}}};

class QueryDefinitionProvider final : public ResourceProvider {
 public:
  QueryDefinitionProvider(aws::ServiceCalls& calls, StackIdentity identity, Waiter waiter)
      : calls_(&calls), identity_(std::move(identity)), waiter_(std::move(waiter)) {}

  Result<std::optional<Observed>> read(const Address& address) override;
  Result<void> create(const Address& address, const Json& target) override;
  Result<void> update(const Address& address, const Json& target,
                      const Observed& observed) override;
  Result<void> remove(const Address& address, const Observed& observed, bool deletes_data) override;
  /// Nothing of ours can be told apart from the rest.
  Result<void> release(const Address& /*address*/, const Observed& /*observed*/) override {
    return {};
  }

 private:
  /// All of exactly this name, by id.
  Result<std::vector<Json>> listed(const Address& address) const;
  /// Whose the name says it is: "bedrocklog/STACK/..".
  [[nodiscard]] Mark mark_of_name(const std::string& name) const;
  Result<void> put(const Address& address, const Json& target, const Json& id) const;
  Result<void> delete_id(const Address& address, const std::string& id) const;

  aws::ServiceCalls* calls_;
  StackIdentity identity_;
  Waiter waiter_;
};

Result<std::vector<Json>> QueryDefinitionProvider::listed(const Address& address) const {
  Json members = {{"queryDefinitionNamePrefix", address.name}, {"maxResults", page_size}};
  std::vector<Json> found;
  for (unsigned page = 0; page < pages_max; ++page) {
    const CallResult<Json> answer =
        calls_->json("logs", address.region, "DescribeQueryDefinitions", members);
    if (!answer) {
      return refused(address, answer.error());
    }
    const auto list = answer->find("queryDefinitions");
    if (list != answer->end() && list->is_array()) {
      for (const Json& entry : *list) {
        if (entry.is_object() && text_in(entry, "name") == address.name &&
            !text_in(entry, "queryDefinitionId").empty()) {
          found.push_back(entry);
        }
      }
    }
    const std::string next = text_in(*answer, "nextToken");
    if (next.empty()) {
      std::sort(found.begin(), found.end(), [](const Json& left, const Json& right) {
        return text_in(left, "queryDefinitionId") < text_in(right, "queryDefinitionId");
      });
      return found;
    }
    members["nextToken"] = next;
  }
  return fault(to_text(address), "logs DescribeQueryDefinitions: the list does not end");
}

Mark QueryDefinitionProvider::mark_of_name(const std::string& name) const {
  constexpr std::string_view start = "bedrocklog/";
  if (!name.starts_with(start)) {
    return {};
  }
  const std::size_t end = name.find('/', start.size());
  const std::string owner =
      end == std::string::npos ? "" : name.substr(start.size(), end - start.size());
  if (owner.empty()) {
    return {};
  }
  return {owner == identity_.stack ? Ownership::ours : Ownership::other_stack, owner};
}

Result<std::optional<Observed>> QueryDefinitionProvider::read(const Address& address) {
  const Result<std::vector<Json>> found = listed(address);
  if (!found) {
    return pass_on(found);
  }
  if (found->empty()) {
    return std::optional<Observed>();
  }
  const Json& kept = found->front();
  // Copies show up as a change, so that the next apply takes them away.
  Json properties = {{"Name", found->size() == 1
                                  ? address.name
                                  : fmt::format("{} ({} times)", address.name, found->size())}};
  for (const auto& [member, property] : plain_members) {
    if (kept.contains(member)) {
      properties[property] = kept[member];
    }
  }
  Json details = {{id_detail, text_in(kept, "queryDefinitionId")}};
  for (std::size_t copy = 1; copy < found->size(); ++copy) {
    details[copies_detail].push_back(text_in((*found)[copy], "queryDefinitionId"));
  }
  const Mark mark = mark_of_name(address.name);
  return std::optional(Observed{normal_form(ResourceKind::query_definition, properties),
                                mark.ownership, mark.owner, std::move(details)});
}

Result<void> QueryDefinitionProvider::put(const Address& address, const Json& target,
                                          const Json& id) const {
  Json members = {{"name", address.name}, {"queryDefinitionId", id}};
  for (const auto& [member, property] : plain_members) {
    members[member] = target.value(property, Json());
  }
  if (id.is_null()) {
    // A request that is repeated makes one; a later one with the same content is another.
    members["clientToken"] = aws::sha256_hex(
        fmt::format("{}\n{}\n{}", to_text(address), target.dump(), waiter_.now_ms()));
  }
  const CallResult<Json> answer =
      calls_->json("logs", address.region, "PutQueryDefinition", members);
  if (!answer) {
    return refused(address, answer.error());
  }
  return {};
}

Result<void> QueryDefinitionProvider::delete_id(const Address& address,
                                                const std::string& id) const {
  const CallResult<Json> answer =
      calls_->json("logs", address.region, "DeleteQueryDefinition", {{"queryDefinitionId", id}});
  if (!answer && !aws::has_code(answer.error(), {"ResourceNotFoundException"})) {
    return refused(address, answer.error());
  }
  return {};
}

Result<void> QueryDefinitionProvider::create(const Address& address, const Json& target) {
  const Result<std::optional<Observed>> there = read(address);
  if (!there) {
    return pass_on(there);
  }
  if (!*there) {
    return put(address, target, Json());
  }
  return update_found(address, target, *there);
}

Result<void> QueryDefinitionProvider::update(const Address& address, const Json& target,
                                             const Observed& observed) {
  Json content = target;
  content.erase("Name");
  if (!differences(ResourceKind::query_definition, content, observed.properties).empty()) {
    Json merged = observed.properties;
    merged.update(content);
    const Result<void> written = put(address, merged, observed.details.value(id_detail, Json()));
    if (!written) {
      return pass_on(written);
    }
  }
  for (const Json& copy : observed.details.value(copies_detail, Json::array())) {
    const Result<void> gone = delete_id(address, copy.get<std::string>());
    if (!gone) {
      return pass_on(gone);
    }
  }
  return {};
}

Result<void> QueryDefinitionProvider::remove(const Address& address, const Observed& /*observed*/,
                                             bool /*deletes_data*/) {
  const Result<std::vector<Json>> found = listed(address);
  if (!found) {
    return pass_on(found);
  }
  for (const Json& entry : *found) {
    const Result<void> gone = delete_id(address, text_in(entry, "queryDefinitionId"));
    if (!gone) {
      return pass_on(gone);
    }
  }
  return {};
}

}  // namespace

std::unique_ptr<ResourceProvider> make_query_definition_provider(aws::ServiceCalls& calls,
                                                                 StackIdentity identity,
                                                                 Waiter waiter) {
  return std::make_unique<QueryDefinitionProvider>(calls, std::move(identity), std::move(waiter));
}

}  // namespace bedrocklog::provision
