// What a stack may be: patterns and limits of the services, told before anything is sent.
#include "provision/stack_spec.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ingest/aws/endpoint.h"
#include "provision/settings_document.h"
#include "provision/usage_alarms.h"
#include "provision/value_rules.h"

namespace bedrocklog::provision {
namespace {

constexpr std::size_t tags_max = 40;  // AWS allows 50; ours are among them.
constexpr std::uint64_t threshold_max = 1'000'000'000'000'000;
constexpr unsigned days_max = 36'500;

constexpr std::array<std::string_view, 5> storage_classes = {
    "STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"};

/// Collects what is wrong.
class Inspection {
 public:
  explicit Inspection(const StackSpec& spec) : spec_(&spec) {}

  std::vector<Fault> run() {
    inspect_place();
    inspect_names();
    inspect_reuse();
    inspect_archive();
    inspect_alerting();
    inspect_tags();
    add(observability_faults(*spec_));
    add(secure_faults(*spec_));
    for (const std::string& adopted : spec_->adopts) {
      const std::size_t colon = adopted.find(':');
      expect(colon != std::string::npos && kind_named(adopted.substr(0, colon)) &&
                 colon + 1 < adopted.size(),
             "adopts",
             fmt::format("KIND:NAME or all, not {}; kinds: bucket, log-group, role, "
                         "topic, alarm, dashboard",
                         adopted));
    }
    return std::move(faults_);
  }

 private:
  void expect(bool holds, std::string subject, std::string message) {
    if (!holds) {
      faults_.push_back({std::move(subject), std::move(message), FaultCause::unspecified});
    }
  }

  void add(std::vector<Fault> faults) {
    std::move(faults.begin(), faults.end(), std::back_inserter(faults_));
  }

  void inspect_place() {
    expect(is_lower_name(spec_->stack, 32), "stack",
           fmt::format("1 to 32 of a-z 0-9 -, not: {}", spec_->stack));
    expect(is_lower_name(spec_->env, 20), "env",
           fmt::format("1 to 20 of a-z 0-9 -, such as dev, staging, prod; not: {}", spec_->env));
    for (const std::string& profile : spec_->profiles) {
      expect(
          profile == core_profile || profile == observability_profile || profile == secure_profile,
          "profiles", fmt::format("core, observability or secure, not: {}", profile));
    }
    expect(!spec_->profiles.empty(), "profiles", "at least one of core, observability, secure");
    expect(is_account(spec_->account), "account",
           fmt::format("12 digits, not: {}", spec_->account));
    expect(!spec_->regions.empty(), "regions", "at least one");
    std::set<std::string> seen;
    for (const std::string& region : spec_->regions) {
      if (!is_region(region)) {
        expect(false, "regions", fmt::format("a region such as eu-west-1, not: {}", region));
        continue;
      }
      const std::string_view partition = aws::partition_of(region).name;
      expect(partition == spec_->partition, "regions",
             fmt::format("{} is in the partition {}, the account in {}", region, partition,
                         spec_->partition));
      expect(seen.insert(region).second, "regions", fmt::format("named twice: {}", region));
    }
  }

  void inspect_names() {
    const Names& names = spec_->names;
    expect(names.role.empty() || is_made_of(names.role, "_+=,.@-", 64), "names.role",
           fmt::format("1 to 64 of A-Z a-z 0-9 _+=,.@-, not: {}", names.role));
    expect(names.bucket.empty() || is_bucket_name(names.bucket), "names.bucket",
           fmt::format("a bucket name (3 to 63 of a-z 0-9 . -), not: {}", names.bucket));
    expect(names.bucket.empty() || spec_->regions.size() < 2, "names.bucket",
           "a bucket is of one region: with several leave it out, and each gets its own");
    if (!names.log_group.empty()) {
      inspect_log_group("names.log_group", names.log_group);
    }
    expect(is_made_of(names.topic, "_-", 256), "names.topic",
           fmt::format("1 to 256 of A-Z a-z 0-9 _ -, not: {}", names.topic));
    expect(is_made_of(names.dashboard, "_-", 255), "names.dashboard",
           fmt::format("1 to 255 of A-Z a-z 0-9 _ -, not: {}", names.dashboard));
    std::set<std::string> alarms;
    for (const auto& [member, name] :
         {std::pair<const char*, const std::string&>{"names.token_alarm", names.token_alarm},
          {"names.error_alarm", names.error_alarm},
          {"names.invocation_alarm", names.invocation_alarm},
          {"names.latency_alarm", names.latency_alarm}}) {
      expect(is_plain_text(name, 255), member,
             "1 to 255 characters, none of them a control character");
      expect(alarms.insert(name).second, member, fmt::format("another alarm has it: {}", name));
    }
    for (const SumAlarmNames& sum : sum_alarm_names(names)) {
      for (const std::string& part : sum.parts) {
        expect(part.size() <= 255, "names", fmt::format("longer than 255 characters: {}", part));
        expect(alarms.insert(part).second, "names",
               fmt::format("{} is the alarm {} where that is watched in parts", part, sum.sum));
      }
    }
  }

