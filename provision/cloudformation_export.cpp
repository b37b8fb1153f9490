// The stack as CloudFormation templates. Most names are deterministic, and what has them is
// referred to by name, with the order of creation said by DependsOn; ids that AWS makes up are
// Fn::GetAtt.
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "provision/reference.h"
#include "provision/stack_export.h"

namespace bedrocklog::provision {
namespace {

constexpr int indent = 2;

/// "Alarm" + "bedrock-high-latency": AlarmBedrockHighLatency. Logical ids are letters and digits.
std::string logical_id(const Address& address) {
  std::string id;
  bool is_start = true;
  for (const char c : fmt::format("{}-{}", name_of(address.kind), address.name)) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!is_letter && (c < '0' || c > '9')) {
      is_start = true;
      continue;
    }
    const bool is_lower = c >= 'a' && c <= 'z';
    id += is_start && is_lower ? static_cast<char>(c - 'a' + 'A') : c;
    is_start = false;
  }
  return id;
}

/// One id for each; where two names differ only in what an id cannot have, the later is numbered.
std::map<Address, std::string> logical_ids(const DesiredState& desired) {
  std::map<Address, std::string> ids;
  std::set<std::pair<std::string, std::string>> taken;
  for (const Resource& resource : desired.resources) {
    const std::string wanted = logical_id(resource.address);
    std::string id = wanted;
    for (unsigned number = 2; !taken.emplace(resource.address.region, id).second; ++number) {
      id = fmt::format("{}N{}", wanted, number);
    }
    ids[resource.address] = id;
  }
  return ids;
}

std::string region_in_arn(const std::string& arn) {
  // arn:PARTITION:SERVICE:REGION:...
  std::size_t begin = 0;
  for (unsigned field = 0; field < 3; ++field) {
    begin = arn.find(':', begin);
    if (begin == std::string::npos) {
      return {};
    }
    ++begin;
  }
  return arn.substr(begin, arn.find(':', begin) - begin);
}

Json properties_of(const Resource& resource) {
  Json properties = resource.properties;
  if (resource.address.kind == ResourceKind::dashboard) {
    properties["DashboardBody"] = properties["DashboardBody"].dump();
  }
  // The API has amounts as texts, CloudFormation as numbers.
  const Json::json_pointer amount("/Budget/BudgetLimit/Amount");
  if (resource.address.kind == ResourceKind::budget && properties.contains(amount) &&
      properties.at(amount).is_string()) {
    Json number = Json::parse(properties.at(amount).get_ref<const std::string&>(), nullptr, false);
    if (number.is_number()) {
      properties.at(amount) = std::move(number);
    }
  }
  if (resource.address.kind == ResourceKind::subscription) {
    const std::string region = region_in_arn(properties.value("TopicArn", ""));
    if (!region.empty() && region != resource.address.region) {
      properties["Region"] = region;
    }
  }
  return properties;
}

/// The two stacks: what watches and keeps, and what shows it.
enum class Part : std::uint8_t { infrastructure, dashboards };

/// Dashboards and saved queries refer to nothing by an id, so that their stack can be made, changed
/// and deleted by itself.
Part part_of(const Resource& resource) {
  return resource.component == Component::dashboard && references_in(resource.properties).empty()
             ? Part::dashboards
             : Part::infrastructure;
}

/// "bedrock-monitoring" as the observability solution before ours called it, else the stack's name.
std::string base_name(const StackSpec& spec) {
  return has_profile(spec, observability_profile) ? "bedrock-monitoring" : spec.stack;
}

class TemplateWriter {
 public:
  TemplateWriter(const StackSpec& spec, const DesiredState& desired)
      : spec_(&spec), desired_(&desired), ids_(logical_ids(desired)) {}

  std::vector<ExportedFile> write() const {
    std::vector<ExportedFile> files;
    for (const std::string& region : spec_->regions) {
      const Resource* const logging =
          desired_->find({ResourceKind::logging_configuration, region, ""});
      const bool has_logging = logging != nullptr && logging->is_managed;
      for (const Part part : {Part::infrastructure, Part::dashboards}) {
        add_template(files, region, part,
                     has_logging && part == Part::infrastructure ? logging : nullptr);
      }
      if (has_logging) {
        files.push_back({logging_name(region),
                         Json{{"loggingConfig", logging->properties}}.dump(indent) + '\n'});
      }
    }
    return files;
  }

 private:
  void add_template(std::vector<ExportedFile>& files, const std::string& region, Part part,
                    const Resource* logging) const {
    Json resources = resources_of(region, part);
    if (resources.empty()) {
      return;
    }
    Json document = {
        {"AWSTemplateFormatVersion", "2010-09-09"},
        {"Description",
         fmt::format("Amazon Bedrock invocation logging, {} of stack {} in {}. Create it in this "
                     "account and region only: names and policies hold both.",
                     part == Part::dashboards ? "dashboards" : "infrastructure", spec_->stack,
                     region)},
        {"Metadata", {{"bedrocklog", metadata_of(region, part, logging)}}},
        {"Resources", std::move(resources)}};
    files.push_back({template_name(region, part), document.dump(indent) + '\n'});
  }

