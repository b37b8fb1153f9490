// KMS of the fake: keys with policy, rotation and tags, their aliases, and how keys end.
#include <algorithm>
#include <optional>
#include <utility>

#include "tests/fake_aws/fake_json_members.h"
#include "tests/fake_aws/fake_key.h"
#include "tests/fake_aws/fake_kms_members.h"
#include "tests/fake_aws/fake_tags.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::size_t alias_page_max = 100;
constexpr std::size_t tag_page_max = 50;
constexpr std::int64_t deletion_days_min = 7;
constexpr std::int64_t deletion_days_max = 30;
constexpr std::int64_t rotation_days_min = 90;
constexpr std::int64_t rotation_days_max = 2'560;

class FakeKms : public FakeService {
 public:
  explicit FakeKms(FakeWorld& world) : world_(world) {
    world_.key_refusal = [this](const std::string& arn, const PolicyQuestion& question) {
      return refusal_of(arn, question);
    };
  }

  FakeAnswer handle(const FakeCall& call) override;
  FakeAnswer describe(const FakeCall& call) const override;
  Json snapshot() const override;
  void restore(const Json& snapshot) override;
  std::map<std::string, std::string> ids_by_chance() const override;

 private:
  using Keys = std::map<std::string, FakeKmsKey>;  // By id.
  struct Operation {
    std::span<const Member> members;
    /// `key` is the one of KeyId; null where there is none.
    FakeAnswer (FakeKms::*run)(const FakeCall& call, Keys::value_type* key);
    bool is_change = false;
    bool takes_alias = false;   // In KeyId.
    bool takes_pending = true;  // A key that is pending deletion.
    bool takes_disabled = true;
  };
  static const std::map<std::string, Operation>& operations();

  FakeAnswer create(const FakeCall& call, Keys::value_type* key);
  FakeAnswer show(const FakeCall& call, Keys::value_type* key);
  FakeAnswer get_policy(const FakeCall& call, Keys::value_type* key);
  FakeAnswer put_policy(const FakeCall& call, Keys::value_type* key);
  FakeAnswer rotate(const FakeCall& call, Keys::value_type* key);
  FakeAnswer stop_rotation(const FakeCall& call, Keys::value_type* key);
  FakeAnswer rotation(const FakeCall& call, Keys::value_type* key);
  FakeAnswer enable(const FakeCall& call, Keys::value_type* key);
  FakeAnswer put_description(const FakeCall& call, Keys::value_type* key);
  FakeAnswer list_aliases(const FakeCall& call, Keys::value_type* key);
  FakeAnswer create_alias(const FakeCall& call, Keys::value_type* key);
  FakeAnswer update_alias(const FakeCall& call, Keys::value_type* key);
  FakeAnswer delete_alias(const FakeCall& call, Keys::value_type* key);
  FakeAnswer list_keys(const FakeCall& call, Keys::value_type* key);
  FakeAnswer list_tags(const FakeCall& call, Keys::value_type* key);
  FakeAnswer tag(const FakeCall& call, Keys::value_type* key);
  FakeAnswer untag(const FakeCall& call, Keys::value_type* key);
  FakeAnswer schedule(const FakeCall& call, Keys::value_type* key);
  FakeAnswer cancel(const FakeCall& call, Keys::value_type* key);

  [[nodiscard]] std::string arn_of(const std::string& region, const std::string& what) const {
    return "arn:" + world_.partition + ":kms:" + region + ':' + world_.account + ':' + what;
  }
  /// The id that is meant by an id, an ARN, or the name or ARN of an alias; "": by nothing.
  [[nodiscard]] std::string id_of(const std::string& region, const std::string& text) const;
  [[nodiscard]] std::optional<FakeAnswer> tags_into(FakeKmsKey& key, const Json& list) const;
  [[nodiscard]] std::string refusal_of(const std::string& arn,
                                       const PolicyQuestion& question) const;
  [[nodiscard]] bool is_visible(const FakeKmsKey& key) const {
    return key.made_at == 0 || world_.requests - key.made_at > world_.read_lag_requests;
  }
  FakeAnswer put_alias(const FakeCall& call, bool is_new);

  FakeWorld& world_;
  Keys keys_;
  std::map<std::string, std::map<std::string, std::string>> aliases_;  // Region, name: key id.
  std::uint64_t ids_ = 0;
};

