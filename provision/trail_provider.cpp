// A trail of CloudTrail with its event selectors, its insights, and whether it is logging.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "provision/answer_members.h"
#include "provision/call_fault.h"
#include "provision/mark.h"
#include "provision/normal_form.h"
#include "provision/resource_provider.h"
#include "provision/settling.h"
#include "provision/trail_selectors.h"

namespace bedrocklog::provision {
namespace {

using aws::CallFailure;
using aws::CallResult;

/// Settings of a trail: as CloudFormation has them, as they are sent, as they are shown.
struct Setting {
  const char* property;
  const char* sent;
  const char* shown;
};
constexpr std::array<Setting, 8> settings = {
    {{"S3BucketName", "S3BucketName", "S3BucketName"},
     {"S3KeyPrefix", "S3KeyPrefix", "S3KeyPrefix"},
     {"IncludeGlobalServiceEvents", "IncludeGlobalServiceEvents", "IncludeGlobalServiceEvents"},
     {"IsMultiRegionTrail", "IsMultiRegionTrail", "IsMultiRegionTrail"},
     {"EnableLogFileValidation", "EnableLogFileValidation", "LogFileValidationEnabled"},
     {"CloudWatchLogsLogGroupArn", "CloudWatchLogsLogGroupArn", "CloudWatchLogsLogGroupArn"},
     {"CloudWatchLogsRoleArn", "CloudWatchLogsRoleArn", "CloudWatchLogsRoleArn"},
     {"KMSKeyId", "KmsKeyId", "KmsKeyId"}}};

/// CloudTrail tries bucket, role and key. What was made or changed a moment ago needs a while.
bool is_access_not_settled(const CallFailure& failure) {
  return has_code(failure,
                  {"InsufficientS3BucketPolicyException", "InsufficientEncryptionPolicyException",
                   "InvalidCloudWatchLogsLogGroupArnException",
                   "InvalidCloudWatchLogsRoleArnException", "KmsKeyNotFoundException"});
}

bool is_absent(const CallFailure& failure) {
  return has_code(failure, {"TrailNotFoundException", "ResourceNotFoundException"});
}

/// CloudTrail has no tags with an empty value, but tags without one.
Json sent_tags(const Json& properties) {
  Json list = Json::array();
  for (const auto& [key, value] : tags_of(properties)) {
    list.push_back({{"Key", key}});
    if (!value.empty()) {
      list.back()["Value"] = value;
    }
  }
  return list;
}

Json keys_of(const std::vector<std::string>& keys) {
  Json list = Json::array();
  for (const std::string& key : keys) {
    list.push_back({{"Key", key}});
  }
  return list;
}

Json sent_settings(const Address& address, const Json& target) {
  Json members = {{"Name", address.name}};
  for (const Setting& setting : settings) {
    copy_member(target, setting.property, members, setting.sent);
  }
  return members;
}

/// Management events are looked at where nothing is said, and AWS says so in its answer.
Json shown_insights(const Json& answer) {
  Json list = Json::array();
  for (Json insight : part_in(answer, "InsightSelectors")) {
    if (insight.is_object() && insight.contains("EventCategories") &&
        insight["EventCategories"] == Json::array({"Management"})) {
      insight.erase("EventCategories");
    }
    list.push_back(std::move(insight));
  }
  return list;
}

class TrailProvider final : public ResourceProvider {
 public:
  TrailProvider(aws::ServiceCalls& calls, StackIdentity identity, Waiter waiter)
      : calls_(&calls), identity_(std::move(identity)), waiter_(std::move(waiter)) {}

  Result<std::optional<Observed>> read(const Address& address) override;
  Result<void> create(const Address& address, const Json& target) override;
  Result<void> update(const Address& address, const Json& target,
                      const Observed& observed) override;
  /// What it wrote stays, in bucket and log group.
  Result<void> remove(const Address& address, const Observed& /*observed*/,
                      bool /*deletes_data*/) override {
    return change(address, "DeleteTrail", {{"Name", address.name}}, true);
  }
  Result<void> release(const Address& address, const Observed& observed) override {
    const std::vector<std::string> keys = our_tag_keys(observed.properties);
    return keys.empty()
               ? Result<void>()
               : change(address, "RemoveTags",
                        {{"ResourceId", arn_of(address)}, {"TagsList", keys_of(keys)}}, true);
  }