  [[nodiscard]] std::string stack_name(Part part) const {
    return base_name(*spec_) + (part == Part::dashboards ? "-dashboards" : "-infrastructure");
  }
  [[nodiscard]] std::string template_name(const std::string& region, Part part) const {
    return fmt::format("{}-{}.template.json", stack_name(part), region);
  }
  [[nodiscard]] std::string logging_name(const std::string& region) const {
    return fmt::format("{}-{}.logging.json", base_name(*spec_), region);
  }

  /// Global things are in the templates of the home region.
  [[nodiscard]] bool is_in(const Resource& resource, const std::string& region, Part part) const {
    const Address& address = resource.address;
    const bool is_of_region =
        address.region == region || (address.region.empty() && region == spec_->regions.front());
    return resource.is_managed && is_of_region && part_of(resource) == part &&
           !cloudformation_type_of(address.kind).empty();
  }

  [[nodiscard]] Json resources_of(const std::string& region, Part part) const {
    Json resources = Json::object();
    for (const Resource& resource : desired_->resources) {
      if (!is_in(resource, region, part)) {
        continue;
      }
      Json entry = {{"Type", cloudformation_type_of(resource.address.kind)},
                    {"Properties", with_logical_ids(properties_of(resource))}};
      // An alias can be made again, and would stand in the way of its stack's next key.
      if (holds_data(resource.address.kind) && resource.address.kind != ResourceKind::key_alias) {
        entry["DeletionPolicy"] = "Retain";
        entry["UpdateReplacePolicy"] = "Retain";
      }
      add_order(resource, region, part, entry);
      resources[ids_.at(resource.address)] = std::move(entry);
    }
    return resources;
  }

  void add_order(const Resource& resource, const std::string& region, Part part,
                 Json& entry) const {
    std::set<Address> referred;  // Fn::GetAtt says their order already.
    for (const Reference& reference : references_in(resource.properties)) {
      referred.insert(reference.address);
    }
    for (const Address& needed : resource.depends_on) {
      const Resource* const other = desired_->find(needed);
      if (other != nullptr && is_in(*other, region, part) && !referred.contains(needed)) {
        entry["DependsOn"].push_back(ids_.at(needed));
      }
    }
  }

  /// Addresses in Fn::GetAtt become logical ids.
  [[nodiscard]] Json with_logical_ids(const Json& value) const {
    if (const std::optional<Reference> reference = read_reference(value)) {
      const auto known = ids_.find(reference->address);
      return known == ids_.end()
                 ? value
                 : Json{{"Fn::GetAtt", Json::array({known->second, reference->attribute})}};
    }
    if (!value.is_structured()) {
      return value;
    }
    Json result = value;
    for (Json& inner : result) {
      inner = with_logical_ids(inner);
    }
    return result;
  }

  [[nodiscard]] Json metadata_of(const std::string& region, Part part,
                                 const Resource* logging) const {
    Json steps = Json::array();
    steps.push_back(
        fmt::format("aws cloudformation deploy --region {} --stack-name {} --template-file {}{}",
                    region, stack_name(part), template_name(region, part),
                    part == Part::dashboards ? "" : " --capabilities CAPABILITY_NAMED_IAM"));
    Json metadata = {{"Stack", spec_->stack},
                     {"Account", spec_->account},
                     {"Region", region},
                     {"HomeRegion", spec_->regions.front()}};
    if (logging != nullptr) {
      metadata["LoggingConfiguration"] = logging->properties;
      metadata["Note"] =
          "CloudFormation has no type for the logging configuration: look at the one in place "
          "(get), which the last step replaces whole, and run the step once every template is "
          "there; a role made a moment ago may need a minute.";
      steps.push_back(fmt::format(
          "aws bedrock get-model-invocation-logging-configuration --region {}", region));
      steps.push_back(
          fmt::format("aws bedrock put-model-invocation-logging-configuration --region {} "
                      "--cli-input-json file://{}",
                      region, logging_name(region)));
    }
    metadata["Steps"] = std::move(steps);
    return metadata;
  }

  const StackSpec* spec_;
  const DesiredState* desired_;
  std::map<Address, std::string> ids_;
};

}  // namespace

std::vector<ExportedFile> to_cloudformation(const StackSpec& spec, const DesiredState& desired) {
  return TemplateWriter(spec, desired).write();
}

Json to_configuration(const StackSpec& spec) {
  const std::string& home = spec.regions.front();
  const Thresholds& limits = spec.thresholds;
  // The model names what is in use; what is reused is said in our own members, which are read last.
  return {
      {"iam",
       {{"roleName", role_of(spec)}, {"roleArn", role_arn_of(spec)}, {"accountId", spec.account}}},
      {"storage",
       {{"s3BucketName", bucket_of(spec, home)},
        {"cloudwatchLogGroup", log_group_of(spec)},
        {"retentionDays", log_retention_days_of(spec)}}},
      {"alerting",
       {{"snsTopicArn", topic_arn_of(spec, home)},
        {"thresholds",
         {{"highTokenUsage", limits.tokens_per_hour},
          {"errorRate", limits.errors_per_5_minutes},
          {"invocationSpike", limits.invocations_per_hour},
          {"highLatency", limits.latency_mean_ms}}}}},
      {"dashboard", {{"name", spec.names.dashboard}, {"region", home}}},
      {"bedrocklog", to_json(spec)}};
}

}  // namespace bedrocklog::provision