const std::map<std::string, FakeKms::Operation>& FakeKms::operations() {
  static const std::map<std::string, Operation> all = {
      {"CreateKey", {kms::create_members, &FakeKms::create, true}},
      {"DescribeKey", {kms::describe_members, &FakeKms::show, false, true}},
      {"GetKeyPolicy", {kms::get_policy_members, &FakeKms::get_policy}},
      {"PutKeyPolicy", {kms::put_policy_members, &FakeKms::put_policy, true}},
      {"EnableKeyRotation", {kms::rotation_members, &FakeKms::rotate, true, false, false, false}},
      {"DisableKeyRotation",
       {kms::one_key_members, &FakeKms::stop_rotation, true, false, false, false}},
      {"GetKeyRotationStatus", {kms::one_key_members, &FakeKms::rotation}},
      {"EnableKey", {kms::one_key_members, &FakeKms::enable, true, false, false}},
      {"DisableKey", {kms::one_key_members, &FakeKms::enable, true, false, false}},
      {"UpdateKeyDescription",
       {kms::describing_members, &FakeKms::put_description, true, false, false}},
      {"ListAliases", {kms::list_alias_members, &FakeKms::list_aliases}},
      {"CreateAlias", {kms::alias_members, &FakeKms::create_alias, true}},
      {"UpdateAlias", {kms::alias_members, &FakeKms::update_alias, true}},
      {"DeleteAlias", {kms::one_alias_members, &FakeKms::delete_alias, true}},
      {"ListKeys", {kms::list_members, &FakeKms::list_keys}},
      {"ListResourceTags", {kms::list_tag_members, &FakeKms::list_tags}},
      {"TagResource", {kms::tag_members_of_call, &FakeKms::tag, true, false, false}},
      {"UntagResource", {kms::untag_members, &FakeKms::untag, true, false, false}},
      {"ScheduleKeyDeletion", {kms::deletion_members, &FakeKms::schedule, true, false, false}},
      {"CancelKeyDeletion", {kms::one_key_members, &FakeKms::cancel, true}},
  };
  return all;
}

FakeAnswer FakeKms::handle(const FakeCall& call) {
  const auto operation = operations().find(call.operation);
  if (operation == operations().end()) {
    return json_error(404, "UnknownOperationException", "The operation is not known.");
  }
  const Operation& known = operation->second;
  if (auto refused = json_members_refusal(call.json, known.members)) {
    return *refused;
  }
  const std::string text = text_member(call.json, "KeyId");
  if (text.empty()) {
    return (this->*known.run)(call, nullptr);
  }
  const bool is_alias = text.find("alias/") != std::string::npos;
  const auto key =
      is_alias && !known.takes_alias ? keys_.end() : keys_.find(id_of(call.region, text));
  if (key == keys_.end() || (!known.is_change && !is_visible(key->second))) {
    const std::string what = is_alias ? "Alias " : "Key ";
    return kms_error("NotFoundException", what + text + " is not found.");
  }
  const std::string arn = arn_of(call.region, "key/" + key->first);
  if (!known.takes_pending && key->second.is_pending_deletion) {
    return kms_error("KMSInvalidStateException", arn + " is pending deletion.");
  }
  if (!known.takes_disabled && !key->second.is_enabled) {
    return kms_error("DisabledException", arn + " is disabled.");
  }
  return (this->*known.run)(call, &*key);
}

FakeAnswer FakeKms::describe(const FakeCall& call) const {
  FakeAnswer answer;
  answer.operation = call.operation;
  const auto found = operations().find(call.operation);
  answer.is_change = found != operations().end() && found->second.is_change;
  const std::string text = text_member(call.json, "KeyId", text_member(call.json, "TargetKeyId"));
  const std::string id = text.empty() ? "" : id_of(call.region, text);
  // What an alias that is not there would mean nobody knows.
  const std::string key = arn_of(call.region, "key/" + (id.empty() ? "*" : id));
  const std::string alias = text_member(call.json, "AliasName");
  if (!alias.empty()) {
    answer.resource = arn_of(call.region, alias);
    if (!text.empty()) {
      answer.also_needs.push_back({"kms", call.operation, key});
    }
    // Of the key it is of, too, and of the one it was of.
    const std::string before = id_of(call.region, alias);
    if (!before.empty() && before != id) {
      answer.also_needs.push_back({"kms", call.operation, arn_of(call.region, "key/" + before)});
    }
  } else if (!text.empty()) {
    answer.resource = key;
  } else if (call.operation == "CreateKey" && call.json.contains("Tags")) {
    answer.also_needs.push_back({"kms", "TagResource", arn_of(call.region, "key/*")});
  }
  return answer;
}