 private:
  [[nodiscard]] std::string arn_of(const Address& address) const {
    return fmt::format("arn:{}:cloudtrail:{}:{}:trail/{}", identity_.partition, address.region,
                       identity_.account, address.name);
  }
  CallResult<Json> call(const Address& address, std::string_view operation,
                        const Json& members) const {
    return calls_->json("cloudtrail", address.region, operation, members);
  }
  /// Waits for what passes by itself.
  CallResult<Json> attempt(const Address& address, std::string_view operation,
                           const Json& members) const {
    return settled<Json>(
        waiter_, iam_settling_ms_max, [&] { return call(address, operation, members); },
        [&](const CallFailure& failure) {
          return is_change_under_way(failure) || is_access_not_settled(failure);
        });
  }
  Result<void> change(const Address& address, std::string_view operation, const Json& members,
                      bool is_removal = false) const {
    const CallResult<Json> answer = settled<Json>(
        waiter_, iam_settling_ms_max, [&] { return attempt(address, operation, members); },
        // A trail that was made a moment ago may not be known everywhere yet.
        [&](const CallFailure& failure) { return !is_removal && is_absent(failure); });
    if (!answer && !(is_removal && is_absent(answer.error()))) {
      return refused(address, answer.error());
    }
    return {};
  }

  /// What GetTrail does not tell, into properties and details. False: it is gone meanwhile.
  Result<bool> read_more(const Address& address, Json& properties, Json& details) const;
  Result<void> write_selectors(const Address& address, const Json& selectors) const;
  Result<void> write_one_by_one(const Address& address, const Json& selectors) const;

