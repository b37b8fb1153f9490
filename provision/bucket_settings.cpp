// The translation, setting by setting (Amazon S3 API Reference; AWS::S3::Bucket).
#include "provision/bucket_settings.h"

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "provision/entry_order.h"

namespace bedrocklog::provision {
namespace {

using aws::XmlElement;

constexpr std::string_view rule_prefix = "bedrocklog-";

XmlElement leaf(std::string name, std::string text) {
  return {std::move(name), std::move(text), {}};
}

/// Adds a leaf for a member that is there.
void add_leaf(XmlElement& into, const Json& object, const char* member, const char* element) {
  if (const auto found = object.find(member); found != object.end()) {
    into.children.push_back(leaf(element, text_of(*found)));
  }
}

/// Takes a leaf that is there into a member.
void take_text(const XmlElement& from, const char* element, Json& into, const char* member) {
  if (const XmlElement* const found = from.child(element)) {
    into[member] = found->text;
  }
}

void take_number(const XmlElement& from, const char* element, Json& into, const char* member) {
  const std::string_view text = from.text_of(element);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!text.empty() && error == std::errc{} && end == text.data() + text.size()) {
    into[member] = number;
  }
}

void take_flag(const XmlElement& from, const char* element, Json& into, const char* member) {
  if (from.child(element) != nullptr) {
    into[member] = from.text_of(element) == "true";
  }
}

constexpr std::array<const char*, 4> public_access_flags = {
    "BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"};

Json public_access_from_xml(const XmlElement& root) {
  Json result = Json::object();
  for (const char* const flag : public_access_flags) {
    take_flag(root, flag, result, flag);
  }
  return result;
}

XmlElement public_access_to_xml(const Json& property) {
  XmlElement root{"PublicAccessBlockConfiguration", "", {}};
  for (const char* const flag : public_access_flags) {
    add_leaf(root, property, flag, flag);
  }
  return root;
}

Json ownership_from_xml(const XmlElement& root) {
  Json rules = Json::array();
  for (const XmlElement* const rule : root.all("Rule")) {
    rules.push_back({{"ObjectOwnership", std::string(rule->text_of("ObjectOwnership"))}});
  }
  return {{"Rules", std::move(rules)}};
}

XmlElement ownership_to_xml(const Json& property) {
  XmlElement root{"OwnershipControls", "", {}};
  for (const Json& rule : property.at("Rules")) {
    root.children.push_back(
        {"Rule", "", {leaf("ObjectOwnership", text_of(rule["ObjectOwnership"]))}});
  }
  return root;
}

Json encryption_from_xml(const XmlElement& root) {
  Json rules = Json::array();
  for (const XmlElement* const rule : root.all("Rule")) {
    Json entry = Json::object();
    if (const XmlElement* const by_default = rule->child("ApplyServerSideEncryptionByDefault")) {
      Json& method = entry["ServerSideEncryptionByDefault"];
      take_text(*by_default, "SSEAlgorithm", method, "SSEAlgorithm");
      take_text(*by_default, "KMSMasterKeyID", method, "KMSMasterKeyID");
    }
    // AWS tells it also where it is off, which is the same as not saying it.
    if (rule->text_of("BucketKeyEnabled") == "true") {
      entry["BucketKeyEnabled"] = true;
    }
    rules.push_back(std::move(entry));
  }
  return {{"ServerSideEncryptionConfiguration", std::move(rules)}};
}

XmlElement encryption_to_xml(const Json& property) {
  XmlElement root{"ServerSideEncryptionConfiguration", "", {}};
  for (const Json& entry : property.at("ServerSideEncryptionConfiguration")) {
    XmlElement by_default{"ApplyServerSideEncryptionByDefault", "", {}};
    const Json& method = entry.at("ServerSideEncryptionByDefault");
    add_leaf(by_default, method, "SSEAlgorithm", "SSEAlgorithm");
    add_leaf(by_default, method, "KMSMasterKeyID", "KMSMasterKeyID");
    XmlElement rule{"Rule", "", {std::move(by_default)}};
    add_leaf(rule, entry, "BucketKeyEnabled", "BucketKeyEnabled");
    root.children.push_back(std::move(rule));
  }
  return root;
}

Json versioning_from_xml(const XmlElement& root) {
  Json result = Json::object();
  take_text(root, "Status", result, "Status");
  return result;
}

XmlElement versioning_to_xml(const Json& property) {
  XmlElement root{"VersioningConfiguration", "", {}};
  add_leaf(root, property, "Status", "Status");
  return root;
}

Json rule_from_xml(const XmlElement& rule) {
  Json result = Json::object();
  take_text(rule, "ID", result, "Id");
  take_text(rule, "Status", result, "Status");
  take_text(rule, "Prefix", result, "Prefix");
  if (const XmlElement* const filter = rule.child("Filter")) {
    take_text(*filter, "Prefix", result, "Prefix");
  }
  if (const XmlElement* const expiration = rule.child("Expiration")) {
    take_number(*expiration, "Days", result, "ExpirationInDays");
    take_flag(*expiration, "ExpiredObjectDeleteMarker", result, "ExpiredObjectDeleteMarker");
  }
  if (const XmlElement* const noncurrent = rule.child("NoncurrentVersionExpiration")) {
    Json& into = result["NoncurrentVersionExpiration"];
    take_number(*noncurrent, "NoncurrentDays", into, "NoncurrentDays");
    take_number(*noncurrent, "NewerNoncurrentVersions", into, "NewerNoncurrentVersions");
  }
  if (const XmlElement* const abort = rule.child("AbortIncompleteMultipartUpload")) {
    take_number(*abort, "DaysAfterInitiation", result["AbortIncompleteMultipartUpload"],
                "DaysAfterInitiation");
  }
  for (const XmlElement* const transition : rule.all("Transition")) {
    Json entry = Json::object();
    take_text(*transition, "StorageClass", entry, "StorageClass");
    take_number(*transition, "Days", entry, "TransitionInDays");
    result["Transitions"].push_back(std::move(entry));
  }
  return result;
}

XmlElement rule_to_xml(const Json& rule) {
  XmlElement result{"Rule", "", {}};
  XmlElement expiration{"Expiration", "", {}};
  add_leaf(expiration, rule, "ExpirationInDays", "Days");
  add_leaf(expiration, rule, "ExpiredObjectDeleteMarker", "ExpiredObjectDeleteMarker");
  if (!expiration.children.empty()) {
    result.children.push_back(std::move(expiration));
  }
  add_leaf(result, rule, "Id", "ID");
  result.children.push_back({"Filter", "", {leaf("Prefix", rule.value("Prefix", ""))}});
  add_leaf(result, rule, "Status", "Status");
  for (const Json& transition : rule.value("Transitions", Json::array())) {
    XmlElement entry{"Transition", "", {}};
    add_leaf(entry, transition, "TransitionInDays", "Days");
    add_leaf(entry, transition, "StorageClass", "StorageClass");
    result.children.push_back(std::move(entry));
  }
  for (const auto& [member, days] :
       {std::pair{"NoncurrentVersionExpiration", "NoncurrentDays"},
        std::pair{"AbortIncompleteMultipartUpload", "DaysAfterInitiation"}}) {
    if (const auto found = rule.find(member); found != rule.end()) {
      XmlElement entry{member, "", {}};
      add_leaf(entry, *found, days, days);
      result.children.push_back(std::move(entry));
    }
  }
  return result;
}

XmlElement tag_set(const char* name, const Json& tags) {
  XmlElement set{name, "", {}};
  for (const Json& tag : tags) {
    set.children.push_back(
        {"Tag", "", {leaf("Key", text_of(tag["Key"])), leaf("Value", text_of(tag["Value"]))}});
  }
  return set;
}

}  // namespace

