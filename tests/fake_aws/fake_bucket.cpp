// Versions, markers, and what a snapshot has of them.
#include "tests/fake_aws/fake_bucket.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "tests/fake_aws/fake_members.h"

namespace bedrocklog::fake_aws {

std::string FakeBucket::versioning() const {
  const auto found = settings.find("versioning");
  return found == settings.end() ? "" : text_member(found->second, "Status");
}

const FakeVersion* FakeBucket::current(const std::string& key) const {
  const auto found = objects.find(key);
  return found == objects.end() || found->second.front().is_marker ? nullptr
                                                                   : &found->second.front();
}

FakeVersion& FakeBucket::add(const std::string& key, FakeVersion version) {
  std::vector<FakeVersion>& versions = objects[key];
  if (versioning() == "Enabled") {
    char id[40];
    std::snprintf(id, sizeof id, "fakeVersion.%020llu",
                  static_cast<unsigned long long>(++versions_made));
    version.id = id;
  } else {
    version.id = "null";
    std::erase_if(versions, [](const FakeVersion& old) { return old.id == "null"; });
  }
  return *versions.insert(versions.begin(), std::move(version));
}

FakeVersion& FakeBucket::put(const std::string& key, const std::string& body,
                             std::int64_t now_seconds) {
  return add(key, {"", body, now_seconds, false});
}

FakeBucket::Deletion FakeBucket::remove(const std::string& key, const std::string& version_id,
                                        std::int64_t now_seconds) {
  Deletion deletion;
  if (version_id.empty() && !versioning().empty()) {
    deletion.is_marker = true;
    deletion.version_id = add(key, {"", "", now_seconds, true}).id;
    return deletion;
  }
  deletion.version_id = version_id;
  const auto found = objects.find(key);
  if (found == objects.end()) {
    return deletion;
  }
  const std::string wanted = version_id.empty() ? "null" : version_id;
  std::erase_if(found->second, [&](const FakeVersion& version) {
    deletion.is_marker = deletion.is_marker || (version.id == wanted && version.is_marker);
    return version.id == wanted;
  });
  if (found->second.empty()) {
    objects.erase(found);
  }
  return deletion;
}

FakeBucket new_bucket(const std::string& region, const std::string& owner) {
  FakeBucket bucket;
  bucket.region = region;
  bucket.owner = owner;
  bucket.settings = {
      {"publicAccessBlock",
       {{"BlockPublicAcls", "true"},
        {"IgnorePublicAcls", "true"},
        {"BlockPublicPolicy", "true"},
        {"RestrictPublicBuckets", "true"}}},
      {"encryption",
       {{"Rule",
         {{"ApplyServerSideEncryptionByDefault", {{"SSEAlgorithm", "AES256"}}},
          {"BucketKeyEnabled", "false"}}}}},
      {"ownershipControls", {{"Rule", {{"ObjectOwnership", "BucketOwnerEnforced"}}}}}};
  return bucket;
}

std::string bucket_key_refusal(const FakeWorld& world, const FakeBucket& bucket,
                               PolicyQuestion question) {
  const Json::json_pointer key_place("/Rule/ApplyServerSideEncryptionByDefault/KMSMasterKeyID");
  const auto encryption = bucket.settings.find("encryption");
  const Json key =
      encryption == bucket.settings.end() ? Json() : encryption->second.value(key_place, Json());
  if (!key.is_string() || !world.key_refusal) {
    return {};
  }
  question.action = "kms:GenerateDataKey";
  question.resource = key.get<std::string>();
  const std::string code = world.key_refusal(question.resource, question);
  return code.empty() ? "" : "its key cannot be used by " + question.service + ": " + code;
}

Json bucket_json(const FakeBucket& bucket, std::int64_t now_seconds) {
  Json objects = Json::array();
  for (const auto& [key, versions] : bucket.objects) {
    for (const FakeVersion& version : versions) {
      Json entry = {{"Key", key}, {"Body", version.body}};
      if (version.is_marker) {
        entry["IsMarker"] = true;
      }
      if (version.id == "null") {
        entry["IsNull"] = true;
      }
      if (version.modified_seconds != now_seconds) {
        entry["Modified"] = version.modified_seconds;
      }
      objects.push_back(std::move(entry));
    }
  }
  Json uploads = Json::array();
  for (const auto& [id, key] : bucket.uploads) {
    uploads.push_back(key);
  }
  return {{"Region", bucket.region},
          {"Owner", bucket.owner},
          {"Settings", bucket.settings},
          {"Objects", std::move(objects)},
          {"Uploads", std::move(uploads)}};
}

FakeBucket bucket_of(const Json& entry, std::int64_t now_seconds) {
  FakeBucket bucket;
  bucket.region = entry.value("Region", "us-east-1");
  bucket.owner = entry.value("Owner", "");
  bucket.settings = entry.value("Settings", std::map<std::string, Json>());
  for (const Json& object : entry.value("Objects", Json::array())) {
    FakeVersion version;
    version.body = object.value("Body", "");
    version.is_marker = object.value("IsMarker", false);
    version.modified_seconds = object.value("Modified", now_seconds);
    version.id = object.value("IsNull", false)
                     ? "null"
                     : "fakeVersion.restored." + std::to_string(++bucket.versions_made);
    bucket.objects[object.value("Key", "")].push_back(std::move(version));
  }
  for (const Json& key : entry.value("Uploads", Json::array())) {
    bucket.uploads["fakeUpload." + std::to_string(bucket.uploads.size())] =
        key.is_string() ? key.get<std::string>() : "";
  }
  return bucket;
}

}  // namespace bedrocklog::fake_aws
