// What S3 refuses, setting by setting (Amazon S3 API Reference).
#include "tests/fake_aws/fake_bucket_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <set>
#include <utility>

#include "tests/fake_aws/fake_members.h"
#include "tests/fake_aws/fake_policy.h"
#include "tests/fake_aws/fake_tags.h"

namespace bedrocklog::fake_aws {
namespace {

using aws::XmlElement;
using Refusal = std::optional<FakeAnswer>;
using Names = std::initializer_list<std::string_view>;

constexpr std::size_t policy_size_max_bytes = 20'480;
constexpr std::size_t rules_max = 1'000;
constexpr std::size_t rule_id_size_max = 255;
constexpr std::int64_t infrequent_days_min = 30;

FakeAnswer invalid_argument(const std::string& message) {
  return s3_error(400, "InvalidArgument", message);
}

FakeAnswer invalid_request(const std::string& message) {
  return s3_error(400, "InvalidRequest", message);
}

bool is_one_of(std::string_view text, Names names) {
  return std::find(names.begin(), names.end(), text) != names.end();
}

/// No children but these.
bool has_only(const XmlElement& element, Names names) {
  return std::all_of(element.children.begin(), element.children.end(),
                     [&](const XmlElement& child) { return is_one_of(child.name, names); });
}

bool is_flag(std::string_view text) {
  return text == "true" || text == "false";
}

std::optional<std::int64_t> days_of(const XmlElement& element, std::string_view name) {
  const std::string_view text = element.text_of(name);
  std::int64_t days = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), days);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return days;
}

/// A number of days that must be there and above 0.
Refusal days_refusal(const XmlElement& element, std::string_view name) {
  const auto days = days_of(element, name);
  if (!days) {
    return malformed_xml();
  }
  if (*days <= 0) {
    return invalid_argument("'" + std::string(name) + "' for " + element.name +
                            " action must be a positive integer");
  }
  return std::nullopt;
}

Refusal versioning_refusal(const XmlElement& root) {
  const bool is_right = has_only(root, {"Status", "MfaDelete"}) &&
                        is_one_of(root.text_of("Status"), {"Enabled", "Suspended"});
  return is_right ? Refusal() : malformed_xml();
}

Refusal public_access_refusal(const XmlElement& root) {
  const bool is_right = !root.children.empty() &&
                        has_only(root, {"BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy",
                                        "RestrictPublicBuckets"}) &&
                        std::all_of(root.children.begin(), root.children.end(),
                                    [](const XmlElement& child) { return is_flag(child.text); });
  return is_right ? Refusal() : malformed_xml();
}

Refusal encryption_refusal(const XmlElement& root) {
  const XmlElement* const rule = root.child("Rule");
  if (rule == nullptr || root.children.size() != 1 ||
      !has_only(*rule, {"ApplyServerSideEncryptionByDefault", "BucketKeyEnabled",
                        "BlockedEncryptionTypes"})) {
    return malformed_xml();
  }
  const XmlElement* const key = rule->child("BucketKeyEnabled");
  if (key != nullptr && !is_flag(key->text)) {
    return malformed_xml();
  }
  const XmlElement* const method = rule->child("ApplyServerSideEncryptionByDefault");
  if (method == nullptr) {
    return std::nullopt;
  }
  if (!has_only(*method, {"SSEAlgorithm", "KMSMasterKeyID"}) ||
      !is_one_of(method->text_of("SSEAlgorithm"), {"AES256", "aws:kms", "aws:kms:dsse"})) {
    return malformed_xml();
  }
  if (method->text_of("SSEAlgorithm") == "AES256" && method->child("KMSMasterKeyID") != nullptr) {
    return invalid_argument(
        "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or "
        "aws:kms:dsse");
  }
  return std::nullopt;
}