  void inspect_log_group(const char* member, const std::string& name) {
    expect(
        is_made_of(name, "._/#-", 512) && !name.starts_with("aws/"), member,
        fmt::format("1 to 512 of A-Z a-z 0-9 . _ / # -, not beginning with aws/; not: {}", name));
  }

  void inspect_reuse() {
    const Reused& reused = spec_->reused;
    expect(reused.bucket.empty() || is_bucket_name(reused.bucket), "reused.bucket",
           fmt::format("a bucket name, not: {}", reused.bucket));
    if (!reused.log_group.empty()) {
      inspect_log_group("reused.log_group", reused.log_group);
    }
    expect(
        reused.topic_arn.empty() || is_arn(reused.topic_arn, spec_->partition, "sns"),
        "reused.topic_arn",
        fmt::format("arn:{}:sns:REGION:ACCOUNT:NAME, not: {}", spec_->partition, reused.topic_arn));
    expect((reused.bucket.empty() && reused.topic_arn.empty()) || spec_->regions.size() < 2,
           "reused", "a bucket and a topic are of one region: run the regions one by one");
    if (is_arn(reused.topic_arn, spec_->partition, "sns") && spec_->regions.size() == 1) {
      expect(reused.topic_arn.find(fmt::format(":sns:{}:{}:", spec_->regions.front(),
                                               spec_->account)) != std::string::npos,
             "reused.topic_arn",
             fmt::format("of this account and of the region {}, not: {}", spec_->regions.front(),
                         reused.topic_arn));
    }
  }

  void inspect_days(const char* member, unsigned days) {
    expect(days >= 1 && days <= days_max, member,
           fmt::format("days from 1 to {}, not: {}", days_max, days));
  }

