// CloudTrail of the fake: trails with their selectors, and what they need of bucket, role and key.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "tests/fake_aws/fake_cloudtrail_members.h"
#include "tests/fake_aws/fake_policy.h"
#include "tests/fake_aws/fake_service.h"
#include "tests/fake_aws/fake_trail.h"
#include "tests/fake_aws/fake_trail_access.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::size_t trails_max = 5;
constexpr std::size_t tag_lists_max = 20;
constexpr const char* management_account = "999999999999";

FakeAnswer refused(const std::string& code, const std::string& message) {
  return json_error(400, code, message);
}

/// What a name or an ARN means where it was said.
struct FoundTrail {
  std::string name;
  std::string home_region;
  std::string account;
  FakeTrail* trail = nullptr;
};

class FakeCloudTrail : public FakeService {
 public:
  explicit FakeCloudTrail(FakeWorld& world) : world_(world) {}

  FakeAnswer handle(const FakeCall& call) override;
  FakeAnswer describe(const FakeCall& call) const override;
  Json snapshot() const override;
  void restore(const Json& snapshot) override;
  void put_organization_trail(const std::string& home_region, const std::string& name) override;

 private:
  using Refusal = std::optional<FakeAnswer>;
  struct Operation {
    std::span<const Member> members;
    /// Null where there is no trail yet, or are several.
    FakeAnswer (FakeCloudTrail::*run)(const FakeCall&, const FoundTrail&) = nullptr;
    bool is_change = false;
    const char* name_member = "Name";
  };
  static const std::map<std::string, Operation>& operations();

  FakeAnswer create(const FakeCall& call);
  FakeAnswer list(const FakeCall& call);
  FakeAnswer list_tags(const FakeCall& call);
  FakeAnswer update(const FakeCall& call, const FoundTrail& found);
  FakeAnswer get(const FakeCall& call, const FoundTrail& found);
  FakeAnswer status(const FakeCall& call, const FoundTrail& found);
  FakeAnswer start(const FakeCall& call, const FoundTrail& found);
  FakeAnswer stop(const FakeCall& call, const FoundTrail& found);
  FakeAnswer put_selectors(const FakeCall& call, const FoundTrail& found);
  FakeAnswer get_selectors(const FakeCall& call, const FoundTrail& found);
  FakeAnswer put_insights(const FakeCall& call, const FoundTrail& found);
  FakeAnswer get_insights(const FakeCall& call, const FoundTrail& found);
  FakeAnswer add_tags(const FakeCall& call, const FoundTrail& found);
  FakeAnswer remove_tags(const FakeCall& call, const FoundTrail& found);
  FakeAnswer remove(const FakeCall& call, const FoundTrail& found);

  [[nodiscard]] std::string arn_of(const FoundTrail& trail) const {
    return "arn:" + world_.partition + ":cloudtrail:" + trail.home_region + ':' + trail.account +
           ":trail/" + trail.name;
  }
  /// All that the region shows: its own trails, and shadows of others.
  std::vector<FoundTrail> seen_in(const std::string& region);
  Refusal resolve(const FakeCall& call, const std::string& text, FoundTrail& into);
  [[nodiscard]] Json shown(const FoundTrail& found) const;
  [[nodiscard]] Refusal settings_refusal(const FoundTrail& trail, const Json& settings) const {
    return trail_settings_refusal(world_, {arn_of(trail), trail.home_region}, settings);
  }

  FakeWorld& world_;
  std::map<std::string, std::map<std::string, FakeTrail>> regions_;  // By home region and name.
  /// Of the management account, by home region and name.
  std::map<std::string, std::map<std::string, FakeTrail>> organization_;
};

