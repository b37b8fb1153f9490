// PutAnomalyDetector, DescribeAnomalyDetectors, DeleteAnomalyDetector.
#include "tests/fake_aws/fake_anomaly_detectors.h"

#include <algorithm>
#include <array>
#include <regex>
#include <utility>

#include "tests/fake_aws/fake_alarm.h"
#include "tests/fake_aws/fake_members.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::int64_t page_max = 100;

constexpr std::string_view namespace_pattern = "[^:][\\s\\S]*";
constexpr std::string_view statistics =
    R"((SampleCount|Average|Sum|Minimum|Maximum|IQM|(p|tc|tm|ts|wm)(\d{1,2}(\.\d{0,2})?|100)|)"
    R"([ou]\d+(\.\d*)?)(_E|_L|_H)?|(TM|TC|TS|WM)\([\d.:%]+\)(_E|_L|_H)?)";
constexpr std::array<Member, 2> dimension_table = {
    {{"Name", MemberKind::text, true, 1, 255}, {"Value", MemberKind::text, true, 1, 1024}}};
constexpr std::array<Member, 5> single_members = {{
    {"AccountId", MemberKind::text, false, 1, 255},
    {"Namespace", MemberKind::text, false, 1, 255, namespace_pattern},
    {"MetricName", MemberKind::text, false, 1, 255},
    {"Dimensions", MemberKind::structures, false, 0, 30, "", dimension_table},
    {"Stat", MemberKind::text, false, 0, 50, statistics},
}};
constexpr std::array<Member, 2> range_members = {
    {{"StartTime", MemberKind::text, true}, {"EndTime", MemberKind::text, true}}};
constexpr std::array<Member, 2> configuration_members = {{
    {"ExcludedTimeRanges", MemberKind::structures, false, 0, 10, "", range_members},
    {"MetricTimezone", MemberKind::text, false, 0, 50},
}};
constexpr std::array<Member, 1> characteristics_members = {
    {{"PeriodicSpikes", MemberKind::boolean}}};
constexpr std::array<Member, 3> put_members = {{
    {"SingleMetricAnomalyDetector", MemberKind::structure, false, 0, SIZE_MAX, "", single_members},
    {"Configuration", MemberKind::structure, false, 0, SIZE_MAX, "", configuration_members},
    {"MetricCharacteristics", MemberKind::structure, false, 0, SIZE_MAX, "",
     characteristics_members},
}};
constexpr std::array<Member, 6> list_members = {{
    {"NextToken"},
    {"MaxResults", MemberKind::whole},
    {"Namespace", MemberKind::text, false, 1, 255, namespace_pattern},
    {"MetricName", MemberKind::text, false, 1, 255},
    {"Dimensions", MemberKind::structures, false, 0, 30, "", dimension_table},
    {"AnomalyDetectorTypes", MemberKind::texts, false, 0, 2, "SINGLE_METRIC|METRIC_MATH"},
}};
constexpr std::array<Member, 1> remove_members = {{
    {"SingleMetricAnomalyDetector", MemberKind::structure, false, 0, SIZE_MAX, "", single_members},
}};

FakeAnswer invalid(const std::string& message) {
  return query_error(400, "InvalidParameterValue", message);
}

/// What a detector of one metric is known by, with its dimensions in order.
Json subject_of(const Json& detector) {
  Json dimensions = detector.value("Dimensions", Json::array());
  std::sort(dimensions.begin(), dimensions.end());
  return {{"Namespace", detector.value("Namespace", "")},
          {"MetricName", detector.value("MetricName", "")},
          {"Stat", detector.value("Stat", "")},
          {"Dimensions", std::move(dimensions)}};
}

std::optional<FakeAnswer> subject_refusal(const Json& members) {
  if (!members.contains("SingleMetricAnomalyDetector")) {
    return query_error(400, "MissingParameter",
                       "The parameter SingleMetricAnomalyDetector is required.");
  }
  for (const char* const name : {"Namespace", "MetricName", "Stat"}) {
    if (text_member(members["SingleMetricAnomalyDetector"], name).empty()) {
      return query_error(400, "MissingParameter",
                         std::string("The parameter ") + name + " is required.");
    }
  }
  return std::nullopt;
}

}  // namespace

bool FakeAnomalyDetectors::is_change(const std::string& operation) {
  return operation == "PutAnomalyDetector" || operation == "DeleteAnomalyDetector";
}

std::optional<FakeAnswer> FakeAnomalyDetectors::handle(const FakeCall& call) {
  struct Operation {
    std::string_view name;
    std::span<const Member> members;
    FakeAnswer (FakeAnomalyDetectors::*run)(const FakeCall&);
  };
  static const std::array<Operation, 3> operations = {{
      {"PutAnomalyDetector", put_members, &FakeAnomalyDetectors::put},
      {"DescribeAnomalyDetectors", list_members, &FakeAnomalyDetectors::list},
      {"DeleteAnomalyDetector", remove_members, &FakeAnomalyDetectors::remove},
  }};
  for (const Operation& operation : operations) {
    if (operation.name == call.operation) {
      auto refused = members_refusal(call, operation.members);
      return refused ? std::move(refused) : (this->*operation.run)(call);
    }
  }
  return std::nullopt;
}

