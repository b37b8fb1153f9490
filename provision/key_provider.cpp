// A KMS key with its policy. A key has no name: it is known by its alias, and until that is made by
// its tags. It is never deleted at once: deletion is scheduled, and can be cancelled until then.
#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "provision/answer_members.h"
#include "provision/call_fault.h"
#include "provision/document_members.h"
#include "provision/key_calls.h"
#include "provision/normal_form.h"
#include "provision/settling.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;

/// KMS keeps the window only from the moment of deletion on: until then the key carries it.
constexpr std::string_view window_tag = "bedrocklog:deletion-days";
constexpr unsigned default_window_days = 30;

/// As KMS has them, the window among them.
Json key_tags(const Json& target) {
  Json list = Json::array();
  for (const auto& [key, value] : tags_of(target)) {
    list.push_back({{"TagKey", key}, {"TagValue", value}});
  }
  if (const auto days = target.find("PendingWindowInDays"); days != target.end()) {
    list.push_back({{"TagKey", window_tag}, {"TagValue", days->dump()}});
  }
  return list;
}

class KeyProvider final : public ResourceProvider {
 public:
  explicit KeyProvider(KeyCalls calls) : calls_(std::move(calls)) {}

  Result<std::optional<Observed>> read(const Address& address) override;
  Result<void> create(const Address& address, const Json& target) override;
  Result<void> update(const Address& address, const Json& target,
                      const Observed& observed) override;
  Result<void> remove(const Address& address, const Observed& observed,
                      bool /*deletes_data*/) override;
  Result<void> release(const Address& address, const Observed& observed) override;

 private:
  struct Found {
    std::optional<Json> metadata;  // Of the key that the address means.
    std::size_t keys = 1;          // Of ours, where it was found by its tags.
  };
  Result<Found> found_by_alias_or_tags(const Address& address) const;
  Result<Observed> observed_of(const Address& address, const Json& metadata, Tags tags) const;
  /// Keys that were made because the answer to the first creation was lost. As long as there is no
  /// alias nothing uses any of them.
  Result<void> end_copies(const Address& address, const Json& target) const;
  Result<void> schedule(const Address& address, const std::string& id, unsigned days) const;
  Result<void> change(const Address& address, std::string_view operation,
                      const Json& members) const {
    const CallResult<Json> answer = calls_.change(address, operation, members);
    return answer ? Result<void>() : Result<void>(refused(address, answer.error()));
  }

  KeyCalls calls_;
};

Result<KeyProvider::Found> KeyProvider::found_by_alias_or_tags(const Address& address) const {
  Result<std::optional<Json>> named = calls_.metadata(address, "alias/" + address.name);
  if (!named) {
    return pass_on(named);
  }
  std::optional<Json>& key = *named;
  if (key && !is_ending(*key)) {
    return Found{std::move(key)};
  }
  const Result<std::vector<std::string>> ours = calls_.ours(address);
  if (!ours) {
    return pass_on(ours);
  }
  if (ours->empty()) {
    return Found{};
  }
  Result<std::optional<Json>> tagged = calls_.metadata(address, ours->front());
  return tagged ? Result<Found>(Found{std::move(*tagged), ours->size()})
                : Result<Found>(pass_on(tagged));
}

Result<std::optional<Observed>> KeyProvider::read(const Address& address) {
  const Result<Found> found = found_by_alias_or_tags(address);
  if (!found) {
    return pass_on(found);
  }
  const std::optional<Json>& metadata = found->metadata;
  if (!metadata) {
    return std::optional<Observed>();
  }
  const Result<std::optional<Tags>> tags = calls_.tags(address, text_in(*metadata, "KeyId"));
  if (!tags) {
    return pass_on(tags);
  }
  Result<Observed> observed = observed_of(address, *metadata, tags->value_or(Tags()));
  if (!observed) {
    return pass_on(observed);
  }
  if (found->keys > 1) {
    // Too many of them is a difference, too: the next update leaves one.
    observed->properties["Description"] =
        fmt::format("{} ({} keys)", text_in(observed->properties, "Description"), found->keys);
    observed->details["Keys"] = found->keys;
  }
  return std::optional(std::move(*observed));
}