  void inspect_archive() {
    const std::vector<unsigned>& allowed = retention_days_allowed();
    const unsigned days = log_retention_days_of(*spec_);
    expect(std::find(allowed.begin(), allowed.end(), days) != allowed.end(), "log_retention_days",
           fmt::format("one of {}; not: {}", fmt::join(allowed, ", "), days));
    inspect_days("archive_days", spec_->archive_days);
    inspect_days("noncurrent_days", spec_->noncurrent_days);
    inspect_days("abort_upload_days", spec_->abort_upload_days);
    inspect_transitions();
    const std::string& prefix = spec_->key_prefix;
    expect(prefix.empty() || (is_plain_text(prefix, 1'024) && prefix.front() != '/' &&
                              prefix.back() != '/' && prefix.find("//") == std::string::npos),
           "key_prefix",
           fmt::format("at most 1024 characters, without a slash at either end; not: {}", prefix));
    for (const auto& [member, key] :
         {std::pair<const char*, const std::string&>{"bucket_kms_key", spec_->bucket_kms_key},
          {"log_group_kms_key", spec_->log_group_kms_key}}) {
      expect(key.empty() || is_arn(key, spec_->partition, "kms"), member,
             fmt::format("arn:{}:kms:REGION:ACCOUNT:key/ID, not: {}", spec_->partition, key));
    }
  }

  void inspect_transitions() {
    constexpr unsigned infrequent_days_min = 30;
    unsigned before = 0;
    for (const Transition& transition : spec_->transitions) {
      const std::string& name = transition.storage_class;
      expect(
          std::find(storage_classes.begin(), storage_classes.end(), name) != storage_classes.end(),
          "transitions.storage_class",
          fmt::format("one of {}; not: {}", fmt::join(storage_classes, ", "), name));
      expect(name != "STANDARD_IA" || transition.after_days >= infrequent_days_min,
             "transitions.after_days", "STANDARD_IA takes nothing that is younger than 30 days");
      expect(transition.after_days > before && transition.after_days < spec_->archive_days,
             "transitions.after_days",
             fmt::format("each later than the one before, and earlier than archive_days ({}); "
                         "not: {}",
                         spec_->archive_days, transition.after_days));
      before = transition.after_days;
    }
  }

  void inspect_alerting() {
    const Thresholds& thresholds = spec_->thresholds;
    for (const auto& [member, value] :
         {std::pair<const char*, std::uint64_t>{"thresholds.tokens_per_hour",
                                                thresholds.tokens_per_hour},
          {"thresholds.errors_per_5_minutes", thresholds.errors_per_5_minutes},
          {"thresholds.invocations_per_hour", thresholds.invocations_per_hour},
          {"thresholds.latency_mean_ms", thresholds.latency_mean_ms}}) {
      expect(value >= 1 && value <= threshold_max, member,
             fmt::format("1 to {}, not: {}", threshold_max, value));
    }
    add(subscriber_faults("subscribers", spec_->subscribers, spec_->partition));
    expect(
        spec_->dlq_arn.empty() || is_arn(spec_->dlq_arn, spec_->partition, "sqs"), "dlq_arn",
        fmt::format("arn:{}:sqs:REGION:ACCOUNT:QUEUE, not: {}", spec_->partition, spec_->dlq_arn));
  }

  void inspect_tags() {
    expect(spec_->tags.size() <= tags_max, "tags",
           fmt::format("at most {}, not: {}", tags_max, spec_->tags.size()));
    for (const auto& [key, value] : spec_->tags) {
      expect(is_plain_text(key, 128) && !key.starts_with("aws:") && !key.starts_with("bedrocklog:"),
             "tags",
             fmt::format("a key of 1 to 128 characters, not beginning with aws: or "
                         "bedrocklog:; not: {}",
                         key));
      expect(value.empty() || is_plain_text(value, 256), "tags",
             fmt::format("a value of at most 256 characters, for the key {}", key));
    }
  }

  const StackSpec* spec_;
  std::vector<Fault> faults_;
};

}  // namespace

const std::vector<unsigned>& retention_days_allowed() {
  // CloudWatch Logs API reference, PutRetentionPolicy.
  static const std::vector<unsigned> days = {1,    3,    5,    7,    14,   30,  60,  90,
                                             120,  150,  180,  365,  400,  545, 731, 1096,
                                             1827, 2192, 2557, 2922, 3288, 3653};
  return days;
}

std::vector<Fault> faults_of(const StackSpec& spec) {
  return Inspection(spec).run();
}

bool has_profile(const StackSpec& spec, std::string_view profile) {
  return spec.profiles.contains(std::string(profile));
}

namespace {

/// Logs go where observability alone puts them.
bool is_monitoring_plane(const StackSpec& spec) {
  return !has_profile(spec, core_profile) && !has_profile(spec, secure_profile);
}

}  // namespace

std::string bucket_of(const StackSpec& spec, std::string_view region) {
  if (!spec.reused.bucket.empty()) {
    return spec.reused.bucket;
  }
  if (!spec.names.bucket.empty()) {
    return spec.names.bucket;
  }
  const std::string home =
      is_monitoring_plane(spec)
          ? fmt::format("bedrock-model-invocations-{}-{}", spec.env, spec.account)
          : fmt::format("bedrock-logs-{}", spec.account);
  return region == spec.regions.front() ? home : fmt::format("{}-{}", home, region);
}

std::string log_group_of(const StackSpec& spec) {
  if (!spec.reused.log_group.empty()) {
    return spec.reused.log_group;
  }
  if (!spec.names.log_group.empty()) {
    return spec.names.log_group;
  }
  return is_monitoring_plane(spec) ? "/aws/bedrock/model-invocations/" + spec.env
                                   : "/aws/bedrock/modelinvocations";
}

std::string role_of(const StackSpec& spec) {
  if (!spec.names.role.empty()) {
    return spec.names.role;
  }
  return is_monitoring_plane(spec) ? "BedrockLoggingRole" : "BedrockCloudWatchLoggingRole";
}

std::string role_arn_of(const StackSpec& spec) {
  return fmt::format("arn:{}:iam::{}:role/{}", spec.partition, spec.account, role_of(spec));
}

std::string key_prefix_of(const StackSpec& spec) {
  const bool is_by_rule = spec.key_prefix.empty() && is_monitoring_plane(spec);
  return is_by_rule ? "model-invocations/" + spec.env : spec.key_prefix;
}

unsigned log_retention_days_of(const StackSpec& spec) {
  constexpr unsigned days = 30;
  constexpr unsigned secure_days = 90;
  return spec.log_retention_days.value_or(has_profile(spec, secure_profile) ? secure_days : days);
}

std::string topic_arn_of(const StackSpec& spec, std::string_view region) {
  return spec.reused.topic_arn.empty() ? fmt::format("arn:{}:sns:{}:{}:{}", spec.partition, region,
                                                     spec.account, spec.names.topic)
                                       : spec.reused.topic_arn;
}

}  // namespace bedrocklog::provision
