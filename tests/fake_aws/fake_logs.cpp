// CloudWatch Logs of the fake: log groups, their tags, and names of their streams. Metric filters
// and saved queries have files of their own.
#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "tests/fake_aws/fake_json_members.h"
#include "tests/fake_aws/fake_log_events.h"
#include "tests/fake_aws/fake_metric_filters.h"
#include "tests/fake_aws/fake_policy.h"
#include "tests/fake_aws/fake_query_definitions.h"
#include "tests/fake_aws/fake_service.h"
#include "tests/fake_aws/fake_tags.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::array<std::int64_t, 22> retentions_days = {
    1,   3,   5,   7,   14,   30,   60,   90,   120,  150,  180,
    365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653};
constexpr const char* invalid_code = "InvalidParameterException";
constexpr std::size_t page_size_max = 50;
constexpr std::size_t name_size_max = 512;
constexpr std::size_t key_arn_size_max = 256;

struct LogGroup {
  std::int64_t retention_days = 0;  // 0: for ever.
  std::string key;
  std::string group_class = "STANDARD";
  bool is_protected = false;
  FakeTags tags;
  std::set<std::string> streams;
  std::uint64_t seen_from = 0;  // Counted in requests: reads find it from then on.
};

FakeAnswer invalid(const std::string& message) {
  return json_error(400, invalid_code, message);
}

FakeAnswer no_group() {
  return json_error(400, "ResourceNotFoundException", "The specified log group does not exist.");
}

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= name_size_max && !name.starts_with("aws/") &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 ||
                  std::string_view("._-/#").find(static_cast<char>(c)) != std::string_view::npos;
         });
}