Result<Observed> KeyProvider::observed_of(const Address& address, const Json& metadata,
                                          Tags tags) const {
  const std::string id = text_in(metadata, "KeyId");
  const Mark mark = mark_of(tags, calls_.identity().stack);
  Json properties = {{"Description", text_in(metadata, "Description")},
                     {"KeySpec", text_in(metadata, "KeySpec")},
                     {"Enabled", metadata.value("Enabled", Json())}};
  if (const auto window = tags.find(window_tag); window != tags.end()) {
    properties["PendingWindowInDays"] = window->second;
    tags.erase(window);
  }
  properties["Tags"] = to_json(tags);
  const CallResult<Json> policy =
      calls_.call(address, "GetKeyPolicy", {{"KeyId", id}, {"PolicyName", "default"}});
  // A foreign key may tell strangers little; that it is there is enough to know.
  const auto is_hidden = [&](const aws::CallFailure& failure) {
    return mark.ownership == Ownership::foreign && is_access_denied(failure.error);
  };
  if (policy) {
    properties["KeyPolicy"] = Json::parse(text_in(*policy, "Policy"), nullptr, false);
  } else if (!is_hidden(policy.error())) {
    return refused(address, policy.error());
  }
  const CallResult<Json> rotation = calls_.call(address, "GetKeyRotationStatus", {{"KeyId", id}});
  if (rotation) {
    properties["EnableKeyRotation"] = rotation->value("KeyRotationEnabled", Json());
  } else if (!is_hidden(rotation.error()) &&
             !has_code(rotation.error(), {"UnsupportedOperationException"})) {
    return refused(address, rotation.error());
  }
  return Observed{normal_form(ResourceKind::key, properties),
                  mark.ownership,
                  mark.owner,
                  {{"Arn", text_in(metadata, "Arn")},
                   {"KeyId", id},
                   {"KeyState", text_in(metadata, "KeyState")}}};
}

Result<void> KeyProvider::create(const Address& address, const Json& target) {
  const Result<std::optional<Observed>> there = read(address);
  if (!there) {
    return pass_on(there);
  }
  if (*there) {
    return update_found(address, target, *there);
  }
  Json members = {{"Description", target.value("Description", Json())},
                  {"KeySpec", target.value("KeySpec", Json())},
                  {"Tags", key_tags(target)}};
  if (target.contains("KeyPolicy")) {
    members["Policy"] = target["KeyPolicy"].dump();
  }
  const CallResult<Json> made = calls_.change(address, "CreateKey", members);
  if (!made) {
    return refused(address, made.error());
  }
  const std::string id = text_in(made->value("KeyMetadata", Json::object()), "KeyId");
  // Copies were made before it: when it is seen they are, too.
  const Result<std::optional<Observed>> seen =
      seen_soon(calls_.waiter(), [&]() -> Result<std::optional<Observed>> {
        const Result<std::optional<Json>> known = calls_.metadata(address, id);
        if (!known) {
          return pass_on(known);
        }
        Result<std::optional<Observed>> found =
            *known ? read(address) : Result<std::optional<Observed>>(std::nullopt);
        const bool is_all =
            found && *found &&
            ((*found)->details["KeyId"] == id || (*found)->details.contains("Keys"));
        return !found || is_all ? found : Result<std::optional<Observed>>(std::nullopt);
      });
  if (!seen) {
    return pass_on(seen);
  }
  if (!*seen) {
    return fault(to_text(address), "was made and is not seen");
  }
  return update_found(address, target, *seen);
}

Result<void> KeyProvider::end_copies(const Address& address, const Json& target) const {
  const Result<std::vector<std::string>> ours = calls_.ours(address);
  if (!ours) {
    return pass_on(ours);
  }
  for (std::size_t copy = 1; copy < ours->size(); ++copy) {
    const Result<void> done =
        schedule(address, (*ours)[copy], target.value("PendingWindowInDays", default_window_days));
    if (!done) {
      return pass_on(done);
    }
  }
  return {};
}