const std::vector<BucketSetting>& bucket_settings() {
  static const std::vector<BucketSetting> settings = {
      {"PublicAccessBlockConfiguration", "publicAccessBlock", "GetPublicAccessBlock",
       "PutPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration", public_access_from_xml,
       public_access_to_xml},
      {"OwnershipControls", "ownershipControls", "GetBucketOwnershipControls",
       "PutBucketOwnershipControls", "OwnershipControlsNotFoundError", ownership_from_xml,
       ownership_to_xml},
      {"BucketEncryption", "encryption", "GetBucketEncryption", "PutBucketEncryption",
       "ServerSideEncryptionConfigurationNotFoundError", encryption_from_xml, encryption_to_xml},
      {"VersioningConfiguration", "versioning", "GetBucketVersioning", "PutBucketVersioning", "",
       versioning_from_xml, versioning_to_xml},
  };
  return settings;
}

Json lifecycle_from_xml(const XmlElement& root) {
  Json rules = Json::array();
  for (const XmlElement* const rule : root.all("Rule")) {
    rules.push_back(rule_from_xml(*rule));
  }
  return {{"Rules", std::move(rules)}};
}

XmlElement merged_lifecycle(const XmlElement* current, const Json& ours) {
  XmlElement root{"LifecycleConfiguration", "", {}};
  if (current != nullptr) {
    for (const XmlElement* const rule : current->all("Rule")) {
      if (!rule->text_of("ID").starts_with(rule_prefix)) {
        root.children.push_back(*rule);
      }
    }
  }
  if (ours.is_object()) {
    for (const Json& rule : ours.at("Rules")) {
      root.children.push_back(rule_to_xml(rule));
    }
  }
  return root;
}

Json tags_from_xml(const XmlElement& root) {
  Json tags = Json::array();
  if (const XmlElement* const set = root.child("TagSet")) {
    for (const XmlElement* const tag : set->all("Tag")) {
      tags.push_back({{"Key", std::string(tag->text_of("Key"))},
                      {"Value", std::string(tag->text_of("Value"))}});
    }
  }
  return tags;
}

XmlElement tagging_xml(const Json& tags) {
  return {"Tagging", "", {tag_set("TagSet", tags)}};
}

XmlElement creation_xml(const Address& bucket, const Json& tags) {
  // The oldest region has no name here: its literal is refused.
  XmlElement root{"CreateBucketConfiguration", "", {}};
  if (bucket.region != "us-east-1") {
    root.children.push_back(leaf("LocationConstraint", bucket.region));
  }
  if (!tags.empty()) {
    root.children.push_back(tag_set("Tags", tags));
  }
  return root;
}

}  // namespace bedrocklog::provision
