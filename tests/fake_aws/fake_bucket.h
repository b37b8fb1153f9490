// A bucket of the fake's S3: its settings, and its objects in all their versions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/fake_aws/fake_service.h"

namespace bedrocklog::fake_aws {

struct FakeVersion {
  std::string id;  // "null" where versions are not kept.
  std::string body;
  std::int64_t modified_seconds = 0;
  bool is_marker = false;
};

struct FakeBucket {
  std::string region;
  std::string owner;  // Account.
  /// By subresource ("lifecycle"), as json_of_xml() has it; the policy as it was sent.
  std::map<std::string, Json> settings;
  std::map<std::string, std::vector<FakeVersion>> objects;  // The newest first; never empty.
  std::map<std::string, std::string> uploads;               // Keys by id.
  std::uint64_t versions_made = 0;
  /// Of the setting written last, counted in requests: the next one may collide with it.
  std::uint64_t written_at = 0;
  bool may_collide = false;
  std::uint64_t policy_usable_from = 0;  // By other services, counted in requests.

  /// "Enabled", "Suspended" or "".
  [[nodiscard]] std::string versioning() const;
  /// The newest version of the key; null: none, or a marker.
  [[nodiscard]] const FakeVersion* current(const std::string& key) const;

  /// What was put. Gives its version.
  FakeVersion& put(const std::string& key, const std::string& body, std::int64_t now_seconds);
  struct Deletion {
    bool is_marker = false;  // What was deleted, or what was made.
    std::string version_id;
  };
  /// With `version_id` that version; else a marker where versions are kept.
  Deletion remove(const std::string& key, const std::string& version_id, std::int64_t now_seconds);

 private:
  FakeVersion& add(const std::string& key, FakeVersion version);
};

/// A new one as S3 makes it since 2023: private, encrypted, without ACLs.
[[nodiscard]] FakeBucket new_bucket(const std::string& region, const std::string& owner);

/// Why who asks cannot write there: the key that encrypts the bucket is not his to use. "" where
/// there is none, or it is.
[[nodiscard]] std::string bucket_key_refusal(const FakeWorld& world, const FakeBucket& bucket,
                                             PolicyQuestion question);

/// As it stands in a snapshot. Times are those of put_object(), others are left out.
[[nodiscard]] Json bucket_json(const FakeBucket& bucket, std::int64_t now_seconds);
[[nodiscard]] FakeBucket bucket_of(const Json& entry, std::int64_t now_seconds);

}  // namespace bedrocklog::fake_aws
