// CloudWatch of the fake: dashboards of the account, names of metrics. Alarms and anomaly detectors
// have files of their own.
#include <algorithm>
#include <regex>
#include <set>
#include <utility>

#include "ingest/aws/utc_time.h"
#include "tests/fake_aws/fake_alarm.h"
#include "tests/fake_aws/fake_alarms.h"
#include "tests/fake_aws/fake_anomaly_detectors.h"
#include "tests/fake_aws/fake_members.h"
#include "tests/fake_aws/fake_service.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::size_t metrics_page = 500;

constexpr Member resource_arn{"ResourceARN", MemberKind::text, true, 1, 1024};
constexpr std::array<Member, 3> put_dashboard_members = {{
    {"DashboardName", MemberKind::text, true},
    {"DashboardBody", MemberKind::text, true},
    {"Tags", MemberKind::structures, false, 0, tags_max, "", tag_members},
}};
constexpr std::array<Member, 1> get_dashboard_members = {
    {{"DashboardName", MemberKind::text, true}}};
constexpr std::array<Member, 1> delete_dashboards_members = {
    {{"DashboardNames", MemberKind::texts, true}}};
constexpr std::array<Member, 2> dimension_filter_members = {
    {{"Name", MemberKind::text, true, 1, 255}, {"Value", MemberKind::text, false, 1, 1024}}};
constexpr std::array<Member, 7> list_metrics_members = {{
    {"Namespace", MemberKind::text, false, 1, 255, "[^:][\\s\\S]*"},
    {"MetricName", MemberKind::text, false, 1, 255},
    {"Dimensions", MemberKind::structures, false, 0, 10, "", dimension_filter_members},
    {"NextToken"},
    {"RecentlyActive", MemberKind::text, false, 1, 255, "PT3H"},
    {"IncludeLinkedAccounts", MemberKind::boolean},
    {"OwningAccount", MemberKind::text, false, 1, 255},
}};
constexpr std::array<Member, 2> tag_resource_members = {
    {resource_arn, {"Tags", MemberKind::structures, true, 0, tags_max, "", tag_members}}};
constexpr std::array<Member, 2> untag_resource_members = {
    {resource_arn, {"TagKeys", MemberKind::texts, true, 0, tags_max}}};
constexpr std::array<Member, 1> list_tags_members = {{resource_arn}};

struct FakeDashboard {
  std::string body;
  FakeTags tags;
  std::uint64_t made_at = 0;
};

FakeAnswer no_such_resource() {
  return query_error(404, "ResourceNotFoundException", "The resource does not exist");
}

/// Where a page starts; nothing for a token that is none of ours.
std::optional<std::size_t> page_start(const Json& members) {
  const std::string token = text_member(members, "NextToken");
  if (token.empty()) {
    return 0;
  }
  return std::regex_match(token, std::regex("from-\\d{1,9}"))
             ? std::optional<std::size_t>(std::stoul(token.substr(5)))
             : std::nullopt;
}

class FakeCloudWatch : public FakeService {
 public:
  explicit FakeCloudWatch(FakeWorld& world)
      : world_(world), detectors_(world), alarms_(world, detectors_) {}

  FakeAnswer handle(const FakeCall& call) override;
  FakeAnswer describe(const FakeCall& call) const override;
  Json snapshot() const override;
  void restore(const Json& snapshot) override;
  void put_metric(const std::string& region, const std::string& name_space,
                  const std::string& metric, const Json& dimensions) override;

 private:
  struct Operation {
    std::string_view name;
    std::span<const Member> members;
    FakeAnswer (FakeCloudWatch::*run)(const FakeCall& call);
    bool is_change;
  };
  static const Operation* operation_of(const std::string& name);

  FakeAnswer put_dashboard(const FakeCall& call);
  FakeAnswer get_dashboard(const FakeCall& call);
  FakeAnswer delete_dashboards(const FakeCall& call);
  FakeAnswer list_metrics(const FakeCall& call);
  FakeAnswer tag(const FakeCall& call);
  FakeAnswer untag(const FakeCall& call);
  FakeAnswer list_tags(const FakeCall& call);

  [[nodiscard]] std::string dashboard_arn(const std::string& name) const {
    return "arn:" + world_.partition + ":cloudwatch::" + world_.account + ":dashboard/" + name;
  }
  [[nodiscard]] bool is_visible(std::uint64_t made_at) const {
    return made_at == 0 || world_.requests - made_at > world_.read_lag_requests;
  }
  /// Tags of an alarm of this region, or of a dashboard; null: there is none.
  FakeTags* tags_at(const FakeCall& call, bool is_read);

  FakeWorld& world_;
  FakeAnomalyDetectors detectors_;
  FakeAlarms alarms_;
  std::map<std::string, FakeDashboard> dashboards_;  // By name: they are the account's.
  /// {"region", "Namespace", "MetricName", "Dimensions"}.
  std::set<Json> metrics_;
};

