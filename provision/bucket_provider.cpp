// An archive bucket with its settings: each is a call of its own, in S3 and here.
#include <utility>

#include <fmt/format.h>

#include "provision/bucket_calls.h"
#include "provision/bucket_settings.h"
#include "provision/call_fault.h"
#include "provision/mark.h"
#include "provision/normal_form.h"
#include "provision/resource_provider.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;
using aws::HttpResponse;
using aws::XmlElement;

constexpr unsigned emptying_rounds_max = 5;

class BucketProvider final : public ResourceProvider {
 public:
  BucketProvider(aws::ServiceCalls& calls, StackIdentity identity, Waiter waiter)
      : calls_(calls, identity.account, std::move(waiter)), identity_(std::move(identity)) {}

  Result<std::optional<Observed>> read(const Address& address) override;
  Result<void> create(const Address& address, const Json& target) override;
  Result<void> update(const Address& address, const Json& target,
                      const Observed& observed) override;
  Result<void> remove(const Address& address, const Observed& observed, bool deletes_data) override;
  Result<void> release(const Address& address, const Observed& observed) override;

 private:
  /// The root of a subresource's answer; nothing where the bucket has no such setting.
  Result<std::optional<XmlElement>> subresource(const Address& address,
                                                const BucketSetting& setting) const;
  Result<std::optional<Json>> read_properties(const Address& address) const;
  Result<void> write_tags(const Address& address, const Json& wanted) const;
  Result<void> write_lifecycle(const Address& address, const Json& ours) const;

  BucketCalls calls_;
  StackIdentity identity_;
};

constexpr BucketSetting lifecycle_setting = {"LifecycleConfiguration",
                                             "lifecycle",
                                             "GetBucketLifecycleConfiguration",
                                             "PutBucketLifecycleConfiguration",
                                             "NoSuchLifecycleConfiguration",
                                             lifecycle_from_xml,
                                             nullptr};
constexpr BucketSetting tag_setting = {
    "Tags",         "tagging",     "GetBucketTagging", "PutBucketTagging",
    "NoSuchTagSet", tags_from_xml, tagging_xml};

Result<void> done_or(const Address& address, const CallResult<HttpResponse>& answer) {
  if (!answer) {
    return refused(address, answer.error());
  }
  return {};
}

bool differs(const Json& target, const Json& found, const char* property) {
  if (!target.contains(property)) {
    return false;
  }
  return !differences(ResourceKind::bucket, {{property, target[property]}}, found).empty();
}

Result<std::optional<XmlElement>> BucketProvider::subresource(const Address& address,
                                                              const BucketSetting& setting) const {
  const CallResult<HttpResponse> answer = calls_.get(address, setting.get, setting.subresource);
  if (!answer) {
    if (has_code(answer.error(), {setting.absent_code})) {
      return std::optional<XmlElement>();
    }
    return refused(address, answer.error());
  }
  std::optional<XmlElement> root = aws::parse_xml(answer->body);
  if (!root) {
    return fault(to_text(address),
                 fmt::format("s3 {}: answered what is no answer of S3", setting.get),
                 FaultCause::unavailable);
  }
  return root;
}

Result<std::optional<Json>> BucketProvider::read_properties(const Address& address) const {
  Json properties = {{"BucketName", address.name}};
  std::vector<BucketSetting> settings = bucket_settings();
  settings.push_back(lifecycle_setting);
  settings.push_back(tag_setting);
  for (const BucketSetting& setting : settings) {
    Result<std::optional<XmlElement>> root = subresource(address, setting);
    if (!root) {
      return pass_on(root);
    }
    if (const std::optional<XmlElement>& found = *root; found.has_value()) {
      properties[setting.property] = setting.from_xml(*found);
    }
  }
  return std::optional<Json>(normal_form(ResourceKind::bucket, properties));
}

Result<std::optional<Observed>> BucketProvider::read(const Address& address) {
  const Result<BucketHead> head = head_bucket(calls_, address);
  if (!head) {
    return pass_on(head);
  }
  if (head->access == BucketAccess::absent) {
    return std::optional<Observed>();
  }
  if (head->access == BucketAccess::refused) {
    Observed taken;
    taken.ownership = Ownership::inaccessible;
    taken.properties = {{"BucketName", address.name}};
    if (!head->region.empty()) {
      taken.details["Region"] = head->region;
    }
    return std::optional(std::move(taken));
  }
  Result<std::optional<Json>> properties = read_properties(address);
  if (!properties) {
    return pass_on(properties);
  }
  const Mark mark = mark_of(tags_of(**properties), identity_.stack);
  Json details = {{"Arn", fmt::format("arn:{}:s3:::{}", identity_.partition, address.name)}};
  return std::optional(
      Observed{std::move(**properties), mark.ownership, mark.owner, std::move(details)});
}