const std::map<std::string, FakeCloudTrail::Operation>& FakeCloudTrail::operations() {
  static const std::map<std::string, Operation> all = {
      {"CreateTrail", {cloudtrail::create, nullptr, true}},
      {"UpdateTrail", {cloudtrail::update, &FakeCloudTrail::update, true}},
      {"GetTrail", {cloudtrail::name, &FakeCloudTrail::get}},
      {"GetTrailStatus", {cloudtrail::name, &FakeCloudTrail::status}},
      {"DescribeTrails", {cloudtrail::describe}},
      {"StartLogging", {cloudtrail::name, &FakeCloudTrail::start, true}},
      {"StopLogging", {cloudtrail::name, &FakeCloudTrail::stop, true}},
      {"PutEventSelectors",
       {cloudtrail::selectors, &FakeCloudTrail::put_selectors, true, "TrailName"}},
      {"GetEventSelectors",
       {cloudtrail::trail_name, &FakeCloudTrail::get_selectors, false, "TrailName"}},
      {"PutInsightSelectors",
       {cloudtrail::insights, &FakeCloudTrail::put_insights, true, "TrailName"}},
      {"GetInsightSelectors",
       {cloudtrail::trail_name, &FakeCloudTrail::get_insights, false, "TrailName"}},
      {"AddTags", {cloudtrail::tagging, &FakeCloudTrail::add_tags, true, "ResourceId"}},
      {"RemoveTags", {cloudtrail::tagging, &FakeCloudTrail::remove_tags, true, "ResourceId"}},
      {"ListTags", {cloudtrail::tag_lists, nullptr, false, "ResourceIdList"}},
      {"DeleteTrail", {cloudtrail::name, &FakeCloudTrail::remove, true}},
  };
  return all;
}

FakeAnswer FakeCloudTrail::describe(const FakeCall& call) const {
  FakeAnswer answer;
  answer.operation = call.operation;
  const auto found = operations().find(call.operation);
  if (found == operations().end() || call.operation == "DescribeTrails") {
    return answer;
  }
  answer.is_change = found->second.is_change;
  const Json named = call.json.value(found->second.name_member, Json());
  const Json first = named.is_array() && !named.empty() ? named.front() : named;
  const std::string text = first.is_string() ? first.get<std::string>() : "";
  answer.resource =
      text.starts_with("arn:") ? text : arn_of({text, call.region, world_.account, nullptr});
  if (call.operation == "CreateTrail" && call.json.contains("TagsList")) {
    answer.also_needs.push_back({"cloudtrail", "AddTags", answer.resource});
  }
  if (answer.is_change && call.json.contains("CloudWatchLogsRoleArn")) {
    answer.also_needs.push_back(
        {"iam", "PassRole", text_member(call.json, "CloudWatchLogsRoleArn")});
  }
  return answer;
}

FakeAnswer FakeCloudTrail::handle(const FakeCall& call) {
  const auto operation = operations().find(call.operation);
  if (operation == operations().end()) {
    return json_error(404, "UnknownOperationException",
                      "The operation " + call.operation + " is not known.");
  }
  if (auto wrong = json_members_refusal(call.json, operation->second.members)) {
    return *wrong;
  }
  if (operation->second.run == nullptr) {
    return call.operation == "CreateTrail"      ? create(call)
           : call.operation == "DescribeTrails" ? list(call)
                                                : list_tags(call);
  }
  FoundTrail found;
  const std::string text = text_member(call.json, operation->second.name_member);
  if (operation->second.name_member == std::string("ResourceId") && !text.starts_with("arn:")) {
    return refused("CloudTrailARNInvalidException", "The ARN " + text + " is not valid.");
  }
  if (auto wrong = resolve(call, text, found)) {
    return *wrong;
  }
  const bool is_read = !operation->second.is_change;
  if (is_read && world_.requests < found.trail->seen_from) {
    return refused("TrailNotFoundException", "Unknown trail: " + text);
  }
  if (!is_read && found.account != world_.account) {
    return refused("NotOrganizationMasterAccountException",
                   "The trail " + text + " is that of an organization.");
  }
  if (!is_read && found.home_region != call.region) {
    return refused("InvalidHomeRegionException",
                   "Trail " + found.name + " is in the region " + found.home_region + '.');
  }
  return (this->*operation->second.run)(call, found);
}

std::vector<FoundTrail> FakeCloudTrail::seen_in(const std::string& region) {
  std::vector<FoundTrail> all;
  for (auto& [home, trails] : regions_) {
    for (auto& [name, trail] : trails) {
      if (home == region || trail.settings.value("IsMultiRegionTrail", false)) {
        all.push_back({name, home, world_.account, &trail});
      }
    }
  }
  for (auto& [home, trails] : organization_) {
    for (auto& [name, trail] : trails) {
      all.push_back({name, home, management_account, &trail});
    }
  }
  return all;
}

