// Bedrock of the fake: the one logging configuration that each region has, and guardrails.
#include <map>
#include <regex>
#include <utility>

#include "tests/fake_aws/fake_guardrails.h"
#include "tests/fake_aws/fake_members.h"
#include "tests/fake_aws/fake_service.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr const char* logging_path = "/logging/modelinvocations";
constexpr const char* stream_name = "aws/bedrock/modelinvocations";
constexpr std::size_t key_prefix_size_max = 1'024;

FakeAnswer invalid(const std::string& message) {
  return json_error(400, "ValidationException", message);
}

std::string constraint(const std::string& member) {
  return "1 validation error detected: Value at '" + member + "' failed to satisfy constraint";
}

/// What is wrong with a bucket's part; empty: nothing.
std::string bucket_fault(const Json& config, const std::string& path) {
  if (!config.is_object()) {
    return constraint(path);
  }
  const std::string bucket = text_member(config, "bucketName");
  if (!std::regex_match(bucket, std::regex("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"))) {
    return constraint(path + ".bucketName");
  }
  for (const auto& [name, value] : config.items()) {
    if (name != "bucketName" && name != "keyPrefix") {
      return constraint(path + '.' + name);
    }
  }
  const Json prefix = config.value("keyPrefix", Json(""));
  if (!prefix.is_string() || prefix.get<std::string>().size() > key_prefix_size_max) {
    return constraint(path + ".keyPrefix");
  }
  return {};
}

std::string log_group_fault(const Json& config) {
  if (!config.is_object()) {
    return constraint("loggingConfig.cloudWatchConfig");
  }
  for (const auto& [name, value] : config.items()) {
    if (name != "logGroupName" && name != "roleArn" && name != "largeDataDeliveryS3Config") {
      return constraint("loggingConfig.cloudWatchConfig." + name);
    }
  }
  const std::string group = text_member(config, "logGroupName");
  if (group.empty() || group.size() > 512) {
    return constraint("loggingConfig.cloudWatchConfig.logGroupName");
  }
  if (!std::regex_match(text_member(config, "roleArn"),
                        std::regex("arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+"))) {
    return constraint("loggingConfig.cloudWatchConfig.roleArn");
  }
  return config.contains("largeDataDeliveryS3Config")
             ? bucket_fault(config["largeDataDeliveryS3Config"],
                            "loggingConfig.cloudWatchConfig.largeDataDeliveryS3Config")
             : "";
}

/// Flags are booleans; members that a newer AWS may have are kept as they are.
std::string config_fault(const Json& config) {
  for (const auto& [name, value] : config.items()) {
    std::string wrong;
    if (name == "cloudWatchConfig") {
      wrong = log_group_fault(value);
    } else if (name == "s3Config") {
      wrong = bucket_fault(value, "loggingConfig.s3Config");
    } else if (name.ends_with("DataDeliveryEnabled") && !value.is_boolean()) {
      wrong = constraint("loggingConfig." + name);
    }
    if (!wrong.empty()) {
      return wrong;
    }
  }
  return {};
}

class FakeBedrock : public FakeService {
 public:
  explicit FakeBedrock(FakeWorld& world) : world_(world), guardrails_(world) {}

  FakeAnswer handle(const FakeCall& call) override {
    if (FakeGuardrails::serves(call)) {
      return guardrails_.handle(call);
    }
    if (call.path != logging_path || !call.query.empty()) {
      return json_error(404, "UnknownOperationException", "The path is not known.");
    }
    if (call.method == "PUT") {
      return put(call);
    }
    if (!call.body.empty()) {
      return invalid("The operation has no body.");
    }
    const auto found = regions_.find(call.region);
    if (call.method == "GET") {
      return json_answer(found == regions_.end() ? Json::object()
                                                 : Json{{"loggingConfig", found->second}});
    }
    if (call.method == "DELETE") {
      regions_.erase(call.region);
      return json_answer(Json::object());
    }
    return json_error(405, "UnknownOperationException", "The method is not known.");
  }

