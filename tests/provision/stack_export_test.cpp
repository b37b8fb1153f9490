// Exports, held against the schemas of those who read them.
#include "provision/stack_export.h"

#include <fstream>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "tests/provision/full_stack.h"

namespace bedrocklog::provision {
namespace {

/// All profiles with all their options.
StackSpec rich_spec() {
  StackSpec spec;
  spec.account = "123456789012";
  spec.regions = {"eu-west-1", "us-east-1"};
  spec.profiles = {"core", "observability", "secure"};
  spec.subscribers = {{"email", "ops@example.com"}};
  spec.observability.has_report_bucket = true;
  spec.observability.budget.monthly_usd = "100";
  spec.observability.models = {{"amazon.nova-lite-v1:0", 100'000, 0, "0.06", "0.24", "", ""}};
  spec.secure.network.vpc_id = "vpc-12345678";
  spec.secure.network.subnet_ids = {"subnet-12345678"};
  spec.secure.network.management_cidrs = {"10.20.0.0/16"};
  spec.secure.network.general_services = {"logs"};
  spec.secure.access.trusted_principals = {"arn:aws:iam::123456789012:role/app"};
  spec.secure.access.permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary";
  return spec;
}

std::vector<StackSpec> many_specs() {
  StackSpec plain;
  plain.account = "123456789012";
  plain.regions = {"us-east-1"};
  StackSpec insights = full_spec();
  insights.alarm_source = AlarmSource::metrics_insights;
  StackSpec reused = full_spec();
  reused.regions = {"eu-west-1"};
  reused.reused = {"their-bucket", "/their/group", "arn:aws:sns:eu-central-1:123456789012:theirs"};
  StackSpec part = full_spec();
  part.only = {Component::alerting};
  return {plain, full_spec(), insights, reused, part, rich_spec()};
}

Json read_data(const std::string& name) {
  return Json::parse(std::ifstream(SOURCE_ROOT "/tests/data/" + name));
}

/// Everything in `value` that the schema does not allow or wants and misses.
class SchemaCheck {
 public:
  SchemaCheck() : schema_(read_data("cloudformation_types.json")) {}

  void resource(const std::string& type, const Json& properties) {
    ASSERT_TRUE(schema_["resources"].contains(type)) << type;
    object(type, schema_["resources"][type], properties);
  }

  [[nodiscard]] std::string complaints() const { return complaints_; }

 private:
  void object(const std::string& place, const Json& allowed, const Json& value) {
    if (!value.is_object()) {
      complaints_ += place + " is no object\n";
      return;
    }
    for (const auto& [name, inner] : value.items()) {
      if (allowed.contains(name)) {
        this->value(place + '.' + name, allowed[name]["type"], inner);
      } else {
        complaints_ += place + '.' + name + " is unknown\n";
      }
    }
    for (const auto& [name, property] : allowed.items()) {
      if (property.value("required", false) && !value.contains(name)) {
        complaints_ += place + '.' + name + " is missing\n";
      }
    }
  }

  void value(const std::string& place, const Json& shape, const Json& value) {
    if (value.is_object() && value.size() == 1 && value.contains("Fn::GetAtt")) {
      return;
    }
    if (shape.is_array()) {
      if (!value.is_array()) {
        complaints_ += place + " is no list\n";
        return;
      }
      for (const Json& entry : value) {
        this->value(place + "[]", shape[0], entry);
      }
      return;
    }
    if (shape.is_object()) {  // one_of: of simple types, in these schemas.
      const bool is_one = std::any_of(shape["one_of"].begin(), shape["one_of"].end(),
                                      [&](const Json& one) { return is_simple(one, value); });
      complaints_ += is_one ? "" : place + " is of no type allowed\n";
      return;
    }
    if (const auto name = shape.get<std::string>(); name.starts_with('#')) {
      object(place, schema_["definitions"][name.substr(1)], value);
    } else if (!is_simple(shape, value)) {
      complaints_ += place + " is no " + name + '\n';
    }
  }

  static bool is_simple(const Json& type, const Json& value) {
    return (type == "string" && value.is_string()) || (type == "boolean" && value.is_boolean()) ||
           (type == "integer" && value.is_number_integer()) ||
           (type == "number" && value.is_number()) || (type == "json" && value.is_structured());
  }

  Json schema_;
  std::string complaints_;
};

std::vector<Json> templates_of(const StackSpec& spec) {
  std::vector<Json> documents;
  for (const ExportedFile& file : to_cloudformation(spec, desired_state(spec))) {
    if (file.name.ends_with(".template.json")) {
      documents.push_back(Json::parse(file.text));
    }
  }
  return documents;
}

/// Logical ids in Fn::GetAtt, at any depth.
std::set<std::string> ids_referred_to(const Json& value) {
  std::set<std::string> ids;
  if (!value.is_structured()) {
    return ids;
  }
  if (value.is_object() && value.contains("Fn::GetAtt")) {
    ids.insert(value["Fn::GetAtt"][0].get<std::string>());
    return ids;
  }
  for (const Json& inner : value) {
    ids.merge(ids_referred_to(inner));
  }
  return ids;
}

TEST(CloudFormationExport, TemplatesAreWhatTheTypesAllow) {
  SchemaCheck check;
  std::set<std::string> types;
  for (const StackSpec& spec : many_specs()) {
    for (const Json& document : templates_of(spec)) {
      for (const auto& [id, resource] : document["Resources"].items()) {
        types.insert(resource["Type"].get<std::string>());
        check.resource(resource["Type"].get<std::string>(), resource["Properties"]);
      }
    }
  }
  EXPECT_EQ(check.complaints(), "");
  // All kinds but the logging configuration.
  std::set<std::string> wanted;
  for (const Resource& one : desired_state(rich_spec()).resources) {
    const std::string type(cloudformation_type_of(one.address.kind));
    if (!type.empty()) {
      wanted.insert(type);
    }
  }
  EXPECT_EQ(types, wanted);
}

TEST(CloudFormationExport, TheCheckFindsWhatIsWrong) {
  SchemaCheck check;
  check.resource(
      "AWS::S3::Bucket",
      {{"BucketNane", "x"}, {"LifecycleConfiguration", {{"Rules", Json::array({{{"Id", 1}}})}}}});
  EXPECT_NE(check.complaints().find("BucketNane is unknown"), std::string::npos);
  EXPECT_NE(check.complaints().find("Id is no string"), std::string::npos);
  EXPECT_NE(check.complaints().find("Status is missing"), std::string::npos);
}

TEST(CloudFormationExport, EveryReferenceIsInItsTemplateAndDataIsKept) {
  for (const StackSpec& spec : many_specs()) {
    for (const Json& document : templates_of(spec)) {
      for (const auto& [id, resource] : document["Resources"].items()) {
        EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789"),
                  std::string::npos);
        for (const Json& needed : resource.value("DependsOn", Json::array())) {
          EXPECT_TRUE(document["Resources"].contains(needed.get<std::string>())) << needed;
        }
        for (const std::string& needed : ids_referred_to(resource["Properties"])) {
          EXPECT_TRUE(document["Resources"].contains(needed)) << id << " -> " << needed;
        }
        const bool is_data = resource["Type"].get<std::string>().starts_with("AWS::S3::") ||
                             resource["Type"] == "AWS::Logs::LogGroup" ||
                             resource["Type"] == "AWS::KMS::Key";
        EXPECT_EQ(resource.value("DeletionPolicy", "") == "Retain", is_data) << id;
        EXPECT_EQ(resource.value("UpdateReplacePolicy", "") == "Retain", is_data) << id;
      }
    }
  }
}

TEST(CloudFormationExport, GlobalThingsAreInTheHomeTemplateOnly) {
  const std::vector<Json> documents = templates_of(full_spec());
  ASSERT_EQ(documents.size(), 3U);  // Two of the home region.
  const auto count = [](const Json& document, const std::string& type) {
    return std::count_if(document["Resources"].begin(), document["Resources"].end(),
                         [&](const Json& one) { return one["Type"] == type; });
  };
  EXPECT_EQ(count(documents[0], "AWS::IAM::Role"), 1);
  EXPECT_EQ(count(documents[0], "AWS::CloudWatch::Dashboard"), 0);
  EXPECT_EQ(count(documents[1], "AWS::CloudWatch::Dashboard"), 1);
  EXPECT_EQ(count(documents[2], "AWS::IAM::Role"), 0);
  EXPECT_EQ(count(documents[2], "AWS::CloudWatch::Dashboard"), 0);
  EXPECT_EQ(count(documents[2], "AWS::CloudWatch::Alarm"), 4);
}

TEST(CloudFormationExport, TheTwoStacksOfObservabilityHaveTheirOldNames) {
  std::set<std::string> names;
  const StackSpec spec = rich_spec();
  for (const ExportedFile& file : to_cloudformation(spec, desired_state(spec))) {
    names.insert(file.name);
    if (file.name.ends_with(".template.json")) {
      const Json steps = Json::parse(file.text)["Metadata"]["bedrocklog"]["Steps"];
      const std::string stack =
          file.name.find("dashboards") == std::string::npos ? "infrastructure" : "dashboards";
      EXPECT_NE(steps.dump().find("--stack-name bedrock-monitoring-" + stack + ' '),
                std::string::npos);
    }
  }
  EXPECT_TRUE(names.contains("bedrock-monitoring-infrastructure-eu-west-1.template.json"));
  EXPECT_TRUE(names.contains("bedrock-monitoring-infrastructure-us-east-1.template.json"));
  EXPECT_TRUE(names.contains("bedrock-monitoring-dashboards-eu-west-1.template.json"));
}

TEST(CloudFormationExport, TheLoggingConfigurationIsAStepOfItsOwn) {
  const StackSpec spec = full_spec();
  const DesiredState desired = desired_state(spec);
  std::map<std::string, Json> files;
  for (const ExportedFile& file : to_cloudformation(spec, desired)) {
    files[file.name] = Json::parse(file.text);
  }
  ASSERT_EQ(files.size(), 5U);
  const Resource* const logging =
      desired.find({ResourceKind::logging_configuration, "us-east-1", ""});
  ASSERT_NE(logging, nullptr);
  EXPECT_EQ(files["bedrocklog-us-east-1.logging.json"],
            (Json{{"loggingConfig", logging->properties}}));
  const Json metadata =
      files["bedrocklog-infrastructure-us-east-1.template.json"]["Metadata"]["bedrocklog"];
  EXPECT_EQ(metadata["LoggingConfiguration"], logging->properties);
  EXPECT_NE(
      metadata["Steps"].dump().find("put-model-invocation-logging-configuration --region us-east-1 "
                                    "--cli-input-json file://bedrocklog-us-east-1.logging.json"),
      std::string::npos);
}

/// Of `!` keys and types, as in terraform_arguments.json.
void check_arguments(const std::string& place, const Json& allowed, const Json& value,
                     std::string& complaints) {
  if (value.is_array()) {
    for (const Json& entry : value) {
      check_arguments(place + "[]", allowed, entry, complaints);
    }
    return;
  }
  for (const auto& [name, inner] : value.items()) {
    const bool is_required = allowed.contains(name + '!');
    if (!is_required && !allowed.contains(name)) {
      complaints += place + '.' + name + " is unknown\n";
      continue;
    }
    const Json& type = allowed[is_required ? name + '!' : name];
    if (type.is_object()) {
      check_arguments(place + '.' + name, type, inner, complaints);
      continue;
    }
    const bool is_right =
        (type == "string" && inner.is_string()) || (type == "number" && inner.is_number()) ||
        (type == "bool" && inner.is_boolean()) || (type == "list" && inner.is_array()) ||
        (type == "map" && inner.is_object());
    complaints += is_right ? "" : place + '.' + name + " has another type\n";
  }
  for (const auto& [name, type] : allowed.items()) {
    if (name.ends_with('!') && !value.contains(name.substr(0, name.size() - 1))) {
      complaints += place + '.' + name + " is missing\n";
    }
  }
}

Json terraform_of(const StackSpec& spec, bool is_there) {
  const DesiredState desired = desired_state(spec);
  const ObservedState observed = all_there(desired);
  const std::vector<ExportedFile> files =
      to_terraform(spec, desired, is_there ? &observed : nullptr);
  EXPECT_EQ(files.size(), 1U);
  EXPECT_EQ(files.front().name, "main.tf.json");
  return Json::parse(files.front().text);
}

TEST(TerraformExport, ArgumentsAreTheProviders) {
  const Json table = read_data("terraform_arguments.json")["resources"];
  std::string complaints;
  std::set<std::string> types;
  for (const StackSpec& spec : many_specs()) {
    const Json document = terraform_of(spec, true);
    for (const auto& [type, blocks] : document["resource"].items()) {
      types.insert(type);
      ASSERT_TRUE(table.contains(type)) << type;
      for (const auto& [name, block] : blocks.items()) {
        Json arguments = block;
        for (const char* const own : {"depends_on", "provider", "lifecycle"}) {
          arguments.erase(own);
        }
        check_arguments(type, table[type], arguments, complaints);
      }
    }
  }
  EXPECT_EQ(complaints, "");
  EXPECT_EQ(types.size(), table.size());
}

TEST(TerraformExport, ReferencesAndProvidersAreThere) {
  const Json document = terraform_of(full_spec(), true);
  const auto is_there = [&](const Json& reference) {
    const auto text = reference.get<std::string>();
    const std::size_t dot = text.find('.');
    return document["resource"].contains(text.substr(0, dot)) &&
           document["resource"][text.substr(0, dot)].contains(text.substr(dot + 1));
  };
  unsigned aliased = 0;
  for (const auto& [type, blocks] : document["resource"].items()) {
    for (const auto& [name, block] : blocks.items()) {
      for (const Json& needed : block.value("depends_on", Json::array())) {
        EXPECT_TRUE(is_there(needed)) << needed;
      }
      if (block.contains("provider")) {
        EXPECT_EQ(block["provider"], "aws.us_east_1");
        ++aliased;
      }
    }
  }
  EXPECT_GT(aliased, 10U);
  EXPECT_EQ(document["provider"]["aws"][0]["region"], "eu-west-1");
  EXPECT_EQ(document["provider"]["aws"][1]["alias"], "us_east_1");
  for (const Json& import : document["import"]) {
    EXPECT_TRUE(is_there(import["to"])) << import;
  }
}

TEST(TerraformExport, WhatIsThereIsImportedByItsId) {
  const Json document = terraform_of(full_spec(), true);
  std::map<std::string, std::string> ids;
  for (const Json& import : document["import"]) {
    ids[import["to"].get<std::string>()] = import["id"].get<std::string>();
  }
  EXPECT_EQ(ids["aws_s3_bucket.eu_west_1"], "bedrock-logs-123456789012");
  EXPECT_EQ(ids["aws_s3_bucket_versioning.us_east_1"], "bedrock-logs-123456789012-us-east-1");
  EXPECT_EQ(ids["aws_bedrock_model_invocation_logging_configuration.us_east_1"], "us-east-1");
  EXPECT_EQ(ids["aws_iam_role_policy.BedrocklogDelivery"],
            "BedrockCloudWatchLoggingRole:BedrocklogDelivery");
  EXPECT_EQ(ids["aws_sns_topic.eu_west_1"],
            "arn:aws:sns:eu-west-1:123456789012:bedrock-usage-alerts");
  // Pending: there is no ARN to import it by.
  for (const auto& [reference, id] : ids) {
    EXPECT_FALSE(reference.starts_with("aws_sns_topic_subscription")) << reference;
  }
  EXPECT_FALSE(terraform_of(full_spec(), false).contains("import"));
}

TEST(TerraformExport, IdsThatAwsMakesUpAreExpressions) {
  const Json document = terraform_of(rich_spec(), false);
  const std::string text = document.dump();
  EXPECT_EQ(text.find("Fn::GetAtt"), std::string::npos);
  EXPECT_EQ(text.find("\xEE\x80"), std::string::npos);
  const auto is_expression = [&](const Json& value, const std::string& type,
                                 const std::string& attribute) {
    const std::string one = value.is_string() ? value.get<std::string>() : value.dump();
    const std::string begin = "${" + type + '.';
    const std::string end = '.' + attribute + '}';
    if (!one.starts_with(begin) || !one.ends_with(end)) {
      return false;
    }
    const std::string name = one.substr(begin.size(), one.size() - begin.size() - end.size());
    return document["resource"][type].contains(name);
  };
  unsigned found = 0;
  for (const auto& [name, block] : document["resource"].items()) {
    for (const auto& [id, one] : block.items()) {
      if (name == "aws_kms_alias") {
        EXPECT_TRUE(is_expression(one["target_key_id"], "aws_kms_key", "key_id")) << id;
        ++found;
      } else if (name == "aws_vpc_endpoint") {
        EXPECT_TRUE(is_expression(one["security_group_ids"][0], "aws_security_group", "id")) << id;
        ++found;
      } else if (name == "aws_bedrock_guardrail_version") {
        EXPECT_TRUE(is_expression(one["guardrail_arn"], "aws_bedrock_guardrail", "guardrail_arn"))
            << id;
        ++found;
      }
    }
  }
  EXPECT_GE(found, 8U);
}

TEST(TerraformExport, EveryKindIsThereOrSaidToBeMissing) {
  const StackSpec spec = rich_spec();
  const Json document = terraform_of(spec, false);
  const std::string missing = document.value("//", "");
  for (const Resource& one : desired_state(spec).resources) {
    const bool is_said = missing.find(to_text(one.address)) != std::string::npos;
    EXPECT_EQ(is_said, one.address.kind == ResourceKind::anomaly_detector) << to_text(one.address);
  }
}

TEST(TerraformExport, TextsAreNoTemplates) {
  const Json document = terraform_of(full_spec(), false);
  EXPECT_EQ(document["resource"]["aws_s3_bucket"]["eu_west_1"]["tags"]["owner"],
            "team $${x} %%{y}");
}

TEST(TerraformExport, StatementsOfOthersStayInAPolicy) {
  const StackSpec spec = full_spec();
  const DesiredState desired = desired_state(spec);
  ObservedState observed = all_there(desired);
  const Address policy{ResourceKind::bucket_policy, "eu-west-1", "bedrock-logs-123456789012"};
  observed.found[policy].properties["PolicyDocument"]["Statement"].push_back(
      {{"Sid", "Theirs"}, {"Effect", "Deny"}});
  const Json document = Json::parse(to_terraform(spec, desired, &observed).front().text);
  const Json written = Json::parse(
      document["resource"]["aws_s3_bucket_policy"]["eu_west_1"]["policy"].get<std::string>());
  EXPECT_EQ(written["Statement"].size(), 3U);
}

TEST(ConfigurationExport, IsReadBackAsTheSameStack) {
  for (const StackSpec& spec : many_specs()) {
    StackSpec again;
    const std::vector<Fault> faults = read_spec(to_configuration(spec), again);
    for (const Fault& one : faults) {
      ADD_FAILURE() << one.subject << ": " << one.message;
    }
    EXPECT_EQ(to_json(again), to_json(spec));
  }
}

}  // namespace
}  // namespace bedrocklog::provision