FakeCloudTrail::Refusal FakeCloudTrail::resolve(const FakeCall& call, const std::string& text,
                                                FoundTrail& into) {
  const bool is_arn = text.starts_with("arn:");
  if (!is_arn && !is_trail_name(text)) {
    return refused("InvalidTrailNameException", "Trail name or ARN is not valid: " + text);
  }
  for (const FoundTrail& one : seen_in(call.region)) {
    // Names are those of the region itself.
    const bool is_own = one.home_region == call.region && one.account == world_.account;
    if (is_arn ? arn_of(one) == text : is_own && one.name == text) {
      into = one;
      return std::nullopt;
    }
  }
  return refused("TrailNotFoundException",
                 "Unknown trail: " + text + " for the user: " + call.caller_account);
}

Json FakeCloudTrail::shown(const FoundTrail& found) const {
  Json all = found.trail->settings;
  all["Name"] = found.name;
  all["TrailARN"] = arn_of(found);
  all["HomeRegion"] = found.home_region;
  all["HasCustomEventSelectors"] = found.trail->selectors != new_trail({}).selectors;
  all["HasInsightSelectors"] = !found.trail->insights.empty();
  return all;
}

/// Settings as they are shown, of members as they are sent.
Json settings_of(const Json& sent, Json settings) {
  for (const char* const member :
       {"S3BucketName", "S3KeyPrefix", "SnsTopicName", "IncludeGlobalServiceEvents",
        "IsMultiRegionTrail", "CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn", "KmsKeyId",
        "IsOrganizationTrail"}) {
    if (sent.contains(member)) {
      settings[member] = sent[member];
    }
  }
  if (sent.contains("EnableLogFileValidation")) {
    settings["LogFileValidationEnabled"] = sent["EnableLogFileValidation"];
  }
  Json kept = Json::object();
  for (const auto& [name, value] : settings.items()) {
    if (value != "") {  // An empty text takes the setting away.
      kept[name] = value;
    }
  }
  return kept;
}

FakeAnswer FakeCloudTrail::create(const FakeCall& call) {
  const FoundTrail asked{text_member(call.json, "Name"), call.region, world_.account, nullptr};
  if (!is_trail_name(asked.name)) {
    return refused("InvalidTrailNameException", "Trail name is not valid: " + asked.name);
  }
  std::size_t own = 0;
  for (const FoundTrail& one : seen_in(call.region)) {
    own += one.home_region == call.region ? std::size_t{1} : 0;
    if (one.name == asked.name && one.account == world_.account) {
      return refused("TrailAlreadyExistsException",
                     "Trail " + asked.name + " already exists for customer: " + world_.account);
    }
  }
  if (own >= trails_max) {
    return refused("MaximumNumberOfTrailsExceededException",
                   "User already has 5 trails in " + call.region);
  }
  const Json settings = settings_of(call.json, {{"IncludeGlobalServiceEvents", true},
                                                {"IsMultiRegionTrail", false},
                                                {"LogFileValidationEnabled", false},
                                                {"IsOrganizationTrail", false}});
  if (auto wrong = settings_refusal(asked, settings)) {
    return *wrong;
  }
  FakeTrail made = new_trail(settings);
  const std::string wrong = take_tags(call.json.value("TagsList", Json::array()), made.tags);
  if (!wrong.empty() || made.tags.size() > tags_max) {
    return refused(wrong.empty() ? "TagsLimitExceededException" : "InvalidTagParameterException",
                   wrong);
  }
  made.seen_from = world_.requests + world_.read_lag_requests;
  FoundTrail found = asked;
  found.trail = &(regions_[call.region][asked.name] = std::move(made));
  Json answer = shown(found);
  for (const char* const member :
       {"HomeRegion", "HasCustomEventSelectors", "HasInsightSelectors"}) {
    answer.erase(member);
  }
  return json_answer(answer);
}

