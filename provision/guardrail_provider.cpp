// A guardrail of Bedrock: its draft, which a version is a picture of.
#include <string>
#include <utility>

#include "provision/answer_members.h"
#include "provision/call_fault.h"
#include "provision/guardrail_calls.h"
#include "provision/guardrail_shape.h"
#include "provision/mark.h"
#include "provision/normal_form.h"
#include "provision/resource_provider.h"
#include "provision/settling.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;

/// Tags as Bedrock has them.
Json sent_tags(const Json& properties) {
  Json list = Json::array();
  for (const auto& [key, value] : tags_of(properties)) {
    list.push_back({{"key", key}, {"value", value}});
  }
  return list;
}

class GuardrailProvider final : public ResourceProvider {
 public:
  explicit GuardrailProvider(GuardrailCalls calls) : calls_(std::move(calls)) {}

  Result<std::optional<Observed>> read(const Address& address) override;
  Result<void> create(const Address& address, const Json& target) override;
  Result<void> update(const Address& address, const Json& target,
                      const Observed& observed) override;
  /// With all its versions.
  Result<void> remove(const Address& address, const Observed& observed,
                      bool /*deletes_data*/) override {
    const Result<Json> gone =
        calls_.change(address, {"DeleteGuardrail", "DELETE", path_of(observed), Json()}, true);
    return gone ? Result<void>() : Result<void>(pass_on(gone));
  }
  Result<void> release(const Address& address, const Observed& observed) override {
    const std::vector<std::string> keys = our_tag_keys(observed.properties);
    return keys.empty()
               ? Result<void>()
               : write(address,
                       {"UntagResource",
                        "POST",
                        "/untagResource",
                        {{"resourceARN", text_in(observed.details, "Arn")}, {"tagKeys", keys}}});
  }

 private:
  static std::string path_of(const Observed& observed) {
    return "/guardrails/" + text_in(observed.details, "GuardrailId");
  }
  Result<void> write(const Address& address, const GuardrailCalls::Operation& operation) const {
    const Result<Json> written = calls_.change(address, operation);
    return written ? Result<void>() : Result<void>(pass_on(written));
  }
  /// Found again, ready, and to be seen in lists.
  Result<void> settle(const Address& address, const std::string& id);

  GuardrailCalls calls_;
};

Result<std::optional<Observed>> GuardrailProvider::read(const Address& address) {
  const Result<std::string> id = calls_.id_of(address);
  if (!id) {
    return pass_on(id);
  }
  if (id->empty()) {
    return std::optional<Observed>();
  }
  const CallResult<Json> shown =
      calls_.send(address, {"GetGuardrail", "GET", "/guardrails/" + *id, Json()});
  const std::string arn = shown ? text_in(*shown, "guardrailArn") : "";
  const CallResult<Json> tags =
      shown ? calls_.send(
                  address,
                  {"ListTagsForResource", "POST", "/listTagsForResource", {{"resourceARN", arn}}})
            : shown;
  if (!tags) {
    if (has_code(tags.error(), {"ResourceNotFoundException"})) {
      return std::optional<Observed>();  // Deleted meanwhile.
    }
    return refused(address, tags.error());
  }
  Tags found;
  for (const Json& tag : part_in(*tags, "tags")) {
    found[text_in(tag, "key")] = text_in(tag, "value");
  }
  Json properties = guardrail_properties_of(*shown);
  properties["Tags"] = to_json(found);
  const Mark mark = mark_of(found, calls_.identity().stack);
  Json details = {{"Arn", arn},
                  {"GuardrailArn", arn},
                  {"GuardrailId", *id},
                  {"Status", text_in(*shown, "status")}};
  return std::optional(Observed{normal_form(ResourceKind::guardrail, properties), mark.ownership,
                                mark.owner, std::move(details)});
}

Result<void> GuardrailProvider::settle(const Address& address, const std::string& id) {
  const Result<void> ready = calls_.wait_until_ready(address, id);
  if (!ready) {
    return pass_on(ready);
  }
  const Result<std::optional<Observed>> seen =
      seen_soon(calls_.waiter(), [&] { return read(address); });
  if (!seen) {
    return pass_on(seen);
  }
  return *seen ? Result<void>()
               : Result<void>(fault(to_text(address), "was made and is not there"));
}

Result<void> GuardrailProvider::create(const Address& address, const Json& target) {
  Json members = guardrail_members_of(target);
  members["tags"] = sent_tags(target);
  const std::int64_t start_ms = calls_.waiter().now_ms();
  for (;;) {
    const CallResult<Json> made =
        calls_.send(address, {"CreateGuardrail", "POST", "/guardrails", members});
    if (made) {
      return settle(address, text_in(*made, "guardrailId"));
    }
    if (!has_code(made.error(), {"ConflictException"})) {
      return refused(address, made.error());
    }
    // The name is taken: by one of a run that was cut, by one that is being deleted, or by others.
    const Result<std::optional<Observed>> there = read(address);
    if (!there) {
      return pass_on(there);
    }
    if (there->has_value()) {
      return update_found(address, target, *there);
    }
    if (calls_.waiter().now_ms() - start_ms >= std::int64_t{iam_settling_ms_max}) {
      return refused(address, made.error());
    }
    calls_.waiter().sleep(settling_step_ms);
  }
}

Result<void> GuardrailProvider::update(const Address& address, const Json& target,
                                       const Observed& observed) {
  const std::string id = text_in(observed.details, "GuardrailId");
  Json wanted = target;
  wanted.erase("Tags");  // UpdateGuardrail has none.
  if (!differences(ResourceKind::guardrail, wanted, observed.properties).empty()) {
    // Replaced whole: what we do not manage (denied topics, words) is written as it was.
    Json merged = observed.properties;
    for (const char* const policy : {"ContentPolicyConfig", "SensitiveInformationPolicyConfig"}) {
      merged.erase(policy);
    }
    merged.update(wanted);
    const Result<void> ready = calls_.wait_until_ready(address, id);
    const Result<void> written =
        ready ? write(address,
                      {"UpdateGuardrail", "PUT", path_of(observed), guardrail_members_of(merged)})
              : ready;
    if (!written) {
      return pass_on(written);
    }
  }
  const Json tags = {{"Tags", part_in(target, "Tags")}};
  const Json tags_there = {{"Tags", part_in(observed.properties, "Tags")}};
  if (!differences(ResourceKind::guardrail, tags, tags_there).empty()) {
    const Result<void> tagged =
        write(address,
              {"TagResource",
               "POST",
               "/tagResource",
               {{"resourceARN", text_in(observed.details, "Arn")}, {"tags", sent_tags(target)}}});
    if (!tagged) {
      return pass_on(tagged);
    }
  }
  return calls_.wait_until_ready(address, id);
}

}  // namespace

std::unique_ptr<ResourceProvider> make_guardrail_provider(aws::ServiceCalls& calls,
                                                          StackIdentity identity, Waiter waiter) {
  return std::make_unique<GuardrailProvider>(
      GuardrailCalls(calls, std::move(identity), std::move(waiter)));
}

}  // namespace bedrocklog::provision