FakeAnswer FakeAnomalyDetectors::put(const FakeCall& call) {
  if (auto refused = subject_refusal(call.json)) {
    return *refused;
  }
  const Json configuration = call.json.value("Configuration", Json::object());
  const std::string zone = text_member(configuration, "MetricTimezone", "UTC");
  if (!std::regex_match(zone, std::regex("[A-Za-z_]+(/[A-Za-z0-9_+-]+)*"))) {
    return invalid("The time zone " + zone + " is not known");
  }
  const auto [found, is_new] = detectors_.try_emplace(
      Key(call.region, {{"Single", subject_of(call.json["SingleMetricAnomalyDetector"])}}));
  found->second.configuration = configuration;
  found->second.characteristics = call.json.value("MetricCharacteristics", Json::object());
  if (is_new) {
    found->second.made_at = world_.requests;
  }
  return query_answer(call.operation, " ");
}

void FakeAnomalyDetectors::learn(const std::string& region, const Json& metrics) {
  static const std::regex band(R"(ANOMALY_DETECTION_BAND\(\s*([a-z]\w*)\s*[,)])");
  for (const Json& entry : metrics) {
    const std::string expression = text_member(entry, "Expression");
    std::smatch match;
    if (!std::regex_search(expression, match, band)) {
      continue;
    }
    const std::string id = match[1].str();
    const auto of = std::find_if(metrics.begin(), metrics.end(), [&](const Json& metric) {
      return text_member(metric, "Id") == id;
    });
    if (of == metrics.end()) {
      continue;
    }
    Json subject = {{"Math", metrics}};
    if (of->contains("MetricStat")) {
      Json single = (*of)["MetricStat"]["Metric"];
      single["Stat"] = (*of)["MetricStat"]["Stat"];
      subject = {{"Single", subject_of(single)}};
    }
    const auto [found, is_new] = detectors_.try_emplace(Key(region, std::move(subject)));
    if (is_new) {
      found->second.made_at = world_.requests;
    }
  }
}

FakeAnswer FakeAnomalyDetectors::list(const FakeCall& call) {
  const std::int64_t size = whole_member(call.json, "MaxResults", page_max);
  const std::string token = text_member(call.json, "NextToken", "from-0");
  if (size < 1 || size > page_max) {
    return invalid("MaxResults must be from 1 to 100");
  }
  if (!std::regex_match(token, std::regex("from-\\d{1,9}"))) {
    return query_error(400, "InvalidNextToken", "The next token specified is invalid.");
  }
  const Json types = call.json.value("AnomalyDetectorTypes", Json::array({"SINGLE_METRIC"}));
  const std::size_t start = std::stoul(token.substr(5));
  std::size_t number = 0;
  std::string xml = "<AnomalyDetectors>";
  bool is_cut = false;
  for (const auto& [key, detector] : detectors_) {
    const bool is_single = key.second.contains("Single");
    const Json type = is_single ? "SINGLE_METRIC" : "METRIC_MATH";
    const Json subject = is_single ? key.second["Single"] : Json::object();
    const bool is_wanted =
        key.first == call.region && is_visible(detector) &&
        std::find(types.begin(), types.end(), type) != types.end() &&
        text_member(call.json, "Namespace", text_member(subject, "Namespace")) ==
            text_member(subject, "Namespace") &&
        text_member(call.json, "MetricName", text_member(subject, "MetricName")) ==
            text_member(subject, "MetricName");
    if (!is_wanted || number++ < start) {
      continue;
    }
    if (number > start + static_cast<std::size_t>(size)) {
      is_cut = true;
      break;
    }
    Json told = subject;  // The older members say the same once more.
    told["SingleMetricAnomalyDetector"] = subject;
    if (!is_single) {
      told = {{"MetricMathAnomalyDetector", {{"MetricDataQueries", key.second["Math"]}}}};
    }
    told["StateValue"] = "PENDING_TRAINING";
    if (!detector.configuration.empty()) {
      told["Configuration"] = detector.configuration;
    }
    if (!detector.characteristics.empty()) {
      told["MetricCharacteristics"] = detector.characteristics;
    }
    xml += tree_xml("member", told);
  }
  xml += "</AnomalyDetectors>";
  return query_answer(
      call.operation,
      is_cut ? xml + xml_element("NextToken",
                                 "from-" + std::to_string(start + static_cast<std::size_t>(size)))
             : xml);
}

FakeAnswer FakeAnomalyDetectors::remove(const FakeCall& call) {
  if (auto refused = subject_refusal(call.json)) {
    return *refused;
  }
  const Key key(call.region, {{"Single", subject_of(call.json["SingleMetricAnomalyDetector"])}});
  return detectors_.erase(key) == 0
             ? query_error(404, "ResourceNotFoundException", "The detector does not exist")
             : query_answer(call.operation, " ");
}

Json FakeAnomalyDetectors::snapshot() const {
  Json list = Json::array();
  for (const auto& [key, detector] : detectors_) {
    list.push_back({{"region", key.first},
                    {"subject", key.second},
                    {"configuration", detector.configuration},
                    {"characteristics", detector.characteristics}});
  }
  return list;
}

void FakeAnomalyDetectors::restore(const Json& snapshot) {
  detectors_.clear();
  for (const Json& entry : snapshot) {
    Detector& detector =
        detectors_[Key(entry.at("region").get<std::string>(), entry.at("subject"))];
    detector.configuration = entry.at("configuration");
    detector.characteristics = entry.at("characteristics");
  }
}

}  // namespace bedrocklog::fake_aws
