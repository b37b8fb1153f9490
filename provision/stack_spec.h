// What an admin asks for: everything a stack depends on, and nothing else. Serializable, so that a
// saved plan can be made again from it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/fault.h"
#include "provision/observability_settings.h"
#include "provision/resource.h"
#include "provision/secure_settings.h"

namespace bedrocklog::provision {

/// What to do about an invocation-logging configuration that is not ours.
enum class LoggingChoice : std::uint8_t { refuse, merge, replace };

/// What alarms over all models watch. That CloudWatch keeps Bedrock's figures also without the
/// dimension ModelId is not documented for all of them, hence the choice.
enum class AlarmSource : std::uint8_t {
  automatic,          // What probe.h finds; as all_models_series where nobody asks.
  all_models_series,  // The metric without dimensions.
  metrics_insights,   // SELECT SUM(..) FROM SCHEMA("AWS/Bedrock", ModelId).
};

struct Transition {
  std::string
      storage_class;  // STANDARD_IA, INTELLIGENT_TIERING, GLACIER_IR, GLACIER, DEEP_ARCHIVE.
  unsigned after_days = 0;
};

/// Of the four alarms: fires above.
struct Thresholds {
  std::uint64_t tokens_per_hour = 100'000;     // K1
  std::uint64_t errors_per_5_minutes = 10;     // K2
  std::uint64_t invocations_per_hour = 1'000;  // K3
  std::uint64_t latency_mean_ms = 10'000;      // K4
};

struct Names {
  // Empty: by the rule of the profiles, see role_of(), bucket_of(), log_group_of().
  std::string role;
  std::string bucket;
  std::string log_group;
  // Of profile core.
  std::string topic = "bedrock-usage-alerts";
  std::string dashboard = "BedrockUsageMonitoring";
  std::string token_alarm = "bedrock-high-token-usage";
  std::string error_alarm = "bedrock-high-error-rate";
  std::string invocation_alarm = "bedrock-invocation-spike";
  std::string latency_alarm = "bedrock-high-latency";
};

/// Things of others that the stack uses and never changes. Empty: our own.
struct Reused {
  std::string bucket;
  std::string log_group;
  std::string topic_arn;
};

struct StackSpec {
  std::string stack = "bedrocklog";  // Names the mark; [a-z0-9-], 1 to 32.
  std::string env = "prod";          // [a-z0-9-], 1 to 20.
  std::set<std::string> profiles = {"core"};
  std::string account;            // 12 digits.
  std::string partition = "aws";  // aws, aws-us-gov, aws-cn, ...
  std::vector<std::string>
      regions;               // At least one; the first is home: it has the plain bucket name.
  std::set<Component> only;  // Empty: all.

  Names names;
  Reused reused;
  std::optional<unsigned> log_retention_days;  // Nothing: 30 days, 90 with profile secure.
  unsigned archive_days = 90;
  unsigned noncurrent_days = 30;
  unsigned abort_upload_days = 7;
  std::vector<Transition> transitions;
  std::string key_prefix;         // Of the archive in the bucket; no slash at either end.
  std::string bucket_kms_key;     // ARN; empty: SSE-S3.
  std::string log_group_kms_key;  // ARN; empty: none.
  bool deliver_text = true;
  bool deliver_images = true;
  bool deliver_embeddings = true;
  std::optional<bool> deliver_video;  // Nothing: left as it is.
  std::optional<bool> deliver_audio;
  Thresholds thresholds;
  AlarmSource alarm_source = AlarmSource::automatic;
  std::vector<Subscriber> subscribers;      // Of the topics of core and observability.
  std::string dlq_arn;                      // For notifications that cannot be delivered.
  std::map<std::string, std::string> tags;  // The user's own; none of ours.

  ObservabilitySettings observability;
  SecureSettings secure;

  LoggingChoice logging = LoggingChoice::refuse;
  bool adopts_all = false;       // --adopt all: whatever has one of our names.
  std::set<std::string> adopts;  // "bucket:NAME", as --adopt says it.
  bool allows_shorter_retention = false;
};

/// Retention periods CloudWatch Logs knows, ascending.
[[nodiscard]] const std::vector<unsigned>& retention_days_allowed();

/// Everything wrong with it, each with the allowed values; empty: usable. Subjects are the flag or
/// member ("log_retention_days").
[[nodiscard]] std::vector<Fault> faults_of(const StackSpec& spec);

/// All members, in snake_case as above; stable.
[[nodiscard]] Json to_json(const StackSpec& spec);
/// Reads what to_json() writes: unknown members are faults. Missing ones keep what `base` says.
/// Also takes the two older shapes:
/// - {"iam":{"roleName",..},"storage":{"s3BucketName","cloudwatchLogGroup","retentionDays"},
///   "alerting":{"snsTopicArn","thresholds":{highTokenUsage,errorRate,invocationSpike,
///   highLatency}},"dashboard":{"name","region"}};
/// - parameters {"Environment","AlertEmail","CloudTrailRetentionDays",
///   "CloudWatchLogRetentionDays"}, as an object or as CloudFormation's array of
///   {"ParameterKey","ParameterValue"}; values may be texts.
/// Every fault is reported, not the first.
[[nodiscard]] std::vector<Fault> read_spec(const Json& document, StackSpec& spec);

inline constexpr std::string_view core_profile = "core";
inline constexpr std::string_view observability_profile = "observability";
inline constexpr std::string_view secure_profile = "secure";
[[nodiscard]] bool has_profile(const StackSpec& spec, std::string_view profile);

/// Where logs go has one place in a stack, whatever the number of its profiles: with core or secure
/// that of core, so that another profile beside it moves nothing; with observability alone its own
/// (bedrock-model-invocations-ENV-ACCOUNT, /aws/bedrock/model-invocations/ENV,
/// BedrockLoggingRole).
/// The archive bucket of a region: reused, configured, or by that rule.
[[nodiscard]] std::string bucket_of(const StackSpec& spec, std::string_view region);
[[nodiscard]] std::string log_group_of(const StackSpec& spec);
[[nodiscard]] std::string role_of(const StackSpec& spec);
[[nodiscard]] std::string role_arn_of(const StackSpec& spec);
/// Key prefix of the archive: configured, or by that rule.
[[nodiscard]] std::string key_prefix_of(const StackSpec& spec);
[[nodiscard]] unsigned log_retention_days_of(const StackSpec& spec);
/// Topic of core.
[[nodiscard]] std::string topic_arn_of(const StackSpec& spec, std::string_view region);

}  // namespace bedrocklog::provision