Refusal ownership_refusal(const XmlElement& root) {
  const XmlElement* const rule = root.child("Rule");
  const bool is_right = rule != nullptr && root.children.size() == 1 &&
                        has_only(*rule, {"ObjectOwnership"}) &&
                        is_one_of(rule->text_of("ObjectOwnership"),
                                  {"BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"});
  return is_right ? Refusal() : malformed_xml();
}

Refusal tagging_refusal(const XmlElement& root) {
  const XmlElement* const set = root.child("TagSet");
  if (set == nullptr || root.children.size() != 1) {
    return malformed_xml();
  }
  return tag_set_refusal(*set);
}

Refusal filter_refusal(const XmlElement& rule) {
  const XmlElement* const filter = rule.child("Filter");
  if ((filter != nullptr) == (rule.child("Prefix") != nullptr)) {
    return malformed_xml();
  }
  if (filter == nullptr) {
    return std::nullopt;
  }
  const bool is_right =
      filter->children.size() <= 1 &&
      has_only(*filter, {"Prefix", "Tag", "ObjectSizeGreaterThan", "ObjectSizeLessThan", "And"});
  if (!is_right) {
    return malformed_xml();
  }
  const bool has_tag = filter->child("Tag") != nullptr;
  if (has_tag && rule.child("AbortIncompleteMultipartUpload") != nullptr) {
    return invalid_request("AbortIncompleteMultipartUpload cannot be specified with Tags.");
  }
  return std::nullopt;
}

Refusal expiration_refusal(const XmlElement& rule) {
  const XmlElement* const expiration = rule.child("Expiration");
  if (expiration == nullptr) {
    return std::nullopt;
  }
  if (expiration->children.size() != 1 ||
      !has_only(*expiration, {"Days", "Date", "ExpiredObjectDeleteMarker"})) {
    return malformed_xml();
  }
  const XmlElement* const markers = expiration->child("ExpiredObjectDeleteMarker");
  if (markers != nullptr) {
    return is_flag(markers->text) ? Refusal() : malformed_xml();
  }
  return expiration->child("Days") != nullptr ? days_refusal(*expiration, "Days") : Refusal();
}

Refusal transition_refusal(const XmlElement& rule, const XmlElement& transition) {
  if (!has_only(transition, {"Days", "Date", "StorageClass"}) ||
      (transition.child("Days") != nullptr) == (transition.child("Date") != nullptr) ||
      !is_one_of(transition.text_of("StorageClass"),
                 {"STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER",
                  "DEEP_ARCHIVE"})) {
    return malformed_xml();
  }
  const auto days = days_of(transition, "Days");
  if (!days) {
    return transition.child("Date") != nullptr ? Refusal() : malformed_xml();
  }
  const std::string storage_class(transition.text_of("StorageClass"));
  if (*days < 0 || (storage_class.ends_with("_IA") && *days < infrequent_days_min)) {
    return invalid_argument(
        "'Days' in Transition action must be greater than or equal to 30 for "
        "storageClass '" +
        storage_class + "'");
  }
  const XmlElement* const expiration = rule.child("Expiration");
  const auto expiration_days = expiration == nullptr ? std::nullopt : days_of(*expiration, "Days");
  if (expiration_days && *expiration_days <= *days) {
    return invalid_argument(
        "'Days' in the Expiration action for filter must be greater than 'Days' in the Transition "
        "action");
  }
  return std::nullopt;
}

