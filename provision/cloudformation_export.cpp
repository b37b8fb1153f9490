// The stack as CloudFormation templates. Names are deterministic, so that nothing is referred to
// but by name; the order of creation is said by DependsOn.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

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
  if (resource.address.kind == ResourceKind::subscription) {
    const std::string region = region_in_arn(properties.value("TopicArn", ""));
    if (!region.empty() && region != resource.address.region) {
      properties["Region"] = region;
    }
  }
  return properties;
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
      Json resources = resources_of(region);
      if (!resources.empty()) {
        Json document = {
            {"AWSTemplateFormatVersion", "2010-09-09"},
            {"Description",
             fmt::format("Amazon Bedrock invocation logging, stack {} in {}. Create it in this "
                         "account and region only: names and policies hold both.",
                         spec_->stack, region)},
            {"Metadata", {{"bedrocklog", metadata_of(region, has_logging ? logging : nullptr)}}},
            {"Resources", std::move(resources)}};
        files.push_back({template_name(region), document.dump(indent) + '\n'});
      }
      if (has_logging) {
        files.push_back({logging_name(region),
                         Json{{"loggingConfig", logging->properties}}.dump(indent) + '\n'});
      }
    }
    return files;
  }

 private:
  [[nodiscard]] std::string template_name(const std::string& region) const {
    return fmt::format("{}-{}.template.json", spec_->stack, region);
  }
  [[nodiscard]] std::string logging_name(const std::string& region) const {
    return fmt::format("{}-{}.logging.json", spec_->stack, region);
  }

  /// Global things are in the template of the home region.
  [[nodiscard]] bool is_in(const Address& address, const std::string& region) const {
    return address.region == region || (address.region.empty() && region == spec_->regions.front());
  }

  [[nodiscard]] Json resources_of(const std::string& region) const {
    Json resources = Json::object();
    for (const Resource& resource : desired_->resources) {
      const std::string_view type = cloudformation_type_of(resource.address.kind);
      if (!resource.is_managed || type.empty() || !is_in(resource.address, region)) {
        continue;
      }
      Json entry = {{"Type", type}, {"Properties", properties_of(resource)}};
      if (holds_data(resource.address.kind)) {
        entry["DeletionPolicy"] = "Retain";
        entry["UpdateReplacePolicy"] = "Retain";
      }
      for (const Address& needed : resource.depends_on) {
        const Resource* const other = desired_->find(needed);
        if (other != nullptr && other->is_managed && is_in(needed, region) &&
            !cloudformation_type_of(needed.kind).empty()) {
          entry["DependsOn"].push_back(ids_.at(needed));
        }
      }
      resources[ids_.at(resource.address)] = std::move(entry);
    }
    return resources;
  }

  [[nodiscard]] Json metadata_of(const std::string& region, const Resource* logging) const {
    Json steps = Json::array();
    steps.push_back(
        fmt::format("aws cloudformation deploy --region {} --stack-name {} --template-file {} "
                    "--capabilities CAPABILITY_NAMED_IAM",
                    region, spec_->stack, template_name(region)));
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