std::string FakeKms::id_of(const std::string& region, const std::string& text) const {
  std::string name = text;
  if (text.starts_with("arn:")) {
    const std::string own = arn_of(region, "");
    if (!text.starts_with(own)) {
      return "";
    }
    name = text.substr(own.size());
    name = name.starts_with("key/") ? name.substr(4) : name;
  }
  if (name.starts_with("alias/")) {
    const auto aliases = aliases_.find(region);
    const auto alias = aliases == aliases_.end()
                           ? std::map<std::string, std::string>::const_iterator()
                           : aliases->second.find(name);
    return aliases == aliases_.end() || alias == aliases->second.end() ? "" : alias->second;
  }
  const auto key = keys_.find(name);
  return key != keys_.end() && key->second.region == region ? name : "";
}

FakeAnswer FakeKms::create(const FakeCall& call, Keys::value_type* /*key*/) {
  FakeKmsKey made;
  made.region = call.region;
  made.description = text_member(call.json, "Description");
  made.spec = text_member(call.json, "KeySpec", "SYMMETRIC_DEFAULT");
  made.policy = text_member(call.json, "Policy", default_key_policy(world_));
  if (made.spec != "SYMMETRIC_DEFAULT" && !call.json.contains("KeyUsage")) {
    return invalid_key_member("KeyUsage must be given for keys that are not symmetric.");
  }
  const KeyPolicyFault wrong = key_policy_fault(world_, call, made.policy);
  if (!wrong.code.empty()) {
    return kms_error(wrong.code, wrong.message);
  }
  if (auto refused = tags_into(made, call.json.value("Tags", Json::array()))) {
    return *refused;
  }
  made.made_at = world_.requests;
  const std::string id = key_id_of("made " + std::to_string(++ids_));
  Keys::value_type& stored = *keys_.insert_or_assign(id, std::move(made)).first;
  return show(call, &stored);
}

FakeAnswer FakeKms::show(const FakeCall& call, Keys::value_type* key) {
  const FakeKmsKey& shown = key->second;
  Json metadata = {{"AWSAccountId", world_.account},
                   {"KeyId", key->first},
                   {"Arn", arn_of(call.region, "key/" + key->first)},
                   {"CreationDate", world_.now_seconds},
                   {"Enabled", state_of(shown) == "Enabled"},
                   {"Description", shown.description},
                   {"KeyUsage", "ENCRYPT_DECRYPT"},
                   {"KeyState", state_of(shown)},
                   {"Origin", "AWS_KMS"},
                   {"KeyManager", "CUSTOMER"},
                   {"KeySpec", shown.spec},
                   {"CustomerMasterKeySpec", shown.spec},
                   {"EncryptionAlgorithms", {"SYMMETRIC_DEFAULT"}},
                   {"MultiRegion", false}};
  if (shown.is_pending_deletion) {
    constexpr std::int64_t day_seconds = 86'400;
    metadata["DeletionDate"] = world_.now_seconds + shown.deletion_days * day_seconds;
  }
  return json_answer({{"KeyMetadata", std::move(metadata)}});
}

FakeAnswer FakeKms::get_policy(const FakeCall& /*call*/, Keys::value_type* key) {
  return json_answer({{"Policy", key->second.policy}, {"PolicyName", "default"}});
}

FakeAnswer FakeKms::put_policy(const FakeCall& call, Keys::value_type* key) {
  const std::string policy = text_member(call.json, "Policy");
  const KeyPolicyFault wrong = key_policy_fault(world_, call, policy);
  if (!wrong.code.empty()) {
    return kms_error(wrong.code, wrong.message);
  }
  key->second.policy = policy;
  return json_answer(Json());
}

FakeAnswer FakeKms::rotate(const FakeCall& call, Keys::value_type* key) {
  const std::int64_t days = call.json.value("RotationPeriodInDays", key->second.rotation_days);
  if (days < rotation_days_min || days > rotation_days_max) {
    return invalid_key_member("Value at 'rotationPeriodInDays' failed to satisfy constraint");
  }
  if (key->second.spec != "SYMMETRIC_DEFAULT") {
    return kms_error("UnsupportedOperationException", "Only symmetric keys are rotated.");
  }
  key->second.rotates = true;
  key->second.rotation_days = days;
  return json_answer(Json());
}

FakeAnswer FakeKms::stop_rotation(const FakeCall& /*call*/, Keys::value_type* key) {
  key->second.rotates = false;
  return json_answer(Json());
}