const FakeCloudWatch::Operation* FakeCloudWatch::operation_of(const std::string& name) {
  static const std::array<Operation, 7> all = {{
      {"PutDashboard", put_dashboard_members, &FakeCloudWatch::put_dashboard, true},
      {"GetDashboard", get_dashboard_members, &FakeCloudWatch::get_dashboard, false},
      {"DeleteDashboards", delete_dashboards_members, &FakeCloudWatch::delete_dashboards, true},
      {"ListMetrics", list_metrics_members, &FakeCloudWatch::list_metrics, false},
      {"TagResource", tag_resource_members, &FakeCloudWatch::tag, true},
      {"UntagResource", untag_resource_members, &FakeCloudWatch::untag, true},
      {"ListTagsForResource", list_tags_members, &FakeCloudWatch::list_tags, false},
  }};
  const auto* const found = std::find_if(
      all.begin(), all.end(), [&](const Operation& operation) { return operation.name == name; });
  return found == all.end() ? nullptr : found;
}

FakeAnswer FakeCloudWatch::handle(const FakeCall& call) {
  if (auto answer = alarms_.handle(call)) {
    return *answer;
  }
  if (auto answer = detectors_.handle(call)) {
    return *answer;
  }
  const Operation* const operation = operation_of(call.operation);
  if (operation == nullptr) {
    return unknown_operation(call);
  }
  if (auto refused = members_refusal(call, operation->members)) {
    return *refused;
  }
  return (this->*operation->run)(call);
}

FakeAnswer FakeCloudWatch::describe(const FakeCall& call) const {
  FakeAnswer answer;
  const Operation* const operation = operation_of(call.operation);
  answer.operation = call.operation;
  answer.is_change = (operation != nullptr && operation->is_change) ||
                     FakeAlarms::is_change(call.operation) ||
                     FakeAnomalyDetectors::is_change(call.operation);
  if (call.json.contains("ResourceARN")) {
    answer.resource = text_member(call.json, "ResourceARN");
  } else if (call.json.contains("DashboardName")) {
    answer.resource = dashboard_arn(text_member(call.json, "DashboardName"));
  }
  alarms_.describe(call, answer);
  if (call.json.contains("Tags") && call.operation == "PutDashboard") {
    answer.also_needs.push_back({"cloudwatch", "TagResource", answer.resource});
  }
  const Json names = call.json.value("DashboardNames", Json::array());
  if (call.operation == "DeleteDashboards" && names.is_array()) {
    for (const Json& name : names) {
      answer.resource = dashboard_arn(name.is_string() ? name.get<std::string>() : "");
      answer.also_needs.push_back({"cloudwatch", call.operation, answer.resource});
    }
  }
  return answer;
}

FakeAnswer FakeCloudWatch::put_dashboard(const FakeCall& call) {
  const std::string name = text_member(call.json, "DashboardName");
  const std::string body = text_member(call.json, "DashboardBody");
  const Json tags = call.json.value("Tags", Json::array());
  std::string wrong = dashboard_fault(body);
  if (!std::regex_match(name, std::regex("[A-Za-z0-9_-]{1,255}"))) {
    wrong = "The field DashboardName must have 1 to 255 characters of A-Z, a-z, 0-9, - and _";
  }
  if (wrong.empty()) {
    wrong = tags_fault(tags, {});
  }
  if (!wrong.empty()) {
    return query_error(400, "InvalidParameterInput", "The dashboard is not valid: " + wrong);
  }
  const auto [found, is_new] = dashboards_.try_emplace(name);
  found->second.body = body;
  if (is_new) {
    found->second.tags = tags_of(tags);
    found->second.made_at = world_.requests;
  }
  return query_answer(call.operation, "<DashboardValidationMessages/>");
}

FakeAnswer FakeCloudWatch::get_dashboard(const FakeCall& call) {
  const std::string name = text_member(call.json, "DashboardName");
  const auto found = dashboards_.find(name);
  if (found == dashboards_.end() || !is_visible(found->second.made_at)) {
    return query_error(404, "ResourceNotFound", "Dashboard " + name + " does not exist");
  }
  return query_answer(call.operation, xml_element("DashboardArn", dashboard_arn(name)) +
                                          xml_element("DashboardBody", found->second.body) +
                                          xml_element("DashboardName", name));
}

FakeAnswer FakeCloudWatch::delete_dashboards(const FakeCall& call) {
  std::string missing;
  for (const Json& name : call.json["DashboardNames"]) {
    if (dashboards_.erase(name.get<std::string>()) == 0) {
      missing += (missing.empty() ? "" : ", ") + name.get<std::string>();
    }
  }
  return missing.empty()
             ? query_answer(call.operation, " ")
             : query_error(404, "ResourceNotFound", "Dashboard " + missing + " does not exist");
}

