// What a stack may be: patterns and limits of the services, told before anything is sent.
#include "provision/stack_spec.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ingest/aws/endpoint.h"

namespace bedrocklog::provision {
namespace {

constexpr std::size_t tags_max = 40;  // AWS allows 50; ours are among them.
constexpr std::uint64_t threshold_max = 1'000'000'000'000'000;
constexpr unsigned days_max = 36'500;

constexpr std::array<std::string_view, 5> storage_classes = {
    "STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"};
constexpr std::array<std::string_view, 8> protocols = {"email", "email-json", "sms",    "http",
                                                       "https", "sqs",        "lambda", "firehose"};

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z');
}

/// Letters and digits, and those of `others`; 1 to `size_max` of them.
bool is_made_of(std::string_view text, std::string_view others, std::size_t size_max) {
  return !text.empty() && text.size() <= size_max &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return is_word(c) || others.find(c) != std::string_view::npos;
         });
}

bool is_lower_name(std::string_view text, std::size_t size_max) {
  return is_made_of(text, "-", size_max) &&
         std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_account(std::string_view text) {
  return text.size() == 12 && std::all_of(text.begin(), text.end(), is_digit);
}

/// "eu-west-1", "us-gov-west-1".
bool is_region(std::string_view text) {
  const auto dashes = std::count(text.begin(), text.end(), '-');
  return is_lower_name(text, 32) && dashes >= 2 && dashes <= 4 && is_lower(text.front()) &&
         is_digit(text.back()) && text.find("--") == std::string_view::npos;
}

bool is_bucket_name(std::string_view text) {
  const auto is_end = [](char c) { return is_lower(c) || is_digit(c); };
  const bool is_address =
      std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
  return text.size() >= 3 && text.size() <= 63 && is_end(text.front()) && is_end(text.back()) &&
         !is_address && text.find("..") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_end(c) || c == '-' || c == '.'; });
}

bool is_plain_text(std::string_view text, std::size_t size_max) {
  return !text.empty() && text.size() <= size_max &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

/// "arn:PARTITION:SERVICE:..." of the stack's partition.
bool is_arn(std::string_view text, std::string_view partition, std::string_view service) {
  const std::string start = fmt::format("arn:{}:{}:", partition, service);
  return text.starts_with(start) && text.size() > start.size() && is_plain_text(text, 2'048) &&
         std::count(text.begin(), text.end(), ':') >= 5;
}

bool is_endpoint_of(const Subscriber& subscriber, std::string_view partition) {
  const std::string& endpoint = subscriber.endpoint;
  if (!is_plain_text(endpoint, 2'048) || endpoint.find(' ') != std::string::npos) {
    return false;
  }
  if (subscriber.protocol.starts_with("email")) {
    const std::size_t at = endpoint.find('@');
    return at != std::string::npos && at > 0 && at + 1 < endpoint.size();
  }
  if (subscriber.protocol == "sms") {
    return endpoint.size() >= 3 && endpoint.size() <= 16 && endpoint.front() == '+' &&
           endpoint[1] != '0' && std::all_of(endpoint.begin() + 1, endpoint.end(), is_digit);
  }
  if (subscriber.protocol.starts_with("http")) {
    return endpoint.starts_with(subscriber.protocol + "://");
  }
  return is_arn(endpoint, partition, subscriber.protocol);
}

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

  void inspect_place() {
    expect(is_lower_name(spec_->stack, 32), "stack",
           fmt::format("1 to 32 of a-z 0-9 -, not: {}", spec_->stack));
    expect(is_lower_name(spec_->env, 20), "env",
           fmt::format("1 to 20 of a-z 0-9 -, such as dev, staging, prod; not: {}", spec_->env));
    for (const std::string& profile : spec_->profiles) {
      expect(profile == "core", "profiles", fmt::format("core, not: {}", profile));
    }
    expect(!spec_->profiles.empty(), "profiles", "at least one: core");
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
    expect(is_made_of(names.role, "_+=,.@-", 64), "names.role",
           fmt::format("1 to 64 of A-Z a-z 0-9 _+=,.@-, not: {}", names.role));
    expect(names.bucket.empty() || is_bucket_name(names.bucket), "names.bucket",
           fmt::format("a bucket name (3 to 63 of a-z 0-9 . -), not: {}", names.bucket));
    expect(names.bucket.empty() || spec_->regions.size() < 2, "names.bucket",
           "a bucket is of one region: with several leave it out, and each gets its own");
    inspect_log_group("names.log_group", names.log_group);
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
    expect(std::find(allowed.begin(), allowed.end(), spec_->log_retention_days) != allowed.end(),
           "log_retention_days",
           fmt::format("one of {}; not: {}", fmt::join(allowed, ", "), spec_->log_retention_days));
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
    std::set<std::pair<std::string, std::string>> seen;
    for (const Subscriber& subscriber : spec_->subscribers) {
      const bool is_known =
          std::find(protocols.begin(), protocols.end(), subscriber.protocol) != protocols.end();
      expect(is_known, "subscribers.protocol",
             fmt::format("one of {}; not: {}", fmt::join(protocols, ", "), subscriber.protocol));
      expect(!is_known || is_endpoint_of(subscriber, spec_->partition), "subscribers.endpoint",
             fmt::format("no endpoint for {}: {}", subscriber.protocol, subscriber.endpoint));
      expect(seen.insert({subscriber.protocol, subscriber.endpoint}).second, "subscribers.endpoint",
             fmt::format("named twice: {}", subscriber.endpoint));
    }
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

std::string bucket_of(const StackSpec& spec, std::string_view region) {
  if (!spec.reused.bucket.empty()) {
    return spec.reused.bucket;
  }
  if (!spec.names.bucket.empty()) {
    return spec.names.bucket;
  }
  const std::string home = fmt::format("bedrock-logs-{}", spec.account);
  return region == spec.regions.front() ? home : fmt::format("{}-{}", home, region);
}

std::string log_group_of(const StackSpec& spec) {
  return spec.reused.log_group.empty() ? spec.names.log_group : spec.reused.log_group;
}

std::string role_arn_of(const StackSpec& spec) {
  return fmt::format("arn:{}:iam::{}:role/{}", spec.partition, spec.account, spec.names.role);
}

std::string topic_arn_of(const StackSpec& spec, std::string_view region) {
  return spec.reused.topic_arn.empty() ? fmt::format("arn:{}:sns:{}:{}:{}", spec.partition, region,
                                                     spec.account, spec.names.topic)
                                       : spec.reused.topic_arn;
}

}  // namespace bedrocklog::provision