FakeAnswer FakeKms::rotation(const FakeCall& call, Keys::value_type* key) {
  Json status = {{"KeyRotationEnabled", key->second.rotates},
                 {"KeyId", arn_of(call.region, "key/" + key->first)}};
  if (key->second.rotates) {
    status["RotationPeriodInDays"] = key->second.rotation_days;
  }
  return json_answer(status);
}

FakeAnswer FakeKms::enable(const FakeCall& call, Keys::value_type* key) {
  key->second.is_enabled = call.operation == "EnableKey";
  return json_answer(Json());
}

FakeAnswer FakeKms::put_description(const FakeCall& call, Keys::value_type* key) {
  key->second.description = text_member(call.json, "Description");
  return json_answer(Json());
}

FakeAnswer FakeKms::list_aliases(const FakeCall& call, Keys::value_type* key) {
  Json all = Json::array();
  for (const auto& [name, id] : aliases_[call.region]) {
    if (key == nullptr || key->first == id) {
      all.push_back({{"AliasName", name},
                     {"AliasArn", arn_of(call.region, name)},
                     {"TargetKeyId", id},
                     {"CreationDate", world_.now_seconds},
                     {"LastUpdatedDate", world_.now_seconds}});
    }
  }
  return key_page(call, "Aliases", all, alias_page_max);
}

FakeAnswer FakeKms::put_alias(const FakeCall& call, bool is_new) {
  const std::string name = text_member(call.json, "AliasName");
  const std::string text = text_member(call.json, "TargetKeyId");
  if (!name.starts_with("alias/") || name.starts_with("alias/aws/") || name == "alias/") {
    return kms_error("InvalidAliasNameException", "Alias must start with alias/, not alias/aws/.");
  }
  const auto key =
      text.find("alias/") == std::string::npos ? keys_.find(id_of(call.region, text)) : keys_.end();
  if (key == keys_.end()) {
    return kms_error("NotFoundException", "Key " + text + " does not exist");
  }
  if (key->second.is_pending_deletion) {
    return kms_error("KMSInvalidStateException", "The key is pending deletion.");
  }
  auto& aliases = aliases_[call.region];
  if (is_new == aliases.contains(name)) {
    return is_new ? kms_error("AlreadyExistsException", "An alias with the name exists already")
                  : kms_error("NotFoundException", "Alias " + name + " is not found.");
  }
  aliases[name] = key->first;
  return json_answer(Json());
}

FakeAnswer FakeKms::create_alias(const FakeCall& call, Keys::value_type* /*key*/) {
  return put_alias(call, true);
}

FakeAnswer FakeKms::update_alias(const FakeCall& call, Keys::value_type* /*key*/) {
  return put_alias(call, false);
}

FakeAnswer FakeKms::delete_alias(const FakeCall& call, Keys::value_type* /*key*/) {
  const std::string name = text_member(call.json, "AliasName");
  return aliases_[call.region].erase(name) == 0
             ? kms_error("NotFoundException", "Alias " + name + " is not found.")
             : json_answer(Json());
}