FakeAnswer FakeCloudTrail::update(const FakeCall& call, const FoundTrail& found) {
  const Json settings = settings_of(call.json, found.trail->settings);
  if (auto wrong = settings_refusal(found, settings)) {
    return *wrong;
  }
  found.trail->settings = settings;
  Json answer = shown(found);
  for (const char* const member :
       {"HomeRegion", "HasCustomEventSelectors", "HasInsightSelectors"}) {
    answer.erase(member);
  }
  return json_answer(answer);
}

FakeAnswer FakeCloudTrail::get(const FakeCall& /*call*/, const FoundTrail& found) {
  return json_answer({{"Trail", shown(found)}});
}

FakeAnswer FakeCloudTrail::status(const FakeCall& /*call*/, const FoundTrail& found) {
  Json answer = {{"IsLogging", found.trail->is_logging}};
  if (found.trail->is_logging) {
    answer["StartLoggingTime"] = static_cast<double>(world_.now_seconds) + 0.25;
    answer["LatestDeliveryTime"] = static_cast<double>(world_.now_seconds) + 0.5;
  }
  return json_answer(answer);
}

FakeAnswer FakeCloudTrail::list(const FakeCall& call) {
  const std::vector<std::string> names =
      policy_texts(call.json.value("trailNameList", Json::array()));
  const bool has_shadows = call.json.value("includeShadowTrails", true);
  Json trails = Json::array();
  for (const FoundTrail& one : seen_in(call.region)) {
    const bool is_own = one.home_region == call.region && one.account == world_.account;
    const bool is_named = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return name == arn_of(one) || (is_own && name == one.name);
    });
    if ((names.empty() ? is_own || has_shadows : is_named) &&
        world_.requests >= one.trail->seen_from) {
      trails.push_back(shown(one));
    }
  }
  return json_answer({{"trailList", std::move(trails)}});
}

FakeAnswer FakeCloudTrail::start(const FakeCall& /*call*/, const FoundTrail& found) {
  found.trail->is_logging = true;
  const std::string group = text_member(found.trail->settings, "CloudWatchLogsLogGroupArn");
  if (const std::size_t at = group.find(":log-group:"); at != std::string::npos) {
    const std::size_t from = at + std::string_view(":log-group:").size();
    world_.write_log_stream(found.home_region, group.substr(from, group.size() - from - 2),
                            world_.account + "_CloudTrail_" + found.home_region);
  }
  return json_answer(Json::object());
}

FakeAnswer FakeCloudTrail::stop(const FakeCall& /*call*/, const FoundTrail& found) {
  found.trail->is_logging = false;
  return json_answer(Json::object());
}

FakeAnswer FakeCloudTrail::put_selectors(const FakeCall& call, const FoundTrail& found) {
  if (std::string wrong = selectors_fault(call.json); !wrong.empty()) {
    return refused("InvalidEventSelectorsException", wrong);
  }
  Json selectors = call.json;
  selectors.erase("TrailName");
  found.trail->selectors = selectors;
  selectors["TrailARN"] = arn_of(found);
  return json_answer(selectors);
}

FakeAnswer FakeCloudTrail::get_selectors(const FakeCall& /*call*/, const FoundTrail& found) {
  Json answer = found.trail->selectors;
  answer["TrailARN"] = arn_of(found);
  return json_answer(answer);
}

FakeAnswer FakeCloudTrail::put_insights(const FakeCall& call, const FoundTrail& found) {
  std::map<std::string, Json> by_type;
  for (Json one : call.json["InsightSelectors"]) {
    // Management events where nothing else is said.
    if (!one.contains("EventCategories")) {
      one["EventCategories"] = Json::array({"Management"});
    }
    if (!one.contains("InsightType") ||
        !by_type.emplace(text_member(one, "InsightType"), one).second) {
      return refused("InvalidInsightSelectorsException", "An insight type is missing, or twice.");
    }
  }
  if (by_type.contains("ApiCallRateInsight") &&
      !selects_management_writes(found.trail->selectors)) {
    return refused("InvalidInsightSelectorsException",
                   "The trail must log write management events.");
  }
  found.trail->insights = Json::array();
  for (const auto& [type, one] : by_type) {
    found.trail->insights.push_back(one);
  }
  return json_answer({{"TrailARN", arn_of(found)}, {"InsightSelectors", found.trail->insights}});
}