constexpr Member group_name{"logGroupName", MemberKind::text, true};
constexpr Member key_id{"kmsKeyId", MemberKind::text, true, 0, key_arn_size_max};
constexpr Member limit{"limit", MemberKind::whole};
constexpr Member next_token{"nextToken"};
constexpr Member resource_arn{"resourceArn", MemberKind::text, true, 1, 1'011};

std::optional<FakeAnswer> read_tags(const Json& sent, FakeTags& into) {
  for (const auto& [key, value] : sent.items()) {
    const std::string wrong =
        value.is_string() ? tag_fault(key, value.get<std::string>()) : "A tag's value is a string.";
    if (!wrong.empty()) {
      return invalid(wrong);
    }
    into[key] = value.get<std::string>();
  }
  if (into.size() > tags_max) {
    return json_error(400, "TooManyTagsException", "A resource can have no more than 50 tags.");
  }
  return std::nullopt;
}

/// A page of things in order of their names, after the one in the token.
template <class Map, class Show>
FakeAnswer page_answer(const FakeCall& call, const Map& all, const char* list, const Show& show) {
  const std::int64_t size = call.json.value("limit", std::int64_t{page_size_max});
  if (size < 1 || size > std::int64_t{page_size_max}) {
    return invalid("Value at 'limit' failed to satisfy constraint: between 1 and 50");
  }
  const std::string after = text_member(call.json, "nextToken");
  Json page = {{list, Json::array()}};
  std::string last;
  for (const auto& [name, thing] : all) {
    if (!after.empty() && name <= after) {
      continue;
    }
    if (page[list].size() == static_cast<std::size_t>(size)) {
      page["nextToken"] = last;
      break;
    }
    page[list].push_back(show(name, thing));
    last = name;
  }
  return json_answer(page);
}

class FakeLogs : public FakeService {
 public:
  explicit FakeLogs(FakeWorld& world)
      : world_(world),
        queries_(world),
        filters_(world, [this](const std::string& region,
                               const std::string& name) { return class_of(region, name); }),
        events_([this](const std::string& region, const std::string& name) {
          return class_of(region, name).has_value();
        }) {
    world_.has_log_group = [this](const std::string& region, const std::string& name) {
      return class_of(region, name).has_value();
    };
    world_.write_log_stream = [this](const std::string& region, const std::string& group,
                                     const std::string& stream) {
      regions_[region][group].streams.insert(stream);
    };
  }

  FakeAnswer handle(const FakeCall& call) override;
  FakeAnswer describe(const FakeCall& call) const override;
  Json snapshot() const override;
  void restore(const Json& snapshot) override;
  void put_log_event(const std::string& region, const std::string& log_group,
                     const std::string& message, std::int64_t time_ms) override {
    events_.put(region, log_group, message, time_ms);
  }

 private:
  struct Operation {
    std::vector<Member> members;
    FakeAnswer (FakeLogs::*run)(const FakeCall&);
    bool is_change = false;
  };
  static const std::map<std::string, Operation>& operations();

  FakeAnswer create(const FakeCall& call);
  FakeAnswer list(const FakeCall& call);
  FakeAnswer put_retention(const FakeCall& call);
  FakeAnswer put_key(const FakeCall& call);
  FakeAnswer tag(const FakeCall& call);
  FakeAnswer untag(const FakeCall& call);
  FakeAnswer list_tags(const FakeCall& call);
  FakeAnswer remove(const FakeCall& call);
  FakeAnswer list_streams(const FakeCall& call);

  [[nodiscard]] std::string arn_of(const std::string& region, const std::string& name) const {
    return "arn:" + world_.partition + ":logs:" + region + ':' + world_.account +
           ":log-group:" + name;
  }
  /// Nothing: there is no such group.
  [[nodiscard]] std::optional<std::string> class_of(const std::string& region,
                                                    const std::string& name) const {
    const auto groups = regions_.find(region);
    const bool is_there = groups != regions_.end() && groups->second.contains(name);
    return is_there ? std::optional(groups->second.at(name).group_class) : std::nullopt;
  }
  /// Null: none of that name.
  LogGroup* group(const FakeCall& call) {
    auto& groups = regions_[call.region];
    const auto found = groups.find(text_member(call.json, "logGroupName"));
    return found == groups.end() ? nullptr : &found->second;
  }
  /// What an ARN of a group means; the form that ends in ":*" is none of them.
  LogGroup* group_of_arn(const FakeCall& call) {
    const std::string arn = text_member(call.json, "resourceArn");
    for (auto& [name, found] : regions_[call.region]) {
      if (arn_of(call.region, name) == arn) {
        return &found;
      }
    }
    return nullptr;
  }
  /// "" when the group can be encrypted with it.
  [[nodiscard]] std::string key_fault(const FakeCall& call) const;

  FakeWorld& world_;
  std::map<std::string, std::map<std::string, LogGroup>> regions_;
  FakeQueryDefinitions queries_;
  FakeMetricFilters filters_;
  FakeLogEvents events_;
};

const std::map<std::string, FakeLogs::Operation>& FakeLogs::operations() {
  static const std::map<std::string, Operation> all = {
      {"CreateLogGroup",
       {{group_name,
         {"kmsKeyId", MemberKind::text},
         {"tags", MemberKind::map},
         {"logGroupClass", MemberKind::text},
         {"deletionProtectionEnabled", MemberKind::boolean}},
        &FakeLogs::create,
        true}},
      {"DescribeLogGroups",
       {{{"logGroupNamePrefix", MemberKind::text}, limit, next_token}, &FakeLogs::list}},
      {"PutRetentionPolicy",
       {{group_name, {"retentionInDays", MemberKind::whole, true}},
        &FakeLogs::put_retention,
        true}},
      {"DeleteRetentionPolicy", {{group_name}, &FakeLogs::put_retention, true}},
      {"AssociateKmsKey", {{group_name, key_id}, &FakeLogs::put_key, true}},
      {"DisassociateKmsKey", {{group_name}, &FakeLogs::put_key, true}},
      {"TagResource", {{resource_arn, {"tags", MemberKind::map, true}}, &FakeLogs::tag, true}},
      {"UntagResource",
       {{resource_arn, {"tagKeys", MemberKind::texts, true}}, &FakeLogs::untag, true}},
      {"ListTagsForResource", {{resource_arn}, &FakeLogs::list_tags}},
      {"DeleteLogGroup", {{group_name}, &FakeLogs::remove, true}},
      {"DescribeLogStreams",
       {{group_name,
         {"logStreamNamePrefix", MemberKind::text},
         {"orderBy", MemberKind::text},
         {"descending", MemberKind::boolean},
         limit,
         next_token},
        &FakeLogs::list_streams}},
  };
  return all;
}

FakeAnswer FakeLogs::describe(const FakeCall& call) const {
  FakeAnswer answer;
  answer.operation = call.operation;
  const auto found = operations().find(call.operation);
  answer.is_change = (found != operations().end() && found->second.is_change) ||
                     FakeQueryDefinitions::is_change(call.operation) ||
                     FakeMetricFilters::is_change(call.operation);
  const std::string name = text_member(call.json, "logGroupName");
  answer.resource =
      name.empty() ? text_member(call.json, "resourceArn", "*") : arn_of(call.region, name);
  // Lists are asked of the region's groups all together.
  if (call.operation == "DescribeLogGroups") {
    answer.resource = arn_of(call.region, "*");
  }
  return answer;
}

FakeAnswer FakeLogs::handle(const FakeCall& call) {
  if (auto answer = queries_.handle(call)) {
    return *answer;
  }
  if (auto answer = filters_.handle(call)) {
    return *answer;
  }
  if (auto answer = events_.handle(call)) {
    return *answer;
  }
  const auto operation = operations().find(call.operation);
  if (operation == operations().end()) {
    return json_error(404, "UnknownOperationException",
                      "The operation " + call.operation + " is not known.");
  }
  if (auto refused = json_members_refusal(call.json, operation->second.members, invalid_code)) {
    return *refused;
  }
  if (call.json.contains("logGroupName") && !is_name(text_member(call.json, "logGroupName"))) {
    return invalid(
        "1 validation error detected: Value at 'logGroupName' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: "
        "[\\.\\-_/#A-Za-z0-9]+");
  }
  return (this->*operation->second.run)(call);
}

std::string FakeLogs::key_fault(const FakeCall& call) const {
  const std::string key = text_member(call.json, "kmsKeyId");
  if (!call.json.contains("kmsKeyId")) {
    return {};
  }
  const std::string group = arn_of(call.region, text_member(call.json, "logGroupName"));
  const std::string refusal =
      "The specified KMS key does not exist or is not allowed to be used "
      "with LogGroup '" +
      group + "'";
  if (!key.starts_with("arn:" + world_.partition + ":kms:" + call.region + ':')) {
    return refusal;
  }
  const std::string suffix = world_.partition == "aws-cn" ? ".amazonaws.com.cn" : ".amazonaws.com";
  for (const char* const action : {"kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom",
                                   "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey"}) {
    const PolicyQuestion question{"logs." + call.region + suffix,
                                  action,
                                  key,
                                  {{"kms:encryptioncontext:aws:logs:arn", group}}};
    if (world_.key_refusal && !world_.key_refusal(key, question).empty()) {
      return refusal;
    }
  }
  return {};
}

FakeAnswer FakeLogs::create(const FakeCall& call) {
  LogGroup made;
  made.key = text_member(call.json, "kmsKeyId");
  made.group_class = text_member(call.json, "logGroupClass", "STANDARD");
  made.is_protected = call.json.value("deletionProtectionEnabled", false);
  if (const std::string wrong = key_fault(call); !wrong.empty()) {
    return invalid(wrong);
  }
  if (made.group_class != "STANDARD" && made.group_class != "INFREQUENT_ACCESS" &&
      made.group_class != "DELIVERY") {
    return invalid("Value at 'logGroupClass' is none of its values.");
  }
  if (auto refused = read_tags(call.json.value("tags", Json::object()), made.tags)) {
    return *refused;
  }
  if (group(call) != nullptr) {
    return json_error(400, "ResourceAlreadyExistsException",
                      "The specified log group already exists");
  }
  made.seen_from = world_.requests + world_.read_lag_requests;
  regions_[call.region][text_member(call.json, "logGroupName")] = std::move(made);
  return json_answer(Json());
}

FakeAnswer FakeLogs::list(const FakeCall& call) {
  const std::string prefix = text_member(call.json, "logGroupNamePrefix");
  if (call.json.contains("logGroupNamePrefix") && !is_name(prefix)) {
    return invalid("Value at 'logGroupNamePrefix' failed to satisfy constraint");
  }
  std::map<std::string, LogGroup> found;
  for (const auto& [name, entry] : regions_[call.region]) {
    if (name.starts_with(prefix) && world_.requests >= entry.seen_from) {
      found[name] = entry;
    }
  }
  return page_answer(call, found, "logGroups", [&](const std::string& name, const LogGroup& entry) {
    const std::string arn = arn_of(call.region, name);
    Json shown = {{"logGroupName", name},
                  {"arn", arn + ":*"},
                  {"logGroupArn", arn},
                  {"creationTime", world_.now_seconds * 1000},
                  {"metricFilterCount", filters_.count(call.region, name)},
                  {"storedBytes", 0},
                  {"logGroupClass", entry.group_class},
                  {"deletionProtectionEnabled", entry.is_protected}};
    if (entry.retention_days != 0) {
      shown["retentionInDays"] = entry.retention_days;
    }
    if (!entry.key.empty()) {
      shown["kmsKeyId"] = entry.key;
    }
    return shown;
  });
}

FakeAnswer FakeLogs::put_retention(const FakeCall& call) {
  const std::int64_t days = call.json.value("retentionInDays", std::int64_t{0});  // 0: for ever.
  if (call.json.contains("retentionInDays") &&
      std::find(retentions_days.begin(), retentions_days.end(), days) == retentions_days.end()) {
    return invalid("1 validation error detected: Value '" + std::to_string(days) +
                   "' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum "
                   "value set");
  }
  LogGroup* const found = group(call);
  if (found == nullptr) {
    return no_group();
  }
  found->retention_days = days;
  return json_answer(Json());
}

FakeAnswer FakeLogs::put_key(const FakeCall& call) {
  const std::string key = text_member(call.json, "kmsKeyId");
  if (const std::string wrong = key_fault(call); !wrong.empty()) {
    return invalid(wrong);
  }
  LogGroup* const found = group(call);
  if (found == nullptr) {
    return no_group();
  }
  found->key = key;
  return json_answer(Json());
}

FakeAnswer FakeLogs::tag(const FakeCall& call) {
  LogGroup* const found = group_of_arn(call);
  if (found == nullptr) {
    return no_group();
  }
  FakeTags tags = found->tags;
  if (auto refused = read_tags(call.json["tags"], tags)) {
    return *refused;
  }
  found->tags = std::move(tags);
  return json_answer(Json());
}

FakeAnswer FakeLogs::untag(const FakeCall& call) {
  LogGroup* const found = group_of_arn(call);
  if (found == nullptr) {
    return no_group();
  }
  if (call.json["tagKeys"].empty() || call.json["tagKeys"].size() > tags_max) {
    return invalid("Value at 'tagKeys' failed to satisfy constraint: between 1 and 50");
  }
  for (const std::string& key : policy_texts(call.json["tagKeys"])) {
    found->tags.erase(key);
  }
  return json_answer(Json());
}

FakeAnswer FakeLogs::list_tags(const FakeCall& call) {
  const LogGroup* const found = group_of_arn(call);
  if (found == nullptr || world_.requests < found->seen_from) {
    return no_group();
  }
  return json_answer({{"tags", found->tags}});
}

FakeAnswer FakeLogs::remove(const FakeCall& call) {
  const LogGroup* const found = group(call);
  if (found == nullptr) {
    return no_group();
  }
  if (found->is_protected) {
    return json_error(400, "ValidationException", "The log group is protected from deletion.");
  }
  const std::string name = text_member(call.json, "logGroupName");
  regions_[call.region].erase(name);
  filters_.forget(call.region, name);
  return json_answer(Json());
}

FakeAnswer FakeLogs::list_streams(const FakeCall& call) {
  const LogGroup* const found = group(call);
  if (found == nullptr || world_.requests < found->seen_from) {
    return no_group();
  }
  const std::string prefix = text_member(call.json, "logStreamNamePrefix");
  const std::string order = text_member(call.json, "orderBy", "LogStreamName");
  if (order != "LogStreamName" && (order != "LastEventTime" || !prefix.empty())) {
    return invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
  }
  std::map<std::string, bool> streams;
  for (const std::string& name : found->streams) {
    if (name.starts_with(prefix)) {
      streams[name] = true;
    }
  }
  const std::string arn = arn_of(call.region, text_member(call.json, "logGroupName"));
  return page_answer(call, streams, "logStreams", [&](const std::string& name, bool) {
    return Json{{"logStreamName", name},
                {"arn", arn + ":log-stream:" + name},
                {"creationTime", world_.now_seconds * 1000},
                {"firstEventTimestamp", world_.now_seconds * 1000},
                {"lastEventTimestamp", world_.now_seconds * 1000},
                {"lastIngestionTime", world_.now_seconds * 1000},
                {"storedBytes", 0}};
  });
}

Json FakeLogs::snapshot() const {
  Json regions = Json::object();
  for (const auto& [region, groups] : regions_) {
    for (const auto& [name, entry] : groups) {
      Json& shown = regions[region][name] = {{"Class", entry.group_class},
                                             {"Tags", entry.tags},
                                             {"Streams", entry.streams},
                                             {"IsProtected", entry.is_protected}};
      if (entry.retention_days != 0) {
        shown["RetentionInDays"] = entry.retention_days;
      }
      if (!entry.key.empty()) {
        shown["KmsKeyId"] = entry.key;
      }
    }
  }
  return {{"LogGroups", std::move(regions)},
          {"MetricFilters", filters_.snapshot()},
          {"QueryDefinitions", queries_.snapshot()}};
}

void FakeLogs::restore(const Json& snapshot) {
  queries_.restore(snapshot.value("QueryDefinitions", Json::object()));
  filters_.restore(snapshot.value("MetricFilters", Json::object()));
  regions_.clear();
  const Json regions = snapshot.value("LogGroups", Json::object());
  for (const auto& [region, groups] : regions.items()) {
    for (const auto& [name, shown] : groups.items()) {
      LogGroup& entry = regions_[region][name];
      entry.group_class = shown.value("Class", "STANDARD");
      entry.tags = shown.value("Tags", FakeTags());
      entry.streams = shown.value("Streams", std::set<std::string>());
      entry.is_protected = shown.value("IsProtected", false);
      entry.retention_days = shown.value("RetentionInDays", std::int64_t{0});
      entry.key = shown.value("KmsKeyId", "");
    }
  }
}

}  // namespace

std::unique_ptr<FakeService> make_fake_logs(FakeWorld& world) {
  return std::make_unique<FakeLogs>(world);
}

}  // namespace bedrocklog::fake_aws