  aws::ServiceCalls* calls_;
  StackIdentity identity_;
  Waiter waiter_;
};

Result<bool> TrailProvider::read_more(const Address& address, Json& properties,
                                      Json& details) const {
  const CallResult<Json> status = call(address, "GetTrailStatus", {{"Name", address.name}});
  const CallResult<Json> selectors =
      call(address, "GetEventSelectors", {{"TrailName", address.name}});
  const CallResult<Json> insights =
      call(address, "GetInsightSelectors", {{"TrailName", address.name}});
  const CallResult<Json> tags =
      call(address, "ListTags", {{"ResourceIdList", Json::array({arn_of(address)})}});
  for (const CallResult<Json>* const answer : {&status, &selectors, &insights, &tags}) {
    if (!*answer && is_absent(answer->error())) {
      return false;
    }
    const bool has_no_insights = answer == &insights && !*answer &&
                                 has_code(answer->error(), {"InsightNotEnabledException"});
    if (!*answer && !has_no_insights) {
      return refused(address, answer->error());
    }
  }
  copy_member(*status, "IsLogging", properties, "IsLogging");
  for (const char* const member : {"AdvancedEventSelectors", "EventSelectors"}) {
    copy_member(*selectors, member, properties, member);
  }
  properties["InsightSelectors"] = insights ? shown_insights(*insights) : Json::array();
  Tags found;
  for (const Json& list : part_in(*tags, "ResourceTagList")) {
    for (const Json& tag : part_in(list, "TagsList")) {
      found[text_in(tag, "Key")] = text_in(tag, "Value");
    }
  }
  properties["Tags"] = to_json(found);
  for (const char* const member :
       {"LatestDeliveryTime", "LatestDeliveryError", "LatestCloudWatchLogsDeliveryTime",
        "LatestCloudWatchLogsDeliveryError"}) {
    copy_member(*status, member, details, member);
  }
  return true;
}

Result<std::optional<Observed>> TrailProvider::read(const Address& address) {
  const CallResult<Json> answer = call(address, "GetTrail", {{"Name", address.name}});
  if (!answer) {
    if (is_absent(answer.error())) {
      return std::optional<Observed>();
    }
    return refused(address, answer.error());
  }
  const Json& trail = part_in(*answer, "Trail");
  Json properties = {{"TrailName", address.name}};
  for (const Setting& setting : settings) {
    copy_member(trail, setting.shown, properties, setting.property);
  }
  Json details = {{"Arn", text_in(trail, "TrailARN")},
                  {"HomeRegion", text_in(trail, "HomeRegion")}};
  copy_member(trail, "HasInsightSelectors", details, "HasInsightSelectors");
  copy_member(trail, "IsOrganizationTrail", details, "IsOrganizationTrail");
  if (details["HomeRegion"] != address.region || details["Arn"] != arn_of(address)) {
    // The shadow of a trail of another region or of the organisation's: it cannot be changed here.
    return std::optional(Observed{normal_form(ResourceKind::trail, properties), Ownership::foreign,
                                  "", std::move(details)});
  }
  const Result<bool> is_there = read_more(address, properties, details);
  if (!is_there) {
    return pass_on(is_there);
  }
  if (!*is_there) {
    return std::optional<Observed>();
  }
  copy_member(properties, "IsLogging", details, "IsLogging");
  properties = normal_form(ResourceKind::trail, properties);
  details["RefusedEvents"] = refused_events(properties);
  const Mark mark = mark_of(tags_of(properties), identity_.stack);
  return std::optional(
      Observed{std::move(properties), mark.ownership, mark.owner, std::move(details)});
}

Result<void> TrailProvider::create(const Address& address, const Json& target) {
  Json members = sent_settings(address, target);
  members["TagsList"] = sent_tags(target);
  const CallResult<Json> made = attempt(address, "CreateTrail", members);
  if (!made && !has_code(made.error(), {"TrailAlreadyExistsException"})) {
    return refused(address, made.error());
  }
  // It stands there without selectors of ours and does not log yet.
  return update_when_seen(waiter_, address, target);
}

Result<void> TrailProvider::update(const Address& address, const Json& target,
                                   const Observed& observed) {
  const auto is_other = [&](const char* property) {
    return target.contains(property) &&
           !differences(ResourceKind::trail, {{property, target[property]}},
                        {{property, observed.properties.value(property, Json())}})
                .empty();
  };
  if (is_other("Tags")) {
    const Result<void> tagged = change(
        address, "AddTags", {{"ResourceId", arn_of(address)}, {"TagsList", sent_tags(target)}});
    if (!tagged) {
      return pass_on(tagged);
    }
  }
  if (std::any_of(settings.begin(), settings.end(),
                  [&](const Setting& setting) { return is_other(setting.property); })) {
    const Result<void> written = change(address, "UpdateTrail", sent_settings(address, target));
    if (!written) {
      return pass_on(written);
    }
  }
  if (is_other("AdvancedEventSelectors")) {
    const Result<void> written = write_selectors(address, target["AdvancedEventSelectors"]);
    if (!written) {
      return pass_on(written);
    }
  }
  const bool is_without =
      !target.contains("InsightSelectors") && observed.properties.contains("InsightSelectors");
  if (is_without || is_other("InsightSelectors")) {
    const Result<void> written = change(
        address, "PutInsightSelectors",
        {{"TrailName", address.name}, {"InsightSelectors", part_in(target, "InsightSelectors")}});
    if (!written) {
      return pass_on(written);
    }
  }
  return is_other("IsLogging")
             ? change(address, target["IsLogging"] == true ? "StartLogging" : "StopLogging",
                      {{"Name", address.name}})
             : Result<void>();
}

Result<void> TrailProvider::write_selectors(const Address& address, const Json& selectors) const {
  const CallResult<Json> written = settled<Json>(
      waiter_, iam_settling_ms_max,
      [&] {
        return attempt(address, "PutEventSelectors",
                       {{"TrailName", address.name}, {"AdvancedEventSelectors", selectors}});
      },
      is_absent);
  if (written) {
    return {};
  }
  if (!has_code(written.error(), {"InvalidEventSelectorsException"})) {
    return refused(address, written.error());
  }
  return write_one_by_one(address, selectors);
}

Result<void> TrailProvider::write_one_by_one(const Address& address, const Json& selectors) const {
  Json kept = Json::array();
  Json refused_tags = Json::array();
  for (const Json& selector : selectors) {
    if (selected_events(selector).empty()) {
      kept.push_back(selector);
    }
  }
  // The answer does not say which one it is about. Each attempt that succeeds is what is there.
  for (const Json& selector : selectors) {
    const std::string events = selected_events(selector);
    if (events.empty()) {
      continue;
    }
    Json more = kept;
    more.push_back(selector);
    const CallResult<Json> written =
        attempt(address, "PutEventSelectors",
                {{"TrailName", address.name}, {"AdvancedEventSelectors", more}});
    if (written) {
      kept = std::move(more);
    } else if (has_code(written.error(), {"InvalidEventSelectorsException"})) {
      refused_tags.push_back({{"Key", std::string(refused_tag_prefix) + events},
                              {"Value", "InvalidEventSelectorsException"}});
    } else {
      return refused(address, written.error());
    }
  }
  const Result<void> written =
      change(address, "PutEventSelectors",
             {{"TrailName", address.name}, {"AdvancedEventSelectors", kept}});
  if (!written) {
    return pass_on(written);
  }
  if (refused_tags.empty()) {
    return {};
  }
  return change(address, "AddTags", {{"ResourceId", arn_of(address)}, {"TagsList", refused_tags}});
}

}  // namespace

std::unique_ptr<ResourceProvider> make_trail_provider(aws::ServiceCalls& calls,
                                                      StackIdentity identity, Waiter waiter) {
  return std::make_unique<TrailProvider>(calls, std::move(identity), std::move(waiter));
}

}  // namespace bedrocklog::provision