Refusal rule_refusal(const XmlElement& rule) {
  if (rule.name != "Rule" ||
      !has_only(rule, {"ID", "Prefix", "Filter", "Status", "Transition", "Expiration",
                       "NoncurrentVersionExpiration", "NoncurrentVersionTransition",
                       "AbortIncompleteMultipartUpload"}) ||
      !is_one_of(rule.text_of("Status"), {"Enabled", "Disabled"})) {
    return malformed_xml();
  }
  if (rule.text_of("ID").size() > rule_id_size_max) {
    return invalid_argument("ID length should not exceed allowed limit of 255");
  }
  const bool acts =
      std::any_of(rule.children.begin(), rule.children.end(), [](const XmlElement& child) {
        return !is_one_of(child.name, {"ID", "Prefix", "Filter", "Status"});
      });
  if (!acts) {
    return invalid_request("At least one action needs to be specified in a rule");
  }
  if (Refusal refused = filter_refusal(rule)) {
    return refused;
  }
  if (Refusal refused = expiration_refusal(rule)) {
    return refused;
  }
  for (const XmlElement* const transition : rule.all("Transition")) {
    if (Refusal refused = transition_refusal(rule, *transition)) {
      return refused;
    }
  }
  for (const auto& [action, days] :
       {std::pair{"NoncurrentVersionExpiration", "NoncurrentDays"},
        std::pair{"AbortIncompleteMultipartUpload", "DaysAfterInitiation"}}) {
    const XmlElement* const found = rule.child(action);
    if (found == nullptr) {
      continue;
    }
    if (!has_only(*found, {days, "NewerNoncurrentVersions"})) {
      return malformed_xml();
    }
    if (Refusal refused = days_refusal(*found, days)) {
      return refused;
    }
  }
  return std::nullopt;
}

Refusal lifecycle_refusal(const XmlElement& root) {
  if (root.children.empty() || root.children.size() > rules_max) {
    return malformed_xml();
  }
  std::set<std::string> ids;
  for (const XmlElement& rule : root.children) {
    if (Refusal refused = rule_refusal(rule)) {
      return refused;
    }
    const std::string id(rule.text_of("ID"));
    if (!id.empty() && !ids.insert(id).second) {
      return invalid_argument("Rule ID must be unique. Found same ID for more than one rule");
    }
  }
  return std::nullopt;
}

constexpr std::array<FakeBucketSetting, 7> all_settings = {{
    {"encryption", "ServerSideEncryptionConfiguration", "BucketEncryption",
     "DeleteBucketEncryption", "ServerSideEncryptionConfigurationNotFoundError",
     "The server side encryption configuration was not found", 200, encryption_refusal},
    {"lifecycle", "LifecycleConfiguration", "BucketLifecycleConfiguration", "DeleteBucketLifecycle",
     "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", 200,
     lifecycle_refusal},
    {"ownershipControls", "OwnershipControls", "BucketOwnershipControls",
     "DeleteBucketOwnershipControls", "OwnershipControlsNotFoundError",
     "The bucket ownership controls were not found", 200, ownership_refusal},
    {"policy", "", "BucketPolicy", "DeleteBucketPolicy", "NoSuchBucketPolicy",
     "The bucket policy does not exist", 204},
    {"publicAccessBlock", "PublicAccessBlockConfiguration", "PublicAccessBlock",
     "DeletePublicAccessBlock", "NoSuchPublicAccessBlockConfiguration",
     "The public access block configuration was not found", 200, public_access_refusal},
    {"tagging", "Tagging", "BucketTagging", "DeleteBucketTagging", "NoSuchTagSet",
     "The TagSet does not exist", 204, tagging_refusal},
    {"versioning", "VersioningConfiguration", "BucketVersioning", "", "", "", 200,
     versioning_refusal},
}};

}  // namespace

FakeAnswer malformed_xml() {
  return s3_error(400, "MalformedXML",
                  "The XML you provided was not well-formed or did not validate against our "
                  "published schema");
}

const FakeBucketSetting* bucket_setting(std::string_view subresource) {
  const auto* const found = std::find_if(
      all_settings.begin(), all_settings.end(),
      [&](const FakeBucketSetting& setting) { return setting.subresource == subresource; });
  return found == all_settings.end() ? nullptr : found;
}