FakeAnswer FakeCloudTrail::get_insights(const FakeCall& /*call*/, const FoundTrail& found) {
  if (found.trail->insights.empty()) {
    return refused("InsightNotEnabledException",
                   "Insights is not enabled on the trail " + arn_of(found));
  }
  return json_answer({{"TrailARN", arn_of(found)}, {"InsightSelectors", found.trail->insights}});
}

FakeAnswer FakeCloudTrail::add_tags(const FakeCall& call, const FoundTrail& found) {
  FakeTags tags = found.trail->tags;
  if (std::string wrong = take_tags(call.json["TagsList"], tags); !wrong.empty()) {
    return refused("InvalidTagParameterException", wrong);
  }
  if (tags.size() > tags_max) {
    return refused("TagsLimitExceededException", "A trail has at most 50 tags.");
  }
  found.trail->tags = std::move(tags);
  return json_answer(Json::object());
}

FakeAnswer FakeCloudTrail::remove_tags(const FakeCall& call, const FoundTrail& found) {
  for (const Json& tag : call.json["TagsList"]) {
    found.trail->tags.erase(text_member(tag, "Key"));
  }
  return json_answer(Json::object());
}

FakeAnswer FakeCloudTrail::list_tags(const FakeCall& call) {
  const std::vector<std::string> arns = policy_texts(call.json["ResourceIdList"]);
  if (arns.empty() || arns.size() > tag_lists_max) {
    return refused("ValidationException", "ResourceIdList has 1 to 20 ARNs.");
  }
  Json lists = Json::array();
  for (const std::string& arn : arns) {
    FoundTrail found;
    const bool is_arn = arn.starts_with("arn:");
    if (!is_arn) {
      return refused("CloudTrailARNInvalidException", "The ARN " + arn + " is not valid.");
    }
    if (resolve(call, arn, found) || found.account != world_.account ||
        found.home_region != call.region || world_.requests < found.trail->seen_from) {
      return refused("ResourceNotFoundException", "Unable to find the trail " + arn);
    }
    lists.push_back({{"ResourceId", arn}, {"TagsList", tag_list(found.trail->tags)}});
  }
  return json_answer({{"ResourceTagList", std::move(lists)}});
}

FakeAnswer FakeCloudTrail::remove(const FakeCall& call, const FoundTrail& found) {
  const std::string name = found.name;
  regions_[call.region].erase(name);
  return json_answer(Json::object());
}

void FakeCloudTrail::put_organization_trail(const std::string& home_region,
                                            const std::string& name) {
  FakeTrail trail =
      new_trail({{"S3BucketName", "organization-trail-" + std::string(management_account)},
                 {"IncludeGlobalServiceEvents", true},
                 {"IsMultiRegionTrail", true},
                 {"LogFileValidationEnabled", true},
                 {"IsOrganizationTrail", true}});
  trail.is_logging = true;
  organization_[home_region][name] = std::move(trail);
}

Json FakeCloudTrail::snapshot() const {
  const auto all = [](const auto& regions) {
    Json shown = Json::object();
    for (const auto& [region, trails] : regions) {
      for (const auto& [name, trail] : trails) {
        shown[region][name] = trail_json(trail);
      }
    }
    return shown;
  };
  return {{"Trails", all(regions_)}, {"Organization", all(organization_)}};
}

void FakeCloudTrail::restore(const Json& snapshot) {
  for (const auto& [member, regions] :
       {std::pair{"Trails", &regions_}, std::pair{"Organization", &organization_}}) {
    regions->clear();
    const Json shown = snapshot.value(member, Json::object());
    for (const auto& [region, trails] : shown.items()) {
      for (const auto& [name, trail] : trails.items()) {
        (*regions)[region][name] = trail_of(trail);
      }
    }
  }
}

}  // namespace

std::unique_ptr<FakeService> make_fake_cloudtrail(FakeWorld& world) {
  return std::make_unique<FakeCloudTrail>(world);
}

}  // namespace bedrocklog::fake_aws