Result<void> KeyProvider::update(const Address& address, const Json& target,
                                 const Observed& observed) {
  const auto differs = [&](const char* property) {
    return target.contains(property) &&
           !differences(ResourceKind::key, {{property, target[property]}}, observed.properties)
                .empty();
  };
  if (differs("KeySpec")) {
    return fault(to_text(address), "the kind of a key cannot be changed (KeySpec)");
  }
  if (observed.details.contains("Keys")) {
    if (const Result<void> ended = end_copies(address, target); !ended) {
      return pass_on(ended);
    }
  }
  const std::string id = observed.details.value("KeyId", "");
  struct Write {
    bool is_due;
    const char* operation;
    Json members;
  };
  const bool is_enabled = target.value("Enabled", true);
  const bool rotates = target.value("EnableKeyRotation", false);
  const std::array<Write, 5> writes = {{
      {differs("Tags") || differs("PendingWindowInDays"),
       "TagResource",
       {{"KeyId", id}, {"Tags", key_tags(target)}}},
      {differs("KeyPolicy"),
       "PutKeyPolicy",
       {{"KeyId", id},
        {"PolicyName", "default"},
        {"Policy", target.value("KeyPolicy", Json()).dump()}}},
      {differs("Description"),
       "UpdateKeyDescription",
       {{"KeyId", id}, {"Description", target.value("Description", Json())}}},
      // The rotation of a disabled key cannot be set.
      {differs("Enabled"), is_enabled ? "EnableKey" : "DisableKey", {{"KeyId", id}}},
      {differs("EnableKeyRotation"),
       rotates ? "EnableKeyRotation" : "DisableKeyRotation",
       {{"KeyId", id}}},
  }};
  for (const Write& write : writes) {
    if (!write.is_due) {
      continue;
    }
    if (const Result<void> done = change(address, write.operation, write.members); !done) {
      return pass_on(done);
    }
  }
  return {};
}

Result<void> KeyProvider::schedule(const Address& address, const std::string& id,
                                   unsigned days) const {
  const CallResult<Json> answer =
      calls_.call(address, "ScheduleKeyDeletion", {{"KeyId", id}, {"PendingWindowInDays", days}});
  // The state in which it is refused is that of a key that is scheduled already.
  const bool is_done =
      answer || has_code(answer.error(), {"NotFoundException", "KMSInvalidStateException"});
  return is_done ? Result<void>() : Result<void>(refused(address, answer.error()));
}

Result<void> KeyProvider::remove(const Address& address, const Observed& observed,
                                 bool /*deletes_data*/) {
  const auto days = static_cast<unsigned>(
      whole_number_of(observed.properties.value("PendingWindowInDays", Json()))
          .value_or(default_window_days));
  Result<std::vector<std::string>> ours = calls_.ours(address);
  if (!ours) {
    return pass_on(ours);
  }
  const std::string seen = observed.details.value("KeyId", "");
  if (std::find(ours->begin(), ours->end(), seen) == ours->end()) {
    ours->push_back(seen);
  }
  for (const std::string& id : *ours) {
    if (const Result<void> done = schedule(address, id, days); !done) {
      return pass_on(done);
    }
  }
  return {};
}

Result<void> KeyProvider::release(const Address& address, const Observed& observed) {
  Json keys = our_tag_keys(observed.properties);
  keys.push_back(window_tag);
  const CallResult<Json> answer =
      calls_.call(address, "UntagResource",
                  {{"KeyId", observed.details.value("KeyId", "")}, {"TagKeys", std::move(keys)}});
  const bool is_done =
      answer || has_code(answer.error(), {"NotFoundException", "KMSInvalidStateException"});
  return is_done ? Result<void>() : Result<void>(refused(address, answer.error()));
}

}  // namespace

std::unique_ptr<ResourceProvider> make_key_provider(aws::ServiceCalls& calls,
                                                    StackIdentity identity, Waiter waiter) {
  return std::make_unique<KeyProvider>(KeyCalls(calls, std::move(identity), std::move(waiter)));
}

}  // namespace bedrocklog::provision