  FakeAnswer describe(const FakeCall& call) const override {
    if (FakeGuardrails::serves(call)) {
      return guardrails_.describe(call);
    }
    FakeAnswer answer;
    const std::map<std::string, std::string> verbs = {
        {"GET", "Get"}, {"PUT", "Put"}, {"DELETE", "Delete"}};
    const auto verb = verbs.find(call.method);
    if (call.path == logging_path && verb != verbs.end()) {
      answer.operation = verb->second + "ModelInvocationLoggingConfiguration";
      answer.is_change = call.method != "GET";
    }
    return answer;
  }

  Json snapshot() const override {
    return {{"LoggingConfigurations", regions_}, {"Guardrails", guardrails_.snapshot()}};
  }
  void restore(const Json& snapshot) override {
    guardrails_.restore(snapshot.value("Guardrails", Json::object()));
    regions_ = snapshot.value("LoggingConfigurations", std::map<std::string, Json>());
  }

 private:
  FakeAnswer put(const FakeCall& call) {
    if (!call.json.is_object() || call.json.size() != 1 || !call.json.contains("loggingConfig") ||
        !call.json["loggingConfig"].is_object()) {
      return invalid(constraint("loggingConfig"));
    }
    const Json& config = call.json["loggingConfig"];
    std::string wrong = config_fault(config);
    if (wrong.empty() && config.contains("cloudWatchConfig")) {
      wrong = log_group_refusal(call.region, config["cloudWatchConfig"]);
    }
    if (wrong.empty() && config.contains("s3Config")) {
      wrong = bucket_refusal(call.region, config["s3Config"]);
    }
    if (!wrong.empty()) {
      return invalid(wrong);
    }
    write_first_things(call.region, config);
    regions_[call.region] = config;
    return json_answer(Json::object());
  }

  [[nodiscard]] std::string log_group_refusal(const std::string& region, const Json& config) const {
    const std::string group = text_member(config, "logGroupName");
    const std::string role = text_member(config, "roleArn");
    const std::string arn = "arn:" + world_.partition + ":logs:" + region + ':' + world_.account +
                            ":log-group:" + group;
    if (!world_.has_log_group(region, group) || !world_.role_may_write_log_group(role, arn)) {
      return "Failed to validate permissions for log group: " + group + ", with role: " + role +
             ". Verify the IAM role permissions are correct.";
    }
    return config.contains("largeDataDeliveryS3Config")
               ? bucket_refusal(region, config["largeDataDeliveryS3Config"])
               : "";
  }

  [[nodiscard]] std::string bucket_refusal(const std::string& region, const Json& config) const {
    const std::string bucket = text_member(config, "bucketName");
    const std::string why =
        world_.delivery_refusal(region, bucket, text_member(config, "keyPrefix"));
    // AWS's own words for this are not known.
    return why.empty() ? "" : "Amazon Bedrock cannot write to the S3 bucket " + bucket + ": " + why;
  }

  void write_check(const Json& config) const {
    const std::string prefix = text_member(config, "keyPrefix");
    world_.write_object(text_member(config, "bucketName"),
                        (prefix.empty() ? "" : prefix + '/') + "AWSLogs/" + world_.account +
                            "/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check");
  }

  void write_first_things(const std::string& region, const Json& config) const {
    if (config.contains("s3Config")) {
      write_check(config["s3Config"]);
    }
    if (config.contains("cloudWatchConfig")) {
      const Json& logs = config["cloudWatchConfig"];
      world_.write_log_stream(region, text_member(logs, "logGroupName"), stream_name);
      if (logs.contains("largeDataDeliveryS3Config")) {
        write_check(logs["largeDataDeliveryS3Config"]);
      }
    }
  }

  FakeWorld& world_;
  FakeGuardrails guardrails_;
  std::map<std::string, Json> regions_;
};

}  // namespace

std::unique_ptr<FakeService> make_fake_bedrock(FakeWorld& world) {
  return std::make_unique<FakeBedrock>(world);
}

}  // namespace bedrocklog::fake_aws