Result<void> BucketProvider::create(const Address& address, const Json& target) {
  Result<std::optional<Observed>> there = read(address);
  if (!there) {
    return pass_on(there);
  }
  if (!*there) {
    const Json tags = target.value("Tags", Json::array());
    // The mark goes with the creation, so that a run that is cut here finds its own bucket again.
    const XmlElement configuration = creation_xml(address, tags);
    aws::S3Operation operation{
        "CreateBucket",
        "PUT",
        address.name,
        {},
        "",
        {{"x-amz-object-ownership", "BucketOwnerEnforced"}},
        configuration.children.empty() ? "" : aws::to_xml(configuration, s3_namespace)};
    const CallResult<HttpResponse> made = calls_.create(address, operation);
    if (!made && !has_code(made.error(), {"BucketAlreadyOwnedByYou"})) {
      return refused(address, made.error());
    }
    there = read(address);
    if (!there) {
      return pass_on(there);
    }
    std::optional<Observed>& found = *there;
    if (!found) {
      return fault(to_text(address), "was made and cannot be found; try again",
                   FaultCause::try_again);
    }
    // A store that knows no tags at creation has left the mark out. What we made just now is ours.
    if (made && found->ownership == Ownership::foreign) {
      found->ownership = Ownership::ours;
    }
  }
  return update_found(address, target, *there);
}

Result<void> BucketProvider::update(const Address& address, const Json& target,
                                    const Observed& observed) {
  const Json& found = observed.properties;
  if (differs(target, found, "Tags")) {
    const Result<void> tagged = write_tags(address, target["Tags"]);
    if (!tagged) {
      return pass_on(tagged);
    }
  }
  for (const BucketSetting& setting : bucket_settings()) {
    if (!differs(target, found, setting.property)) {
      continue;
    }
    const std::string body = aws::to_xml(setting.to_xml(target[setting.property]), s3_namespace);
    const Result<void> written =
        done_or(address, calls_.put(address, setting.put, setting.subresource, body));
    if (!written) {
      return pass_on(written);
    }
  }
  return differs(target, found, "LifecycleConfiguration")
             ? write_lifecycle(address, target["LifecycleConfiguration"])
             : Result<void>();
}

/// Tags of others stay.
Result<void> BucketProvider::write_tags(const Address& address, const Json& wanted) const {
  Result<std::optional<XmlElement>> current = subresource(address, tag_setting);
  if (!current) {
    return pass_on(current);
  }
  Tags tags;
  if (const std::optional<XmlElement>& found = *current; found.has_value()) {
    tags = tags_of({{"Tags", tags_from_xml(*found)}});
  }
  for (const auto& [key, value] : tags_of({{"Tags", wanted}})) {
    tags[key] = value;
  }
  return done_or(address, calls_.put(address, tag_setting.put, tag_setting.subresource,
                                     aws::to_xml(tagging_xml(to_json(tags)), s3_namespace)));
}

/// Rules of others stay; null `ours` takes ours out.
Result<void> BucketProvider::write_lifecycle(const Address& address, const Json& ours) const {
  Result<std::optional<XmlElement>> current = subresource(address, lifecycle_setting);
  if (!current) {
    return pass_on(current);
  }
  const std::optional<XmlElement>& found = *current;
  const XmlElement merged = merged_lifecycle(found ? &*found : nullptr, ours);
  if (!merged.children.empty()) {
    return done_or(address,
                   calls_.put(address, lifecycle_setting.put, lifecycle_setting.subresource,
                              aws::to_xml(merged, s3_namespace)));
  }
  return *current ? done_or(address, calls_.drop(address, "DeleteBucketLifecycle",
                                                 lifecycle_setting.subresource))
                  : Result<void>();
}

Result<void> BucketProvider::remove(const Address& address, const Observed& /*observed*/,
                                    bool deletes_data) {
  for (unsigned round = 0; round < emptying_rounds_max; ++round) {
    const CallResult<HttpResponse> gone = calls_.remove(address);
    if (gone || has_code(gone.error(), {"NoSuchBucket", "NotFound"})) {
      return {};
    }
    if (!has_code(gone.error(), {"BucketNotEmpty"})) {
      return refused(address, gone.error());
    }
    if (!deletes_data) {
      return fault(to_text(address), "holds logs; --delete-data deletes them with it");
    }
    const Result<void> emptied = empty_bucket(calls_, address);
    if (!emptied) {
      return pass_on(emptied);
    }
  }
  return fault(to_text(address), "something still writes to it; try again", FaultCause::try_again);
}

Result<void> BucketProvider::release(const Address& address, const Observed& /*observed*/) {
  const Result<void> lifecycle = write_lifecycle(address, Json());
  if (!lifecycle) {
    return pass_on(lifecycle);
  }
  Result<std::optional<XmlElement>> current = subresource(address, tag_setting);
  if (!current) {
    return pass_on(current);
  }
  const std::optional<XmlElement>& found = *current;
  if (!found) {
    return {};
  }
  Tags tags = tags_of({{"Tags", tags_from_xml(*found)}});
  std::erase_if(tags, [](const auto& tag) { return tag.first.starts_with("bedrocklog:"); });
  if (tags.empty()) {
    return done_or(address, calls_.drop(address, "DeleteBucketTagging", tag_setting.subresource));
  }
  return done_or(address, calls_.put(address, tag_setting.put, tag_setting.subresource,
                                     aws::to_xml(tagging_xml(to_json(tags)), s3_namespace)));
}

}  // namespace

std::unique_ptr<ResourceProvider> make_bucket_provider(aws::ServiceCalls& calls,
                                                       StackIdentity identity, Waiter waiter) {
  return std::make_unique<BucketProvider>(calls, std::move(identity), std::move(waiter));
}

}  // namespace bedrocklog::provision