FakeAnswer FakeCloudWatch::list_metrics(const FakeCall& call) {
  const auto start = page_start(call.json);
  if (!start) {
    return query_error(400, "InvalidParameterValue", "The next token is not valid.");
  }
  const auto has_dimension = [](const Json& metric, const Json& wanted) {
    return std::any_of(
        metric["Dimensions"].begin(), metric["Dimensions"].end(), [&](const Json& dimension) {
          return dimension["Name"] == wanted["Name"] &&
                 (!wanted.contains("Value") || dimension["Value"] == wanted["Value"]);
        });
  };
  std::string xml = "<Metrics>";
  std::size_t number = 0;
  for (const Json& metric : metrics_) {
    const Json wanted = call.json.value("Dimensions", Json::array());
    const bool is_match =
        metric["region"] == call.region &&
        metric["Namespace"] == text_member(call.json, "Namespace", metric["Namespace"]) &&
        metric["MetricName"] == text_member(call.json, "MetricName", metric["MetricName"]) &&
        std::all_of(wanted.begin(), wanted.end(),
                    [&](const Json& one) { return has_dimension(metric, one); });
    if (!is_match || number++ < *start || number > *start + metrics_page) {
      continue;
    }
    Json told = metric;
    told.erase("region");
    xml += tree_xml("member", told);
  }
  xml += "</Metrics>";
  if (number > *start + metrics_page) {
    xml += xml_element("NextToken", "from-" + std::to_string(*start + metrics_page));
  }
  return query_answer(call.operation, xml);
}

FakeTags* FakeCloudWatch::tags_at(const FakeCall& call, bool is_read) {
  const std::string arn = text_member(call.json, "ResourceARN");
  if (FakeTags* const tags = alarms_.tags_at(call.region, arn, is_read)) {
    return tags;
  }
  const std::string prefix = dashboard_arn("");
  const auto dashboard =
      arn.starts_with(prefix) ? dashboards_.find(arn.substr(prefix.size())) : dashboards_.end();
  return dashboard == dashboards_.end() ? nullptr : &dashboard->second.tags;
}

FakeAnswer FakeCloudWatch::tag(const FakeCall& call) {
  FakeTags* const tags = tags_at(call, false);
  if (tags == nullptr) {
    return no_such_resource();
  }
  if (const std::string wrong = tags_fault(call.json["Tags"], *tags); !wrong.empty()) {
    return query_error(400, "InvalidParameterValue", wrong);
  }
  for (const auto& [key, value] : tags_of(call.json["Tags"])) {
    (*tags)[key] = value;
  }
  return query_answer(call.operation, " ");
}

FakeAnswer FakeCloudWatch::untag(const FakeCall& call) {
  FakeTags* const tags = tags_at(call, false);
  if (tags == nullptr) {
    return no_such_resource();
  }
  for (const Json& key : call.json["TagKeys"]) {
    tags->erase(key.get<std::string>());
  }
  return query_answer(call.operation, " ");
}

FakeAnswer FakeCloudWatch::list_tags(const FakeCall& call) {
  const FakeTags* const tags = tags_at(call, true);
  return tags == nullptr ? no_such_resource() : query_answer(call.operation, tags_xml(*tags));
}

Json FakeCloudWatch::snapshot() const {
  Json all = Json::object();
  alarms_.add_to(all);
  if (const Json detectors = detectors_.snapshot(); !detectors.empty()) {
    all["anomaly_detectors"] = detectors;
  }
  for (const auto& [name, dashboard] : dashboards_) {
    all["dashboards"][name] = {{"body", dashboard.body}, {"tags", dashboard.tags}};
  }
  if (!metrics_.empty()) {
    all["metrics"] = metrics_;
  }
  return all;
}

void FakeCloudWatch::restore(const Json& snapshot) {
  alarms_.restore(snapshot);
  detectors_.restore(snapshot.value("anomaly_detectors", Json::array()));
  dashboards_.clear();
  metrics_.clear();
  const Json dashboards = snapshot.value("dashboards", Json::object());
  for (const auto& [name, document] : dashboards.items()) {
    dashboards_[name] = {document.at("body").get<std::string>(),
                         document.at("tags").get<FakeTags>(), 0};
  }
  for (const Json& metric : snapshot.value("metrics", Json::array())) {
    metrics_.insert(metric);
  }
}

void FakeCloudWatch::put_metric(const std::string& region, const std::string& name_space,
                                const std::string& metric, const Json& dimensions) {
  Json list = Json::array();
  for (const auto& [name, value] : dimensions.items()) {
    list.push_back(value.is_object() ? value : Json{{"Name", name}, {"Value", value}});
  }
  Json appeared = {{"region", region}, {"Namespace", name_space}, {"MetricName", metric}};
  appeared["Dimensions"] = std::move(list);
  metrics_.insert(std::move(appeared));
}

}  // namespace

std::unique_ptr<FakeService> make_fake_cloudwatch(FakeWorld& world) {
  return std::make_unique<FakeCloudWatch>(world);
}

}  // namespace bedrocklog::fake_aws