FakeAnswer FakeKms::list_keys(const FakeCall& call, Keys::value_type* /*key*/) {
  Json all = Json::array();
  for (const auto& [id, key] : keys_) {
    if (key.region == call.region && is_visible(key)) {
      all.push_back({{"KeyId", id}, {"KeyArn", arn_of(call.region, "key/" + id)}});
    }
  }
  return key_page(call, "Keys", all, 1'000);
}

FakeAnswer FakeKms::list_tags(const FakeCall& call, Keys::value_type* key) {
  Json all = Json::array();
  for (const auto& [name, value] : key->second.tags) {
    all.push_back({{"TagKey", name}, {"TagValue", value}});
  }
  return key_page(call, "Tags", all, tag_page_max);
}

std::optional<FakeAnswer> FakeKms::tags_into(FakeKmsKey& key, const Json& list) const {
  std::map<std::string, std::string> sent;
  for (const Json& entry : list) {
    const std::string name = text_member(entry, "TagKey");
    const std::string value = text_member(entry, "TagValue");
    if (const std::string wrong = tag_fault(name, value); !wrong.empty()) {
      return kms_error("TagException", wrong);
    }
    if (!sent.emplace(name, value).second) {
      return kms_error("TagException", "Duplicate tag keys");
    }
  }
  sent.insert(key.tags.begin(), key.tags.end());
  if (sent.size() > tags_max) {
    return kms_error("LimitExceededException", "Too many tags");
  }
  key.tags = std::move(sent);
  return std::nullopt;
}

FakeAnswer FakeKms::tag(const FakeCall& call, Keys::value_type* key) {
  auto refused = tags_into(key->second, call.json["Tags"]);
  return refused ? *refused : json_answer(Json());
}

FakeAnswer FakeKms::untag(const FakeCall& call, Keys::value_type* key) {
  for (const Json& name : call.json["TagKeys"]) {
    key->second.tags.erase(name.get<std::string>());
  }
  return json_answer(Json());
}

FakeAnswer FakeKms::schedule(const FakeCall& call, Keys::value_type* key) {
  const std::int64_t days = call.json.value("PendingWindowInDays", deletion_days_max);
  if (days < deletion_days_min || days > deletion_days_max) {
    return invalid_key_member("Value at 'pendingWindowInDays' must be between 7 and 30");
  }
  key->second.is_pending_deletion = true;
  key->second.deletion_days = days;
  return json_answer({{"KeyId", arn_of(call.region, "key/" + key->first)},
                      {"KeyState", "PendingDeletion"},
                      {"PendingWindowInDays", days}});
}

FakeAnswer FakeKms::cancel(const FakeCall& call, Keys::value_type* key) {
  const std::string arn = arn_of(call.region, "key/" + key->first);
  if (!key->second.is_pending_deletion) {
    return kms_error("KMSInvalidStateException", arn + " is not pending deletion.");
  }
  key->second.is_pending_deletion = false;
  key->second.is_enabled = false;  // Until somebody enables it.
  return json_answer({{"KeyId", arn}});
}

std::string FakeKms::refusal_of(const std::string& arn, const PolicyQuestion& question) const {
  // arn:aws:kms:REGION:ACCOUNT:...
  const std::string own = "arn:" + world_.partition + ":kms:";
  const std::string region =
      arn.starts_with(own) ? arn.substr(own.size(), arn.find(':', own.size()) - own.size()) : "";
  const auto key = keys_.find(id_of(region, arn));
  if (key == keys_.end()) {
    return "NotFoundException";
  }
  if (key->second.is_pending_deletion) {
    return "KMSInvalidStateException";
  }
  if (!key->second.is_enabled) {
    return "DisabledException";
  }
  PolicyQuestion asked = question;
  asked.resource = arn_of(region, "key/" + key->first);
  const Json policy = Json::parse(key->second.policy, nullptr, false);
  return policy_allows(PolicyKind::resource, policy, asked) ? "" : "AccessDeniedException";
}

Json FakeKms::snapshot() const {
  Json keys = Json::object();
  for (const auto& [id, key] : keys_) {
    if (!key.is_pending_deletion) {
      keys[key.region][id] = to_json(key);
    }
  }
  Json aliases = Json::object();
  for (const auto& [region, names] : aliases_) {
    for (const auto& [name, id] : names) {
      aliases[region][name] = id;
    }
  }
  return {{"Keys", std::move(keys)}, {"Aliases", std::move(aliases)}};
}

void FakeKms::restore(const Json& snapshot) {
  keys_.clear();
  aliases_.clear();
  const Json regions = snapshot.value("Keys", Json::object());
  for (const auto& [region, keys] : regions.items()) {
    for (const auto& [id, document] : keys.items()) {
      FakeKmsKey key = key_of_json(document);
      key.region = region;
      keys_[id] = std::move(key);
    }
  }
  const Json aliases = snapshot.value("Aliases", Json::object());
  for (const auto& [region, names] : aliases.items()) {
    for (const auto& [name, id] : names.items()) {
      aliases_[region][name] = id.get<std::string>();
    }
  }
}

/// By its aliases, or else by what it is; of several that are the same, in turn.
std::map<std::string, std::string> FakeKms::ids_by_chance() const {
  std::map<std::string, std::string> names;
  for (const auto& [region, aliases] : aliases_) {
    for (const auto& [name, id] : aliases) {
      names[id] += region + ' ' + name + ' ';
    }
  }
  std::map<std::string, std::string> ids;
  std::map<std::string, unsigned> copies;
  for (const auto& [id, key] : keys_) {
    if (key.is_pending_deletion) {
      continue;
    }
    std::string text = names.contains(id) ? names[id] : key.region + ' ' + to_json(key).dump();
    text += ' ' + std::to_string(copies[text]++);
    ids[id] = key_id_of(text);
  }
  return ids;
}

}  // namespace

std::unique_ptr<FakeService> make_fake_kms(FakeWorld& world) {
  return std::make_unique<FakeKms>(world);
}

}  // namespace bedrocklog::fake_aws