Refusal tag_set_refusal(const XmlElement& set) {
  std::set<std::string> keys;
  for (const XmlElement& tag : set.children) {
    if (tag.name != "Tag" || tag.children.size() != 2 || tag.child("Key") == nullptr ||
        tag.child("Value") == nullptr) {
      return malformed_xml();
    }
    const std::string key(tag.text_of("Key"));
    const std::string wrong = tag_fault(key, std::string(tag.text_of("Value")));
    if (!wrong.empty()) {
      return s3_error(400, "InvalidTag", wrong);
    }
    if (!keys.insert(key).second) {
      return s3_error(400, "InvalidTag", "Cannot provide multiple Tags with the same key");
    }
  }
  if (keys.size() > tags_max) {
    return s3_error(400, "BadRequest", "Bucket tag count cannot be greater than 50");
  }
  return std::nullopt;
}

Json json_of_xml(const XmlElement& element) {
  if (element.children.empty()) {
    return element.text;
  }
  Json result = Json::object();
  for (const XmlElement& child : element.children) {
    Json value = json_of_xml(child);
    Json& place = result[child.name];
    if (place.is_null()) {
      place = std::move(value);
    } else if (place.is_array()) {
      place.push_back(std::move(value));
    } else {
      place = Json::array({std::move(place), std::move(value)});
    }
  }
  return result;
}

Json stored_setting(std::string_view subresource, const XmlElement& root) {
  Json stored = json_of_xml(root);
  if (subresource == "publicAccessBlock") {
    for (const char* const flag :
         {"BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"}) {
      stored.emplace(flag, "false");
    }
  }
  if (subresource == "tagging" && stored["TagSet"].is_object()) {
    Json& tags = stored["TagSet"]["Tag"];
    // Tags have no order; equal buckets are to look the same.
    if (tags.is_array()) {
      std::sort(tags.begin(), tags.end());
    }
  }
  if (subresource == "encryption" && stored["Rule"].is_object()) {
    stored["Rule"].emplace("BucketKeyEnabled", "false");
  }
  return stored;
}

XmlElement xml_of_json(std::string_view name, const Json& value) {
  XmlElement element{std::string(name), "", {}};
  if (value.is_string()) {
    element.text = value.get<std::string>();
  }
  if (!value.is_object()) {
    return element;
  }
  for (const auto& [child, inner] : value.items()) {
    if (!inner.is_array()) {
      element.children.push_back(xml_of_json(child, inner));
      continue;
    }
    for (const Json& one : inner) {
      element.children.push_back(xml_of_json(child, one));
    }
  }
  return element;
}

Refusal policy_refusal(const std::string& arn, const FakeBucket& bucket,
                       const std::string& document) {
  const auto malformed = [](const std::string& message) {
    return s3_error(400, "MalformedPolicy", message);
  };
  const Json policy = Json::parse(document, nullptr, false);
  if (policy.is_discarded()) {
    return malformed("Policies must be valid JSON and the first byte must be '{'");
  }
  if (document.size() > policy_size_max_bytes) {
    return s3_error(400, "PolicyTooLarge", "Policy exceeds the maximum allowed document size.");
  }
  if (const std::string wrong = policy_fault(PolicyKind::resource, policy); !wrong.empty()) {
    return malformed(wrong);
  }
  for (const Json& statement : policy_statements(policy)) {
    for (const char* const member : {"Resource", "NotResource"}) {
      for (const std::string& resource : policy_texts(statement.value(member, Json::array()))) {
        if (resource != arn && !resource.starts_with(arn + '/')) {
          return malformed("Policy has invalid resource");
        }
      }
    }
    for (const char* const member : {"Action", "NotAction"}) {
      for (const std::string& action : policy_texts(statement.value(member, Json::array()))) {
        if (action != "*" && !action.starts_with("s3:")) {
          return malformed("Policy has invalid action");
        }
      }
    }
  }
  const auto block = bucket.settings.find("publicAccessBlock");
  if (block != bucket.settings.end() && block->second.value("BlockPublicPolicy", "") == "true" &&
      is_public_policy(policy)) {
    return s3_error(403, "AccessDenied",
                    "User is not authorized to perform: s3:PutBucketPolicy because public policies "
                    "are prevented by the BlockPublicPolicy setting in S3 Block Public Access.");
  }
  return std::nullopt;
}

}  // namespace bedrocklog::fake_aws
